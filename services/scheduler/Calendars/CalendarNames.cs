using FollowUp.InternalContracts;
using FollowUp.Modules.Convergence;

namespace FollowUp.Scheduler.Calendars;

/// <summary>
/// Asks Applications for the names in a calendar, each time that it is read: this service keeps none. Without an answer the calendar has
/// references, and this service asks again after 30 seconds.
/// </summary>
internal sealed class CalendarNames(SiblingClient applications, TimeProvider time)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(30);
    private long _nextRequestAt;

    public async Task<CandidateNames> Of(CalendarFeed feed, IEnumerable<string> candidates, CancellationToken ct)
    {
        var without = new CandidateNames(new Dictionary<string, string>(StringComparer.Ordinal), feed.Pages);
        if (time.GetUtcNow().UtcTicks < Interlocked.Read(ref _nextRequestAt))
            return without;
        try
        {
            var answer = await applications.Request<CandidateNames>(
                NameCandidates.Type,
                new NameCandidates(feed.Team, feed.Names ? [.. candidates.Distinct(StringComparer.Ordinal)] : []),
                CandidateNames.Type,
                Timeout,
                ct
            );
            return answer with { Pages = answer.Pages ?? feed.Pages };
        }
        catch (SiblingUnavailableException)
        {
            Interlocked.Exchange(ref _nextRequestAt, (time.GetUtcNow() + RetryInterval).UtcTicks);
            return without;
        }
    }
}
