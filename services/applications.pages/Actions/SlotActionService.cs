using FollowUp.Applications.Commands;
using FollowUp.Applications.Projections;
using FollowUp.Platform;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>A follow-up that somebody acts on from a page.</summary>
/// <param name="Slot">As the Scheduler last said, if it has spoken of it.</param>
internal sealed record Target(Guid Application, int Stage, ApplicationRow Row, SlotView? Slot);

/// <summary>What all actions on a follow-up have in common, from whatever page: who may, what is said afterwards, and where.</summary>
internal sealed class SlotActionService(CommandHandler commanding, SchedulerClient scheduler, EndpointDataSource pages, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2),
        Look = TimeSpan.FromMilliseconds(25);

    public CommandHandler Commanding => commanding;
    public SchedulerClient Scheduler => scheduler;

    /// <summary>Acts, and goes back to the page; or shows it again with what was refused.</summary>
    /// <param name="action">A word of <see cref="ActionOutcome.Words"/>.</param>
    /// <param name="reader">Who.</param>
    /// <param name="form">Names the application, the stage and the page.</param>
    /// <param name="act">Does it, and tells how one sees from the slot that it was heard of here; null where there is nothing to
    /// hear.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<IResult> Act(
        string action,
        Reader reader,
        Form form,
        Func<Target, Task<Func<SlotView, bool>?>> act,
        CancellationToken ct
    )
    {
        var application = form.Id("application") ?? throw RefusedException.BadInput("application", "It must be an id.");
        var stage = form.Number("stage") ?? throw RefusedException.BadInput("stage", "It must be a whole number.");
        var page = form.Return("/");
        try
        {
            if (await act(await Find(reader, application, stage, ct)) is { } isHeard)
                await Hear(reader.Team, application, stage, isHeard, ct);
            return TypedResults.Redirect(new ActionOutcome(application, stage, action, null).At(page));
        }
        catch (RefusedException refused)
            when (reader.May(Scopes.Read)
                && RerenderedPage.At(page, new(application, stage, action, form.Again(refused)), pages) is { } again
            )
        {
            return again;
        }
    }

    private async Task<Target> Find(Reader reader, Guid application, int stage, CancellationToken ct)
    {
        await using var session = commanding.Store.QuerySession(reader.Team);
        var listing =
            await session.LoadAsync<ApplicationRow>(application, ct)
            ?? throw new RefusedException("unknownApplication", "Your team has no application with that id.");
        reader.MustSee(listing.Candidate);
        return new(application, stage, listing, (await session.LoadAsync<SchedulerPlan>(application, ct))?.Slots.GetValueOrDefault(stage));
    }

    // The Scheduler has answered, but what the page shows is what it announces: a moment later. Whoever acted sees what they did.
    private async Task Hear(string team, Guid application, int stage, Func<SlotView, bool> isHeard, CancellationToken ct)
    {
        for (var since = time.GetTimestamp(); time.GetElapsedTime(since) < Patience; await Task.Delay(Look, time, ct))
        {
            await using var session = commanding.Store.QuerySession(team);
            if ((await session.LoadAsync<SchedulerPlan>(application, ct))?.Slots.GetValueOrDefault(stage) is { } slot && isHeard(slot))
                return;
        }
    }
}
