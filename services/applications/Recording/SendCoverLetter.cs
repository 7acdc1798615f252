using FollowUp.Hosting;
using FollowUp.Hosting.Keys;

namespace FollowUp.Applications.Recording;

/// <summary>The one cover letter went out; it may promise a follow-up.</summary>
public sealed record SendCoverLetter(DateOnly? PromisedFollowUpOn = null, DateTimeOffset? At = null) : ICommand
{
    public void Check(Checks checks, DateTimeOffset now) => checks.NotInTheFuture(At, "at", now);

    internal static void Map(IEndpointRouteBuilder app) => app.MapPost("/applications/{id}/cover-letter",
        async (Guid id, SendCoverLetter command, Caller caller, HttpContext http, Recorder recorder, TimeProvider time, CancellationToken ct) =>
        {
            var send = command.Checked(time) with { At = command.At ?? time.GetUtcNow() };
            var answer = await recorder.Record(id, http.ConditionsFor(caller, command), application => application.Decide(send),
                (application, _, version) => new(201, version, null, new { Application = id, application.CoverLetter!.PromisedFollowUpOn, SentAt = application.CoverLetter.At, Version = version }), ct: ct);
            return answer.ToResult(http);
        }).RequireScope(Scopes.Record).Described("The one cover letter went out.");
}
