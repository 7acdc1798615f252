using System.Collections.Immutable;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Scheduler.Planning;
using static FollowUp.Specs.Planning.Story;

namespace FollowUp.Specs.Planning;

public sealed class MonthSpecs
{
    private static readonly Policy Own = Policy.Default with
    {
        Holidays = ImmutableSortedDictionary<string, ImmutableList<Holiday>>
            .Empty.Add("DE-BY", [new(Date("2026-01-06"), "Heilige Drei Könige")])
            .Add("DE", [new(Date("2026-01-01"), "Neujahr bei uns")]),
        DaysOff = [new(Date("2026-01-08"), Date("2026-01-11"), "Away"), new(Date("2026-01-06"), null, "Not this one")],
        QuietDates = [new(Date("2026-01-09"), Date("2026-01-13"), "Stocktaking")],
    };

    private static MonthDay Of(int day, string? region = "DE-BY") => CalendarMonth.Of(Own, region, 2026, 1)[day - 1];

    [Fact]
    public void Each_day_is_what_it_is_and_says_why()
    {
        Assert.Equal(31, CalendarMonth.Of(Own, "DE-BY", 2026, 1).Count);
        // the team's own name for the holiday
        Assert.Equal(new(Date("2026-01-01"), DayKind.Holiday, "Neujahr bei uns"), Of(1));
        Assert.Equal(new(Date("2026-01-02"), DayKind.Working, null), Of(2));
        Assert.Equal(new(Date("2026-01-03"), DayKind.Weekend, null), Of(3));
        Assert.Equal(new(Date("2026-01-06"), DayKind.Holiday, "Heilige Drei Könige"), Of(6));
        Assert.Equal(new(Date("2026-01-09"), DayKind.DayOff, "Away"), Of(9));
        Assert.Equal(new(Date("2026-01-12"), DayKind.Quiet, "Stocktaking"), Of(12));
        Assert.Equal(DayKind.DayOff, Of(6, "DE").Kind);
        Assert.Equal(DayKind.Working, Of(1, null).Kind);
    }

    [Fact]
    public void A_day_works_exactly_where_the_calendar_that_plans_says_so()
    {
        foreach (var region in new[] { null, "DE", "DE-BY", "de-by", "US", "GB", "XX" })
        foreach (var policy in new[] { Own, Own with { BuiltInHolidays = false }, Own with { WorkingDays = [DayOfWeek.Sunday] } })
        foreach (var month in Enumerable.Range(1, 12))
            Assert.All(
                CalendarMonth.Of(policy, region, 2026, month),
                x =>
                {
                    var calendar = BusinessCalendar.For(policy, null, null, region);
                    Assert.Equal(calendar.IsBusinessDay(x.On), x.Kind is DayKind.Working or DayKind.Quiet);
                    if (x.Kind is DayKind.Working or DayKind.Quiet)
                        Assert.Equal(calendar.IsQuiet(x.On), x.Kind == DayKind.Quiet);
                }
            );
    }

    [Theory]
    [InlineData(2026, 0, "month"), InlineData(2026, 13, "month"), InlineData(1, 1, "year"), InlineData(99999, 1, "year")]
    public void There_must_be_such_a_month(int year, int month, string field) =>
        Assert.Equal(field, Assert.Single(Assert.Throws<RefusedException>(() => CalendarMonth.Of(Own, null, year, month)).Errors!).Key);
}
