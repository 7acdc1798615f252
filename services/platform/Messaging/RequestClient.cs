using System.Collections.Concurrent;
using FollowUp.Contracts;
using MassTransit;

namespace FollowUp.Platform.Messaging;

/// <summary>Asks another service over the bus and waits for its answer.</summary>
public sealed class RequestClient
{
    private readonly Publisher _publisher;
    private readonly string _user;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<CloudEvent>> _asked = new();

    internal RequestClient(Publisher publisher, BusSettings settings) => (_publisher, _user) = (publisher, settings.User);

    /// <summary>Where this node takes answers: its own queue, gone with its connection.</summary>
    internal string ReplyQueue { get; } = $"followup.answers.{Guid.NewGuid():N}";

    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Answering = TimeSpan.FromSeconds(1);

    /// <summary>Asks, and asks again with the same id where an answer is late.</summary>
    /// <param name="queue">The other's command queue.</param>
    /// <param name="command">The command; its id is its idempotency key.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="patience">How long to wait, more than a second; 5 s unless given.</param>
    /// <returns>The answer, which may be a refusal.</returns>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    public async Task<CloudEvent> Request(string queue, CloudEvent command, CancellationToken ct, TimeSpan? patience = null)
    {
        var wait = patience ?? Deadline;
        var correlation = Guid.NewGuid().ToString("N");
        var answer = new TaskCompletionSource<CloudEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[correlation] = answer;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(wait);
        try
        {
            await _publisher.SendTo(
                queue,
                command,
                context =>
                {
                    context.BasicProperties.UserId = _user; // the broker vouches for it, and the other takes no command without
                    context.BasicProperties.ReplyTo = ReplyQueue;
                    context.BasicProperties.CorrelationId = correlation;
                    context.TimeToLive = wait - Answering; // a question nobody waits for any more isn't answered
                },
                deadline.Token
            );
            return await answer.Task.WaitAsync(deadline.Token);
        }
        catch (Exception exception)
            when (!ct.IsCancellationRequested
                && exception
                    is OperationCanceledException
                        or PublishTimeoutException
                        or MassTransitException
                        or RabbitMQ.Client.Exceptions.RabbitMQClientException
            )
        {
            throw new TimeoutException($"No answer from {queue} within {wait.TotalSeconds} s.", exception);
        }
        finally
        {
            _asked.TryRemove(correlation, out _);
        }
    }

    internal void Complete(string? correlation, CloudEvent answer)
    {
        if (correlation is not null && _asked.TryGetValue(correlation, out var asked))
            asked.TrySetResult(answer);
    }
}

internal sealed class ReplyConsumer(RequestClient questions) : IConsumer<Delivery>
{
    public Task Consume(ConsumeContext<Delivery> context)
    {
        var properties = context.ReceiveContext.GetPayload<RabbitMqBasicConsumeContext>().Properties;
        try
        {
            questions.Complete(properties.CorrelationId, EnvelopeParser.Envelope(context.Message.Body, properties.ContentType));
        }
        catch (UnreadableException) { } // not an answer of ours; the question's deadline says the rest
        return Task.CompletedTask;
    }
}
