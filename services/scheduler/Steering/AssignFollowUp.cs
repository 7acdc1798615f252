using FollowUp.Contracts;
using FollowUp.Hosting;
using FollowUp.Hosting.Keys;

namespace FollowUp.Scheduler.Steering;

/// <summary>Who of the team is to make it. It keeps nobody else from claiming it.</summary>
internal static class AssignRoutes
{
    /// <summary>The body of an assignment; the stage is in the path.</summary>
    public sealed record AssignBody(string To, string? By = null);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPut(
                "/applications/{id}/stages/{n}/assignee",
                async (Guid id, int n, AssignBody body, Caller caller, Turns turns, CancellationToken ct) =>
                    TypedResults.Json(await CarryOut(turns, new(caller.Team, id, caller.Name), new(n, body.To, body.By), ct), Json.Lenient)
            )
            .RequireScope(Scopes.Claim)
            .Described("Say who of the team is to make a stage's follow-up.", typeof(FollowUpAssigned));

        app.MapDelete(
                "/applications/{id}/stages/{n}/assignee",
                async (Guid id, int n, Caller caller, Turns turns, CancellationToken ct) =>
                {
                    await CarryOut(turns, new(caller.Team, id, caller.Name), new(n), ct);
                    return TypedResults.NoContent();
                }
            )
            .RequireScope(Scopes.Claim)
            .Described("Nobody in particular is to make it any more.");
    }

    public static async Task<FollowUpAssigned> CarryOut(Turns turns, Turns.Asker asker, AssignFollowUp command, CancellationToken ct)
    {
        new Checks()
            .OptionalText(command.To, "to", 200)
            .That(command.To?.Contains('@') is not true, "to", "It must be your own reference of a person, never an e-mail address.")
            .OptionalText(command.By, "by", 200)
            .Refuse();
        var (to, by) = (command.To?.Trim(), command.By?.Trim() ?? asker.By);
        var (_, now) = await turns.Decide(
            asker,
            (x, now, _) => x.Plan.Decide(new AssignSlot(command.Stage, to, by, x.Wanted(x.Watch.Situation), now)),
            ct
        );
        return new(asker.Application, command.Stage, to, by, now.ToUniversalTime());
    }
}
