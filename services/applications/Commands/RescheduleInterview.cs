using FollowUp.Applications.Candidates;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Commands;

/// <summary>An interview was moved.</summary>
public sealed record RescheduleInterview(DateTimeOffset StartsAt, DateTimeOffset? EndsAt = null, DateTimeOffset? At = null) : ICommand
{
    internal int Interview { get; init; }
    internal DateTimeOffset Ends => ScheduleInterview.EndOf(StartsAt, EndsAt);

    public void Check(InputChecks checks, DateTimeOffset now)
    {
        checks.NotInTheFuture(At, "at", now);
        ScheduleInterview.CheckTimes(checks, StartsAt, Ends, now);
    }

    public Task<CommandResult> Handle(Guid application, CommandContext conditions, CommandHandler with, CancellationToken ct)
    {
        var reschedule = this with { At = At ?? with.Now };
        return with.Recorder.Record(application, conditions, x => x.Decide(reschedule), (_, _, version) => new(204, version), ct: ct);
    }

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPut(
                "/applications/{id}/interviews/{n}",
                (
                    Guid id,
                    int n,
                    RescheduleInterview command,
                    Caller caller,
                    HttpContext http,
                    CommandHandler commanding,
                    CancellationToken ct
                ) => commanding.OverHttp(id, command with { Interview = n }, caller, http, ct)
            )
            .RequireScope(Scopes.Record)
            .Describe("An interview was moved.");
}
