using FollowUp.Applications.Candidates;
using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using Microsoft.AspNetCore.Mvc;

namespace FollowUp.Applications.Queries;

/// <summary>The team's applications, the latest first by default.</summary>
public static class ListApplications
{
    public sealed record Item(
        Guid Id,
        long Version,
        string Candidate,
        string Employer,
        string? Region,
        string Title,
        string Status,
        ClosingReason? ClosingReason,
        int Stage,
        HiringProcess HiringProcess,
        Approach Approach,
        DateTimeOffset SubmittedAt,
        FollowUpSummary? FollowUp,
        DateTimeOffset? ClosingProposedAt
    );

    public sealed record FollowUpSummary(
        SlotStatus Status,
        DateTimeOffset? DueAt,
        DateTimeOffset? WindowEndsAt,
        string? Assignee,
        ClaimView? Claim,
        IReadOnlyList<Channel> Channels
    );

    /// <summary>What the query string selects, and in which order. A parameter that is missing doesn't filter.</summary>
    public sealed record Filters(
        [property: FromQuery(Name = "candidate")] string? Candidate,
        [property: FromQuery(Name = "employer")] string? Employer,
        [property: FromQuery(Name = "status")] string? Status,
        [property: FromQuery(Name = "stage")] int? Stage,
        [property: FromQuery(Name = "followUp")] string? FollowUp,
        [property: FromQuery(Name = "assignee")] string? Assignee,
        [property: FromQuery(Name = "closingProposed")] bool? ClosingProposed,
        [property: FromQuery(Name = "q")] string? Q,
        [property: FromQuery(Name = "sort")] string? Sort
    )
    {
        /// <exception cref="RefusedException"><c>badInput</c>.</exception>
        internal ApplicationFilter Read() =>
            Status is null or "open" or "closed"
                ? new()
                {
                    Candidate = Candidate,
                    Employer = Employer,
                    IsClosed = Status is null ? null : Status == "closed",
                    Stage = Stage,
                    Assignee = Assignee,
                    ClosingProposed = ClosingProposed,
                    Q = Q,
                    FollowUp = QueryEnums.Parse<SlotStatus>(FollowUp, "followUp") is { } slot ? [slot] : [],
                }
                : throw RefusedException.BadInput("status", "It must be open or closed.");

        /// <exception cref="RefusedException"><c>badInput</c>.</exception>
        internal ApplicationSort Order => QueryEnums.Parse<ApplicationSort>(Sort, "sort") ?? ApplicationSort.Submitted;
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet(
                "/applications",
                async (
                    [AsParameters] Filters filters,
                    string? after,
                    int? limit,
                    Caller caller,
                    ApplicationList list,
                    CancellationToken ct
                ) =>
                {
                    var page = await list.Read(caller.Team, filters.Read(), filters.Order, Cursor.Limit(limit), after, ct: ct);
                    return TypedResults.Json(new Page<Item>([.. page.Rows.Select(Of)], page.Next), Json.Lenient);
                }
            )
            .RequireScope(Scopes.Read)
            .Describe(
                "The team's applications, the latest first, or by ?sort=submitted, employer, candidate, due or closed.",
                typeof(Page<Item>)
            );

    private static Item Of(ApplicationListItem row)
    {
        var (x, slot) = (row.Application, row.FollowUp);
        return new(
            x.Id,
            x.Version,
            x.Candidate,
            x.Employer,
            x.Region,
            x.Title,
            x.IsClosed ? "closed" : "open",
            x.ClosingReason,
            x.Stage,
            x.HiringProcess,
            x.Approach,
            x.SubmittedAt,
            slot is null ? null : new(slot.Status, slot.DueAt, slot.WindowEndsAt, slot.Assignee, slot.Claim, slot.Channels),
            row.ClosingProposedAt
        );
    }
}
