using System.Globalization;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Pages.Actions;

/// <summary>"Snooze": postpones the follow-up within its window.</summary>
internal static class SnoozeAction
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.Form(
                "/today/snooze",
                (Reader reader, Form form, SlotActionService actions, CancellationToken ct) =>
                    actions.Run(
                        ActionOutcome.Snoozed,
                        reader,
                        form,
                        async x =>
                        {
                            var snoozed = await actions.Scheduler.Ask<FollowUpSnoozed>(
                                reader.Caller,
                                x.Application,
                                new SnoozeFollowUp(x.Stage, Until(form, reader), reader.Person),
                                ct
                            );
                            return slot => slot.DueAt == snoozed.DueAt;
                        },
                        ct
                    ),
                Scopes.Claim,
                page: "/"
            )
            .ForCandidatesToo();

    // A date alone means a date in the employer's time zone, which the Scheduler knows. With a time, both are in the reader's zone.
    private static string Until(Form form, Reader reader)
    {
        var day = form.Day("day") ?? throw RefusedException.BadInput("day", MomentForms.Date);
        if (form.Text("time") is not { } text)
            return day.ToString("O", CultureInfo.InvariantCulture);
        if (!TimeOnly.TryParseExact(text, ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var at))
            throw RefusedException.BadInput("time", "It must be a time.");
        return Form.In(reader.Zone, NodaTime.LocalDateTime.FromDateTime(day.ToDateTime(at)), "day")
            .ToString("O", CultureInfo.InvariantCulture);
    }
}
