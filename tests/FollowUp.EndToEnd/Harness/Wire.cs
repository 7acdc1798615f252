using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace FollowUp.Harness;

/// <summary>A message as received from the broker.</summary>
/// <param name="ArrivedAt">A timestamp of <see cref="Stopwatch.GetTimestamp"/>.</param>
public sealed record Message(string Exchange, string RoutingKey, byte[] Body, IReadOnlyBasicProperties Properties, long ArrivedAt)
{
    private JsonElement? _json;

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The parsed body; throws when the body isn't JSON.</summary>
    public JsonElement Json => _json ??= JsonDocument.Parse(Body).RootElement;

    public string Type => Json.Text("type") ?? "";

    public string Source => Json.Text("source") ?? "";

    public string Subject => Json.Text("subject") ?? "";

    public string Id => Json.Text("id") ?? "";

    public string? Team => Json.Text("team");

    public long Sequence => long.TryParse(Json.Text("sequence"), out var number) ? number : -1;

    public string Incarnation => Json.Text("incarnation") ?? "";

    public JsonElement Data => Json.GetProperty("data");

    /// <summary>The headers, with texts as strings.</summary>
    public IReadOnlyDictionary<string, string> Headers =>
        (Properties.Headers ?? new Dictionary<string, object?>()).ToDictionary(
            x => x.Key,
            x => x.Value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : x.Value?.ToString() ?? ""
        );

    /// <summary>Whether a test sent the message, rather than a service.</summary>
    public bool IsOurs => Properties.AppId == Integration.AppId;

    public override string ToString() =>
        $"{RoutingKey} {Properties.ContentType} {string.Join(", ", Headers.Select(x => $"{x.Key}={x.Value}"))}\n{Text}";
}

/// <summary>
/// Receives every message of the event exchange, as another system would: a durable queue bound with <c>#</c> and a client that
/// acknowledges a message after storing it. So it misses no message, whatever happens to the broker.
/// </summary>
public sealed class Wire : IAsyncDisposable
{
    private const string Queue = "tests.tap";

    private readonly ConcurrentQueue<Message> _all = [];
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Message>> _bySubject = [];
    private readonly Lock _promise = new();
    private IConnection? _connection;
    private readonly DuePromise _due = new();
    private int _judged;

    /// <summary>The messages in the order of arrival.</summary>
    public IEnumerable<Message> All => _all;

    public int Count => _all.Count;

    /// <summary>Called with every message, on the thread that received the message.</summary>
    public Action<Message>? Received { get; set; }

    /// <summary>Whether any published message ever violated its schema.</summary>
    public bool HasBrokenPromise { get; private set; }

    /// <summary>
    /// Fails when a service has published a message that violates its schema, or what <see cref="DuePromise"/> says, since the last call.
    /// Every test calls this at its end.
    /// </summary>
    public void KeepsThePromise()
    {
        List<Message> fresh;
        List<(Message Message, IReadOnlyList<string> Complaints)> broken;
        lock (_promise)
        {
            fresh = [.. _all.Skip(_judged)];
            _judged += fresh.Count;
            broken =
            [
                .. fresh
                    .Select(x => (x, _due.Broken(x)))
                    .Where(x => x.Item2 is not null)
                    .Select(x => (x.x, (IReadOnlyList<string>)[x.Item2!])),
            ];
        }

        broken.AddRange(
            fresh
                .Where(x => !x.IsOurs)
                .Select(x => (Message: x, Complaints: (IReadOnlyList<string>)[.. Promise.Broken(x, isPublished: true)]))
                .Where(x => x.Complaints.Count > 0)
        );
        if (broken.Count > 0)
        {
            HasBrokenPromise = true;
            throw new InvalidOperationException(
                $"{broken.Count} published messages aren't what their schemas and the rules say, among them:\n"
                    + string.Join("\n\n", broken.Take(5).Select(x => $"{string.Join("; ", x.Complaints)}\n{x.Message}"))
            );
        }
    }

