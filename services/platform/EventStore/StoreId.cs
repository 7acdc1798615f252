namespace FollowUp.Platform.EventStore;

/// <summary>
/// The identity of a store, made when the store is new. A position in the order of one store means nothing in another, such as the store of
/// the same service after a restore, or after a rebuild from nothing.
/// </summary>
public sealed record StoreId
{
    internal const string SingleId = "store";

    /// <summary>The document's id: a store has one such document.</summary>
    public string Id { get; init; } = SingleId;

    /// <summary>16 random hexadecimal digits, others in each life of the store.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// Where the present life of the store is: the PostgreSQL cluster, its timeline, and the table of the events in it. A restored table is
    /// another table, and a promoted replica begins another timeline.
    /// </summary>
    public string? Place { get; init; }

    /// <summary>The lives of the store, the present one last.</summary>
    public IReadOnlyList<StoreLife> Lives { get; init; } = [];
}

// See docs/decisions/0034-incarnations.md
/// <summary>
/// A life of a store. A restore or a failover ends it, and may lose its last events, whose numbers the next life uses for other events.
/// </summary>
/// <param name="Incarnation">The name of the life on the bus: a UUID of version 7, greater as text than that of each earlier life.</param>
/// <param name="After">The last position in the order of the store that the life found: later events belong to this life.</param>
/// <param name="BeganAt">
/// When the life began; null where nothing was lost: it began in a version that named no lives, or on a synchronous replica.
/// </param>
public sealed record StoreLife(string Incarnation, long After, DateTimeOffset? BeganAt);

/// <summary>The history that a position belongs to.</summary>
/// <param name="Source">The CloudEvents source of the service, as <c>/followup/applications</c>.</param>
/// <param name="Store">The store's <see cref="StoreId.Key"/>.</param>
public sealed record FeedOrigin(string Source, string Store);
