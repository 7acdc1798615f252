using System.Reflection;
using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Messaging;
using FollowUp.Scheduler;
using FollowUp.Scheduler.Planning;
using FollowUp.Scheduler.Projections;
using FollowUp.Scheduler.Reconciling;
using FollowUp.Scheduler.Subscriptions;
using FollowUp.Specs.Domain;

namespace FollowUp.Specs.Edges;

/// <summary>The lives of a store, and what the Scheduler makes of them.</summary>
public sealed class IncarnationSpecs
{
    private const string First = "019d0f3e-7c00-7d41-8a6b-52f0c9e1b374",
        Second = "019d0f3e-7c01-7d41-8a6b-52f0c9e1b374",
        Comparison = "c";
    private static readonly DateTimeOffset Now = Slots.At("2026-03-02T10:00:00Z");

    [Fact]
    public void A_new_store_has_one_life_from_its_first_event()
    {
        var id = StoreLives.Begin(null, "here", 0, Now);
        Assert.Equal(("here", 0L, Now), (id.Place, id.Lives.Single().After, id.Lives.Single().BeganAt));
        Assert.Equal(7, Guid.Parse(id.Lives.Single().Incarnation).Version);
    }

    [Fact]
    public void A_store_of_a_version_without_lives_keeps_its_positions_and_all_its_events_are_of_one_life()
    {
        var id = StoreLives.Begin(new() { Key = "k" }, "here", 100, Now);
        Assert.Equal(("k", 0L), (id.Key, id.Lives.Single().After));
        Assert.Null(id.Lives.Single().BeganAt); // nothing was forgotten then
    }

    [Fact]
    public void Events_after_a_restore_belong_to_another_life_and_earlier_positions_are_void()
    {
        var before = StoreLives.Begin(null, "here", 0, Now);
        var after = StoreLives.Begin(before, "there", 100, Now.AddDays(1));
        Assert.NotEqual(before.Key, after.Key);
        Assert.Equal(before.Lives[0], after.Lives[0]);
        Assert.Equal(
            [before.Lives[0].Incarnation, before.Lives[0].Incarnation, after.Lives[1].Incarnation],
            new[] { 1L, 100, 101 }.Select(x => StoreLives.At(after.Lives, x).Incarnation)
        );
    }

    [Theory]
    [InlineData("cluster:00000002:16723", true)]
    [InlineData("cluster:00000002:17000", false)] // a restored table
    [InlineData("another:00000002:16723", false)]
    public void Only_a_promoted_replica_can_be_synchronous(string place, bool isComplete)
    {
        var before = StoreLives.Begin(null, "cluster:00000001:16723", 0, Now);
        Assert.Equal(isComplete ? null : Now, StoreLives.Begin(before, place, 100, Now, isSynchronous: true).Lives[1].BeganAt);
        Assert.Equal(Now, StoreLives.Begin(before, place, 100, Now).Lives[1].BeganAt);
    }

    [Theory]
    [InlineData(0), InlineData(-1), InlineData(-1000)]
    public void A_later_life_is_greater_as_text_whatever_the_clock_says(int days)
    {
        var before = StoreLives.Begin(null, "here", 0, Now);
        var after = StoreLives.Begin(before, "there", 0, Now.AddDays(days));
        Assert.True(string.CompareOrdinal(after.Lives[1].Incarnation, after.Lives[0].Incarnation) > 0);
    }

    [Fact]
    public void An_application_that_waits_to_be_compared_applies_nothing_and_keeps_what_arrives()
    {
        var state = Take(Awaiting(), Event(4, Second));
        Assert.Equal((3, 1), (state.Version, state.Early.Count));
        Assert.Equal("c-1", state.Known.Candidate);
        // a rebuild that a person started, or another comparison, is not what it waits for
        Assert.True(Take(state, Event(1, First, last: 3)).Rebuild!.IsAwaited);
        Assert.True(Take(state, Event(1, First, last: 3, comparison: "another")).Rebuild!.IsAwaited);
    }

    [Fact]
    public void It_follows_applications_where_history_was_cut()
    {
        var state = Take(Awaiting(), Event(4, First)); // of the history that was cut
        state = Take(state, Event(3, Second)); // recorded after the restore, and after Applications read what it sends
        foreach (var sequence in new[] { 2L, 1 })
            state = Take(state, Event(sequence, First, last: 2, comparison: Comparison));
        Assert.Equal((3, Second, 0), (state.Version, state.Incarnation, state.Early.Count));
        Assert.Equal((2L, 3L, true), (state.Rebuild!.Happened, state.Rebuild.Had, state.Rebuild.IsCut));
    }

    [Fact]
    public void Nothing_is_cut_where_applications_has_the_same_events()
    {
        var state = Awaiting();
        foreach (var sequence in new[] { 1L, 2, 3 })
            state = Take(state, Event(sequence, First, last: 3, comparison: Comparison));
        Assert.Equal((3, First, false), (state.Version, state.Incarnation, state.Rebuild!.IsCut));
    }

