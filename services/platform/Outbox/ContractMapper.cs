using System.Globalization;
using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform.EventStore;
using JasperFx.Events;

namespace FollowUp.Platform.Outbox;

/// <summary>Maps the private events of a service to the contracts that other systems see.</summary>
public interface IContractMapper
{
    /// <summary>The CloudEvents source of the service, as <c>/followup/applications</c>.</summary>
    string Source { get; }

    /// <summary>The contract of a stored event.</summary>
    /// <param name="e">The event.</param>
    /// <returns>Null for an event that stays inside the service.</returns>
    object? ToContract(IEvent e);
}

/// <summary>A message to one queue of the sibling service. It is never published to the public exchange.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Type">The type name.</param>
/// <param name="Data">The payload.</param>
public sealed record SiblingMessage(string Queue, string Type, object Data);

/// <summary>Wraps stored events in the CloudEvents that other systems see.</summary>
public static class Envelopes
{
    /// <summary>
    /// The message of a stored event. Every attribute is the same whether the event is published, published again, replayed or read from
    /// the feed.
    /// </summary>
    /// <param name="mapper">The mapper.</param>
    /// <param name="e">The stored event.</param>
    /// <param name="contract">The contract that the mapper made of it, not null.</param>
    /// <param name="lives">The lives of the event's store.</param>
    public static CloudEvent Envelope(this IContractMapper mapper, IEvent e, object contract, StoreLives lives)
    {
        var (type, data) = contract is SiblingMessage sibling
            ? (sibling.Type, sibling.Data)
            : (Catalogue.NameOf(contract.GetType()), contract);
        return new()
        {
            Id = e.Id.ToString(),
            Source = mapper.Source,
            Type = type,
            Subject = e.StreamId.ToString(),
            Time = e.Timestamp,
            Team = e.TenantId,
            Sequence = e.Version,
            SequenceType = "Integer",
            Incarnation = lives.Of(e),
            LastSequence = LastVersion(e),
            CorrelationId = e.CorrelationId,
            CausationId = e.CausationId,
            RecordedBy = e.UserName,
            Principal = e.Headers?.GetValueOrDefault(SessionFactory.Principal)?.ToString(),
            // the trace of the command that recorded the event; the trace of the publishing would differ each time
            TraceParent = e.Headers?.GetValueOrDefault(SessionFactory.TraceParent)?.ToString(),
            Replay = e.Headers?.GetValueOrDefault(SessionFactory.Replay)?.ToString(),
            ReplayLast = Number(e, SessionFactory.ReplayLast),
            ReplayDecided = Number(e, SessionFactory.ReplayDecided),
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToElement(data, data.GetType(), Json.Lenient),
        };
    }

    private static long? LastVersion(IEvent e) => Number(e, SessionFactory.LastVersion) is { } last && last > e.Version ? last : null;

    private static long? Number(IEvent e, string header) =>
        long.TryParse(e.Headers?.GetValueOrDefault(header)?.ToString(), CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>
    /// The public message of a stored event, or null for an event that stays inside the service or goes to the sibling only.
    /// </summary>
    /// <param name="mapper">The mapper.</param>
    /// <param name="e">The stored event.</param>
    /// <param name="lives">The lives of the event's store.</param>
    public static CloudEvent? PublicEnvelope(this IContractMapper mapper, IEvent e, StoreLives lives) =>
        mapper.ToContract(e) is { } contract and not SiblingMessage ? mapper.Envelope(e, contract, lives) : null;
}
