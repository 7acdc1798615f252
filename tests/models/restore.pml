/*
 * Restores: a store comes back as it was when it was backed up, and a reader notices that history was cut.
 *
 * Decision 0032. Each store has an incarnation, which a restore raises; every event carries the one under which it was published.
 *
 * One application's stream and its reader in the other service. Each is backed up once and restored once at most, at any moment and of any
 * age, while messages are under way: so the source may come back older than its reader, the reader older than its source, or both. The bus
 * loses any message, delivers any again, in any order. The reader drops what is of an earlier incarnation than the one that it knows. What
 * is of a later one makes it forget what it has taken in: the numbers count from the beginning. It compares, and fetches what it lacks.
 */
#define EVENTS 3
#define LIVES 2              /* incarnations: 0, and 1 after the restore */
#define BIT(n) (1 << n)

typedef Numbers { byte at[4] };

/* The source: its stream, of which each event is known by whether it was appended before the restore or after it. */
byte life, stream, backup;
bool isBackedUp, isRestored;
byte born[4];

/* The bus: what was published under each incarnation, and what those messages say. */
byte onBus[LIVES];
Numbers says[LIVES];

/* The reader: the incarnation that it knows, how far it has taken the stream in, what waits, and what each event says. */
byte known, version, early;
byte has[4];
byte savedKnown, savedVersion, savedHas[4];
bool isSaved, isReset;
byte fetched, fetchedLife;   /* what was fetched and isn't taken in yet */

inline publish(n) { says[life].at[n] = born[n]; onBus[life] = onBus[life] | BIT(n) }

active proctype Source() {
	do
	:: d_step { stream < EVENTS -> stream++; born[stream] = isRestored; publish(stream) }
	:: d_step { !isBackedUp -> isBackedUp = true; backup = stream }
	:: d_step { isBackedUp && !isRestored -> isRestored = true;
		life++;
		stream = backup;
		/* what the store has is known again under the new incarnation, if somebody fetches it */
		says[life].at[1] = born[1]; says[life].at[2] = born[2]; says[life].at[3] = born[3] }
	:: break
	od
}

inline take(n, lived) {
	if
	:: n <= version
	:: n > version + 1 -> early = early | BIT(n); has[n] = says[lived].at[n]
	:: else ->
		version = n; has[n] = says[lived].at[n];
		do
		:: (early & BIT((version + 1))) != 0 -> version++; early = early & ~BIT(version)
		:: else -> break
		od
	fi
}

inline receive(n, lived) {
	if
	:: lived < known
	:: lived > known -> known = lived; version = 0; early = 0; take(n, lived)
	:: else -> take(n, lived)
	fi
}

active [LIVES] proctype Bus() {
	byte lived = _pid - 1;
end:	do
	:: d_step { onBus[lived] & BIT(1) -> receive(1, lived) }
	:: d_step { onBus[lived] & BIT(2) -> receive(2, lived) }
	:: d_step { onBus[lived] & BIT(3) -> receive(3, lived) }
	:: d_step { onBus[lived] & BIT(1) -> onBus[lived] = onBus[lived] & ~BIT(1) }
	:: d_step { onBus[lived] & BIT(2) -> onBus[lived] = onBus[lived] & ~BIT(2) }
	:: d_step { onBus[lived] & BIT(3) -> onBus[lived] = onBus[lived] & ~BIT(3) }
	od
}

#define IS_CUT (known < life)

active proctype Reader() {
end:	do
	:: d_step { IS_CUT -> known = life; version = 0; early = 0 }          /* also where the source has nothing left of it */
	:: d_step { fetched == 0 && known == life && version < stream -> fetchedLife = life; fetched = version + 1 }
	:: d_step { fetched != 0 -> receive(fetched, fetchedLife); fetched = 0; fetchedLife = 0 }
	:: d_step { fetched != 0 -> fetched = 0; fetchedLife = 0 }      /* lost */
	:: d_step { !isSaved -> isSaved = true; savedKnown = known; savedVersion = version;
		savedHas[1] = has[1]; savedHas[2] = has[2]; savedHas[3] = has[3] }
	:: d_step { isSaved && !isReset -> isReset = true; known = savedKnown; version = savedVersion; early = 0;
		has[1] = savedHas[1]; has[2] = savedHas[2]; has[3] = savedHas[3] }
	od
}

bool ended;
active proctype End() { timeout -> ended = true }

#define SAME(n) (version < n || has[n] == born[n])

ltl a_number_is_never_taken_for_another_event { [] (known == life -> SAME(1) && SAME(2) && SAME(3)) }
ltl nothing_is_taken_in_that_was_cut          { [] (known == life -> version <= stream) }
ltl both_stores_agree_in_the_end              { [] (ended -> known == life && version == stream && SAME(1) && SAME(2) && SAME(3)) }

/* MUTANT a_number_is_never_taken_for_another_event: the reader takes in what is of an earlier incarnation
-	:: lived < known
+	:: false
*/
/* MUTANT a_number_is_never_taken_for_another_event: the reader goes on counting after a restore
-known = lived; version = 0; early = 0; take
+known = lived; take
*/
/* MUTANT a_number_is_never_taken_for_another_event: a restore keeps the incarnation
-		life++;
+		skip;
*/
/* MUTANT nothing_is_taken_in_that_was_cut: what waited of the earlier incarnation stays
-known = lived; version = 0; early = 0; take
+known = lived; version = 0; take
*/
/* MUTANT both_stores_agree_in_the_end: the comparison looks at numbers alone
-#define IS_CUT (known < life)
+#define IS_CUT (false)
*/
