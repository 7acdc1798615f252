using System.Collections.Immutable;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Outbox;
using FollowUp.Platform.Security;
using Marten;
using Npgsql;

namespace FollowUp.Applications.Integrations;

public sealed record IntegrationMade(Integration Integration);

public sealed record IntegrationRevoked(Integration Integration);

/// <summary>
/// A team's integrations: a stream for each team, so that the outbox publisher sends each change to the Scheduler, as it does with keys.
/// </summary>
public sealed partial record TeamIntegrations
{
    public Guid Id { get; init; }
    public ImmutableSortedDictionary<string, Integration> Integrations { get; init; } =
        ImmutableSortedDictionary<string, Integration>.Empty;

    public TeamIntegrations Evolve(object fact) =>
        fact switch
        {
            IntegrationMade e => this with { Integrations = Integrations.SetItem(e.Integration.Name, e.Integration) },
            IntegrationRevoked e => this with { Integrations = Integrations.SetItem(e.Integration.Name, e.Integration) },
            _ => this,
        };

    /// <summary>Integrations go only to the Scheduler: no subscriber needs to know which ones a team has.</summary>
    public static SiblingMessage? Announce(object fact) =>
        fact switch
        {
            IntegrationMade e => new(Topology.SchedulerKeys, "followup.integration.made.v1", e.Integration),
            IntegrationRevoked e => new(Topology.SchedulerKeys, "followup.integration.revoked.v1", e.Integration),
            _ => null,
        };
}

/// <summary>
/// Creates and revokes integrations, at the broker and as events. The event of a new integration is appended last: before that, no caller
/// knows the password and the services refuse the integration's messages, so what a failed attempt leaves at the broker does no harm. The
/// event of a revocation is appended first.
/// </summary>
public sealed class IntegrationService(IDocumentStore store, NpgsqlDataSource database, BrokerUsers broker, TimeProvider time)
{
    private static Guid StreamOf(string team) => DeterministicId.OfIntegrations(team);

    /// <summary>Creates an integration.</summary>
    /// <returns>The integration, and its password, which can't be read later.</returns>
    public async Task<(Integration Integration, string Password)> Make(
        string team,
        IntegrationRoutes.MakeIntegration asked,
        string by,
        CancellationToken ct
    )
    {
        var name = asked.Name;
        await using var line = await Lock(team, name, ct);
        if (await Find(team, name, ct) is { RevokedAt: null })
            throw new RefusedException(
                "integrationExists",
                $"Your team has an integration {name}. Revoke it first, or choose another name."
            );
        var integration = new Integration
        {
            Id = Integration.UserOf(team, name),
            Team = team,
            Name = name,
            MayRead = asked.MayRead,
            MayCommand = asked.MayCommand,
            Events = asked.Events is null ? null : [.. asked.Events.Distinct(StringComparer.Ordinal)],
            MadeAt = time.GetUtcNow(),
            MadeBy = by,
        };
        // 256 bits; only hexadecimal digits, so that the password needs no quoting in a shell or a URI.
        var password = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        await broker.Make(integration, password, ct);
        try
        {
            return (await Append(team, by, _ => integration, x => new IntegrationMade(x), ct), password);
        }
        catch (Exception)
        {
            try
            {
                await broker.Remove(integration, CancellationToken.None);
            }
            catch (RefusedException) { } // what stays at the broker does no harm, as after any failed attempt
            throw;
        }
    }

    /// <summary>Revokes an integration. A repeated call appends no event, but deletes the broker's user again.</summary>
    public async Task<Integration> Revoke(string team, string name, string by, CancellationToken ct)
    {
        await using var line = await Lock(team, name, ct);
        var integration =
            await Find(team, name, ct) ?? throw new RefusedException("unknownIntegration", "Your team has no integration of that name.");
        if (integration.RevokedAt is null)
            integration = await Append(
                team,
                by,
                x => x.Integrations[name] with { RevokedAt = time.GetUtcNow() },
                x => new IntegrationRevoked(x),
                ct
            );
        await broker.Remove(integration, ct);
        return integration;
    }

    /// <summary>All integrations of a team, revoked ones too.</summary>
    public async Task<IReadOnlyList<Integration>> All(string team, CancellationToken ct) => [.. (await Load(team, ct)).Integrations.Values];

    private async Task<Integration?> Find(string team, string name, CancellationToken ct) =>
        (await Load(team, ct)).Integrations.GetValueOrDefault(name);

    private async Task<TeamIntegrations> Load(string team, CancellationToken ct)
    {
        await using var session = store.QuerySession(team);
        return await session.Events.AggregateStreamAsync<TeamIntegrations>(StreamOf(team), token: ct) ?? new();
    }

    private Task<Integration> Append(
        string team,
        string by,
        Func<TeamIntegrations, Integration> next,
        Func<Integration, object> fact,
        CancellationToken ct
    ) =>
        ConflictRetry
            .Usual.ExecuteAsync(
                async ct =>
                {
                    await using var session = store.Open(team, by);
                    var stream = await session.Events.FetchForWriting<TeamIntegrations>(StreamOf(team), ct);
                    var integration = next(stream.Aggregate ?? new()) with { Version = (stream.CurrentVersion ?? 0) + 1 };
                    stream.AppendOne(fact(integration));
                    session.Store(integration);
                    await session.SaveChangesAsync(ct);
                    return integration;
                },
                ct
            )
            .AsTask();

    // The broker has no transactions: of two calls that create the same name, each would set a password, and one would return a wrong one.
    private Task<IAsyncDisposable> Lock(string team, string name, CancellationToken ct) =>
        AdvisoryLock.Acquire(database, $"integration {Integration.UserOf(team, name)}", ct);
}
