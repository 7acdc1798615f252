using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Stopping;
using Marten;
using Npgsql;

namespace FollowUp.Applications.Queries;

/// <summary>The outcome of one stage of an application: a row of the downloadable sheet, and the unit that the insights count.</summary>
/// <param name="Status">The status of the stage's slot, if there is one.</param>
/// <param name="Reasons">The codes of the reasons for that status.</param>
/// <param name="Channel">The channel of the follow-up, if it was made.</param>
/// <param name="OpenedAt">When the stage began.</param>
/// <param name="AnsweredAt">When the employer first answered in this stage: with a response, an invitation to the next interview or an
/// outcome.</param>
/// <param name="ClosedAs">How the application ended, if it has; only on the row of its last stage.</param>
public sealed record Outcome(
    Guid Application,
    string Candidate,
    string Employer,
    string Title,
    HiringProcess HiringProcess,
    Approach Approach,
    int Stage,
    string? Situation,
    SlotStatus? Status,
    IReadOnlyList<string> Reasons,
    DateTimeOffset SubmittedAt,
    DateTimeOffset OpenedAt,
    DateTimeOffset? DueAt,
    Channel? Channel,
    DateTimeOffset? MadeAt,
    DateTimeOffset? AnsweredAt,
    ClosingReason? ClosedAs
)
{
    /// <summary>Whether the employer answered after the follow-up was made.</summary>
    public bool IsAnsweredAfterFollowUp => AnsweredAt >= MadeAt;

    /// <summary>
    /// How long the answer took, in days: from the follow-up, or, if none was made before the answer, from the beginning of the stage.
    /// </summary>
    public double? DaysToAnswer =>
        AnsweredAt is { } answered ? Math.Max(0, (answered - (IsAnsweredAfterFollowUp ? MadeAt!.Value : OpenedAt)).TotalDays) : null;

    /// <summary>The outcomes of an application, one for each stage.</summary>
    internal static IEnumerable<Outcome> Of(ApplicationRow x, IReadOnlyDictionary<int, SlotView>? slots)
    {
        // A row that was last written before it contained the stages tells only the last stage's response.
        ImmutableList<StageDates> stages = x.Stages.IsEmpty
            ?
            [
                .. Enumerable
                    .Range(1, x.Stage)
                    .Select(n => new StageDates(n, n == 1 ? x.SubmittedAt : null, RespondedAt: n == x.Stage ? x.RespondedAt : null)),
            ]
            : x.Stages;
        for (var i = 0; i < stages.Count; i++)
        {
            var (stage, isLast) = (stages[i], i == stages.Count - 1);
            var slot = slots?.GetValueOrDefault(stage.Stage);
            var answers = new[]
            {
                stage.RespondedAt,
                isLast ? null : stages[i + 1].OpenedAt,
                isLast
                && x.ClosingReason
                    is ClosingReason.Rejected
                        or ClosingReason.OfferAccepted
                        or ClosingReason.OfferDeclined
                        or ClosingReason.PositionFilled
                    ? x.ClosedAt
                    : null,
            };
            yield return new(
                x.Id,
                x.Candidate,
                x.Employer,
                x.Title,
                x.HiringProcess,
                x.Approach,
                stage.Stage,
                slot?.Situation,
                stage.MadeAt is null ? slot?.Status : SlotStatus.Made,
                [.. (slot?.Reasons ?? []).Select(r => r.Code)],
                x.SubmittedAt,
                stage.OpenedAt ?? x.SubmittedAt,
                slot?.DueAt,
                stage.Channel ?? slot?.Made?.Channel,
                stage.MadeAt ?? slot?.Made?.MadeAt,
                answers.Min(),
                isLast ? x.ClosingReason : null
            );
        }
    }
}

/// <summary>The figures of a group of stages.</summary>
/// <param name="Name">The property that the stages have in common, in camelCase; empty if it isn't known.</param>
/// <param name="Applications">The number of applications.</param>
/// <param name="Stages">The number of their stages; each has one follow-up.</param>
/// <param name="FollowUpsMade">In how many stages the follow-up was made.</param>
/// <param name="AnsweredAfterFollowUp">In how many of these the employer answered after the follow-up.</param>
/// <param name="Answered">In how many stages the employer answered, with or without a follow-up.</param>
/// <param name="MedianDaysToAnswer">From the follow-up, or, if none was made before the answer, from the beginning of the stage.</param>
public sealed record InsightGroup(
    string Name,
    int Applications,
    int Stages,
    int FollowUpsMade,
    int AnsweredAfterFollowUp,
    int Answered,
    double? MedianDaysToAnswer
)
{
    public double AnsweredShare => Stages == 0 ? 0 : (double)Answered / Stages;
    public double? AnsweredAfterFollowUpShare => FollowUpsMade == 0 ? null : (double)AnsweredAfterFollowUp / FollowUpsMade;
}

