namespace FollowUp.Platform.Messaging;

/// <summary>
/// How a message was first delivered. A retried dead letter comes from this product's own user, and its headers name the original sender,
/// exchange and routing key: the message must pass the checks of its original sender, and not those of the trusted user that sent it again.
/// </summary>
/// <param name="User">The sender's broker user.</param>
/// <param name="Exchange">The exchange that the message was sent to.</param>
/// <param name="RoutingKey">Its routing key.</param>
/// <param name="FirstSeen">When the message first became a dead letter; null if it never did.</param>
internal sealed record OriginalDelivery(string? User, string? Exchange, string? RoutingKey, DateTimeOffset? FirstSeen);
