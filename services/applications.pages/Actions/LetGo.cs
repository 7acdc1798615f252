using FollowUp.Contracts;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>"Let go": releases the claim, so that another person can claim the follow-up.</summary>
internal static class LetGo
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.Form(
                "/today/release",
                (Reader reader, Form form, SlotActionService acting, CancellationToken ct) =>
                    acting.Act(
                        ActionOutcome.LetGo,
                        reader,
                        form,
                        async x =>
                        {
                            if (x.Slot?.ClaimOf(reader.Person, acting.Commanding.Now) is not { } claim)
                                return null; // the claim expired, or was released before
                            await acting.Scheduler.Ask<ClaimReleased>(
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
