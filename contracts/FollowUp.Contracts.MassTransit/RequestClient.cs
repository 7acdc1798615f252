using System.Collections.Concurrent;
using System.Text.Json;
using MassTransit;
using RabbitMQ.Client.Exceptions;

namespace FollowUp.Contracts.MassTransit;

/// <summary>
/// Sends CloudEvents to queues and waits for their replies, which arrive in one queue of this client. The services use it, too.
/// </summary>
/// <param name="bus">The bus, on RabbitMQ; its serialization stays as it is.</param>
/// <param name="user">The broker user that the bus connects as: the broker refuses any other as a message's <c>user_id</c>.</param>
public sealed class RequestClient(Lazy<IBus> bus, string user)
{
    /// <summary>A client of a bus that was built before. It connects its reply queue with the first request.</summary>
    /// <param name="bus">The bus, on RabbitMQ; its serialization stays as it is.</param>
    /// <param name="user">The broker user that the bus connects as.</param>
    public RequestClient(IBus bus, string user)
        : this(new Lazy<IBus>(bus), user) { }

    /// <summary>How long a request waits for its reply: FollowUp replies in milliseconds, or after 4 s that it is behind.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    // A request that its sender no longer waits for isn't carried out: it expires in its queue this long before the time-out.
    private static readonly TimeSpan Handling = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, TaskCompletionSource<CloudEvent>> _pending = new();
    private readonly Lock _gate = new();
    private ReplyQueue? _replies;
    private string? _configured;

    private sealed record ReplyQueue(string Name, HostReceiveEndpointHandle Endpoint);

    /// <summary>Sends a command and waits for its reply.</summary>
    /// <param name="queue">The queue that takes the command, as <see cref="Addresses.SchedulerCommands"/>.</param>
    /// <param name="command">The command; its id is its idempotency key.</param>
    /// <param name="timeout">How long to wait, more than a second; <see cref="DefaultTimeout"/> unless given.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The reply, which may be a <see cref="CommandRejected"/>.</returns>
    /// <exception cref="TimeoutException">
    /// No reply came in time, or the broker did not take the command (the inner exception says so). Whether the command is carried out is
    /// unknown; send it again with the same id.
    /// </exception>
    public Task<CloudEvent> Request(string queue, CloudEvent command, TimeSpan? timeout = null, CancellationToken ct = default) =>
        SendAndWait(queue, command, timeout ?? DefaultTimeout, ct);

    /// <summary>Sends a message to the client's own queue and waits for it: it arrives only if the broker routes and delivers.</summary>
    /// <param name="timeout">How long to wait, more than a second; <see cref="DefaultTimeout"/> unless given.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="TimeoutException">The message did not arrive in time.</exception>
    public Task Ping(TimeSpan? timeout = null, CancellationToken ct = default) =>
        SendAndWait(
            null,
            new()
            {
                Id = Guid.NewGuid().ToString(),
                Source = "/followup/self",
                Type = "followup.ping",
            },
            timeout ?? DefaultTimeout,
            ct
        );

    /// <summary>Sends a command that needs no reply.</summary>
    /// <param name="queue">The queue that takes the command.</param>
    /// <param name="command">The command; its id is its idempotency key.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>Ends when the broker has confirmed the command.</returns>
    /// <exception cref="MassTransitException">The broker returned the command, or did not confirm it.</exception>
    public Task Send(string queue, CloudEvent command, CancellationToken ct = default) => Send(queue, command, null, ct);

    private async Task<CloudEvent> SendAndWait(string? queue, CloudEvent command, TimeSpan timeout, CancellationToken ct)
    {
        var correlation = Guid.NewGuid().ToString("N");
        var reply = new TaskCompletionSource<CloudEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[correlation] = reply;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(timeout);
        try
        {
            var replyQueue = await OpenReplyQueue(deadline.Token);
            await Send(
                queue ?? replyQueue,
                command,
                context =>
                {
                    context.BasicProperties.ReplyTo = replyQueue;
                    context.BasicProperties.CorrelationId = correlation;
                    context.TimeToLive = timeout - Handling;
                },
                deadline.Token
            );
            return await reply.Task.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException exception) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"No reply from {queue ?? "the broker"} within {timeout.TotalSeconds} s.", exception);
        }
        catch (Exception exception) when (exception is MassTransitException or RabbitMQClientException && !ct.IsCancellationRequested)
        {
            throw new TimeoutException($"The broker did not take a {command.Type}: {exception.Message}", exception);
        }
        finally
        {
            _pending.TryRemove(correlation, out _);
        }
    }

    private async Task Send(string queue, CloudEvent command, Action<RabbitMqSendContext>? configure, CancellationToken ct)
    {
        var exchange = await bus.Value.GetSendEndpoint(CloudEventSendExtensions.DefaultExchange).WaitAsync(ct);
        await exchange
            .SendCloudEvent(
                queue,
                command,
                context =>
                {
                    context.BasicProperties.UserId = user; // authenticated by the broker; FollowUp takes no command without it
                    configure?.Invoke(context);
                },
                ct
            )
            .WaitAsync(ct); // the token alone can end it late
    }

    /// <summary>Makes the reply queue part of a bus that is being configured, so that the bus restores it with its other queues.</summary>
    /// <param name="bus">The configuration of the bus.</param>
    public void ConfigureReplyQueue(IRabbitMqBusFactoryConfigurator bus)
    {
        _configured = NewName();
        bus.ReceiveEndpoint(_configured, Configure);
    }

    private static string NewName() => $"followup.answers.{Guid.NewGuid():N}";

    private async Task<string> OpenReplyQueue(CancellationToken ct)
    {
        if (_configured is { } name)
            return name;
        ReplyQueue? replies = null;
        try
        {
            lock (_gate)
                replies = _replies ??= Connect(NewName());
            await replies.Endpoint.Ready.WaitAsync(ct);
            return replies.Name;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            lock (_gate)
                if (_replies == replies)
                    _replies = null; // MassTransit has given the endpoint up: the next request connects another
            throw new MassTransitException("The reply queue could not be opened.", exception);
        }
    }

    private ReplyQueue Connect(string name) => new(name, bus.Value.ConnectReceiveEndpoint(name, Configure));

    private void Configure(IReceiveEndpointConfigurator endpoint)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PublishFaults = false;
        endpoint.PrefetchCount = 100;
        endpoint.UseRawMessages();
        if (endpoint is IRabbitMqReceiveEndpointConfigurator queue) // gone with its connection; RabbitMQ 4.3 demands exclusive
            (queue.Durable, queue.AutoDelete, queue.Exclusive) = (false, true, true);
        endpoint.Handler<RawMessage>(Receive);
    }

    private Task Receive(ConsumeContext<RawMessage> context)
    {
        var properties = context.ReceiveContext.GetPayload<RabbitMqBasicConsumeContext>().Properties;
        if (properties.CorrelationId is { } correlation && _pending.TryGetValue(correlation, out var reply))
            try
            {
                reply.TrySetResult(CloudEventSerializer.ParseEnvelope(context.Message.Body));
            }
            catch (JsonException) { } // no reply of FollowUp; the request's time-out reports the failure
        return Task.CompletedTask;
    }
}
