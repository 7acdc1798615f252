using FollowUp.Contracts;
using FollowUp.Platform.Http;
using Microsoft.Extensions.Logging;

namespace FollowUp.Platform.Messaging;

/// <summary>
/// Who waits for an answer is told to try again. Who doesn't relies on the queue: then the command stays in it until what is away is back,
/// and
/// for a while where what it needs may be on its way. What comes of nothing ends as it would for everybody, and is parked.
/// </summary>
internal sealed partial class NoReplyRetryPolicy(TimeProvider time, ILogger<NoReplyRetryPolicy> log)
{
    /// <summary>
    /// For what isn't there (404). Commands are carried out side by side: what one names may be committed a moment after it was asked for,
    /// and
    /// the Scheduler hears of it up to 6 s later under load (docs/benchmarks.md) or when an outbox publisher starts again.
    /// </summary>
    public static readonly TimeSpan WhileUnknown = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For a Scheduler that is behind: an outbox publisher that failed starts again after 6 s, another node takes over within 3, and both then have
    /// something to
    /// catch up with. A version that isn't there after several times that was never recorded, or its event is parked.
    /// </summary>
    public static readonly TimeSpan WhileBehind = TimeSpan.FromSeconds(30);

    // Each that waits holds one of the commands that are taken at once. When half of them wait, the others need the rest: then there is
    // time for what is committed at this moment, and no more.
    internal const int Crowd = BusSetup.Prefetch / 2;
    private static readonly TimeSpan InACrowd = TimeSpan.FromSeconds(2);
    private int _waiting;

    /// <summary>Tries until it is done, or won't be.</summary>
    /// <param name="attempt">Each attempt.</param>
    /// <param name="message">What is tried, where it was read.</param>
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
                    if (attempts == 1 && Problems.Explain(exception) is var refused && refused.IsTemporary())
                        LogWaiting(log, message?.Type ?? "A command", message?.Subject, refused.Code);
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

    // Null where nothing comes of waiting any longer.
    private TimeSpan? Pause(RefusedException refused, TimeSpan waited, int attempts) =>
        refused switch
        {
            { Code: "behind" } => waited < Most(WhileBehind) ? TimeSpan.FromSeconds(1) : null,
            _ when refused.IsTemporary() => TimeSpan.FromSeconds(Math.Clamp(refused.RetryAfter ?? 1, 1, 5)),
            _ when refused.HttpStatus() == 404 => waited < Most(WhileUnknown)
                ? TimeSpan.FromMilliseconds(Math.Min(1000, 25 << Math.Min(attempts, 10)))
                : null,
            _ => null,
        };

    private TimeSpan Most(TimeSpan usual) => Volatile.Read(ref _waiting) > Crowd ? InACrowd : usual;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Type} for {Application} waits, as nobody waits for its answer: {Reason}")]
    private static partial void LogWaiting(ILogger log, string type, string? application, string reason);
}
