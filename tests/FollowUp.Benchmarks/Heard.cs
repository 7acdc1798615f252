using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace FollowUp.Benchmarks;

/// <summary>Hears of each application once, as cheaply as can be: it shares the machine with what it measures.</summary>
internal sealed class Heard : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, long> _heard = new(concurrencyLevel: 4, capacity: 200_000);
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<long>> _awaited = [];
    private IConnection? _connection;
    private int _repeated;

    public int Count => _heard.Count;

    /// <summary>How often something was heard of an application that had been heard of before.</summary>
    public int Repeated => Volatile.Read(ref _repeated);

    public static async Task<Heard> Listen(Uri bus, string routingKey)
    {
        var heard = new Heard();
        heard._connection = await new ConnectionFactory { Uri = bus, ClientProvidedName = "followup benchmark" }.CreateConnectionAsync();
        var channel = await heard._connection.CreateChannelAsync();
        var queue = await channel.QueueDeclareAsync();
        await channel.QueueBindAsync(queue.QueueName, "followup.events", routingKey);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            var now = Stopwatch.GetTimestamp();
            if (Subject(delivery.Body.Span) is not { } id)
                return Task.CompletedTask;
            if (!heard._heard.TryAdd(id, now))
                Interlocked.Increment(ref heard._repeated);
            else if (heard._awaited.TryRemove(id, out var awaited))
                awaited.TrySetResult(now);
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
        return heard;
    }

    /// <summary>When it was heard, of <see cref="Stopwatch.GetTimestamp"/>; null when it wasn't.</summary>
    public long? At(Guid id) => _heard.TryGetValue(id, out var at) ? at : null;

    public Task<long> Of(Guid id)
    {
        var awaited = _awaited.GetOrAdd(id, _ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));
        if (At(id) is { } already)
            awaited.TrySetResult(already);
        return awaited.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Until so many have been heard of.</summary>
    public Task Many(int count, TimeSpan deadline) =>
        Eventually.Holds(() => Count >= count, deadline, $"{count} are heard of, {Count} were");

    /// <summary>Until every one of these has been heard.</summary>
    /// <returns>When the last was.</returns>
    public async Task<long> All(IReadOnlyCollection<Guid> ids, TimeSpan deadline)
    {
        await Eventually.Holds(() => ids.All(_heard.ContainsKey), deadline, $"all of {ids.Count} are heard of");
        return ids.Max(x => _heard[x]);
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
