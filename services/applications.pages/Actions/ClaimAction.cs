using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>
/// "I'll do it": claims the follow-up. The claim's id is derived from the form's key, so a second click sends the same claim.
/// </summary>
internal static class ClaimAction
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.Form(
                "/today/claim",
                (Reader reader, Form form, SlotActionService actions, CancellationToken ct) =>
                    actions.Run(
                        ActionOutcome.Claimed,
                        reader,
                        form,
                        async x =>
                        {
                            if (x.Slot?.ClaimOf(reader.Principal, reader.Person, actions.Commands.Now) is not null)
                                return null; // the reader claimed it on another page
                            var claim = DeterministicId.From(
                                reader.Team,
                                "claim",
                                x.Application.ToString(),
                                $"{x.Stage}",
                                reader.Person,
                                $"{form.Id("key") ?? Guid.NewGuid()}"
                            );
                            await actions.Scheduler.Ask<FollowUpClaimed>(
                                reader.Caller,
                                x.Application,
                                new ClaimFollowUp(x.Stage, claim, reader.Person, AsOf: x.Row.Version),
                                ct
                            );
                            return slot => slot.Claim?.ClaimId == claim;
                        },
                        ct
                    ),
                Scopes.Claim,
                page: "/"
            )
            .ForCandidatesToo();
}
