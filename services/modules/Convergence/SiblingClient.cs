using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Contracts.MassTransit;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Inbox;
using FollowUp.Platform.Messaging;

namespace FollowUp.Modules.Convergence;

/// <summary>The sibling doesn't answer, or refuses: the same request may succeed later.</summary>
public sealed class SiblingUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Sends the sibling requests that no command of a caller waits for, as those of the comparison.</summary>
public sealed class SiblingClient(RequestClient requests, ServiceDefinition service, InboxFence fence, StoreLives lives, TimeProvider time)
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5), // a lost request must not hold up a repair
        Soon = TimeSpan.FromSeconds(10),
        WhileSending = TimeSpan.FromSeconds(30);

    internal Task<Streams> Ask(HowFar request, CancellationToken ct) =>
        Request<Streams>(HowFar.Type, request, Streams.Type, request.Since is null ? Soon : AtOnce, ct);

    internal Task<SentAgain> Ask(SendAgain request, CancellationToken ct) =>
        Request<SentAgain>(SendAgain.Type, request, SentAgain.Type, WhileSending, ct);

    /// <summary>Sends a request, and waits for the reply.</summary>
    /// <typeparam name="T">The reply.</typeparam>
    /// <param name="type">The type name of the request.</param>
    /// <param name="data">The request.</param>
    /// <param name="replyType">The type name of the reply.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="SiblingUnavailableException">There was no reply, or a refusal.</exception>
    public async Task<T> Request<T>(string type, object data, string replyType, TimeSpan timeout, CancellationToken ct)
    {
        var request = new CloudEvent
        {
            Id = Guid.CreateVersion7().ToString(),
            Source = service.Source,
            Type = type,
            Time = time.GetUtcNow(),
            ReplayIncarnation = lives.Incarnation,
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToElement(data, data.GetType(), Json.Lenient),
        };
        CloudEvent reply;
        try
        {
            reply = await requests.Request(Topology.SiblingRequests(service.Sibling), request, timeout, ct);
        }
        catch (TimeoutException exception)
        {
            throw new SiblingUnavailableException(exception.Message, exception);
        }
        await fence.Notice(reply, ct);
        if (reply.Type == replyType && reply.Data.Deserialize<T>(Json.Whole) is { } read)
            return read;
        throw new SiblingUnavailableException(
            reply.Type == Catalogue.Rejected && reply.Data.Deserialize<CommandRejected>(Json.Lenient) is { } rejected
                ? $"{service.Sibling} refuses: {rejected.Detail}"
                : $"{service.Sibling} answers with {reply.Type}."
        );
    }
}
