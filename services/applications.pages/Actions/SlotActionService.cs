using FollowUp.Applications.Commands;
using FollowUp.Applications.Projections;
using FollowUp.Platform;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>The follow-up that an action is about.</summary>
/// <param name="Slot">The slot as of the Scheduler's latest event; null before the first one.</param>
internal sealed record Target(Guid Application, int Stage, ApplicationRow Row, SlotView? Slot);

/// <summary>
/// The common part of all actions on a follow-up: the permission check, the wait for the Scheduler's event, and the response.
/// </summary>
internal sealed class SlotActionService(CommandHandler commands, SchedulerClient scheduler, EndpointDataSource pages, TimeProvider time)
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(2),
        PollInterval = TimeSpan.FromMilliseconds(25);

    public CommandHandler Commands => commands;
    public SchedulerClient Scheduler => scheduler;

    /// <summary>Runs an action and redirects to the page; if the action is refused, renders the page again with the refusal.</summary>
    /// <param name="action">One of <see cref="ActionOutcome.Actions"/>.</param>
    /// <param name="reader">The person who sent the form.</param>
    /// <param name="form">Names the application, the stage and the page.</param>
    /// <param name="act">Runs the action. Returns a predicate that is true once this service has applied the Scheduler's event to the slot,
    /// or null when there is no event to wait for.</param>
    /// <param name="ct">Cancels the action.</param>
    public async Task<IResult> Run(
        string action,
        Reader reader,
        Form form,
        Func<Target, Task<Func<SlotView, bool>?>> act,
        CancellationToken ct
    )
    {
        var application = form.Id("application") ?? throw RefusedException.BadInput("application", "It must be an id.");
        var stage = form.Number("stage") ?? throw RefusedException.BadInput("stage", "It must be a whole number.");
        var page = form.ReturnAddress("/");
        try
        {
            if (await act(await Find(reader, application, stage, ct)) is { } isApplied)
                await WaitForEvent(reader.Team, application, stage, isApplied, ct);
            return TypedResults.Redirect(new ActionOutcome(application, stage, action, null).At(page));
        }
        catch (RefusedException refused)
            when (reader.May(Scopes.Read)
                && RerenderedPage.At(page, new(application, stage, action, form.ToEntered(refused)), pages) is { } again
            )
        {
            return again;
        }
    }

    private async Task<Target> Find(Reader reader, Guid application, int stage, CancellationToken ct)
    {
        await using var session = commands.Store.QuerySession(reader.Team);
        var row =
            await session.LoadAsync<ApplicationRow>(application, ct)
            ?? throw new RefusedException("unknownApplication", "Your team has no application with that id.");
        reader.EnsureMaySee(row.Candidate);
        return new(application, stage, row, (await session.LoadAsync<SchedulerPlan>(application, ct))?.Slots.GetValueOrDefault(stage));
    }

    // The Scheduler's reply is earlier than its event, and the page shows what the events say. The wait lets the reader see the action's
    // result.
    private async Task WaitForEvent(string team, Guid application, int stage, Func<SlotView, bool> isApplied, CancellationToken ct)
    {
        for (var since = time.GetTimestamp(); time.GetElapsedTime(since) < MaxWait; await Task.Delay(PollInterval, time, ct))
        {
            await using var session = commands.Store.QuerySession(team);
            if ((await session.LoadAsync<SchedulerPlan>(application, ct))?.Slots.GetValueOrDefault(stage) is { } slot && isApplied(slot))
                return;
        }
    }
}
