using FollowUp.Applications.Candidates;
using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Platform.EventStore;
using Npgsql;

namespace FollowUp.Applications.Queries;

/// <summary>The filter of the follow-ups. A property that isn't set doesn't filter.</summary>
/// <param name="Candidate">Only this candidate's.</param>
/// <param name="Assignee">Only those assigned to this person.</param>
/// <param name="Statuses">By default due, claimed and planned ones.</param>
/// <param name="Q">A part of the employer's name, of the title, or of the candidate's reference or name.</param>
/// <param name="After">The cursor of the previous page.</param>
/// <param name="Limit">The maximum number of items.</param>
public sealed record TodayFilter(
    string? Candidate = null,
    string? Assignee = null,
    IReadOnlyCollection<SlotStatus>? Statuses = null,
    string? Q = null,
    string? After = null,
    int Limit = 60
);

/// <summary>A follow-up that needs a person's attention.</summary>
/// <param name="Opened">What the list knows of the follow-up's stage.</param>
/// <param name="Contact">The contact for the follow-up, if known.</param>
/// <param name="IsEarly">Whether it is due only later. It may still be made now.</param>
public sealed record TodayItem(
    Guid Application,
    long Version,
    int Stage,
    StageDates? Opened,
    string Candidate,
    string? CandidateName,
    string Employer,
    string Title,
    string? EmployerTimeZone,
    SlotView Slot,
    Contact? Contact,
    DateTimeOffset? ClosingProposedAt,
    bool IsEarly
)
{
    /// <summary>The employer's country, in which its telephone numbers are read.</summary>
    public string? EmployerCountry { get; init; }
}

/// <summary>The follow-ups to make, and the proposals to close.</summary>
/// <param name="Items">The follow-ups, the most urgent first.</param>
/// <param name="Next">The cursor of the next page; null on the last page.</param>
/// <param name="Counts">How many follow-ups are in each open status, for the team or the candidate, regardless of the other
/// filters.</param>
/// <param name="ToClose">The proposals to close, the latest first.</param>
/// <param name="MoreToClose">Whether there are more proposals to close.</param>
public sealed record TodayPage(
    IReadOnlyList<TodayItem> Items,
    string? Next,
    IReadOnlyDictionary<SlotStatus, int> Counts,
    IReadOnlyList<ApplicationListItem> ToClose,
    bool MoreToClose
);

/// <summary>The follow-ups that are due now and next, by urgency.</summary>
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

    /// <summary>The same follow-ups, without the counts and the proposals to close.</summary>
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

    /// <summary>How many follow-ups are in each open status.</summary>
    /// <remarks>
    /// Counts the plans alone, without the applications: the Scheduler waives the slots of closed applications and of earlier stages as
    /// soon as the event reaches it.
    /// </remarks>
    public async Task<IReadOnlyDictionary<SlotStatus, int>> Counts(string team, string? candidate, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            candidate is null
                ? "select left(urgency, 1), count(*)::int from followup.mt_doc_schedulerplan "
                    + "where tenant_id = @team and urgency < '4' group by 1"
                : """
                select left(p.urgency, 1), count(*)::int from followup.mt_doc_applicationrow l
                join followup.mt_doc_schedulerplan p on p.tenant_id = l.tenant_id and p.id = l.id
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
            slot.Stage,
            x.Stages.Find(stage => stage.Stage == slot.Stage),
            x.Candidate,
            row.CandidateName,
            x.Employer,
            x.Title,
            x.TimeZone,
            slot,
            row.Contact,
            row.ClosingProposedAt,
            slot.DueAt > now
        )
        {
            EmployerCountry = x.Country,
        };
    }
}
