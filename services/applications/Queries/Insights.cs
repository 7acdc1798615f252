using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Platform.EventStore;
using Marten;
using Npgsql;

namespace FollowUp.Applications.Queries;

/// <summary>
/// What came of one stage of an application: a row of the sheet that is downloaded, and what the insights are counted from.
/// </summary>
/// <param name="Status">The follow-up's, if the Scheduler has spoken of it.</param>
/// <param name="Reasons">Why it is so, as codes.</param>
/// <param name="Channel">By which it was made, if it was.</param>
/// <param name="OpenedAt">When the stage began.</param>
/// <param name="AnsweredAt">When the employer first answered in this stage: with a response, an invitation to the next interview or an
/// outcome.</param>
/// <param name="ClosedAs">How the application ended, if it has, on the row of its last stage.</param>
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
    /// How long the answer took, in days: from the follow-up, or where none was made before it, from the stage's beginning.
    /// </summary>
    public double? DaysToAnswer =>
        AnsweredAt is { } answered ? Math.Max(0, (answered - (IsAnsweredAfterFollowUp ? MadeAt!.Value : OpenedAt)).TotalDays) : null;

    /// <summary>One for each stage.</summary>
    internal static IEnumerable<Outcome> Of(ApplicationRow x, IReadOnlyDictionary<int, SlotView>? slots)
    {
        // Of an application that was last written before stages were kept, only the last one's response is known.
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

/// <summary>How it went, for those that have something in common.</summary>
/// <param name="Name">What they have in common, in camelCase; empty where it isn't known.</param>
/// <param name="Applications">How many applications.</param>
/// <param name="Stages">How many of their stages, each of which has one follow-up.</param>
/// <param name="FollowUpsMade">In how many a follow-up was made.</param>
/// <param name="AnsweredAfterFollowUp">After how many of these the employer answered.</param>
/// <param name="Answered">In how many stages the employer answered at all.</param>
/// <param name="MedianDaysToAnswer">From the follow-up, or from the stage's beginning where none was made before the answer.</param>
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

/// <summary>How often something is why.</summary>
public sealed record ReasonCount(string Code, int Count);

/// <summary>A month.</summary>
/// <param name="Month">Its first day, in UTC.</param>
public sealed record MonthCount(DateOnly Month, int Submitted, int FollowUpsMade, int Answered);

/// <summary>How it went.</summary>
/// <param name="AsOf">When it was counted.</param>
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
    /// <summary>Counts.</summary>
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
        // also those without anything: a gap in a chart must be seen
        for (var month = months.Min(); month <= months.Max(); month = month.AddMonths(1))
            all.Add(new(month, submitted.GetValueOrDefault(month), made.GetValueOrDefault(month), answered.GetValueOrDefault(month)));
        return [.. all];

        static Dictionary<DateOnly, int> Count(IEnumerable<DateTimeOffset?> moments) =>
            moments.OfType<DateTimeOffset>().CountBy(x => new DateOnly(x.UtcDateTime.Year, x.UtcDateTime.Month, 1)).ToDictionary();
    }

    private static string Word(object value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()!);
}

/// <summary>How it went: counted when somebody asks, and remembered for a while, for it reads everything that the team has.</summary>
public sealed class Insights(NpgsqlDataSource database, IDocumentStore store, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private const int MostRemembered = 200,
        Quick = 2_000; // applications: a tenth of a second

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(string Team, DateOnly? Since), Count> _counts = [];

    /// <summary>
    /// Counts, or answers what was counted before: what is older than five minutes is answered once more, and counted anew meanwhile.
    /// </summary>
    /// <param name="team">The team.</param>
    /// <param name="candidate">Only this one's, if given.</param>
    /// <param name="since">Only what was submitted on that day (UTC) or later, if given.</param>
    /// <param name="ct">Ends the waiting, not the counting.</param>
    /// <returns>Null while so many are counted for the first time that nobody should wait for it: it is there soon.</returns>
    public async Task<InsightsPage?> Read(string team, string? candidate, DateOnly? since, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (candidate is not null)
            return InsightsPage.Of(await All(team, candidate, since, ct), now); // few rows, always as they are
        if (_counts.Count > MostRemembered)
            _counts.Clear();
        var counted = _counts
            .GetOrAdd((team, since), _ => new())
            .Read(now, Fresh, async () => InsightsPage.Of(await All(team, null, since, lifetime.ApplicationStopping), now));
        return counted.IsCompleted || !await AreMany(team, since, ct) ? await counted.WaitAsync(ct) : null;
    }

    private async Task<bool> AreMany(string team, DateOnly? since, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"select count(*) > @quick from (select 1 from followup.mt_doc_applicationrow l where {Which(null, since)} limit @quick + 1) counted"
        );
        command.Parameters.AddNumber("quick", Quick);
        Add(command, team, null, since);
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private static string Which(string? candidate, DateOnly? since) =>
        $"l.tenant_id = @team{(candidate is null ? "" : " and l.candidate = @candidate")}{(since is null ? "" : " and l.submitted_at >= @since")}";

    private static void Add(NpgsqlCommand command, string team, string? candidate, DateOnly? since)
    {
        command.Parameters.AddText("team", team);
        if (candidate is not null)
            command.Parameters.AddText("candidate", candidate);
        if (since is { } day)
            command.Parameters.AddInstant("since", new(day, TimeOnly.MinValue, TimeSpan.Zero));
    }

    /// <summary>Every stage of every application, the latest submission first: a sheet's rows, read as they are written.</summary>
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

    /// <summary>What was counted last, and whether it is being counted.</summary>
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
