using FollowUp.Applications.Candidates;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Commands;

/// <summary>The employer answered; they may have said by when they will be back.</summary>
public sealed record RecordResponse(DateOnly? PromisedNextStepOn = null, DateTimeOffset? At = null) : ICommand
{
    public void Check(InputChecks checks, DateTimeOffset now) =>
        checks
            .NotInTheFuture(At, "at", now)
            .That(
                PromisedNextStepOn is null || PromisedNextStepOn.Value <= DateOnly.FromDateTime(now.UtcDateTime).AddYears(1),
                "promisedNextStepOn",
                "It must lie within a year."
            );

    public Task<CommandResult> Handle(Guid application, CommandContext conditions, CommandHandler with, CancellationToken ct)
    {
        var record = this with { At = At ?? conditions.Here(with.Now) };
        return with.Recorder.Record(
            application,
            conditions,
            x => x.Decide(record),
            (x, _, version) =>
                new(
                    201,
                    version,
                    null,
                    new
                    {
                        Application = application,
                        Stage = x.CurrentStage,
                        RespondedAt = record.At,
                        record.PromisedNextStepOn,
                        Version = version,
                    }
                ),
            ct: ct
        );
    }

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPost(
                "/applications/{id}/responses",
                (Guid id, RecordResponse command, Caller caller, HttpContext http, CommandHandler commanding, CancellationToken ct) =>
                    commanding.OverHttp(id, command, caller, http, ct)
            )
            .RequireScope(Scopes.Record)
            .Describe("The employer answered.");
}
