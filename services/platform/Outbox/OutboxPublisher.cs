using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Messaging;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Subscriptions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FollowUp.Platform.Outbox;

// See docs/decisions/0003-outbox-publisher.md
/// <summary>
/// The event store is the outbox. The publisher maps each event to its contract and publishes it until the broker has confirmed it. The
/// events of one application are published in order, one after the other; the applications of a page are published in parallel.
/// </summary>
internal sealed class OutboxPublisher : SubscriptionBase
{
    public const string ShardName = "outbox:All";
    private const int DefaultPage = 500; // a larger page is not faster (docs/benchmarks.md, bus)
    private static readonly TimeSpan HandOver = TimeSpan.FromSeconds(3);

    private readonly EventPublisher _publisher;
    private readonly AwakeTime _awake;
    private readonly Lazy<BacklogPublisher> _backlogs;

    public OutboxPublisher(EventPublisher publisher, IServiceProvider services, AwakeTime awake, IConfiguration configuration)
    {
        _backlogs = new(services.GetRequiredService<BacklogPublisher>); // needs the store, which is configured with this publisher
        (_publisher, _awake) = (publisher, awake);
        Name = "outbox"; // the key of the progress row: under another name all history would be published again
        Options.BatchSize = Math.Clamp(configuration.GetValue("Outbox:Page", DefaultPage), 1, 10_000);
        // Load the next page when this one is published. By default the daemon loads ahead: then pages of a dozen events pile up, and each
        // waits for a round trip to the broker.
        Options.MaximumHopperSize = 1;
        IncludeArchivedEvents = true; // a stream archived before its publication would never be published
    }

    public override async Task<IChangeListener> ProcessEventsAsync(
        EventRange page,
        ISubscriptionController controller,
        IDocumentOperations operations,
        CancellationToken cancellationToken
    )
    {
        // The daemon waits for this page before it gives the lock to another node. What the broker doesn't confirm by then is left to that
        // node: the page isn't marked as published.
        using var handOver = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _awake);
        using var stopping = (page.Agent as SubscriptionAgent)?.CancellationToken.Register(() => handOver.CancelAfter(HandOver));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, handOver.Token);
        try
        {
            await _publisher.Publish(await _backlogs.Value.Choose(page, operations, end.Token), end.Token);
            _backlogs.Value.Published(page);
            return NullChangeListener.Instance;
        }
        catch (OperationCanceledException exception) when (!end.IsCancellationRequested)
        {
            // The daemon takes any cancellation for its own: the agent would freeze without a log line.
            throw new PublishTimeoutException("A publish was cancelled.", exception);
        }
    }
}
