using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Messaging;
using FollowUp.Scheduler;
using FollowUp.Scheduler.Commands;
using FollowUp.Scheduler.Planning;
using FollowUp.Scheduler.Projections;
using FollowUp.Scheduler.Publishing;
using FollowUp.Scheduler.Subscriptions;
using FollowUp.Specs.Domain;
using FollowUp.Specs.Guards;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FollowUp.Specs.Edges;

/// <summary>The events from which a Scheduler that lost its store is rebuilt.</summary>
public sealed class RebuildSpecs
{
    private static readonly DateTimeOffset Now = Slots.At("2026-03-02T10:00:00Z");

    [Fact]
    public void A_decision_survives_the_contract_mapper_unchanged()
    {
        foreach (var domainEvent in Samples.OfScheduler)
        {
            var contract = Catalogue.Open(
                new()
                {
                    Id = "1",
                    Source = Catalogue.Scheduler,
                    Type = Catalogue.NameOf(Samples.Announced(domainEvent)!.GetType()),
                    Data = JsonSerializer.SerializeToElement(
                        Samples.Announced(domainEvent),
                        Samples.Announced(domainEvent)!.GetType(),
                        Json.Lenient
                    ),
                }
            );
            var back = ContractMapper.ToEvent(contract!);
            Assert.Equal(domainEvent.GetType(), back!.GetType());
            // Instants come back in UTC, which is the only difference.
            Assert.Equal(Samples.Text(Samples.Announced(domainEvent)!), Samples.Text(ContractMapper.Map(Slots.Subject, back)!));
        }
    }

    [Fact]
    public void Nothing_is_decided_while_it_is_rebuilt()
    {
        var plan = new FollowUpPlan { Id = Slots.Subject };
        var watch = Take(new ApplicationState { Id = Slots.Subject }, 1, 3);
        Assert.Equal((3L, 2L), (watch.Rebuild!.Happened, watch.Rebuild.Decided));
        foreach (var sequence in new[] { 4L, 3, 2 })
            watch = Take(watch, sequence, sequence == 4 ? null : 3); // the fourth event happened during the rebuild
        Assert.Equal((4, 0), (watch.Version, watch.Early.Count));
        Assert.Equal((3L, "c-1"), (watch.Rebuild!.Happened, watch.Known.Candidate));

        ApplicationState Take(ApplicationState before, long sequence, long? last)
        {
            var message = Again(sequence, last);
            var (after, events) = ApplicationEventsHandler.ApplyInOrder(
                before.Begin(message.Event, 0),
                plan,
                message,
                x => Planner.Plan(x.Known, Policy.Default, FollowUp.Specs.Planning.Story.Later),
                Now
            );
            Assert.Empty(events);
            return after;
        }
    }

    [Fact]
    public void A_complete_plan_is_not_rebuilt()
    {
        var watch = new ApplicationState { Id = Slots.Subject, Version = 3 };
        Assert.Same(watch, watch.Begin(Again(2, 3).Event, 2));
        Assert.NotNull(watch.Begin(Again(2, 3).Event, 1).Rebuild); // a decision is missing
        Assert.NotNull(watch.Begin(Again(2, 4).Event, 2).Rebuild); // an event of the application is missing
        Assert.Same(watch, watch.Begin(Again(4, null).Event, 0));
    }

    [Fact]
    public void Its_own_events_are_taken_back_from_a_replay_alone()
    {
        var message = new CloudEvent
        {
            Id = "1",
            Source = Catalogue.Scheduler,
            Type = "followup.follow-up.lapsed.v1",
            Team = "t1",
            Subject = Slots.Subject.ToString(),
            Sequence = 1,
            Data = JsonSerializer.SerializeToElement(new FollowUpLapsed(Slots.Subject, 1, Now, Now), Json.Lenient),
        };
        Assert.Null(EnvelopeParser.Event(message, Catalogue.Applications, null, Catalogue.Scheduler));
        Assert.NotNull(EnvelopeParser.Event(message with { Replay = "r" }, Catalogue.Applications, null, Catalogue.Scheduler));
        Assert.Null(EnvelopeParser.Event(message with { Replay = "r" }, Catalogue.Applications, null));
    }

    [Fact]
    public void A_policy_that_does_not_come_back_is_waited_for_a_minute_and_no_longer()
    {
        var time = new FakeTimeProvider();
        var awaited = new AwaitedPolicies(time, NullLogger<AwaitedPolicies>.Instance);
        Assert.True(awaited.MustWait("t1", 3));
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.True(awaited.MustWait("t1", 3));
        Assert.True(awaited.MustWait("t1", 4));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((false, true, true), (awaited.MustWait("t1", 3), awaited.MustWait("t1", 4), awaited.MustWait("t2", 3)));
        awaited.Arrived("t1", 3);
        Assert.True(awaited.MustWait("t1", 3)); // in another rebuild
        Assert.True(TransientErrors.IsTransient(new PolicyAwaitedException("t1", 3))); // the message is retried, not dead-lettered
    }

    private static IncomingEvent Again(long sequence, long? last)
    {
        object contract =
            sequence == 1
                ? new ApplicationSubmitted(Slots.Subject, "c-1", new("Acme"), new("Clerk"), Approach.Direct, [], Now)
                : new ContactRecorded(Slots.Subject, new(Guid.NewGuid(), ContactRole.Other, [Channel.Email]), Now);
        var message = new CloudEvent
        {
            Id = $"{sequence}",
            Source = Catalogue.Applications,
            Type = Catalogue.NameOf(contract.GetType()),
            Team = "t1",
            Subject = Slots.Subject.ToString(),
            Sequence = sequence,
            ReplayLast = last,
            ReplayDecided = last is null ? null : 2,
            Replay = last is null ? null : "r",
            Data = JsonSerializer.SerializeToElement(contract, contract.GetType(), Json.Lenient),
        };
        return new(message, "t1", Slots.Subject, sequence, contract);
    }
}
