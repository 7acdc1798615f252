using FollowUp.Applications.Pages.Actions;
using FollowUp.Applications.Projections;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FollowUp.Applications.Pages.Today;

/// <summary>The first page of the day: due follow-ups, and the next ones.</summary>
internal static class TodayRoutes
{
    private const int MostAtOnce = 40,
        MostWithheld = 20,
        MostInHand = 200;

    public static void Map(IEndpointRouteBuilder app) =>
        app.Page(
                "/",
                async (
                    Reader reader,
                    ActionOutcome? outcome,
                    string? q,
                    string? who,
                    string? candidate,
                    string? after,
                    Queries.Today today,
                    CandidateNames candidates,
                    Colleagues colleagues,
                    SlotWarnings warnings,
                    IDocumentStore store,
                    TimeProvider time,
                    CancellationToken ct
                ) =>
                {
                    var query = new TodayQuery(
                        Text(q),
                        who == TodayQuery.Mine,
                        reader.Candidate is null ? Text(candidate) : null,
                        Text(after)
                    );
                    var now = time.GetUtcNow();
                    var filter = new TodayFilter(
                        reader.Candidate ?? query.Candidate,
                        query.IsMine ? reader.Person : null,
                        Q: query.Q,
                        After: query.After,
                        Limit: MostAtOnce
                    );
                    var page = await today.Read(reader.Team, filter, now, ct);
                    // A follow-up that the reader has claimed is listed as theirs, also if another person is the assignee.
                    var inHand = query is { IsMine: true, After: null }
                        ? (
                            await today.Items(
                                reader.Team,
                                filter with
                                {
                                    Assignee = null,
                                    Statuses = [SlotStatus.Claimed],
                                    Limit = MostInHand,
                                },
                                now,
                                ct
                            )
                        ).Where(x =>
                            x.Slot.Claim?.IsOf(reader.Principal, reader.Person) is true
                            && page.Items.All(y => y.Application != x.Application)
                        )
                        : [];
                    var withheld =
                        query.After is null && page.Counts[SlotStatus.Withheld] > 0
                            ? await today.Items(
                                reader.Team,
                                filter with
                                {
                                    Statuses = [SlotStatus.Withheld],
                                    Limit = MostWithheld,
                                },
                                now,
                                ct
                            )
                            : [];
                    IReadOnlyList<TodayItem> items = [.. inHand, .. page.Items];
                    var isEmpty =
                        query.IsAll && page.Items.Count + withheld.Count + page.ToClose.Count == 0 && !await HasAny(store, reader, ct);
                    return new RazorComponentResult<TodayPage>(
                        new
                        {
                            Reader = reader,
                            Query = query,
                            Items = items,
                            Withheld = withheld,
                            page.Counts,
                            page.ToClose,
                            page.Next,
                            Outcome = outcome,
                            Now = now,
                            IsEmpty = isEmpty,
                            Warnings = await warnings.Of(reader, [.. items.Select(x => new SlotId(x.Application, x.Stage))], ct),
                            Colleagues = await colleagues.Of(reader, ct),
                            Candidates = await candidates.Of(reader, query.Candidate, ct),
                        }
                    );
                }
            )
            .ForCandidatesToo()
            .ShowsActionOutcome();

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static async Task<bool> HasAny(IDocumentStore store, Reader reader, CancellationToken ct)
    {
        await using var session = store.QuerySession(reader.Team);
        return await (
            reader.Candidate is { } own
                ? session.Query<ApplicationRow>().AnyAsync(x => x.Candidate == own, ct)
                : session.Query<ApplicationRow>().AnyAsync(ct)
        );
    }
}

/// <summary>The query string of the page.</summary>
public sealed record TodayQuery(string? Q = null, bool IsMine = false, string? Candidate = null, string? After = null)
{
    public const string Mine = "mine";

    /// <summary>Whether no filter is set.</summary>
    public bool IsAll => this == new TodayQuery();

    public bool IsFiltered => Q is not null || IsMine || Candidate is not null;

    public string Address => AddressOf("/", ("q", Q), ("who", IsMine ? Mine : null), ("candidate", Candidate), ("after", After));

    private static string AddressOf(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = QueryString.Empty;
        foreach (var (name, value) in parameters)
            if (value is not null)
                query = query.Add(name, value);
        return path + query;
    }
}
