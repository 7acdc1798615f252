using System.Collections.Immutable;
using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform;

namespace FollowUp.Scheduler.Planning;

/// <summary>Validates a whole policy. Each error is reported with its path, as <c>holidays.DE[3].on</c>.</summary>
public static class PolicyChecks
{
    private const int MostDays = 366;
    private const int MostRanges = 100;
    private const int MostRegions = 200;
    private const int MostHolidays = 2000;

    /// <summary>
    /// The maximum length of a policy, in bytes of the JSON that GET /policy returns. A route accepts 256 KiB (Service.MostBytes), so that
    /// a caller can send that JSON back, even with some more whitespace. Every change is published as one message with the whole policy, of
    /// which EnvelopeParser accepts 1 MiB and the broker 16 MiB.
    /// </summary>
    internal const int MostBytes = 200_000;

    private const string TooLong =
        "The policy as a whole must not have more than 200000 bytes of JSON. "
        + "Leave out holidays that are long over, or regions, or their names.";

    // Rows whose list of channels may be empty: an empty list means the channels of the hiring process, or of the stage.
    private static readonly ImmutableHashSet<string> MayBeSilent =
    [
        Situations.ClosingDate,
        Situations.Referral,
        Situations.PromisedNextStep,
    ];

    /// <param name="policy">The policy.</param>
    /// <param name="before">The policy that this one changes. If it is too long itself (an earlier version of FollowUp had no limit), it
    /// may be shortened step by step.</param>
    /// <exception cref="RefusedException"><c>badInput</c>, with every error.</exception>
    public static void Refuse(Policy policy, Policy? before = null)
    {
        new InputChecks().Policy(policy).Refuse();
        new InputChecks().Size(policy, before).Refuse(); // the length of the whole, last: by now each part is within its own limit
    }

    private static InputChecks Size(this InputChecks checks, Policy policy, Policy? before)
    {
        var size = SizeOf(policy);
        return checks.That(size <= MostBytes || (before is not null && size < SizeOf(before)), "holidays", TooLong);
    }

    private static int SizeOf(Policy policy) => JsonSerializer.SerializeToUtf8Bytes(policy, Json.Lenient).Length;

    // A list or element that a sender left out arrives as null, although the record doesn't allow null.
    private static InputChecks Policy(this InputChecks checks, Policy policy)
    {
        foreach (var (situation, row) in policy.Rows)
        {
            checks.Row(row, situation);
        }

        checks
            .Between(policy.SilenceWait, 0, MostDays, "silenceWait")
            .Between(policy.ClaimMinutes, 1, 24 * 60, "claimMinutes")
            .Between(policy.MostSnoozes, 0, 100, "mostSnoozes")
            .Cap(policy.MostPerEmployerAWeek, "mostPerEmployerAWeek")
            .Cap(policy.MostPerCandidateAWeek, "mostPerCandidateAWeek")
            .That(TimeZoneName.IsValid(policy.DefaultTimeZone), "defaultTimeZone", "It must be an IANA time zone, as Europe/Berlin.")
            .That(policy.WorkingDays is { IsEmpty: false }, "workingDays", "There must be at least one.")
            .That(policy.WorkingDays is null || policy.WorkingDays.All(Enum.IsDefined), "workingDays", "They must be days of the week.");

        if (checks.IsThere(policy.ContactSpacing, "contactSpacing"))
        {
            checks.Between(policy.ContactSpacing.Days, 0, MostDays, "contactSpacing.days");
        }

        if (checks.IsThere(policy.Hours, "hours"))
        {
            checks
                .That(policy.Hours.From < policy.Hours.To, "hours.to", "It must come after when they begin.")
                .That(IsToTheMinute(policy.Hours.From), "hours.from", "It must be a whole minute.")
                .That(IsToTheMinute(policy.Hours.To), "hours.to", "It must be a whole minute.");
        }

        return checks.Holidays(policy).Ranges(policy.DaysOff, "daysOff").Ranges(policy.QuietDates, "quietDates");
    }

