using FollowUp.Hosting;
using FollowUp.Hosting.Keys;

namespace FollowUp.Applications.Recording;

/// <summary>An interview was agreed; it opens the next stage.</summary>
public sealed record ScheduleInterview(DateTimeOffset StartsAt, DateTimeOffset? EndsAt = null, Guid? With = null, DateTimeOffset? At = null) : ICommand
{
    /// <summary>When it ends: an hour after it starts, unless said.</summary>
    internal DateTimeOffset Ends => EndsAt ?? StartsAt.AddHours(1);

    public void Check(Checks checks, DateTimeOffset now)
    {
        checks.NotInTheFuture(At, "at", now);
        CheckTimes(checks, StartsAt, Ends, now);
    }

    internal static void CheckTimes(Checks checks, DateTimeOffset starts, DateTimeOffset ends, DateTimeOffset now) => checks
        .That(ends > starts, "endsAt", "It must lie after the start.")
        .That(ends - starts <= TimeSpan.FromDays(7), "endsAt", "It must lie within a week of the start.")
        .That(starts.Year >= 1990 && starts <= now.AddYears(2), "startsAt", "It must lie within the next two years.");

    internal static void Map(IEndpointRouteBuilder app) => app.MapPost("/applications/{id}/interviews",
        async (Guid id, ScheduleInterview command, Caller caller, HttpContext http, Recorder recorder, TimeProvider time, CancellationToken ct) =>
        {
            var schedule = command.Checked(time) with { At = command.At ?? time.GetUtcNow() };
            var answer = await recorder.Record(id, http.ConditionsFor(caller, command), application => application.Decide(schedule),
                (application, _, version) =>
                {
                    var stage = application.Stages[^1];
                    return new(201, version, $"/applications/{id}/interviews/{stage.Interview}",
                        new { Application = id, stage.Interview, Stage = stage.Number, stage.StartsAt, stage.EndsAt, stage.With, Version = version });
                }, ct: ct);
            return answer.ToResult(http);
        }).RequireScope(Scopes.Record).Described("An interview was agreed; it opens the next stage.");
}
