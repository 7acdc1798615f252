using FollowUp.Chaos;

namespace FollowUp.Specs.Chaos;

/// <summary>
/// The checker of <c>./followup chaos</c> reports each broken promise: a made-up history is good until one thing in it is wrong.
/// </summary>
public sealed class CheckerSpecs
{
    private const string Submitted = "followup.application.submitted.v1",
        Planned = "followup.follow-up.planned.v1",
        Claimed = "followup.follow-up.claimed.v1",
        Released = "followup.follow-up.claim-released.v1",
        ClaimRefused = "followup.follow-up.claim-refused.v1",
        Settled = "followup.follow-up.settled.v1",
        Made = "followup.application.follow-up-made.v1",
        Snoozed = "followup.follow-up.snoozed.v1";

    private static readonly Guid Job = Guid.NewGuid();
    private static readonly DateTimeOffset Noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    private readonly Attempt _submit = Attempted("submit", Outcome.Acknowledged, Submitted),
        _claim = Attempted("claim", Outcome.Acknowledged, Claimed),
        _record = Attempted("record-follow-up", Outcome.Acknowledged, Made, Settled);

    [Fact]
    public void A_good_history_has_no_findings() => Assert.Empty(Checker.Check(Good()));

    [Fact]
    public void An_acknowledged_command_that_is_recorded_nowhere_is_lost()
    {
        var lost = Attempted("record-contact", Outcome.Acknowledged, "followup.application.contact-recorded.v1");
        var history = Good();

        Finds(Broken.Lost, history with { Attempts = [.. history.Attempts, lost] });
    }

    [Fact]
    public void An_event_that_vanished_from_everywhere_is_lost() =>
        Finds(Broken.Lost, From(Events().Where(x => x.Type is not (Settled or Made))));

    [Fact]
    public void A_number_that_is_left_out_is_lost() => Finds(Broken.Lost, From(Events().Where(x => x.Type != Planned)));

    [Fact]
    public void An_event_that_the_bus_did_not_carry_is_lost()
    {
        var history = Good();

        Finds(Broken.Lost, history with { Heard = [.. history.Heard.Where(x => x.Type != Settled)] });
    }

    [Fact]
    public void What_was_published_while_the_listener_was_not_bound_is_excused_and_counted()
    {
        var history = Good();
        history = history with
        {
            Heard = [.. history.Heard.Where(x => x.Type != Settled)],
            Deaf = [new(Noon.AddSeconds(-1), Noon.AddSeconds(1))],
        };

        Assert.Empty(Checker.Check(history));
        Assert.Equal(1, Checker.Excused(history));
        Finds(Broken.Lost, history with { Deaf = [new(Noon.AddSeconds(1), Noon.AddSeconds(2))] });
    }

    [Fact]
    public void An_event_that_a_reader_of_the_feed_missed_is_lost()
    {
        var history = Good();

        Finds(Broken.Lost, history with { Followed = [.. history.Followed.Where(x => x.Type != Claimed)] });
    }

    [Fact]
    public void An_acknowledged_claim_that_the_timeline_lacks_is_lost() =>
        Finds(Broken.Lost, Shown(x => x with { Timeline = [.. x.Timeline.Where(y => y.Type != Claimed)] }));

    [Fact]
    public void A_command_that_the_broker_confirmed_is_recorded_or_refused_or_a_dead_letter()
    {
        var entrusted = Attempted("claim", Outcome.Entrusted, Claimed);
        var history = Good();
        var forgotten = history with { Attempts = [.. history.Attempts, entrusted] };

        Finds(Broken.Lost, forgotten);
        Assert.Empty(Checker.Check(forgotten with { DeadLetters = [$$"""{"id":"{{entrusted.Correlation}}"}"""] }));
        var refused = From([.. Events(), Event(PublicEvent.Scheduler, 4, ClaimRefused, entrusted)]);
        Assert.Empty(Checker.Check(refused with { Attempts = forgotten.Attempts }));
    }

