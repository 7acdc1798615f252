using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using FollowUp.Platform.Observability;
using FollowUp.Platform.Security;
using Microsoft.Extensions.Logging;

namespace FollowUp.Platform.Messaging;

/// <summary>The broker user of an integration, as the management API showed it last.</summary>
public enum IntegrationUserState
{
    /// <summary>It is there, with its permissions.</summary>
    Ready,

    /// <summary>The broker has no such user.</summary>
    Lost,

    /// <summary>The broker has a user of that name that was not made for an integration.</summary>
    Taken,
}

// See docs/decisions/0010-sender-identity.md
/// <summary>
/// Compares the broker users of the integrations with what the integrations were made with, and restores lost permissions, as after a
/// virtual host was deleted and made again. A lost user stays lost, because its password isn't stored: the log, a metric and
/// <c>GET /integrations</c> say so.
/// </summary>
public sealed partial class IntegrationUsers
{
    private readonly BrokerUsers _broker;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<string, IntegrationUserState> _states = new(StringComparer.Ordinal);

    internal IntegrationUsers(BrokerUsers broker, ILogger<IntegrationUsers> log)
    {
        (_broker, _log) = (broker, log);
        Telemetry.Meter.CreateObservableGauge(
            "followup.integrations.without.user",
            () => _states.Values.Count(x => x != IntegrationUserState.Ready),
            "{integration}",
            "Integrations whose broker user is lost, or isn't theirs"
        );
    }

    /// <summary>The state of an integration's user; null where the management API did not show it.</summary>
    /// <param name="user">The broker user.</param>
    public IntegrationUserState? StateOf(string user) => _states.TryGetValue(user, out var state) ? state : null;

    /// <summary>Looks at every user, and restores the lost permissions.</summary>
    /// <param name="known">The integrations before the broker is asked.</param>
    /// <param name="now">Reads the integrations again: one that was made or revoked meanwhile has lost nothing.</param>
    /// <param name="restored">Counts what was restored.</param>
    /// <param name="ct">Ends the attempt.</param>
    internal async Task Reconcile(
        IReadOnlyList<Integration> known,
        Func<Task<IReadOnlyList<Integration>?>> now,
        Counter<long> restored,
        CancellationToken ct
    )
    {
        try
        {
            if (await _broker.List(ct) is not { } listed || await now() is not { } current)
                return;
            var valid = current.Where(x => known.Any(y => (y.Id, y.Version) == (x.Id, x.Version))).ToList();
            foreach (var revoked in _states.Keys.Except(current.Select(x => x.Id), StringComparer.Ordinal))
                _states.TryRemove(revoked, out _);
            foreach (var integration in valid)
            {
                var state = listed.StateOf(integration);
                if (state == IntegrationUserState.Ready && !listed.HasPermissions(integration))
                {
                    await _broker.Permit(integration, ct);
                    restored.Add(1, new KeyValuePair<string, object?>("kind", "permissions"));
                    LogRestored(_log, integration.Id);
                }
                var before = StateOf(integration.Id);
                _states[integration.Id] = state;
                if (state == before)
                    continue;
                if (state == IntegrationUserState.Lost)
                    LogLost(_log, integration.Id, integration.Name, integration.Team);
                else if (state == IntegrationUserState.Taken)
                    LogTaken(_log, integration.Id, integration.Name, integration.Team);
            }
        }
        catch (Exception exception) when (exception is RefusedException or TimeoutException or JsonException) { } // looks again later
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The permissions of the broker user {User} were not as its integration was made with, and are restored"
    )]
    private static partial void LogRestored(ILogger log, string user);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The broker has lost the user {User}: the integration {Integration} of the team {Team} can't connect. Its password is "
            + "not stored, so the user can't be restored: revoke the integration, make it again, and give the other system the new password"
    )]
    private static partial void LogLost(ILogger log, string user, string integration, string team);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The broker's user {User} is not the one that was made for the integration {Integration} of the team {Team}; it is left "
            + "as it is. Delete it, revoke the integration and make it again"
    )]
    private static partial void LogTaken(ILogger log, string user, string integration, string team);
}

/// <summary>The broker's users with their permissions on the virtual host.</summary>
/// <param name="Ours">Whether a user has the tag of the integrations, by its name.</param>
/// <param name="Permissions">What each user may configure, write to and read from.</param>
/// <param name="Topics">What each user may write and read on an exchange.</param>
internal sealed record ListedUsers(
    IReadOnlyDictionary<string, bool> Ours,
    IReadOnlySet<(string User, string Configure, string Write, string Read)> Permissions,
    IReadOnlySet<(string User, string Exchange, string Write, string Read)> Topics
)
{
    public IntegrationUserState StateOf(Integration integration) =>
        !Ours.TryGetValue(integration.Id, out var isOurs) ? IntegrationUserState.Lost
        : isOurs ? IntegrationUserState.Ready
        : IntegrationUserState.Taken;

    public bool HasPermissions(Integration integration)
    {
        var wanted = BrokerPermissions.Of(integration);
        return Permissions.Contains((integration.Id, BrokerPermissions.None, wanted.Write, wanted.Read))
            && Topics.Contains((integration.Id, Topology.Events, BrokerPermissions.None, wanted.Topics));
    }
}
