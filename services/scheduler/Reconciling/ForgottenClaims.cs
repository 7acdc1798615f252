using FollowUp.Platform;
using FollowUp.Scheduler.Projections;

namespace FollowUp.Scheduler.Reconciling;

// See docs/decisions/0034-incarnations.md
/// <summary>
/// A store that was restored, or replaced by a replica that lagged, may have forgotten claims that it had granted and that Applications
/// never heard of. Until the longest lease has ended, their holders may be calling.
/// </summary>
internal static class ForgottenClaims
{
    /// <summary>Refuses to grant a claim while the store may have forgotten another one of the same application.</summary>
    /// <param name="application">The application.</param>
    /// <param name="decided">What was decided on the request for a claim.</param>
    /// <param name="longestLease">The longest lease that the team's policy allows.</param>
    /// <param name="beganAt">When the present life of the store began; null where nothing can have been forgotten.</param>
    /// <param name="now">The time.</param>
    /// <returns>What was decided.</returns>
    /// <exception cref="RefusedException"><c>behind</c>.</exception>
    public static object[] MustHaveEnded(
        ApplicationState application,
        object[] decided,
        TimeSpan longestLease,
        DateTimeOffset? beganAt,
        DateTimeOffset now
    )
    {
        if (
            beganAt + longestLease - now is not { Ticks: > 0 } wait
            || application.FirstRecordedAt >= beganAt
            || !decided.Any(x => x is Claimed)
        )
            return decided;
        throw new RefusedException(
            "behind",
            $"The Scheduler's store was replaced, and may have forgotten a claim of this application. "
                + $"It grants another one in {Math.Ceiling(wait.TotalMinutes)} minutes.",
            retryAfter: (int)Math.Clamp(Math.Ceiling(wait.TotalSeconds), 1, 60)
        );
    }
}