    [Fact]
    public void A_command_without_an_answer_may_be_recorded_once_or_not_but_not_twice()
    {
        _claim.Outcome = Outcome.Unknown;
        Assert.Empty(Checker.Check(Good()));
        Assert.Empty(Checker.Check(From(Events().Where(x => x.Type != Claimed).Select(Renumbered))));
        Finds(Broken.Doubled, From([.. Events(), Event(PublicEvent.Scheduler, 4, Released, null), Again(5, _claim)]));
    }

    [Fact]
    public void A_command_that_is_recorded_twice_is_doubled() =>
        Finds(Broken.Doubled, From([.. Events(), Event(PublicEvent.Applications, 3, Submitted, _submit)]));

    [Fact]
    public void A_message_that_gets_another_answer_when_it_is_sent_again_is_unexpected()
    {
        var snooze = Attempted("snooze", Outcome.Refused, Snoozed);
        History With(params Sending[] sendings)
        {
            snooze.Sendings = sendings;
            return Good() with { Attempts = [_submit, _claim, _record, snooze] };
        }

        Assert.Empty(Checker.Check(With(Sent(Sending.Amqp, null), Sent(Sending.Amqp, Refused), Sent(Sending.Amqp, Refused))));
        Assert.Empty(Checker.Check(With(Sent(Sending.Amqp, NotThere), Sent(Sending.Amqp, Refused), Sent(Sending.Amqp, null))));
        Assert.Empty(Checker.Check(With(Sent(Sending.Http, Refused), Sent(Sending.Http, Accepted))));
        Finds(Broken.Unexpected, With(Sent(Sending.Amqp, Refused), Sent(Sending.Amqp, Accepted)));
        Finds(Broken.Unexpected, With(Sent(Sending.Amqp, Refused), Sent(Sending.Amqp, Refused with { Code = "lapsed" })));
    }

    [Fact]
    public void Only_a_sending_without_an_answer_leaves_a_refused_command_in_doubt()
    {
        var snooze = Attempted("snooze", Outcome.Refused, Snoozed);
        snooze.Sendings = [Sent(Sending.Http, NotThere), Sent(Sending.Http, Refused)];
        Assert.False(snooze.IsInDoubt);
        var recorded = From([.. Events(), Event(PublicEvent.Scheduler, 4, Snoozed, snooze)]);
        Finds(Broken.Unexpected, recorded with { Attempts = [_submit, _claim, _record, snooze] });

        snooze.Sendings = [Sent(Sending.Http, null), Sent(Sending.Http, Refused)];
        Assert.True(snooze.IsInDoubt);
    }

    [Fact]
    public void A_snooze_that_is_said_again_after_it_is_explained_by_it_and_one_before_it_is_not()
    {
        var snooze = Attempted("snooze", Outcome.Acknowledged, Snoozed);
        PublicEvent Said(long number, Attempt? by) => Event(PublicEvent.Scheduler, number, Snoozed, by, stage: 1);
        History With(params PublicEvent[] events) => From([.. Events(), .. events]) with { Attempts = [_submit, _claim, _record, snooze] };

        Assert.Empty(Checker.Check(With(Said(4, snooze), Said(5, null))));
        Finds(Broken.Unexpected, With(Said(4, null), Said(5, snooze)));
    }

    [Fact]
    public void A_follow_up_may_take_its_claim_with_it_once_and_only_if_it_was_recorded()
    {
        var alone = _record with { MayCause = [Claimed] };
        PublicEvent Taken(long number) => Event(PublicEvent.Scheduler, number, Claimed, alone, stage: 1);
        History With(params PublicEvent[] events) =>
            From([
                Event(PublicEvent.Applications, 1, Submitted, _submit),
                Event(PublicEvent.Scheduler, 1, Planned, _submit, stage: 1),
                .. events,
                Event(PublicEvent.Scheduler, events.Length + 2, Settled, alone, stage: 1),
                Event(PublicEvent.Applications, 2, Made, alone, stage: 1),
            ]) with
            {
                Attempts = [_submit, alone],
            };

        Assert.Empty(Checker.Check(With()));
        Assert.Empty(Checker.Check(With(Taken(2))));
        Finds(Broken.Doubled, With(Taken(2), Taken(3)));
        alone.Outcome = Outcome.Refused;
        Finds(Broken.Unexpected, From([.. Events().Take(2), Taken(2)]) with { Attempts = [_submit, alone] });
    }

