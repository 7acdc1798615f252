using FollowUp.Applications.Commands;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>"Close": nobody answered for so long that it is over.</summary>
internal static class CloseIt
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.Form(
                "/today/close",
                (Reader reader, Form form, SlotActionService acting, CancellationToken ct) =>
                    acting.Act(
                        ActionOutcome.Closed,
                        reader,
                        form,
                        async x =>
                        {
                            await acting.Commanding.Handle(
                                x.Application,
                                new CloseApplication(ClosingReason.NoResponse),
                                new CommandContext(reader.Caller),
                                ct
                            );
                            return null; // what was recorded here is known here
                        },
                        ct
                    ),
                Scopes.Record,
                page: "/"
            )
            .ForCandidatesToo();
}
