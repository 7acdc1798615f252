using FollowUp.Platform;
using FollowUp.Scheduler.Planning;
using static FollowUp.Specs.Planning.Story;

namespace FollowUp.Specs.Planning;

public sealed class HolidaySpecs
{
    private static string Feed(params string[] events) =>
        string.Join(
            "\r\n",
            [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//them//EN",
                .. events.Select(
                    (x, i) =>
                        $"BEGIN:VEVENT\r\nUID:{i}\r\nDTSTAMP:20260101T000000Z\r\n"
                        + $"{x.Replace("\n", "\r\n", StringComparison.Ordinal)}\r\nEND:VEVENT"
                ),
                "END:VCALENDAR",
                "",
            ]
        );

    private static string ManyDays() =>
        string.Join(',', Enumerable.Range(0, 2_001).Select(x => Date("2026-01-01").AddDays(x).ToString("yyyyMMdd", null)));

    private static string[] Days(params string[] events) =>
        [.. HolidayFeed.Read(Feed(events), Date("2026-06-01")).Select(x => $"{x.On:yyyy-MM-dd} {x.Name}".TrimEnd())];

    // As the governments publish them: usa.gov, gov.uk, and the holiday laws of the other three.
    [Theory]
    [InlineData(
        "US",
        2026,
        "2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-03 "
            + "2026-07-04 2026-09-07 2026-10-12 2026-11-11 2026-11-26 2026-12-25"
    )]
    [InlineData("DE", 2026, "2026-01-01 2026-04-03 2026-04-06 2026-05-01 2026-05-14 2026-05-25 2026-10-03 2026-12-25 2026-12-26")]
    [InlineData("GB", 2026, "2026-01-01 2026-04-03 2026-05-04 2026-05-25 2026-12-25 2026-12-26 2026-12-28")]
    [InlineData("GB", 2022, "2022-01-01 2022-01-03 2022-04-15 2022-05-02 2022-06-02 2022-12-25 2022-12-26 2022-12-27")]
    [InlineData(
        "AT",
        2025,
        "2025-01-01 2025-01-06 2025-04-21 2025-05-01 2025-05-29 2025-06-09 2025-06-19 "
            + "2025-08-15 2025-10-26 2025-11-01 2025-12-08 2025-12-25 2025-12-26"
    )]
    [InlineData("CH", 2024, "2024-01-01 2024-05-09 2024-08-01 2024-12-25")]
    public void Those_that_hold_in_a_whole_country_are_known(string country, int year, string days) =>
        Assert.Equal(days.Split(' '), BuiltInHolidays.ByCountry[country].Where(x => x.On.Year == year).Select(x => $"{x.On:yyyy-MM-dd}"));

    [Fact]
    public void They_count_unless_the_policy_says_otherwise_and_beside_its_own()
    {
        var policy = Policy.Default with { Holidays = Holidays(("DE-BY", [Date("2026-01-06")]), ("US", [Date("2026-01-02")])) };
        Assert.Equal(Date("2026-01-02"), BusinessCalendar.For(policy, "Europe/Berlin", "DE").OnOrAfter(Date("2026-01-01")));
        Assert.Equal(Date("2026-01-07"), BusinessCalendar.For(policy, "Europe/Berlin", "DE", "DE-BY").OnOrAfter(Date("2026-01-06")));
        Assert.Equal(Date("2026-01-02"), BusinessCalendar.For(policy, "Europe/Berlin", null, "DE-BY").OnOrAfter(Date("2026-01-01")));
        Assert.Equal(Date("2026-01-05"), BusinessCalendar.For(policy, "America/New_York", "US").OnOrAfter(Date("2026-01-01")));
        Assert.Equal(
            Date("2026-01-01"),
            BusinessCalendar.For(policy with { BuiltInHolidays = false }, "Europe/Berlin", "DE").OnOrAfter(Date("2026-01-01"))
        );
    }

    [Fact]
    public void A_feed_has_days_of_its_own_and_days_that_come_every_year()
    {
        Assert.Equal(["2026-08-15 Assumption"], Days("SUMMARY:Assumption\nDTSTART;VALUE=DATE:20260815\nDTEND;VALUE=DATE:20260816"));
        var yearly = Days("SUMMARY:Epiphany\nDTSTART;VALUE=DATE:20000106\nRRULE:FREQ=YEARLY");
        Assert.Equal([.. Enumerable.Range(2025, 12).Select(x => $"{x}-01-06 Epiphany")], yearly);
        Assert.Equal(
            "2026-11-18",
            Days("DTSTART;VALUE=DATE:20101117\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=WE;BYMONTHDAY=16,17,18,19,20,21,22")[1]
        );
        Assert.Equal(
            ["2026-03-02", "2026-03-09", "2026-03-23"],
            Days("DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;VALUE=DATE:20260316")
        );
        Assert.Equal(["2026-03-02", "2027-03-05"], Days("DTSTART;VALUE=DATE:20260302\nRDATE;VALUE=DATE:20270305"));
    }

    [Fact]
    public void An_event_of_several_days_is_all_of_them()
    {
        Assert.Equal(
            ["2026-12-24 Closed", "2026-12-25 Closed", "2026-12-26 Closed"],
            Days("SUMMARY:Closed\nDTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227")
        );
        Assert.Equal(["2026-12-24", "2026-12-25"], Days("DTSTART;VALUE=DATE:20261224\nDURATION:P2D"));
        Assert.Equal(["2025-01-01", "2025-01-02"], Days("DTSTART;VALUE=DATE:20241224\nDTEND;VALUE=DATE:20250103"));
    }

