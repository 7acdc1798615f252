using FollowUp.Scheduler.Planning;
using static FollowUp.Specs.Planning.Story;

namespace FollowUp.Specs.Planning;

public sealed class BusinessCalendarSpecs
{
    private static readonly TimeOnly Nine = new(9, 0);

    private static BusinessCalendar In(string? timeZone, string? country = null, Policy? policy = null) =>
        BusinessCalendar.For(policy ?? Policy.Default, timeZone, country);

    [Theory]
    [InlineData("2026-03-13", 0, "2026-03-13")]
    [InlineData("2026-03-14", 0, "2026-03-16")]
    [InlineData("2026-03-13", 1, "2026-03-16")]
    [InlineData("2026-03-14", 1, "2026-03-16")]
    [InlineData("2026-03-13", 5, "2026-03-20")]
    [InlineData("2026-03-13", 10, "2026-03-27")]
    [InlineData("2026-12-31", 1, "2027-01-04")]
    [InlineData("2028-02-28", 1, "2028-02-29")]
    [InlineData("2028-02-29", 1, "2028-03-01")]
    [InlineData("2026-03-13", -3, "2026-03-13")]
    public void Weekends_do_not_count_and_neither_does_the_day_itself(string from, int days, string to) =>
        Assert.Equal(Date(to), In("Europe/Berlin").Add(Date(from), days));

    [Fact]
    public void A_holiday_counts_only_in_its_country()
    {
        var policy = Policy.Default with { Holidays = Holidays(("US", [Date("2026-11-26")])) };
        Assert.Equal(Date("2026-11-27"), In("America/New_York", "US", policy).Add(Date("2026-11-25"), 1));
        Assert.Equal(Date("2026-11-27"), In("America/New_York", "us", policy).OnOrAfter(Date("2026-11-26")));
        Assert.Equal(Date("2026-11-26"), In("Europe/Berlin", "DE", policy).Add(Date("2026-11-25"), 1));
        Assert.Equal(Date("2026-11-26"), In("Europe/Berlin", null, policy).Add(Date("2026-11-25"), 1));
    }

    [Fact]
    public void The_teams_own_days_off_count_everywhere()
    {
        var policy = Policy.Default with { DaysOff = [new(Date("2026-12-24"), Date("2026-12-25"))] };
        Assert.Equal(Date("2026-12-28"), In("Asia/Tokyo", "JP", policy).OnOrAfter(Date("2026-12-24")));
    }

    [Fact]
    public void A_weekend_may_be_other_days()
    {
        var policy = Policy.Default with
        {
            WorkingDays = [DayOfWeek.Sunday, DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday],
        };
        Assert.Equal(Date("2026-03-15"), In("Africa/Cairo", "EG", policy).Add(Date("2026-03-12"), 1));
    }

    [Fact]
    public void A_weekend_of_seven_days_is_none() =>
        Assert.Equal(Date("2026-03-14"), In("Etc/UTC", null, Policy.Default with { WorkingDays = [] }).OnOrAfter(Date("2026-03-14")));

    [Theory]
    [InlineData("America/New_York", "2026-03-06", "2026-03-06T14:00:00Z")]
    [InlineData("America/New_York", "2026-03-09", "2026-03-09T13:00:00Z")]
    [InlineData("Asia/Kolkata", "2026-03-09", "2026-03-09T03:30:00Z")]
    [InlineData("Pacific/Kiritimati", "2026-03-09", "2026-03-08T19:00:00Z")]
    [InlineData("Pacific/Pago_Pago", "2026-03-09", "2026-03-09T20:00:00Z")]
    public void Nine_o_clock_is_theirs(string timeZone, string date, string instant)
    {
        var at = In(timeZone).At(Date(date), Nine);
        Assert.Equal(At(instant), at);
        Assert.Equal(TimeSpan.Zero, at.Offset);
        Assert.Equal((Date(date), Nine), (In(timeZone).DateOf(at), In(timeZone).TimeOf(at)));
    }

