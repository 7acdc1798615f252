using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FollowUp.Contracts.Commands;

namespace FollowUp.Contracts.Tool;

/// <summary>An example of every message, all of one fictional application. The examples are the same on every day and machine.</summary>
public static class Examples
{
    private static readonly Guid Application = Guid.Parse("a15b797c-ee62-4a3d-8c64-aa321f15c60b");
    private static readonly Guid Claim = Guid.Parse("9a50cd8a-339d-4bbc-8485-c9d1bac8cee8");
    private static readonly Guid Owner = Guid.Parse("3c0f6a1d-1f0b-4f6e-9f0c-6f3f5a2b7d14");
    private static readonly DateTimeOffset Submitted = new(2026, 11, 20, 21, 5, 0, TimeSpan.Zero),
        Due = new(2026, 11, 27, 14, 0, 0, TimeSpan.Zero);
    private static readonly Employer Employer = new("Acme", HiringProcess.OwnerRun, "America/New_York", "US", "US-NY");
    private static readonly Posting Posting = new(
        "Clerk",
        "https://example.org/jobs/1",
        new DateOnly(2026, 12, 1),
        new(NoPhoneCalls: true, SubmitBy: SubmitBy.Attach)
    );
    private static readonly ContactReference Contact = new(
        Owner,
        ContactRole.Owner,
        [Channel.Email, Channel.InPerson],
        Guid.Parse("5b1e7c0a-94d2-4c57-8a3f-2e6d90b1f8c4")
    );
    private static readonly Channel[] Channels = [Channel.InPerson, Channel.Email];
    private const string Incarnation = "019d0f3e-7c00-7d41-8a6b-52f0c9e1b374";
    private const string Principal = "key:7d1f0a3c5b9e2468ac0d";

    private static readonly FollowUpClaimed Claimed = new(
        Application,
        1,
        Claim,
        "ana",
        Channel.Email,
        1,
        Due.AddMinutes(30),
        Due.AddMinutes(45),
        Principal: Principal
    );
    private static readonly ClaimReleased Released = new(Application, 1, Claim, "ana", Due.AddMinutes(35));
    private static readonly FollowUpSettled Settled = new(
        Application,
        1,
        Claim,
        "ana",
        Channel.Email,
        1,
        Due.AddMinutes(40),
        ["noContact"]
    );

