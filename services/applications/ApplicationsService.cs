using FollowUp.Applications.ApiKeys;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Commands;
using FollowUp.Applications.Import;
using FollowUp.Applications.Integrations;
using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Messaging;
using Marten;

namespace FollowUp.Applications;

/// <summary>The definition of this service for the platform.</summary>
internal static class ApplicationsService
{
    public static ServiceDefinition Definition { get; } =
        new()
        {
            Name = "applications",
            Source = Catalogue.Applications,
            SiblingSource = Catalogue.Scheduler,
            Inbox = Topology.ApplicationsInbox,
            Sibling = "scheduler",
            SiblingInbox = Topology.SchedulerInbox,
            Received = ["followup.mt_doc_schedulerplan"],
            CommandQueue = Topology.ApplicationsCommands,
            Commands = ApplicationCommands.All.Select(x => x.Command).ToHashSet(),
            HasIntegrationQueues = true,
            Upgrades =
            [
                StoreUpgrade.RenameDocument("listing", "applicationrow"),
                StoreUpgrade.RenameDocument("planview", "schedulerplan"),
                StoreUpgrade.RenameDocument("knownaddress", "contactidentity"),
                StoreUpgrade.RenameMember("importrun", "of", "total"),
            ],
            WhenHistoryWasCut = ForgetEarlyDecisions,
            Store = Store,
        };

    // The next decisions get the numbers of those that waited and may be lost. The Scheduler sends again what is true.
    private static void ForgetEarlyDecisions(IDocumentSession session, DateTimeOffset now) =>
        session.QueueSqlCommand(
            """
            update followup.mt_doc_schedulerplan set data = data || '{"early": {}}', mt_version = gen_random_uuid()
            where data -> 'early' <> '{}'
            """
        );

    private static void Store(StoreOptions options)
    {
        options.Events.AddEventTypes(Facts);
        options.Projections.LiveStreamAggregation<JobApplication>();
        options.Projections.LiveStreamAggregation<TeamKeys>();
        options.Projections.LiveStreamAggregation<TeamIntegrations>();
        options
            .Column<ApplicationRow>(nameof(ApplicationRow.Candidate))
            .Column<ApplicationRow>(nameof(ApplicationRow.Employer))
            .Column<ApplicationRow>(nameof(ApplicationRow.Title))
            .Column<ApplicationRow>(nameof(ApplicationRow.IsClosed))
            .Column<ApplicationRow>(nameof(ApplicationRow.Stage))
            .Column<ApplicationRow>(nameof(ApplicationRow.SubmittedAt))
            .Column<ApplicationRow>(nameof(ApplicationRow.RespondedAt))
            .Column<ApplicationRow>(nameof(ApplicationRow.ClosedAt))
            .Column<ApplicationRow>(nameof(ApplicationRow.Job))
            .Column<ApplicationRow>(nameof(ApplicationRow.JobKey))
            .Unique<ApplicationRow>(ApplicationRow.OneForOneJob, "tenant_id", "job_key")
            // beside the unique index only those that it leaves out
            .IndexWhere<ApplicationRow>("job_key is null", "tenant_id", "job")
            .Index<ApplicationRow>("tenant_id", "submitted_at", "id")
            .Index<ApplicationRow>("tenant_id", "candidate", "id")
            .Index<ApplicationRow>("tenant_id", "employer", "id")
            .Index<ApplicationRow>("tenant_id", "stage", "is_closed")
            .IndexWhere<ApplicationRow>("is_closed", "tenant_id", "closed_at", "id")
            .Trigrams<ApplicationRow>("employer")
            .Trigrams<ApplicationRow>("title")
            .Trigrams<ApplicationRow>("candidate");
        // Two nodes may apply events of one application at the same time: the slower one reads again.
        options.Schema.For<SchedulerPlan>().UseOptimisticConcurrency(true);
        options
            .Column<SchedulerPlan>(nameof(SchedulerPlan.Version))
            .Column<SchedulerPlan>(nameof(SchedulerPlan.Status), "varchar")
            .Column<SchedulerPlan>(nameof(SchedulerPlan.Stage))
            .Column<SchedulerPlan>(nameof(SchedulerPlan.Urgency))
            .Column<SchedulerPlan>(nameof(SchedulerPlan.Assignee))
            .Column<SchedulerPlan>(nameof(SchedulerPlan.ClosingProposedAt), "timestamptz")
            .Column<SchedulerPlan>(nameof(SchedulerPlan.ClosingProposedIn))
            .Index<SchedulerPlan>("tenant_id", "status", "id")
            .Index<SchedulerPlan>("tenant_id", "urgency", "id")
            .Index<SchedulerPlan>("tenant_id", "stage", "urgency", "id")
            // Few slots have an assignee or a proposal to close, and queries look only for those.
            .IndexWhere<SchedulerPlan>("assignee is not null", "tenant_id", "assignee", "urgency", "id")
            .IndexWhere<SchedulerPlan>("closing_proposed_at is not null", "tenant_id", "closing_proposed_at", "id");
        options.Column<Candidate>(nameof(Candidate.Name)).Trigrams<Candidate>("name");
        options.Schema.For<Contact>().Index(x => x.Candidate);
        options.Schema.For<Contact>().Index(x => x.Address!);
        options.Schema.For<ContactIdentity>();
        options.Schema.For<Note>().Index(x => x.Candidate);
        options.Schema.For<ImportRun>().UseOptimisticConcurrency(true).Index(x => x.State);
        options.RegisterDocumentType<UploadedSheet>();
        options.RegisterDocumentType<ImportReport>();
        options.Schema.For<ImportReportPart>().Index(x => x.Import);
        options.Schema.For<TeamStatusWords>().UseOptimisticConcurrency(true);
        options.Schema.For<TeamImport>().UseOptimisticConcurrency(true);
        options.Schema.For<ExportPart>().Index(x => x.Upload);
    }

    /// <summary>
    /// Every event type of this service. They are registered here so that no event type is unknown after a restart; a test checks them
    /// against the types that the aggregates evolve on.
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
        typeof(StepRecorded),
        typeof(FollowUpMade),
        typeof(Amended),
        typeof(Closed),
        typeof(Reopened),
        typeof(ContactCorrected),
        typeof(Retracted),
        typeof(Voided),
        typeof(Erased),
        typeof(KeyMade),
        typeof(KeyRevoked),
        typeof(IntegrationMade),
        typeof(IntegrationRevoked),
    ];
}
