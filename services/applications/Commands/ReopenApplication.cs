using FollowUp.Applications.Candidates;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Commands;

/// <summary>It is not over after all.</summary>
public sealed record ReopenApplication(DateTimeOffset? At = null) : ICommand
{
    public void Check(InputChecks checks, DateTimeOffset now) => checks.NotInTheFuture(At, "at", now);

    public Task<CommandResult> Handle(Guid application, CommandContext conditions, CommandHandler with, CancellationToken ct)
    {
        var reopen = this with { At = At ?? with.Now };
        return with.Recorder.Record(application, conditions, x => x.Decide(reopen), (_, _, version) => new(204, version), ct: ct);
    }

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapDelete(
                "/applications/{id}/closure",
                (Guid id, Caller caller, HttpContext http, CommandHandler commanding, CancellationToken ct) =>
                    commanding.OverHttp(id, new ReopenApplication(), caller, http, ct)
            )
            .RequireScope(Scopes.Record)
            .Describe("It is not over after all.");
}
