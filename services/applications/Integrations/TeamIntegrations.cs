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
/// A team's integrations: a stream of the team's own, so that the Scheduler hears of each change through the outbox publisher, as it does
/// of keys.
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

    /// <summary>Who may join is the Scheduler's business, and nobody else's.</summary>
    public static SiblingMessage? Announce(object fact) =>
        fact switch
        {
            IntegrationMade e => new(Topology.SchedulerKeys, "followup.integration.made.v1", e.Integration),
            IntegrationRevoked e => new(Topology.SchedulerKeys, "followup.integration.revoked.v1", e.Integration),
            _ => null,
        };
}

/// <summary>
/// Makes and revokes integrations, at the broker and as facts. The fact of a new one comes last: until then nobody knows its password and
/// nothing that it sends is heard, so whatever an attempt leaves at the broker is harmless. The fact of a revocation comes first.
/// </summary>
public sealed class IntegrationService(IDocumentStore store, NpgsqlDataSource database, BrokerUsers broker, TimeProvider time)
{
    private static Guid StreamOf(string team) => DeterministicId.From(team, "integrations");

    /// <summary>Makes an integration.</summary>
    /// <returns>It, and the only sight of its password.</returns>
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
        // 256 bits; only hexadecimal digits, so that it needs no quoting in a shell or a URI.
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
            catch (RefusedException) { } // as harmless as what an attempt leaves
            throw;
        }
    }

    /// <summary>Revokes an integration; done again, it changes nothing, and only makes sure that the broker has forgotten it.</summary>
    public async Task<Integration> Revoke(string team, string name, string by, CancellationToken ct)
    {
        await using var line = await Lock(team, name, ct);
        var integration =
            await Find(team, name, ct)
            ?? throw RefusedException.NotFound("unknownIntegration", "Your team has no integration of that name.");
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

    /// <summary>Every integration of a team, the revoked too.</summary>
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

    // The broker knows no transactions: two that make the same name would each set a password, and one of them show the wrong one.
    private Task<IAsyncDisposable> Lock(string team, string name, CancellationToken ct) =>
        AdvisoryLock.Acquire(database, $"integration {Integration.UserOf(team, name)}", ct);
}
