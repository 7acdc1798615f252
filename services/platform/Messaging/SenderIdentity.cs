using FollowUp.Contracts;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Security;
using Marten;
using MassTransit;

namespace FollowUp.Platform.Messaging;

/// <summary>
/// What a message was when it first came. One that was retried comes from this product's own user, and says in headers who had sent it
/// and how: the same checks must meet it again, and not those of the trusted user that put it back.
/// </summary>
internal sealed record OriginalDelivery(string? User, string? Exchange, string? RoutingKey, DateTimeOffset? FirstSeen);

/// <summary>Who sent a message, as far as the broker vouches for it.</summary>
/// <param name="IsOurs">The user that both services share, which speaks for every team.</param>
/// <param name="Integration">The integration whose user it is, revoked or not.</param>
internal sealed record Sender(bool IsOurs, Integration? Integration)
{
    public static readonly Sender Unknown = new(false, null);
    private const string DirectReplyTo = "amq.rabbitmq.reply-to."; // the broker's own address of a channel, which holds a secret

    /// <summary>The command as its sender may send it: of the sender's team and in the sender's name, whatever it claims.</summary>
    /// <exception cref="RefusedException"><c>unverifiedSender</c>, <c>mayNotCommand</c>, <c>foreignTeam</c> or
    /// <c>foreignReplyTo</c>.</exception>
    public CloudEvent Authorize(CloudEvent message, string? replyTo)
    {
        if (IsOurs)
            return message;
        if (Integration is not { RevokedAt: null } known)
            throw new RefusedException(
                "unverifiedSender",
                "A command must carry the AMQP property user_id with the broker user of an integration that holds."
            );
        if (!known.MayCommand)
            throw new RefusedException("mayNotCommand", $"The integration {known.Name} may not send commands.");
        if (message.Team is { } team && team != known.Team)
            throw new RefusedException("foreignTeam", $"The integration {known.Name} may not send commands of another team.");
        if (!MayBeAnsweredAt(replyTo))
            throw new RefusedException(
                "foreignReplyTo",
                "An answer goes to the direct reply-to or to the integration's own queue, and nowhere else."
            );
        return message with { Team = known.Team, RecordedBy = known.Name };
    }

    /// <summary>Whether an answer may go there. This service may write into every queue, and must not be talked into it.</summary>
    public bool MayBeAnsweredAt(string? replyTo) =>
        string.IsNullOrEmpty(replyTo)
        || IsOurs
        || replyTo.StartsWith(DirectReplyTo, StringComparison.Ordinal)
        || (Integration is { RevokedAt: null, MayRead: true } known && replyTo == Topology.IntegrationQueue(known.Id));
}

// See docs/decisions/0010-sender-identity.md
/// <summary>
/// Knows who sent a message by its AMQP property <c>user_id</c>, which the broker takes from nobody but that user.
/// </summary>
internal sealed class SenderIdentity(IDocumentStore store, BusSettings settings, TimeProvider time)
{
    internal const string RetriedUser = "retried-user-id",
        RetriedExchange = "retried-exchange",
        RetriedRoutingKey = "retried-routing-key",
        RetriedFirstSeen = "retried-first-seen";
    private readonly ShortLivedCache<Integration> _seen = new(
        async (user, ct) =>
        {
            await using var session = store.QuerySession();
            return await session.LoadAsync<Integration>(user, ct);
        },
        time
    );

    public OriginalDelivery OriginOf(RabbitMqBasicConsumeContext rabbit)
    {
        var headers = rabbit.Properties.Headers;
        if (rabbit.Properties.UserId != settings.User || headers is null || !headers.ContainsKey(RetriedUser))
            return new(rabbit.Properties.UserId, rabbit.Exchange, rabbit.RoutingKey, null);
        return new(
            headers.Text(RetriedUser) is { Length: > 0 } user ? user : null,
            headers.Text(RetriedExchange) ?? "",
            headers.Text(RetriedRoutingKey) ?? rabbit.RoutingKey,
            headers.Instant(RetriedFirstSeen)
        );
    }

    public async ValueTask<Sender> Of(string? user, CancellationToken ct) =>
        user == settings.User ? new(true, null)
        : string.IsNullOrEmpty(user) ? Sender.Unknown
        : new(false, await _seen.Find(user, ct));
}