    /// <param name="nodes">The URI of the virtual host at each node of the broker: any of them will do.</param>
    public static async Task<Wire> Tap(IReadOnlyList<Uri> nodes)
    {
        var wire = new Wire();
        wire._connection = await Connect(nodes);
        var channel = await wire._connection.CreateChannelAsync();
        await channel.BasicQosAsync(0, 500, global: false);
        await channel.ExchangeDeclareAsync("followup.events", ExchangeType.Topic, durable: true);
        // A classic queue is lost with its node.
        var arguments = nodes.Count > 1 ? new Dictionary<string, object?> { ["x-queue-type"] = "quorum" } : null;
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, arguments);
        await channel.QueueBindAsync(Queue, "followup.events", "#");
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            wire.Keep(
                new Message(
                    delivery.Exchange,
                    delivery.RoutingKey,
                    delivery.Body.ToArray(),
                    new BasicProperties(delivery.BasicProperties),
                    Stopwatch.GetTimestamp()
                )
            );
            try
            {
                await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
            }
            catch (RabbitMQ.Client.Exceptions.AlreadyClosedException)
            {
                // The broker closed the connection; it delivers the stored message once more, as to any other system.
            }
        };
        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer);
        return wire;
    }

    /// <summary>The messages about an application so far, in the order of arrival.</summary>
    public IReadOnlyList<Message> About(object subject) =>
        _bySubject.TryGetValue(subject.ToString()!, out var messages) ? [.. messages] : [];

    /// <summary>Waits until a service publishes an event of that type about an application.</summary>
    /// <param name="type">The type without <c>followup.</c> and <c>.v1</c>, such as <c>follow-up.planned</c>.</param>
    public async Task<Message> Hears(object subject, string type, Func<Message, bool>? which = null, TimeSpan? deadline = null)
    {
        var found = await Eventually.Get(
            () => Task.FromResult(About(subject).FirstOrDefault(x => x.Type == $"followup.{type}.v1" && (which is null || which(x)))),
            x => x is not null,
            deadline,
            $"{type} of {subject} is published"
        );
        return found!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.CloseAsync(TimeSpan.FromSeconds(5));
            await _connection.DisposeAsync();
        }
    }

    internal static Task<IConnection> Connect(params IReadOnlyList<Uri> nodes) =>
        new ConnectionFactory
        {
            Uri = nodes[0],
            AutomaticRecoveryEnabled = true,
            TopologyRecoveryEnabled = true,
            NetworkRecoveryInterval = TimeSpan.FromMilliseconds(500),
            RequestedHeartbeat = TimeSpan.FromSeconds(10),
        }.CreateConnectionAsync(nodes.Select(x => new AmqpTcpEndpoint(x)), "followup tests");

    private void Keep(Message message)
    {
        _all.Enqueue(message);
        try
        {
            _bySubject.GetOrAdd(message.Subject, _ => []).Enqueue(message);
        }
        catch (JsonException)
        {
            // The message is kept in All, where the check of every message reports it.
        }

        Received?.Invoke(message);
    }
}

/// <summary>Another system on the bus: sends commands and events, reads queues. Uses nothing but an AMQP client.</summary>
public sealed class Integration : IAsyncDisposable
{
    /// <summary>Marks the messages of tests, which may be invalid, to tell them from the messages of the services.</summary>
    public const string AppId = "followup tests";

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly SemaphoreSlim _gate = new(1);

