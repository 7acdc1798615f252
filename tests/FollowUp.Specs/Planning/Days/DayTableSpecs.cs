using System.Collections.Immutable;
using System.Globalization;
using FollowUp.Contracts;
using FollowUp.Scheduler.Planning;
using static FollowUp.Specs.Planning.Story;

namespace FollowUp.Specs.Planning;

/// <summary>
/// The table in days.csv: over a hundred cases, each with the instants that days.py in the same folder calculated. That script shares
/// nothing with the code but the rules: it is written in Python on the time zone data of Python's standard library (datetime, zoneinfo),
/// and steps from day to day.
/// </summary>
public sealed class DayTableSpecs
{
    private static readonly string[][] Table = [.. Read().Skip(1)];

    public static TheoryData<string> Names => [.. Table.Select(x => x[0])];

    [Theory, MemberData(nameof(Names))]
    public void Due_and_possible_until(string name)
    {
        var row = Table.Single(x => x[0] == name);
        var (zone, country, region, kind, at, on) = (row[1], row[2], row[3], row[4], row[5], row[6]);
        var rule = new PolicyRow
        {
            Wait = Number(row[7]),
            Window = Number(row[8]),
            Channels = [Channel.Email],
        };
        var policy = Policy.Default with
        {
            BuiltInHolidays = false,
            Unknown = rule,
            ClosingDate = rule,
            PromisedInCoverLetter = rule,
            PromisedNextStep = rule,
            AfterInterview = rule,
            InterviewCancelled = rule,
            Hours = new()
            {
                From = TimeOnly.Parse(row[9].Split('-')[0], CultureInfo.InvariantCulture),
                To = TimeOnly.Parse(row[9].Split('-')[1], CultureInfo.InvariantCulture),
            },
            WorkingDays =
            [
                .. row[10]
                    .Split(' ')
                    .Select(x =>
                        Enum.GetValues<DayOfWeek>().Single(day => day.ToString().StartsWith(x, StringComparison.OrdinalIgnoreCase))
                    ),
            ],
            Holidays = row[11]
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(x => x.Split(':'))
                .GroupBy(x => x[0], x => new Holiday(Date(x[1])))
                .ToDictionary(x => x.Key, x => x.ToImmutableList()),
            DaysOff = Ranges(row[12]),
            QuietDates = Ranges(row[13]),
        };
        var story = new Story(KnownApplication.Empty, policy).And(
            new ApplicationSubmitted(
                Application,
                "c-1042",
                new("Acme", HiringProcess.Unknown, zone, Given(country), Given(region)),
                new("Clerk", null, kind == "closing" ? Date(on) : null),
                Approach.Direct,
                [],
                kind is "interview" or "cancelled" ? At(at).AddDays(-30) : At(at)
            )
        );
        var slot = (
            kind switch
            {
                "promised" => story.Promised(on),
                "named" => story.Responded(at, on),
                "interview" => story.Interview(at, at),
                "cancelled" => story.Interview(at, at).Cancelled(at),
                _ => story,
            }
        ).Planned(kind is "interview" or "cancelled" ? 2 : 1);

        Assert.Equal((row[14], row[15]), (Instant(slot.DueAt), Instant(slot.WindowEndsAt)));
    }

    [Fact]
    public void It_has_cases_enough_each_with_a_name_of_its_own()
    {
        Assert.True(Table.Length >= 60);
        Assert.Equal(Table.Length, Table.Select(x => x[0]).Distinct().Count());
        Assert.Equal(["cancelled", "closing", "interview", "named", "promised", "submission"], Table.Select(x => x[4]).Distinct().Order());
    }

    private static ImmutableList<DateRange> Ranges(string text) =>
        [
            .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(x => x.Split(".."))
                .Select(x => new DateRange(Date(x[0]), x.Length > 1 ? Date(x[1]) : null)),
        ];

    private static string? Given(string text) => text.Length == 0 ? null : text;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Instant(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static IEnumerable<string[]> Read()
    {
        using var reader = new StreamReader(typeof(DayTableSpecs).Assembly.GetManifestResourceStream("days.csv")!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(x => x.Split(';'))];
    }
}
