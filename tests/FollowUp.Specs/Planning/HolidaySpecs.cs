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
        [.. HolidayFeed.Read(Feed(events), Date("2026-06-01")).Days.Select(x => $"{x.On:yyyy-MM-dd} {x.Name}".TrimEnd())];

    // As governments publish them; compared with an independent collection (date-holidays) in November 2026, day by day.
    [Theory, MemberData(nameof(Official))]
    public void The_days_are_those_that_are_published(string code, int year, string days) =>
        Assert.Equal(
            days,
            string.Join(
                ' ',
                PublicHolidays
                    .Of(code)!
                    .Keys.Where(x => x.Year == year && x.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                    .Order()
                    .Select(x => $"{x:MMdd}")
            )
        );

    public static TheoryData<string, int, string> Official
    {
        get
        {
            var data = new TheoryData<string, int, string>();
            using var reader = new StreamReader(typeof(HolidaySpecs).Assembly.GetManifestResourceStream("holidays.csv")!);
            foreach (var line in reader.ReadToEnd().Split('\n').Skip(1))
                if (line.Split(',') is [var code, var year, var days])
                    data.Add(code, int.Parse(year, System.Globalization.CultureInfo.InvariantCulture), days);
            return data;
        }
    }

    [Fact]
    public void Every_country_that_is_known_is_in_the_list_of_countries() =>
        Assert.Equal(PublicHolidays.Codes.Where(x => x.Length == 2), InternalContracts.HolidayCountries.Known);

    [Fact]
    public void A_region_has_what_is_a_holiday_in_all_of_its_country()
    {
        foreach (var region in PublicHolidays.Codes.Where(x => x.Length > 2 && x[..2] is not ("CA" or "AU")))
            Assert.Superset(
                PublicHolidays.Of(region[..2])!.Keys.Where(x => x.Year is 2026 or 2027).ToHashSet(),
                PublicHolidays.Of(region)!.Keys.ToHashSet()
            );
    }

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
        Assert.Equal(
            ["2026-08-16"],
            Days(
                "SUMMARY:Party\nDTSTART:20260815T180000Z\nDTEND:20260815T220000Z",
                "DTSTART;VALUE=DATE:20260815\nSTATUS:CANCELLED",
                "DTSTART;VALUE=DATE:20260816"
            )
        );

    // What other programs write for a whole day.
    [Theory]
    [InlineData("DTSTART;VALUE=DATE:20270531\nDTEND:20270531T040001Z", "2027-05-31")]
    [InlineData("DTSTART;VALUE=DATE:20270531\nDTEND:20270602T000000", "2027-05-31 2027-06-01")]
    [InlineData("DTSTART:20270107T000000\nDTEND:20270108T000000", "2027-01-07")]
    [InlineData("DTSTART:20270107T000000Z\nDTEND:20270109T000000Z", "2027-01-07 2027-01-08")]
    [InlineData("DTSTART:20270107T000000Z\nDURATION:P1D", "2027-01-07")]
    [InlineData("DTSTART:20270107T000000Z\nDURATION:PT24H", "2027-01-07")]
    [
        InlineData(
            "DTSTART;TZID=W. Europe Standard Time:20270107T000000\nDTEND;TZID=W. Europe Standard Time:20270108T000000",
            "2027-01-07"
        ),
        InlineData("DTSTART;TZID=Nowhere/At all:20270107T000000\nDTEND;TZID=Nowhere/At all:20270108T000000", "2027-01-07"),
        InlineData("DTSTART;TZID=Nowhere/At all:20270107T000000\nDURATION:P1D", "2027-01-07")
    ]
    [
        InlineData("DTSTART:20270106T230000Z\nDTEND:20270107T230000Z\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE", "2027-01-07"),
        InlineData("DTSTART:20270107T050000Z\nDTEND:20270108T050000Z\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE", "2027-01-07")
    ]
    [
        InlineData(
            "DTSTART;VALUE=DATE:20270107\nRRULE:FREQ=YEARLY;COUNT=3\nEXDATE;TZID=Europe/Berlin:20280107T000000",
            "2027-01-07 2029-01-07"
        ),
        InlineData(
            "DTSTART;TZID=Europe/Berlin:20270107T000000\nDURATION:P1D\nRRULE:FREQ=YEARLY;COUNT=3\nEXDATE;VALUE=DATE:20280107",
            "2027-01-07 2029-01-07"
        ),
        InlineData("DTSTART;VALUE=DATE:20270107\nRRULE:FREQ=YEARLY;UNTIL=20280107T230000Z", "2027-01-07 2028-01-07")
    ]
    public void A_whole_day_is_understood_however_it_is_written(string happening, string days) =>
        Assert.Equal(days.Split(' '), Days(happening));

    [Fact]
    public void An_exception_replaces_the_day_of_its_series_whatever_its_time_zone()
    {
        var feed = Feed(
                "SUMMARY:Founders\nDTSTART;VALUE=DATE:20270315\nRRULE:FREQ=YEARLY;COUNT=2",
                "SUMMARY:Moved\nRECURRENCE-ID;TZID=Europe/Berlin:20270315T000000\nDTSTART;VALUE=DATE:20270316"
            )
            .Replace("UID:1", "UID:0", StringComparison.Ordinal);
        Assert.Equal(
            ["2027-03-16 Moved", "2028-03-15 Founders"],
            HolidayFeed.Read(feed, Date("2026-06-01")).Days.Select(x => $"{x.On:yyyy-MM-dd} {x.Name}")
        );
    }

    [Fact]
    public void One_bad_event_is_left_out_and_named()
    {
        var read = HolidayFeed.Read(
            Feed("SUMMARY:Good\nDTSTART;VALUE=DATE:20270601", "SUMMARY:Bad\nDTSTART;VALUE=DATE:2027-06-02", "SUMMARY:No day at all"),
            Date("2026-06-01")
        );
        Assert.Equal([new Holiday(Date("2027-06-01"), "Good")], read.Days);
        Assert.Equal(["Bad", "No day at all"], read.LeftOut);
        var whole = HolidayFeed.Read(
            Feed(
                "SUMMARY:Good\nDTSTART;VALUE=DATE:20270601",
                "SUMMARY:Memory Day\nDTSTART;VALUE=DATE:20270531\nDTEND:20270531T040001Z\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO"
            ),
            Date("2026-06-01")
        );
        Assert.Contains(new Holiday(Date("2028-05-29"), "Memory Day"), whole.Days);
        Assert.Empty(whole.LeftOut);
    }

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
                    .Days.Select(x => $"{x.On:yyyy-MM-dd} {x.Name}"),
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
            { "no event", Feed() },
            { "no whole day", Feed("SUMMARY:Party\nDTSTART:20260815T180000Z\nDTEND:20260815T220000Z") },
            { "long ago", Feed("DTSTART;VALUE=DATE:20010815") },
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
