using System.Diagnostics;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Observability;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Subscriptions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Polly;

namespace FollowUp.Platform.Outbox;

// See docs/decisions/0003-outbox-publisher.md
/// <summary>
/// The event store is the outbox: every fact is mapped to its contract and published until the broker has confirmed it, in order per
/// application. The applications of a page are published in parallel, the facts of one application one after the other.
/// </summary>
internal sealed partial class OutboxPublisher : SubscriptionBase
{
    public const string ShardName = "outbox:All";
    private const int UsualPage = 500; // as good as a larger one (docs/benchmarks.md, bus)
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)];
    private readonly ResiliencePipeline _retry; // sooner than the daemon, which restarts the whole page after 6 s
    private readonly int _inFlight;
    private readonly IContractMapper _mapper;
    private readonly Publisher _publisher;

    public OutboxPublisher(IContractMapper mapper, Publisher publisher, IConfiguration configuration, ILogger<OutboxPublisher> log)
    {
        _inFlight = Math.Clamp(configuration.GetValue("Outbox:InFlight", Publisher.MostInFlight), 1, Publisher.MostInFlight);
        (_mapper, _publisher) = (mapper, publisher);
        _retry = new ResiliencePipelineBuilder()
            .AddRetry(
                new()
                {
                    MaxRetryAttempts = Pauses.Length,
                    // a cancellation too, unless it is the daemon's own
                    ShouldHandle = failed =>
                        ValueTask.FromResult(
                            failed.Outcome.Exception is not null && !failed.Context.CancellationToken.IsCancellationRequested
                        ),
                    DelayGenerator = failed => ValueTask.FromResult<TimeSpan?>(Pauses[failed.AttemptNumber]),
                    OnRetry = failed =>
                    {
                        if (failed is { AttemptNumber: 0, Outcome.Exception: { } exception })
                            LogRetry(log, exception.GetType().Name, exception.Message);
                        return ValueTask.CompletedTask;
                    },
                }
            )
            .Build();
        Name = "outbox"; // keys the progress: another name would publish all history again
        Options.BatchSize = Math.Clamp(configuration.GetValue("Outbox:Page", UsualPage), 1, 10_000);
        // Load the next page when this one is done. With the default, which loads ahead, pages of a dozen facts pile up, and each waits
        // for a round trip to the broker.
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
        try
        {
            var streams = page.Events.GroupBy(x => (x.TenantId, x.StreamId)).Select(x => x.ToArray());
            await Parallel.ForEachAsync(
                streams,
                new ParallelOptions { MaxDegreeOfParallelism = _inFlight, CancellationToken = cancellationToken },
                async (facts, ct) =>
                {
                    foreach (var fact in facts)
                        await Publish(fact, ct);
                }
            );
            return NullChangeListener.Instance;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The daemon takes any cancellation for its own, and would freeze without a log line.
            throw new PublishTimeoutException("A publish was cancelled.", exception);
        }
    }

    private async Task Publish(IEvent fact, CancellationToken ct)
    {
        var contract = _mapper.ToContract(fact);
        if (contract is null || fact.Headers?.ContainsKey(SessionFactory.Restored) is true)
            return;
        var parent = fact.Headers?.GetValueOrDefault(SessionFactory.TraceParent)?.ToString();
        using var activity = parent is null ? null : Telemetry.Source.StartActivity("publish", ActivityKind.Producer, parentId: parent);
        var message = _mapper.Envelope(fact, contract);
        await _retry.ExecuteAsync(
            async ct =>
            {
                if (contract is SiblingMessage secret)
                    await _publisher.SendTo(secret.Queue, message, null, ct);
                else
                    await _publisher.Publish(message, ct);
            },
            ct
        );
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker did not confirm a message ({Kind}: {Reason}); publishing it again")]
    private static partial void LogRetry(ILogger log, string kind, string reason);
}
