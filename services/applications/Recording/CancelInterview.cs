using FollowUp.Hosting;
using FollowUp.Hosting.Keys;

namespace FollowUp.Applications.Recording;

/// <summary>An interview won't happen. Its stage stays, and its one follow-up asks for a new date.</summary>
public sealed record CancelInterview(int Interview, DateTimeOffset? At)
{
    internal static void Map(IEndpointRouteBuilder app) => app.MapDelete("/applications/{id}/interviews/{n}",
        async (Guid id, int n, Caller caller, HttpContext http, Recorder recorder, TimeProvider time, CancellationToken ct) =>
        {
            var cancel = new CancelInterview(n, time.GetUtcNow());
            return (await recorder.Record(id, http.ConditionsFor(caller, n), application => application.Decide(cancel), (_, _, version) => new(204, version), ct: ct)).ToResult(http);
        }).RequireScope(Scopes.Record).Described("An interview won't happen; its stage stays.");
}
