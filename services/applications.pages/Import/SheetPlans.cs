using System.Text.Json;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Commands;
using FollowUp.Applications.Import;
using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using Marten;

namespace FollowUp.Applications.Pages.Import;

/// <summary>
/// Adds to a preview what will be due for the rows that it shows, and the names of their candidates. The Scheduler plans the rows by the
/// team's policy; if it doesn't answer, the preview is shown without.
/// </summary>
internal sealed class SheetPlans(Imports imports, SchedulerClient scheduler, IDocumentStore store)
{
    private const int MostBytes = 500_000; // of a request, far below what a message may have

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2.5);

    public async Task<SheetPreview> AddTo(SheetPreview preview, ImportRun run, Reader reader, CancellationToken ct)
    {
        if (preview.Sheet is not { } sheet)
            return preview;
        var shown = preview.Shown;
        await using var session = store.QuerySession(run.Team);
        var people = await session.LoadManyAsync<Candidate>(
            ct,
            [.. shown.Select(x => x.Candidate).OfType<string>().Distinct(StringComparer.Ordinal)]
        );
        var plans = (await Imagined(run, sheet, shown, reader, ct))?.DistinctBy(x => x.Application).ToDictionary(x => x.Application);
        if (plans is not null)
            foreach (var (id, plan) in await Real(session, shown, ct))
                plans[id] = plan;
        return preview with
        {
            Names = people.Where(x => x.Name is not null).ToDictionary(x => x.Id, x => x.Name!, StringComparer.Ordinal),
            Plans = plans is null
                ? null
                : shown
                    .Where(x => x.Result != ImportSheet.Refused && x.Application is { } id && plans.ContainsKey(id))
                    .ToDictionary(x => x.Line, x => plans[x.Application!.Value]),
        };
    }

    // Usually one request; rows with long histories may need another.
    private async Task<IReadOnlyList<PreviewedPlan>?> Imagined(
        ImportRun run,
        Sheet sheet,
        IReadOnlyList<ImportSheet.RowReport> shown,
        Reader reader,
        CancellationToken ct
    )
    {
        var found = new List<PreviewedPlan>();
        try
        {
            foreach (var part in Parts(await imports.WouldRecord(run, sheet, shown, ct)))
                found.AddRange(
                    (await scheduler.Ask<PlansAnswer>(reader.Caller, Guid.Empty, new PreviewPlans(part), ct, deadline: Timeout)).Items
                );
            return found;
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    private static IEnumerable<List<PreviewedApplication>> Parts(IReadOnlyList<PreviewedApplication> applications)
    {
        var (part, bytes) = (new List<PreviewedApplication>(), 0);
        foreach (var application in applications)
        {
            var length = JsonSerializer.SerializeToUtf8Bytes(application, Json.Lenient).Length;
            if (part.Count > 0 && (bytes + length > MostBytes || part.Count == PreviewPlans.Most))
            {
                yield return part;
                (part, bytes) = ([], 0);
            }
            part.Add(application);
            bytes += length;
        }
        if (part.Count > 0)
            yield return part;
    }

    // The plans of what is already there.
    private static async Task<IReadOnlyDictionary<Guid, PreviewedPlan>> Real(
        IQuerySession session,
        IReadOnlyList<ImportSheet.RowReport> shown,
        CancellationToken ct
    )
    {
        var plans = await session.LoadManyAsync<SchedulerPlan>(
            ct,
            [.. shown.Where(x => x.Result == ImportSheet.AlreadyThere).Select(x => x.Application).OfType<Guid>().Distinct()]
        );
        return plans
            .Where(x => x.Next is not null)
            .ToDictionary(
                x => x.Id,
                x => new PreviewedPlan(
                    x.Id,
                    new(x.Next!.Status, x.Next.DueAt, x.Next.WindowEndsAt, x.Next.Channels, x.Next.Situation, x.Next.Reasons),
                    x.ClosingProposedAt is not null
                )
            );
    }
}
