using System.Text.Json;
using FollowUp.Platform.Security;

namespace FollowUp.Platform.Messaging;

/// <summary>
/// Creates and removes the broker's users and queues of integrations: through the management API where one is configured, and otherwise by
/// returning the exact commands for the broker's operator. Only users that carry this product's tag are ever changed.
/// </summary>
public sealed class BrokerUsers : IDisposable
{
    private static readonly TimeSpan ManagementTimeout = TimeSpan.FromSeconds(3);
    private readonly BusSettings _bus;
    private readonly IntegrationQueues _queues;
    private readonly BrokerManagement? _management;

    internal BrokerUsers(BusSettings bus, ManagementSettings management)
    {
        (_bus, _queues) = (bus, new(bus));
        _management = management.Uri is { } uri ? new(uri, bus.User, bus.Password) : null;
    }

    /// <summary>Whether users are created here, or have to be created by the broker's operator.</summary>
    public bool MakesUsers => _management is not null;

    /// <summary>The broker's address as this service reaches it, without credentials.</summary>
    public string Address => $"{_bus.Uri.Scheme}://{_bus.Hosts}{_bus.Uri.AbsolutePath}".TrimEnd('/');

    /// <summary>The virtual host.</summary>
    public string VirtualHost => _bus.VirtualHost;

    // All virtual hosts share the broker's users, and other products may have users there: the tag identifies this product's. It grants
    // nothing.
    private string Tag => $"followup-{DeterministicId.From(_bus.VirtualHost, "integrations"):N}";

    /// <summary>Creates the user, its permissions and its queue, and replaces all that an earlier attempt left.</summary>
    /// <param name="integration">The integration.</param>
    /// <param name="password">The user's password.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <exception cref="RefusedException"><c>brokerUserTaken</c>, <c>brokerUnreachable</c> or <c>brokerRefused</c>; nothing is left of
    /// the user.</exception>
    public async Task Make(Integration integration, string password, CancellationToken ct)
    {
        await FindOurs(integration, ct);
        try
        {
            await _queues.Make(integration, ct);
            if (_management is not null)
                await MakeUser(_management, integration, password, ct);
        }
        catch (Exception)
        {
            try
            {
                await Remove(integration, CancellationToken.None);
            }
            catch (RefusedException) { } // the password of the remaining user was never shown, and the next attempt replaces the user
            throw;
        }
    }

    /// <summary>Removes the user, which closes its connections, and the queue, if they exist.</summary>
    /// <param name="integration">The integration.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <exception cref="RefusedException"><c>brokerUserTaken</c>, <c>brokerUnreachable</c> or <c>brokerRefused</c>.</exception>
    public async Task Remove(Integration integration, CancellationToken ct)
    {
        if (await FindOurs(integration, ct))
            await _management!.Send(HttpMethod.Delete, $"api/users/{Uri.EscapeDataString(integration.Id)}", null, ct);
        await _queues.Remove(integration, ct);
    }

    /// <summary>
    /// The shell commands with which the broker's operator creates the integration's user; null where users are created here.
    /// </summary>
    /// <param name="integration">The integration.</param>
    /// <param name="password">The user's password.</param>
    public IReadOnlyList<string>? ToMake(Integration integration, string password)
    {
        if (MakesUsers)
            return null;
        var (vhost, user, permissions) = (Quoted(_bus.VirtualHost), Quoted(integration.Id), BrokerPermissions.Of(integration));
        var none = Quoted(BrokerPermissions.None);
        return
        [
            $"rabbitmqctl add_user {user} {Quoted(password)}",
            $"rabbitmqctl set_user_tags {user} {Tag}",
            $"rabbitmqctl set_topic_permissions --vhost={vhost} {user} {Quoted(Topology.Events)} {none} {Quoted(permissions.Topics)}",
            $"rabbitmqctl set_permissions --vhost={vhost} {user} {none} {Quoted(permissions.Write)} {Quoted(permissions.Read)}",
        ];
    }

