using FollowUp.Contracts;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>"Assign": gives the follow-up to a colleague, or removes the assignee.</summary>
internal static class AssignIt
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.Form(
            "/today/assign",
            (Reader reader, Form form, SlotActionService acting, CancellationToken ct) =>
                acting.Act(
                    ActionOutcome.Assigned,
                    reader,
                    form,
                    async x =>
                    {
                        var to = form.Text("whom") switch
                        {
                            "me" => reader.Person,
                            "nobody" => null,
                            _ => form.Text("to"),
                        };
                        await acting.Scheduler.Ask<FollowUpAssigned>(
                            reader.Caller,
                            x.Application,
                            new AssignFollowUp(x.Stage, to, reader.Person),
                            ct
                        );
                        return slot => slot.Assignee == to;
                    },
                    ct
                ),
            Scopes.Claim,
            page: "/"
        );
}
