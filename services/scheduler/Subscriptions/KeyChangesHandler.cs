using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Security;
using Marten;

namespace FollowUp.Scheduler.Subscriptions;

/// <summary>Stores the Scheduler's own copy of the keys and integrations, so that claims work while Applications is unavailable.</summary>
internal sealed class KeyChangesHandler(IDocumentStore store) : ISiblingMessageHandler, IDisposable
{
    // Many keys of one team may arrive at once, and all change the stream's document: one after the other, none has to try again.
    private readonly SemaphoreSlim _turn = new(1, 1);

    public string Queue => Topology.SchedulerKeys;

    public async Task Handle(CloudEvent message, CancellationToken ct)
    {
        if (message.Source != Catalogue.Applications || message.Data.ValueKind != JsonValueKind.Object)
            throw new UnreadableException("badData", "That is neither key nor integration.");
        if (!TeamName.IsValid(message.Team) || !Guid.TryParse(message.Subject, out var stream) || message.Sequence is not > 0)
            throw new UnreadableException("missingAttribute", "It must name its team, its stream and its sequence.");
        await _turn.WaitAsync(ct);
        try
        {
            await Handle(message, stream, ct);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task Handle(CloudEvent message, Guid stream, CancellationToken ct)
    {
        await using var session = store.LightweightSession(message.Team!);
        if (message.Type.StartsWith("followup.integration.", StringComparison.Ordinal))
            await Keep(session, Read<Integration>(message) with { Incarnation = SaidIn(message) }, ct);
        else
            await Keep(session, Read<ApiKey>(message) with { Incarnation = SaidIn(message) }, ct);
        await ReceivedStream.Note(session, [(stream, message.Sequence!.Value)], ct);
        await session.SaveChangesAsync(ct);
    }

    private static async Task Keep(IDocumentSession session, ApiKey key, CancellationToken ct)
    {
        var before = await session.LoadAsync<ApiKey>(key.Id, ct);
        var order = string.CompareOrdinal(key.Incarnation, before?.Incarnation);
        // an old message that is redelivered must not restore a revoked key, but a store that was restored may have lost the revocation
        if (order > 0 || (order == 0 && (before?.RevokedAt is null || key.RevokedAt is not null)))
            session.Store(key);
    }

    // The name of a revoked integration may be used again, so the message with the higher version counts.
    private static async Task Keep(IDocumentSession session, Integration integration, CancellationToken ct)
    {
        var before = await session.LoadAsync<Integration>(integration.Id, ct);
        var order = string.CompareOrdinal(integration.Incarnation, before?.Incarnation);
        if (before is null || order > 0 || (order == 0 && before.Version < integration.Version))
            session.Store(integration);
    }

    private static string? SaidIn(CloudEvent message) => message.ReplayIncarnation ?? message.Incarnation;

    private static T Read<T>(CloudEvent message)
    {
        try
        {
            return message.Data.Deserialize<T>(Json.Lenient)!;
        }
        catch (JsonException)
        {
            throw new UnreadableException("badData", $"That is not the data of a {message.Type}.");
        }
    }

    public void Dispose() => _turn.Dispose();
}
