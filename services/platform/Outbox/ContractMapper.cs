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
    /// <param name="fact">The event.</param>
    /// <returns>Null for an event that stays inside the service.</returns>
    object? ToContract(IEvent fact);
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
    /// <param name="border">The mapper.</param>
    /// <param name="fact">The stored event.</param>
    /// <param name="contract">The contract that the mapper made of it, not null.</param>
    public static CloudEvent Envelope(this IContractMapper border, IEvent fact, object contract)
    {
        var (type, data) = contract is SiblingMessage secret
            ? (secret.Type, secret.Data)
            : (Catalogue.NameOf(contract.GetType()), contract);
        return new()
        {
            Id = fact.Id.ToString(),
            Source = border.Source,
            Type = type,
            Subject = fact.StreamId.ToString(),
            Time = fact.Timestamp,
            Team = fact.TenantId,
            Sequence = fact.Version,
            SequenceType = "Integer",
            CorrelationId = fact.CorrelationId,
            CausationId = fact.CausationId,
            RecordedBy = fact.UserName,
            // the trace of the command that recorded the event; the trace of the publishing would differ each time
            TraceParent = fact.Headers?.GetValueOrDefault(SessionFactory.TraceParent)?.ToString(),
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToElement(data, data.GetType(), Json.Lenient),
        };
    }

    /// <summary>
    /// The public message of a stored event, or null for an event that stays inside the service or goes to the sibling only.
    /// </summary>
    /// <param name="border">The mapper.</param>
    /// <param name="fact">The stored event.</param>
    public static CloudEvent? PublicEnvelope(this IContractMapper border, IEvent fact) =>
        border.ToContract(fact) is { } contract and not SiblingMessage ? border.Envelope(fact, contract) : null;
}
