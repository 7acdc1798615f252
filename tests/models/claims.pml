/*
 * The claim: who may make a stage's follow-up.
 *
 * services/scheduler: Domain/FollowUpPlan.cs, Commands/PlanCommandHandler.cs, DueSlots/DueSlotScheduler.cs. Decisions 0007, 0023, 0027.
 *
 * Two nodes decide on one slot. Each loads it, reads the database's clock, decides on what it loaded, and appends if the stream still has
 * the version that it loaded. Two callers, each with a claim id, and a third principal that goes by the first one's name and uses its
 * claim id, ask for anything, in any order, any number of times: so a request may be sent again, be handled twice at the same moment, or
 * come late, and an answer may be lost. A node may die before it commits. Time passes: leases end, then the window.
 */
#define LEASE 1
#define WINDOW 2
#define LAST 3        /* the last moment */
#define NAMESAKE 3    /* the principal without a claim id of its own */

mtype = { NOTHING, CLAIM, SETTLE, INSIST, RELEASE, TICK };   /* INSIST: settle with "happened": true */
mtype = { OPEN, CLAIMED, MADE, LAPSED };
mtype = { NONE, GRANTED, REFUSED, SETTLED, ALREADY_MADE, RELEASED, CAN_BE_RECORDED, ANOTHERS, UNKNOWN };

typedef Slot { mtype status = OPEN; byte epoch; byte claim; byte until; byte made };
typedef Asked { byte epoch; byte owner; bool refused; bool refusedFirst };
typedef Work { mtype what = NOTHING; byte caller; byte now; Slot s; Asked a };

/* The Scheduler's database: the slot, the answers by claim id, and the clock. */
Slot slot;
Asked asked[3];
byte now;

Work work[2];   /* what each node has loaded */

/* For the properties. */
byte settlements;
mtype claimAnswer[3] = NONE;
bool takenOver, anothersClaim, otherAnswer, staleEpoch, truthRefused, lapsedClaimed, unmade;

#define W work[node]
#define S work[node].s
#define A work[node].a
#define ID (W.caller == NAMESAKE -> 1 : W.caller)

inline expire() {
	if
	:: S.claim != 0 && S.until <= W.now -> S.claim = 0; S.status = OPEN; facts++
	:: else
	fi
}

inline passTime() {
	expire();
	if
	:: S.status == OPEN && WINDOW <= W.now -> S.status = LAPSED; facts++
	:: else
	fi
}

inline grant() {
	S.epoch++;
	S.status = CLAIMED; S.claim = id; S.until = W.now + LEASE;
	A.epoch = S.epoch; A.owner = W.caller; A.refusedFirst = A.refused;
	facts++
}

inline refuse() { A.refused = true; A.owner = W.caller; facts++ }

/* A claim id belongs to the first who used it. */
#define IS_ANOTHERS (A.owner != 0 && A.owner != W.caller)

inline claimSlot() {
	if
	:: IS_ANOTHERS -> answer = ANOTHERS
	:: else ->
		if
		:: A.refusedFirst || (A.refused && A.epoch == 0) -> answer = REFUSED
		:: A.epoch != 0 && !A.refusedFirst -> answer = GRANTED
		:: else ->
			expire();
			if
			:: S.status == OPEN -> grant(); answer = GRANTED
			:: else -> refuse(); answer = REFUSED
			fi
		fi
	fi
}

inline settleSlot() {
	if
	:: S.made == id && !IS_ANOTHERS -> answer = SETTLED
	:: S.made == id && IS_ANOTHERS -> answer = ALREADY_MADE
	:: S.made != id && IS_ANOTHERS -> answer = ANOTHERS
	:: else ->
		expire();
		if
		:: S.made != 0 ->
			if
			:: !A.refused -> refuse()
			:: else
			fi;
			answer = ALREADY_MADE
		:: S.claim != 0 && S.claim != id -> answer = ANOTHERS
		:: else ->
			if
			:: W.what != INSIST && ((A.epoch != 0 && A.epoch != S.epoch) || (S.status == LAPSED && A.epoch != S.epoch)) ->
				answer = CAN_BE_RECORDED
			:: else ->
				if
				:: A.epoch != 0 && A.epoch == S.epoch
				:: else -> grant()
				fi;
				S.status = MADE; S.claim = 0; S.made = id; facts++; answer = SETTLED
			fi
		fi
	fi
}

