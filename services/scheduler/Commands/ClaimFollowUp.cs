using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;

namespace FollowUp.Scheduler.Commands;

/// <summary>Claim and release, over HTTP.</summary>
internal static class ClaimRoutes
{
    /// <summary>The body of a claim; the stage is in the path.</summary>
    public sealed record ClaimBody(Guid ClaimId, string By, Channel? Channel = null, string? For = null, long? AsOf = null);

    /// <summary>What is answered to a claim that is granted.</summary>
    public sealed record Granted(
        Guid Application,
        int Stage,
        Guid ClaimId,
        string By,
        int Epoch,
        DateTimeOffset ClaimedAt,
        DateTimeOffset ExpiresAt,
        bool Early,
        IReadOnlyList<Channel> Channels,
        ContactReference? Contact
    );

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(
                "/applications/{id}/stages/{n}/claims",
                async (Guid id, int n, ClaimBody body, Caller caller, Claims claims, CancellationToken ct) =>
                {
                    var (asked, slot, now) = await claims.Claim(
                        caller.Team,
                        id,
                        new(n, body.ClaimId, body.By, body.Channel, body.For, body.AsOf),
                        ct,
                        caller.Name
                    );
                    if (asked.Granted is not { } x)
                        throw Because(Claims.Refusal(asked), slot);
                    return TypedResults.Json(
                        new Granted(
                            id,
                            n,
                            x.ClaimId,
                            x.By,
                            x.Epoch,
                            x.At,
                            x.ExpiresAt,
                            slot.Plan?.DueAt > now,
                            slot.Plan?.Channels ?? [],
                            slot.Plan?.Contact
                        ),
                        Json.Lenient,
                        statusCode: 201
                    );
                }
            )
            .RequireScope(Scopes.Claim)
            .Describe("Ask for the exclusive right to make a stage's follow-up. Idempotent by claimId.", typeof(Granted));

        app.MapDelete(
                "/applications/{id}/stages/{n}/claims/{claimId}",
                async (Guid id, int n, Guid claimId, Caller caller, Claims claims, CancellationToken ct) =>
                {
                    await claims.Release(caller.Team, id, n, claimId, caller.Name, ct);
                    return TypedResults.NoContent();
                }
            )
            .RequireScope(Scopes.Claim)
            .Describe("Let go of a claim.");
    }

    // The refusal names what happened.
    private static RefusedException Because(RefusedException refused, Slot slot)
    {
        if (refused.Code == "alreadyMade" && slot.Made is { } made)
            refused.More["made"] = new
            {
                made.Channel,
                made.By,
                made.MadeAt,
            };
        if (refused.Code == "claimedByAnother" && slot.Claim is { } claim)
            refused.More["claim"] = new { claim.By, claim.ExpiresAt };
        if (refused.Code == "withheld" && slot.Why is { } why)
            refused.More["reasons"] = why.Reasons;
        return refused;
    }
}