    private static readonly Dictionary<Type, object> Records = new object[]
    {
        new ApplicationSubmitted(Application, "c-1042", Employer, Posting, Approach.Direct, [Contact], Submitted, Basis.Declared),
        new CoverLetterSent(Application, Submitted, new DateOnly(2026, 11, 27)),
        new ContactRecorded(Application, Contact, Submitted.AddDays(1)),
        new EmployerResponded(Application, 1, Submitted.AddDays(3), new DateOnly(2026, 12, 4), ResponseKind.Answer),
        new InterviewScheduled(
            Application,
            1,
            2,
            Due.AddDays(5),
            Due.AddDays(5).AddHours(1),
            Owner,
            Due.AddDays(1),
            Basis.Declared,
            InterviewKind.OnSite
        ),
        new InterviewRescheduled(Application, 1, 2, Due.AddDays(6), Due.AddDays(6).AddHours(1), Due.AddDays(2), Basis.Declared),
        new StepRecorded(
            Application,
            3,
            StepKind.Other,
            new DateOnly(2026, 12, 10),
            new DateTimeOffset(2026, 12, 11, 0, 0, 0, TimeSpan.Zero),
            new DateOnly(2026, 12, 18),
            "Trial day",
            Due.AddDays(6)
        ),
        new InterviewCancelled(Application, 1, 2, Due.AddDays(3), Basis.Measured),
        new FollowUpMade(Application, 1, Channel.Email, "ana", Due.AddMinutes(40), Claim, ["noContact"]),
        new ApplicationAmended(
            Application,
            Employer with
            {
                HiringProcess = HiringProcess.PersonnelOffice,
            },
            Posting,
            Approach.Referral,
            Submitted.AddDays(2),
            "c-1043",
            Submitted.AddDays(-1),
            JsonElement.Parse("""{"employer":{"hiringProcess":"personnelOffice"},"approach":"referral"}""")
        ),
        new ContactCorrected(Application, Contact, Submitted.AddDays(2)),
        new FactRetracted(Application, 5, "followup.application.follow-up-made.v1", Due.AddDays(1), Claim),
        new ApplicationVoided(Application, Due.AddDays(30)),
        new ApplicationClosed(Application, ClosingReason.OfferAccepted, Due.AddDays(20)),
        new ApplicationReopened(Application, Due.AddDays(21)),
        new CandidateErased("c-1042", Due.AddDays(60)),
        new FollowUpPlanned(
            Application,
            1,
            "c-1042",
            Due,
            Due.AddDays(14).AddHours(15),
            Channels,
            Contact,
            "ownerRun",
            new(AnchorKind.Submission, new DateOnly(2026, 11, 20)),
            1,
            [
                new("ownerRun", "The owner decides here. Wait for 4 business days."),
                new("noPhoneCalls", "The posting asks for no phone calls."),
            ],
            Submitted.AddDays(1)
        ),
        new FollowUpWithheld(
            Application,
            1,
            "c-1042",
            "outsourced",
            1,
            [new("noRecruiter", "An agency recruits, and no recruiter of it is recorded.")],
            [new("recordRecruiter", "Record the agency's recruiter as a contact.")]
        ),
        new FollowUpDue(Application, 1, "c-1042", Due, Due.AddDays(14).AddHours(15), Channels, Contact),
        Claimed,
        Released,
        Settled,
        new FollowUpRetracted(Application, 1, Claim, Due.AddDays(1)),
        new ClaimExpired(Application, 1, Claim, "ana", Due.AddMinutes(45)),
        new ClaimRefused(
            Application,
            1,
            Guid.Parse("c3a7b957-405e-4de9-8c39-5e6f18755527"),
            "ben",
            new("claimedByAnother", "ana holds the claim until 2026-11-27 14:45:00 UTC."),
            Due.AddMinutes(31),
            Principal
        ),
        new FollowUpWaived(
            Application,
            1,
            new("employerResponded", "The employer answered before the follow-up was made."),
            Submitted.AddDays(3)
        ),
        new FollowUpLapsed(
            Application,
            1,
            Due.AddDays(14).AddHours(15),
            Due.AddDays(14).AddHours(15).AddSeconds(1),
            new("lapsed", "It was missed: its window ended on 2026-12-12 05:00 UTC.")
        ),
        new FollowUpAssigned(Application, 1, "ben", "ana", Submitted.AddDays(2)),
        new FollowUpSnoozed(Application, 1, Due.AddDays(3), "ben", Due.AddMinutes(5)),
        new FollowUpOverridden(Application, 1, OverrideReason.EmployerAgreed, ["massMailing"], "ana", Submitted.AddDays(2)),
        new PolicyChanged(
            2,
            JsonSerializer.SerializeToElement(
                new
                {
                    version = 2,
                    unknown = new
                    {
                        wait = 8,
                        window = 10,
                        channels = Channels,
                    },
                },
                Json.Lenient
            ),
            "ana's key",
            Submitted.AddDays(4)
        ),
        new ClosingProposed(Application, 1, ClosingReason.NoResponse, Due.AddMinutes(40), Due.AddDays(28)),
        new ClosingProposalWithdrawn(Application, 1, Due.AddDays(29)),
        new SubmitApplication(
            "c-1042",
            Employer,
            Posting,
            Approach.Direct,
            [new("R. Roe", ContactRole.Owner, "roe@example.org", "+1 555 0100", "https://example.org/roe")],
            Submitted,
            Again: true
        ),
        new SendCoverLetter(new DateOnly(2026, 11, 27), Submitted),
        new RecordContact("R. Roe", ContactRole.Owner, "roe@example.org", "+1 555 0100", "https://example.org/roe", Submitted.AddDays(1)),
        new RecordResponse(new DateOnly(2026, 12, 4), Submitted.AddDays(3), ResponseKind.Answer),
        new ScheduleInterview(Due.AddDays(5), Due.AddDays(5).AddHours(1), Owner, Due.AddDays(1), InterviewKind.OnSite),
        new RecordStep(StepKind.Other, new DateOnly(2026, 12, 10), null, "Trial day", Due.AddDays(6)),
        new RescheduleInterview(1, Due.AddDays(6), Due.AddDays(6).AddHours(1), Due.AddDays(2)),
        new CancelInterview(1, Due.AddDays(3)),
        new RecordFollowUp(Channel.Email, "ana", 1, Due.AddMinutes(40), Claim, "Asked when they decide.", Happened: true),
        new RecordNote("They are moving offices until Friday.", Due.AddDays(1)),
        new AmendApplication(
            new(HiringProcess: HiringProcess.PersonnelOffice, Country: "US", Region: "US-NY"),
            new(ClosesOn: new DateOnly(2026, 12, 1), Instructions: new(NoPhoneCalls: true)),
            Approach.Referral,
            "c-1043",
            Submitted.AddDays(-1),
            Again: true,
            Submitted.AddDays(2)
        ),
        new CorrectContact(Owner, "R. Roe", ContactRole.Owner, "roe@example.org", "+1 555 0100", "https://example.org/roe"),
        new RetractFact(5, "It was another candidate's."),
        new VoidApplication("A test entry."),
        new CloseApplication(ClosingReason.OfferAccepted, Due.AddDays(20)),
        new ReopenApplication(Due.AddDays(21), Again: true),
        new CommandAccepted(
            201,
            1,
            $"/applications/{Application}",
            JsonSerializer.SerializeToElement(
                new
                {
                    id = Application,
                    candidate = "c-1042",
                    stage = 1,
                    submittedAt = Submitted,
                    version = 1,
                }
            )
        ),
        new ClaimFollowUp(1, Claim, "ana", Channel.Email, "PT15M", 2),
        new ReleaseClaim(1, Claim),
        new SettleFollowUp(1, Claim, "ana", Channel.Email, Due.AddMinutes(40), 1, 2, Happened: true),
        new AssignFollowUp(1, "ben", "ana"),
        new SnoozeFollowUp(1, "2026-11-30", "ben"),
        new OverrideFollowUp(1, OverrideReason.EmployerAgreed, "Their receptionist asked for a call.", "ana"),
        new CommandRejected(
            409,
            "claimedByAnother",
            "That is refused.",
            "ana holds the claim until 2026-11-27 14:45:00 UTC.",
            Reason: new(
                "claimedByAnother",
                "ana holds the claim until 2026-11-27 14:45:00 UTC.",
                new Dictionary<string, string>(StringComparer.Ordinal) { ["by"] = "ana", ["expiresAt"] = "2026-11-27T14:45:00Z" }
            )
        ),
    }.ToDictionary(x => x.GetType());

