using FollowUp.Applications.Candidates;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Commands;

/// <summary>It is over.</summary>
public sealed record CloseApplication(ClosingReason Reason, DateTimeOffset? At = null) : ICommand
{
    public void Check(InputChecks checks, DateTimeOffset now) => checks.NotInTheFuture(At, "at", now);

    public Task<CommandResult> Handle(Guid application, CommandContext conditions, CommandHandler with, CancellationToken ct)
    {
        var close = this with { At = At ?? with.Now };
        return with.Recorder.Record(application, conditions, x => x.Decide(close), (_, _, version) => new(204, version), ct: ct);
    }

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPost(
                "/applications/{id}/closure",
                (Guid id, CloseApplication command, Caller caller, HttpContext http, CommandHandler commanding, CancellationToken ct) =>
                    commanding.OverHttp(id, command, caller, http, ct)
            )
            .RequireScope(Scopes.Record)
            .Describe("It is over.");
}