    [Fact]
    public void A_number_that_means_two_events_is_doubled()
    {
        var history = Good();
        var other = history.Heard[0] with { Id = "another" };

        Finds(Broken.Doubled, history with { Heard = [.. history.Heard, other] });
        Finds(Broken.Doubled, history with { Recorded = [.. history.Recorded, other] });
    }

    [Fact]
    public void A_redelivered_message_is_not_doubled()
    {
        var history = Good();

        Assert.Empty(Checker.Check(history with { Heard = [.. history.Heard, .. history.Heard] }));
    }

    [Fact]
    public void An_event_that_a_reader_of_the_feed_got_twice_is_doubled()
    {
        var history = Good();

        Finds(Broken.Doubled, history with { Followed = [.. history.Followed, history.Followed[0]] });
    }

    [Fact]
    public void An_item_that_the_timeline_has_twice_is_doubled() =>
        Finds(Broken.Doubled, Shown(x => x with { Timeline = [.. x.Timeline, x.Timeline[0]] }));

    [Fact]
    public void A_refused_command_that_is_recorded_is_unexpected()
    {
        _claim.Outcome = Outcome.Refused;

        Finds(Broken.Unexpected, Good());
    }

    [Fact]
    public void An_event_that_no_command_explains_is_unexpected() =>
        Finds(Broken.Unexpected, From([.. Events(), Event(PublicEvent.Applications, 3, "followup.application.closed.v1", null)]));

    [Fact]
    public void A_message_that_is_not_recorded_is_unexpected()
    {
        var history = Good();

        Finds(Broken.Unexpected, history with { Heard = [.. history.Heard, Event(PublicEvent.Scheduler, 4, Planned, null)] });
    }

    [Fact]
    public void Messages_in_another_order_are_unexpected()
    {
        var history = Good();

        Finds(Broken.Unexpected, history with { Heard = [.. history.Heard.Reverse()] });
    }

    [Fact]
    public void A_feed_in_another_order_is_unexpected()
    {
        var history = Good();

        Finds(Broken.Unexpected, history with { Followed = [.. history.Followed.Reverse()] });
    }

    [Fact]
    public void A_dead_letter_that_no_refused_command_explains_is_unexpected()
    {
        var history = Good();

        Finds(Broken.Unexpected, history with { DeadLetters = ["an event"] });
        Finds(Broken.Unexpected, history with { DeadLetters = [$$"""{"id":"{{_claim.Correlation}}"}"""] });
    }

    [Fact]
    public void An_answer_that_no_client_should_get_is_unexpected() =>
        Finds(Broken.Unexpected, Good() with { Complaints = ["claim was answered 500"] });

    [Fact]
    public void Two_follow_ups_in_a_stage_are_found_although_two_commands_explain_them()
    {
        var second = Attempted("record-follow-up", Outcome.Acknowledged, Made, Settled);
        var history = From([
            .. Events(),
            Event(PublicEvent.Scheduler, 4, Settled, second, stage: 1),
            Event(PublicEvent.Applications, 3, Made, second, stage: 1),
        ]);

        Finds(Broken.TwoInAStage, history with { Attempts = [.. history.Attempts, second] });
    }

    [Fact]
    public void Two_claims_at_once_are_found_and_two_in_turn_are_good()
    {
        var second = Attempted("claim", Outcome.Acknowledged, Claimed);
        PublicEvent First(long number) => Event(PublicEvent.Scheduler, number, Claimed, _claim, stage: 1);
        PublicEvent Second(long number) => Event(PublicEvent.Scheduler, number, Claimed, second, stage: 1);
        var submitted = Event(PublicEvent.Applications, 1, Submitted, _submit);
        var planned = Event(PublicEvent.Scheduler, 1, Planned, _submit, stage: 1);
        Attempt[] attempts = [_submit, _claim, second];

        Finds(Broken.TwoInAStage, From([submitted, planned, First(2), Second(3)]) with { Attempts = attempts });
        var released = Event(PublicEvent.Scheduler, 3, Released, null, stage: 1);
        Assert.Empty(Checker.Check(From([submitted, planned, First(2), released, Second(4)]) with { Attempts = attempts }));
    }