    private static void Row(this InputChecks checks, PolicyRow row, string at)
    {
        if (!checks.IsThere(row, at))
        {
            return;
        }

        checks.Between(row.Wait, 0, MostDays, $"{at}.wait").Between(row.Window, 0, MostDays, $"{at}.window");
        if (checks.IsThere(row.Channels, $"{at}.channels"))
        {
            checks
                .That(row.Channels.All(Enum.IsDefined), $"{at}.channels", "They must be known channels.")
                .That(row.Channels.Distinct().Count() == row.Channels.Count, $"{at}.channels", "Each must be named once.")
                .That(
                    !row.Channels.IsEmpty || MayBeSilent.Contains(at),
                    $"{at}.channels",
                    "There must be at least one; for no follow-ups at all, withhold them."
                );
        }
    }

    private static InputChecks Holidays(this InputChecks checks, Policy policy)
    {
        if (!checks.IsThere(policy.Holidays, "holidays"))
        {
            return checks;
        }

        checks.That(policy.Holidays.Count <= MostRegions, "holidays", $"There must not be more than {MostRegions} countries and regions.");
        foreach (var (code, days) in policy.Holidays.Take(MostRegions))
        {
            var at = $"holidays.{(code.Length <= 20 ? code : code[..20])}";
            checks.That(
                RegionCode.IsCountry(code) || RegionCode.IsRegion(code),
                at,
                "It must be an ISO 3166 code of a country, as DE, or of a region, as DE-BY."
            );
            if (!checks.IsThere(days, at))
            {
                continue;
            }

            checks.That(days.Count <= MostHolidays, at, $"There must not be more than {MostHolidays}.");
            foreach (var (day, i) in days.Take(MostHolidays).Select((x, i) => (x, i)))
            {
                if (checks.IsThere(day, $"{at}[{i}]"))
                {
                    checks.Plausible(day.On, $"{at}[{i}].on").OptionalText(day.Name, $"{at}[{i}].name", 100);
                }
            }
        }

        return checks;
    }

    private static InputChecks Ranges(this InputChecks checks, ImmutableList<DateRange> ranges, string at)
    {
        if (!checks.IsThere(ranges, at))
        {
            return checks;
        }

        checks.That(ranges.Count <= MostRanges, at, $"There must not be more than {MostRanges}.");
        foreach (var (range, i) in ranges.Take(MostRanges).Select((x, i) => (x, i)))
        {
            if (checks.IsThere(range, $"{at}[{i}]"))
            {
                checks
                    .Plausible(range.From, $"{at}[{i}].from")
                    .OptionalText(range.Name, $"{at}[{i}].name", 100)
                    .That(range.Last >= range.From, $"{at}[{i}].to", "It must not come before it begins.")
                    .That(
                        range.Last.DayNumber - range.From.DayNumber < MostDays,
                        $"{at}[{i}].to",
                        $"It must not be longer than {MostDays} days."
                    );
            }
        }

        return checks;
    }

    private static bool IsThere<T>(this InputChecks checks, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] T? value, string at)
        where T : class
    {
        checks.That(value is not null, at, "It must not be null.");
        return value is not null;
    }

    private static InputChecks Between(this InputChecks checks, int value, int least, int most, string at) =>
        checks.That(value >= least && value <= most, at, $"It must be between {least} and {most}.");

    private static InputChecks Cap(this InputChecks checks, int? value, string at) =>
        checks.That(value is null or >= 1 and <= 10_000, at, "It must be between 1 and 10000; without a cap, leave it out.");

    private static InputChecks Plausible(this InputChecks checks, DateOnly day, string at) =>
        checks.That(day.Year is >= 1990 and <= 2200, at, "It must be a plausible date.");

    private static bool IsToTheMinute(TimeOnly time) => time.Ticks % TimeSpan.TicksPerMinute == 0;

    // DE, DE-BY, US-CA, FR-2A, GB-ENG
}
