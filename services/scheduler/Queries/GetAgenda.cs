using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using FollowUp.Scheduler.Projections;
using FollowUp.Scheduler.TeamPolicies;
using Marten;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace FollowUp.Scheduler.Queries;

/// <summary>The agenda: the due slots, and, on request, the planned, withheld, claimed, made, waived or lapsed slots.</summary>
internal static class GetAgenda
{
    /// <summary>A slot with everything that a person needs to know before they act on it.</summary>
    public sealed record Item(
        Guid Application,
        int Stage,
        SlotStatus Status,
        string Candidate,
        string Employer,
        string Title,
        DateTimeOffset? DueAt,
        DateTimeOffset? WindowEndsAt,
        IReadOnlyList<Channel> Channels,
        ContactReference? Contact,
        string? Situation,
        Anchor? Anchor,
        int PolicyVersion,
        IReadOnlyList<Reason> Reasons,
        ClaimItem? Claim,
        MadeItem? Made,
        string? Assignee,
        DateTimeOffset? SnoozedUntil,
        OverrideItem? Override,
        IReadOnlyList<Reason> OpensWhen,
        IReadOnlyList<Reason> Warnings,
        DateTimeOffset? ClosingProposedAt
    );

    /// <summary>The query string. A parameter that is missing doesn't filter.</summary>
    /// <param name="Status">One status or more, separated by commas; by default due.</param>
    /// <param name="Assignee">The person who is to make the follow-up; <c>-</c> for slots without an assignee.</param>
    /// <param name="ClosingProposed">Selects slots by whether closing is proposed. With true, the default for the status doesn't
    /// apply.</param>
    /// <param name="Sort"><c>due</c> (the default), <c>-due</c>, <c>candidate</c> or <c>employer</c>.</param>
    public sealed record Query(
        [property: FromQuery(Name = "status")] string? Status,
        [property: FromQuery(Name = "candidate")] string? Candidate,
        [property: FromQuery(Name = "assignee")] string? Assignee,
        [property: FromQuery(Name = "employer")] string? Employer,
        [property: FromQuery(Name = "dueAfter")] DateTimeOffset? DueAfter,
        [property: FromQuery(Name = "dueBefore")] DateTimeOffset? DueBefore,
        [property: FromQuery(Name = "closingProposed")] bool? ClosingProposed,
        [property: FromQuery(Name = "sort")] string? Sort,
        [property: FromQuery(Name = "after")] string? After,
        [property: FromQuery(Name = "limit")] int? Limit
    );

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet(
                "/follow-ups",
                async (
                    [AsParameters] Query query,
                    Caller caller,
                    NpgsqlDataSource database,
                    IDocumentStore store,
                    TeamPolicyStore policies,
                    Warnings warnings,
                    CancellationToken ct
                ) =>
                {
                    var (take, cursor) = (Cursor.Limit(query.Limit), Cursor.Read(query.After));
                    var (key, order, beyond) = query.Sort switch
                    {
                        null or "due" => (null, "sort_at, id", "(sort_at, id) > (@at, @id)"),
                        "-due" => (null, "sort_at desc, id desc", "(sort_at, id) < (@at, @id)"),
                        "candidate" => ("candidate", "candidate, sort_at, id", "(candidate, sort_at, id) > (@key, @at, @id)"),
                        "employer" => ("employer_key", "employer_key, sort_at, id", "(employer_key, sort_at, id) > (@key, @at, @id)"),
                        _ => throw RefusedException.BadInput("sort", "It must be due, -due, candidate or employer."),
                    };
                    if (cursor is not null && key is null != cursor.Key is null)
                        throw RefusedException.BadInput(
                            "after",
                            "It must be the 'next' of an earlier page of the same sorting, unchanged."
                        );
                    await using var command = database.CreateCommand();
                    var conditions = new List<string>();
                    void Where(string condition, string name, object? value)
                    {
                        if (value is null)
                            return;
                        conditions.Add(condition);
                        command.Parameters.AddWithValue(name, value);
                    }

                    Where("tenant_id = @team", "team", caller.Team);
                    if (query.ClosingProposed is true)
                        conditions.Add("closing_proposed_at is not null");
                    if (query.ClosingProposed is false)
                        conditions.Add("closing_proposed_at is null");
                    if (query.ClosingProposed is not true || query.Status is not null)
                        Where("status = any(@status)", "status", Statuses(query.Status));
                    Where("candidate = @candidate", "candidate", query.Candidate);
                    if (query.Assignee == "-")
                        conditions.Add("assignee is null");
                    else
                        Where("assignee = @assignee", "assignee", query.Assignee);
                    Where("employer_key = @employer", "employer", query.Employer is { } employer ? AgendaEntry.KeyOf(employer) : null);
                    Where("due_at >= @from", "from", query.DueAfter?.UtcDateTime);
                    Where("due_at < @before", "before", query.DueBefore?.UtcDateTime);
                    if (cursor is not null)
                    {
                        Where(beyond, "at", cursor.At.UtcDateTime);
                        command.Parameters.AddWithValue("id", cursor.Id);
                        if (key is not null)
                            command.Parameters.AddWithValue("key", cursor.Key!);
                    }

                    command.Parameters.AddWithValue("take", take + 1);
#pragma warning disable CA2100 // built only from the constants above; the caller's values are parameters
                    command.CommandText =
                        $"select data from followup.mt_doc_agendaentry where {string.Join(" and ", conditions)} "
                        + $"order by {order} limit @take";
#pragma warning restore CA2100
                    var rows = new List<AgendaEntry>(take + 1);
                    await using (var reader = await command.ExecuteReaderAsync(ct))
                        while (await reader.ReadAsync(ct))
                            rows.Add(await store.Options.Serializer().FromJsonAsync<AgendaEntry>(reader, 0, ct));
                    var page = rows.Take(take).ToArray();
                    var warned = await warnings.Of(caller.Team, page, await policies.Of(caller.Team, ct), ct);
                    return TypedResults.Json(
                        new Page<Item>(
                            [.. page.Select(x => Of(x, warned))],
                            rows.Count > take
                                ? new Cursor(
                                    page[^1].SortAt,
                                    page[^1].Id,
                                    key switch
                                    {
                                        "candidate" => page[^1].Candidate,
                                        "employer_key" => page[^1].EmployerKey,
                                        _ => null,
                                    }
                                ).ToString()
                                : null
                        ),
                        Json.Lenient
                    );
                }
            )
            .RequireScope(Scopes.Read)
            .Describe(
                "The agenda: slots by status (due by default), candidate, assignee, employer and range of due dates; "
                    + "the most urgent first, or in the order of sort.",
                typeof(Page<Item>)
            );

    internal static Item Of(AgendaEntry x, ILookup<string, Reason> warnings, string? note = null) =>
        new(
            x.Application,
            x.Stage,
            x.Status,
            x.Candidate,
            x.Employer,
            x.Title,
            x.DueAt,
            x.WindowEndsAt,
            x.Channels,
            x.Contact,
            x.Situation,
            x.Anchor,
            x.PolicyVersion,
            x.Reasons,
            x.Claim,
            x.Made,
            x.Assignee,
            x.SnoozedUntil,
            x.Override is { } by ? by with { Note = note } : null,
            x.OpensWhen,
            [.. warnings[x.Id]],
            x.ClosingProposedAt
        );

    private static string[] Statuses(string? asked) =>
        string.IsNullOrEmpty(asked)
            ? [nameof(SlotStatus.Due)]
            :
            [
                .. asked
                    .Split(',')
                    .Select(x =>
                        (
                            QueryEnums.Parse<SlotStatus>(x.Trim(), "status")
                            ?? throw RefusedException.BadInput("status", "It must name one status or more, separated by commas.")
                        ).ToString()
                    ),
            ];
}
