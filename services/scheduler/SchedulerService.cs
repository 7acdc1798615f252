using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Security;
using FollowUp.Scheduler.Calendars;
using FollowUp.Scheduler.Commands;
using FollowUp.Scheduler.Projections;
using FollowUp.Scheduler.Reconciling;
using FollowUp.Scheduler.Subscriptions;
using FollowUp.Scheduler.TeamPolicies;
using Marten;
using PolicyChanged = FollowUp.Scheduler.TeamPolicies.PolicyChanged;

namespace FollowUp.Scheduler;

/// <summary>The definition of this service for the platform.</summary>
internal static class SchedulerService
{
    public static ServiceDefinition Definition { get; } =
        new()
        {
            Name = "scheduler",
            Source = Catalogue.Scheduler,
            SiblingSource = Catalogue.Applications,
            Inbox = Topology.SchedulerInbox,
            Sibling = "applications",
            SiblingInbox = Topology.ApplicationsInbox,
            Received = ["followup.mt_doc_applicationstate", "followup.mt_doc_receivedstream"],
            // callers get in with the keys, and an application waits for the policy that planned it
            ReceivedFirst = team => [DeterministicId.OfKeys(team), DeterministicId.OfIntegrations(team), DeterministicId.OfPolicy(team)],
            CommandQueue = Topology.SchedulerCommands,
            RequestQueue = Topology.SchedulerRequests,
            Commands = SchedulerCommands.All.Select(x => x.Command).Concat(InternalCatalogue.Requests.Keys).ToHashSet(),
            InternalMessages = new(InternalCatalogue.Requests, InternalCatalogue.Replies),
            // the event followup.follow-up.claim-refused announces the refusal
            IsRefusalAnnounced = (command, refused) => command is ClaimFollowUp && refused.Reason is not null,
            RestoresOwnEvents = true,
            Upgrades = [StoreUpgrade.RenameDocument("watch", "applicationstate", ("situation", "known"))],
            WhenHistoryWasCut = Reconciliation.Begin,
            Store = Store,
        };

    private static void Store(StoreOptions options)
    {
        options.Events.AddEventTypes(Facts);
        options.Projections.LiveStreamAggregation<FollowUpPlan>();
        // The messages that a key or integration was made and revoked may be handled at the same time: the slower handler reads again.
        options.Schema.For<ApiKey>().UseOptimisticConcurrency(true);
        options.Schema.For<Integration>().UseOptimisticConcurrency(true);
        // The due slot scheduler's query: a plain column, and an index that holds only rows with a moment. Not every change of the state
        // appends to the application's stream, so the stream's version alone doesn't keep a claim from writing an older state over a newer
        // one.
        options
            .Schema.For<ApplicationState>()
            .UseOptimisticConcurrency(true)
            .Duplicate(x => x.NextMomentAt!, pgType: "timestamptz", configure: index => index.Predicate = "next_moment_at is not null")
            .Duplicate(
                x => x.PlannedUnder!,
                configure: index => (index.Predicate, index.Columns) = ("planned_under is not null", ["tenant_id", "planned_under"])
            )
            .Duplicate(x => x.RebuildFor!, configure: index => index.Predicate = "rebuild_for is not null")
            .Duplicate(x => x.EarlyCount, configure: index => index.Predicate = "early_count > 0");
        options.Column<ApplicationState>(nameof(ApplicationState.Version));
        options.Schema.For<ReceivedStream>().UseOptimisticConcurrency(true);
        options.Column<ReceivedStream>(nameof(ReceivedStream.Version));
        options
            .Column<AgendaEntry>(nameof(AgendaEntry.Status), "varchar")
            .Column<AgendaEntry>(nameof(AgendaEntry.DueAt), "timestamptz")
            .Column<AgendaEntry>(nameof(AgendaEntry.SortAt), "timestamptz")
            .Column<AgendaEntry>(nameof(AgendaEntry.Candidate))
            .Column<AgendaEntry>(nameof(AgendaEntry.EmployerKey))
            .Column<AgendaEntry>(nameof(AgendaEntry.Assignee))
            .Column<AgendaEntry>(nameof(AgendaEntry.Person))
            .Column<AgendaEntry>(nameof(AgendaEntry.MadeAt), "timestamptz")
            .Column<AgendaEntry>(nameof(AgendaEntry.InterviewAt), "timestamptz")
            .Column<AgendaEntry>(nameof(AgendaEntry.ClosingProposedAt), "timestamptz")
            .Index<AgendaEntry>("tenant_id", "status", "sort_at", "id")
            .Index<AgendaEntry>("tenant_id", "candidate", "sort_at")
            .Index<AgendaEntry>("tenant_id", "employer_key", "sort_at")
            .IndexWhere<AgendaEntry>("assignee is not null", "tenant_id", "assignee", "sort_at")
            .IndexWhere<AgendaEntry>("person is not null", "tenant_id", "person")
            .IndexWhere<AgendaEntry>("interview_at is not null", "tenant_id", "interview_at")
            .IndexWhere<AgendaEntry>("closing_proposed_at is not null", "tenant_id", "sort_at");
        options.Projections.LiveStreamAggregation<TeamPolicy>();
        options.Schema.For<Agreement>().SingleTenanted();
        options.Column<CurrentPolicy>(nameof(CurrentPolicy.Version));
        options.RegisterDocumentType<OverrideNote>();
        options.Schema.For<CalendarFeed>().SingleTenanted().UseOptimisticConcurrency(true);
        options.Column<CalendarFeed>(nameof(CalendarFeed.Hash)).Index<CalendarFeed>("hash");
        options.Column<CalendarFeed>(nameof(CalendarFeed.Team)).Index<CalendarFeed>("team");
    }

    /// <summary>Every event type of this service; a test checks them against the types that the aggregate evolves on.</summary>
    internal static Type[] Facts { get; } =
    [
        typeof(Planned),
        typeof(Withheld),
        typeof(Due),
        typeof(Claimed),
        typeof(Released),
        typeof(Expired),
        typeof(Refused),
        typeof(Settled),
        typeof(Unsettled),
        typeof(Waived),
        typeof(Lapsed),
        typeof(ClosingProposed),
        typeof(ClosingProposalWithdrawn),
        typeof(Assigned),
        typeof(Snoozed),
        typeof(Overridden),
        typeof(PolicyChanged),
    ];
}
