using FollowUp.Applications.Commands;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Platform;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>
/// Warnings about follow-ups, such as a contact who was asked lately. The Scheduler computes them when a page shows the follow-ups.
/// </summary>
/// <remarks>If the Scheduler is unreachable, pages show no warnings, and this service sends no further request for 30 seconds.</remarks>
internal sealed class SlotWarnings(SchedulerClient scheduler, TimeProvider time)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(30);
    private static readonly ILookup<SlotId, Reason> None = Array.Empty<SlotWarning>().ToLookup(x => x.Slot, x => x.Warning);
    private long _nextRequestAt;

    /// <summary>The warnings of the given follow-ups.</summary>
    /// <param name="reader">The reader of the page. Warnings mention other applications, so a candidate gets none.</param>
    /// <param name="slots">The follow-ups on the page.</param>
    /// <param name="ct">Cancels the request.</param>
    public async Task<ILookup<SlotId, Reason>> Of(Reader reader, IReadOnlyList<SlotId> slots, CancellationToken ct)
    {
        if (reader.Candidate is not null || slots.Count == 0 || time.GetUtcNow().UtcTicks < Interlocked.Read(ref _nextRequestAt))
            return None;
        try
        {
            return (
                await scheduler.Ask<WarningsAnswer>(reader.Caller, Guid.Empty, new LookForWarnings(slots), ct, deadline: Timeout)
            ).Items.ToLookup(x => x.Slot, x => x.Warning);
        }
        catch (RefusedException)
        {
            Interlocked.Exchange(ref _nextRequestAt, (time.GetUtcNow() + RetryInterval).UtcTicks);
            return None;
        }
    }
}
