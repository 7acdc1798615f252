using RabbitMQ.Client;

namespace FollowUp.Platform.Messaging;

/// <summary>How this service reaches the bus.</summary>
/// <param name="Uri">AMQP URI, with the virtual host.</param>
/// <param name="Service"><c>applications</c> or <c>scheduler</c>.</param>
internal sealed record BusSettings(Uri Uri, string Service)
{
    /// <summary>Reads the setting <c>Bus:Uri</c>.</summary>
    /// <param name="uri">Its value.</param>
    /// <param name="service"><c>applications</c> or <c>scheduler</c>.</param>
    /// <exception cref="SettingException">The value is no AMQP URI.</exception>
    public static BusSettings Parse(string uri, string service) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed.Scheme is "amqp" or "amqps"
            ? new(parsed!, service)
            : throw new SettingException("Bus:Uri must be an AMQP URI, as amqp://user:password@host:5672/.");

    /// <summary>The broker's user that both services share: its messages are trusted.</summary>
    public string User => Uri.UserInfo.Split(':')[0] is { Length: > 0 } user ? Uri.UnescapeDataString(user) : ConnectionFactory.DefaultUser;

    public string Password =>
        Uri.UserInfo.Split(':', 2) is [_, var password] ? Uri.UnescapeDataString(password) : ConnectionFactory.DefaultPass;

    public string VirtualHost =>
        Uri.AbsolutePath.TrimStart('/') is { Length: > 0 } name ? Uri.UnescapeDataString(name) : ConnectionFactory.DefaultVHost;

    /// <summary>
    /// The heartbeat of long-lived connections. The broker gives a silent client's messages to another node after two to three times this
    /// long, and a client notices a silent broker after twice as long.
    /// </summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(2);

    /// <summary>How long an attempt to connect may take: a packet that was lost must not hold up the next attempt.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    /// <summary>A connection beside MassTransit's.</summary>
    /// <param name="purpose">What the connection is for; the broker shows it in the connection's name.</param>
    /// <param name="ct">Ends the attempt.</param>
    public Task<IConnection> Connect(string purpose, CancellationToken ct) =>
        new ConnectionFactory
        {
            Uri = Uri,
            ClientProvidedName = $"{Service} {purpose}",
            AutomaticRecoveryEnabled = false,
            RequestedHeartbeat = Heartbeat,
            RequestedConnectionTimeout = ConnectTimeout,
            ContinuationTimeout = TimeSpan.FromSeconds(10),
        }.CreateConnectionAsync(ct);
}
