using FollowUp.Contracts;
using FollowUp.Hosting;
using FollowUp.Hosting.Keys;

namespace FollowUp.Applications.Recording;

/// <summary>It is over.</summary>
public sealed record CloseApplication(ClosingReason Reason, DateTimeOffset? At = null) : ICommand
{
    public void Check(Checks checks, DateTimeOffset now) => checks.NotInTheFuture(At, "at", now);

    internal static void Map(IEndpointRouteBuilder app) => app.MapPost("/applications/{id}/closure",
        async (Guid id, CloseApplication command, Caller caller, HttpContext http, Recorder recorder, TimeProvider time, CancellationToken ct) =>
        {
            var close = command.Checked(time) with { At = command.At ?? time.GetUtcNow() };
            return (await recorder.Record(id, http.ConditionsFor(caller, command), application => application.Decide(close), (_, _, version) => new(204, version), ct: ct)).ToResult(http);
        }).RequireScope(Scopes.Record).Described("It is over.");
}
