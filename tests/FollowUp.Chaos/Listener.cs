using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace FollowUp.Chaos;

/// <summary>
/// Hears every event of the team on the bus, as an integration with a queue of its own: it acknowledges a message when it has kept it, and
/// connects again whenever the connection or the queue is gone.
/// </summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<PublicEvent> _heard = [];
    private readonly ConcurrentDictionary<(Guid, string), byte> _known = [];
    private readonly Task _listening;

    public Listener(Uri bus, string user, string password, string queue) => _listening = Task.Run(() => Listen(bus, user, password, queue));

    /// <summary>The messages in the order of arrival, redeliveries included.</summary>
    public IReadOnlyList<PublicEvent> Heard => [.. _heard];

    public bool HasHeard(Guid application, string type) => _known.ContainsKey((application, type));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening;
        _stop.Dispose();
    }

    private async Task Listen(Uri bus, string user, string password, string queue)
    {
        while (!_stop.IsCancellationRequested)
        {
            IConnection? connection = null;
            IChannel? channel = null;
            try
            {
                connection = await CommandSender.Connect(bus, user, password);
                channel = await connection.CreateChannelAsync();
                await channel.BasicQosAsync(0, 200, global: false);
                var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var consumer = new AsyncEventingBasicConsumer(channel);
                consumer.UnregisteredAsync += (_, _) => Ended(); // the queue was deleted
                consumer.ShutdownAsync += (_, _) => Ended();
                consumer.ReceivedAsync += async (_, delivery) =>
                {
                    Keep(JsonDocument.Parse(delivery.Body).RootElement);
                    await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
                };
                await channel.BasicConsumeAsync(queue, autoAck: false, consumer);
                await ended.Task.WaitAsync(_stop.Token);

                Task Ended()
                {
                    ended.TrySetResult();
                    return Task.CompletedTask;
                }
            }
            catch (Exception e) when (CommandSender.IsOfTheBroker(e))
            {
                // The broker is down, or the queue is not declared yet.
            }
            finally
            {
                await CommandSender.Close(connection, channel);
            }
            await Task.Delay(TimeSpan.FromMilliseconds(250), CancellationToken.None);
        }
    }

    private void Keep(JsonElement message)
    {
        var e = Read(message);
        _heard.Enqueue(e);
        _known[(e.Application, e.Type)] = 0;
    }

    public static PublicEvent Read(JsonElement message) =>
        new(
            message.Text("source") ?? "",
            Guid.Parse(message.Text("subject") ?? ""),
            long.Parse(message.Text("sequence") ?? "", CultureInfo.InvariantCulture),
            message.Text("id") ?? "",
            message.Text("type") ?? "",
            message.Text("correlationid"),
            message.Number("data.stage"),
            message.Instant("time") ?? default
        );
}

/// <summary>Follows a service's feed from page to page, at whichever node answers.</summary>
internal sealed class FeedReader(HttpSender service)
{
    private const int PageSize = 1000;

    private readonly ConcurrentQueue<PublicEvent> _read = [];
    private string? _position;

    /// <summary>The events in the order of the feed.</summary>
    public IReadOnlyList<PublicEvent> Read => [.. _read];

    /// <summary>Reads on until it is told to stop.</summary>
    public async Task Follow(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await ToTheEnd();
            await Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None);
        }
    }

    /// <summary>Reads to the present end of the feed.</summary>
    /// <returns>Whether the end was reached, and not only a node that didn't answer.</returns>
    public async Task<bool> ToTheEnd()
    {
        while (true)
        {
            var from = _position is null ? "" : $"&after={Uri.EscapeDataString(_position)}";
            if (await service.Get($"/events?limit={PageSize}{from}") is not { Status: 200, Position: { } position } page)
                return false;
            foreach (var e in page.Json.EnumerateArray())
                _read.Enqueue(Listener.Read(e));
            _position = position;
            if (page.Link is null)
                return true;
        }
    }
}
