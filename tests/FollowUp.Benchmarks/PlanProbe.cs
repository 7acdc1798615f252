using System.Diagnostics;
using System.Text.Json;
using HdrHistogram;

namespace FollowUp.Benchmarks;

/// <summary>
/// Polls Applications for a sample of the submissions, about eight a second, until they are shown as planned. Polling slows down the
/// services that it measures, so the pauses grow: the first is 5 ms, and each of the others is a quarter longer, which also is the
/// error of each sample.
/// </summary>
internal sealed class PlanProbe(Submitter submitter, int submitEvery)
{
    private readonly HttpClient _http = submitter.Client(64);
    private readonly List<Task<long>> _followed = [];
    private readonly Lock _lock = new();
    private int _seen;
    private long _last;

    public long Last => Volatile.Read(ref _last);

    public void Follow(Submission submission)
    {
        if (Interlocked.Increment(ref _seen) % submitEvery == 0)
            FollowLast([submission]);
    }

    public void FollowLast(IEnumerable<Submission> submissions)
    {
        lock (_lock)
            _followed.AddRange(submissions.Select(IsShown));
    }

    public async Task<LongHistogram> All()
    {
        var lags = await Task.WhenAll(_followed);
        _http.Dispose();
        return Submitter.Latencies(lags);
    }

    private async Task<long> IsShown(Submission submission)
    {
        var pause = TimeSpan.FromMilliseconds(5);
        while (true)
        {
            await using var stream = await _http.GetStreamAsync(new Uri($"/applications/{submission.Id}", UriKind.Relative));
            using var detail = await JsonDocument.ParseAsync(stream);
            var now = Stopwatch.GetTimestamp();
            if (detail.RootElement.Text("stages.0.followUp.status") == "planned")
            {
                InterlockedMax(ref _last, now);
                return now - submission.Acknowledged;
            }

            await Task.Delay(pause);
            pause *= 1.25;
        }
    }

    private static void InterlockedMax(ref long target, long value)
    {
        for (var current = Volatile.Read(ref target); value > current; current = Volatile.Read(ref target))
        {
            if (Interlocked.CompareExchange(ref target, value, current) == current)
                return;
        }
    }
}
