using FollowUp.Applications.Importing;
using FollowUp.Applications.Integrations;
using FollowUp.Applications.Keys;
using FollowUp.Applications.Pages;
using FollowUp.Applications.Pages.Me;
using FollowUp.Applications.Pages.SigningIn;
using FollowUp.Applications.Reading;
using FollowUp.Applications.Recording;
using FollowUp.Contracts;
using FollowUp.Hosting;
using FollowUp.Hosting.Bus;
using FollowUp.Hosting.Store;
using Marten;

namespace FollowUp.Applications;

/// <summary>What makes this service the service it is.</summary>
internal static class Description
{
    public static ServiceDescription Of { get; } =
        new()
        {
            Name = "applications",
            Source = Catalogue.Applications,
            Hears = Catalogue.Scheduler,
            Inbox = Topology.ApplicationsInbox,
            CommandQueue = Topology.ApplicationsCommands,
            Commands = Catalogue.ApplicationCommands.Keys.ToHashSet(),
            Store = Store,
        };

    private static void Store(StoreOptions options)
    {
        options.Events.AddEventTypes(Facts);
        options.Projections.LiveStreamAggregation<JobApplication>();
        options.Projections.LiveStreamAggregation<TeamKeys>();
        options.Projections.LiveStreamAggregation<TeamIntegrations>();
        options
            .Column<Listing>(nameof(Listing.Candidate))
            .Column<Listing>(nameof(Listing.Employer))
            .Column<Listing>(nameof(Listing.Title))
            .Column<Listing>(nameof(Listing.IsClosed))
            .Column<Listing>(nameof(Listing.Stage))
            .Column<Listing>(nameof(Listing.SubmittedAt))
            .Column<Listing>(nameof(Listing.RespondedAt))
            .Column<Listing>(nameof(Listing.ClosedAt))
            .Index<Listing>("tenant_id", "submitted_at", "id")
            .Index<Listing>("tenant_id", "candidate", "id")
            .Index<Listing>("tenant_id", "employer", "id")
            .Index<Listing>("tenant_id", "stage", "is_closed")
            .IndexWhere<Listing>("is_closed", "tenant_id", "closed_at", "id")
            .Trigrams<Listing>("employer")
            .Trigrams<Listing>("title")
            .Trigrams<Listing>("candidate");
        // Two nodes may hear of one application at once: the slower one looks again.
        options.Schema.For<PlanView>().UseOptimisticConcurrency(true);
        options
            .Column<PlanView>(nameof(PlanView.Status), "varchar")
            .Column<PlanView>(nameof(PlanView.Stage))
            .Column<PlanView>(nameof(PlanView.Urgency))
            .Column<PlanView>(nameof(PlanView.Assignee))
            .Column<PlanView>(nameof(PlanView.ClosingProposedAt), "timestamptz")
            .Column<PlanView>(nameof(PlanView.ClosingProposedIn))
            .Index<PlanView>("tenant_id", "status", "id")
            .Index<PlanView>("tenant_id", "urgency", "id")
            .Index<PlanView>("tenant_id", "stage", "urgency", "id")
            // Few have somebody in particular, or a proposal, and only those are looked for.
            .IndexWhere<PlanView>("assignee is not null", "tenant_id", "assignee", "urgency", "id")
            .IndexWhere<PlanView>("closing_proposed_at is not null", "tenant_id", "closing_proposed_at", "id");
        options.Column<Candidate>(nameof(Candidate.Name)).Trigrams<Candidate>("name");
        options.Schema.For<Contact>().Index(x => x.Candidate);
        options.Schema.For<Contact>().Index(x => x.Address!);
        options.Schema.For<KnownAddress>();
        options.Schema.For<Note>().Index(x => x.Candidate);
        options.Schema.For<ImportRun>().UseOptimisticConcurrency(true).Index(x => x.State);
        options.RegisterDocumentType<UploadedSheet>();
        options.RegisterDocumentType<ImportReport>();
        // Who signs in names no team yet, and what seals cookies belongs to none.
        options.Schema.For<Session>().SingleTenanted().UseOptimisticConcurrency(true);
        options.RegisterDocumentType<ProtectionKey>();
        options.Column<Session>(nameof(Session.Team)).Column<Session>(nameof(Session.Who)).Index<Session>("team", "who");
        // the person at /me, and whoever sends the digest
        options.Schema.For<PersonalSettings>().SingleTenanted().UseOptimisticConcurrency(true);
        options
            .Column<PersonalSettings>(nameof(PersonalSettings.NextDigestAt), "timestamptz")
            .IndexWhere<PersonalSettings>("next_digest_at is not null", "next_digest_at");
        options.Schema.For<ProtectionKey>().SingleTenanted();
    }

    /// <summary>
    /// Every fact of this service: named here so that none is met unknown after a restart, and checked by a test against what the
    /// aggregates evolve on.
    /// </summary>
    internal static Type[] Facts { get; } =
    [
        typeof(Submitted),
        typeof(CoverLetterSent),
        typeof(ContactRecorded),
        typeof(EmployerResponded),
        typeof(InterviewScheduled),
        typeof(InterviewRescheduled),
        typeof(InterviewCancelled),
        typeof(FollowUpMade),
        typeof(Amended),
        typeof(Closed),
        typeof(Reopened),
        typeof(Erased),
        typeof(KeyMade),
        typeof(KeyRevoked),
        typeof(IntegrationMade),
        typeof(IntegrationRevoked),
    ];
}
