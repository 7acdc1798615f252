using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>"All the same": overrides a withheld follow-up, with a recorded reason, so that the Scheduler plans it.</summary>
internal static class OverrideAction
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.Form(
            "/today/override",
            (Reader reader, Form form, SlotActionService actions, CancellationToken ct) =>
                actions.Run(
                    ActionOutcome.Overridden,
                    reader,
                    form,
                    async x =>
                    {
                        var because =
                            form.Word<OverrideReason>("because")
                            ?? throw RefusedException.BadInput("because", "It must be one of those offered.");
                        await actions.Scheduler.Ask<FollowUpOverridden>(
                            reader.Caller,
                            x.Application,
                            new OverrideFollowUp(x.Stage, because, form.Text("note"), reader.Person),
                            ct
                        );
                        return slot => slot is { Override: not null, Status: not SlotStatus.Withheld };
                    },
                    ct
                ),
            Scopes.Claim,
            page: "/"
        );
}
