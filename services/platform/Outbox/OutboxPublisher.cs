using System.Diagnostics;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Observability;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Subscriptions;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace FollowUp.Platform.Outbox;

// See docs/decisions/0003-outbox-publisher.md
/// <summary>
/// The event store is the outbox: every fact becomes a contract and is published until the broker has confirmed it, in order
/// per application. Applications of one page go side by side; the facts of one wait for each other.
/// </summary>
internal sealed partial class OutboxPublisher : SubscriptionBase
{
    public const string ShardName = "outbox:All";
    private const int UsualPage = 500; // as good as a larger one (docs/benchmarks.md, bus)
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)];
    private readonly int _inFlight;
    private readonly IContractMapper _border;
    private readonly Publisher _publisher;
    private readonly ILogger<OutboxPublisher> _log;

    public OutboxPublisher(IContractMapper border, Publisher publisher, IConfiguration configuration, ILogger<OutboxPublisher> log)
    {
        _inFlight = Math.Clamp(configuration.GetValue("Outbox:InFlight", Publisher.MostInFlight), 1, Publisher.MostInFlight);
        (_border, _publisher, _log) = (border, publisher, log);
        Name = "outbox"; // keys the progress: another name would publish all history again
        Options.BatchSize = Math.Clamp(configuration.GetValue("Outbox:Page", UsualPage), 1, 10_000);
        // the next page is loaded when this one is done: loaded ahead, as is usual, pages of a dozen facts pile up, and each waits for a
        // round trip to the broker
        Options.MaximumHopperSize = 1;
        IncludeArchivedEvents = true; // a stream archived before it was relayed would never be published
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
                        await Announce(fact, ct);
                }
            );
            return NullChangeListener.Instance;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The daemon takes any cancellation for its own, and would freeze without a word.
            throw new PublishTimeoutException("A publish was cancelled.", exception);
        }
    }

    private async Task Announce(IEvent fact, CancellationToken ct)
    {
        var contract = _border.ToContract(fact);
        if (contract is null || fact.Headers?.ContainsKey(SessionFactory.Restored) is true)
            return;
        var parent = fact.Headers?.GetValueOrDefault(SessionFactory.TraceParent)?.ToString();
        using var activity = parent is null ? null : Telemetry.Source.StartActivity("publish", ActivityKind.Producer, parentId: parent);
        var message = _border.Envelope(fact, contract);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                if (contract is SiblingMessage secret)
                    await _publisher.SendTo(secret.Queue, message, null, ct);
                else
                    await _publisher.Publish(message, ct);
                return;
            }
            catch (Exception exception) when (!ct.IsCancellationRequested && attempt < Pauses.Length)
            {
                if (attempt == 0)
                    LogRetry(_log, exception.GetType().Name, exception.Message);
                await Task.Delay(Pauses[attempt], ct);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker did not take a fact ({Kind}: {Reason}); trying again")]
    private static partial void LogRetry(ILogger log, string kind, string reason);
}
