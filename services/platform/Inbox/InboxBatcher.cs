using System.Threading.Channels;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Observability;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FollowUp.Platform.Inbox;

/// <summary>
/// Collects the events that arrive while the last transaction runs, and hands them over as one batch: no delay when idle, large batches
/// under load. The partitions divide the applications, so that one application is never in two transactions of this node.
/// </summary>
internal sealed partial class InboxBatcher : BackgroundService
{
    private const int Partitions = 2,
        MostAtOnce = 200; // measured with ./followup bench pair, see docs/benchmarks.md
    private readonly Channel<Waiting>[] _partitions =
    [
        .. Enumerable.Range(0, Partitions).Select(_ => Channel.CreateUnbounded<Waiting>(new() { SingleReader = true })),
    ];
    private readonly IEventHandler _handler;
    private readonly InboxFence _fence;
    private readonly ILogger<InboxBatcher> _log;

    private long _pending;

    public InboxBatcher(IEventHandler handler, InboxFence fence, ILogger<InboxBatcher> log)
    {
        (_handler, _fence, _log) = (handler, fence, log);
        Telemetry.Meter.CreateObservableGauge(
            "followup.inbox.waiting",
            () => Interlocked.Read(ref _pending),
            "{event}",
            "Events received from the broker and not yet durable in this service"
        );
    }

    private sealed record Waiting(IncomingEvent Message, TaskCompletionSource Done);

    /// <summary>Returns when the event is durable in this service, or throws the error that prevented it.</summary>
    public async Task Handle(IncomingEvent message)
    {
        Interlocked.Increment(ref _pending);
        try
        {
            await Enqueue(message);
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
        }
    }

    private Task Enqueue(IncomingEvent message)
    {
        var waiting = new Waiting(message, new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!_partitions[(uint)message.Application.GetHashCode() % Partitions].Writer.TryWrite(waiting))
            waiting.Done.SetException(new OperationCanceledException("The service is stopping."));
        return waiting.Done.Task;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_partitions.Select(partition => Task.Run(() => Run(partition.Reader, stoppingToken), CancellationToken.None)));

    private async Task Run(ChannelReader<Waiting> partition, CancellationToken ct)
    {
        var batch = new List<Waiting>(MostAtOnce);
        try
        {
            while (await partition.WaitToReadAsync(ct))
            {
                batch.Clear();
                while (batch.Count < MostAtOnce && partition.TryRead(out var waiting))
                    batch.Add(waiting);
                foreach (var team in batch.GroupBy(x => x.Message.Team))
                    await Handle(team.Key, [.. team], ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested) { }
        foreach (var lost in batch)
            lost.Done.TrySetCanceled(CancellationToken.None); // not acknowledged: the broker delivers it again
        while (partition.TryRead(out var lost))
            lost.Done.TrySetCanceled(CancellationToken.None);
    }

    private async Task Handle(string team, IReadOnlyList<Waiting> batch, CancellationToken ct)
    {
        try
        {
            await using (var door = await _fence.Open(ct))
            {
                IncomingEvent[] events = [.. batch.Select(x => x.Message).Where(x => door.Admits(x.Event))];
                // a command, the clock or another node may have written first
                if (events.Length > 0)
                    await ConflictRetry.Batch.ExecuteAsync(async token => await _handler.Handle(team, events, token), ct);
            }
            foreach (var waiting in batch)
                waiting.Done.TrySetResult();
        }
        catch (Exception exception) when (batch.Count > 1 && !ct.IsCancellationRequested)
        {
            // One event may be the cause, and must not block the others: handle them one by one, in order.
            LogSplitting(_log, exception, batch.Count, team);
            foreach (var waiting in batch)
                await Handle(team, [waiting], ct);
        }
        catch (Exception exception)
        {
            batch[0].Done.TrySetException(exception);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Could not handle a batch of {Count} events of team {Team}; handling them one by one"
    )]
    private static partial void LogSplitting(ILogger log, Exception exception, int count, string team);
}
