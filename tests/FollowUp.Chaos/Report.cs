using System.Globalization;
using System.Text;

namespace FollowUp.Chaos;

/// <summary>One round of faults and the time until the pair worked again; null when it did not within the time.</summary>
internal sealed record Outage(Round Round, TimeSpan? Recovery)
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(10);

    public bool IsLate => Recovery is not { } time || time > Promised;
}

/// <summary>What a run found.</summary>
internal sealed record Report(
    int Seed,
    TimeSpan Lasted,
    IReadOnlyList<string> Without,
    History History,
    IReadOnlyList<Outage> Outages,
    IReadOnlyList<Finding> Findings
)
{
    private const int MostOfAKind = 20;

    public bool IsGood => Findings.Count == 0 && !Outages.Any(x => x.IsLate);

    public override string ToString()
    {
        var text = new StringBuilder();
        var sent = History.Attempts.CountBy(x => x.Outcome).ToDictionary();
        Line($"seed {Seed}, {Lasted.TotalMinutes:0.0} minutes{(Without.Count > 0 ? $", without {string.Join(", ", Without)}" : "")}");
        Line($"");
        Line($"attempts       {History.Attempts.Count, 7:n0}   commands, each with its id, however often it was sent");
        Line($"acknowledged   {Sent(Outcome.Acknowledged), 7:n0}");
        Line($"refused        {Sent(Outcome.Refused), 7:n0}   by a rule");
        Line($"without reply  {Sent(Outcome.Entrusted), 7:n0}   confirmed by the broker");
        Line($"unknown        {Sent(Outcome.Unknown), 7:n0}   no final answer: recorded once, or not");
        Line($"events         {History.Recorded.Count, 7:n0}   recorded; {History.Heard.Count:n0} messages on the bus");
        Line($"lost           {Count(Broken.Lost), 7:n0}");
        Line($"doubled        {Count(Broken.Doubled), 7:n0}");
        Line($"unexpected     {Count(Broken.Unexpected), 7:n0}");
        Line($"two in a stage {Count(Broken.TwoInAStage), 7:n0}");
        Line($"disagreeing    {Count(Broken.Disagreeing), 7:n0}   applications");
        Line($"recovery       {Percentiles()}; {Outages.Count(x => x.IsLate)} × later than promised");
        if (Checker.Excused(History) is > 0 and var excused)
            Line($"not heard      {excused, 7:n0}   published while the exchange, and with it the listener's binding, was deleted");
        Line($"");
        foreach (var kind in Outages.SelectMany(x => x.Round.Faults, (x, y) => (x, y.Kind.Name)).GroupBy(x => x.Name, x => x.x))
            Line($"{kind.Key, -28} {kind.Count(), 3} ×   recovered in at most {Longest(kind)}");
        foreach (var kind in Findings.GroupBy(x => x.What))
        {
            Line($"");
            foreach (var finding in kind.Take(MostOfAKind))
                Line($"{finding}");
            if (kind.Count() > MostOfAKind)
                Line($"{kind.Key}: {kind.Count() - MostOfAKind:n0} more");
        }
        Line($"");
        Line($"For docs/reliability.md:");
        Line($"{Row}");
        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        int Sent(Outcome outcome) => sent.GetValueOrDefault(outcome);
    }

    /// <summary>Every finding, and all that is known of the applications with findings.</summary>
    public string Details
    {
        get
        {
            var (attempts, recorded) = (History.Attempts.ToLookup(x => x.Application), History.Recorded.ToLookup(x => x.Application));
            var views = History.Views.ToLookup(x => x.Application);
            var text = new StringBuilder().AppendJoin('\n', Findings).Append('\n');
            foreach (var id in Findings.Select(x => x.Application).OfType<Guid>().Distinct())
            {
                text.Append(CultureInfo.InvariantCulture, $"\n{id}\n");
                foreach (var x in attempts[id])
                    text.Append(CultureInfo.InvariantCulture, $"  {x}\n").AppendJoin("", x.Sendings.Select(sending => $"    {sending}\n"));
                foreach (var x in recorded[id].OrderBy(x => x.Time))
                    text.Append(CultureInfo.InvariantCulture, $"  {x.Time:HH:mm:ss.fff} {x}, stage {x.Stage}, of {x.Correlation}\n");
                foreach (var x in views[id])
                {
                    text.Append(CultureInfo.InvariantCulture, $"  Applications at {x.Version}: {string.Join(", ", x.Shown)}\n");
                    text.Append(CultureInfo.InvariantCulture, $"  the Scheduler at {x.AsOf}: {string.Join(", ", x.Planned)}\n");
                }
            }
            return text.ToString();
        }
    }

    /// <summary>The row of the table in docs/reliability.md.</summary>
    private string Row
    {
        get
        {
            object[] cells =
            [
                $"{DateTime.UtcNow:yyyy-MM-dd}",
                Environment.GetEnvironmentVariable("FOLLOWUP_COMMIT") is { Length: > 0 } commit ? commit : "–",
                Environment.ProcessorCount,
                Seed,
                FormattableString.Invariant($"{Lasted.TotalMinutes:0.#}"),
                Outages.Sum(x => x.Round.Faults.Count),
                History.Attempts.Count,
                History.Attempts.Count(x => x.Outcome == Outcome.Acknowledged),
                .. Enum.GetValues<Broken>().Select(x => (object)Count(x)),
                Percentiles(),
                Without.Count > 0 ? string.Join(", ", Without) : "–",
            ];
            return $"| {string.Join(" | ", cells)} |";
        }
    }

    private int Count(Broken what) =>
        what == Broken.Disagreeing
            ? Findings.Where(x => x.What == what).DistinctBy(x => x.Application).Count()
            : Findings.Count(x => x.What == what);

    private string Percentiles()
    {
        var all = Outages.Select(x => x.Recovery?.TotalSeconds ?? double.PositiveInfinity).Order().ToList();
        if (all.Count == 0)
            return "–";
        string At(double part) => Seconds(all[Math.Min(all.Count - 1, (int)Math.Ceiling(part * all.Count) - 1)]);
        return $"p50 {At(0.5)}, p99 {At(0.99)}, max {At(1)}";
    }

    private static string Longest(IEnumerable<Outage> outages) =>
        Seconds(outages.Max(x => x.Recovery?.TotalSeconds ?? double.PositiveInfinity));

    private static string Seconds(double seconds) =>
        double.IsInfinity(seconds) ? "never" : string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s");
}
