using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform.EventStore;
using JasperFx.Events;

namespace FollowUp.Platform.Outbox;

/// <summary>The border between a service's private facts and what others see.</summary>
public interface IContractMapper
{
    /// <summary>The source of its events, as <c>/followup/applications</c>.</summary>
    string Source { get; }

    /// <summary>The contract that a fact becomes.</summary>
    /// <param name="fact">The fact.</param>
    /// <returns>Null for what concerns nobody outside.</returns>
    object? ToContract(IEvent fact);
}

/// <summary>Facts that go to one queue of a sibling and not to the public exchange.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Type">The type name.</param>
/// <param name="Data">What to tell.</param>
public sealed record SiblingMessage(string Queue, string Type, object Data);

/// <summary>Facts as the messages that others see.</summary>
public static class Envelopes
{
    /// <summary>
    /// The message that a fact is: the same in every attribute whether it is published, published again, or read from the feed.
    /// </summary>
    /// <param name="border">The border.</param>
    /// <param name="fact">The fact, as the store has it.</param>
    /// <param name="contract">What it becomes, not null.</param>
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
            // where it was recorded, not where it was sent from: that would differ each time
            TraceParent = fact.Headers?.GetValueOrDefault(SessionFactory.TraceParent)?.ToString(),
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToElement(data, data.GetType(), Json.Lenient),
        };
    }

    /// <summary>The message that a fact is for everybody, or null where it is nobody's business outside, or a sibling's alone.</summary>
    /// <param name="border">The border.</param>
    /// <param name="fact">The fact, as the store has it.</param>
    public static CloudEvent? PublicEnvelope(this IContractMapper border, IEvent fact) =>
        border.ToContract(fact) is { } contract and not SiblingMessage ? border.Envelope(fact, contract) : null;
}
