namespace FollowUp.Platform.Outbox;

/// <summary>
/// The events of a team that the outbox publisher has passed over, because the team had its share of the sibling's inbox: those between
/// <see cref="After"/> and the publisher's own progress. It is stored in the transaction of that progress.
/// </summary>
internal sealed record TeamBacklog
{
    internal const string Table = "followup.mt_doc_teambacklog";

    /// <summary>The team.</summary>
    public required string Id { get; init; }

    /// <summary>The position in the store up to which the team's events are published.</summary>
    public long After { get; init; }
}
