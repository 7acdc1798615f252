namespace FollowUp.Modules.Convergence;

/// <summary>A stream of a team, which is an application's or one of the team's own.</summary>
/// <param name="Team">The team.</param>
/// <param name="Id">The stream's id.</param>
public sealed record TeamStream(string Team, Guid Id);

/// <summary>Brings both stores to agreement after one of them was restored.</summary>
public interface IReconciliation
{
    /// <summary>Whether the sibling is sending everything.</summary>
    /// <param name="ct">Ends the attempt.</param>
    ValueTask<bool> IsSending(CancellationToken ct);
}

/// <summary>Has the sibling send everything that it has of some streams.</summary>
public sealed class SiblingHistory
{
    private const int PageSize = 500;
    private readonly SiblingClient _sibling;

    internal SiblingHistory(SiblingClient sibling) => _sibling = sibling;

    /// <summary>The sibling's next streams.</summary>
    /// <param name="after">The last stream of the page before; null for the first page.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>The streams, and whether there are more.</returns>
    public async Task<(IReadOnlyList<TeamStream> Streams, bool HasMore)> Page(TeamStream? after, CancellationToken ct)
    {
        var page = await _sibling.Ask(new HowFar(AfterTeam: after?.Team, AfterId: after?.Id, Limit: PageSize), ct);
        return ([.. page.Items.Select(x => new TeamStream(x.Team, x.Id))], page.HasMore);
    }

    /// <summary>Has the sibling send all that it has of some streams; they arrive in the inbox.</summary>
    /// <param name="agreement">The agreement that the service waits for, which the messages repeat.</param>
    /// <param name="streams">The streams.</param>
    /// <param name="ct">Ends the attempt.</param>
    public async Task Send(string agreement, IReadOnlyList<TeamStream> streams, CancellationToken ct)
    {
        for (var rest = streams.Select(x => new StreamProgress(x.Team, x.Id, 0, 0)).ToArray(); rest.Length > 0; )
        {
            var sent = (await _sibling.Ask(new SendAgain(rest, agreement), ct)).Items.Select(x => x.Key).ToHashSet();
            if (sent.Count == 0)
                throw new SiblingUnavailableException("The sibling sends nothing.");
            rest = [.. rest.Where(x => !sent.Contains(x.Key))];
        }
    }
}

/// <summary>Sends the sibling what this service has of some streams, before the sibling misses it.</summary>
public sealed class OwnHistory
{
    private readonly HistorySender _sender;

    internal OwnHistory(HistorySender sender) => _sender = sender;

    /// <summary>Sends the sibling's own events that this service keeps, and then its own, to the sibling's inbox.</summary>
    /// <param name="team">The team of the streams.</param>
    /// <param name="streams">The ids of the streams.</param>
    /// <param name="ct">Ends the attempt.</param>
    public async Task Send(string team, IReadOnlyCollection<Guid> streams, CancellationToken ct)
    {
        for (var rest = streams.Select(x => new StreamProgress(team, x, 0, 0)).ToArray(); rest.Length > 0; )
            rest = rest[(await _sender.Send(rest, null, ct)).Sent.Count..];
    }
}