    [Fact]
    public void A_time_that_the_clocks_skip_is_taken_as_much_later()
    {
        Assert.Equal(At("2026-03-29T01:30:00Z"), In("Europe/Berlin").At(Date("2026-03-29"), new(2, 30)));
        Assert.Equal(new TimeOnly(3, 30), In("Europe/Berlin").TimeOf(At("2026-03-29T01:30:00Z")));
    }

    [Fact]
    public void A_time_that_comes_twice_is_taken_the_first_time() =>
        Assert.Equal(At("2026-10-25T00:30:00Z"), In("Europe/Berlin").At(Date("2026-10-25"), new(2, 30)));

    [Fact]
    public void Nine_o_clock_may_be_skipped_too()
    {
        // In Athens the clocks went from 09:00 to 10:00 on 1 April 1979.
        Assert.Equal(At("1979-04-01T07:00:00Z"), In("Europe/Athens").At(Date("1979-04-01"), Nine));
        Assert.Equal(new TimeOnly(10, 0), In("Europe/Athens").TimeOf(At("1979-04-01T07:00:00Z")));
    }

    [Fact]
    public void A_day_ends_when_the_next_one_starts_even_if_midnight_is_skipped()
    {
        // In Beirut, 29 March 2026 starts at 01:00.
        Assert.Equal(At("2026-03-28T22:00:00Z"), In("Asia/Beirut").EndOf(Date("2026-03-28")));
        // In Havana, midnight occurs twice on 1 November 2026; the day before ends at the first midnight.
        Assert.Equal(At("2026-11-01T04:00:00Z"), In("America/Havana").EndOf(Date("2026-10-31")));
    }

    [Fact]
    public void A_day_that_was_skipped_at_the_date_line_is_no_business_day()
    {
        var apia = In("Pacific/Apia");
        Assert.False(apia.IsBusinessDay(Date("2011-12-30")));
        Assert.Equal(Date("2012-01-02"), apia.Add(Date("2011-12-29"), 1));
        Assert.Equal(At("2011-12-30T10:00:00Z"), apia.EndOf(Date("2011-12-29")));
    }

    [Fact]
    public void One_instant_is_two_dates_on_both_sides_of_the_date_line()
    {
        Assert.Equal(Date("2026-03-09"), In("Pacific/Kiritimati").DateOf(At("2026-03-08T10:30:00Z")));
        Assert.Equal(Date("2026-03-07"), In("Pacific/Pago_Pago").DateOf(At("2026-03-08T10:30:00Z")));
    }

    [Theory]
    [InlineData(null), InlineData(""), InlineData("Mars/Olympus_Mons"), InlineData("EST5EDT4"), InlineData("europe/berlin ")]
    public void An_unknown_time_zone_is_the_policys(string? timeZone)
    {
        var calendar = In(timeZone, null, Policy.Default with { DefaultTimeZone = "Asia/Tokyo" });
        Assert.Equal(ZoneBasis.Default, calendar.Where.Zone);
        Assert.Equal("Asia/Tokyo", calendar.TimeZone);
        Assert.Equal("UTC", In(timeZone, null, Policy.Default with { DefaultTimeZone = "nowhere" }).TimeZone);
    }

    [Theory]
    [InlineData("Pacific/Kiritimati"), InlineData("Pacific/Pago_Pago"), InlineData("Etc/UTC")]
    public void The_ends_of_time_do_not_throw(string timeZone)
    {
        var calendar = In(timeZone);
        foreach (var date in new[] { DateOnly.MinValue, DateOnly.MaxValue })
        {
            calendar.At(calendar.Add(date, 20), Nine);
            calendar.EndOf(date);
            calendar.EndOf(calendar.Add(date, 20));
        }

        foreach (var instant in new[] { DateTimeOffset.MinValue, DateTimeOffset.MaxValue })
        {
            calendar.At(calendar.OnOrAfter(calendar.DateOf(instant)), Nine);
            calendar.TimeOf(instant);
        }
    }
}
