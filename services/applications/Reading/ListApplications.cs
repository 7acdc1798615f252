using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Hosting;
using FollowUp.Hosting.Keys;
using FollowUp.Hosting.Store;
using Marten;
using Npgsql;

namespace FollowUp.Applications.Reading;

/// <summary>The team's applications, the latest first.</summary>
public static class ListApplications
{
    public sealed record Item(Guid Id, long Version, string Candidate, string Employer, string? Region, string Title, string Status, ClosingReason? ClosingReason, int Stage, HiringProcess HiringProcess,
        Approach Approach, DateTimeOffset SubmittedAt, FollowUpSummary? FollowUp, DateTimeOffset? ClosingProposedAt);

    public sealed record FollowUpSummary(SlotStatus Status, DateTimeOffset? DueAt, DateTimeOffset? WindowEndsAt, string? Assignee, ClaimView? Claim, IReadOnlyList<Channel> Channels);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/applications",
        async (string? candidate, string? employer, string? status, int? stage, string? followUp, bool? closingProposed, string? q, string? after, int? limit, Caller caller, NpgsqlDataSource database, IDocumentStore store,
            CancellationToken ct) =>
        {
            if (status is not (null or "open" or "closed")) throw RefusedException.BadInput("status", "It must be open or closed.");
            var (take, cursor, slot) = (Cursor.Limit(limit), Cursor.Read(after), QueryWords.Word<SlotStatus>(followUp, "followUp"));
            if (cursor is not null && !Guid.TryParse(cursor.Id, out _)) throw RefusedException.BadInput("after", "It must be the 'next' of an earlier page, unchanged.");
            // The status of a follow-up is the latest stage's, unless that stage is so new that the Scheduler hasn't spoken of it yet.
            await using var command = database.CreateCommand("""
                select l.data, p.data
                from followup.mt_doc_listing l left join followup.mt_doc_planview p on p.tenant_id = l.tenant_id and p.id = l.id
                where l.tenant_id = @team
                  and (@candidate is null or l.candidate = @candidate)
                  and (@employer is null or l.employer ilike @employer)
                  and (@closed is null or l.is_closed = @closed)
                  and (@stage is null or l.stage = @stage)
                  and (@slot is null or p.status = @slot)
                  and (@proposed is null or @proposed = (p.closing_proposed_at is not null and not l.is_closed
                    and coalesce((p.data ->> 'closingProposedIn')::int, l.stage) = l.stage and coalesce((l.data ->> 'respondedAt')::timestamptz < p.closing_proposed_at, true)))
                  and (@q is null or l.employer ilike @q or l.title ilike @q or l.candidate ilike @q)
                  and (@at is null or (l.submitted_at, l.id) < (@at, @id))
                order by l.submitted_at desc, l.id desc
                limit @take
                """);
            var parameters = command.Parameters;
            parameters.AddText("team", caller.Team);
            parameters.AddText("candidate", candidate);
            parameters.AddText("employer", employer is null ? null : Escape(employer));
            parameters.AddFlag("closed", status is null ? null : status == "closed");
            parameters.AddNumber("stage", stage);
            parameters.AddText("slot", slot?.ToString());
            parameters.AddFlag("proposed", closingProposed);
            parameters.AddText("q", string.IsNullOrWhiteSpace(q) ? null : $"%{Escape(q.Trim())}%");
            parameters.AddInstant("at", cursor?.At);
            parameters.AddId("id", cursor is null ? null : Guid.Parse(cursor.Id));
            parameters.AddNumber("take", take + 1);
            var rows = new List<Item>(take + 1);
            await using var reader = await command.ExecuteReaderAsync(ct);
            var json = store.Options.Serializer();
            while (await reader.ReadAsync(ct))
            {
                var listing = await json.FromJsonAsync<Listing>(reader, 0, ct);
                rows.Add(Of(listing, await reader.IsDBNullAsync(1, ct) ? null : await json.FromJsonAsync<PlanView>(reader, 1, ct)));
            }
            var page = rows.Take(take).ToArray();
            return TypedResults.Json(new Page<Item>(page, rows.Count > take ? new Cursor(page[^1].SubmittedAt, page[^1].Id.ToString()).ToString() : null), Json.Lenient);
        }).RequireScope(Scopes.Read).Described("The team's applications, the latest first.", typeof(Page<Item>));

    private static Item Of(Listing x, PlanView? plan)
    {
        var slot = plan?.Slots.GetValueOrDefault(x.Stage);
        return new(x.Id, x.Version, x.Candidate, x.Employer, x.Region, x.Title, x.IsClosed ? "closed" : "open", x.ClosingReason, x.Stage, x.HiringProcess, x.Approach, x.SubmittedAt,
            slot is null ? null : new(slot.Status, slot.DueAt, slot.WindowEndsAt, slot.Assignee, slot.Claim, slot.Channels),
            plan?.ClosingProposal(x.IsClosed, x.Stage, x.RespondedAt));
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
