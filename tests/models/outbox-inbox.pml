/*
 * The outbox and the inbox: the events of one application, from the stream of one service into the state of the other.
 *
 * services/platform: Outbox/OutboxPublisher.cs, Inbox/InboxConsumer.cs, Inbox/InboxBatcher.cs, Inbox/SequenceGate.cs. Decision 0003.
 *
 * A node that publishes loads a page, which is what lies beyond the stored progress, publishes its events one after the other, each until
 * the broker has confirmed it, and stores the progress. A node that lost the lock without knowing it publishes, too. A publish may be lost,
 * and so may its confirmation. Two nodes read one queue, in any order: each loads the state, passes the message through the gate, stores
 * the state unless the other has stored it since, and acknowledges. Any node may die at any moment: a message in its hand is delivered
 * again.
 */
#define EVENTS 3
#define COPIES 1      /* the most copies of an event that publishing leaves in the queue */
#define NOTHING 0
#define BIT(n) (1 << n)
#define IS_FREE(hand) (hand[node] == NOTHING && (node == 0 || hand[0] != NOTHING))   /* nodes are alike: the first is busy first */

byte appended;                        /* the source's database: the stream, of which each event was acknowledged to its caller, */
byte progress;                        /* and the progress of the outbox */
byte at, last;                        /* the publishing node: the event that comes next, and the last one of the page */
byte queued[EVENTS + 1];              /* the broker: the copies of each event */
byte version, early;                  /* the reader's database: the last event that passed the gate, and those that wait */
byte taken[2];                        /* the reading nodes: the event in hand, */
bool loaded[2], stored[2];            /* whether the state was loaded, and stored, */
byte gate[2], waiting[2];             /* and what was loaded */

byte applied[EVENTS + 1];             /* for the properties: how often each event was applied */
bool outOfOrder;

active proctype Source() {
end:	do
	:: appended < EVENTS -> appended++
	od
}

#define QUEUE(n) queued[n] = (queued[n] < COPIES -> queued[n] + 1 : queued[n])

active proctype Publisher() {
end:	do
	:: d_step { at == NOTHING && progress < appended -> last = appended; at = progress + 1 }
	:: atomic { at != NOTHING && at <= last ->
		if
		:: QUEUE(at); at++             /* confirmed */
		:: QUEUE(at)                   /* received, but the confirmation is lost */
		:: skip                        /* lost */
		fi }
	:: d_step { at > last -> progress = last; last = 0; at = NOTHING }
	:: d_step { at != NOTHING -> last = 0; at = NOTHING }   /* the node dies: the next one begins at the stored progress */
	od
}

/* A node that doesn't know that it has lost the lock. What it still publishes is in the stream. */
active proctype FormerPublisher() {
end:	do
	:: d_step { appended >= 1 -> QUEUE(1) }
	:: d_step { appended >= 2 -> QUEUE(2) }
	:: d_step { appended >= 3 -> QUEUE(3) }
	od
}

inline forget(n) { loaded[n] = false; gate[n] = 0; waiting[n] = 0 }

inline apply(n) {
	outOfOrder = outOfOrder || (n > 1 && applied[n - 1] == 0);
	applied[n]++
}

/* SequenceGate.Receive, on what was loaded */
inline receive(n) {
	if
	:: n <= gate[node]
	:: n > gate[node] + 1 -> waiting[node] = waiting[node] | BIT(n)
	:: else ->
		gate[node] = n; apply(n);
		do
		:: (waiting[node] & BIT((gate[node] + 1))) != 0 ->
			gate[node]++;
			waiting[node] = waiting[node] & ~BIT(gate[node]);
			apply(gate[node])
		:: else -> break
		od
	fi
}

active [2] proctype Reader() {
	byte node = _pid - 3;
end:	do
	:: d_step { IS_FREE(taken) && queued[1] > 0 -> queued[1]--; taken[node] = 1 }
	:: d_step { IS_FREE(taken) && queued[2] > 0 -> queued[2]--; taken[node] = 2 }
	:: d_step { IS_FREE(taken) && queued[3] > 0 -> queued[3]--; taken[node] = 3 }
	:: d_step { taken[node] != NOTHING && !loaded[node] && !stored[node] ->
		loaded[node] = true; gate[node] = version; waiting[node] = early }
	:: d_step { loaded[node] ->
		receive(taken[node]);
		version = gate[node]; early = waiting[node];
		forget(1 - node);                   /* it finds that the state has changed, and loads it again */
		forget(node);
		stored[node] = true }
	:: d_step { stored[node] -> stored[node] = false; taken[node] = NOTHING }      /* acknowledged */
	:: d_step { taken[node] != NOTHING ->                                          /* the node dies */
		queued[taken[node]]++; taken[node] = NOTHING; stored[node] = false; forget(node) }
	od
}

#define IS_QUIET (progress == appended && at == NOTHING && taken[0] == NOTHING && taken[1] == NOTHING \
	&& queued[1] + queued[2] + queued[3] == 0)

ltl nothing_acknowledged_is_lost { [] (!IS_QUIET || version == appended && early == 0) }                    /* promise of the bus */
ltl each_event_is_applied_once   { [] (applied[1] <= 1 && applied[2] <= 1 && applied[3] <= 1) }
ltl events_are_applied_in_order  { [] !outOfOrder }

/* MUTANT nothing_acknowledged_is_lost: the next event is published before the broker has confirmed this one
-		:: skip 
+		:: at++ 
*/
/* MUTANT nothing_acknowledged_is_lost: a message is acknowledged before the state is stored
-queued[taken[node]]++; taken[node] = NOTHING; stored
+taken[node] = NOTHING; stored
*/
/* MUTANT nothing_acknowledged_is_lost: the state is stored although another node has stored it since
-		forget(1 - node); 
+		skip; 
*/
/* MUTANT nothing_acknowledged_is_lost: an early message is dropped
-waiting[node] = waiting[node] | BIT(n)
+skip
*/
/* MUTANT nothing_acknowledged_is_lost: no early message is looked at again
-		:: (waiting[node] & BIT((gate[node] + 1))) != 0 ->
+		:: false ->
*/
/* MUTANT each_event_is_applied_once: the gate lets a repeated message through
-	:: n <= gate[node]
+	:: n < gate[node]
*/
/* MUTANT each_event_is_applied_once: the state is stored although another node has stored it since
-		forget(1 - node); 
+		skip; 
*/
/* MUTANT events_are_applied_in_order: the gate lets an early message through
-	:: n > gate[node] + 1 ->
+	:: false ->
*/