    /// <summary>The shell commands that remove the user of a revoked integration; null where users are removed here.</summary>
    /// <param name="integration">The integration.</param>
    public IReadOnlyList<string>? ToRemove(Integration integration) =>
        MakesUsers ? null : [$"rabbitmqctl delete_user {Quoted(integration.Id)}"];

    /// <summary>For a POSIX shell, in which no character has a meaning between single quotes.</summary>
    internal static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <inheritdoc/>
    public void Dispose() => _management?.Dispose();

    private async Task MakeUser(BrokerManagement management, Integration integration, string password, CancellationToken ct)
    {
        var user = Uri.EscapeDataString(integration.Id);
        await management.Send(HttpMethod.Put, $"api/users/{user}", new { password, tags = Tag }, ct);
        await Permit(management, integration, ct);
    }

    /// <summary>Gives the user the permissions with which it was made.</summary>
    internal Task Permit(Integration integration, CancellationToken ct) => Permit(_management!, integration, ct);

    private async Task Permit(BrokerManagement management, Integration integration, CancellationToken ct)
    {
        var (vhost, user, permissions) = (
            Uri.EscapeDataString(_bus.VirtualHost),
            Uri.EscapeDataString(integration.Id),
            BrokerPermissions.Of(integration)
        );
        // The topics first: a user with permission on a topic exchange, and no topic permission, may bind every key.
        await management.Send(
            HttpMethod.Put,
            $"api/topic-permissions/{vhost}/{user}",
            new
            {
                exchange = Topology.Events,
                write = BrokerPermissions.None,
                read = permissions.Topics,
            },
            ct
        );
        await management.Send(
            HttpMethod.Put,
            $"api/permissions/{vhost}/{user}",
            new
            {
                configure = BrokerPermissions.None,
                write = permissions.Write,
                read = permissions.Read,
            },
            ct
        );
    }

    /// <summary>The users with their permissions on the virtual host; null without a management API, or where there is no such host.
    /// </summary>
    /// <exception cref="RefusedException"><c>brokerUnreachable</c> or <c>brokerRefused</c>.</exception>
    internal async Task<ListedUsers?> List(CancellationToken ct)
    {
        var host = $"api/vhosts/{Uri.EscapeDataString(_bus.VirtualHost)}";
        if (
            _management is null
            || await Get("api/users") is not { } users
            || await Get($"{host}/permissions") is not { } permissions
            || await Get($"{host}/topic-permissions") is not { } topics
        )
            return null;
        return new(
            users.ToDictionary(
                x => Text(x, "name"),
                x => x.GetProperty("tags").GetRawText().Contains(Tag, StringComparison.Ordinal),
                StringComparer.Ordinal
            ),
            permissions.Select(x => (Text(x, "user"), Text(x, "configure"), Text(x, "write"), Text(x, "read"))).ToHashSet(),
            topics.Select(x => (Text(x, "user"), Text(x, "exchange"), Text(x, "write"), Text(x, "read"))).ToHashSet()
        );

        async Task<IReadOnlyList<JsonElement>?> Get(string path) =>
            await _management.Send(HttpMethod.Get, path, null, ct).WaitAsync(ManagementTimeout, ct) is { } listed
                ? [.. JsonSerializer.Deserialize<JsonElement>(listed).EnumerateArray()]
                : null;
        static string Text(JsonElement x, string name) => x.GetProperty(name).GetString()!;
    }

    /// <summary>True if the user exists and carries the tag; false if it doesn't exist, or without a management API.</summary>
    /// <exception cref="RefusedException"><c>brokerUserTaken</c>: the user exists without the tag, or is the services' own.</exception>
    private async Task<bool> FindOurs(Integration integration, CancellationToken ct)
    {
        var isTheServices = integration.Id == _bus.User;
        var found =
            isTheServices || _management is null
                ? null
                : await _management.Send(HttpMethod.Get, $"api/users/{Uri.EscapeDataString(integration.Id)}", null, ct);
        if (isTheServices || (found is not null && !found.Contains(Tag, StringComparison.Ordinal)))
            throw new RefusedException(
                "brokerUserTaken",
                $"The broker has a user {integration.Id} that was not made for an integration; it is left as it is. Choose another name."
            );
        return found is not null;
    }
}
