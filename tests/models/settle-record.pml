/*
 * Settle, then record: a follow-up is settled by the Scheduler before Applications records it.
 *
 * services/applications: Commands/RecordFollowUp.cs, Subscriptions/SchedulerEventsHandler.cs, Domain/JobApplication.cs (MayRecord, Decide).
 * services/scheduler: Commands/SettleFollowUp.cs, Subscriptions/ApplicationEventsHandler.cs. Decisions 0002, 0023.
 *
 * Two nodes of Applications record the follow-up of one stage for two callers with a claim id each, any number of times; a recorded
 * follow-up may be taken back. A settle request, once sent, is handled any number of times, however late; its reply comes late, twice or
 * never. A node may die between any two steps. The events of each service reach the other in order and once, however late: that is what
 * outbox-inbox.pml shows. That a decision of the Scheduler is made once, on the newest state, is what claims.pml shows.
 */
#define FACTS 6        /* more than each caller's follow-up, recorded and taken back, once */
#define NO_CLAIM 0
#define UNSENT 255

mtype = { IDLE, WAITS, RECORDS, APPENDS, APPLIED };
mtype = { NONE, MADE, RETRACTED, SETTLED, UNSETTLED };

typedef Event { mtype type; byte claim };
typedef Work { mtype step = IDLE; byte claim; bool isInbox; bool appends };

/* Applications' database: its stream and what follows from it, and how far it has read the Scheduler's events. */
Event fact[FACTS];
byte facts, made, planVersion;
bool takenBack[3];

/* The Scheduler's database: likewise. */
Event decision[FACTS];
byte decisions, settled, version;
bool unsettled[3];

/* The bus: with which version of the application a settle request was first sent, and whether a reply says that it is settled. */
byte asOf[3] = UNSENT;
bool replied[3];

Work work[2];

/* For the properties. */
bool everMade[3], everSettled[3], acknowledged[3];
byte retractedAt[3];
bool madeTwice, settledTwice, unsettledRecorded, disagree, staleAnswer;

#define W work[node]
#define MAY_RECORD(c) (!takenBack[c] && (made == NO_CLAIM || made == c))

inline record(who) {
	unsettledRecorded = unsettledRecorded || !everSettled[who];
	madeTwice = madeTwice || made != NO_CLAIM;
	everMade[who] = true; made = who;
	fact[facts].type = MADE; fact[facts].claim = who; facts++
}

/* What a node loads is decided upon at once, and appended if no other has appended since. */
inline load() {
	W.step = APPENDS;
	if
	:: takenBack[W.claim] || made == W.claim -> W.appends = false
	:: !takenBack[W.claim] && made == NO_CLAIM -> W.appends = true
	:: else -> W.appends = false; disagree = true; W.step = APPLIED
	fi
}

inline drop() { W.step = IDLE; W.claim = 0; W.isInbox = false; W.appends = false }

active [2] proctype Applications() {
	byte node = _pid, c;
end:	do
	/* a caller asks to record */
	:: atomic { W.step == IDLE ->
		if
		:: c = 1
		:: c = 2
		fi;
		if
		:: MAY_RECORD(c) -> W.claim = c; W.step = WAITS; asOf[c] = (asOf[c] == UNSENT -> facts : asOf[c])
		:: else                                /* alreadyMade, retracted */
		fi;
		c = 0 }
	:: d_step { W.step == WAITS && replied[W.claim] -> W.step = RECORDS }
	/* the Scheduler's next event */
	:: d_step { W.step == IDLE && planVersion < decisions ->
		if
		:: decision[planVersion].type == SETTLED -> W.claim = decision[planVersion].claim; W.isInbox = true; W.step = RECORDS
		:: else -> W.isInbox = true; W.step = APPLIED
		fi }
	:: d_step { W.step == RECORDS -> load() }
	:: d_step { W.step == APPENDS ->
		if
		:: W.appends -> record(W.claim);
			if
			:: work[1 - node].step == APPENDS -> work[1 - node].step = RECORDS; work[1 - node].appends = false
			:: else
			fi
		:: else
		fi;
		if
		:: W.isInbox -> W.step = APPLIED; W.appends = false
		:: else -> acknowledged[W.claim] = true; drop()
		fi }
	/* the plan is stored after that, unless the other node has stored it */
	:: d_step { W.step == APPLIED && W.isInbox -> planVersion++;
		if
		:: work[1 - node].isInbox -> node = 1 - node; drop(); node = 1 - node
		:: else
		fi;
		drop() }
	:: d_step { W.step == APPLIED && !W.isInbox -> drop() }
	:: d_step { W.step != IDLE -> drop() }                        /* it dies; or the caller waits no longer */
	od
}

