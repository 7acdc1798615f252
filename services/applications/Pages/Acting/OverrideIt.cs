using FollowUp.Contracts;
using FollowUp.Hosting;
using FollowUp.Hosting.Keys;

namespace FollowUp.Applications.Pages.Acting;

/// <summary>"All the same": a follow-up that is withheld is planned, with a reason that is recorded.</summary>
internal static class OverrideIt
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.Form(
            "/today/override",
            (Reader reader, Form form, SlotActing acting, CancellationToken ct) =>
                acting.Act(
                    Acted.Overridden,
                    reader,
                    form,
                    async x =>
                    {
                        var because =
                            form.Word<OverrideReason>("because")
                            ?? throw RefusedException.BadInput("because", "It must be one of those offered.");
                        await acting.Scheduler.Ask<FollowUpOverridden>(
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
