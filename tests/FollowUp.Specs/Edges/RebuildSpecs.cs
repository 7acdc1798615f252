using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Hosting.Bus;
using FollowUp.Scheduler;
using FollowUp.Scheduler.Announcing;
using FollowUp.Scheduler.Listening;
using FollowUp.Scheduler.Policies;
using FollowUp.Specs.Aggregates;
using FollowUp.Specs.Guards;

namespace FollowUp.Specs.Edges;

/// <summary>What a Scheduler that lost its store is rebuilt from.</summary>
public sealed class RebuildSpecs
{
    private static readonly DateTimeOffset Now = Slots.At("2026-03-02T10:00:00Z");

    [Fact]
    public void Nothing_of_a_decision_is_lost_at_the_border()
    {
        foreach (var fact in Samples.OfScheduler)
        {
            var heard = Catalogue.Open(new() { Id = "1", Source = Catalogue.Scheduler, Type = Catalogue.NameOf(Samples.Announced(fact)!.GetType()), Data = JsonSerializer.SerializeToElement(Samples.Announced(fact), Samples.Announced(fact)!.GetType(), Json.Lenient) });
            var back = Border.TakeBack(heard!);
            Assert.Equal(fact.GetType(), back!.GetType());
            Assert.Equal(Samples.Text(Samples.Announced(fact)!), Samples.Text(Border.Announce(Slots.Subject, back)!)); // as instants in UTC, which is all that differs
        }
    }

    [Fact]
    public void Nothing_is_decided_before_the_last_that_is_sent_again()
    {
        var watch = new Watch { Id = Slots.Subject };
        var plan = new FollowUpPlan { Id = Slots.Subject };
        (watch, var facts) = TakeIn(watch, plan, 1, 3);
        Assert.Equal((1, 3L, 0), (watch.Version, watch.RebuildsTo, facts.Length));
        (watch, facts) = TakeIn(watch, plan, 4, null); // it happened meanwhile, and waits
        (watch, facts) = TakeIn(watch, plan, 2, 3);
        Assert.Equal((2, 3L, 0), (watch.Version, watch.RebuildsTo, facts.Length));
        (watch, facts) = TakeIn(watch, plan, 3, 3);
        Assert.Equal((4, null, 0), (watch.Version, watch.RebuildsTo, watch.Early.Count));
        Assert.Contains(facts, x => x.Fact is Planned);
    }

    [Fact]
    public void What_is_seen_before_a_rebuild_or_whole_in_one_event_is_decided_as_ever()
    {
        var watch = new Watch { Id = Slots.Subject };
        (watch, var facts) = TakeIn(watch, new() { Id = Slots.Subject }, 1, 1);
        Assert.Null(watch.RebuildsTo);
        Assert.Contains(facts, x => x.Fact is Planned);
        var (again, nothing) = TakeIn(watch, new() { Id = Slots.Subject }, 1, 5);
        Assert.Same(watch, again);
        Assert.Empty(nothing);
    }

    [Fact]
    public void Its_own_events_are_taken_back_from_a_replay_alone()
    {
        var said = new CloudEvent
        {
            Id = "1", Source = Catalogue.Scheduler, Type = "followup.follow-up.lapsed.v1", Team = "t1", Subject = Slots.Subject.ToString(), Sequence = 1,
            Data = JsonSerializer.SerializeToElement(new FollowUpLapsed(Slots.Subject, 1, Now, Now), Json.Lenient),
        };
        Assert.Null(Reading.Event(said, Catalogue.Applications, null, Catalogue.Scheduler));
        Assert.NotNull(Reading.Event(said with { Replay = "r" }, Catalogue.Applications, null, Catalogue.Scheduler));
        Assert.Null(Reading.Event(said with { Replay = "r" }, Catalogue.Applications, null));
    }

    private static (Watch Watch, (object Fact, CloudEvent Cause)[] Facts) TakeIn(Watch watch, FollowUpPlan plan, long sequence, long? last)
    {
        object contract = sequence == 1
            ? new ApplicationSubmitted(Slots.Subject, "c-1", new("Acme"), new("Clerk"), Approach.Direct, [], Now)
            : new ContactRecorded(Slots.Subject, new(Guid.NewGuid(), ContactRole.Other, [Channel.Email]), Now);
        var message = new CloudEvent
        {
            Id = $"{sequence}", Source = Catalogue.Applications, Type = Catalogue.NameOf(contract.GetType()), Team = "t1", Subject = Slots.Subject.ToString(), Sequence = sequence, ReplayLast = last,
            Replay = last is null ? null : "r", Data = JsonSerializer.SerializeToElement(contract, contract.GetType(), Json.Lenient),
        };
        return WhenSomethingHappened.TakeIn(watch, plan, new(message, "t1", Slots.Subject, sequence, contract), x => Planner.Plan(x.Situation, Policy.Default), Now);
    }
}