/// <summary>How often a reason occurs.</summary>
public sealed record ReasonCount(string Code, int Count);

/// <summary>The figures of a month.</summary>
/// <param name="Month">The month's first day, in UTC.</param>
public sealed record MonthCount(DateOnly Month, int Submitted, int FollowUpsMade, int Answered);

/// <summary>The insights: how follow-ups and answers turned out.</summary>
/// <param name="AsOf">When the figures were computed.</param>
public sealed record InsightsPage(
    DateTimeOffset AsOf,
    InsightGroup All,
    IReadOnlyList<InsightGroup> BySituation,
    IReadOnlyList<InsightGroup> ByChannel,
    IReadOnlyList<InsightGroup> ByApproach,
    IReadOnlyList<InsightGroup> ByHiringProcess,
    int Withheld,
    IReadOnlyList<ReasonCount> WithheldBecause,
    int Lapsed,
    IReadOnlyList<ReasonCount> LapsedBecause,
    IReadOnlyList<MonthCount> ByMonth
)
{
    /// <summary>Computes the insights.</summary>
    public static InsightsPage Of(IReadOnlyCollection<Outcome> rows, DateTimeOffset asOf)
    {
        var (withheld, lapsed) = (
            rows.Where(x => x.Status == SlotStatus.Withheld).ToArray(),
            rows.Where(x => x.Status == SlotStatus.Lapsed).ToArray()
        );
        return new(
            asOf,
            Group("", rows),
            Groups(rows, x => x.Situation ?? ""),
            Groups(rows.Where(x => x.Channel is not null), x => Word(x.Channel!)),
            Groups(rows, x => Word(x.Approach)),
            Groups(rows, x => Word(x.HiringProcess)),
            withheld.Length,
            Why(withheld),
            lapsed.Length,
            Why(lapsed),
            Months(rows)
        );
    }

    private static InsightGroup[] Groups(IEnumerable<Outcome> rows, Func<Outcome, string> by) =>
        [
            .. rows.GroupBy(by, StringComparer.Ordinal)
                .Select(x => Group(x.Key, [.. x]))
                .OrderByDescending(x => x.Applications)
                .ThenBy(x => x.Name, StringComparer.Ordinal),
        ];

    private static InsightGroup Group(string name, IReadOnlyCollection<Outcome> rows) =>
        new(
            name,
            rows.Select(x => x.Application).Distinct().Count(),
            rows.Count,
            rows.Count(x => x.MadeAt is not null),
            rows.Count(x => x.IsAnsweredAfterFollowUp),
            rows.Count(x => x.AnsweredAt is not null),
            Median([.. rows.Select(x => x.DaysToAnswer).OfType<double>().Order()])
        );

    private static double? Median(double[] sorted) =>
        sorted switch
        {
            [] => null,
            { Length: var n } when n % 2 == 1 => sorted[n / 2],
            { Length: var n } => (sorted[n / 2 - 1] + sorted[n / 2]) / 2,
        };

    private static ReasonCount[] Why(IEnumerable<Outcome> rows) =>
        [
            .. rows.SelectMany(x => x.Reasons.Distinct(StringComparer.Ordinal))
                .CountBy(x => x, StringComparer.Ordinal)
                .Select(x => new ReasonCount(x.Key, x.Value))
                .OrderByDescending(x => x.Count)
                .ThenBy(x => x.Code, StringComparer.Ordinal),
        ];

    private static MonthCount[] Months(IReadOnlyCollection<Outcome> rows)
    {
        var submitted = Count(rows.Where(x => x.Stage == 1).Select(x => (DateTimeOffset?)x.SubmittedAt));
        var (made, answered) = (Count(rows.Select(x => x.MadeAt)), Count(rows.Select(x => x.AnsweredAt)));
        var months = submitted.Keys.Union(made.Keys).Union(answered.Keys).ToArray();
        if (months.Length == 0)
            return [];
        var all = new List<MonthCount>();
        // months without any figure, too: a gap must be visible in a chart
        for (var month = months.Min(); month <= months.Max(); month = month.AddMonths(1))
            all.Add(new(month, submitted.GetValueOrDefault(month), made.GetValueOrDefault(month), answered.GetValueOrDefault(month)));
        return [.. all];

        static Dictionary<DateOnly, int> Count(IEnumerable<DateTimeOffset?> moments) =>
            moments.OfType<DateTimeOffset>().CountBy(x => new DateOnly(x.UtcDateTime.Year, x.UtcDateTime.Month, 1)).ToDictionary();
    }

    private static string Word(object value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()!);
}

