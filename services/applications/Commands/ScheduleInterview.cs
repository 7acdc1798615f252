using FollowUp.Applications.Candidates;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Commands;

/// <summary>An interview was agreed; it opens the next stage.</summary>
public sealed record ScheduleInterview(DateTimeOffset StartsAt, DateTimeOffset? EndsAt = null, Guid? With = null, DateTimeOffset? At = null)
    : ICommand
{
    /// <summary>When it ends: an hour after it starts, unless said.</summary>
    internal DateTimeOffset Ends => EndOf(StartsAt, EndsAt);

    internal static DateTimeOffset EndOf(DateTimeOffset starts, DateTimeOffset? ends) =>
        // what can't be reckoned with is refused below
        ends ?? (starts < DateTimeOffset.MaxValue.AddDays(-2) ? starts.AddHours(1) : starts);

    internal static Basis BasisOf(DateTimeOffset? endsAt) => endsAt is null ? Basis.Inferred : Basis.Declared;

    public void Check(InputChecks checks, DateTimeOffset now)
    {
        checks.NotInTheFuture(At, "at", now);
        CheckTimes(checks, StartsAt, Ends, now);
    }

    internal static void CheckTimes(InputChecks checks, DateTimeOffset starts, DateTimeOffset ends, DateTimeOffset now) =>
        checks
            .That(ends > starts, "endsAt", "It must lie after the start.")
            .That(ends - starts <= TimeSpan.FromDays(7), "endsAt", "It must lie within a week of the start.")
            .That(starts.Year >= 1990 && starts <= now.AddYears(2), "startsAt", "It must lie within the next two years.");

    public Task<CommandResult> Handle(Guid application, CommandContext conditions, CommandHandler with, CancellationToken ct)
    {
        var schedule = this with { At = At ?? with.Now };
        return with.Recorder.Record(
            application,
            conditions,
            x => x.Decide(schedule),
            (x, _, version) =>
            {
                var stage = x.Stages[^1];
                return new(
                    201,
                    version,
                    $"/applications/{application}/interviews/{stage.Interview}",
                    new
                    {
                        Application = application,
                        stage.Interview,
                        Stage = stage.Number,
                        stage.StartsAt,
                        stage.EndsAt,
                        stage.With,
                        Version = version,
                    }
                );
            },
            ct: ct
        );
    }

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPost(
                "/applications/{id}/interviews",
                (Guid id, ScheduleInterview command, Caller caller, HttpContext http, CommandHandler commanding, CancellationToken ct) =>
                    commanding.OverHttp(id, command, caller, http, ct)
            )
            .RequireScope(Scopes.Record)
            .Describe("An interview was agreed; it opens the next stage.");
}
