using System.Diagnostics;

namespace FollowUp.Chaos;

/// <summary>
/// Measures how soon the pair works again: a new submission is recorded, planned, heard on the bus and shown with its plan, and both
/// services know all of what was recorded just before.
/// </summary>
internal sealed class Recovery(Load load, Listener listener, HttpSender applications, HttpSender scheduler)
{
    private const int Sample = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <param name="since">When the fault began or ended, as <see cref="Stopwatch.GetTimestamp"/>.</param>
    /// <returns>Null when the pair has not recovered in a minute.</returns>
    public async Task<TimeSpan?> Measure(long since)
    {
        try
        {
            await Task.WhenAll(load.Latest(Sample).Select(Catches).Append(Circles())).WaitAsync(Patience);
            return Stopwatch.GetElapsedTime(since);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private async Task Circles()
    {
        if (await load.Submit() is not { } probe)
            return;
        await Until(() => Task.FromResult(listener.HasHeard(probe, "followup.follow-up.planned.v1")));
        await Until(async () =>
            await applications.Get($"/applications/{probe}") is { Status: 200 } shown
            && shown.Json.Text("stages.0.followUp.status") is not null
        );
    }

    private async Task Catches(Guid application)
    {
        long recorded = 0,
            decided = 0;
        await Until(async () =>
        {
            if (
                await applications.Get($"/applications/{application}") is not { Status: 200 } shown
                || await scheduler.Get($"/applications/{application}/plan") is not { Status: 200 or 404 } plan
            )
                return false;
            recorded = shown.Json.Number("version") ?? 0;
            decided = plan.Status == 200 ? plan.Json.Number("version") ?? 0 : 0;
            return true;
        });
        await Until(async () =>
            await scheduler.Get($"/applications/{application}/plan") is { Status: 200 } plan && plan.Json.Number("asOf") >= recorded
        );
        await Until(async () =>
            await applications.Get($"/applications/{application}/timeline") is { Status: 200 } timeline
            && timeline
                .Json.Items()
                .Where(x => x.Text("source") == PublicEvent.Scheduler)
                .Select(x => x.Number("sequence") ?? 0)
                .DefaultIfEmpty()
                .Max() >= decided
        );
    }

    private static Task Until(Func<Task<bool>> condition) => Eventually.Holds(condition, Patience);
}
