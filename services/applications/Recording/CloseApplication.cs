using FollowUp.Contracts;
using FollowUp.Hosting;
using FollowUp.Hosting.Keys;

namespace FollowUp.Applications.Recording;

/// <summary>It is over.</summary>
public sealed record CloseApplication(ClosingReason Reason, DateTimeOffset? At = null) : ICommand
{
    public void Check(Checks checks, DateTimeOffset now) => checks.NotInTheFuture(At, "at", now);

    public Task<Answer> CarryOut(Guid application, Conditions conditions, Commanding with, CancellationToken ct)
    {
        var close = this with { At = At ?? with.Now };
        return with.Recorder.Record(application, conditions, x => x.Decide(close), (_, _, version) => new(204, version), ct: ct);
    }

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPost(
                "/applications/{id}/closure",
                (Guid id, CloseApplication command, Caller caller, HttpContext http, Commanding commanding, CancellationToken ct) =>
                    commanding.OverHttp(id, command, caller, http, ct)
            )
            .RequireScope(Scopes.Record)
            .Described("It is over.");
}
