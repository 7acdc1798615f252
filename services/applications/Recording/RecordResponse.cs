using FollowUp.Hosting;
using FollowUp.Hosting.Keys;

namespace FollowUp.Applications.Recording;

/// <summary>The employer answered; they may have said by when they will be back.</summary>
public sealed record RecordResponse(DateOnly? PromisedNextStepOn = null, DateTimeOffset? At = null) : ICommand
{
    public void Check(Checks checks, DateTimeOffset now) => checks.NotInTheFuture(At, "at", now)
        .That(PromisedNextStepOn is null || PromisedNextStepOn.Value <= DateOnly.FromDateTime(now.UtcDateTime).AddYears(1), "promisedNextStepOn", "It must lie within a year.");

    internal static void Map(IEndpointRouteBuilder app) => app.MapPost("/applications/{id}/responses",
        async (Guid id, RecordResponse command, Caller caller, HttpContext http, Recorder recorder, TimeProvider time, CancellationToken ct) =>
        {
            var record = command.Checked(time) with { At = command.At ?? time.GetUtcNow() };
            var answer = await recorder.Record(id, http.ConditionsFor(caller, command), application => application.Decide(record),
                (application, _, version) => new(201, version, null, new { Application = id, Stage = application.CurrentStage, RespondedAt = record.At, record.PromisedNextStepOn, Version = version }), ct: ct);
            return answer.ToResult(http);
        }).RequireScope(Scopes.Record).Described("The employer answered.");
}
