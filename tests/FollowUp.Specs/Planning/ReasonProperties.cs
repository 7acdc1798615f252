using System.Globalization;
using CsCheck;
using FollowUp.Contracts;
using FollowUp.Scheduler.Planning;

namespace FollowUp.Specs.Planning;

/// <summary>
/// Rule 11: nothing that a plan says may be untrue. A checker reads dates and numbers back out of the values of the reasons, and compares
/// them with the slot, the calendar and the facts.
/// </summary>
public sealed class ReasonProperties
{
    private const int Often = 3000;

    [Fact]
    public void No_reason_contradicts_its_slot() =>
        Gen.Select(PlannerProperties.Known, PlannerProperties.Policies, PlannerProperties.Instant)
            .Sample(
                (situation, policy, now) =>
                {
                    // the situation as it was known then
                    var facts = situation.Facts.Where(x => x.At <= now).ToArray();
                    var known = facts.Aggregate(KnownApplication.Empty, (state, x) => state.Apply(x.Contract));
                    foreach (var slot in Planner.Plan(known, policy, now).Slots)
                        Check(known, policy, slot, now);
                },
                iter: Often
            );

    [Fact]
    public void The_checker_finds_what_is_untrue()
    {
        var story = Story.Submitted().On("2026-03-03T00:00:00Z");
        var slot = story.Planned();
        Check(story.Situation, story.Policy, slot, story.Now);
        Assert.All(
            new[]
            {
                slot with
                {
                    DueAt = slot.DueAt.AddDays(1),
                },
                slot with
                {
                    WindowEndsAt = slot.WindowEndsAt.AddDays(1),
                },
                slot with
                {
                    Anchor = slot.Anchor with { On = slot.Anchor.On.AddDays(1) },
                },
                slot with
                {
                    Channels = [Channel.Phone],
                    Reasons = slot.Reasons.Add(Reasons.NoPhoneCalls()),
                },
                slot with
                {
                    Reasons = slot.Reasons.Add(Reasons.Skipped(new(new(2026, 3, 4), new(2026, 3, 4), null, true))),
                },
                slot with
                {
                    Reasons = slot.Reasons.Add(Reasons.MovedToBusinessDay(new(2026, 3, 4), new(2026, 3, 5))),
                },
            },
            x => Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Check(story.Situation, story.Policy, x, story.Now))
        );
    }

    private static void Check(KnownApplication situation, Policy policy, DesiredSlot slot, DateTimeOffset now)
    {
        var stage = situation.Stages.Single(x => x.Stage == slot.Stage);
        var calendar = BusinessCalendar.For(policy, situation.Employer);
        switch (slot)
        {
            // A window that has ended was decided by what was known then.
            case DesiredSlot.Planned { WindowEndsAt: var ends } planned when ends > now:
                OfPlan(situation, policy, calendar, stage, planned);
                break;
            case DesiredSlot.Withheld withheld:
                Assert.NotEmpty(withheld.Reasons);
                foreach (var reason in withheld.Reasons)
                    OfFacts(situation, policy, calendar, stage, reason);
                Assert.Contains(withheld.Reasons, x => x.Code == withheld.Situation);
                break;
            case DesiredSlot.Waived { Reason: { } reason, At: var at }:
                Assert.True(at <= now, $"{reason.Code} {at:O}");
                // The day by the time zone that was known when it was waived.
                if (reason.Code == "employerResponded")
                    Assert.InRange(Day(reason, "on").DayNumber - calendar.DateOf(at).DayNumber, -1, 1);
                if (reason.Code == "stageClosed")
                    Assert.Contains(situation.Stages, x => $"{x.Stage}" == reason.Values!["stage"] && x.Stage != slot.Stage);
                break;
        }
    }

    private static void OfPlan(
        KnownApplication situation,
        Policy policy,
        BusinessCalendar calendar,
        StageFacts stage,
        DesiredSlot.Planned slot
    )
    {
        var dueOn = calendar.DateOf(slot.DueAt);
        var until = calendar.DateOf(slot.WindowEndsAt.AddTicks(-1));
        Assert.Equal(slot.Situation, slot.Reasons[0].Code);
        Assert.Equal(slot.Reasons.Select(x => (x.Code, Values: $"{x.Sentence}")).Distinct().Count(), slot.Reasons.Count);
        Assert.True(slot.DueAt <= slot.WindowEndsAt);
        Assert.Single(slot.Reasons, x => x.Code == "due");
        Assert.Single(slot.Reasons, x => x.Code.StartsWith("countedFrom", StringComparison.Ordinal));
        foreach (var reason in slot.Reasons)
        {
            switch (reason.Code)
            {
                case "due":
                    Assert.Equal((dueOn, until), (Day(reason, "on"), Day(reason, "until")));
                    Assert.Equal(calendar.TimeOf(slot.DueAt).ToString("HH:mm", CultureInfo.InvariantCulture), reason.Values!["at"][..5]);
                    Assert.Equal(calendar.TimeZone, reason.Values["timeZone"]);
                    break;
                case var code when code.StartsWith("countedFrom", StringComparison.Ordinal):
                    Assert.Equal(slot.Anchor.On, Day(reason, "on"));
                    break;
                case "movedToBusinessDay":
                    Assert.Equal((slot.Anchor.On, false), (Day(reason, "from"), calendar.IsBusinessDay(Day(reason, "from"))));
                    Assert.True(calendar.IsBusinessDay(Day(reason, "to")) && Day(reason, "to") > Day(reason, "from"));
                    break;
                case "movedFromQuietDate":
                    Assert.True(calendar.IsQuiet(Day(reason, "from")) && !calendar.IsQuiet(Day(reason, "to")));
                    break;
                case "notBefore":
                    Assert.Equal(dueOn, Day(reason, "on"));
                    break;
                case "openedLate":
                    Assert.Equal(dueOn, Day(reason, "to"));
                    Assert.True(Day(reason, "on") < dueOn);
                    break;
                case "answerBy":
                    Assert.Equal((until, stage.Step!.AnswerBy), (Day(reason, "on"), Day(reason, "on")));
                    break;
                case "nextStepAhead":
                    var end = situation.EndOf(stage)!;
                    Assert.Equal(calendar.DateOf(end.At), Day(reason, "on"));
                    Assert.Equal(end.At <= slot.DueAt ? "beforeDue" : "afterDue", reason.Values!["form"]);
                    break;
                case "holidaySkipped" or "dayOffSkipped":
                    for (var day = Day(reason, "from"); day <= Day(reason, "to"); day = day.AddDays(1))
                        Assert.False(calendar.IsBusinessDay(day), $"{day} is a business day");
                    Assert.True(Day(reason, "from") > slot.Anchor.On && Day(reason, "to") <= until.AddDays(1));
                    break;
                case "contactMissing" or "contactUnreachable":
                    Assert.DoesNotContain(reason.Values!["channel"], slot.Channels.Select(x => Word(x)));
                    break;
                case "contactUsed":
                    Assert.Equal(reason.Values!["role"], Word(slot.Contact!.Role));
                    break;
                case "noPhoneCalls":
                    Assert.True(situation.Posting.Instructions!.NoPhoneCalls);
                    Assert.DoesNotContain(Channel.Phone, slot.Channels);
                    break;
                default:
                    OfFacts(situation, policy, calendar, stage, reason);
                    break;
            }
        }

        // Every working day of the week on which nobody works is named.
        var named = slot
            .Reasons.Where(x => x.Code is "holidaySkipped" or "dayOffSkipped")
            .SelectMany(x =>
                Enumerable.Range(0, Day(x, "to").DayNumber - Day(x, "from").DayNumber + 1).Select(i => Day(x, "from").AddDays(i))
            )
            .ToHashSet();
        for (var day = slot.Anchor.On.AddDays(1); day <= until; day = day.AddDays(1))
            if (policy.WorkingDays.Contains(day.DayOfWeek) && calendar.SkippedBetween(day.AddDays(-1), day).Any())
                Assert.Contains(day, named);
    }

    // What is said of the facts, whatever becomes of the slot.
    private static void OfFacts(KnownApplication situation, Policy policy, BusinessCalendar calendar, StageFacts stage, Reason reason)
    {
        switch (reason.Code)
        {
            case "noContact":
                Assert.True(situation.Posting.Instructions!.NoContact);
                break;
            case "massMailing":
                Assert.True(situation is { Approach: Approach.MassMailing, Contacts.IsEmpty: true });
                break;
            case "massMailingWithContact":
                Assert.True(situation is { Approach: Approach.MassMailing, Contacts.IsEmpty: false });
                break;
            case "noRecruiter":
                Assert.Equal(HiringProcess.Outsourced, situation.Employer.HiringProcess);
                Assert.DoesNotContain(situation.Contacts, x => x.Role == ContactRole.Recruiter);
                break;
            case "onlyTheRecruiter":
                Assert.Contains(situation.Contacts, x => x.Role == ContactRole.Recruiter);
                break;
            case "throughTheReferrer":
                Assert.Contains(situation.Contacts, x => x.Role == ContactRole.Referrer);
                break;
            case "referrerMissing":
                Assert.DoesNotContain(situation.Contacts, x => x.Role == ContactRole.Referrer);
                break;
            case "theInterviewer":
                Assert.Contains(situation.Contacts, x => x.Id == stage.With);
                break;
            case "contactRequired":
                Assert.True(policy.RequireContact && situation.Contacts.IsEmpty);
                break;
            case "noneBeforeInterview":
                Assert.True(policy.NoneBeforeInterview && stage.Stage == 1);
                break;
            case "closingDateIgnored":
                Assert.Equal(situation.Posting.ClosesOn, Day(reason, "closesOn"));
                Assert.True(Day(reason, "closesOn") < Day(reason, "submittedOn"));
                break;
            case "defaultTimeZone":
                Assert.Equal((ZoneBasis.Default, calendar.TimeZone), (calendar.Where.Zone, reason.Values!["timeZone"]));
                break;
            case "timeZoneInferred":
                Assert.Equal((ZoneBasis.Inferred, calendar.TimeZone), (calendar.Where.Zone, reason.Values!["timeZone"]));
                break;
            case "countryInferred":
                Assert.True(calendar.Where.IsCountryInferred && reason.Values!["country"] == calendar.Where.Country);
                break;
            case "noHolidaysKnown":
                Assert.False(calendar.HasHolidays);
                break;
            case var code when policy.Rows.FirstOrDefault(x => x.Key == code) is { Value: { } row }:
                Assert.Equal($"{row.Wait}", reason.Values!["wait"]);
                break;
        }
    }

    private static DateOnly Day(Reason reason, string value) =>
        DateOnly.ParseExact(reason.Values![value], "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Word(Enum value) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName($"{value}");
}
