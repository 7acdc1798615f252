using FollowUp.Hosting;
using FollowUp.Hosting.Keys;

namespace FollowUp.Applications.Recording;

/// <summary>An interview was moved.</summary>
public sealed record RescheduleInterview(DateTimeOffset StartsAt, DateTimeOffset? EndsAt = null, DateTimeOffset? At = null) : ICommand
{
    internal int Interview { get; init; }
    internal DateTimeOffset Ends => EndsAt ?? StartsAt.AddHours(1);

    public void Check(Checks checks, DateTimeOffset now)
    {
        checks.NotInTheFuture(At, "at", now);
        ScheduleInterview.CheckTimes(checks, StartsAt, Ends, now);
    }

    internal static void Map(IEndpointRouteBuilder app) => app.MapPut("/applications/{id}/interviews/{n}",
        async (Guid id, int n, RescheduleInterview command, Caller caller, HttpContext http, Recorder recorder, TimeProvider time, CancellationToken ct) =>
        {
            var reschedule = command.Checked(time) with { At = command.At ?? time.GetUtcNow(), Interview = n };
            return (await recorder.Record(id, http.ConditionsFor(caller, command), application => application.Decide(reschedule), (_, _, version) => new(204, version), ct: ct)).ToResult(http);
        }).RequireScope(Scopes.Record).Described("An interview was moved.");
}
