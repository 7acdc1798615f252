using FollowUp.Applications.Candidates;
using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;

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

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet(
                "/applications",
                async (
                    string? candidate,
                    string? employer,
                    string? status,
                    int? stage,
                    string? followUp,
                    string? assignee,
                    bool? closingProposed,
                    string? q,
                    string? sort,
                    string? after,
                    int? limit,
                    Caller caller,
                    ApplicationList list,
                    CancellationToken ct
                ) =>
                {
                    var filter = FilterOf(candidate, employer, status, stage, followUp, assignee, closingProposed, q);
                    var page = await list.Read(
                        caller.Team,
                        filter,
                        QueryEnums.Parse<ApplicationSort>(sort, "sort") ?? ApplicationSort.Submitted,
                        Cursor.Limit(limit),
                        after,
                        ct: ct
                    );
                    return TypedResults.Json(new Page<Item>([.. page.Rows.Select(Of)], page.Next), Json.Lenient);
                }
            )
            .RequireScope(Scopes.Read)
            .Describe(
                "The team's applications, the latest first, or by ?sort=submitted, employer, candidate, due or closed.",
                typeof(Page<Item>)
            );

    /// <exception cref="RefusedException"><c>badInput</c>.</exception>
    internal static ApplicationFilter FilterOf(
        string? candidate,
        string? employer,
        string? status,
        int? stage,
        string? followUp,
        string? assignee,
        bool? closingProposed,
        string? q
    ) =>
        status is null or "open" or "closed"
            ? new()
            {
                Candidate = candidate,
                Employer = employer,
                IsClosed = status is null ? null : status == "closed",
                Stage = stage,
                Assignee = assignee,
                ClosingProposed = closingProposed,
                Q = q,
                FollowUp = QueryEnums.Parse<SlotStatus>(followUp, "followUp") is { } slot ? [slot] : [],
            }
            : throw RefusedException.BadInput("status", "It must be open or closed.");

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
