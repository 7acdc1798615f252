using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace FollowUp.Harness;

/// <summary>Waits for a condition with a deadline, never for a fixed time.</summary>
public static class Eventually
{
    /// <summary>Long enough for a small and busy machine; the wait ends as soon as the condition holds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The deadline for the start of a process: a start is CPU-bound, and takes minutes when a compiler and other services use the
    /// processors.
    /// </summary>
    public static readonly TimeSpan PatienceAtStart = TimeSpan.FromMinutes(15);

    /// <summary>Repeats the request until the response is right. A refused connection or a time-out counts as "not yet".</summary>
    /// <returns>The right response.</returns>
    /// <exception cref="TimeoutException">No response was right before the deadline; carries the last response.</exception>
    public static async Task<T> Get<T>(
        Func<Task<T>> ask,
        Func<T, bool> isRight,
        TimeSpan? deadline = null,
        [CallerArgumentExpression(nameof(isRight))] string? condition = null
    )
    {
        var patience = deadline ?? Patience;
        var watch = Stopwatch.StartNew();
        var pause = TimeSpan.FromMilliseconds(10);
        object? last = null;
        while (true)
        {
            try
            {
                var answer = await ask();
                if (isRight(answer))
                    return answer;
                last = answer;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or TimeoutException)
            {
                last = e.Message;
            }

            if (watch.Elapsed > patience)
                throw new TimeoutException($"Not within {patience}: {condition}\nLast seen: {last}");
            await Task.Delay(pause);
            pause = TimeSpan.FromMilliseconds(Math.Min(250, pause.TotalMilliseconds * 1.5));
        }
    }

    public static Task Holds(
        Func<Task<bool>> condition,
        TimeSpan? deadline = null,
        [CallerArgumentExpression(nameof(condition))] string? what = null
    ) => Get(condition, x => x, deadline, what);

    public static Task Holds(
        Func<bool> condition,
        TimeSpan? deadline = null,
        [CallerArgumentExpression(nameof(condition))] string? what = null
    ) => Get(() => Task.FromResult(condition()), x => x, deadline, what);
}
