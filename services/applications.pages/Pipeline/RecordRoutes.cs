using System.Globalization;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Queries;
using FollowUp.Platform;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FollowUp.Applications.Pages.Pipeline;

/// <summary>
/// One candidate's applications of a period, with what was recorded of each, by whom and when: to print, or to keep as PDF.
/// </summary>
/// <param name="Candidate">The candidate's reference; null if none was named yet.</param>
/// <param name="Entries">The earliest first.</param>
/// <param name="IsCut">Whether there are earlier ones than the page shows.</param>
public sealed record RecordPageModel(
    Reader Reader,
    string? Candidate,
    string? CandidateName,
    DateOnly? Since,
    DateOnly? Until,
    IReadOnlyList<RecordEntry> Entries,
    bool IsCut,
    DateTimeOffset Now
)
{
    /// <summary>The address of the same applications as a sheet.</summary>
    public string Sheet(string extension) => $"/pipeline.{extension}?candidate={Uri.EscapeDataString(Candidate ?? "")}";
}

/// <summary>An application on the page.</summary>
/// <param name="Moments">What was recorded, without the Scheduler's decisions.</param>
public sealed record RecordEntry(
    GetApplication.Detail Detail,
    IReadOnlyDictionary<Guid, Contact> Contacts,
    IReadOnlyList<Queries.Moment> Moments
);

/// <summary>The record of a candidate's applications, which job centres ask for.</summary>
internal static class RecordRoutes
{
    private const int Most = 500,
        AtOnce = 100;

    public static void Map(IEndpointRouteBuilder app) =>
        app.Page(
                "/pipeline/record",
                async (
                    string? candidate,
                    string? since,
                    string? until,
                    Reader reader,
                    ApplicationList list,
                    IDocumentStore store,
                    TimeProvider time,
                    CancellationToken ct
                ) =>
                {
                    var (from, to) = (Day(since, "since"), Day(until, "until"));
                    var whose = reader.Candidate ?? (string.IsNullOrWhiteSpace(candidate) ? null : candidate.Trim());
                    await using var session = store.QuerySession(reader.Team);
                    var ids = whose is null ? [] : await Find(list, reader, whose, from, to, ct);
                    var entries = new List<RecordEntry>();
                    foreach (var id in ids.Take(Most).Reverse())
                        if (await ApplicationView.Read(session, id, candidate: whose, ct: ct) is { Application.IsVoided: false } view)
                            entries.Add(
                                new(
                                    view.Detail,
                                    await view.Contacts(session, ct),
                                    [.. (await view.Moments(session, ct)).Where(x => x.Item.Source == Contracts.Catalogue.Applications)]
                                )
                            );
                    return new RazorComponentResult<RecordPage>(
                        new
                        {
                            Model = new RecordPageModel(
                                reader,
                                whose,
                                whose is null ? null : (await session.LoadAsync<Candidate>(whose, ct))?.Name,
                                from,
                                to,
                                entries,
                                ids.Count > Most,
                                time.GetUtcNow()
                            ),
                        }
                    );
                }
            )
            .ForCandidatesToo();

    // The latest first, and one more than the page shows if there are more.
    private static async Task<List<Guid>> Find(
        ApplicationList list,
        Reader reader,
        string candidate,
        DateOnly? since,
        DateOnly? until,
        CancellationToken ct
    )
    {
        var found = new List<Guid>();
        string? after = null;
        do
        {
            var page = await list.Read(reader.Team, new() { Candidate = candidate }, ApplicationSort.Submitted, AtOnce, after, ct: ct);
            after = page.Next;
            foreach (var row in page.Rows)
            {
                var day = Terms.DayOf(row.Application.SubmittedAt, reader.Zone);
                if (day < since)
                    return found;
                if (!(day > until))
                    found.Add(row.Application.Id);
            }
        } while (after is not null && found.Count <= Most);
        return found;
    }

    private static DateOnly? Day(string? text, string field) =>
        string.IsNullOrEmpty(text) ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw RefusedException.BadInput(field, "It must be a date.");
}
