using System.Text.Json;
using FollowUp.Applications;
using FollowUp.Applications.ApiKeys;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Integrations;
using FollowUp.Contracts;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Security;
using FollowUp.Scheduler.Planning;
using FollowUp.Specs.Domain;
using JasperFx.Events;
using Marten;
using ApplicationsMapper = FollowUp.Applications.Publishing.ContractMapper;
using PolicyChanged = FollowUp.Scheduler.TeamPolicies.PolicyChanged;
using Private = FollowUp.Scheduler;
using SchedulerMapper = FollowUp.Scheduler.Publishing.ContractMapper;

namespace FollowUp.Specs.Guards;

/// <summary>One of every event and every command, with every field filled in.</summary>
internal static class Samples
{
    private static readonly DateTimeOffset At = Slots.At("2026-03-02T10:00:00.1234567+02:00");
    private static readonly Guid Id = Slots.Id("ana");
    private static readonly Person Person = new(Id, ContactRole.Owner, [Channel.Phone, Channel.DirectMessage], Slots.Id("roe"));
    private static readonly Company Company = new("Ångström & Söhne", HiringProcess.OwnerRun, "Europe/Berlin", "DE", "DE-BY");
    private static readonly Advertisement Posting = new(
        "Clerk",
        "https://example.org/1",
        new(2026, 12, 1),
        new(true, true, SubmitBy.Embed)
    );
    private static readonly ApiKey Key = new()
    {
        Id = "a",
        Team = "t1",
        Name = "n",
        Scopes = [Scopes.Read],
        Hash = "h",
        CreatedAt = At,
        CreatedBy = "me",
        RevokedAt = At,
    };
    private static readonly Integration Integration = new()
    {
        Id = "t1.crm",
        Team = "t1",
        Name = "crm",
        MayRead = true,
        MayCommand = true,
        Events = ["follow-up.due"],
        MadeAt = At,
        MadeBy = "me",
        RevokedAt = At,
        Version = 2,
    };
    private static readonly ContactReference Contact = new(Id, ContactRole.Recruiter, [Channel.Email]);

    public static object[] OfApplications { get; } =
    [
        new Submitted("c-1", Company, Posting, Approach.MassMailing, [Person], At, Basis.Declared, true),
        new FollowUp.Applications.CoverLetterSent(At, new(2026, 3, 9)),
        new FollowUp.Applications.ContactRecorded(Person, At),
        new FollowUp.Applications.EmployerResponded(1, At, new(2026, 3, 9)),
        new FollowUp.Applications.InterviewScheduled(
            1,
            2,
            At,
            At.AddHours(1),
            Id,
            At,
            Basis.Inferred,
            InterviewKind.Panel,
            new(2026, 3, 2)
        ),
        new FollowUp.Applications.InterviewRescheduled(1, 2, At.AddDays(1), At.AddDays(1.5), At, Basis.Declared),
        new FollowUp.Applications.InterviewCancelled(1, 2, At, Basis.Measured),
        new FollowUp.Applications.StepRecorded(3, StepKind.Offer, new(2026, 3, 2), At, At, new(2026, 3, 6), "Trial day"),
        new FollowUp.Applications.FollowUpMade(1, Channel.InPerson, "ana", At, Id, ["lapsed"]),
        new Amended(
            Company with
            {
                Country = "AT",
                Region = "AT-4",
            },
            Posting,
            Approach.Agency,
            At,
            "c-2",
            At.AddDays(-1),
            true,
            """{"approach":"agency"}"""
        ),
        new FollowUp.Applications.ContactCorrected(Person, At),
        new Closed(ClosingReason.OfferDeclined, At),
        new Reopened(At, true),
        new Retracted(8, nameof(FollowUp.Applications.FollowUpMade), At, Id, true),
        new Voided(At),
        new Erased("c-1", At),
        new KeyMade(Key with { RevokedAt = null }),
        new KeyRevoked(Key),
        new IntegrationMade(Integration with { RevokedAt = null }),
        new IntegrationRevoked(Integration),
    ];

    public static object[] OfScheduler { get; } =
    [
        new Private.Planned(
            1,
            "c-1",
            At,
            At.AddDays(3),
            [Channel.Email],
            Contact,
            "ownerRun",
            new(AnchorKind.InterviewEnd, new(2026, 3, 2), Basis.Inferred),
            3,
            [Slots.Because],
            At
        ),
        new Private.Withheld(1, "c-1", "ownerRun", 3, [Slots.Because], [Slots.Because]),
        new Private.Due(1, "c-1", At, At.AddDays(3), [Channel.Email], Contact),
        new Private.Claimed(1, Id, "ana", Channel.Letter, 4, At, At.AddMinutes(5), "key:1"),
        new Private.Released(1, Id, "ana", At),
        new Private.Expired(1, Id, "ana", At),
        new Private.Refused(1, Id, "ana", Slots.Because, At, "key:1"),
        new Private.Settled(1, Id, "ana", Channel.Phone, 4, At, ["lapsed"]),
        new Private.Unsettled(1, Id, At),
        new Private.Waived(1, Slots.Because, At),
        new Private.Lapsed(1, At, At.AddDays(1)),
        new Private.ClosingProposed(1, At, At.AddDays(9)),
        new Private.ClosingProposalWithdrawn(1, At.AddDays(9)),
        new Private.Assigned(1, "ben", "ana", At),
        new Private.Snoozed(1, At.AddDays(2), "ana", At),
        new Private.Overridden(1, OverrideReason.KnownThere, ["massMailing"], "ana", At),
        new PolicyChanged(2, Policy.Default with { Version = 2, RequireContact = true }, "ana", At),
    ];

    public static object[] Commands { get; } =
    [
        new ClaimFollowUp(1, Id, "ana", Channel.Phone, "PT5M", 3),
        new ReleaseClaim(1, Id),
        new SettleFollowUp(1, Id, "ana", Channel.Phone, At, 4, 3, true),
        new AssignFollowUp(1, "ben", "ana"),
        new SnoozeFollowUp(1, "2026-03-09", "ana"),
        new OverrideFollowUp(1, OverrideReason.KnownThere, "a note", "ana"),
    ];

    public static IEnumerable<object> Contracts => OfApplications.Select(Announced).Concat(OfScheduler.Select(Announced)).OfType<object>();

    /// <summary>The contract that an event is published as.</summary>
    public static object? Announced(object domainEvent)
    {
        var stored = (IEvent)Activator.CreateInstance(typeof(Event<>).MakeGenericType(domainEvent.GetType()), domainEvent)!;
        stored.StreamId = Slots.Subject;
        return OfApplications.Contains(domainEvent)
            ? new ApplicationsMapper().ToContract(stored)
            : new SchedulerMapper().ToContract(stored);
    }

    /// <summary>The event as the store serializes it.</summary>
    public static ISerializer Stored { get; } = StoredJson();

    public static string Text(object value) => JsonSerializer.Serialize(value, value.GetType(), Json.Lenient);

    private static ISerializer StoredJson()
    {
        var options = new StoreOptions();
        MartenSetup.UseJson(options);
        return options.Serializer();
    }
}
