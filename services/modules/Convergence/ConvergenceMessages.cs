namespace FollowUp.Modules.Convergence;

// The requests between the two services of a pair, and their replies. They are in no catalogue and no schema.

/// <summary>How far one service is with a stream, which is an application's or one of a team's own.</summary>
/// <param name="Team">The team.</param>
/// <param name="Id">The stream's id.</param>
/// <param name="Published">The sequence of the service's own last event of the stream that it published; 0 for none.</param>
/// <param name="Received">The sequence up to which the service has applied the sibling's events of the stream; 0 for none.</param>
internal sealed record StreamProgress(string Team, Guid Id, long Published, long Received)
{
    public StreamKey Key => new(Team, Id);
}

/// <summary>A stream.</summary>
internal readonly record struct StreamKey(string Team, Guid Id);

/// <summary>Asks how far the streams are: those that changed since a position, or else a page of all.</summary>
/// <param name="Since">The <see cref="Streams.Position"/> of an earlier reply; null for a page of all.</param>
/// <param name="AfterTeam">The team of the last stream of the page before.</param>
/// <param name="AfterId">The id of the last stream of the page before; null for the first page.</param>
/// <param name="Limit">The largest number of streams on a page of all.</param>
internal sealed record HowFar(long? Since = null, string? AfterTeam = null, Guid? AfterId = null, int Limit = 500)
{
    public const string Type = "followup.private.how-far";
}

/// <summary>The reply to <see cref="HowFar"/>.</summary>
/// <param name="Store">The id of the store that the positions belong to.</param>
/// <param name="Position">
/// The position up to which the reply has what changed. One that is smaller than what was asked for means that the store was restored.
/// </param>
/// <param name="HasMore">Whether another page follows at once.</param>
/// <param name="Items">The streams.</param>
internal sealed record Streams(string Store, long Position, bool HasMore, IReadOnlyList<StreamProgress> Items)
{
    public const string Type = "followup.private.streams";
}

/// <summary>Asks for events again: for each stream what is above the asker's own progress. They arrive in the asker's inbox.</summary>
/// <param name="Items">The asker's progress. The replier sends them in this order, and as many as one reply allows.</param>
/// <param name="For">
/// The agreement that the asker waits for: then everything is sent, and each message says how far the replier is, also with a stream that
/// it doesn't have.
/// </param>
internal sealed record SendAgain(IReadOnlyList<StreamProgress> Items, string? For = null)
{
    public const string Type = "followup.private.send-again";
}

/// <summary>The reply to <see cref="SendAgain"/>, when the broker has confirmed the messages.</summary>
/// <param name="Items">The replier's own progress with the streams that it has sent.</param>
/// <param name="Messages">The number of messages.</param>
internal sealed record SentAgain(IReadOnlyList<StreamProgress> Items, int Messages)
{
    public const string Type = "followup.private.sent-again";
}