active proctype Retraction() {
end:	do
	:: d_step { made != NO_CLAIM ->
		takenBack[made] = true; fact[facts].type = RETRACTED; fact[facts].claim = made; facts++;
		retractedAt[made] = facts; made = NO_CLAIM;
		if
		:: work[0].step == APPENDS -> work[0].step = RECORDS; work[0].appends = false
		:: else
		fi;
		if
		:: work[1].step == APPENDS -> work[1].step = RECORDS; work[1].appends = false
		:: else
		fi }
	od
}

inline settle(who) {
	settledTwice = settledTwice || settled != NO_CLAIM;
	settled = who; everSettled[who] = true;
	decision[decisions].type = SETTLED; decision[decisions].claim = who; decisions++
}

inline answer(who) {
	if
	:: settled == who -> replied[who] = true
	:: else ->
		if
		:: unsettled[who] -> skip                /* refused: it was taken back */
		:: else ->
			if
			:: settled != NO_CLAIM ->              /* refused: alreadyMade */
				staleAnswer = staleAnswer || (takenBack[settled] && retractedAt[settled] <= asOf[who])
			:: else -> settle(who); replied[who] = true
			fi
		fi
	fi
}

active proctype Scheduler() {
	byte c;
end:	do
	:: d_step { asOf[1] != UNSENT && asOf[1] <= version -> answer(1) }
	:: d_step { asOf[2] != UNSENT && asOf[2] <= version -> answer(2) }
	/* the next event of the application */
	:: d_step { version < facts ->
		c = fact[version].claim;
		if
		:: fact[version].type == MADE && settled == NO_CLAIM && !unsettled[c] -> settle(c)
		:: fact[version].type == RETRACTED && settled == c ->
			settled = NO_CLAIM; unsettled[c] = true;
			decision[decisions].type = UNSETTLED; decision[decisions].claim = c; decisions++
		:: else
		fi;
		version++; c = 0 }
	od
}

#define ALL_READ (planVersion == decisions && version == facts)

ltl one_follow_up_per_stage                { [] (!madeTwice && !settledTwice) }                   /* rule 1 */
ltl nothing_is_recorded_that_is_not_settled { [] !unsettledRecorded }                              /* enforcement: settle, then record */
ltl what_is_settled_is_recorded            { [] (!ALL_READ || made == settled) }                    /* enforcement: a crash is healed */
ltl what_is_acknowledged_is_recorded       { [] ((!acknowledged[1] || everMade[1]) && (!acknowledged[2] || everMade[2])) }
ltl the_services_never_disagree            { [] !disagree }
ltl no_answer_from_an_older_state          { [] !staleAnswer }                                     /* enforcement: behind */
/* rule 16 */
ltl what_is_taken_back_is_not_made { [] (!ALL_READ || !(takenBack[1] && settled == 1) && !(takenBack[2] && settled == 2)) }

/* MUTANT one_follow_up_per_stage: the Scheduler settles although another is settled
-			:: settled != NO_CLAIM ->
+			:: settled != NO_CLAIM -> settle(who);
*/
/* MUTANT nothing_is_recorded_that_is_not_settled: Applications records when no reply comes
-W.step == WAITS && replied[W.claim] ->
+W.step == WAITS ->
*/
/* MUTANT what_is_settled_is_recorded: the Scheduler's event doesn't record the follow-up
-		:: decision[planVersion].type == SETTLED ->
+		:: false ->
*/
/* MUTANT what_is_settled_is_recorded: the plan is stored before the follow-up is recorded
-W.isInbox = true; W.step = RECORDS
+W.isInbox = false; W.step = RECORDS; planVersion++
*/
/* MUTANT what_is_settled_is_recorded: a claim whose follow-up was taken back is settled again
-		:: unsettled[who] -> skip
+		:: false -> skip
*/
/* MUTANT what_is_acknowledged_is_recorded: the caller is answered before the append
-		:: MAY_RECORD(c) ->
+		:: MAY_RECORD(c) -> acknowledged[c] = true;
*/
/* MUTANT the_services_never_disagree: the Scheduler lets a second one through
-			:: settled != NO_CLAIM ->
+			:: settled != NO_CLAIM && decisions > 1 ->
*/
/* MUTANT no_answer_from_an_older_state: the Scheduler doesn't wait for the version that the caller has seen
-asOf[2] != UNSENT && asOf[2] <= version
+asOf[2] != UNSENT
*/
/* MUTANT what_is_taken_back_is_not_made: the Scheduler doesn't hear of it
-		:: fact[version].type == RETRACTED && settled == c ->
+		:: false ->
*/
