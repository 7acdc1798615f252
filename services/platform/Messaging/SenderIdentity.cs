using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Security;
using Marten;
using MassTransit;

namespace FollowUp.Platform.Messaging;

// See docs/decisions/0010-sender-identity.md
/// <summary>Identifies the sender of a message by its AMQP property <c>user_id</c>, which the broker accepts from that user only.</summary>
internal sealed class SenderIdentity(IDocumentStore store, BusSettings settings, TimeProvider time)
{
    internal const string RetriedUser = "retried-user-id",
        RetriedExchange = "retried-exchange",
        RetriedRoutingKey = "retried-routing-key",
        RetriedFirstSeen = "retried-first-seen";
    private readonly ShortLivedCache<Integration> _integrations = new(
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
        : new(false, await _integrations.Find(user, ct));
}
