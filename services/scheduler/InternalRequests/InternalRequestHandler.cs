using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Platform.Http;
using FollowUp.Platform.Messaging;
using FollowUp.Scheduler.Calendars;
using FollowUp.Scheduler.Commands;
using FollowUp.Scheduler.Planning;
using FollowUp.Scheduler.Queries;
using FollowUp.Scheduler.TeamPolicies;

namespace FollowUp.Scheduler.InternalRequests;

/// <summary>
/// Handles what arrives on the command queue. Commands about slots go to their own handlers; requests of Applications are answered here, by
/// the same services as the HTTP routes.
/// </summary>
internal sealed class InternalRequestHandler(
    PlanCommandHandler plans,
    TeamPolicyService policies,
    PolicyPreview preview,
    CalendarService calendars,
    Warnings warnings,
    PlanPreview plansOfSheets,
    TeamTransfer transfer
) : IBusCommandHandler
{
    public async Task<object> Handle(IncomingCommand command, CancellationToken ct)
    {
        var (team, by) = (command.Team, command.Message.RecordedBy ?? "bus");
        switch (command.Command)
        {
            case ReadPolicy x:
                return await Answer(team, await policies.Read(team, x.Version, ct), ct);
            case PreviewPolicy x:
                return await preview.Of(team, TeamPolicyService.Read(x.Policy), x.After, Cursor.Limit(x.Limit), ct);
            case ReplacePolicy x:
                var instead = x.Instead is { } version ? new IfMatch([version]) : null;
                return await Answer(team, (await policies.Replace(team, by, x.Policy, instead, ct)).Policy, ct);
            case TakeHolidays x:
                var taken = await policies.TakeHolidays(team, by, x.Region, x.Feed, x.DryRun, ct);
                return new HolidaysAnswer([.. taken.Days.Select(day => new NamedDay(day.On, day.Name))], taken.LeftOut);
            case ForgetHolidays x:
                await policies.ForgetHolidays(team, by, x.Region, ct);
                return await Answer(team, await policies.Read(team, null, ct), ct);
            case LookAtMonth x:
                return new MonthAnswer(
                    CalendarMonth.Of(
                        x.Policy is { } unsaved ? TeamPolicyService.Read(unsaved) : (await policies.Read(team, null, ct)).Policy,
                        x.Region,
                        x.Year,
                        x.Month
                    )
                );
            case MakeCalendar x:
                return await calendars.Make(team, by, x, ct);
            case ListCalendars x:
                return new CalendarList(await calendars.All(team, ct, x.Candidate));
            case RevokeCalendar x:
                await calendars.Revoke(team, x.Id, ct, x.Candidate);
                return new CalendarRevoked(x.Id);
            case LookForWarnings x:
                return await warnings.Of(team, x.Slots, ct);
            case PreviewPlans x:
                return await plansOfSheets.Of(team, x.Applications, ct);
            case CountTeam:
                return await transfer.Count(team, ct);
            case ListOverrideNotes x:
                return await transfer.Notes(team, x.After, ct);
            case KeepOverrideNotes x:
                return await transfer.Keep(team, x.Items, ct);
            default:
                return await SchedulerCommands
                    .Of(command.Command)
                    .Handle(
                        command.Command,
                        new(
                            team,
                            command.Application,
                            command.Message.RecordedBy,
                            Cause: command.Message,
                            Principal: command.Message.Principal
                        ),
                        plans,
                        ct
                    );
        }
    }

    private async Task<PolicyAnswer> Answer(string team, TeamPolicy policy, CancellationToken ct)
    {
        var (_, open, remaining) = await policies.Progress(team, ct);
        return new(
            JsonSerializer.SerializeToElement(policy.Policy, Json.Lenient),
            policy.Policy.Version,
            policy.ChangedBy,
            policy.ChangedAt?.ToUniversalTime(),
            await policies.Versions(team, ct),
            open,
            remaining
        );
    }
}
