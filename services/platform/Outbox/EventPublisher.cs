using System.Diagnostics;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Observability;
using JasperFx.Events;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Polly;

namespace FollowUp.Platform.Outbox;

/// <summary>Maps stored events to their contracts, and publishes each until the broker has confirmed it.</summary>
internal sealed partial class EventPublisher
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250),
        Pause = TimeSpan.FromSeconds(1);

    // never gives up: the daemon would publish the whole page again, and 6 s later, which is longer than the broker may be back by then
    private readonly ResiliencePipeline _retry;
    private readonly int _inFlight;
    private readonly IContractMapper _mapper;
    private readonly Publisher _publisher;
    private readonly InboxShares _shares;
    private readonly Func<StoreLives> _lives;

    public EventPublisher(
        IContractMapper mapper,
        Publisher publisher,
        InboxShares shares,
        IServiceProvider services,
        IConfiguration configuration,
        ILogger<EventPublisher> log
    )
    {
        _lives = services.GetRequiredService<StoreLives>; // needs the store, which is configured with the outbox publisher
        _inFlight = Math.Clamp(configuration.GetValue("Outbox:InFlight", Publisher.MostInFlight), 1, Publisher.MostInFlight);
        (_mapper, _publisher, _shares) = (mapper, publisher, shares);
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
    }

    /// <summary>
    /// Publishes the events of one application in order, one after the other, and applications in parallel. Returns when all are confirmed.
    /// </summary>
    public Task Publish(IEnumerable<IEvent> events, CancellationToken ct) =>
        Parallel.ForEachAsync(
            events.GroupBy(x => (x.TenantId, x.StreamId)).Select(x => x.ToArray()),
            new ParallelOptions { MaxDegreeOfParallelism = _inFlight, CancellationToken = ct },
            async (stream, ct) =>
            {
                foreach (var e in stream)
                    await Publish(e, ct);
            }
        );

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
        if (contract is not SiblingMessage)
            _shares.Published(e.TenantId);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker did not confirm a message ({Kind}: {Reason}); publishing it again")]
    private static partial void LogRetry(ILogger log, string kind, string reason);
}
