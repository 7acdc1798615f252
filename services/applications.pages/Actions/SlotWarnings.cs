using FollowUp.Applications.Commands;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Platform;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>What somebody should know before they make a follow-up, which the Scheduler works out when it is shown.</summary>
/// <remarks>
/// Nobody waits for it where the Scheduler can't be reached: a page is shown without, and for a while the next ones don't ask.
/// </remarks>
internal sealed class SlotWarnings(SchedulerClient desk, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private static readonly ILookup<SlotId, Reason> None = Array.Empty<SlotWarning>().ToLookup(x => x.Slot, x => x.Warning);
    private long _askAgainAt;

    /// <summary>The warnings of the follow-ups that are shown.</summary>
    /// <param name="reader">Who sees them. A candidate is told nothing of others, so sees none.</param>
    /// <param name="slots">Which.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<ILookup<SlotId, Reason>> Of(Reader reader, IReadOnlyList<SlotId> slots, CancellationToken ct)
    {
        if (reader.Candidate is not null || slots.Count == 0 || time.GetUtcNow().UtcTicks < Interlocked.Read(ref _askAgainAt))
            return None;
        try
        {
            return (
                await desk.Ask<WarningsAnswer>(reader.Caller, Guid.Empty, new LookForWarnings(slots), ct, deadline: Patience)
            ).Items.ToLookup(x => x.Slot, x => x.Warning);
        }
        catch (RefusedException)
        {
            Interlocked.Exchange(ref _askAgainAt, (time.GetUtcNow() + Pause).UtcTicks);
            return None;
        }
    }
}
