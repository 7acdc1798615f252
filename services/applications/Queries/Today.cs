using FollowUp.Applications.Candidates;
using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Platform.EventStore;
using Npgsql;

namespace FollowUp.Applications.Queries;

/// <summary>Which follow-ups somebody wants to see. What isn't said doesn't matter.</summary>
/// <param name="Candidate">Only this candidate's.</param>
/// <param name="Assignee">Only those that this one is to make.</param>
/// <param name="Statuses">Due, claimed and planned ones unless said.</param>
/// <param name="Q">A part of the employer's name, the title, the candidate's reference or name.</param>
/// <param name="After">The cursor of the page before.</param>
/// <param name="Limit">How many at most.</param>
public sealed record TodayFilter(
    string? Candidate = null,
    string? Assignee = null,
    IReadOnlyCollection<SlotStatus>? Statuses = null,
    string? Q = null,
    string? After = null,
    int Limit = 60
);

/// <summary>A follow-up that wants somebody.</summary>
/// <param name="Contact">Whom it goes to, if that is known.</param>
/// <param name="IsEarly">Whether it is only due later: it may be made all the same.</param>
public sealed record TodayItem(
    Guid Application,
    long Version,
    int Stage,
    string Candidate,
    string? CandidateName,
    string Employer,
    string Title,
    string? EmployerTimeZone,
    SlotView Slot,
    Contact? Contact,
    DateTimeOffset? ClosingProposedAt,
    bool IsEarly
);

/// <summary>What is to be done.</summary>
/// <param name="Items">The most urgent first.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
/// <param name="Counts">How many there are in each status that wants somebody, of the team or the candidate, whatever else is
/// filtered.</param>
/// <param name="ToClose">Proposals to close, the latest first.</param>
/// <param name="MoreToClose">Whether there are more of them.</param>
public sealed record TodayPage(
    IReadOnlyList<TodayItem> Items,
    string? Next,
    IReadOnlyDictionary<SlotStatus, int> Counts,
    IReadOnlyList<ApplicationListItem> ToClose,
    bool MoreToClose
);

/// <summary>What is due now and next, by urgency.</summary>
public sealed class Today(ApplicationList list, NpgsqlDataSource database)
{
    private const int MostToClose = 20;

    private static readonly SlotStatus[] Usual = [SlotStatus.Due, SlotStatus.Claimed, SlotStatus.Planned];

    public async Task<TodayPage> Read(string team, TodayFilter filter, DateTimeOffset now, CancellationToken ct)
    {
        var counts = Counts(team, filter.Candidate, ct);
        var proposed = list.Read(
            team,
            new() { Candidate = filter.Candidate, ClosingProposed = true },
            ApplicationSort.Submitted,
            MostToClose,
            ct: ct
        );
        var page = await Page(team, filter, ct);
        var toClose = await proposed;
        return new(Items(page, now), page.Next, await counts, toClose.Rows, toClose.Next is not null);
    }

    /// <summary>The same follow-ups, without what is beside them.</summary>
    public async Task<IReadOnlyList<TodayItem>> Items(string team, TodayFilter filter, DateTimeOffset now, CancellationToken ct) =>
        Items(await Page(team, filter, ct), now);

    private Task<ApplicationPage> Page(string team, TodayFilter filter, CancellationToken ct) =>
        list.Read(
            team,
            new()
            {
                Candidate = filter.Candidate,
                Assignee = filter.Assignee,
                IsClosed = false,
                IsPlanned = true,
                FollowUp = filter.Statuses is { Count: > 0 } asked ? asked : Usual,
                Q = filter.Q,
            },
            ApplicationSort.Due,
            filter.Limit,
            filter.After,
            ct: ct
        );

    private static IReadOnlyList<TodayItem> Items(ApplicationPage page, DateTimeOffset now) =>
        [.. page.Rows.Where(x => x.FollowUp is not null).Select(x => Of(x, now))];

    /// <summary>How many follow-ups there are in each status that wants somebody.</summary>
    /// <remarks>
    /// Of the plans alone, without a look at the applications: the Scheduler waives what is closed or left behind as soon as it hears of
    /// it.
    /// </remarks>
    public async Task<IReadOnlyDictionary<SlotStatus, int>> Counts(string team, string? candidate, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            candidate is null
                ? "select left(urgency, 1), count(*)::int from followup.mt_doc_schedulerplan where tenant_id = @team and urgency < '4' group by 1"
                : """
                select left(p.urgency, 1), count(*)::int from followup.mt_doc_applicationrow l join followup.mt_doc_schedulerplan p on p.tenant_id = l.tenant_id and p.id = l.id
                where l.tenant_id = @team and l.candidate = @candidate and p.urgency < '4' group by 1
                """
        );
        command.Parameters.AddText("team", team);
        if (candidate is not null)
            command.Parameters.AddText("candidate", candidate);
        var counts = Urgency.Open.ToDictionary(x => x, _ => 0);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            counts[Urgency.Open[reader.GetString(0)[0] - '0']] = reader.GetInt32(1);
        return counts;
    }

    private static TodayItem Of(ApplicationListItem row, DateTimeOffset now)
    {
        var (x, slot) = (row.Application, row.FollowUp!);
        return new(
            x.Id,
            x.Version,
            x.Stage,
            x.Candidate,
            row.CandidateName,
            x.Employer,
            x.Title,
            x.TimeZone,
            slot,
            row.Contact,
            row.ClosingProposedAt,
            slot.DueAt > now
        );
    }
}