    [Fact]
    public void A_scheduler_that_has_not_seen_all_disagrees() => Finds(Broken.Disagreeing, Shown(x => x with { AsOf = 1 }));

    [Fact]
    public void A_scheduler_that_knows_no_application_disagrees() =>
        Finds(Broken.Disagreeing, Shown(x => x with { AsOf = null, Planned = [] }));

    [Fact]
    public void A_stage_that_is_shown_otherwise_than_planned_disagrees() =>
        Finds(Broken.Disagreeing, Shown(x => x with { Shown = [new(1, "planned", null)] }));

    [Fact]
    public void A_settled_follow_up_that_neither_service_shows_is_lost() =>
        Finds(Broken.Lost, Shown(x => x with { Shown = [new(1, "due", null)], Planned = [new(1, "due", null)] }));

    [Fact]
    public void A_follow_up_that_both_show_and_that_is_not_settled_is_unexpected()
    {
        StageView[] made = [new(1, "made", "ana"), new(2, "made", "ana")];

        Finds(Broken.Unexpected, Shown(x => x with { Shown = made, Planned = [.. made] }));
    }

    [Fact]
    public void A_decision_that_the_timeline_lacks_disagrees()
    {
        _record.Outcome = _claim.Outcome = Outcome.Unknown;

        Finds(Broken.Disagreeing, Shown(x => x with { Timeline = [.. x.Timeline.Where(y => y.Type != Settled)] }));
    }

    private static void Finds(Broken what, History history) => Assert.Contains(Checker.Check(history), x => x.What == what);

    private static Reply Refused { get; } = new(409, "claimedByAnother", "{}");

    private static Reply NotThere { get; } = new(404, "unknownStage", "{}");

    private static Reply Accepted { get; } = new(200, null, "{}");

    private static Sending Sent(string way, Reply? reply) => new(way, Noon, Noon, reply);

    private static Attempt Attempted(string what, Outcome outcome, params string[] facts) =>
        new(Guid.NewGuid(), Job, what, facts) { Outcome = outcome };

    /// <summary>An application that was submitted, planned, claimed and followed up.</summary>
    private IReadOnlyList<PublicEvent> Events() =>
        [
            Event(PublicEvent.Applications, 1, Submitted, _submit),
            Event(PublicEvent.Scheduler, 1, Planned, _submit, stage: 1),
            Event(PublicEvent.Scheduler, 2, Claimed, _claim, stage: 1),
            Event(PublicEvent.Scheduler, 3, Settled, _record, stage: 1),
            Event(PublicEvent.Applications, 2, Made, _record, stage: 1),
        ];

    private History Good() => From(Events());

    private History From(IEnumerable<PublicEvent> events)
    {
        PublicEvent[] all = [.. events];
        var version = all.Count(x => x.Source == PublicEvent.Applications);
        StageView[] stages = [all.Any(x => x.Type == Settled) ? new(1, "made", "ana") : new(1, "planned", null)];
        return new()
        {
            Attempts = [_submit, _claim, _record],
            Recorded = all,
            Followed = all,
            Heard = all,
            Views = [new(Job, version, version, [.. all.Select(x => new TimelineItem(x.Source, x.Sequence, x.Type))], stages, [.. stages])],
        };
    }

    private History Shown(Func<ApplicationView, ApplicationView> change)
    {
        var history = Good();
        return history with { Views = [.. history.Views.Select(change)] };
    }

    private static PublicEvent Event(string source, long sequence, string type, Attempt? attempt, long? stage = null) =>
        new(source, Job, sequence, $"{source} {sequence}", type, attempt?.Correlation, stage, Noon);

    private static PublicEvent Again(long sequence, Attempt claim) => Event(PublicEvent.Scheduler, sequence, Claimed, claim, stage: 1);

    // as if the claim had never been
    private static PublicEvent Renumbered(PublicEvent e) =>
        e is { Source: PublicEvent.Scheduler, Sequence: > 2 } ? e with { Sequence = e.Sequence - 1 } : e;
}
