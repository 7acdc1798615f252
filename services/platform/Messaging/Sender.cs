using FollowUp.Contracts;
using FollowUp.Platform.Security;

namespace FollowUp.Platform.Messaging;

/// <summary>The sender of a message, as the broker authenticates it.</summary>
/// <param name="IsOurs">Whether the sender is the user that both services share, which speaks for every team.</param>
/// <param name="Integration">The integration with that user, revoked or not.</param>
internal sealed record Sender(bool IsOurs, Integration? Integration)
{
    public static readonly Sender Unknown = new(false, null);
    private const string DirectReplyTo = "amq.rabbitmq.reply-to."; // the broker's own address of a channel, which holds a secret

    /// <summary>The command with the sender's team and the sender's name, whatever the message claims.</summary>
    /// <param name="message">The command as it was received.</param>
    /// <param name="replyTo">The reply address that the sender asks for.</param>
    /// <exception cref="RefusedException">
    /// <c>unverifiedSender</c>, <c>mayNotCommand</c>, <c>foreignTeam</c> or <c>foreignReplyTo</c>.
    /// </exception>
    public CloudEvent Authorize(CloudEvent message, string? replyTo)
    {
        if (IsOurs)
            return message;
        if (Integration is not { RevokedAt: null } known)
            throw new RefusedException(
                "unverifiedSender",
                "A command must carry the AMQP property user_id with the broker user of an integration that is not revoked."
            );
        if (!known.MayCommand)
            throw new RefusedException("mayNotCommand", $"The integration {known.Name} may not send commands.");
        if (message.Team is { } team && team != known.Team)
            throw new RefusedException("foreignTeam", $"The integration {known.Name} may not send commands of another team.");
        if (!MayBeAnsweredAt(replyTo))
            throw new RefusedException(
                "foreignReplyTo",
                "A reply goes to the direct reply-to or to the integration's own queue, and nowhere else."
            );
        return message with { Team = known.Team, RecordedBy = known.Name, Principal = Caller.OfIntegration(known.Id) };
    }

    /// <summary>
    /// Whether a reply may go to an address. This service may write into every queue, and an integration must not borrow that permission.
    /// </summary>
    /// <param name="replyTo">The address; none is permitted.</param>
    public bool MayBeAnsweredAt(string? replyTo) =>
        string.IsNullOrEmpty(replyTo)
        || IsOurs
        || replyTo.StartsWith(DirectReplyTo, StringComparison.Ordinal)
        || (Integration is { RevokedAt: null, MayRead: true } known && replyTo == Topology.IntegrationQueue(known.Id));
}
