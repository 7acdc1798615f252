using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;

namespace FollowUp.Scheduler.Commands;

/// <summary>The routes of the assignment of a slot to a member of the team. Other members may still claim an assigned slot.</summary>
internal static class AssignRoutes
{
    /// <summary>The body of an assignment; the stage is in the path.</summary>
    public sealed record AssignBody(string To, string? By = null);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPut(
                "/applications/{id}/stages/{n}/assignee",
                async (Guid id, int n, AssignBody body, Caller caller, PlanCommandHandler turns, CancellationToken ct) =>
                    TypedResults.Json(await CarryOut(turns, new(caller.Team, id, caller.Name), new(n, body.To, body.By), ct), Json.Lenient)
            )
            .RequireScope(Scopes.Claim)
            .Describe("Say who of the team is to make a stage's follow-up.", typeof(FollowUpAssigned));

        app.MapDelete(
                "/applications/{id}/stages/{n}/assignee",
                async (Guid id, int n, Caller caller, PlanCommandHandler turns, CancellationToken ct) =>
                {
                    await CarryOut(turns, new(caller.Team, id, caller.Name), new(n), ct);
                    return TypedResults.NoContent();
                }
            )
            .RequireScope(Scopes.Claim)
            .Describe("Nobody in particular is to make it any more.");
    }

    public static async Task<FollowUpAssigned> CarryOut(
        PlanCommandHandler turns,
        PlanCommandHandler.CommandContext asker,
        AssignFollowUp command,
        CancellationToken ct
    )
    {
        new InputChecks()
            .OptionalText(command.To, "to", 200)
            .That(command.To?.Contains('@') is not true, "to", "It must be your own reference of a person, never an e-mail address.")
            .OptionalText(command.By, "by", 200)
            .Refuse();
        var (to, by) = (command.To?.Trim(), command.By?.Trim() ?? asker.By);
        var (_, now) = await turns.Decide(
            asker,
            (x, now, _) => x.Plan.Decide(new AssignSlot(command.Stage, to, by, x.Desired(x.State.Known), now)),
            ct
        );
        return new(asker.Application, command.Stage, to, by, now.ToUniversalTime());
    }
}
