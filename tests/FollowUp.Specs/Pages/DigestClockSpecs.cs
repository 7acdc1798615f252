using FollowUp.Applications.Pages.Digest;
using FollowUp.Applications.Pages.Me;
using FollowUp.Applications.Pages.SigningIn;
using NodaTime;
using NodaTime.Text;

namespace FollowUp.Specs.Pages;

/// <summary>One digest a day, for the day at the reader's present location, whatever changes of the clock occur there.</summary>
public sealed class DigestClockSpecs
{
    private static readonly TimeOnly HalfPastSeven = new(7, 30);

    private static Instant At(string local, string zone) =>
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(local).Value.InZoneLeniently(Zone(zone)).ToInstant();

    private static DateTimeZone Zone(string id) => DateTimeZoneProviders.Tzdb[id];

    private static string Next(string now, string zone, string? last = null, string? lastZone = null, TimeOnly? at = null) =>
        DigestClock
            .Next(At(now, zone), last is null ? null : At(last, lastZone ?? zone), at ?? HalfPastSeven, Zone(zone))
            .InZone(Zone(zone))
            .LocalDateTime.ToString("uuuu-MM-dd'T'HH:mm", null);

    [Fact]
    public void A_reader_who_subscribes_before_the_time_gets_the_digest_today() =>
        Assert.Equal("2026-11-23T07:30", Next("2026-11-23T06:00", "Europe/Berlin"));

    [Fact]
    public void A_reader_who_subscribes_after_the_time_gets_the_digest_tomorrow() =>
        Assert.Equal("2026-11-24T07:30", Next("2026-11-23T07:30", "Europe/Berlin"));

    [Fact]
    public void After_todays_comes_tomorrows_even_when_it_is_set_to_later_today() =>
        Assert.Equal("2026-11-24T18:00", Next("2026-11-23T12:00", "Europe/Berlin", "2026-11-23T07:30", at: new(18, 0)));

    [Fact]
    public void A_reader_who_travels_west_gets_no_second_digest_that_day() =>
        Assert.Equal("2026-11-24T07:30", Next("2026-11-23T02:00", "America/New_York", "2026-11-23T07:30", "Europe/Berlin"));

    [Fact]
    public void A_reader_who_crosses_the_date_line_misses_no_morning() =>
        Assert.Equal("2026-11-23T07:30", Next("2026-11-22T13:00", "Pacific/Honolulu", "2026-11-23T07:30", "Asia/Tokyo"));

    [Fact]
    public void A_reader_who_travels_east_gets_the_next_morning() =>
        Assert.Equal("2026-11-24T07:30", Next("2026-11-23T22:00", "Asia/Tokyo", "2026-11-23T07:30", "America/New_York"));

    [Fact]
    public void A_time_that_the_clock_leaves_out_is_an_hour_later() =>
        Assert.Equal("2026-03-29T03:30", Next("2026-03-28T12:00", "Europe/Berlin", at: new(2, 30)));

    [Fact]
    public void A_time_that_comes_twice_counts_once()
    {
        var zone = Zone("Europe/Berlin");
        var first = DigestClock.Next(At("2026-10-24T12:00", "Europe/Berlin"), null, new(2, 30), zone);
        Assert.Equal(Instant.FromUtc(2026, 10, 25, 0, 30), first);
        Assert.Equal(Instant.FromUtc(2026, 10, 26, 1, 30), DigestClock.Next(first, first, new(2, 30), zone));
        Assert.False(DigestClock.IsDue(Instant.FromUtc(2026, 10, 25, 1, 30), first, new(2, 30), zone));
    }

