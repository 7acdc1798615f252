using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FollowUp.Contracts.Tool;
using FollowUp.Platform.Observability;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace FollowUp.Specs.Guards;

/// <summary>The alerting rules speak of metrics that the services have, by the names that the exporter writes.</summary>
public sealed partial class AlertSpecs
{
    private static readonly string[] Keys = ["alert", "expr", "for", "labels", "annotations"];

    private static readonly JsonArray Groups = Yaml.Read(SourceFiles.Read("docs/alerts/followup.rules.yml"))!["groups"]!.AsArray();

    public static TheoryData<string> Alerts { get; } =
    [.. Groups.SelectMany(x => x!["rules"]!.AsArray()).Select(x => (string)x!["alert"]!)];

    private static JsonObject Rule(string alert) =>
        Groups.SelectMany(x => x!["rules"]!.AsArray()).Single(x => (string?)x!["alert"] == alert)!.AsObject();

    private static string Expression(string alert) => (string)Rule(alert)["expr"]!;

    [Theory, MemberData(nameof(Alerts))]
    public void A_rule_is_as_Prometheus_reads_it(string alert)
    {
        var rule = Rule(alert);
        Assert.Empty(rule.Select(x => x.Key).Except(Keys));
        Assert.Matches("^FollowUp[A-Z][A-Za-z]+$", alert);
        Assert.Contains((string?)rule["labels"]!["severity"], new[] { "critical", "warning" });
        if (rule["for"] is { } lasting)
            Assert.Matches("^[1-9][0-9]*[smh]$", (string)lasting!);
        var expression = Expression(alert);
        Assert.Equal(Texts().Replace(expression, "").Count(x => x == '('), Texts().Replace(expression, "").Count(x => x == ')'));
        Assert.Equal(0, expression.Count(x => x == '"') % 2);
        foreach (var text in new[] { "summary", "description" }.Select(x => (string)rule["annotations"]![x]!))
        {
            Assert.NotEmpty(text);
            Assert.DoesNotContain("{{", Placeholder().Replace(text, ""), StringComparison.Ordinal);
            // a label that the expression sums over is empty in the text
            if (expression.Contains(" by (", StringComparison.Ordinal))
                Assert.Empty(
                    Placeholder().Matches(text).Select(x => x.Groups["label"].Value).Where(x => x.Length > 0).Except(Kept(expression))
                );
        }
    }

    [Theory, MemberData(nameof(Alerts))]
    public void A_rule_speaks_of_checks_that_there_are(string alert) =>
        Assert.Empty(Check().Matches(Expression(alert)).Select(x => x.Groups["name"].Value).Except(HealthSetup.Ours));

    [Fact]
    public async Task Every_metric_of_a_rule_is_one_that_the_services_write()
    {
        var written = await Written();
        var used = Alerts.SelectMany(x => Metric().Matches(Expression(x.Data)).Select(y => y.Value)).Distinct().ToList();
        Assert.Contains("followup_dead_letters_total", used);
        Assert.Empty(used.Except(written));
    }

    // Every instrument of the services, measured once and written by their exporter: it makes the names from name, kind and unit.
    private static async Task<IReadOnlySet<string>> Written()
    {
        using var meter = new Meter("FollowUp.Specs.Alerts");
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddOpenTelemetry()
            .WithMetrics(x => x.AddMeter(meter.Name).AddPrometheusExporter())
            .Services.BuildServiceProvider();
        services.GetRequiredService<MeterProvider>();
        var instruments = SourceFiles.In("services").SelectMany(x => Instrument().Matches(File.ReadAllText(x))).ToList();
        Assert.True(instruments.Count > 8, $"Only {instruments.Count} instruments were found.");
        foreach (var (name, unit) in instruments.Select(x => (x.Groups["name"].Value, x.Groups["unit"].Value)))
            switch (instruments.First(x => x.Groups["name"].Value == name).Groups["kind"].Value)
            {
                case "Counter":
                    meter.CreateCounter<long>(name, unit).Add(1);
                    break;
                case "Histogram":
                    meter.CreateHistogram<double>(name, unit).Record(1);
                    break;
                default:
                    meter.CreateObservableGauge(name, () => 1, unit);
                    break;
            }
        var app = new ApplicationBuilder(services);
        app.UseOpenTelemetryPrometheusScrapingEndpoint();
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = services };
        (http.Request.Path, http.Response.Body) = ("/metrics", body);
        await app.Build()(http);
        return Metric().Matches(Encoding.UTF8.GetString(body.ToArray())).Select(x => x.Value).ToHashSet(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Kept(string expression) =>
        By().Matches(expression).SelectMany(x => x.Groups["labels"].Value.Split(", "));

    [GeneratedRegex(
        @"Create(Observable)?(?<kind>Counter|Gauge|Histogram)(<\w+>)?\(\s*""(?<name>followup\.[a-z.]+)"".*?""(?<unit>s|\{\w+\})""",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Instrument();

    [GeneratedRegex(@"\bfollowup_\w*", RegexOptions.None, 1000)]
    private static partial Regex Metric();

    [GeneratedRegex(@"check=""(?<name>\w+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Check();

    [GeneratedRegex(@" by \((?<labels>[\w, ]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex By();

    [GeneratedRegex(@"\{\{ (\$labels\.(?<label>\w+)|\$value( \| humanizeDuration)?) \}\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex("\"[^\"]*\"", RegexOptions.None, 1000)]
    private static partial Regex Texts();
}