inline releaseSlot() {
	if
	:: A.epoch == 0 -> answer = UNKNOWN
	:: A.epoch != 0 && IS_ANOTHERS -> answer = ANOTHERS
	:: A.epoch != 0 && !IS_ANOTHERS && S.made == id -> answer = ALREADY_MADE
	:: else ->
		if
		:: S.claim == id -> S.claim = 0; S.status = OPEN; facts++; passTime()
		:: else
		fi;
		answer = RELEASED
	fi
}

inline decide() {
	facts = 0; id = ID;
	if
	:: W.what == CLAIM -> claimSlot()
	:: W.what == SETTLE || W.what == INSIST -> settleSlot()
	:: W.what == RELEASE -> releaseSlot()
	:: W.what == TICK -> answer = NONE; passTime()
	fi
}

/* Compares what is about to be stored with what is stored. */
inline judge() {
	settlements = settlements + (facts > 0 && answer == SETTLED);
	takenOver = takenOver || (facts > 0 && (answer == GRANTED || answer == SETTLED)
		&& slot.claim != 0 && slot.claim != id && slot.until > now);
	anothersClaim = anothersClaim || ((answer == GRANTED || answer == SETTLED || answer == RELEASED)
		&& asked[id].owner != 0 && asked[id].owner != W.caller);
	staleEpoch = staleEpoch || (facts > 0 && answer == SETTLED && (A.epoch != S.epoch || S.epoch < slot.epoch));
	truthRefused = truthRefused || (W.what == INSIST && answer != SETTLED && slot.made == 0
		&& !(slot.claim != 0 && slot.claim != id && slot.until > W.now) && !(asked[id].owner != 0 && asked[id].owner != W.caller));
	lapsedClaimed = lapsedClaimed || (facts > 0 && answer == GRANTED && slot.status == LAPSED);
	unmade = unmade || (slot.made != 0 && (S.made != slot.made || S.status != MADE));
	if
	:: W.what == CLAIM && W.caller != NAMESAKE ->
		otherAnswer = otherAnswer || (claimAnswer[id] != NONE && claimAnswer[id] != answer);
		claimAnswer[id] = answer
	:: else
	fi
}

inline copySlot(to, from) {
	to.status = from.status; to.epoch = from.epoch; to.claim = from.claim; to.until = from.until; to.made = from.made
}

inline copyAsked(to, from) {
	to.epoch = from.epoch; to.owner = from.owner; to.refused = from.refused; to.refusedFirst = from.refusedFirst
}

inline load(kind, from) {
	W.what = kind; W.caller = from; W.now = now;
	copySlot(S, slot);
	if
	:: kind != TICK -> copyAsked(A, asked[ID])
	:: else
	fi
}

/* What was loaded would only make states that differ in nothing. */
inline drop(n) {
	work[n].what = NOTHING; work[n].caller = 0; work[n].now = 0;
	work[n].s.status = OPEN; work[n].s.epoch = 0; work[n].s.claim = 0; work[n].s.until = 0; work[n].s.made = 0;
	work[n].a.epoch = 0; work[n].a.owner = 0; work[n].a.refused = false; work[n].a.refusedFirst = false
}

inline append() {
	copySlot(slot, S);
	if
	:: W.what != TICK -> copyAsked(asked[id], A)
	:: else
	fi;
	if
	:: facts > 0 -> drop(1 - node)   /* the stream has another version than the other node loaded: it begins again */
	:: else
	fi
}

/* The nodes are alike: the first is busy first. */
#define IS_FREE (W.what == NOTHING && (node == 0 || work[0].what != NOTHING))
#define IS_MOMENT ((slot.claim != 0 && slot.until <= now) || (slot.status == OPEN && WINDOW <= now))

