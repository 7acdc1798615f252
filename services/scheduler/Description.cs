using FollowUp.Contracts;
using FollowUp.Hosting;
using FollowUp.Hosting.Bus;
using FollowUp.Hosting.Keys;
using FollowUp.Hosting.Store;
using FollowUp.Scheduler.Reading;
using Marten;

namespace FollowUp.Scheduler;

/// <summary>What makes this service the service it is.</summary>
internal static class Description
{
    public static ServiceDescription Of { get; } = new()
    {
        Name = "scheduler",
        Source = Catalogue.Scheduler,
        Hears = Catalogue.Applications,
        Inbox = Topology.SchedulerInbox,
        CommandQueue = Topology.SchedulerCommands,
        Commands = Catalogue.SchedulerCommands.Keys.ToHashSet(),
        TakesBackItsOwn = true,
        Store = Store,
    };

    private static void Store(StoreOptions options)
    {
        options.Events.AddEventTypes(Facts);
        options.Projections.LiveStreamAggregation<FollowUpPlan>();
        // Of a key or an integration, made and revoked may arrive side by side: the slower one looks again.
        options.Schema.For<ApiKey>().UseOptimisticConcurrency(true);
        options.Schema.For<Integration>().UseOptimisticConcurrency(true);
        // What the clock looks for: a plain column, and an index that holds only rows with a moment.
        // Not every change of a watch appends to its stream, so the stream's version alone doesn't keep a claim from writing an older watch over a newer one.
        options.Schema.For<Watch>().UseOptimisticConcurrency(true)
            .Duplicate(x => x.NextMomentAt!, pgType: "timestamptz", configure: index => index.Predicate = "next_moment_at is not null")
            .Duplicate(x => x.EarlyCount, configure: index => index.Predicate = "early_count > 0");
        options.Column<AgendaEntry>(nameof(AgendaEntry.Status), "varchar").Column<AgendaEntry>(nameof(AgendaEntry.Candidate)).Column<AgendaEntry>(nameof(AgendaEntry.DueAt), "timestamptz")
            .Column<AgendaEntry>(nameof(AgendaEntry.SortAt), "timestamptz").Index<AgendaEntry>("tenant_id", "status", "sort_at", "id");
    }

    /// <summary>Every fact of this service, checked by a test against what the aggregate evolves on.</summary>
    internal static Type[] Facts { get; } =
    [
        typeof(Planned), typeof(Withheld), typeof(Due), typeof(Claimed), typeof(Released), typeof(Expired), typeof(Refused), typeof(Settled), typeof(Waived), typeof(Lapsed), typeof(ClosingProposed),
    ];
}
