using System.Collections.Immutable;
using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Scheduler.Planning;
using static FollowUp.Specs.Planning.Story;

namespace FollowUp.Specs.Planning;

public sealed class PolicyCheckSpecs
{
    private static IReadOnlyDictionary<string, string[]> Errors(Policy policy) =>
        Record.Exception(() => PolicyChecks.Refuse(policy)) switch
        {
            null => ImmutableDictionary<string, string[]>.Empty,
            RefusedException { Code: "badInput" } refused => refused.ToContract().Errors!,
            var other => throw other,
        };

    private static Policy Read(string json) => JsonSerializer.Deserialize<Policy>(json, Json.Strict)!;

    [Fact]
    public void The_default_is_good() => Assert.Empty(Errors(Policy.Default));

    [Fact]
    public void A_policy_with_everything_in_it_is_good() =>
        Assert.Empty(
            Errors(
                Read(
                    """
                    {
                      "version": 3,
                      "unknown": { "wait": 0, "window": 366, "channels": ["letter"], "withhold": true },
                      "referral": { "wait": 1, "window": 2 },
                      "silenceWait": 0, "requireContact": true, "noneBeforeInterview": true, "claimMinutes": 1440, "mostSnoozes": 0,
                      "contactSpacing": { "days": 0, "refuse": true },
                      "mostPerEmployerAWeek": 1, "mostPerCandidateAWeek": 5, "defaultTimeZone": "Europe/Berlin",
                      "workingDays": ["sunday"], "hours": { "from": "00:00", "to": "23:59" },
                      "holidays": {
                        "DE": [{ "on": "2026-10-03", "name": "Tag der Deutschen Einheit" }],
                        "DE-BY": [{ "on": "2026-08-15" }],
                        "FR-2A": []
                      },
                      "builtInHolidays": false,
                      "daysOff": [{ "from": "2026-12-24", "to": "2027-01-01", "name": "Between the years" }],
                      "quietDates": [{ "from": "2026-08-01" }]
                    }
                    """
                )
            )
        );

    // The error in the policy, and the field that the error names.
    public static TheoryData<string, string> Bad =>
        new()
        {
            { """{ "unknown": { "wait": -1, "window": 1, "channels": ["email"] } }""", "unknown.wait" },
            { """{ "ownerRun": { "wait": 367, "window": 1, "channels": ["email"] } }""", "ownerRun.wait" },
            { """{ "jobBoard": { "wait": 1, "window": 367, "channels": ["email"] } }""", "jobBoard.window" },
            { """{ "afterInterview": { "wait": 1, "window": 1 } }""", "afterInterview.channels" },
            { """{ "corporateHr": { "wait": 1, "window": 1, "channels": ["email", "email"] } }""", "corporateHr.channels" },
            { """{ "silenceWait": 400 }""", "silenceWait" },
            { """{ "claimMinutes": 0 }""", "claimMinutes" },
            { """{ "claimMinutes": 1441 }""", "claimMinutes" },
            { """{ "mostSnoozes": -1 }""", "mostSnoozes" },
            { """{ "contactSpacing": { "days": -3 } }""", "contactSpacing.days" },
            { """{ "mostPerEmployerAWeek": 0 }""", "mostPerEmployerAWeek" },
            { """{ "mostPerCandidateAWeek": 0 }""", "mostPerCandidateAWeek" },
            { """{ "defaultTimeZone": "UTC+05:30" }""", "defaultTimeZone" },
            { """{ "defaultTimeZone": "Mars/Olympus_Mons" }""", "defaultTimeZone" },
            { """{ "workingDays": [] }""", "workingDays" },
            { """{ "hours": { "from": "18:00", "to": "09:00" } }""", "hours.to" },
            { """{ "hours": { "from": "09:00", "to": "09:00" } }""", "hours.to" },
            { """{ "hours": { "from": "09:00:30" } }""", "hours.from" },
            { """{ "holidays": { "de": [] } }""", "holidays.de" },
            { """{ "holidays": { "DE-": [] } }""", "holidays.DE-" },
            { """{ "holidays": { "Bavaria": [] } }""", "holidays.Bavaria" },
            { """{ "holidays": { "DE": [{ "on": "2026-01-01" }, { "on": "0001-01-01" }] } }""", "holidays.DE[1].on" },
            { """{ "holidays": { "DE": [{ "on": "2026-01-01", "name": " " }] } }""", "holidays.DE[0].name" },
            { """{ "holidays": { "DE": [{ "on": "2026-01-01" }, null] } }""", "holidays.DE[1]" },
            { """{ "holidays": { "DE": null } }""", "holidays.DE" },
            { """{ "daysOff": [{ "from": "2026-01-02", "to": "2026-01-01" }] }""", "daysOff[0].to" },
            { """{ "quietDates": [{ "from": "2026-01-01" }, { "from": "2026-01-02", "to": "2027-01-03" }] }""", "quietDates[1].to" },
            { """{ "quietDates": [null] }""", "quietDates[0]" },
            { """{ "daysOff": [{ "from": "9999-12-31" }] }""", "daysOff[0].from" },
        };

    [Theory, MemberData(nameof(Bad))]
    public void Each_error_is_reported_by_its_path_alone(string json, string path)
    {
        var error = Assert.Single(Errors(Read(json)));
        Assert.Equal(path, error.Key);
        Assert.All(error.Value, x => Assert.EndsWith(".", x, StringComparison.Ordinal));
    }

