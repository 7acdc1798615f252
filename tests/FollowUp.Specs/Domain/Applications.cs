using System.Text.Json;
using FollowUp.Applications;
using FollowUp.Applications.Commands;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using CoverLetterSent = FollowUp.Applications.CoverLetterSent;
using FollowUpMade = FollowUp.Applications.FollowUpMade;
using InterviewCancelled = FollowUp.Applications.InterviewCancelled;
using InterviewScheduled = FollowUp.Applications.InterviewScheduled;

namespace FollowUp.Specs.Domain;

/// <summary>Builders for applications: submitted on Monday 2 March 2026 at 10:00 UTC.</summary>
internal static class Applications
{
    public static readonly DateTimeOffset Then = Slots.At("2026-03-02T10:00:00Z"),
        Now = Then.AddDays(1);
    public static readonly Guid Roe = Guid.Parse("00000000-0000-0000-0000-000000000001");

    public static Specification<JobApplication> Application { get; } =
        new(new() { Id = Slots.Subject }, (application, domainEvent) => application.Evolve(domainEvent), []);

    public static Submitted Applied { get; } =
        new(
            "c-1",
            new("Acme", HiringProcess.OwnerRun, "Europe/Berlin", "DE"),
            new("Clerk", "https://example.org/1", new(2026, 4, 1), new(NoPhoneCalls: true)),
            Approach.Referral,
            [new(Roe, ContactRole.Owner, [Channel.Phone, Channel.Email])],
            Then,
            Basis.Measured
        );

    public static SubmitApplication Submit { get; } =
        new(
            "c-1",
            new("Acme", HiringProcess.OwnerRun, "Europe/Berlin", "DE"),
            new("Clerk", "https://example.org/1", new(2026, 4, 1), new(NoPhoneCalls: true)),
            Approach.Referral,
            [new("R. Roe", ContactRole.Owner, "roe@example.org", "1234")]
        );

    /// <summary>Submits at the current time, whose basis is measured, unless the command carries another time.</summary>
    public static Func<JobApplication, object[]> Decided(SubmitApplication command, Guid? contact = null, DateTimeOffset? now = null) =>
        x => x.Decide(command, [.. (command.Contacts ?? []).Select(y => Person.Of(contact ?? Roe, y))], now ?? Then);

    public static Closed Rejected { get; } = new(ClosingReason.Rejected, Now);

    public static Reopened Again { get; } = new(Now);

    public static InterviewScheduled Interview(int n, int day = 10, Guid? with = null) =>
        new(n, n + 1, Start(day), Start(day).AddHours(1), with, Now, Basis.Inferred);

    public static InterviewCancelled Cancelled(int n) => new(n, n + 1, Now, Basis.Measured);

    public static DateTimeOffset Start(int day) => Slots.At($"2026-03-{day:00}T14:00:00Z");

    public static FollowUpMade Made(string by, int stage = 1) => new(stage, Channel.Phone, by, Now, Slots.Id(by));

    public static Func<JobApplication, object[]> Settled(string by, int stage = 1) =>
        x => x.Decide(new RecordSettled(stage, Slots.Id(by), Channel.Phone, by, Now));

    public static Func<JobApplication, object[]> Send(string? promised = null, string at = "2026-03-02T10:00:00Z") =>
        x =>
            x.Decide(
                new SendCoverLetter(
                    promised is null ? null : DateOnly.Parse(promised, System.Globalization.CultureInfo.InvariantCulture),
                    Slots.At(at)
                ),
                Now
            );

    public static CoverLetterSent Letter { get; } = new(Then, null);

    public static Func<JobApplication, object[]> Schedule(int day, Guid? with = null) =>
        x => x.Decide(new ScheduleInterview(Start(day), null, with), Now);

    public static Func<JobApplication, object[]> Reschedule(int interview, int day) =>
        x => x.Decide(new RescheduleInterview(interview, Start(day)), Now);

    public static Func<JobApplication, object[]> Cancel(int interview) => x => x.Decide(new CancelInterview(interview), Now);

    public static Func<JobApplication, object[]> Close(ClosingReason reason = ClosingReason.Rejected) =>
        x => x.Decide(new CloseApplication(reason), Now);

    public static Func<JobApplication, object[]> Reopen() => x => x.Decide(new ReopenApplication(), Now);

    public static Func<JobApplication, object[]> Respond(string? promised = null) =>
        x =>
            x.Decide(
                new RecordResponse(promised is null ? null : DateOnly.Parse(promised, System.Globalization.CultureInfo.InvariantCulture)),
                Now
            );

    public static Func<JobApplication, object[]> Know(Guid id) =>
        x => x.Decide(Person.Of(id, new NewContact("R. Roe", ContactRole.Owner, "roe@example.org")), Now);

    public static Func<JobApplication, object[]> Amend(string patch) =>
        x =>
            AmendApplicationHandler.Decide(
                x,
                JsonSerializer.Deserialize<AmendApplication>(patch, Json.Lenient)!,
                JsonSerializer.Deserialize<JsonElement>(patch),
                Now
            );

    public static Func<JobApplication, object[]> MayRecord(int? stage = null, string by = "ana") =>
        x =>
        {
            x.MayRecord(stage, Slots.Id(by), Now);
            return [];
        };
}
