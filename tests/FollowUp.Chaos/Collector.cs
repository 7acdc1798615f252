using System.Collections.Concurrent;
using System.Diagnostics;

namespace FollowUp.Chaos;

/// <summary>
/// Reads what both services show, feed and keep when all faults are over, and again what is still wrong, until nothing is or the time for
/// the two to agree is up.
/// </summary>
internal sealed class Collector(HttpSender applications, HttpSender scheduler, Listener listener, IReadOnlyList<FeedReader> followers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly ConcurrentDictionary<Guid, ApplicationView> _views = [];
    private readonly FeedReader[] _feeds = [new(applications), new(scheduler)];

    /// <param name="known">What only the load and the faults know.</param>
    /// <returns>The history, and what is wrong with it.</returns>
    public async Task<(History History, IReadOnlyList<Finding> Findings)> Collect(Func<History> known)
    {
        var watch = Stopwatch.StartNew();
        var stale = new HashSet<Guid>(known().Attempts.Select(x => x.Application));
        while (true)
        {
            var areRead = await Task.WhenAll(_feeds.Concat(followers).Select(x => x.ToTheEnd()));
            PublicEvent[] recorded = [.. _feeds.SelectMany(x => x.Read)];
            stale.UnionWith(recorded.Select(x => x.Application).Where(x => !_views.ContainsKey(x)));
            await Parallel.ForEachAsync(
                stale,
                new ParallelOptions { MaxDegreeOfParallelism = 8 },
                async (id, _) =>
                {
                    if (await View(id) is { } view)
                        _views[id] = view;
                }
            );
            var history = known() with
            {
                Recorded = recorded,
                Followed = [.. followers.SelectMany(x => x.Read)],
                Heard = listener.Heard,
                Views = [.. _views.Values],
                DeadLetters = [.. await DeadLetters(applications), .. await DeadLetters(scheduler)],
            };
            var findings = Checker.Check(history);
            if ((findings.Count == 0 && areRead.All(x => x)) || watch.Elapsed > Patience)
                return (history, findings);
            stale = [.. findings.Select(x => x.Application).OfType<Guid>()];
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    /// <returns>Null for an application that was never recorded.</returns>
    private async Task<ApplicationView?> View(Guid id)
    {
        var (detail, timeline, plan) = (
            await applications.Get($"/applications/{id}"),
            await applications.Get($"/applications/{id}/timeline"),
            await scheduler.Get($"/applications/{id}/plan")
        );
        if (detail is { Status: 404 } && plan is { Status: 404 })
            return null;
        return new(
            id,
            detail is { Status: 200 } ? detail.Json.Number("version") : null,
            plan is { Status: 200 } ? plan.Json.Number("asOf") : null,
            timeline is { Status: 200 }
                ? [.. timeline.Json.Items().Select(x => new TimelineItem(x.Text("source")!, x.Number("sequence") ?? 0, x.Text("type")!))]
                : [],
            detail is { Status: 200 }
                ?
                [
                    .. detail
                        .Json.Items("stages")
                        .Select(x => Stage(x.Number("stage"), x.Text("followUp.status"), x.Text("followUp.made.by"))),
                ]
                : [],
            plan is { Status: 200 }
                ? [.. plan.Json.Items("slots").Select(x => Stage(x.Number("stage"), x.Text("status"), x.Text("made.by")))]
                : []
        );
    }

    private static StageView Stage(long? stage, string? followUp, string? madeBy) => new(stage, followUp, madeBy);

    private static async Task<IReadOnlyList<string>> DeadLetters(HttpSender service)
    {
        var all = new List<string>();
        for (string? after = ""; after is not null; )
        {
            if (await service.Get($"/parked?limit=200{after}") is not { Status: 200 } page)
                break;
            all.AddRange(page.Json.Items().Select(x => $"{x.Text("queue")} {x.Text("code")} {x.Text("reason")} {x.Text("text")}"));
            after = page.Json.Text("next") is { } next ? $"&after={Uri.EscapeDataString(next)}" : null;
        }
        return all;
    }
}