/// <summary>The insights, computed on request and cached, because computing them reads all applications of the team.</summary>
public sealed class Insights(NpgsqlDataSource database, IDocumentStore store, TimeProvider time, OrderlyStop stop)
{
    private const int MostRemembered = 200,
        Quick = 2_000; // applications, which are read in a tenth of a second

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(string Team, DateOnly? Since), Count> _counts = [];

    /// <summary>
    /// Computes the insights, or returns the cached ones. If these are older than five minutes, they are returned once more and recomputed
    /// in the background.
    /// </summary>
    /// <param name="team">The team.</param>
    /// <param name="candidate">Counts only this candidate's applications; by default all.</param>
    /// <param name="since">Counts only applications submitted on this day (UTC) or later; by default all.</param>
    /// <param name="ct">Cancels the waiting, but not the computation.</param>
    /// <returns>Null while the first computation over many applications is running: a later call gets the result.</returns>
    public async Task<InsightsPage?> Read(string team, string? candidate, DateOnly? since, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (candidate is not null)
            return InsightsPage.Of(await All(team, candidate, since, ct), now); // few rows, so they are read each time
        if (_counts.Count > MostRemembered)
            _counts.Clear();
        var counted = _counts
            .GetOrAdd((team, since), _ => new())
            .Read(now, Fresh, async () => InsightsPage.Of(await All(team, null, since, stop.PortClosed), now));
        return counted.IsCompleted || !await AreMany(team, since, ct) ? await counted.WaitAsync(ct) : null;
    }

    private async Task<bool> AreMany(string team, DateOnly? since, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select count(*) > @quick from (select 1 from followup.mt_doc_applicationrow l "
                + $"where {Which(null, since)} limit @quick + 1) counted"
        );
        command.Parameters.AddNumber("quick", Quick);
        Add(command, team, null, since);
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private static string Which(string? candidate, DateOnly? since) =>
        $"l.tenant_id = @team{(candidate is null ? "" : " and l.candidate = @candidate")}"
        + (since is null ? "" : " and l.submitted_at >= @since");

    private static void Add(NpgsqlCommand command, string team, string? candidate, DateOnly? since)
    {
        command.Parameters.AddText("team", team);
        if (candidate is not null)
            command.Parameters.AddText("candidate", candidate);
        if (since is { } day)
            command.Parameters.AddInstant("since", new(day, TimeOnly.MinValue, TimeSpan.Zero));
    }

    /// <summary>Every stage of every application, the latest submission first: the rows of a sheet, read while they are written.</summary>
    /// <inheritdoc cref="Read"/>
    public async IAsyncEnumerable<Outcome> Rows(
        string team,
        string? candidate,
        DateOnly? since,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"""
            select l.data, p.data -> 'slots'
            from followup.mt_doc_applicationrow l left join followup.mt_doc_schedulerplan p on p.tenant_id = l.tenant_id and p.id = l.id
            where {Which(candidate, since)}
            order by l.submitted_at desc, l.id desc
            """
        );
        command.CommandTimeout = 300;
        Add(command, team, candidate, since);
        var json = store.Options.Serializer();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var listing = await json.FromJsonAsync<ApplicationRow>(reader, 0, ct);
            var slots = await reader.IsDBNullAsync(1, ct)
                ? null
                : await json.FromJsonAsync<ImmutableSortedDictionary<int, SlotView>>(reader, 1, ct);
            foreach (var row in Outcome.Of(listing, slots))
                yield return row;
        }
    }

    private async Task<IReadOnlyCollection<Outcome>> All(string team, string? candidate, DateOnly? since, CancellationToken ct)
    {
        var rows = new List<Outcome>();
        await foreach (var row in Rows(team, candidate, since, ct))
            rows.Add(row);
        return rows;
    }

    /// <summary>The last computed insights, and the running computation, if any.</summary>
    private sealed class Count
    {
        private readonly Lock _lock = new();
        private Task<InsightsPage>? _last,
            _next;

        public Task<InsightsPage> Read(DateTimeOffset now, TimeSpan fresh, Func<Task<InsightsPage>> count)
        {
            lock (_lock)
            {
                if (_next is { IsCompleted: true })
                    (_last, _next) = (_next.IsCompletedSuccessfully ? _next : _last, null);
                if (_next is null && (_last is null || now - _last.Result.AsOf > fresh))
                    _next = Task.Run(count);
                return _last ?? _next!;
            }
        }
    }
}
