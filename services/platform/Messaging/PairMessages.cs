using System.Collections.Frozen;
using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform.EventStore;

namespace FollowUp.Platform.Messaging;

/// <summary>
/// The messages by which the two services compare their stores after one of them was restored. They go from inbox to inbox, are in no
/// catalogue, and an older version ignores them.
/// </summary>
public static class PairMessages
{
    /// <summary>A process works in the life of its store that the message names.</summary>
    public const string Opened = "followup.private.opened.v1";

    /// <summary>A <see cref="SendAgain"/> of the Scheduler.</summary>
    public const string Wanted = "followup.private.send-again.v1";

    /// <summary>Applications has sent everything that a <see cref="SendAgain"/> asked for.</summary>
    public const string AllSent = "followup.private.all-sent.v1";

    /// <summary>How far an application is, where there is no event that could say so.</summary>
    public const string Extent = "followup.private.extent.v1";

    internal static readonly FrozenSet<string> All = [Opened, Wanted, AllSent];

    /// <summary>A message that no event caused.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="source">The service that sends it.</param>
    /// <param name="lives">The lives of that service's store.</param>
    /// <param name="data">The payload.</param>
    public static CloudEvent Message<T>(string type, string source, StoreLives lives, T data) =>
        new()
        {
            Id = Guid.CreateVersion7().ToString(),
            Source = source,
            Type = type,
            Time = TimeProvider.System.GetUtcNow(),
            ReplayIncarnation = lives.Incarnation,
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToElement(data, Json.Lenient),
        };
}

/// <summary>An application of a team.</summary>
/// <param name="Team">The team.</param>
/// <param name="Application">The application's id.</param>
public sealed record TeamApplication(string Team, Guid Application);

/// <summary>The request to send everything about some applications again.</summary>
/// <param name="For">The comparison that the messages belong to.</param>
/// <param name="Applications">The applications; null for all of them, with the keys and policies of all teams.</param>
public sealed record SendAgain(string For, IReadOnlyList<TeamApplication>? Applications);

/// <summary>Sends messages to queues of the pair.</summary>
public sealed class PairMessageSender
{
    private readonly Publisher _publisher;

    internal PairMessageSender(Publisher publisher) => _publisher = publisher;

    /// <summary>Sends a message, and returns when the broker has confirmed it.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="message">The message.</param>
    /// <param name="ct">Ends the attempt.</param>
    public Task Send(string queue, CloudEvent message, CancellationToken ct) => _publisher.SendTo(queue, message, null, ct);
}

/// <summary>Handles the <see cref="PairMessages"/>.</summary>
public interface IPairMessageHandler
{
    /// <summary>Handles one message. When the call returns, its consequences are durable.</summary>
    /// <param name="message">The message.</param>
    /// <param name="ct">Ends the attempt.</param>
    Task Handle(CloudEvent message, CancellationToken ct);
}
