using FollowUp.Contracts;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>"Let go": releases the claim, so that another person can claim the follow-up.</summary>
internal static class ReleaseAction
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.Form(
                "/today/release",
                (Reader reader, Form form, SlotActionService actions, CancellationToken ct) =>
                    actions.Run(
                        ActionOutcome.Released,
                        reader,
                        form,
                        async x =>
                        {
                            if (x.Slot?.ClaimOf(reader.Principal, reader.Person, actions.Commands.Now) is not { } claim)
                                return null; // the claim expired, or was released before
                            await actions.Scheduler.Ask<ClaimReleased>(
                                reader.Caller,
                                x.Application,
                                new ReleaseClaim(x.Stage, claim.ClaimId),
                                ct
                            );
                            return slot => slot.Claim?.ClaimId != claim.ClaimId;
                        },
                        ct
                    ),
                Scopes.Claim,
                page: "/"
            )
            .ForCandidatesToo();
}
