using FollowUp.Contracts;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>"Assign": gives the follow-up to a colleague, or removes the assignee.</summary>
internal static class AssignAction
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.Form(
            "/today/assign",
            (Reader reader, Form form, SlotActionService actions, CancellationToken ct) =>
                actions.Run(
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
                        await actions.Scheduler.Ask<FollowUpAssigned>(
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
