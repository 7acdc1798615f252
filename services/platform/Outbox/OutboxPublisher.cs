using System.Diagnostics;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Observability;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Subscriptions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Polly;

namespace FollowUp.Platform.Outbox;

// See docs/decisions/0003-outbox-publisher.md
/// <summary>
/// The event store is the outbox. The publisher maps each event to its contract and publishes it until the broker has confirmed it. The
/// events of one application are published in order, one after the other; the applications of a page are published in parallel.
/// </summary>
internal sealed partial class OutboxPublisher : SubscriptionBase
{
    public const string ShardName = "outbox:All";
    private const int DefaultPage = 500; // a larger page is not faster (docs/benchmarks.md, bus)
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250),
        Pause = TimeSpan.FromSeconds(1),
        HandOver = TimeSpan.FromSeconds(3);

    // never gives up: the daemon would publish the whole page again, and 6 s later, which is longer than the broker may be back by then
    private readonly ResiliencePipeline _retry;
    private readonly int _inFlight;
    private readonly IContractMapper _mapper;
    private readonly Publisher _publisher;
    private readonly AwakeTime _awake;
    private readonly Func<StoreLives> _lives;

    public OutboxPublisher(
        IContractMapper mapper,
        Publisher publisher,
        IServiceProvider services,
        AwakeTime awake,
        IConfiguration configuration,
        ILogger<OutboxPublisher> log
    )
    {
        _lives = services.GetRequiredService<StoreLives>; // needs the store, which is configured with this publisher
        _inFlight = Math.Clamp(configuration.GetValue("Outbox:InFlight", Publisher.MostInFlight), 1, Publisher.MostInFlight);
        (_mapper, _publisher, _awake) = (mapper, publisher, awake);
        _retry = new ResiliencePipelineBuilder()
            .AddRetry(
                new()
                {
                    MaxRetryAttempts = int.MaxValue,
                    // also a cancellation, unless the daemon itself cancelled
                    ShouldHandle = failed =>
                        ValueTask.FromResult(
                            failed.Outcome.Exception is not null && !failed.Context.CancellationToken.IsCancellationRequested
                        ),
                    DelayGenerator = failed => ValueTask.FromResult<TimeSpan?>(failed.AttemptNumber == 0 ? FirstPause : Pause),
                    OnRetry = failed =>
                    {
                        if (failed.AttemptNumber % 60 == 0 && failed.Outcome.Exception is { } exception)
                            LogRetry(log, exception.GetType().Name, exception.Message);
                        return ValueTask.CompletedTask;
                    },
                }
            )
            .Build();
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
            var streams = page.Events.GroupBy(x => (x.TenantId, x.StreamId)).Select(x => x.ToArray());
            await Parallel.ForEachAsync(
                streams,
                new ParallelOptions { MaxDegreeOfParallelism = _inFlight, CancellationToken = end.Token },
                async (events, ct) =>
                {
                    foreach (var e in events)
                        await Publish(e, ct);
                }
            );
            return NullChangeListener.Instance;
        }
        catch (OperationCanceledException exception) when (!end.IsCancellationRequested)
        {
            // The daemon takes any cancellation for its own: the agent would freeze without a log line.
            throw new PublishTimeoutException("A publish was cancelled.", exception);
        }
    }

    private async Task Publish(IEvent e, CancellationToken ct)
    {
        var contract = _mapper.ToContract(e);
        if (contract is null || e.Headers?.ContainsKey(SessionFactory.Restored) is true)
            return;
        var parent = e.Headers?.GetValueOrDefault(SessionFactory.TraceParent)?.ToString();
        using var activity = parent is null ? null : Telemetry.Source.StartActivity("publish", ActivityKind.Producer, parentId: parent);
        var message = _mapper.Envelope(e, contract, _lives());
        await _retry.ExecuteAsync(
            async ct =>
            {
                if (contract is SiblingMessage sibling)
                    await _publisher.SendTo(sibling.Queue, message, null, ct);
                else
                    await _publisher.Publish(message, ct);
            },
            ct
        );
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker did not confirm a message ({Kind}: {Reason}); publishing it again")]
    private static partial void LogRetry(ILogger log, string kind, string reason);
}
