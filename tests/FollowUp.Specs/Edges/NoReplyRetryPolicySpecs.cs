using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Platform.Messaging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FollowUp.Specs.Edges;

/// <summary>The retries of a command without a reply address. The end-to-end tests prove that it is dead-lettered in the end.</summary>
public sealed class NoReplyRetryPolicySpecs
{
    private static readonly InternalMessages Internals = new(InternalCatalogue.Requests, InternalCatalogue.Replies);

    private readonly FakeTimeProvider _time = new();
    private readonly NoReplyRetryPolicy _policy;
    private int _attempts;

    public NoReplyRetryPolicySpecs() => _policy = new(_time, NullLogger<NoReplyRetryPolicy>.Instance);

    private Task<string> Try(Func<int, Exception?> failure) =>
        _policy.Try(
            () =>
                failure(Interlocked.Increment(ref _attempts)) is { } exception
                    ? Task.FromException<string>(exception)
                    : Task.FromResult("done"),
            null,
            TestContext.Current.CancellationToken
        );

    private async Task<(Exception? Failure, TimeSpan Took)> Ends(Task<string> task)
    {
        var began = _time.GetUtcNow();
        for (; !task.IsCompleted && _time.GetUtcNow() - began < TimeSpan.FromHours(1); await Task.Yield())
            _time.Advance(TimeSpan.FromMilliseconds(50));
        return (task.Exception?.InnerException, _time.GetUtcNow() - began);
    }

    [Fact]
    public async Task An_unreachable_service_is_retried_without_limit()
    {
        var (failure, took) = await Ends(
            Try(attempt => attempt <= 200 ? new RefusedException("schedulerUnreachable", "Away.", retryAfter: 5) : null)
        );
        Assert.Equal((null, 201), (failure, _attempts));
        Assert.True(took >= TimeSpan.FromSeconds(1000));
    }

    [Fact]
    public async Task A_missing_predecessor_is_retried()
    {
        Assert.Null((await Ends(Try(attempt => attempt < 4 ? new RefusedException("unknownApplication", "None.") : null))).Failure);
        Assert.Equal(4, _attempts);
    }

    [Theory, InlineData("unknownApplication", 10), InlineData("unknownInterview", 10), InlineData("behind", 30)]
    public async Task A_predecessor_that_never_comes_is_not_retried_for_ever(string code, int seconds)
    {
        var (failure, took) = await Ends(Try(_ => new RefusedException(code, "Not yet.", retryAfter: 1)));
        Assert.Equal(code, Assert.IsType<RefusedException>(failure).Code);
        Assert.True(took >= TimeSpan.FromSeconds(seconds));
        Assert.True(_attempts > 10);
    }

    [Theory, InlineData("closed"), InlineData("badInput"), InlineData("idempotencyKeyReused"), InlineData("internalError")]
    public async Task A_refusal_is_final_at_once(string code)
    {
        Assert.Equal(code, Assert.IsType<RefusedException>((await Ends(Try(_ => new RefusedException(code, "No.")))).Failure).Code);
        Assert.Equal(1, _attempts);
    }

    [Fact]
    public async Task When_half_of_all_wait_the_others_are_still_tried()
    {
        var ahead = Enumerable
            .Range(0, NoReplyRetryPolicy.CrowdedAbove)
            .Select(_ => Try(_ => new RefusedException("schedulerUnreachable", "Away.")))
            .ToArray();
        Assert.All(ahead, x => Assert.False(x.IsCompleted));
        var (failure, took) = await Ends(Try(_ => new RefusedException("unknownApplication", "None.")));
        Assert.Equal("unknownApplication", Assert.IsType<RefusedException>(failure).Code);
        Assert.InRange(took, TimeSpan.FromSeconds(2), NoReplyRetryPolicy.WhileUnknown - TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Only_types_that_are_taken_here_become_labels()
    {
        HashSet<Type> takes = [typeof(ClaimFollowUp), typeof(ReadPolicy)];
        CloudEvent Of(string type) =>
            new()
            {
                Id = "1",
                Source = "s",
                Type = type,
            };
        Assert.Equal("followup.follow-up.claim.v1", CommandParser.LabelOf(Of("followup.follow-up.claim.v1"), takes, Internals));
        Assert.Equal(
            InternalCatalogue.NameOf(typeof(ReadPolicy)),
            CommandParser.LabelOf(Of(InternalCatalogue.NameOf(typeof(ReadPolicy))), takes, Internals)
        );
        Assert.All(
            new[] { "followup.follow-up.dance.v1", "followup.follow-up.settle.v1", "x" },
            x => Assert.Equal("unknown", CommandParser.LabelOf(Of(x), takes, Internals))
        );
        Assert.Equal("unreadable", CommandParser.LabelOf(null, takes, Internals));
    }
}