    // Changes to the settings at /me at the moment at which the digest is due.
    private static string? Changed(string now, string? due, string? last = null, Func<PersonalSettings, PersonalSettings>? change = null)
    {
        static DateTimeOffset On(string local) => At(local, "Europe/Berlin").ToDateTimeOffset();
        var before = new PersonalSettings
        {
            Id = Guid.Empty,
            Team = "t1",
            Who = "ana",
            Person = "Ana",
            Role = Role.Coach,
            SeenAt = On(now),
            Digest = new("ana@example.org", HalfPastSeven, true, "en", "Europe/Berlin"),
            LastDigest = last is null ? null : new(On(last), DigestOutcome.Sent),
            NextDigestAt = due is null ? null : On(due),
        };
        var next = (change is null ? before : change(before)).WithNextDigest(On(now)).NextDigestAt;
        return next is { } at
            ? Instant.FromDateTimeOffset(at).InZone(Zone("Europe/Berlin")).LocalDateTime.ToString("uuuu-MM-dd'T'HH:mm", null)
            : null;
    }

    [Fact]
    public void A_reader_who_changes_settings_while_a_digest_is_due_still_gets_the_digest()
    {
        Assert.Equal("2026-11-23T07:30", Changed("2026-11-23T07:31", due: "2026-11-23T07:30", last: "2026-11-22T07:30"));
        Assert.Equal("2026-11-23T07:30", Changed("2026-11-23T07:31", due: "2026-11-23T07:30", change: x => x with { Language = "de" }));
        Assert.Equal(
            "2026-11-23T07:30",
            Changed("2026-11-23T07:31", due: "2026-11-23T07:30", change: x => x with { Digest = x.Digest! with { At = new(6, 0) } })
        );
    }

    [Fact]
    public void But_none_that_was_made_or_is_wanted_later_or_not_at_all_and_none_of_an_earlier_day()
    {
        Assert.Equal("2026-11-24T07:30", Changed("2026-11-23T07:31", due: "2026-11-23T07:30", last: "2026-11-23T07:30"));
        Assert.Equal(
            "2026-11-23T18:00",
            Changed("2026-11-23T07:31", due: "2026-11-23T07:30", change: x => x with { Digest = x.Digest! with { At = new(18, 0) } })
        );
        Assert.Equal("2026-11-23T07:30", Changed("2026-11-23T02:00", due: "2026-11-22T07:30"));
        Assert.Equal("2026-11-24T07:30", Changed("2026-11-23T07:31", due: null)); // a digest that was switched on just now
        Assert.Null(Changed("2026-11-23T07:31", due: "2026-11-23T07:30", change: x => x with { Digest = null }));
    }

    [Theory]
    [
        InlineData("Europe/Berlin"),
        InlineData("America/New_York"),
        InlineData("Australia/Lord_Howe"),
        InlineData("America/Sao_Paulo"),
        InlineData("Pacific/Apia"),
        InlineData("Etc/UTC")
    ]
    public void Every_day_of_a_year_has_one(string id)
    {
        var zone = Zone(id);
        foreach (var at in new TimeOnly[] { new(0, 0), new(2, 15), new(7, 30), new(23, 59) })
        {
            Instant? last = null;
            var now = Instant.FromUtc(2026, 1, 1, 12, 0);
            var days = new List<LocalDate>();
            while (days.Count < 366)
            {
                now = DigestClock.Next(now, last, at, zone);
                Assert.True(DigestClock.IsDue(now, last, at, zone));
                last = now;
                days.Add(now.InZone(zone).Date);
            }
            Assert.All(days.Zip(days.Skip(1)), x => Assert.Equal(x.First.PlusDays(1), x.Second));
        }
    }

    [Theory]
    [
        InlineData("2026-11-23T02:00", false),
        InlineData("2026-11-23T07:29", false),
        InlineData("2026-11-23T07:30", true),
        InlineData("2026-11-23T11:00", true)
    ]
    public void After_a_stop_todays_is_made_late_but_yesterdays_not_in_the_night(string now, bool isDue) =>
        Assert.Equal(
            isDue,
            DigestClock.IsDue(At(now, "Europe/Berlin"), At("2026-11-20T07:30", "Europe/Berlin"), HalfPastSeven, Zone("Europe/Berlin"))
        );
}