    [Fact]
    public void An_event_with_a_time_or_a_cancelled_event_is_no_holiday() =>
        Assert.Empty(
            Days("SUMMARY:Party\nDTSTART:20260815T180000Z\nDTEND:20260815T220000Z", "DTSTART;VALUE=DATE:20260815\nSTATUS:CANCELLED")
        );

    [Fact]
    public void A_day_that_was_cancelled_or_given_an_hour_is_not_brought_back_by_its_series()
    {
        // Events of one series, as a feed identifies them: an exception carries the series' UID.
        static string[] Of(params string[] others) =>
            [
                .. HolidayFeed
                    .Read(
                        Feed(["SUMMARY:Founders\nDTSTART;VALUE=DATE:20250315\nRRULE:FREQ=YEARLY;COUNT=4", .. others])
                            .Replace("UID:1", "UID:0", StringComparison.Ordinal),
                        Date("2026-06-01")
                    )
                    .Select(x => $"{x.On:yyyy-MM-dd} {x.Name}"),
            ];

        Assert.Equal(
            ["2025-03-15 Founders", "2027-03-15 Founders", "2028-03-15 Founders"],
            Of("RECURRENCE-ID;VALUE=DATE:20260315\nDTSTART;VALUE=DATE:20260315\nSTATUS:CANCELLED")
        );
        Assert.Equal(
            ["2025-03-15 Founders", "2027-03-15 Founders", "2028-03-15 Founders"],
            Of("RECURRENCE-ID;VALUE=DATE:20260315\nDTSTART:20260315T180000Z\nSUMMARY:Dinner")
        );
        Assert.Equal(
            ["2025-03-15 Founders", "2026-03-16 Moved", "2027-03-15 Founders", "2028-03-15 Founders"],
            Of("RECURRENCE-ID;VALUE=DATE:20260315\nDTSTART;VALUE=DATE:20260316\nSUMMARY:Moved")
        );
    }

    public static TheoryData<string, string> Hostile =>
        new()
        {
            { "no feed", "Dear team, here are our holidays." },
            { "nothing", "" },
            { "cut off", Feed("DTSTART;VALUE=DATE:20260815")[..60] },
            { "no date", Feed("DTSTART;VALUE=DATE:2026-08-15") },
            { "every second", Feed("DTSTART;VALUE=DATE:20260815\nRRULE:FREQ=SECONDLY") },
            {
                "seconds of a day",
                Feed(
                    "DTSTART;VALUE=DATE:20260815\nRRULE:FREQ=DAILY;"
                        + $"BYHOUR={string.Join(',', Enumerable.Range(0, 24))};BYMINUTE={string.Join(',', Enumerable.Range(0, 60))}"
                )
            },
            { "every day of many years, often", Feed([.. Enumerable.Repeat("DTSTART;VALUE=DATE:00010101\nRRULE:FREQ=DAILY", 100)]) },
            {
                "a long list",
                Feed($"DTSTART;VALUE=DATE:20260815\nRRULE:FREQ=YEARLY;BYMONTHDAY={string.Join(',', Enumerable.Repeat(1, 5000))}")
            },
            { "every day", Feed("DTSTART;VALUE=DATE:20200101\nRRULE:FREQ=DAILY") },
            { "a century", Feed("DTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:21260101") },
            {
                "a rule of what is left out",
                Feed([.. Enumerable.Repeat($"DTSTART;VALUE=DATE:20260815\nRRULE:FREQ=YEARLY\nEXRULE:FREQ=DAILY;INTERVAL=7", 2)])
            },
            {
                "a rule of what is left out, by the second",
                Feed([.. Enumerable.Repeat($"DTSTART;VALUE=DATE:00010101\nRRULE:FREQ=YEARLY\nEXRULE:FREQ=SECONDLY", 1_900)])
            },
            { "a rule of what is left out of what comes once", Feed("DTSTART;VALUE=DATE:00010101\nEXRULE:FREQ=SECONDLY") },
            {
                "every second, of one of a series",
                Feed("DTSTART;VALUE=DATE:20260815\nRECURRENCE-ID;VALUE=DATE:20260815\nRRULE:FREQ=SECONDLY")
            },
            { "days named one by one", Feed($"DTSTART;VALUE=DATE:20260815\nRDATE;VALUE=DATE:{ManyDays()}") },
            { "days left out one by one", Feed($"DTSTART;VALUE=DATE:20260815\nEXDATE;VALUE=DATE:{ManyDays()}") },
            {
                "years that begin each day, often",
                Feed([.. Enumerable.Repeat("DTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20270101\nRRULE:FREQ=DAILY;COUNT=1500", 200)])
            },
            { "too long", new string('x', 1_000_001) },
            { "too many", Feed([.. Enumerable.Repeat("DTSTART;VALUE=DATE:20260815", 5_001)]) },
            { "a deep nest", string.Concat(Enumerable.Repeat("BEGIN:VCALENDAR\r\n", 4_000)) },
        };

    [Theory, MemberData(nameof(Hostile))]
    public void An_unreadable_or_oversized_feed_is_refused(string what, string feed)
    {
        var refused = Assert.Throws<RefusedException>(() => HolidayFeed.Read(feed, Date("2026-06-01")));
        Assert.True(refused is { Code: "badInput", Errors: { } errors } && errors.ContainsKey("holidays"), what);
    }

    [Theory]
    [
        InlineData("DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
        InlineData("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")
    ]
    [
        InlineData("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTH=6"),
        InlineData("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=MONTHLY;INTERVAL=2147483647;BYDAY=5MO")
    ]
    public void A_rule_that_never_comes_true_comes_to_an_end(string happening)
    {
        var read = Record.Exception(() => Assert.InRange(Days(happening).Length, 0, 1)); // the event's own start may count
        Assert.True(read is null or RefusedException { Code: "badInput" });
    }
}
