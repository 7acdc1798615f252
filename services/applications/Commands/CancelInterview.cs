using FollowUp.Applications.Candidates;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Commands;

/// <summary>An interview won't happen. Its stage stays, and its one follow-up asks for a new date.</summary>
public sealed record CancelInterview(int Interview, DateTimeOffset? At = null) : ICommand
{
    internal Basis AtBasis { get; init; } = Basis.Measured;

    public void Check(InputChecks checks, DateTimeOffset now) => checks.NotInTheFuture(At, "at", now);

    public Task<CommandResult> Handle(Guid application, CommandContext conditions, CommandHandler with, CancellationToken ct)
    {
        var cancel = this with { At = At ?? with.Now, AtBasis = At is null ? Basis.Measured : Basis.Declared };
        return with.Recorder.Record(application, conditions, x => x.Decide(cancel), (_, _, version) => new(204, version), ct: ct);
    }

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapDelete(
                "/applications/{id}/interviews/{n}",
                (Guid id, int n, Caller caller, HttpContext http, CommandHandler commanding, CancellationToken ct) =>
                    commanding.OverHttp(id, new CancelInterview(n), caller, http, ct)
            )
            .RequireScope(Scopes.Record)
            .Describe("An interview won't happen; its stage stays.");
}
