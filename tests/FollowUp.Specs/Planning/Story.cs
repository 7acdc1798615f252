using System.Collections.Immutable;
using FollowUp.Contracts;
using FollowUp.Scheduler.Planning;

namespace FollowUp.Specs.Planning;

/// <summary>Builds one application's history, in a few words a step; submitted on Monday 2 March 2026 at 10:00 UTC.</summary>
internal sealed record Story(KnownApplication Situation, Policy Policy)
{
    /// <summary>The moment of planning: long after what the stories tell, unless one says otherwise.</summary>
    public DateTimeOffset Now { get; init; } = Later;

    public static readonly DateTimeOffset Later = At("2026-12-31T00:00:00Z");

    public static readonly Guid Application = Guid.Parse("00000000-0000-0000-0000-0000000000aa");

    public static Story Submitted(
        HiringProcess process = HiringProcess.Unknown,
        Approach approach = Approach.Direct,
        string? closesOn = null,
        string at = "2026-03-02T10:00:00Z",
        string timeZone = "Etc/UTC",
        string? country = null,
        bool noPhoneCalls = false,
        bool noContact = false,
        params ContactReference[] contacts
    ) =>
        new Story(KnownApplication.Empty, Policy.Default).And(
            new ApplicationSubmitted(
                Application,
                "c-1042",
                new("Acme", process, timeZone, country),
                new("Clerk", null, closesOn is null ? null : Date(closesOn), new(noPhoneCalls, noContact)),
                approach,
                contacts,
                At(at)
            )
        );

    public Story And(params object[] events) => this with { Situation = events.Aggregate(Situation, (known, e) => known.Apply(e)) };

    /// <summary>The story as it is planned at a moment.</summary>
    public Story On(string now) => this with { Now = At(now) };

    public Story Under(Policy policy) => this with { Policy = policy };

    public Story Promised(string on) =>
        And(new CoverLetterSent(Application, Situation.SubmittedAt ?? At("2026-03-02T10:00:00Z"), Date(on)));

    public Story Knows(params ContactReference[] contacts) =>
        And([.. contacts.Select(x => new ContactRecorded(Application, x, At("2026-03-03T10:00:00Z")))]);

    public Story Responded(string at, string? promised = null, int stage = 1) =>
        And(new EmployerResponded(Application, stage, At(at), promised is null ? null : Date(promised)));

    public Story Interview(string startsAt, string endsAt, int stage = 2, Guid? with = null) =>
        And(new InterviewScheduled(Application, stage - 1, stage, At(startsAt), At(endsAt), with, At("2026-03-04T10:00:00Z")));

    public Story Step(
        StepKind kind,
        string on,
        string? answerBy = null,
        string? happensAt = null,
        string at = "2026-03-04T10:00:00Z",
        int stage = 2
    ) =>
        And(
            new StepRecorded(
                Application,
                stage,
                kind,
                Date(on),
                At(happensAt ?? $"{Date(on).AddDays(1):yyyy-MM-dd}T00:00:00Z"),
                answerBy is null ? null : Date(answerBy),
                kind == StepKind.Other ? "Trial day" : null,
                At(at)
            )
        );

    public Story Moved(string startsAt, string endsAt, int stage = 2) =>
        And(new InterviewRescheduled(Application, stage - 1, stage, At(startsAt), At(endsAt), At("2026-03-05T10:00:00Z")));

    public Story Cancelled(string at, int stage = 2) => And(new InterviewCancelled(Application, stage - 1, stage, At(at)));

    public Story Made(string at, int stage = 1) => And(new FollowUpMade(Application, stage, Channel.Email, "ana", At(at), Guid.NewGuid()));

    public Story Closed(ClosingReason because) => And(new ApplicationClosed(Application, because, At("2026-03-20T10:00:00Z")));

    public Story Reopened(string at = "2026-03-23T10:00:00Z") => And(new ApplicationReopened(Application, At(at)));

    public Story Amended(HiringProcess process = HiringProcess.Unknown, bool noPhoneCalls = false, string? closesOn = null) =>
        And(
            new ApplicationAmended(
                Application,
                Situation.Employer with
                {
                    HiringProcess = process,
                },
                Situation.Posting with
                {
                    ClosesOn = closesOn is null ? null : Date(closesOn),
                    Instructions = new(noPhoneCalls),
                },
                Situation.Approach,
                At("2026-03-05T10:00:00Z")
            )
        );

    public DesiredPlan Plan() => Planner.Plan(Situation, Policy, Now);

    public DesiredSlot Slot(int stage = 1) => Plan().Slots.Single(x => x.Stage == stage);

    public DesiredSlot.Planned Planned(int stage = 1) => Assert.IsType<DesiredSlot.Planned>(Slot(stage));

    public DesiredSlot.Withheld Withheld(int stage = 1) => Assert.IsType<DesiredSlot.Withheld>(Slot(stage));

    public Reason Waived(int stage = 1) => Assert.IsType<DesiredSlot.Waived>(Slot(stage)).Reason;

    public static ContactReference Contact(ContactRole role, params Channel[] channels) => new(Guid.NewGuid(), role, channels);

    public static IReadOnlyDictionary<string, ImmutableList<Holiday>> Holidays(params (string Region, DateOnly[] Days)[] regions) =>
        regions.ToDictionary(x => x.Region, x => x.Days.Select(day => new Holiday(day)).ToImmutableList());

    public static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture);

    public static DateOnly Date(string date) => DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture);
}

internal static class Readings
{
    public static string[] Codes(this IEnumerable<Reason> reasons) => [.. reasons.Select(x => x.Code)];

    public static string Sentence(this DesiredSlot.Planned slot, string code) => slot.Reasons.Single(x => x.Code == code).Sentence;
}
