using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using FollowUp.Applications.Pages.Shared;
using FollowUp.Applications.Queries;
using FollowUp.Platform;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FollowUp.Applications.Pages.Insights;

/// <summary>The period and the candidate of the insights.</summary>
/// <param name="Since">The first day of submission; null for all.</param>
/// <param name="Period">The period as the form sends it: a number of days, or <c>all</c>.</param>
/// <param name="SearchText">The text that was entered for the candidate.</param>
/// <param name="Candidate">The only candidate that matches the text.</param>
/// <param name="Matches">The candidates that match the text, if there are several.</param>
public sealed record InsightsFilter(
    DateOnly? Since,
    string Period,
    string? SearchText,
    CandidateMatch? Candidate,
    IReadOnlyList<CandidateMatch> Matches
)
{
    private const int DefaultDays = 365;

    public static IReadOnlyList<int> Periods { get; } = [30, 90, 365];

    internal static async Task<InsightsFilter> Of(
        string? since,
        string? candidate,
        Reader reader,
        IDocumentStore store,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var days =
            since == "all" ? (int?)null
            : int.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var requested) && Periods.Contains(requested)
                ? requested
            : DefaultDays;
        var searchText = candidate?.Trim() is { Length: > 0 and <= 200 } text ? text : null;
        await using var session = store.QuerySession(reader.Team);
        var found = searchText is null ? [] : await session.Candidates(searchText, ct);
        return new(
            days is { } n ? DateOnly.FromDateTime(now.UtcDateTime).AddDays(-n) : null,
            days?.ToString(CultureInfo.InvariantCulture) ?? "all",
            searchText,
            found.Count == 1 ? found[0] : null,
            found.Count > 1 ? found : []
        );
    }

    /// <summary>Whether the entered text matches no candidate of the team, or several.</summary>
    public bool IsUnknownCandidate => SearchText is not null && Candidate is null;

    public string Query => $"?since={Period}{(Candidate is null ? "" : $"&candidate={Uri.EscapeDataString(Candidate.Id)}")}";
}

/// <summary>The results of follow-ups: as a page with figures, and as CSV.</summary>
internal static class InsightsRoutes
{
    private static readonly string[] Headers =
    [
        "application",
        "candidate",
        "employer",
        "title",
        "hiringProcess",
        "approach",
        "stage",
        "situation",
        "status",
        "reasons",
        "submittedAt",
        "openedAt",
        "dueAt",
        "channel",
        "madeAt",
        "answeredAt",
        "daysToAnswer",
        "closedAs",
    ];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.Page(
            "/insights",
            async (
                Reader reader,
                Queries.Insights insights,
                IDocumentStore store,
                TimeProvider time,
                string? since,
                string? candidate,
                CancellationToken ct
            ) =>
            {
                var filter = await InsightsFilter.Of(since, candidate, reader, store, time.GetUtcNow(), ct);
                var page = filter.IsUnknownCandidate ? null : await insights.Read(reader.Team, filter.Candidate?.Id, filter.Since, ct);
                return new RazorComponentResult<InsightsView>(
                    new
                    {
                        Reader = reader,
                        Filter = filter,
                        Page = page,
                    }
                );
            }
        );

        app.Page(
            "/insights.csv",
            async Task<IResult> (
                Reader reader,
                Queries.Insights insights,
                IDocumentStore store,
                TimeProvider time,
                string? since,
                string? candidate,
                CancellationToken ct
            ) =>
            {
                var now = time.GetUtcNow();
                var filter = await InsightsFilter.Of(since, candidate, reader, store, now, ct);
                if (filter.IsUnknownCandidate)
                    throw new RefusedException("unknownCandidate", "Your team has no such candidate.");
                return TypedResults.Stream(
                    stream => Write(stream, insights.Rows(reader.Team, filter.Candidate?.Id, filter.Since, ct), ct),
                    "text/csv; charset=utf-8",
                    $"followup-insights-{now.UtcDateTime:yyyy-MM-dd}.csv"
                );
            }
        );
    }

    private static async Task Write(Stream stream, IAsyncEnumerable<Outcome> rows, CancellationToken ct)
    {
        // Without the byte order mark, Excel assumes another encoding.
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        // An employer's name must not become a formula in a spreadsheet program.
        await using var csv = new CsvWriter(
            writer,
            new CsvConfiguration(CultureInfo.InvariantCulture) { InjectionOptions = InjectionOptions.Escape }
        );
        await Line(Headers);
        await foreach (var x in rows.WithCancellation(ct))
        {
            await Line([
                x.Application.ToString(),
                x.Candidate,
                x.Employer,
                x.Title,
                Word(x.HiringProcess),
                Word(x.Approach),
                x.Stage.ToString(CultureInfo.InvariantCulture),
                x.Situation,
                Word(x.Status),
                string.Join(' ', x.Reasons),
                At(x.SubmittedAt),
                At(x.OpenedAt),
                At(x.DueAt),
                Word(x.Channel),
                At(x.MadeAt),
                At(x.AnsweredAt),
                x.DaysToAnswer?.ToString("0.##", CultureInfo.InvariantCulture),
                Word(x.ClosedAs),
            ]);
        }

        async Task Line(IEnumerable<string?> cells)
        {
            foreach (var cell in cells)
                csv.WriteField(cell);
            await csv.NextRecordAsync();
        }
    }

    private static string? Word<T>(T value) => value?.ToString() is { } name ? JsonNamingPolicy.CamelCase.ConvertName(name) : null;

    private static string? At(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