    [Fact]
    public void It_has_nothing_where_applications_has_nothing()
    {
        var none = new CloudEvent
        {
            Id = "0",
            Source = Catalogue.Applications,
            Type = EnvelopeParser.Extent,
            Team = "t1",
            Subject = Slots.Subject.ToString(),
            Replay = "r",
            ReplayLast = 0,
            ReplayDecided = 0,
            ReplayFor = Comparison,
            ReplayIncarnation = Second,
        };
        var message = EnvelopeParser.Event(none, Catalogue.Applications, null)!;
        var state = Take(Awaiting(), message);
        Assert.Equal((0, "", 3L), (state.Version, state.Known.Candidate, state.Rebuild!.Had));
        // an event of the history that was cut is no reason to wait
        Assert.False(Take(Take(Awaiting(), Event(4, First)), message).Rebuild!.IsAwaited);
        // submitted again meanwhile: then it is asked for again
        Assert.True(Take(Take(Awaiting(), Event(1, Second)), message).Rebuild!.IsAwaited);
    }

    [Theory]
    [InlineData(0, false), InlineData(14, false), InlineData(15, true)]
    public void A_claim_that_may_be_forgotten_has_ended_before_another_is_granted(int minutes, bool isGranted)
    {
        var state = Take(new() { Id = Slots.Subject }, Event(1, First));
        Assert.Equal(Now, state.FirstRecordedAt);
        Claimed claim = new(1, Guid.NewGuid(), "ana", null, 1, Now, Now);

        Assert.Equal(isGranted, IsGranted(state, claim, Now.AddSeconds(1), Now.AddSeconds(1).AddMinutes(minutes)));
        // it was submitted when the store had its present life
        Assert.True(IsGranted(state, claim, Now, Now.AddMinutes(minutes)));
        // the answer that was given before, or a refusal
        Assert.Empty(ForgottenClaims.MustHaveEnded(state, [], TimeSpan.FromMinutes(15), Now.AddSeconds(1), Now.AddSeconds(1)));
        Assert.True(IsGranted(state, claim, null, Now));

        static bool IsGranted(ApplicationState state, Claimed claim, DateTimeOffset? beganAt, DateTimeOffset now)
        {
            try
            {
                return ForgottenClaims.MustHaveEnded(state, [claim], TimeSpan.FromMinutes(15), beganAt, now).Length == 1;
            }
            catch (RefusedException refused)
            {
                Assert.Equal("behind", refused.Code);
                Assert.InRange(refused.RetryAfter!.Value, 1, 60);
                return false;
            }
        }
    }

    [Fact]
    public void No_two_kinds_of_work_have_one_lock()
    {
        var locks = typeof(LeaderLocks).GetFields(BindingFlags.Public | BindingFlags.Static).Select(x => x.GetRawConstantValue()).ToArray();
        Assert.Equal(locks.Distinct(), locks);
    }

    private static ApplicationState Awaiting()
    {
        var state = new ApplicationState { Id = Slots.Subject };
        foreach (var sequence in new[] { 1L, 2, 3 })
            state = Take(state, Event(sequence, First));
        return state with { Rebuild = Rebuild.Awaited(Comparison) };
    }

    private static ApplicationState Take(ApplicationState before, IncomingEvent message) =>
        ApplicationEventsHandler
            .ApplyInOrder(
                before.Begin(message.Event, 0),
                new() { Id = Slots.Subject },
                message,
                x => Planner.Plan(x.Known, Policy.Default, FollowUp.Specs.Planning.Story.Later),
                Now
            )
            .State;

    private static IncomingEvent Event(long sequence, string incarnation, long? last = null, string? comparison = null)
    {
        object contract =
            sequence == 1
                ? new ApplicationSubmitted(Slots.Subject, "c-1", new("Acme"), new("Clerk"), Approach.Direct, [], Now)
                : new ContactRecorded(Slots.Subject, new(Guid.NewGuid(), ContactRole.Other, [Channel.Email]), Now);
        var message = new CloudEvent
        {
            Id = $"{incarnation} {sequence}",
            Source = Catalogue.Applications,
            Type = Catalogue.NameOf(contract.GetType()),
            Team = "t1",
            Subject = Slots.Subject.ToString(),
            Time = Now,
            Sequence = sequence,
            Incarnation = incarnation,
            Replay = last is null ? null : "r",
            ReplayLast = last,
            ReplayDecided = last is null ? null : 0,
            ReplayFor = comparison,
            ReplayIncarnation = last is null ? null : Second,
            Data = JsonSerializer.SerializeToElement(contract, contract.GetType(), Json.Lenient),
        };
        return new(message, "t1", Slots.Subject, sequence, contract);
    }
}
