using FollowUp.Contracts;
using FollowUp.Platform.Http;
using Microsoft.Extensions.Logging;

namespace FollowUp.Platform.Messaging;

/// <summary>
/// Retries a command whose sender asked for no reply. A sender that waits for the reply is asked to try again; any other sender relies on
/// the queue. So the command stays in its queue until an unavailable service is back, and for a limited time where what it needs may still
/// arrive. A command that fails in the end is refused like any other, and becomes a dead letter.
/// </summary>
internal sealed partial class NoReplyRetryPolicy(TimeProvider time, ILogger<NoReplyRetryPolicy> log)
{
    /// <summary>
    /// For what doesn't exist (404). Commands are handled in parallel: what a command names may be committed a moment after the command is
    /// handled, and the Scheduler receives it up to 6 s later under load (docs/benchmarks.md) or when an outbox publisher restarts.
    /// </summary>
    public static readonly TimeSpan WhileUnknown = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For a Scheduler that is behind: an outbox publisher that failed restarts after 6 s, another node takes over within 3 s, and both
    /// then have a backlog. A version that hasn't arrived after several times that was never recorded, or its event is a dead letter.
    /// </summary>
    public static readonly TimeSpan WhileBehind = TimeSpan.FromSeconds(30);

    // Each waiting command occupies one of the places for parallel commands. While more than half of them wait, the others need the rest,
    // and the limit shrinks to the time that a commit in progress needs.
    internal const int CrowdedAbove = BusSetup.Prefetch / 2;
    private static readonly TimeSpan WhileCrowded = TimeSpan.FromSeconds(2);
    private int _waiting;

    /// <summary>Tries until the command succeeds or fails for good.</summary>
    /// <param name="attempt">One attempt.</param>
    /// <param name="message">The command's message, if it was parsed already.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<T> Try<T>(Func<Task<T>> attempt, CloudEvent? message, CancellationToken ct)
    {
        var (began, waits) = (time.GetTimestamp(), false);
        try
        {
            for (var attempts = 1; ; attempts++)
            {
                try
                {
                    return await attempt();
                }
                catch (Exception exception)
                    when (exception is not OperationCanceledException
                        && Pause(Problems.Explain(exception), time.GetElapsedTime(began), attempts) is { } pause
                    )
                {
                    if (!waits)
                        Interlocked.Increment(ref _waiting);
                    waits = true;
                    if (attempts == 1 && Problems.Explain(exception) is var transient && transient.IsTemporary())
                        LogRetrying(log, message?.Type ?? "A command", message?.Subject, transient.Code);
                    await Task.Delay(pause, time, ct);
                }
            }
        }
        finally
        {
            if (waits)
                Interlocked.Decrement(ref _waiting);
        }
    }

    // Null when the command has failed for good.
    private TimeSpan? Pause(RefusedException refused, TimeSpan waited, int attempts) =>
        refused switch
        {
            { Code: "behind" } => waited < Limit(WhileBehind) ? TimeSpan.FromSeconds(1) : null,
            _ when refused.IsTemporary() => TimeSpan.FromSeconds(Math.Clamp(refused.RetryAfter ?? 1, 1, 5)),
            _ when refused.HttpStatus() == 404 => waited < Limit(WhileUnknown)
                ? TimeSpan.FromMilliseconds(Math.Min(1000, 25 << Math.Min(attempts, 10)))
                : null,
            _ => null,
        };

    private TimeSpan Limit(TimeSpan usual) => Volatile.Read(ref _waiting) > CrowdedAbove ? WhileCrowded : usual;

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Type} for application {Application} can't be carried out yet and is retried, as its sender asked for no reply: {Code}"
    )]
    private static partial void LogRetrying(ILogger log, string type, string? application, string code);
}
