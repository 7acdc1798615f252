using FollowUp.Applications.Commands;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>"Close": closes an application that got no answer, or a no.</summary>
internal static class CloseAction
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.Form(
                "/today/close",
                (Reader reader, Form form, SlotActionService actions, CancellationToken ct) =>
                    actions.Run(
                        ActionOutcome.Closed,
                        reader,
                        form,
                        async x =>
                        {
                            await actions.Commands.Handle(
                                x.Application,
                                new CloseApplication(form.Word<ClosingReason>("reason") ?? ClosingReason.NoResponse),
                                new CommandContext(reader.Caller),
                                ct
                            );
                            return null; // this service's own write is visible at once
                        },
                        ct
                    ),
                Scopes.Record,
                page: "/"
            )
            .ForCandidatesToo();
}
