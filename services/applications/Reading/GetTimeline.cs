using System.Text.Json;
using FollowUp.Applications.Announcing;
using FollowUp.Contracts;
using FollowUp.Hosting;
using FollowUp.Hosting.Keys;
using FollowUp.Hosting.Store;
using Marten;

namespace FollowUp.Applications.Reading;

/// <summary>Every fact and every decision of the Scheduler, in order, each with who and when.</summary>
public static class GetTimeline
{
    public sealed record Item(string Source, long Sequence, string Type, DateTimeOffset At, DateTimeOffset RecordedAt, string? By, JsonElement Data);

    public sealed record Timeline(Guid Application, IReadOnlyList<Item> Items);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/applications/{id}/timeline", async (Guid id, TeamSession sessions, CancellationToken ct) =>
    {
        await using var session = sessions.Query();
        var facts = await session.Events.FetchStreamAsync(id, token: ct);
        if (!facts.Any(x => x.Data is Submitted)) throw RefusedException.NotFound("unknownApplication", "Your team has no application with that id.");
        var plan = await session.LoadAsync<PlanView>(id, ct);
        var happened = facts.Select(x => (Fact: x, Contract: Border.Announce(x))).Where(x => x.Contract is not null).Select(x => new Item(Catalogue.Applications, x.Fact.Version,
            Catalogue.NameOf(x.Contract!.GetType()), Border.When(x.Fact.Data) ?? x.Fact.Timestamp, x.Fact.Timestamp, x.Fact.UserName, JsonSerializer.SerializeToElement(x.Contract, x.Contract.GetType(), Json.Lenient)));
        var decided = (plan?.Decisions ?? []).Select(x => new Item(Catalogue.Scheduler, x.Sequence, x.Type, x.At, x.At, x.By, x.Data));
        var items = happened.Concat(decided).OrderBy(x => x.RecordedAt).ThenBy(x => x.Source, StringComparer.Ordinal).ThenBy(x => x.Sequence).ToArray();
        return TypedResults.Json(new Timeline(id, items), Json.Lenient);
    }).RequireScope(Scopes.Read).Described("Every fact and every decision of the Scheduler, in order, each with who and when.", typeof(Timeline));
}
