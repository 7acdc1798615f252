using System.Collections.Concurrent;
using FollowUp.Platform.Concurrency;
using MassTransit;
using PublishException = RabbitMQ.Client.Exceptions.PublishException;

namespace FollowUp.Platform.Messaging;

// See docs/decisions/0037-unconfirmed-messages.md
/// <summary>
/// Watches whether the broker confirms what the bus sends, and decides when the bus must give its connection up: a new one, possibly to
/// another node of the broker, finds the leaders of the queues again. All times are awake times.
/// </summary>
internal sealed class Confirmations(AwakeTime awake) : ISendObserver
{
    /// <summary>After how long a message counts as unconfirmed, and this node isn't ready.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromSeconds(2);

    /// <summary>A broker that refuses a message isn't slow; one that is silent may only be.</summary>
    private static readonly TimeSpan PatienceWithRefusals = Late,
        PatienceWithSilence = TimeSpan.FromSeconds(5);

    // Longer than the pause until the message is sent again: between two attempts nothing is under way.
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<SendContext, TimeSpan> _underWay = [];
    private readonly ConcurrentDictionary<string, Failure> _failures = new(StringComparer.Ordinal); // by destination
    private TimeSpan _gaveUpAt;
    private int _timesGivenUp;

    /// <param name="Destination">The routing key.</param>
    /// <param name="Since">When the first attempt began.</param>
    /// <param name="Last">When the last one ended, or now while it is under way.</param>
    /// <param name="IsRefused">Whether the broker answered that it doesn't take the message.</param>
    private sealed record Failure(string Destination, TimeSpan Since, TimeSpan Last, bool IsRefused);

    /// <summary>The routing key of a message that the broker has not confirmed for too long; null without one.</summary>
    public string? Unconfirmed => Oldest() is { } oldest && awake.Now - oldest.Since >= Late ? oldest.Destination : null;

    /// <summary>
    /// Whether the connection must be given up now. If that doesn't help twice, each further time comes twice as late, up to eight times:
    /// each time costs the messages in hand a delivery.
    /// </summary>
    /// <param name="delivers">Whether the connection still delivers other messages; otherwise the whole broker is slow, or away.</param>
    public bool MustGiveUp(bool delivers)
    {
        if (Oldest() is not { } oldest)
        {
            _timesGivenUp = 0;
            return false;
        }
        var patience = (oldest.IsRefused ? PatienceWithRefusals : PatienceWithSilence) * (1 << Math.Clamp(_timesGivenUp - 1, 0, 3));
        if (!delivers || awake.Now - (oldest.Since > _gaveUpAt ? oldest.Since : _gaveUpAt) < patience)
            return false;
        _gaveUpAt = awake.Now;
        _timesGivenUp++;
        return true;
    }

    private Failure? Oldest()
    {
        var now = awake.Now;
        foreach (var failure in _failures)
            if (now - failure.Value.Last >= Memory)
                _failures.TryRemove(failure);
        return _underWay
            .Where(x => now - x.Value >= Late)
            .Select(x => new Failure(DestinationOf(x.Key), x.Value, now, IsRefused: false))
            .Concat(_failures.Values)
            .MinBy(x => x.Since);
    }

    // A reply, which alone isn't mandatory, may go to a queue that was lost with its reader: that says nothing of this connection.
    public Task PreSend<T>(SendContext<T> context)
        where T : class
    {
        if (context is RabbitMqSendContext { Mandatory: true })
            _underWay[context] = awake.Now;
        return Task.CompletedTask;
    }

    public Task PostSend<T>(SendContext<T> context)
        where T : class
    {
        _underWay.TryRemove(context, out _);
        _failures.TryRemove(DestinationOf(context), out _);
        return Task.CompletedTask;
    }

    // A message that was lost with its connection is evidence of nothing: MassTransit connects again, and sends it again.
    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class
    {
        if (!_underWay.TryRemove(context, out var since))
            return Task.CompletedTask;
        var isRefused = exception.InnerException is PublishException { IsReturn: false };
        if (isRefused || (exception is OperationCanceledException && awake.Now - since >= Late))
            _failures.AddOrUpdate(
                DestinationOf(context),
                x => new(x, since, awake.Now, isRefused),
                (x, known) => new(x, known.Since, awake.Now, isRefused)
            );
        return Task.CompletedTask;
    }

    // Each queue has a leader of its own: a message that another queue confirmed says nothing about this one.
    private static string DestinationOf(SendContext context) => (context as RoutingKeySendContext)?.RoutingKey ?? "";
}
