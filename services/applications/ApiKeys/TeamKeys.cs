using System.Collections.Immutable;
using FollowUp.Applications.Candidates;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Http;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Outbox;
using FollowUp.Platform.Security;
using Marten;

namespace FollowUp.Applications.ApiKeys;

public sealed record KeyMade(ApiKey Key);

public sealed record KeyRevoked(ApiKey Key);

// See docs/decisions/0005-api-keys-as-events.md
/// <summary>
/// A team's API keys: a stream for each team, so that the outbox publisher sends each change to the Scheduler like any other event.
/// </summary>
public sealed partial record TeamKeys
{
    public Guid Id { get; init; }
    public ImmutableDictionary<string, ApiKey> Keys { get; init; } = ImmutableDictionary<string, ApiKey>.Empty;

    public TeamKeys Evolve(object fact) =>
        fact switch
        {
            KeyMade e => this with { Keys = Keys.SetItem(e.Key.Id, e.Key) },
            KeyRevoked e => this with { Keys = Keys.SetItem(e.Key.Id, e.Key) },
            _ => this,
        };

    internal static Guid StreamOf(string team) => DeterministicId.OfKeys(team);

    /// <summary>Keys go only to the Scheduler. Their hashes aren't secret, but no subscriber needs them.</summary>
    public static SiblingMessage? Announce(object fact) =>
        fact switch
        {
            KeyMade e => new(Topology.SchedulerKeys, "followup.key.made.v1", e.Key),
            KeyRevoked e => new(Topology.SchedulerKeys, "followup.key.revoked.v1", e.Key),
            _ => null,
        };
}

/// <summary>Creates, revokes and lists keys.</summary>
public sealed class ApiKeyService(IDocumentStore store, TimeProvider time)
{
    public const string FirstTeam = TeamName.First;

    /// <summary>Creates a key. Its secret is returned only here; the store has only its hash.</summary>
    /// <param name="candidate">The candidate who gets the key; its only scope is then <see cref="Scopes.Candidate"/>.</param>
    /// <param name="attempt">The id of a form that may be sent twice: the second attempt is refused.</param>
    public async Task<(string Secret, ApiKey Key)> Make(
        string team,
        string name,
        IReadOnlyList<string> scopes,
        string by,
        bool onlyTheFirst = false,
        string? candidate = null,
        Guid? attempt = null,
        CancellationToken ct = default
    )
    {
        var (secret, id, hash) = ApiKeyFormat.New(attempt);
        var key = new ApiKey
        {
            Id = id,
            Team = team,
            Name = name,
            Scopes = scopes,
            Candidate = candidate,
            Hash = hash,
            CreatedAt = time.GetUtcNow(),
            CreatedBy = by,
        };
        await (onlyTheFirst ? Insert(ct) : ConflictRetry.Usual.ExecuteAsync(Insert, ct));
        return (secret, key);

        async ValueTask Insert(CancellationToken ct)
        {
            try
            {
                await using var session = store.Open(team, by);
                session.Insert(key);
                if (onlyTheFirst)
                    session.Events.StartStream<TeamKeys>(TeamKeys.StreamOf(team), new KeyMade(key)); // fails if another node was first
                else
                    session.Events.Append(TeamKeys.StreamOf(team), new KeyMade(key));
                await session.SaveChangesAsync(ct);
            }
            catch (JasperFx.DocumentAlreadyExistsException)
            {
                throw new RefusedException(
                    "alreadySent",
                    "This was sent before, and the key was made then. It was shown once; if it was not kept, revoke it and make another."
                );
            }
        }
    }

    /// <summary>Revokes a key; revoking twice changes nothing.</summary>
    public Task Revoke(string team, string id, string by, CancellationToken ct) =>
        ConflictRetry
            .Usual.ExecuteAsync(
                async ct => // another key of the team may be made or revoked at the same time
                {
                    await using var session = store.Open(team, by);
                    var stream = await session.Events.FetchForWriting<TeamKeys>(TeamKeys.StreamOf(team), ct);
                    if (stream.Aggregate?.Keys.GetValueOrDefault(id) is not { } key)
                        throw new RefusedException("unknownKey", "Your team has no key with that id.");
                    if (key.RevokedAt is not null)
                        return key;
                    var revoked = key with { RevokedAt = time.GetUtcNow() };
                    stream.AppendOne(new KeyRevoked(revoked));
                    session.Store(revoked);
                    await session.SaveChangesAsync(ct);
                    return revoked;
                },
                ct
            )
            .AsTask();

    /// <summary>Revokes a candidate's valid keys, within a session that writes more.</summary>
    /// <returns>The ids of the keys that this call revoked.</returns>
    public static async Task<IReadOnlyList<string>> RevokeOf(
        IDocumentSession session,
        string team,
        string candidate,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var stream = await session.Events.FetchForWriting<TeamKeys>(TeamKeys.StreamOf(team), ct);
        var theirs = (stream.Aggregate?.Keys.Values ?? [])
            .Where(x => x.Candidate == candidate && x.RevokedAt is null)
            .Select(x => x with { RevokedAt = now })
            .ToList();
        if (theirs.Count > 0)
            stream.AppendMany(theirs.Select(x => new KeyRevoked(x)));
        session.Store<ApiKey>(theirs);
        return [.. theirs.Select(x => x.Id)];
    }

