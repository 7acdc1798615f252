using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Hosting.Bus;
using FollowUp.Hosting.Keys;
using Marten;

namespace FollowUp.Scheduler.Listening;

/// <summary>Keeps its own copy of the keys, so that claims are answered while Applications is away.</summary>
internal sealed class WhenKeysChanged(IDocumentStore store) : IPrivateInbox
{
    public string Queue => Topology.SchedulerKeys;

    public async Task Handle(CloudEvent message, CancellationToken ct)
    {
        if (message.Source != Catalogue.Applications || message.Data.ValueKind != JsonValueKind.Object || message.Data.Deserialize<ApiKey>(Json.Lenient) is not { } key) throw new UnreadableException("badData", "That is no key.");
        await using var session = store.LightweightSession();
        var before = await session.LoadAsync<ApiKey>(key.Id, ct);
        if (before?.RevokedAt is not null && key.RevokedAt is null) return; // an old word that comes again doesn't bring a revoked key back
        session.Store(key);
        await session.SaveChangesAsync(ct);
    }
}
