using System.Diagnostics;
using System.Threading.Channels;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Observability;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FollowUp.Platform.Inbox;

/// <summary>What a service does with the other's events: many of one team at once, in one transaction.</summary>
public interface IEventHandler
{
    /// <summary>
    /// Handles a batch. When it returns, all of it is durable; when it throws, none of it is. Deciding twice decides nothing new,
    /// so a batch may come again, in part or in whole.
    /// </summary>
    /// <param name="team">Whose events they are.</param>
    /// <param name="batch">In the order in which they came.</param>
    /// <param name="ct">Ends the attempt.</param>
    Task Handle(string team, IReadOnlyList<IncomingEvent> batch, CancellationToken ct);
}

/// <summary>
/// Gathers what arrives while the last transaction runs, and hands it over as one: no wait when idle, large batches under load.
/// Lanes share the applications between them, so that one application is never in two transactions of this node.
/// </summary>
internal sealed partial class InboxBatcher : BackgroundService
{
    private const int MostAttempts = 5,
        Lanes = 2,
        MostAtOnce = 200; // measured with ./followup bench pair, see docs/benchmarks.md
    private readonly Channel<Waiting>[] _lanes =
    [
        .. Enumerable.Range(0, Lanes).Select(_ => Channel.CreateUnbounded<Waiting>(new() { SingleReader = true })),
    ];
    private readonly IEventHandler _inbox;
    private readonly ILogger<InboxBatcher> _log;

    private long _inHand;

    public InboxBatcher(IEventHandler inbox, ILogger<InboxBatcher> log)
    {
        (_inbox, _log) = (inbox, log);
        Telemetry.Meter.CreateObservableGauge(
            "followup.inbox.waiting",
            () => Interlocked.Read(ref _inHand),
            "{event}",
            "Events taken from the broker and not yet durable here"
        );
    }

    private sealed record Waiting(IncomingEvent Message, TaskCompletionSource Done);

    /// <summary>Ends when the event is durable here, or throws what kept it from being.</summary>
    public async Task Handle(IncomingEvent message)
    {
        Interlocked.Increment(ref _inHand);
        try
        {
            await Enqueue(message);
        }
        finally
        {
            Interlocked.Decrement(ref _inHand);
        }
    }

    private Task Enqueue(IncomingEvent message)
    {
        var waiting = new Waiting(message, new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!_lanes[(uint)message.Application.GetHashCode() % Lanes].Writer.TryWrite(waiting))
            waiting.Done.SetException(new OperationCanceledException("The service is stopping."));
        return waiting.Done.Task;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_lanes.Select(lane => Task.Run(() => Run(lane.Reader, stoppingToken), CancellationToken.None)));

    private async Task Run(ChannelReader<Waiting> lane, CancellationToken ct)
    {
        var batch = new List<Waiting>(MostAtOnce);
        try
        {
            while (await lane.WaitToReadAsync(ct))
            {
                batch.Clear();
                while (batch.Count < MostAtOnce && lane.TryRead(out var waiting))
                    batch.Add(waiting);
                foreach (var team in batch.GroupBy(x => x.Message.Team))
                    await Handle(team.Key, [.. team], ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested) { }
        foreach (var lost in batch)
            lost.Done.TrySetCanceled(CancellationToken.None); // not acknowledged: the broker delivers it again
        while (lane.TryRead(out var lost))
            lost.Done.TrySetCanceled(CancellationToken.None);
    }

    private async Task Handle(string team, IReadOnlyList<Waiting> batch, CancellationToken ct)
    {
        try
        {
            await Try(team, [.. batch.Select(x => x.Message)], ct);
            foreach (var waiting in batch)
                waiting.Done.TrySetResult();
        }
        catch (Exception exception) when (batch.Count > 1 && !ct.IsCancellationRequested)
        {
            // One of them may be the bad one, and must not hold up the rest: one by one, in order.
            LogSplitting(_log, exception, batch.Count, team);
            foreach (var waiting in batch)
                await Handle(team, [waiting], ct);
        }
        catch (Exception exception)
        {
            batch[0].Done.TrySetException(exception);
        }
    }

    // A claim, the clock or another node may have been faster: then it is decided again.
    private async Task Try(string team, IReadOnlyList<IncomingEvent> batch, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await _inbox.Handle(team, batch, ct);
                return;
            }
            catch (Exception exception) when (attempt < MostAttempts && TransientErrors.IsConflict(exception)) { }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {Count} events of team {Team} failed; trying them one by one")]
    private static partial void LogSplitting(ILogger log, Exception exception, int count, string team);
}

/// <summary>Takes events from the inbox queue: reads, hands over, parks what can't be read.</summary>
internal sealed partial class InboxConsumer(
    InboxBatcher batches,
    DeadLetterPublisher parking,
    SenderIdentity senders,
    InboxSettings settings,
    ILogger<InboxConsumer> log
) : IConsumer<Delivery>
{
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2)];

