using FollowUp.Applications.Candidates;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Commands;

/// <summary>The one cover letter went out; it may promise a follow-up.</summary>
public sealed record SendCoverLetter(DateOnly? PromisedFollowUpOn = null, DateTimeOffset? At = null) : ICommand
{
    public void Check(InputChecks checks, DateTimeOffset now) => checks.NotInTheFuture(At, "at", now);

    public Task<CommandResult> Handle(Guid application, CommandContext conditions, CommandHandler with, CancellationToken ct)
    {
        var send = this with { At = At ?? conditions.Here(with.Now) };
        return with.Recorder.Record(
            application,
            conditions,
            x => x.Decide(send),
            (x, _, version) =>
                new(
                    201,
                    version,
                    null,
                    new
                    {
                        Application = application,
                        x.CoverLetter!.PromisedFollowUpOn,
                        SentAt = x.CoverLetter.At,
                        Version = version,
                    }
                ),
            ct: ct
        );
    }

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPost(
                "/applications/{id}/cover-letter",
                (Guid id, SendCoverLetter command, Caller caller, HttpContext http, CommandHandler commanding, CancellationToken ct) =>
                    commanding.OverHttp(id, command, caller, http, ct)
            )
            .RequireScope(Scopes.Record)
            .Describe("The one cover letter went out.");
}
