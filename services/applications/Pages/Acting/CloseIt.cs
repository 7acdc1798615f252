using FollowUp.Applications.Recording;
using FollowUp.Contracts;
using FollowUp.Hosting.Keys;

namespace FollowUp.Applications.Pages.Acting;

/// <summary>"Close": nobody answered for so long that it is over.</summary>
internal static class CloseIt
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.Form(
                "/today/close",
                (Reader reader, Form form, SlotActing acting, CancellationToken ct) =>
                    acting.Act(
                        Acted.Closed,
                        reader,
                        form,
                        async x =>
                        {
                            await acting.Commanding.CarryOut(
                                x.Application,
                                new CloseApplication(ClosingReason.NoResponse),
                                new Conditions(reader.Caller),
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
