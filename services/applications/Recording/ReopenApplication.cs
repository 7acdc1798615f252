using FollowUp.Hosting;
using FollowUp.Hosting.Keys;

namespace FollowUp.Applications.Recording;

/// <summary>It is not over after all.</summary>
public sealed record ReopenApplication(DateTimeOffset? At = null) : ICommand
{
    public void Check(Checks checks, DateTimeOffset now) => checks.NotInTheFuture(At, "at", now);

    public Task<Answer> CarryOut(Guid application, Conditions conditions, Commanding with, CancellationToken ct)
    {
        var reopen = this with { At = At ?? with.Now };
        return with.Recorder.Record(application, conditions, x => x.Decide(reopen), (_, _, version) => new(204, version), ct: ct);
    }

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapDelete(
                "/applications/{id}/closure",
                (Guid id, Caller caller, HttpContext http, Commanding commanding, CancellationToken ct) =>
                    commanding.OverHttp(id, new ReopenApplication(), caller, http, ct)
            )
            .RequireScope(Scopes.Record)
            .Described("It is not over after all.");
}
