using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace FollowUp.Chaos;

/// <summary>Sends commands over the bus as an integration. It connects when it sends, and again whenever the connection is gone.</summary>
internal sealed class CommandSender(Uri bus, string user, string password, string team) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Reply>> _waiting = [];
    private IConnection? _connection;
    private IChannel? _channel;

    /// <summary>Sends a command and waits for the reply.</summary>
    /// <returns>Null when no reply came.</returns>
    public async Task<Reply?> Ask(string queue, string type, object data, Attempt attempt)
    {
        var reply = _waiting[attempt.Correlation] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            return await Publish(queue, type, data, attempt, isAwaited: true) ? await reply.Task.WaitAsync(Patience) : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            _waiting.TryRemove(attempt.Correlation, out _);
        }
    }

    /// <summary>Sends a command that asks for no reply.</summary>
    /// <returns>Whether the broker confirmed the message.</returns>
    public Task<bool> Entrust(string queue, string type, object data, Attempt attempt) =>
        Publish(queue, type, data, attempt, isAwaited: false);

    private async Task<bool> Publish(string queue, string type, object data, Attempt attempt, bool isAwaited)
    {
        var message = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                specversion = "1.0",
                id = attempt.Correlation,
                source = "/chaos",
                type,
                subject = attempt.Application,
                time = DateTimeOffset.UtcNow,
                team,
                correlationid = attempt.Correlation,
                datacontenttype = "application/json",
                data,
            }
        );
        var properties = new BasicProperties
        {
            UserId = user,
            ContentType = "application/cloudevents+json",
            DeliveryMode = DeliveryModes.Persistent,
            ReplyTo = isAwaited ? "amq.rabbitmq.reply-to" : null,
            CorrelationId = attempt.Correlation,
        };
        if (!await _gate.WaitAsync(Patience))
            return false;
        try
        {
            var channel = await Channel();
            using var patience = new CancellationTokenSource(Patience);
            await channel
                .BasicPublishAsync("followup.commands", queue, mandatory: true, properties, message, patience.Token)
                .AsTask()
                .WaitAsync(Patience);
            return true;
        }
        catch (Exception e) when (IsOfTheBroker(e))
        {
            await Disconnect();
            return false;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<IChannel> Channel()
    {
        if (_channel is { IsOpen: true } && _connection is { IsOpen: true })
            return _channel;
        await Disconnect();
        _connection = await Connect(bus, user, password).WaitAsync(Patience);
        _channel = await _connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            if (_waiting.TryGetValue(delivery.BasicProperties.CorrelationId ?? "", out var waiting))
                waiting.TrySetResult(Read(Encoding.UTF8.GetString(delivery.Body.Span)));
            return Task.CompletedTask;
        };
        await _channel.BasicConsumeAsync("amq.rabbitmq.reply-to", autoAck: true, consumer);
        return _channel;
    }

    private static Reply Read(string text)
    {
        using var json = JsonDocument.Parse(text);
        var data = json.RootElement.GetProperty("data");
        return json.RootElement.Text("type") == "followup.command.rejected.v1"
            ? new((int)(data.Number("status") ?? 0), data.Text("code"), text)
            : new(200, null, text);
    }

    private async Task Disconnect()
    {
        var (connection, channel) = (_connection, _channel);
        (_connection, _channel) = (null, null);
        await Close(connection, channel);
    }

    public async ValueTask DisposeAsync()
    {
        await Disconnect();
        _gate.Dispose();
    }

    /// <summary>A connection that stays closed when it is closed, and notices a broker that hangs.</summary>
    public static Task<IConnection> Connect(Uri bus, string user, string password) =>
        new ConnectionFactory
        {
            Uri = new UriBuilder(bus) { UserName = user, Password = password }.Uri,
            AutomaticRecoveryEnabled = false,
            RequestedHeartbeat = TimeSpan.FromSeconds(5),
            RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
            ContinuationTimeout = TimeSpan.FromSeconds(5),
            ClientProvidedName = "followup chaos",
        }.CreateConnectionAsync();

    /// <summary>Gives up a connection; one to a broker that hangs is left to its heartbeat.</summary>
    public static async Task Close(IConnection? connection, IChannel? channel)
    {
        try
        {
            if (connection is { IsOpen: true })
                await connection.CloseAsync(TimeSpan.FromSeconds(1)).WaitAsync(TimeSpan.FromSeconds(2));
            channel?.Dispose();
            connection?.Dispose();
        }
        catch (Exception e) when (IsOfTheBroker(e))
        {
            // It was not open any more.
        }
    }

    /// <summary>Whether the broker, or the way to it, is the reason: the sender tries again.</summary>
    public static bool IsOfTheBroker(Exception e) =>
        e is RabbitMQClientException or IOException or TimeoutException or OperationCanceledException or ObjectDisposedException;
}
