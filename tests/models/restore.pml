/*
 * Restores: a store comes back as it was when it was backed up, and a reader notices that history was cut.
 *
 * services/platform: EventStore/StoreLives.cs, Inbox/InboxFence.cs; services/scheduler: Reconciling. Decision 0034.
 *
 * The stream of one application and its reader in the other service. Each store is backed up once and restored once at most, at any moment
 * and of any age: so the source may come back older than its reader, the reader older than its source, or both. The source's next events
 * get the numbers of the lost ones. An event carries the incarnation in which it was appended; what is sent for a comparison also carries
 * the sender's. The bus loses any message, delivers any again, in any order; the restored outbox publishes again. The reader drops what is
 * of an earlier incarnation than the one that it knows. What is of a later one makes it forget what it has taken in, and count from 1.
 */
#define EVENTS 3
#define BIT(n) (1 << n)

byte life, stream, backup;            /* the source: its incarnation, the last event of its stream, and of the backup */
bool isBackedUp, isRestored;
byte born[4];                         /* in which incarnation each event of the stream was appended: tells two of one number apart */

byte onBus[2];                        /* the bus: the events of each incarnation */

byte known, version, early;           /* the reader: the incarnation that it knows, how far it has taken the stream in, what waits, */
byte has[4];                          /* and which events it has taken for the numbers */
byte savedKnown, savedVersion, savedHas[4];
bool isSaved, isReset;
byte fetched, fetchedBorn, sentIn;    /* what was sent for a comparison and isn't taken in yet */
byte askedIn;

bool ended, ignored;                  /* for the properties */

active proctype Source() {
	do
	:: d_step { stream < EVENTS -> stream++; born[stream] = life; onBus[life] = onBus[life] | BIT(stream) }
	:: d_step { !isBackedUp -> isBackedUp = true; backup = stream }
	:: d_step { isBackedUp && !isRestored -> isRestored = true; life++;
		stream = backup;
		onBus[0] = onBus[0] | (BIT((backup + 1)) - BIT(1)) }
	:: break
	od
}

inline take(n, event) {
	if
	:: n <= version
	:: n > version + 1 -> early = early | BIT(n); has[n] = event
	:: else ->
		version++; has[version] = event;
		do
		:: (early & BIT((version + 1))) != 0 -> version++; early = early & ~BIT(version)
		:: else -> break
		od
	fi
}

inline receive(n, event, sender) {
	if
	:: sender < known
	:: else ->
		if
		:: sender > known -> known = sender; version = 0; early = 0
		:: else
		fi;
		take(n, event)
	fi
}

active [2] proctype Bus() {
	byte lived = _pid - 1;
end:	do
	:: d_step { onBus[lived] & BIT(1) -> receive(1, lived, lived) }
	:: d_step { onBus[lived] & BIT(2) -> receive(2, lived, lived) }
	:: d_step { onBus[lived] & BIT(3) -> receive(3, lived, lived) }
	:: d_step { onBus[lived] & BIT(1) -> onBus[lived] = onBus[lived] & ~BIT(1) }   /* gone, whether it was delivered or not */
	:: d_step { onBus[lived] & BIT(2) -> onBus[lived] = onBus[lived] & ~BIT(2) }
	:: d_step { onBus[lived] & BIT(3) -> onBus[lived] = onBus[lived] & ~BIT(3) }
	od
}

#define IS_CUT (known < life)

inline drop() { fetched = 0; fetchedBorn = 0; sentIn = 0; askedIn = 0 }

active proctype Reader() {
end:	do
	:: d_step { IS_CUT -> known = life; version = 0; early = 0 }      /* the comparison says so, also where nothing is left */
	:: d_step { fetched == 0 && known == life && version < stream ->
		fetched = version + 1; fetchedBorn = born[fetched]; sentIn = life; askedIn = life }
	:: d_step { fetched != 0 ->
		ignored = ignored || (askedIn == life && sentIn < known);
		receive(fetched, fetchedBorn, sentIn); drop() }
	:: d_step { fetched != 0 -> drop() }                              /* lost */
	:: d_step { !isSaved -> isSaved = true; savedKnown = known; savedVersion = version;
		savedHas[1] = has[1]; savedHas[2] = has[2]; savedHas[3] = has[3] }
	:: d_step { isSaved && !isReset -> isReset = true; known = savedKnown; version = savedVersion; early = 0;
		has[1] = savedHas[1]; has[2] = savedHas[2]; has[3] = savedHas[3]; drop() }
	od
}

active proctype End() { timeout -> ended = true }

#define IS_SAME(n) (version < n || has[n] == born[n])

ltl a_number_is_never_taken_for_another_event { [] (known != life || IS_SAME(1) && IS_SAME(2) && IS_SAME(3)) }
ltl nothing_is_taken_in_that_was_cut          { [] (known != life || version <= stream) }
ltl what_is_sent_for_a_comparison_is_taken_in { [] !ignored }
ltl both_stores_agree_in_the_end              { [] (!ended || known == life && version == stream && IS_SAME(1) && IS_SAME(2) && IS_SAME(3)) }

/* MUTANT a_number_is_never_taken_for_another_event: the reader takes in what is of an earlier incarnation
-	:: sender < known
+	:: false
*/
/* MUTANT a_number_is_never_taken_for_another_event: the reader goes on counting after a restore
-known = sender; version = 0; early = 0
+known = sender
*/
/* MUTANT nothing_is_taken_in_that_was_cut: what waited of the earlier incarnation stays
-known = sender; version = 0; early = 0
+known = sender; version = 0
*/
/* MUTANT what_is_sent_for_a_comparison_is_taken_in: it carries the incarnation of the event alone
-sentIn = life;
+sentIn = fetchedBorn;
*/
/* MUTANT both_stores_agree_in_the_end: the comparison looks at numbers alone
-#define IS_CUT (known < life)
+#define IS_CUT (false)
*/
