using System.Collections.Concurrent;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FollowUp.Contracts.MassTransit;

/// <summary>A command was not carried out.</summary>
/// <param name="rejected">Why, and whether it may be tried again.</param>
public sealed class CommandRejectedException(CommandRejected rejected) : Exception(rejected.Detail)
{
    /// <summary>The answer: code, title and detail, the same as of the HTTP problem.</summary>
    public CommandRejected Rejected { get; } = rejected;
}

/// <summary>Sends commands for one team, and waits for their answers.</summary>
public sealed class FollowUpClient
{
    // RabbitMQ's default exchange, which MassTransit knows by this name and doesn't declare: the routing key is the queue's name.
    private static readonly Uri DefaultExchange = new("exchange:amq.rabbitmq.reply-to");

    // the services answer in milliseconds, or after 4 s that they are behind
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QueueTime = TimeSpan.FromSeconds(4); // a question nobody waits for any more isn't answered

    private readonly IBus _bus;
    private readonly string _user,
        _team,
        _source;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<CloudEvent>> _asked = new();
    private readonly Lock _gate = new();
    private Answers? _answers;

    internal FollowUpClient(IBus bus, string user, string team, string source, TimeProvider time) =>
        (_bus, _user, _team, _source, _time) = (bus, user, team, source, time);

    private sealed record Answers(string Queue, HostReceiveEndpointHandle Endpoint);

    /// <summary>Sends a command and waits for its answer.</summary>
    /// <typeparam name="TAnswer">What answers it, see <see cref="Addresses.Answers"/>.</typeparam>
    /// <param name="application">The application's id.</param>
    /// <param name="command">The command, as <see cref="ClaimFollowUp"/>.</param>
    /// <param name="id">Its idempotency key: the same again, after a time-out, is done once and answered the same. A new one unless
    /// given.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="CommandRejectedException">It was not carried out.</exception>
    /// <exception cref="TimeoutException">No answer came within 5 s; ask again with the same id.</exception>
    /// <exception cref="ArgumentException">That is no command, or another answer comes to it.</exception>
    public async Task<TAnswer> Ask<TAnswer>(Guid application, object command, string? id = null, CancellationToken ct = default)
        where TAnswer : class
    {
        if (Addresses.Answers.GetValueOrDefault(command.GetType()) != typeof(TAnswer))
            throw new ArgumentException($"A {command.GetType().Name} is not answered by a {typeof(TAnswer).Name}.", nameof(command));
        var correlation = Guid.NewGuid().ToString("N");
        var answer = new TaskCompletionSource<CloudEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[correlation] = answer;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Patience);
        try
        {
            var queue = await AnswerQueue(deadline.Token);
            await Send(
                application,
                command,
                id,
                context =>
                {
                    context.BasicProperties.ReplyTo = queue;
                    context.BasicProperties.CorrelationId = correlation;
                    context.TimeToLive = QueueTime;
                },
                deadline.Token
            );
            var message = await answer.Task.WaitAsync(deadline.Token);
            return message.Type == Catalogue.Rejected
                ? throw new CommandRejectedException(message.Data.Deserialize<CommandRejected>(Json.Whole)!)
                : message.Data.Deserialize<TAnswer>(Json.Whole)!;
        }
        catch (OperationCanceledException exception) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"No answer from {Addresses.QueueOf(command.GetType())} within {Patience.TotalSeconds} s.",
                exception
            );
        }
        finally
        {
            _asked.TryRemove(correlation, out _);
        }
    }

    /// <summary>Sends a command and asks for no answer; what came of it shows in the events. Returns when the broker has it.</summary>
    /// <param name="application">The application's id.</param>
    /// <param name="command">The command.</param>
    /// <param name="id">Its idempotency key. A new one unless given.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <exception cref="ArgumentException">That is no command.</exception>
    public Task Send(Guid application, object command, string? id = null, CancellationToken ct = default) =>
        Send(application, command, id, null, ct);

    private async Task Send(Guid application, object command, string? id, Action<RabbitMqSendContext>? more, CancellationToken ct)
    {
        var queue = Addresses.QueueOf(command.GetType());
        var message = new CloudEvent
        {
            Id = id ?? Guid.CreateVersion7().ToString(),
            Source = _source,
            Type = Catalogue.NameOf(command.GetType()),
            Subject = application.ToString(),
            Team = _team,
            Time = _time.GetUtcNow(),
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToElement(command, command.GetType(), Json.Lenient),
        };
        var endpoint = await _bus.GetSendEndpoint(DefaultExchange).WaitAsync(ct);
        await endpoint
            .Send(
                message,
                context =>
                {
                    if (!context.TryGetPayload(out RabbitMqSendContext? rabbit))
                        throw new NotSupportedException("FollowUp is on RabbitMQ.");
                    context.Serializer = new CloudEventSerializer(null);
                    rabbit.RoutingKey = queue;
                    rabbit.Mandatory = true;
                    rabbit.BasicProperties.Type = message.Type;
                    rabbit.BasicProperties.UserId = _user; // the broker vouches for it, and FollowUp takes no command without
                    more?.Invoke(rabbit);
                },
                ct
            )
            .WaitAsync(ct); // the token alone can end it late
    }

    private async Task<string> AnswerQueue(CancellationToken ct)
    {
        Answers answers;
        lock (_gate)
            answers = _answers ??= Listen($"followup.answers.{Guid.NewGuid():N}");
        try
        {
            await answers.Endpoint.Ready.WaitAsync(ct);
            return answers.Queue;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            lock (_gate)
                if (_answers == answers)
                    _answers = null; // it won't become ready any more: the next question makes another
            throw;
        }
    }

    private Answers Listen(string name) =>
        new(
            name,
            _bus.ConnectReceiveEndpoint(
                name,
                endpoint =>
                {
                    endpoint.ConfigureConsumeTopology = false;
                    endpoint.PublishFaults = false;
                    endpoint.AddDeserializer(new CloudEventFormat());
                    endpoint.DiscardSkippedMessages();
                    if (endpoint is IRabbitMqReceiveEndpointConfigurator queue)
                        (queue.Durable, queue.AutoDelete, queue.Exclusive) = (false, true, true);
                    endpoint.Handler<CloudEvent>(context =>
                    {
                        var properties = context.ReceiveContext.GetPayload<RabbitMqBasicConsumeContext>().Properties;
                        if (properties.CorrelationId is { } correlation && _asked.TryGetValue(correlation, out var asked))
                            asked.TrySetResult(context.Message);
                        return Task.CompletedTask;
                    });
                }
            )
        );
}

/// <summary>Adding the client.</summary>
public static class Commanding
{
    /// <summary>Makes a <see cref="FollowUpClient"/> available for injection, in <c>AddMassTransit(x => …)</c>.</summary>
    /// <param name="services">The configurator of the bus.</param>
    /// <param name="user">The broker user that the bus connects as: the broker refuses any other, and FollowUp goes by it.</param>
    /// <param name="team">The team that the commands are for.</param>
    /// <param name="source">Who sends them, as a URI reference of one's own: <c>/acme/crm</c>.</param>
    public static void AddFollowUpClient(this IBusRegistrationConfigurator services, string user, string team, string source) =>
        services.TryAddSingleton(provider => new FollowUpClient(
            provider.GetRequiredService<IBus>(),
            user,
            team,
            source,
            provider.GetService<TimeProvider>() ?? TimeProvider.System
        ));
}