active [2] proctype Node() {
	byte node = _pid, id, facts, caller;
	mtype answer = NONE;
end:	do
	:: atomic { IS_FREE ->
		if
		:: caller = 1
		:: caller = 2
		:: caller = NAMESAKE
		fi;
		if
		:: load(CLAIM, caller)
		:: load(SETTLE, caller)
		:: load(INSIST, caller)
		:: load(RELEASE, caller)
		fi;
		caller = 0 }
	:: d_step { IS_FREE && IS_MOMENT -> load(TICK, 0) }
	:: d_step { W.what != NOTHING -> decide(); judge(); append(); drop(node); id = 0; facts = 0; answer = NONE }
	:: d_step { W.what != NOTHING -> drop(node) }   /* the node dies */
	od
}

active proctype Time() {
end:	do
	:: now < LAST -> now++
	od
}

ltl one_follow_up_per_stage             { [] (settlements <= 1) }                /* rule 1 */
ltl one_claim_at_a_time                 { [] !takenOver }                        /* enforcement: granted to one claimant at a time */
ltl the_answer_to_a_claim_never_changes { [] !otherAnswer }                      /* enforcement: the same claimId, the same answer */
ltl an_older_epoch_never_settles        { [] !staleEpoch }                       /* enforcement: settling needs the epoch granted */
ltl a_lapsed_slot_is_not_claimed        { [] !lapsedClaimed }                    /* rule 10 */
ltl made_stays_made                     { [] !unmade }                           /* rule 12 */
ltl what_happened_can_be_recorded       { [] !truthRefused }                     /* rule 13 */
ltl a_claim_belongs_to_its_principal    { [] !anothersClaim }                    /* rule 18 */

/* MUTANT one_follow_up_per_stage: an append doesn't look at the stream's version
-	:: facts > 0 -> drop(1 - node)
+	:: facts > 0 -> skip
*/
/* MUTANT one_follow_up_per_stage: saying that it happened settles a second one
-		:: S.made != 0 ->
+		:: S.made != 0 && W.what != INSIST ->
*/
/* MUTANT one_claim_at_a_time: each node judges leases by a clock of its own
-W.now = now;
+W.now = now + node;
*/
/* MUTANT one_claim_at_a_time: another's live claim is no reason against settling
-		:: S.claim != 0 && S.claim != id -> answer = ANOTHERS
+		:: false -> skip
*/
/* MUTANT the_answer_to_a_claim_never_changes: a follow-up that is recorded under a refused claim's id makes it a grant
-A.refusedFirst = A.refused;
+A.refusedFirst = false;
*/
/* MUTANT an_older_epoch_never_settles: a claim settles although another was granted since
-				:: A.epoch != 0 && A.epoch == S.epoch
+				:: A.epoch != 0
*/
/* MUTANT a_lapsed_slot_is_not_claimed: a claim looks only at who else has the slot
-		:: S.status == OPEN -> grant()
+		:: S.claim == 0 && S.made == 0 -> grant()
*/
/* MUTANT made_stays_made: settling leaves the claim, which ends and opens the slot
-S.status = MADE; S.claim = 0;
+S.status = MADE;
*/
/* MUTANT what_happened_can_be_recorded: "happened" makes no difference
-W.what != INSIST && (
+(
*/
/* MUTANT a_claim_belongs_to_its_principal: settling doesn't ask who settles
-	:: S.made != id && IS_ANOTHERS -> answer = ANOTHERS
+	:: false -> skip
*/
/* MUTANT a_claim_belongs_to_its_principal: letting go doesn't ask who lets go
-	:: A.epoch != 0 && IS_ANOTHERS -> answer = ANOTHERS
+	:: false -> skip
*/
/* MUTANT the_answer_to_a_claim_never_changes: a refusal doesn't belong to its principal
-A.refused = true; A.owner = W.caller; facts++
+A.refused = true; facts++
*/
/* MUTANT a_claim_belongs_to_its_principal: what is settled is confirmed to everybody
-	:: S.made == id && !IS_ANOTHERS -> answer = SETTLED
+	:: S.made == id -> answer = SETTLED
*/
