using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using FollowUp.Contracts;
using FollowUp.Platform.Security;
using RabbitMQ.Client;

namespace FollowUp.Platform.Messaging;

/// <summary>Where the broker's management API is.</summary>
/// <param name="Uri">With user and password, or without where they are those of <c>Bus:Uri</c>; null where there is none.</param>
internal sealed record ManagementSettings(Uri? Uri);

/// <summary>
/// What the broker lets an integration do, all of it anchored. It may configure nothing, or it would reach other teams by an exchange or a
/// dead-letter exchange of its own; it may write to its own queue only so that it may bind it (the default exchange, through which one
/// writes into a queue, is closed to it); and it may bind only its own team's keys.
/// </summary>
/// <param name="Write">A regular expression, as are the others.</param>
/// <param name="Read">What it may read from: queue and exchange.</param>
/// <param name="Topics">The routing keys that it may bind on <see cref="Topology.Events"/>.</param>
public sealed record BrokerPermissions(string Write, string Read, string Topics)
{
    /// <summary>Matches nothing that can exist: only the empty name.</summary>
    public const string None = "^$";

    /// <summary>What an integration is permitted.</summary>
    /// <param name="integration">The integration.</param>
    public static BrokerPermissions Of(Integration integration)
    {
        var queue = Topology.IntegrationQueue(integration.Id);
        return new(
            Anchored([
                .. integration.MayCommand ? [Topology.Commands] : Array.Empty<string>(),
                .. integration.MayRead ? [queue] : Array.Empty<string>(),
            ]),
            Anchored(integration.MayRead ? [Topology.Events, queue] : []),
            integration.MayRead ? $"^{Escaped(integration.Team)}\\." : None
        );
    }

    private static string Anchored(string[] names) => names.Length == 0 ? None : $"^({string.Join('|', names.Select(Escaped))})$";

    // of a name of ours, only dots mean anything in a pattern
    private static string Escaped(string name) => name.Replace(".", "\\.", StringComparison.Ordinal);
}