    private Integration(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    /// <summary>The broker user, which the broker itself validates.</summary>
    public string? User { get; init; }

    public static async Task<Integration> Connect(Pair pair)
    {
        var connection = await Wire.Connect(pair.Bus);
        return new Integration(connection, await connection.CreateChannelAsync(new CreateChannelOptions(true, true)))
        {
            User = pair.BrokerUser,
        };
    }

    /// <summary>
    /// Connects with the user and password that <c>POST /integrations</c> returned. A connection that is closed stays closed.
    /// </summary>
    public static async Task<Integration> Connect(Pair pair, string user, string password)
    {
        var factory = new ConnectionFactory
        {
            Uri = new UriBuilder(pair.Bus) { UserName = user, Password = password }.Uri,
            AutomaticRecoveryEnabled = false,
            ClientProvidedName = "followup tests, integration",
        };
        var connection = await factory.CreateConnectionAsync();
        return new Integration(connection, await connection.CreateChannelAsync(new CreateChannelOptions(true, true))) { User = user };
    }

    /// <summary>Whether the connection is still open.</summary>
    public bool IsConnected => _connection.IsOpen;

    /// <summary>A separate channel, for operations that close their channel.</summary>
    public Task<IChannel> Open() => _connection.CreateChannelAsync();

    /// <summary>Sends exactly these bytes; returns when the broker has confirmed them.</summary>
    public async Task Send(
        string exchange,
        string routingKey,
        ReadOnlyMemory<byte> body,
        string? contentType = "application/cloudevents+json",
        string? replyTo = null,
        string? correlationId = null
    )
    {
        var properties = new BasicProperties
        {
            DeliveryMode = DeliveryModes.Persistent,
            UserId = User,
            AppId = AppId,
        };
        if (contentType is not null)
            properties.ContentType = contentType;
        if (replyTo is not null)
            properties.ReplyTo = replyTo;
        if (correlationId is not null)
            properties.CorrelationId = correlationId;
        await _gate.WaitAsync();
        try
        {
            await _channel.BasicPublishAsync(exchange, routingKey, mandatory: true, properties, body);
        }
        finally
        {
            _gate.Release();
        }
    }

    public Task Send(
        string exchange,
        string routingKey,
        object body,
        string? contentType = "application/cloudevents+json",
        string? replyTo = null,
        string? correlationId = null
    ) =>
        Send(
            exchange,
            routingKey,
            body as byte[] ?? Encoding.UTF8.GetBytes(body as string ?? JsonSerializer.Serialize(body)),
            contentType,
            replyTo,
            correlationId
        );

    /// <summary>Sends a command and waits for its reply, with RabbitMQ's direct reply-to. Checks the reply against its schema.</summary>
    /// <param name="exchange">The default exchange is closed to integrations; they send commands through <c>followup.commands</c>.</param>
    /// <param name="isPromised">Whether the reply is part of the published contracts, or internal to the pair.</param>
    public async Task<Message> Ask(
        string queue,
        object body,
        string? contentType = "application/cloudevents+json",
        TimeSpan? deadline = null,
        string exchange = "",
        bool isPromised = true
    )
    {
        await using var channel = await _connection.CreateChannelAsync();
        var answer = new TaskCompletionSource<Message>(TaskCreationOptions.RunContinuationsAsynchronously);
        var correlation = Guid.NewGuid().ToString();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            if (delivery.BasicProperties.CorrelationId == correlation)
                answer.TrySetResult(
                    new Message(
                        delivery.Exchange,
                        delivery.RoutingKey,
                        delivery.Body.ToArray(),
                        new BasicProperties(delivery.BasicProperties),
                        Stopwatch.GetTimestamp()
                    )
                );
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync("amq.rabbitmq.reply-to", autoAck: true, consumer);
        var bytes = body as byte[] ?? Encoding.UTF8.GetBytes(body as string ?? JsonSerializer.Serialize(body));
        var properties = new BasicProperties
        {
            UserId = User,
            ReplyTo = "amq.rabbitmq.reply-to",
            CorrelationId = correlation,
        };
        if (contentType is not null)
            properties.ContentType = contentType;
        await channel.BasicPublishAsync(exchange, queue, mandatory: true, properties, bytes);
        var answered = await answer.Task.WaitAsync(deadline ?? Eventually.Patience);
        var broken = isPromised || answered.Type == "followup.command.rejected.v1" ? Promise.Broken(answered, isPublished: false) : [];
        return broken.Count == 0
            ? answered
            : throw new InvalidOperationException($"An answer isn't what its schema says: {string.Join("; ", broken)}\n{answered}");
    }

    /// <summary>Takes the next message out of a queue, or null when it is empty.</summary>
    public async Task<Message?> Take(string queue)
    {
        await _gate.WaitAsync();
        try
        {
            return await _channel.BasicGetAsync(queue, autoAck: true) is { } got
                ? new Message(
                    got.Exchange,
                    got.RoutingKey,
                    got.Body.ToArray(),
                    new BasicProperties(got.BasicProperties),
                    Stopwatch.GetTimestamp()
                )
                : null;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection.IsOpen)
            await _connection.CloseAsync(TimeSpan.FromSeconds(5));
        await _connection.DisposeAsync();
        _gate.Dispose();
    }
}