    public async Task Consume(ConsumeContext<Delivery> context)
    {
        var rabbit = context.ReceiveContext.GetPayload<MassTransit.RabbitMqBasicConsumeContext>();
        IncomingEvent? message;
        try
        {
            message = EnvelopeParser.Event(
                EnvelopeParser.Envelope(context.Message.Body, rabbit.Properties.ContentType),
                settings.Source,
                senders.OriginOf(rabbit).RoutingKey,
                settings.Own
            );
        }
        catch (UnreadableException exception)
        {
            await parking.Publish(
                settings.Queue,
                context.Message.Body,
                rabbit,
                exception.Code,
                exception.Message,
                context.CancellationToken
            );
            return;
        }
        if (message is null)
            return; // of a type or source that doesn't concern this reader
        using var activity = Telemetry.Source.StartActivity(message.Event.Type, ActivityKind.Consumer, parentId: message.Event.TraceParent);
        if (activity is not null)
            message = message with { Event = message.Event with { TraceParent = activity.Id } }; // what it causes is traced to here
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await batches.Handle(message);
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException && TransientErrors.IsTransient(exception))
            {
                // The database is away or busy: the event stays unacknowledged until it is back. Nothing is parked for that.
                LogWaiting(log, exception, message.Event.Type, message.Application);
                await Task.Delay(Pauses[Math.Min(attempt, Pauses.Length - 1)], context.CancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException && attempt < Pauses.Length - 1)
            {
                LogWaiting(log, exception, message.Event.Type, message.Application);
                await Task.Delay(Pauses[attempt], context.CancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogParked(log, exception, message.Event.Type, message.Application);
                await parking.Publish(
                    settings.Queue,
                    context.Message.Body,
                    rabbit,
                    "handlerFailed",
                    exception.Message,
                    context.CancellationToken
                );
                return;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Type} of {Application} could not be handled yet")]
    private static partial void LogWaiting(ILogger log, Exception exception, string type, Guid application);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Type} of {Application} could not be handled and was parked")]
    private static partial void LogParked(ILogger log, Exception exception, string type, Guid application);
}

/// <summary>Whose events this service hears, where, and as whom it takes back its own from a replay, if it does.</summary>
internal sealed record InboxSettings(string Queue, string Source, string? Own);

/// <summary>Tells what passes by itself from what will never work.</summary>
public static class TransientErrors
{
    private const int MostAttempts = 10;

    /// <summary>Decides again, ten times at most, where another was faster.</summary>
    /// <param name="attempt">Reads, decides and writes, in a session of its own each time.</param>
    public static async Task<T> RetryOnConflict<T>(Func<Task<T>> attempt)
    {
        for (var attempts = 1; ; attempts++)
        {
            try
            {
                return await attempt();
            }
            catch (Exception exception) when (attempts < MostAttempts && IsConflict(exception)) { }
        }
    }

    /// <summary>Whether the same attempt may succeed later: the database is away, or another was faster.</summary>
    /// <param name="exception">What an attempt threw.</param>
    public static bool IsTransient(Exception? exception) =>
        exception switch
        {
            null => false,
            Npgsql.PostgresException postgres => postgres.IsTransient
                || postgres.SqlState is "40001" or "40P01" or "55P03"
                || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal),
            Npgsql.NpgsqlException or TimeoutException or RefusedException { Status: 503 } => true,
            _ => IsConflict(exception) || IsTransient(exception.InnerException),
        };

    /// <summary>Whether another was faster, and nothing else: then it is decided again.</summary>
    /// <param name="exception">What an attempt threw; of a batch, one for each that lost.</param>
    public static bool IsConflict(Exception? exception) =>
        exception switch
        {
            null => false,
            AggregateException { InnerExceptions: { Count: > 0 } all } => all.All(IsConflict),
            JasperFx.ConcurrencyException
            or Marten.Exceptions.ExistingStreamIdCollisionException
            or JasperFx.DocumentAlreadyExistsException => true,
            _ => IsConflict(exception.InnerException),
        };
}