    /// <summary>An example as a message on the bus.</summary>
    public static JsonObject Of(Message message)
    {
        var record =
            Records.GetValueOrDefault(message.Contract)
            ?? throw new InvalidOperationException(
                $"There is no example of a {message.Contract.Name}: write one in {nameof(Examples)}.cs."
            );
        var isEvent = message.Kind == Kind.Event;
        var text = JsonSerializer.Serialize(
            new CloudEvent
            {
                Id = Id($"example {message.Key}"),
                Source = message.Sources is [var source, ..] ? source : "/acme-career-desk",
                Type = message.Name,
                Subject = (
                    message.Contract == typeof(CandidateErased) ? Guid.Parse(Id("c-1042"))
                    : message.Contract == typeof(PolicyChanged) ? Guid.Parse(Id("policy"))
                    : Application
                ).ToString(),
                Time = Time(record),
                Team = "acme",
                Sequence = isEvent ? SequenceOf(record) : null,
                SequenceType = isEvent ? "Integer" : null,
                Incarnation = isEvent ? Incarnation : null,
                CausationId = message.Kind == Kind.Answer ? Id("example command") : null,
                RecordedBy = isEvent ? "ana's key" : null,
                Principal = isEvent ? Principal : null,
                DataContentType = "application/json",
                Data = JsonSerializer.SerializeToElement(record, record.GetType(), Json.Lenient),
            },
            Json.Lenient
        );
        return JsonNode.Parse(text)!.AsObject();
    }

    private static string Id(string of) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(of)).AsSpan(0, 16)).ToString();

    private static long SequenceOf(object record) =>
        record is ApplicationSubmitted or CandidateErased or PolicyChanged or FollowUpPlanned or FollowUpWithheld ? 1 : 2;

    // The time of the latest moment in the record: an example is recorded after what it describes.
    private static DateTimeOffset Time(object record) =>
        record switch
        {
            InterviewScheduled x => x.ScheduledAt,
            StepRecorded x => x.RecordedAt,
            InterviewRescheduled x => x.RescheduledAt,
            FollowUpClaimed x => x.ClaimedAt,
            FollowUpSnoozed x => x.SnoozedAt,
            FollowUpPlanned or FollowUpWithheld => Submitted.AddSeconds(1),
            _ => record
                .GetType()
                .GetProperties()
                .Where(x => x.PropertyType == typeof(DateTimeOffset) && !x.Name.StartsWith("WindowEnds", StringComparison.Ordinal))
                .Select(x => (DateTimeOffset)x.GetValue(record)!)
                .DefaultIfEmpty(Due.AddMinutes(31))
                .Max(),
        };
}
