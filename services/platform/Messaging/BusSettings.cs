using RabbitMQ.Client;

namespace FollowUp.Platform.Messaging;

/// <summary>How this service reaches the bus.</summary>
/// <param name="Nodes">An AMQP URI, with the virtual host, for each node of the broker; they differ in host and port.</param>
/// <param name="Service"><c>applications</c> or <c>scheduler</c>.</param>
internal sealed record BusSettings(IReadOnlyList<Uri> Nodes, string Service)
{
    /// <summary>Reads the setting <c>Bus:Uri</c>.</summary>
    /// <param name="uri">Its value: an AMQP URI, with the nodes of a cluster as <c>amqp://user:password@host1:5672,host2:5672/</c>.</param>
    /// <param name="service"><c>applications</c> or <c>scheduler</c>.</param>
    /// <exception cref="SettingException">The value is no such URI.</exception>
    public static BusSettings Parse(string uri, string service)
    {
        var scheme = uri.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at ? at + "://".Length : 0;
        var end = uri.IndexOf('/', scheme) is >= 0 and var slash ? slash : uri.Length;
        var hosts = scheme + uri[scheme..end].LastIndexOf('@') + 1;
        Uri?[] nodes =
        [
            .. uri[hosts..end]
                .Split(',')
                .Select(x => Uri.TryCreate($"{uri[..hosts]}{x.Trim()}{uri[end..]}", UriKind.Absolute, out var node) ? node : null),
        ];
        return nodes.All(x => x is { Scheme: "amqp" or "amqps", Host.Length: > 0 })
            ? new([.. nodes.OfType<Uri>()], service)
            : throw new SettingException(
                "Bus:Uri must be an AMQP URI, as amqp://user:password@host:5672/, or amqp://user:password@host1,host2,host3/ for a cluster."
            );
    }

    /// <summary>The URI of the first node: of user, password and virtual host it says what all say.</summary>
    public Uri Uri => Nodes[0];

    /// <summary>The hosts as the setting has them, for messages.</summary>
    public string Hosts => string.Join(',', Nodes.Select(x => x.Authority));

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

    /// <summary>A connection beside MassTransit's, to one of the nodes.</summary>
    /// <param name="purpose">What the connection is for; the broker shows it in the connection's name.</param>
    /// <param name="ct">Ends the attempt.</param>
    public Task<IConnection> Connect(string purpose, CancellationToken ct)
    {
        var factory = new ConnectionFactory
        {
            Uri = Uri,
            AutomaticRecoveryEnabled = false,
            RequestedHeartbeat = Heartbeat,
            RequestedConnectionTimeout = ConnectTimeout,
            ContinuationTimeout = TimeSpan.FromSeconds(10),
        };
        var nodes = Nodes.Select(x => new AmqpTcpEndpoint(x.Host, x.Port, factory.Ssl));
        return factory.CreateConnectionAsync(nodes, $"{Service} {purpose}", ct);
    }
}
