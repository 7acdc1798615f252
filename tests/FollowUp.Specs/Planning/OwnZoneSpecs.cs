using FollowUp.Contracts;
using FollowUp.Scheduler.Planning;
using static FollowUp.Specs.Planning.Story;

namespace FollowUp.Specs.Planning;

/// <summary>Runs alone, because it briefly changes the time zone of the whole process.</summary>
[CollectionDefinition(nameof(OwnZone), DisableParallelization = true)]
public sealed class OwnZone;

[Collection(nameof(OwnZone))]
public sealed class OwnZoneSpecs
{
    [Theory]
    [
        InlineData("Pacific/Kiritimati"),
        InlineData("Pacific/Pago_Pago"),
        InlineData("America/Havana"),
        InlineData("Asia/Kathmandu"),
        InlineData("Europe/Berlin")
    ]
    public void An_instant_is_the_same_whatever_the_servers_own_time_zone(string zone)
    {
        var before = Environment.GetEnvironmentVariable("TZ");
        var expected = Plans();
        try
        {
            Environment.SetEnvironmentVariable("TZ", zone);
            TimeZoneInfo.ClearCachedData();
            // the change took effect
            Assert.Equal(TimeZoneInfo.FindSystemTimeZoneById(zone).BaseUtcOffset, TimeZoneInfo.Local.BaseUtcOffset);
            Assert.Equal(expected, Plans());
        }
        finally
        {
            Environment.SetEnvironmentVariable("TZ", before);
            TimeZoneInfo.ClearCachedData();
        }
    }

    private static string[] Plans() =>
        [
            .. from employers in new[] { "Etc/UTC", "America/New_York", "Asia/Tokyo", "Pacific/Auckland", "nowhere" }
            from at in new[] { "2026-03-06T23:59:00Z", "2026-03-07T04:59:00+05:00", "2026-10-25T01:30:00-11:00" }
            let policy = Policy.Default with
            {
                Version = 2,
                QuietDates = [new(Date("2026-03-17"))],
            } // a new calendar, not a cached one
            let story = Submitted(HiringProcess.OwnerRun, at: at, timeZone: employers, country: "US").Under(policy)
            from slot in new[] { story.Planned(), story.Promised("2026-11-01").Planned(), story.Interview(at, at).Planned(2) }
            select $"{slot.DueAt:O} {slot.WindowEndsAt:O} {slot.Anchor.On:O} {string.Join(' ', slot.Reasons.Select(x => x.Sentence))}",
        ];
}
