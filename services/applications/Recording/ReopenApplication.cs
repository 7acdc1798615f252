using FollowUp.Hosting;
using FollowUp.Hosting.Keys;

namespace FollowUp.Applications.Recording;

/// <summary>It is not over after all.</summary>
public sealed record ReopenApplication(DateTimeOffset? At)
{
    internal static void Map(IEndpointRouteBuilder app) => app.MapDelete("/applications/{id}/closure",
        async (Guid id, Caller caller, HttpContext http, Recorder recorder, TimeProvider time, CancellationToken ct) =>
        {
            var reopen = new ReopenApplication(time.GetUtcNow());
            return (await recorder.Record(id, http.ConditionsFor(caller, null), application => application.Decide(reopen), (_, _, version) => new(204, version), ct: ct)).ToResult(http);
        }).RequireScope(Scopes.Record).Described("It is not over after all.");
}
