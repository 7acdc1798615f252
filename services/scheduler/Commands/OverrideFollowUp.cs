using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using FollowUp.Scheduler.Projections;

namespace FollowUp.Scheduler.Commands;

/// <summary>
/// What somebody wrote about an override. It may say anything about anybody, so it is kept beside the facts, and erased with the candidate.
/// </summary>
/// <param name="Id">The slot's, as in the agenda.</param>
public sealed record OverrideNote(string Id, string Candidate, string Note);

/// <summary>The routes of the override: a withheld slot is planned, and the reason is recorded.</summary>
internal static class OverrideRoutes
{
    /// <summary>The body of an override; the stage is in the path.</summary>
    public sealed record OverrideBody(OverrideReason Because, string? Note = null, string? By = null);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost(
                "/applications/{id}/stages/{n}/override",
                async (Guid id, int n, OverrideBody body, Caller caller, PlanCommandHandler turns, CancellationToken ct) =>
                    TypedResults.Json(
                        await CarryOut(turns, new(caller.Team, id, caller.Name), new(n, body.Because, body.Note, body.By), ct),
                        Json.Lenient
                    )
            )
            .RequireScope(Scopes.Claim)
            .Describe("Make a withheld follow-up possible, with a reason that is recorded.", typeof(FollowUpOverridden));

    public static async Task<FollowUpOverridden> CarryOut(
        PlanCommandHandler turns,
        PlanCommandHandler.CommandContext asker,
        OverrideFollowUp command,
        CancellationToken ct
    )
    {
        new InputChecks().OptionalText(command.By, "by", 200).OptionalText(command.Note, "note", 4000).Refuse();
        var by = command.By?.Trim() ?? asker.By;
        var (plan, _) = await turns.Decide(
            asker,
            (x, now, _) => x.Plan.Decide(new OverrideSlot(command.Stage, command.Because, by, x.Desired(x.State.Known), now)),
            ct,
            (session, x) =>
            {
                if (command.Note is { } note && x.Events.Count > 0)
                    session.Store(new OverrideNote(AgendaEntry.IdOf(x.State.Id, command.Stage), x.State.Known.Candidate, note));
            }
        );
        var made = plan.Find(command.Stage).Override!;
        return new(asker.Application, made.Stage, made.Because, made.Despite, made.By, made.At.ToUniversalTime());
    }
}
