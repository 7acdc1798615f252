namespace FollowUp.Platform.Concurrency;

/// <summary>What a service does at its start waits for a database that is unavailable, and is tried again every second.</summary>
public static class DatabaseWait
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Does it until it is done, or fails for another reason.</summary>
    /// <param name="work">The work; each attempt does all of it.</param>
    /// <param name="log">Logs that the work waits, with the reason: at the first failure and at every tenth after it.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="isAwaited">What is waited for besides, by the number of the attempt that failed.</param>
    public static async Task Run(
        Func<CancellationToken, Task> work,
        Action<string> log,
        CancellationToken ct,
        Func<Exception, int, bool>? isAwaited = null
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await work(ct);
                return;
            }
            catch (Exception exception)
                when (TransientErrors.IsTransient(exception) || isAwaited?.Invoke(exception, attempt) is true)
            {
                if (attempt % 10 == 1)
                    log(exception.GetBaseException().Message);
                await Task.Delay(Pause, ct);
            }
        }
    }
}
