using System.Diagnostics;
using HdrHistogram;

namespace FollowUp.Benchmarks;

/// <summary>What the pair did with as many submissions as a number of connections can send.</summary>
/// <param name="Submissions">What was acknowledged.</param>
/// <param name="Load">From the first submission to the last answer.</param>
/// <param name="Whole">From the first submission until the last is planned, published and shown.</param>
/// <param name="Shown">From the answer until Applications shows the plan, for a sample.</param>
internal sealed record Saturation(IReadOnlyList<Submission> Submissions, TimeSpan Load, TimeSpan Whole, LongHistogram Shown)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    public double AcknowledgedRate => Submissions.Count / Load.TotalSeconds;

    public double EndToEndRate => Submissions.Count / Whole.TotalSeconds;

    /// <summary>Loads the pair.</summary>
    /// <param name="submitter">The client.</param>
    /// <param name="planned">Hears what is planned.</param>
    /// <param name="connections">How many submissions are under way at once.</param>
    /// <param name="time">For how long.</param>
    /// <param name="rate">About how many a second are expected: eight of them are followed until they are shown.</param>
    /// <param name="say">Tells the progress.</param>
    public static async Task<Saturation> Of(
        Submitter submitter,
        EventCollector planned,
        int connections,
        TimeSpan time,
        double rate,
        Action<string> say
    )
    {
        var start = Stopwatch.GetTimestamp();
        var shown = new PlanProbe(submitter, submitEvery: Math.Max(1, (int)(rate / 8)));
        var all = await submitter.AsFastAsPossible(connections, time, shown.Follow);
        var load = Stopwatch.GetElapsedTime(start);
        say("Waiting until all of it is planned and shown ...");
        var lastPlanned = await planned.WaitForAll([.. all.Select(x => x.Id)], Deadline);
        shown.FollowLast(all.OrderBy(x => x.Acknowledged).TakeLast(20));
        var lags = await shown.All();
        return new(all, load, Stopwatch.GetElapsedTime(start, Math.Max(lastPlanned, shown.Last)), lags);
    }
}
