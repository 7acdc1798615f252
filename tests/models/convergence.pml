/*
 * Convergence: whatever makes a reader miss an event is found and repaired, in both directions.
 *
 * Decision 0033. What each service publishes to the other is compared, application by application: how far the other's stream is, and how
 * far this service has taken it in. What is missing is fetched and passes the same gate as a message of the bus.
 *
 * Applications' facts and the Scheduler's decisions are numbered per application. The Scheduler decides once on each fact. The bus loses
 * any message, delivers any again, in any order: a queue was deleted, purged, or is read twice. Two nodes of each service compare, at any
 * moment; what they fetch is old news when it arrives, or is lost: an answer is, or the node dies.
 */
#define FACTS 3
#define BIT(n) (1 << n)

/* side 0: Applications, whose stream has facts and which reads decisions; side 1: the Scheduler, whose stream has decisions */
byte stream[2];              /* the last event of a side's stream */
byte version[2], early[2];   /* what a side has taken in of the other's, and what waits in its gate */
byte onBus[2];               /* the messages that a side may still receive */

byte fetched[4];             /* the comparing nodes, two for each side: what was fetched and isn't taken in yet */

byte applied[2];             /* for the properties: what a side has applied */
bool twice, invented;

/* SequenceGate.Receive; the Scheduler decides on each fact that it applies */
inline receive(side, n) {
	if
	:: n <= version[side]
	:: n > version[side] + 1 -> early[side] = early[side] | BIT(n)
	:: else ->
		apply(side, n);
		do
		:: (early[side] & BIT((version[side] + 1))) != 0 ->
			early[side] = early[side] & ~BIT((version[side] + 1));
			apply(side, version[side] + 1)
		:: else -> break
		od
	fi
}

inline apply(side, n) {
	twice = twice || (applied[side] & BIT(n)) != 0;
	applied[side] = applied[side] | BIT(n);
	invented = invented || n > stream[1 - side];
	version[side] = n;
	if
	:: side == 1 -> stream[1]++; onBus[0] = onBus[0] | BIT(stream[1])
	:: else
	fi
}

active proctype Facts() {
end:	do
	:: d_step { stream[0] < FACTS -> stream[0]++; onBus[1] = onBus[1] | BIT(stream[0]) }
	od
}

active [2] proctype Bus() {
	byte side = _pid - 1;
end:	do
	:: d_step { onBus[side] & BIT(1) -> receive(side, 1) }                /* delivered, and perhaps again */
	:: d_step { onBus[side] & BIT(2) -> receive(side, 2) }
	:: d_step { onBus[side] & BIT(3) -> receive(side, 3) }
	:: d_step { onBus[side] & BIT(1) -> onBus[side] = onBus[side] & ~BIT(1) }   /* gone, whether it was delivered or not */
	:: d_step { onBus[side] & BIT(2) -> onBus[side] = onBus[side] & ~BIT(2) }
	:: d_step { onBus[side] & BIT(3) -> onBus[side] = onBus[side] & ~BIT(3) }
	od
}

#define SIDE (node / 2)

active [4] proctype Compare() {
	byte node = _pid - 3;
end:	do
	:: d_step { fetched[node] == 0 && version[SIDE] < stream[1 - SIDE] -> fetched[node] = version[SIDE] + 1 }
	:: d_step { fetched[node] != 0 -> receive(SIDE, fetched[node]); fetched[node] = 0 }
	:: d_step { fetched[node] != 0 -> fetched[node] = 0 }
	od
}

/* When nothing can happen any more. */
bool ended;
active proctype End() { timeout -> ended = true }

ltl both_services_agree_in_the_end { [] (!ended || version[0] == stream[1] && version[1] == stream[0]) }
ltl each_event_is_applied_once     { [] !twice }
ltl nothing_is_taken_in_that_was_not_appended { [] !invented }

/* MUTANT both_services_agree_in_the_end: a service asks only when a message waits for its predecessors
-fetched[node] == 0 && version
+fetched[node] == 0 && early[SIDE] != 0 && version
*/
/* MUTANT both_services_agree_in_the_end: what waits counts as taken in
-fetched[node] == 0 && version
+fetched[node] == 0 && early[SIDE] == 0 && version
*/
/* MUTANT both_services_agree_in_the_end: only the Scheduler compares
-fetched[node] == 0 && version
+fetched[node] == 0 && SIDE == 1 && version
*/
/* MUTANT each_event_is_applied_once: what was fetched doesn't pass the gate
-receive(SIDE, fetched[node]);
+apply(SIDE, fetched[node]);
*/
/* MUTANT nothing_is_taken_in_that_was_not_appended: the comparison fetches one more than there is
-version[SIDE] < stream[1 - SIDE]
+version[SIDE] <= stream[1 - SIDE]
*/
