using System.Text.Json;
using FollowUp.Applications.Candidates;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Queries;

/// <summary>All events of the application and of the Scheduler, in order, each with its time and the person who recorded it.</summary>
public static class GetTimeline
{
    public sealed record Item(
        string Source,
        long Sequence,
        string Type,
        DateTimeOffset At,
        DateTimeOffset RecordedAt,
        string? By,
        JsonElement Data
    );

    public sealed record Timeline(Guid Application, IReadOnlyList<Item> Items);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet(
                "/applications/{id}/timeline",
                async (Guid id, TeamSession sessions, CancellationToken ct) =>
                {
                    await using var session = sessions.Query();
                    var view =
                        await ApplicationView.Read(session, id, ct: ct)
                        ?? throw new RefusedException("unknownApplication", "Your team has no application with that id.");
                    return TypedResults.Json(new Timeline(id, view.Items), Json.Lenient);
                }
            )
            .RequireScope(Scopes.Read)
            .Describe("All events of an application and of its plan, in order, each with its time and its recorder.", typeof(Timeline));
}
