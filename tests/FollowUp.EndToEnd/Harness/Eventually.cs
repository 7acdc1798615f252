using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace FollowUp.Harness;

/// <summary>Waits for a condition, with a deadline; never for a time.</summary>
public static class Eventually
{
    /// <summary>Long enough for a small and busy machine; a condition that holds is noticed at once.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>
    /// For a process to start: that is nothing but work for the processors, and takes minutes when a compiler and other services have
    /// them.
    /// </summary>
    public static readonly TimeSpan PatienceAtStart = TimeSpan.FromMinutes(15);

    /// <summary>Asks until the answer is right. A refused connection or a time-out counts as "not yet".</summary>
    /// <returns>The right answer.</returns>
    /// <exception cref="TimeoutException">It never was; carries the last answer.</exception>
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
