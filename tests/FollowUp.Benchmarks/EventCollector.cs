using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace FollowUp.Benchmarks;

/// <summary>
/// Subscribes to events and records when the first event about each application arrived. The collector is as cheap as possible, because it
/// shares the machine with the services that it measures.
/// </summary>
internal sealed class EventCollector : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, long> _receivedAt = new(concurrencyLevel: 4, capacity: 200_000);
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<long>> _awaited = [];
    private IConnection? _connection;
    private int _repeated;

    public int Count => _receivedAt.Count;

    /// <summary>The number of further events about applications that had an event before.</summary>
    public int Repeated => Volatile.Read(ref _repeated);

    public static async Task<EventCollector> Start(Uri bus, string routingKey)
    {
        var collector = new EventCollector();
        collector._connection = await new ConnectionFactory
        {
            Uri = bus,
            ClientProvidedName = "followup benchmark",
        }.CreateConnectionAsync();
        var channel = await collector._connection.CreateChannelAsync();
        var queue = await channel.QueueDeclareAsync();
        await channel.QueueBindAsync(queue.QueueName, "followup.events", routingKey);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            var now = Stopwatch.GetTimestamp();
            if (Subject(delivery.Body.Span) is not { } id)
                return Task.CompletedTask;
            if (!collector._receivedAt.TryAdd(id, now))
                Interlocked.Increment(ref collector._repeated);
            else if (collector._awaited.TryRemove(id, out var awaited))
                awaited.TrySetResult(now);
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
        return collector;
    }

    /// <summary>When the event about the application arrived, as <see cref="Stopwatch.GetTimestamp"/>; null when none has.</summary>
    public long? At(Guid id) => _receivedAt.TryGetValue(id, out var at) ? at : null;

    /// <summary>Waits for the event about one application.</summary>
    /// <returns>When the event arrived.</returns>
    public Task<long> WaitFor(Guid id)
    {
        var awaited = _awaited.GetOrAdd(id, _ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));
        if (At(id) is { } already)
            awaited.TrySetResult(already);
        return awaited.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Waits until events about so many applications have arrived.</summary>
    public Task WaitForCount(int count, TimeSpan deadline) =>
        Eventually.Holds(() => Count >= count, deadline, $"{count} events arrive; at the start there were {Count}");

    /// <summary>Waits until events about all these applications have arrived.</summary>
    /// <returns>When the last of them arrived.</returns>
    public async Task<long> WaitForAll(IReadOnlyCollection<Guid> ids, TimeSpan deadline)
    {
        await Eventually.Holds(() => ids.All(_receivedAt.ContainsKey), deadline, $"all {ids.Count} events arrive");
        return ids.Max(x => _receivedAt[x]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.CloseAsync(TimeSpan.FromSeconds(5));
            await _connection.DisposeAsync();
        }
    }

    private static Guid? Subject(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("subject"u8))
                return reader.Read() && reader.TryGetGuid(out var id) ? id : null;
        }

        return null;
    }
}
