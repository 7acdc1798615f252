using Polly;
using Polly.Retry;

namespace FollowUp.Platform.Concurrency;

/// <summary>
/// Runs "load, decide, save" again when another writer was faster (<see cref="TransientErrors.IsConflict"/>). Each attempt opens a session
/// of its own. After the last attempt the conflict is thrown.
/// </summary>
public static class ConflictRetry
{
    /// <summary>For data with few writes and few writers, as a team's keys or policy: 10 attempts without delay.</summary>
    public static ResiliencePipeline Usual { get; } = Build(10, TransientErrors.IsConflict);

    /// <summary>
    /// For commands on one application: 30 attempts with a random delay that grows by up to 5 ms an attempt. Of 50 commands that race for
    /// one application the last gets through after 12 attempts at most.
    /// </summary>
    public static ResiliencePipeline Race { get; } = RaceOn(TransientErrors.IsConflict);

    /// <summary>The same as <see cref="Race"/> for a writer that meets other conflicts, too.</summary>
    /// <param name="isConflict">Whether another writer was faster.</param>
    public static ResiliencePipeline RaceOn(Func<Exception?, bool> isConflict) =>
        Build(30, isConflict, attempt => TimeSpan.FromMilliseconds(Random.Shared.Next(1, 5 * attempt)));

    /// <summary>For a batch of the inbox: 5 attempts. A batch that fails is split into single events, which are retried again.</summary>
    internal static ResiliencePipeline Batch { get; } = Build(5, TransientErrors.IsConflict);

    /// <summary>
    /// For the state of a piece of work that one node carries out and callers may cancel or resume: no limit, because these few writers
    /// can't keep each other from writing for long, and a lost change would stay lost.
    /// </summary>
    public static ResiliencePipeline Progress { get; } = Build(int.MaxValue, TransientErrors.IsConflict);

    private static ResiliencePipeline Build(int attempts, Func<Exception?, bool> isConflict, Func<int, TimeSpan>? delay = null) =>
        new ResiliencePipelineBuilder()
            .AddRetry(
                new RetryStrategyOptions
                {
                    MaxRetryAttempts = attempts == int.MaxValue ? int.MaxValue : attempts - 1,
                    ShouldHandle = failed => ValueTask.FromResult(isConflict(failed.Outcome.Exception)),
                    Delay = TimeSpan.Zero,
                    DelayGenerator = delay is null ? null : failed => ValueTask.FromResult<TimeSpan?>(delay(failed.AttemptNumber + 1)),
                }
            )
            .Build();
}
