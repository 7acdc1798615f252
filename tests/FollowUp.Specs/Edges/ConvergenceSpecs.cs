using FollowUp.Modules.Convergence;
using FollowUp.Scheduler.Subscriptions;
using Microsoft.Extensions.Time.Testing;

namespace FollowUp.Specs.Edges;

/// <summary>Which streams are asked for, when, and how often.</summary>
public sealed class ConvergenceSpecs
{
    private static readonly Guid Id = Guid.Parse("0195a4c2-6b1f-7e4a-9d3c-5a8f1e2b4c6d");
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly Suspects _suspects;

    public ConvergenceSpecs() => _suspects = new(restores: true, _time);

    private static StreamProgress At(long published, long received) => new("acme", Id, published, received);

    [Theory]
    [InlineData(3, 2, 2, 3, 0, 0, false)] // both have all
    [InlineData(3, 2, 2, 1, 2, 0, false)] // an event did not arrive
    [InlineData(3, 5, 2, 3, 0, 3, false)] // decisions are lost
    [InlineData(3, 0, 2, 4, 0, 0, false)] // the sibling is behind, which is for the sibling to notice
    public void What_is_lacking_can_be_counted(
        long theirsPublished,
        long theirsReceived,
        long published,
        long received,
        long events,
        long decisions,
        bool isCut
    ) =>
        Assert.Equal(
            new Gap(events, decisions, isCut),
            Gap.Between(At(theirsPublished, theirsReceived), At(published, received), restores: true)
        );

    [Fact]
    public void Own_events_that_only_the_sibling_has_are_lost_where_they_can_t_be_restored() =>
        Assert.Equal(new Gap(0, 0, true), Gap.Between(At(3, 5), At(2, 3), restores: false));

    [Fact]
    public void What_arrives_within_the_grace_is_not_asked_for()
    {
        Assert.True(_suspects.Compare(At(3, 0), At(0, 2)));
        Assert.Empty(_suspects.ToLookAt(10));
        _time.Advance(Suspects.Grace);
        Assert.Equal([new StreamKey("acme", Id)], _suspects.ToLookAt(10));
        Assert.Empty(_suspects.Again([At(0, 3)]).ToAskFor);
        Assert.Equal((0, 0, 0), (_suspects.Open(), _suspects.Behind, _suspects.Diverging));
    }

    [Fact]
    public void What_is_still_lacking_is_asked_for_until_it_is_there()
    {
        _suspects.Compare(At(5, 0), At(0, 2));
        _time.Advance(Suspects.Grace);
        Assert.Single(_suspects.Again([At(0, 2)]).ToAskFor);
        _suspects.WasSent(At(6, 0)); // another one happened meanwhile
        Assert.Equal(1, _suspects.Behind);
        Assert.Empty(_suspects.Again([At(0, 5)]).Repaired);
        Assert.Equal(3, Assert.Single(_suspects.Again([At(0, 6)]).Repaired).First.Events);
        Assert.Equal(0, _suspects.Behind);
    }

    [Fact]
    public void What_is_sent_in_vain_is_reported_once_and_asked_for_less_and_less()
    {
        _suspects.Compare(At(3, 0), At(0, 2));
        var (asked, reported) = (new List<double>(), 0);
        for (; _time.GetUtcNow() < DateTimeOffset.UnixEpoch.AddDays(1); _time.Advance(TimeSpan.FromSeconds(1)))
        {
            if (_suspects.ToLookAt(10).Count == 0)
                continue;
            var look = _suspects.Again([At(0, 2)]);
            reported += look.Diverging.Count;
            foreach (var suspect in look.ToAskFor)
            {
                asked.Add((_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds);
                _suspects.WasSent(suspect.Theirs);
            }
        }

        Assert.Equal([5, 10, 20], asked.Take(3));
        Assert.InRange(asked.Count, 24, 36); // once an hour in the end
        Assert.Equal((1, 0, 1), (reported, _suspects.Open(), _suspects.Diverging));

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Single(_suspects.Again([At(0, 3)]).Repaired); // a later version can read it
        Assert.Equal(0, _suspects.Diverging);
    }

    [Fact]
    public void A_stream_of_which_something_arrives_does_not_diverge()
    {
        _suspects.Compare(At(1000, 0), At(0, 0));
        for (var received = 0; received < 1000; received += 100)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            foreach (var suspect in _suspects.Again([At(0, received)]).ToAskFor)
                _suspects.WasSent(suspect.Theirs);
            Assert.Equal(0, _suspects.Diverging);
        }
    }

    [Fact]
    public void History_that_nothing_brings_back_is_reported_and_not_asked_for()
    {
        var suspects = new Suspects(restores: false, _time);
        suspects.Compare(At(3, 5), At(4, 3));
        _time.Advance(Suspects.Grace);
        var look = suspects.Again([At(4, 3)]);
        Assert.Empty(look.ToAskFor);
        Assert.Single(look.Diverging);
        Assert.Equal((0, 1), (suspects.Open(), suspects.Diverging));
    }

    [Fact]
    public void A_stream_that_is_no_application_is_received_up_to_the_first_gap()
    {
        var stream = new ReceivedStream { Id = Id };
        foreach (var (sequence, version) in new[] { (1L, 1L), (3, 1), (3, 1), (4, 1), (2, 4), (1, 4), (5, 5) })
            Assert.Equal(version, (stream = stream.With(sequence)).Version);
        Assert.Empty(stream.Early);
        Assert.Same(stream, stream.With(4));
    }
}
