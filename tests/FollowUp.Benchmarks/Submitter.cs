using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using HdrHistogram;

namespace FollowUp.Benchmarks;

/// <summary>An acknowledged submission. Times are values of <see cref="Stopwatch.GetTimestamp"/>.</summary>
/// <param name="Meant">The intended time of sending, which in an open loop may be earlier than the real one.</param>
internal sealed record Submission(Guid Id, long Meant, long Acknowledged);

/// <summary>Submits applications: as fast as a number of connections allows, or at a constant rate.</summary>
internal sealed class Submitter(Uri applications, string key)
{
    /// <summary>Closed loop: each connection sends the next submission as soon as the last is acknowledged.</summary>
    public async Task<List<Submission>> AsFastAsPossible(int connections, TimeSpan time, Action<Submission>? each = null)
    {
        using var http = Client(connections);
        var end = Stopwatch.GetTimestamp() + Ticks(time);
        var all = await Task.WhenAll(
            Enumerable
                .Range(0, connections)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        var mine = new List<Submission>();
                        while (Stopwatch.GetTimestamp() < end)
                        {
                            var submission = await Submit(http, Stopwatch.GetTimestamp());
                            mine.Add(submission);
                            each?.Invoke(submission);
                        }

                        return mine;
                    })
                )
        );
        return [.. all.SelectMany(x => x)];
    }

    /// <summary>
    /// Open loop: submissions are sent at a constant rate, and the time that a submission waits for a slow service counts as its latency
    /// (no coordinated omission).
    /// </summary>
    public async Task<List<Submission>> AtRate(double perSecond, TimeSpan time, Action<Submission>? each = null)
    {
        using var http = Client(1000);
        var start = Stopwatch.GetTimestamp();
        var interval = Stopwatch.Frequency / perSecond;
        var count = (int)(perSecond * time.TotalSeconds);
        var all = new Task<Submission>[count];
        for (var i = 0; i < count; i++)
        {
            var meant = start + (long)(i * interval);
            while (Stopwatch.GetTimestamp() < meant)
                await Task.Delay(1); // sends in bursts of a millisecond; the lateness counts
            all[i] = Send(meant);
        }

        return [.. await Task.WhenAll(all)];

        async Task<Submission> Send(long meant)
        {
            var submission = await Submit(http, meant);
            each?.Invoke(submission);
            return submission;
        }
    }

    public async Task<Submission> One(HttpClient http) => await Submit(http, Stopwatch.GetTimestamp());

    public HttpClient Client(int connections)
    {
        var http = new HttpClient(
            new SocketsHttpHandler { MaxConnectionsPerServer = connections, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2) }
        )
        {
            BaseAddress = applications,
            Timeout = TimeSpan.FromSeconds(60),
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    public static LongHistogram Latencies(IEnumerable<long> ticks)
    {
        var histogram = new LongHistogram(TimeSpan.FromMinutes(10).Ticks / 10, 3); // microseconds
        foreach (var value in ticks)
            histogram.RecordValue(Math.Max(1, value * 1_000_000 / Stopwatch.Frequency));
        return histogram;
    }

    public static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private static async Task<Submission> Submit(HttpClient http, long meant)
    {
        var id = Guid.NewGuid();
        using var content = new ByteArrayContent(
            Encoding.UTF8.GetBytes(
                $$$"""
                {"candidate":"c-{{{id:n}}}","employer":{"name":"Acme","hiringProcess":"ownerRun","timeZone":"Europe/Berlin"},
                "posting":{"title":"Clerk","url":"https://example.org/jobs/1"}}
                """
            )
        );
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await http.PutAsync(new Uri($"/applications/{id}", UriKind.Relative), content);
        return response.StatusCode == HttpStatusCode.Created
            ? new Submission(id, meant, Stopwatch.GetTimestamp())
            : throw new InvalidOperationException(
                $"A submission was answered with {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}"
            );
    }
}