/// <summary>
/// Makes and removes the broker's users and queues of integrations: through the management API where one is configured, and otherwise by
/// saying exactly what is to be run. Only users that carry this product's mark are ever changed.
/// </summary>
public sealed class BrokerUsers : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly BusSettings _bus;
    private readonly HttpClient? _http;

    internal BrokerUsers(BusSettings bus, ManagementSettings management)
    {
        _bus = bus;
        if (management.Uri is not { } uri)
            return;
        var credentials = uri.UserInfo is { Length: > 0 } given ? Uri.UnescapeDataString(given) : $"{bus.User}:{bus.Password}";
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
        {
            BaseAddress = new UriBuilder(uri) { UserName = "", Password = "" }.Uri,
            Timeout = Patience,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))
        );
    }

    /// <summary>Whether users are made here, or have to be made by whoever runs the broker.</summary>
    public bool MakesUsers => _http is not null;

    /// <summary>The address that this service reaches the broker at, without its credentials.</summary>
    public string Address =>
        new UriBuilder(_bus.Uri) { UserName = "", Password = "" }
            .Uri.ToString()
            .TrimEnd('/');

    /// <summary>The virtual host.</summary>
    public string VirtualHost => _bus.VirtualHost;

    // The broker's users are shared by all its virtual hosts, and by other products: the mark says which are this one's. It grants nothing.
    private string Mark => $"followup-{DeterministicId.From(_bus.VirtualHost, "integrations"):N}";

    /// <summary>Makes the user, its permissions and its queue, afresh whatever an earlier attempt left.</summary>
    /// <param name="integration">The integration.</param>
    /// <param name="password">The user's password.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <exception cref="RefusedException"><c>brokerUserTaken</c>, <c>brokerUnreachable</c> or <c>brokerRefused</c>; nothing is left of
    /// it.</exception>
    public async Task Make(Integration integration, string password, CancellationToken ct)
    {
        await MustBeOurs(integration, ct);
        try
        {
            await MakeQueue(integration, ct);
            if (_http is null)
                return;
            var (vhost, user, permissions) = (
                Uri.EscapeDataString(_bus.VirtualHost),
                Uri.EscapeDataString(integration.Id),
                BrokerPermissions.Of(integration)
            );
            await Manage(HttpMethod.Put, $"api/users/{user}", new { password, tags = Mark }, ct);
            // The topics first: whoever has permission on a topic exchange, and no topic permission, may bind every key.
            await Manage(
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
            await Manage(
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
        catch (Exception)
        {
            try
            {
                await Remove(integration, CancellationToken.None);
            }
            catch (RefusedException) { } // nobody knows the password of what is left, and the next attempt starts with it
            throw;
        }
    }

    /// <summary>Removes the user, which closes its connections, and the queue. What isn't there stays so.</summary>
    /// <param name="integration">The integration.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <exception cref="RefusedException"><c>brokerUserTaken</c>, <c>brokerUnreachable</c> or <c>brokerRefused</c>.</exception>
    public async Task Remove(Integration integration, CancellationToken ct)
    {
        if (await MustBeOurs(integration, ct))
            await Manage(HttpMethod.Delete, $"api/users/{Uri.EscapeDataString(integration.Id)}", null, ct);
        await OnTheBus(
            channel =>
                channel.QueueDeleteAsync(Topology.IntegrationQueue(integration.Id), ifUnused: false, ifEmpty: false, cancellationToken: ct),
            ct
        );
    }

    /// <summary>
    /// What whoever runs the broker has to run, in a shell, so that the integration can join; nothing where users are made here.
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
            $"rabbitmqctl set_user_tags {user} {Mark}",
            $"rabbitmqctl set_topic_permissions --vhost={vhost} {user} {Quoted(Topology.Events)} {none} {Quoted(permissions.Topics)}",
            $"rabbitmqctl set_permissions --vhost={vhost} {user} {none} {Quoted(permissions.Write)} {Quoted(permissions.Read)}",
        ];
    }

    /// <summary>What has to be run when an integration is revoked; nothing where users are removed here.</summary>
    /// <param name="integration">The integration.</param>
    public IReadOnlyList<string>? ToRemove(Integration integration) =>
        MakesUsers ? null : [$"rabbitmqctl delete_user {Quoted(integration.Id)}"];

    /// <summary>For a POSIX shell, in which nothing means anything between single quotes.</summary>
    internal static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <inheritdoc/>
    public void Dispose() => _http?.Dispose();

    private Task MakeQueue(Integration integration, CancellationToken ct) =>
        OnTheBus(
            async channel =>
            {
                var queue = Topology.IntegrationQueue(integration.Id);
                // with the bindings of an earlier one
                await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: ct);
                if (!integration.MayRead)
                    return;
                await channel.QueueDeclareAsync(
                    queue,
                    durable: true,
                    exclusive: false,
                    autoDelete: false,
                    arguments: Topology.IntegrationArguments(),
                    cancellationToken: ct
                );
                foreach (var topic in integration.Events ?? ["#"])
                    await channel.QueueBindAsync(queue, Topology.Events, $"{integration.Team}.{topic}", cancellationToken: ct);
            },
            ct
        );

    private async Task OnTheBus(Func<IChannel, Task> act, CancellationToken ct)
    {
        try
        {
            await using var connection = await _bus.Connect("integrations", ct);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
            await act(channel);
        }
        catch (Exception exception) when (BrokerErrors.Is(exception, ct))
        {
            throw BrokerErrors.Refusal();
        }
    }

    // True when there is such a user and it is ours; false when there is none, or when nothing is known of users here.
    private async Task<bool> MustBeOurs(Integration integration, CancellationToken ct)
    {
        var isTheServices = integration.Id == _bus.User;
        var found = isTheServices ? null : await Manage(HttpMethod.Get, $"api/users/{Uri.EscapeDataString(integration.Id)}", null, ct);
        if (isTheServices || (found is not null && !found.Contains(Mark, StringComparison.Ordinal)))
            throw new RefusedException(
                "brokerUserTaken",
                $"The broker has a user {integration.Id} that was not made for an integration; it is left as it is. Choose another name."
            );
        return found is not null;
    }

    private async Task<string?> Manage(HttpMethod method, string path, object? body, CancellationToken ct)
    {
        if (_http is null)
            return null;
        try
        {
            using var request = new HttpRequestMessage(method, path)
            {
                Content = body is null ? null : JsonContent.Create(body, options: Json.Lenient),
            };
            using var response = await _http.SendAsync(request, ct);
            if (response.StatusCode == HttpStatusCode.NotFound && method != HttpMethod.Put)
                return null;
            if (response.IsSuccessStatusCode)
                return await response.Content.ReadAsStringAsync(ct);
            if ((int)response.StatusCode >= 500)
                throw BrokerErrors.Refusal();
            throw new RefusedException(
                "brokerRefused",
                $"The broker's management API answered {(int)response.StatusCode} to {method} /{path}. "
                    + "Its user must be an administrator of the virtual host."
            );
        }
        catch (Exception exception) when (exception is HttpRequestException || BrokerErrors.Is(exception, ct))
        {
            throw BrokerErrors.Refusal();
        }
    }
}

/// <summary>Tells that the broker is away from a mistake of ours.</summary>
internal static class BrokerErrors
{
    public static bool Is(Exception exception, CancellationToken ct) =>
        exception
            is RabbitMQ.Client.Exceptions.RabbitMQClientException
                or IOException
                or TimeoutException
                or System.Net.Sockets.SocketException
        || (exception is OperationCanceledException && !ct.IsCancellationRequested);

    public static RefusedException Refusal() =>
        new("brokerUnreachable", "The broker can't be reached at the moment. Please try again.", retryAfter: 5);
}
