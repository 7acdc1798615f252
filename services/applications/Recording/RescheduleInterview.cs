using FollowUp.Hosting;
using FollowUp.Hosting.Keys;

namespace FollowUp.Applications.Recording;

/// <summary>An interview was moved.</summary>
public sealed record RescheduleInterview(DateTimeOffset StartsAt, DateTimeOffset? EndsAt = null, DateTimeOffset? At = null) : ICommand
{
    internal int Interview { get; init; }
    internal DateTimeOffset Ends => ScheduleInterview.EndOf(StartsAt, EndsAt);

    public void Check(Checks checks, DateTimeOffset now)
    {
        checks.NotInTheFuture(At, "at", now);
        ScheduleInterview.CheckTimes(checks, StartsAt, Ends, now);
    }

    public Task<Answer> CarryOut(Guid application, Conditions conditions, Commanding with, CancellationToken ct)
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
                    Commanding commanding,
                    CancellationToken ct
                ) => commanding.OverHttp(id, command with { Interview = n }, caller, http, ct)
            )
            .RequireScope(Scopes.Record)
            .Described("An interview was moved.");
}
