using FollowUp.Platform.EventStore;
using FollowUp.Platform.Messaging;
using Marten;

namespace FollowUp.Platform;

/// <summary>What distinguishes one service of the pair from the other; the platform has all that they share.</summary>
public sealed record ServiceDefinition
{
    /// <summary><c>applications</c> or <c>scheduler</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The source of the service's events.</summary>
    public required string Source { get; init; }

    /// <summary>The source of the sibling's events, which this service handles.</summary>
    public required string SiblingSource { get; init; }

    /// <summary>The queue in which the sibling's events arrive.</summary>
    public required string Inbox { get; init; }

    /// <summary>The name of the sibling.</summary>
    public required string Sibling { get; init; }

    /// <summary>The queue in which this service's events arrive at the sibling.</summary>
    public required string SiblingInbox { get; init; }

    /// <summary>The queue in which commands arrive.</summary>
    public required string CommandQueue { get; init; }

    /// <summary>The queue in which the sibling's requests arrive, if it sends any.</summary>
    public string? RequestQueue { get; init; }

    /// <summary>The commands that the service takes.</summary>
    public IReadOnlySet<Type> Commands { get; init; } = new HashSet<Type>();

    /// <summary>The requests that the service takes from its sibling alone, and their replies.</summary>
    public InternalMessages InternalMessages { get; init; } = InternalMessages.None;

    /// <summary>
    /// Whether an event announces that a command was refused. Such a command doesn't become a dead letter when its sender wants no answer.
    /// </summary>
    public Func<object, RefusedException, bool> IsRefusalAnnounced { get; init; } = (_, _) => false;

    /// <summary>Whether the service restores its own past events that its store lost, from what the sibling received of them.</summary>
    public bool RestoresOwnEvents { get; init; }

    /// <summary>
    /// Writes, in the session's transaction, what follows when the history of this service's store or of the sibling's may have been cut.
    /// </summary>
    public Action<IDocumentSession, DateTimeOffset>? WhenHistoryWasCut { get; init; }

    /// <summary>
    /// The tables that say how far each stream of the sibling was received: their column <c>version</c> has the last sequence that was
    /// applied with all before it.
    /// </summary>
    public required IReadOnlyList<string> Received { get; init; }

    /// <summary>The streams of a team that the sibling sends again before all others, when this service lacks any of the team.</summary>
    public Func<string, IReadOnlyList<Guid>> ReceivedFirst { get; init; } = _ => [];

    /// <summary>Whether the service creates the queues of integrations, and declares them again when they are lost.</summary>
    public bool HasIntegrationQueues { get; init; }

    /// <summary>The steps of <see cref="StoreUpgrade"/> that a store of an older version needs first.</summary>
    public IReadOnlyList<string> Upgrades { get; init; } = [];

    /// <summary>Registers the service's documents, projections and events.</summary>
    public required Action<StoreOptions> Store { get; init; }
}
