using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using HdrHistogram;
using Npgsql;

namespace FollowUp.Benchmarks;

/// <summary>
/// Imports a large sheet over HTTP while the team's agenda is read and another team submits applications. The sheet is imported a second
/// time, when every row is there.
/// </summary>
internal sealed class ImportBenchmark(int rows)
{
    private const int RowsToWarmUp = 500;
    private static readonly TimeSpan BetweenReads = TimeSpan.FromMilliseconds(200),
        BetweenSubmissions = TimeSpan.FromMilliseconds(500);

    public async Task<string> Run(Action<string> say)
    {
        say("Starting the pair on empty databases ...");
        await using var pair = await Pair.Start(listening: false);
        var other = await pair.Team("the other team");
        await other.SchedulerKnowsTheKey();
        var cost = await PairBenchmark.Cost.Of(pair);
        using var team = Client(pair.Applications[0].Address, pair.Default.Key);
        say("Warming up ...");
        await Import(team, Sheet("Warm", RowsToWarmUp));
        await AllPlanned(pair);
        var (idle, _) = await Meanwhile(pair, other, Task.Delay(TimeSpan.FromSeconds(10)));

        var sheet = Sheet("Acme", rows);
        say(string.Create(CultureInfo.InvariantCulture, $"Importing {rows:n0} rows, {sheet.Length / 1024.0 / 1024:n1} MB ..."));
        var before = cost.Now();
        var start = Stopwatch.GetTimestamp();
        var import = Import(team, sheet);
        var (agenda, submissions) = await Meanwhile(pair, other, import);
        var took = Stopwatch.GetElapsedTime(start);
        await AllPlanned(pair);
        var planned = Stopwatch.GetElapsedTime(start);
        var spent = cost.Since(before);
        var memory = pair.Services.Select(x => (x.Name, Memory: Machine.Memory(x.ProcessId))).ToList();
        say("The same sheet again ...");
        start = Stopwatch.GetTimestamp();
        var again = await Import(team, sheet);
        var tookAgain = Stopwatch.GetElapsedTime(start);

        var report = new StringBuilder();
        void Row(string what, string figure) => report.AppendLine(CultureInfo.InvariantCulture, $"| {what} | {figure} |");
        report.AppendLine(
            CultureInfo.InvariantCulture,
            $"Measured {DateTime.UtcNow:yyyy-MM-dd} with `./followup bench import` on {await Machine.Describe(pair.ApplicationsDatabase)}."
        );
        report.AppendLine().AppendLine("| what | figure |").AppendLine("|---|---|");
        var of = await import;
        Row("recorded; already there; refused", $"{Figure(of.Recorded)}; {Figure(of.There)}; {Figure(of.Refused)}");
        Row("**rows a second** until the report was there", $"**{Figure(rows / took.TotalSeconds)}** ({Figure(took.TotalSeconds)} s)");
        Row("rows a second until all were planned and shown", $"{Figure(rows / planned.TotalSeconds)} ({Figure(planned.TotalSeconds)} s)");
        foreach (var (what, times) in agenda)
            Row($"{what} meanwhile; before, idle", $"{PairBenchmark.Percentiles(times)}; {PairBenchmark.Percentiles(idle[what])}");
        Row("another team's submission, acknowledged → shown as planned, meanwhile", PairBenchmark.Percentiles(submissions));
        foreach (var (name, (now, most)) in memory)
            Row($"resident memory of {name.Split('-')[^1]} after it", $"{now} MiB (at most {most})");
        foreach (var (name, time) in spent)
            Row(
                $"processor time of {name}",
                string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:n1} s, {time.TotalMilliseconds / rows:n2} ms a row")
            );
        Row(
            "the same sheet again: rows a second; recorded; already there; refused",
            $"{Figure(rows / tookAgain.TotalSeconds)}; {Figure(again.Recorded)}; {Figure(again.There)}; {Figure(again.Refused)}"
        );
        return report.ToString();
    }

    // Of a careers office: many candidates, most without an answer, a sixth with a contact, a fifth over.
    private static byte[] Sheet(string employer, int rows)
    {
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var csv = new StringBuilder("Candidate,Company,Position,Date Applied,Status,Contact Email,Notes\n");
        for (var i = 0; i < rows; i++)
            csv.Append(
                CultureInfo.InvariantCulture,
                $"c-{i % 2_000},{employer} {i},Clerk,{today.AddDays(-1 - (i % 60)):yyyy-MM-dd},"
                    + $"{(i % 5 == 0 ? "Rejected" : i % 7 == 0 ? "Interview" : "Applied")},"
                    + $"{(i % 6 == 0 ? $"jo.{i % 5_000}@example.org" : "")},{(i % 10 == 0 ? "Send the certificates" : "")}\n"
            );
        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    private static async Task<(int Recorded, int There, int Refused)> Import(HttpClient http, byte[] sheet)
    {
        using var content = new ByteArrayContent(sheet);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var response = await http.PostAsync(new Uri("/imports", UriKind.Relative), content);
        await using var body = await response.Content.ReadAsStreamAsync();
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"The import was answered with {(int)response.StatusCode}.");
        using var report = await JsonDocument.ParseAsync(body);
        int Of(string name) => report.RootElement.GetProperty(name).GetInt32();
        return (Of("recorded"), Of("alreadyThere"), Of("refused"));
    }

    // Reads the agenda, and submits for the other team, until the work is done.
    private static async Task<(Dictionary<string, LongHistogram> Agenda, LongHistogram Submissions)> Meanwhile(
        Pair pair,
        Team other,
        Task work
    )
    {
        using var cookies = new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new() };
        using var browser = new HttpClient(cookies) { BaseAddress = pair.Applications[0].Address };
        if (!await PagesBenchmark.SignIn(browser, pair.Default.Key))
            throw new InvalidOperationException("There are no pages.");
        using var scheduler = Client(pair.Scheduler[0].Address, pair.Default.Key);
        var submitter = new Submitter(pair.Applications[0].Address, other.Key);
        using var http = submitter.Client(4);
        var (probe, acknowledged) = (new PlanProbe(submitter, submitEvery: 1), new List<long>());

        var page = Repeat(work, BetweenReads, () => Get(browser, "/"));
        var list = Repeat(work, BetweenReads, () => Get(scheduler, "/follow-ups?limit=50"));
        await Repeat(
            work,
            BetweenSubmissions,
            async () =>
            {
                var submission = await submitter.One(http);
                acknowledged.Add(submission.Acknowledged - submission.Meant);
                probe.Follow(submission);
            }
        );
        return (
            new()
            {
                ["the agenda's page"] = Submitter.Latencies(await page),
                ["`GET /follow-ups` of the Scheduler"] = Submitter.Latencies(await list),
                ["another team's submission, acknowledged"] = Submitter.Latencies(acknowledged),
            },
            await probe.All()
        );
    }

    private static async Task<List<long>> Repeat(Task work, TimeSpan pause, Func<Task> act)
    {
        var times = new List<long>();
        while (!work.IsCompleted)
        {
            var start = Stopwatch.GetTimestamp();
            await act();
            times.Add(Stopwatch.GetTimestamp() - start);
            await Task.WhenAny(work, Task.Delay(pause));
        }
        return times;
    }

    private static async Task Get(HttpClient http, string path)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
        if (response.StatusCode != HttpStatusCode.OK)
            throw new InvalidOperationException($"GET {path} was answered with {(int)response.StatusCode}.");
    }

    // Of what has ended the Scheduler need not say anything.
    private static async Task AllPlanned(Pair pair)
    {
        await using var database = NpgsqlDataSource.Create(pair.ApplicationsDatabase);
        await using var missing = database.CreateCommand(
            """
            select exists (select from followup.mt_doc_applicationrow l where not is_closed
              and not exists (select from followup.mt_doc_schedulerplan p where p.tenant_id = l.tenant_id and p.id = l.id))
            """
        );
        while (await missing.ExecuteScalarAsync() is true)
            await Task.Delay(250);
    }

    private static HttpClient Client(Uri address, string key)
    {
        var http = new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    private static string Figure(double value) => value.ToString("n0", CultureInfo.InvariantCulture);
}