    [Fact]
    public void All_errors_are_reported_at_once() =>
        Assert.Equal(
            ["claimMinutes", "daysOff[0].to", "unknown.channels", "unknown.wait", "workingDays"],
            Errors(
                Read(
                    """
                    { "claimMinutes": -1, "unknown": { "wait": 999, "window": 0 }, "workingDays": [],
                      "daysOff": [{ "from": "2026-01-02", "to": "2026-01-01" }] }
                    """
                )
            )
                .Keys.Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Too_much_is_refused()
    {
        var days = Enumerable.Range(0, 2001).Select(x => new Holiday(Date("2026-01-01").AddDays(x))).ToImmutableList();
        Assert.Equal(
            ["holidays.DE"],
            Errors(Policy.Default with { Holidays = new Dictionary<string, ImmutableList<Holiday>> { ["DE"] = days } }).Keys
        );
        Assert.Equal(
            ["holidays"],
            Errors(
                Policy.Default with
                {
                    Holidays = Enumerable.Range(0, 201).ToDictionary(x => $"DE-{x}", _ => ImmutableList<Holiday>.Empty),
                }
            ).Keys
        );
        var ranges = Enumerable.Repeat(new DateRange(Date("2026-01-01"), null, new('x', 101)), 101).ToImmutableList();
        var errors = Errors(Policy.Default with { QuietDates = ranges });
        Assert.Contains("quietDates", errors.Keys);
        Assert.Contains("quietDates[99].name", errors.Keys);
    }

    [Fact]
    public void It_is_not_longer_than_a_request_and_a_message_take()
    {
        Policy With(int regions, int length = 100) =>
            Policy.Default with
            {
                Holidays = Enumerable
                    .Range(0, regions)
                    .ToDictionary(
                        x => $"DE-{x}",
                        _ =>
                            Enumerable
                                .Range(0, 100)
                                .Select(i => new Holiday(Date("2026-01-01").AddDays(i), new('x', length)))
                                .ToImmutableList()
                    ),
            };
        static int SizeOf(Policy policy) => JsonSerializer.SerializeToUtf8Bytes(policy, Json.Lenient).Length;
        var (most, more) = (
            Enumerable.Range(1, 30).Select(x => With(x)).Last(x => SizeOf(x) <= 200_000),
            Enumerable.Range(1, 30).Select(x => With(x)).First(x => SizeOf(x) > 200_000)
        );

        Assert.Empty(Errors(most));
        var (at, sentences) = Assert.Single(Errors(more));
        Assert.Equal("holidays", at);
        Assert.Contains($" {PolicyChecks.MostBytes} bytes", Assert.Single(sentences), StringComparison.Ordinal);
        Assert.True(Service.MostBytes > SizeOf(most) * 5 / 4); // a PUT of the returned policy fits, with some additional white space
        // A name that is too long is reported as such.
        Assert.Equal(["holidays"], Errors(With(30, 200)).Keys.Select(x => x.Split('.')[0]).Distinct());

        // A policy that an earlier version accepted may be made smaller, a region at a time, but not larger.
        PolicyChecks.Refuse(With(25), before: With(26));
        Assert.Throws<RefusedException>(() => PolicyChecks.Refuse(With(26), before: With(26)));
        Assert.Throws<RefusedException>(() => PolicyChecks.Refuse(With(27), before: With(26)));
    }

    // A non-nullable property of a record can still be null: JSON readers with other options produce such records.
    [Fact]
    public void A_null_value_is_an_error_and_no_exception()
    {
        var nothing = Policy.Default with
        {
            Unknown = null!,
            OwnerRun = new()
            {
                Wait = 1,
                Window = 1,
                Channels = null!,
            },
            DefaultTimeZone = null!,
            WorkingDays = null!,
            Hours = null!,
            Holidays = null!,
            DaysOff = null!,
            QuietDates = null!,
            ContactSpacing = null!,
        };
        Assert.Equal(
            [
                "contactSpacing",
                "daysOff",
                "defaultTimeZone",
                "holidays",
                "hours",
                "ownerRun.channels",
                "quietDates",
                "unknown",
                "workingDays",
            ],
            Errors(nothing).Keys.Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [
        InlineData("""{ "dueTime": "09:00" }"""),
        InlineData("""{ "holidays": null }"""),
        InlineData("""{ "hours": { "from": "9 am" } }"""),
        InlineData("""{ "workingDays": ["caturday"] }""")
    ]
    [
        InlineData("""{ "holidays": { "DE": [{ "name": "A day" }] } }"""),
        InlineData("""{ "daysOff": [{ "to": "2026-01-01" }] }"""),
        InlineData("""{ "holidays": { "DE": [], "DE": [] } }""")
    ]
    public void Unreadable_JSON_is_refused_before_the_check(string json) => Assert.Throws<JsonException>(() => Read(json));

    [Fact]
    public void It_is_written_as_people_write_it()
    {
        var json = JsonSerializer.SerializeToElement(Policy.Default with { QuietDates = [new(Date("2026-12-24"))] }, Json.Strict);
        Assert.Equal("""{"from":"09:00","to":"18:00"}""", json.GetProperty("hours").GetRawText());
        Assert.Equal("""["monday","tuesday","wednesday","thursday","friday"]""", json.GetProperty("workingDays").GetRawText());
        Assert.Equal("""[{"from":"2026-12-24"}]""", json.GetProperty("quietDates").GetRawText());
        Assert.Equal("""{"wait":7,"window":10,"channels":["email","phone"],"withhold":false}""", json.GetProperty("unknown").GetRawText());
        Assert.Equal(Read(json.GetRawText()).Unknown, Policy.Default.Unknown);
    }
}
