/*
 * The pair after a restore: no second follow-up, although one of the two services has forgotten the first.
 *
 * Decisions 0002, 0009, 0034.
 *
 * One stage in both services, two callers. As in settle-record.pml: the Scheduler settles, Applications records when the reply or the
 * Scheduler's event arrives, and the Scheduler hears of what is recorded; any of these late, again or never. At any moment one of the two
 * stores is replaced by an older one, once. The Scheduler then decides nothing until it has compared the application: Applications sends
 * what it has, the Scheduler takes it over, and sends what Applications lacks. A reply that was sent before the restore may arrive after
 * it: Applications records it only if it knows of no later incarnation of the Scheduler's store than the one that sent it.
 */
#define NO_CLAIM 0
#define NOTHING 255

/* Applications: the follow-up that is recorded, and the latest incarnation of the Scheduler's store that it knows. */
byte made, knownLife, savedMade;

/* The Scheduler: the follow-up that is settled, its store's incarnation, and whether it waits for the comparison. */
byte settled, life, savedSettled;
bool isBehind, isUnasked;

/* The bus: settle requests; replies and events that say that a claim is settled, with the sender's incarnation; the fact that it is
   recorded; and what Applications sends for the comparison. */
bool asks[3];
bool reply[6];               /* 2 * incarnation + claim */
bool recorded[3];
byte comparison = NOTHING;

bool isSavedByScheduler, isSavedByApplications, isRestored;

/* For the properties. */
bool acknowledged[3], disagree;

#define SAID(sender, claim) reply[2 * sender + claim]

inline settle(claim) {
	if
	:: settled == NO_CLAIM -> settled = claim; SAID(life, claim) = true
	:: settled == claim -> SAID(life, claim) = true
	:: else                                          /* alreadyMade */
	fi
}

inline record(claim, sent) {
	if
	:: sent < knownLife                              /* sent by what the restore has replaced: the caller tries again */
	:: else ->
		knownLife = sent;
		if
		:: made == NO_CLAIM || made == claim -> made = claim; recorded[claim] = true; acknowledged[claim] = true
		:: else -> disagree = true
		fi
	fi
}

active [2] proctype Caller() {
	byte claim = _pid + 1;
end:	do
	:: d_step { made == NO_CLAIM || made == claim -> asks[claim] = true }
	:: d_step { asks[claim] && !isBehind -> settle(claim) }
	:: d_step { SAID(0, claim) -> record(claim, 0) }
	:: d_step { SAID(1, claim) -> record(claim, 1) }
	:: d_step { recorded[claim] && !isBehind && settled == NO_CLAIM -> settled = claim }       /* the event of Applications */
	od
}

inline compare() { isBehind = true; isUnasked = true; comparison = NOTHING }

active proctype Restores() {
end:	do
	:: d_step { !isSavedByScheduler -> isSavedByScheduler = true; savedSettled = settled }
	:: d_step { !isSavedByApplications -> isSavedByApplications = true; savedMade = made }
	:: d_step { isSavedByScheduler && !isRestored -> isRestored = true; settled = savedSettled; life++; compare() }
	:: d_step { isSavedByApplications && !isRestored -> isRestored = true; made = savedMade; compare();
		recorded[1] = false; recorded[2] = false }   /* the Scheduler drops what the replaced store of Applications has sent */
	od
}

active proctype Comparison() {
end:	do
	/* Applications is asked, and so hears of the Scheduler's incarnation; its answer may be lost, or late */
	:: d_step { isUnasked -> knownLife = life; comparison = made; isUnasked = false }
	:: d_step { comparison != NOTHING ->
		if
		:: comparison != NO_CLAIM -> settled = comparison
		:: else
		fi;
		if
		:: settled != NO_CLAIM -> SAID(life, settled) = true
		:: else
		fi;
		comparison = NOTHING; isBehind = false }
	:: d_step { comparison != NOTHING -> comparison = NOTHING; isUnasked = true }            /* lost, and asked for again */
	od
}

#define IS_KEPT(claim) (!acknowledged[claim] || isBehind || settled == claim)

ltl one_follow_up_per_stage                { [] !(made != NO_CLAIM && settled != NO_CLAIM && made != settled && !isBehind) }   /* rule 1 */
ltl what_one_store_lost_the_other_has_kept { [] (IS_KEPT(1) && IS_KEPT(2)) }                                               /* rule 1 */
ltl the_services_never_disagree            { [] !disagree }

/* MUTANT one_follow_up_per_stage: a restored Scheduler decides at once
-isBehind = true; isUnasked = true;
+isUnasked = true;
*/
/* MUTANT what_one_store_lost_the_other_has_kept: the Scheduler doesn't take over what Applications has
-		:: comparison != NO_CLAIM -> settled = comparison
+		:: comparison != NO_CLAIM -> skip
*/
/* MUTANT the_services_never_disagree: a reply of before the restore is recorded after it
-	:: sent < knownLife
+	:: false
*/