    /// <summary>All keys of a team, revoked ones too, the oldest first.</summary>
    public async Task<IReadOnlyList<ApiKey>> All(string team, CancellationToken ct)
    {
        await using var session = store.QuerySession(team);
        var keys = await session.Events.AggregateStreamAsync<TeamKeys>(TeamKeys.StreamOf(team), token: ct);
        return [.. (keys?.Keys.Values ?? []).OrderBy(x => x.CreatedAt)];
    }

    /// <summary>On the very first start, creates the team <c>default</c> and writes its key once to standard output.</summary>
    public async Task MakeTheFirst(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        if (await session.Query<ApiKey>().AnyAsync(ct))
            return;
        try
        {
            var (secret, _) = await Make(FirstTeam, "first", [Scopes.Admin], "first start", onlyTheFirst: true, ct: ct);
            await Console.Out.WriteLineAsync($"First key of team \"{FirstTeam}\" (admin, shown only now): {secret}");
        }
        catch (Marten.Exceptions.ExistingStreamIdCollisionException) { } // another node was first
        catch (JasperFx.ConcurrencyException) { }
    }
}

/// <summary>
/// Creates the first key before the service reports that it has started. Waits while the database is unavailable, as the creation of the
/// schema does.
/// </summary>
internal sealed partial class FirstStart(ApiKeyService keys, ILogger<FirstStart> log) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken) => // after the schema was created
        DatabaseWait.Run(keys.MakeTheFirst, reason => LogWaiting(log, reason), cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The first key can't be made yet; trying again every second: {Reason}")]
    private static partial void LogWaiting(ILogger log, string reason);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>The routes of API keys.</summary>
public static class KeyRoutes
{
    /// <summary>
    /// The body of a new key: either a program's key, which may do what its <paramref name="Scopes"/> allow, or the key of a
    /// <paramref name="Candidate"/>. A candidate signs in to the pages with the key, sees and records only their own data, and can't call
    /// this API with it.
    /// </summary>
    public sealed record MakeKey(string Name, IReadOnlyList<string>? Scopes = null, string? Candidate = null)
    {
        /// <summary>The scopes that the new key gets.</summary>
        public IReadOnlyList<string> Granted =>
            Candidate is not null
                ? [FollowUp.Platform.Security.Scopes.Candidate]
                :
                [
                    .. (
                        Scopes
                        ??
                        [
                            FollowUp.Platform.Security.Scopes.Read,
                            FollowUp.Platform.Security.Scopes.Record,
                            FollowUp.Platform.Security.Scopes.Claim,
                        ]
                    ).Distinct(StringComparer.Ordinal),
                ];

        public void Check()
        {
            var checks = new InputChecks().Text(Name, "name", 100);
            if (Candidate is null)
                checks.That(
                    Granted.Count > 0 && Granted.All(FollowUp.Platform.Security.Scopes.All.Contains),
                    "scopes",
                    $"They must be some of {string.Join(", ", FollowUp.Platform.Security.Scopes.All)}."
                );
            else
                CandidateRoutes
                    .CheckReference(checks, Candidate, "candidate")
                    .That(
                        Scopes is null or [FollowUp.Platform.Security.Scopes.Candidate],
                        "scopes",
                        "A candidate's key has no other scope than candidate."
                    );
            checks.Refuse();
        }
    }

    public sealed record MadeKey(string Id, string Team, string Name, IReadOnlyList<string> Scopes, string? Candidate, string Key);

    public sealed record KeyItem(
        string Id,
        string Name,
        IReadOnlyList<string> Scopes,
        string? Candidate,
        DateTimeOffset CreatedAt,
        string? CreatedBy,
        DateTimeOffset? RevokedAt
    );

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(
                "/keys",
                async (MakeKey body, Caller caller, ApiKeyService keys, CancellationToken ct) =>
                {
                    body.Check();
                    var (secret, key) = await keys.Make(
                        caller.Team,
                        body.Name.Trim(),
                        body.Granted,
                        caller.Name,
                        candidate: body.Candidate,
                        ct: ct
                    );
                    return TypedResults.Json(
                        new MadeKey(key.Id, key.Team, key.Name, key.Scopes, key.Candidate, secret),
                        Json.Lenient,
                        statusCode: 201
                    );
                }
            )
            .RequireScope(Scopes.Admin)
            .Describe("Make a key. This answer is the only time it is shown.", typeof(MadeKey));

        app.MapGet(
                "/keys",
                async (Caller caller, ApiKeyService keys, CancellationToken ct) =>
                    TypedResults.Json(
                        new Page<KeyItem>(
                            [
                                .. (await keys.All(caller.Team, ct)).Select(x => new KeyItem(
                                    x.Id,
                                    x.Name,
                                    x.Scopes,
                                    x.Candidate,
                                    x.CreatedAt,
                                    x.CreatedBy,
                                    x.RevokedAt
                                )),
                            ],
                            null
                        ),
                        Json.Lenient
                    )
            )
            .RequireScope(Scopes.Admin)
            .Describe("The team's keys, without their secrets.", typeof(Page<KeyItem>));

        app.MapDelete(
                "/keys/{id}",
                async (string id, Caller caller, ApiKeyService keys, CancellationToken ct) =>
                {
                    await keys.Revoke(caller.Team, id, caller.Name, ct);
                    return TypedResults.NoContent();
                }
            )
            .RequireScope(Scopes.Admin)
            .Describe("Revoke a key, at both services within a second.");
    }
}
