using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using FollowUp.Applications.Pages.Me;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Security;
using Marten;

namespace FollowUp.Applications.Pages.SigningIn;

/// <summary>A short name for what a person may see and do. The scopes are what is checked.</summary>
public enum Role
{
    /// <summary>Sees all candidates of the team, and records nothing.</summary>
    Viewer,

    /// <summary>Sees and records their own applications.</summary>
    Candidate,

    /// <summary>Sees and records for all candidates of the team.</summary>
    Coach,

    /// <summary>A coach who also changes the team's policy, keys and integrations.</summary>
    Admin,
}

/// <summary>A session: a signed-in person in one browser. The cookie has a secret; the document has only the secret's hash.</summary>
public sealed record Session
{
    /// <summary>SHA-256 of the cookie's value, in hexadecimal.</summary>
    public required string Id { get; init; }
    public required string Team { get; init; }

    /// <summary>
    /// The name that colleagues see: <c>by</c> of recorded events and claims. For a candidate it is the reference: events and messages name
    /// no candidate.
    /// </summary>
    public required string Person { get; init; }
    public required Role Role { get; init; }
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The only candidate whose applications the person may see.</summary>
    public string? Candidate { get; init; }

    /// <summary>The API key of the sign-in. The session ends when the key is revoked.</summary>
    public string? Key { get; init; }

    /// <summary>Whether the person goes by the key's own name: then they act as the key does elsewhere.</summary>
    public bool IsKeyItself { get; init; }

    /// <summary>The person's id at the issuer, after a sign-in there.</summary>
    public string? Subject { get; init; }
    public string? IdToken { get; init; }
    public string? Language { get; init; }

    /// <summary>The time zone that the person chose.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The browser's time zone at sign-in, used until the person chooses another.</summary>
    public string? BrowserTimeZone { get; init; }

    /// <summary>
    /// The identity of the person within the team: the issuer's subject, the candidate, or the key with the name. The name alone is not
    /// enough, because any name can be entered.
    /// </summary>
    public string Who =>
        Candidate is not null ? $"candidate {Candidate}"
        : Subject is not null ? $"subject {Subject}"
        : $"key {Key} {Person}";

    /// <summary>Who acts, whatever name they go by.</summary>
    public string Principal => IsKeyItself ? Caller.OfKey(Key!) : Caller.OfPerson(Team, Who);

    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>
/// Starts, finds and ends sessions. Every node applies the end of a session within a second; the same holds for sessions of a revoked key.
/// </summary>
internal sealed class Sessions
{
    private const int SecretBytes = 32;
    private readonly IDocumentStore _store;
    private readonly ApiKeyValidator _keys;
    private readonly PersonalSettingsStore _settings;
    private readonly TimeProvider _time;
    private readonly ShortLivedCache<Session> _cache;

    public Sessions(IDocumentStore store, ApiKeyValidator keys, PersonalSettingsStore settings, TimeProvider time)
    {
        (_store, _keys, _settings, _time) = (store, keys, settings, time);
        _cache = new(
            async (id, ct) =>
            {
                await using var session = store.QuerySession();
                return await session.LoadAsync<Session>(id, ct);
            },
            time
        );
    }

    /// <summary>Starts a session.</summary>
    /// <param name="begin">Sets all members except the id and the times.</param>
    /// <param name="length">How long the session is valid.</param>
    /// <param name="ct">Cancels the start.</param>
    /// <returns>The session, and the secret for the cookie.</returns>
    public async Task<(Session Session, string Secret)> Start(Func<Session, Session> begin, TimeSpan length, CancellationToken ct)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var now = _time.GetUtcNow();
        var started = begin(
            new()
            {
                Id = IdOf(secret),
                Team = "",
                Person = "",
                Role = Role.Viewer,
                Scopes = [],
                StartedAt = now,
                ExpiresAt = now + length,
            }
        );
        if (await _settings.UpdateAtSignIn(started, ct) is { } settings)
            started = started with { Language = settings.Language, TimeZone = settings.TimeZone };
        await using (var session = _store.LightweightSession())
        {
            session.DeleteWhere<Session>(x => x.ExpiresAt < now); // expired sessions are personal data without a use
            session.Store(started);
            await session.SaveChangesAsync(ct);
        }

        return (started, secret);
    }

    /// <summary>The valid session of a cookie.</summary>
    public async ValueTask<Session?> Find(string secret, CancellationToken ct)
    {
        var session = await _cache.Find(IdOf(secret), ct);
        return session is not null && await Holds(session, ct) ? session : null;
    }

    /// <summary>Whether the session is valid.</summary>
    public async ValueTask<bool> Holds(string id, CancellationToken ct) =>
        await _cache.Find(id, ct) is { } session && await Holds(session, ct);

    private async ValueTask<bool> Holds(Session session, CancellationToken ct) =>
        session.EndedAt is null && session.ExpiresAt > _time.GetUtcNow() && (session.Key is null || await _keys.Holds(session.Key, ct));

    /// <summary>A session that is valid, ended or expired.</summary>
    public async Task<Session?> Load(string id, CancellationToken ct)
    {
        await using var session = _store.QuerySession();
        return await session.LoadAsync<Session>(id, ct);
    }

    /// <summary>Changes a stored session. A change concurrent with the end of the session doesn't revive it.</summary>
    public Task Change(string id, Func<Session, Session> change, CancellationToken ct) =>
        ConflictRetry
            .Usual.ExecuteAsync(
                async ct =>
                {
                    await using var session = _store.LightweightSession();
                    if (await session.LoadAsync<Session>(id, ct) is not { } found)
                        return null;
                    var changed = change(found);
                    session.Store(changed);
                    await session.SaveChangesAsync(ct);
                    _cache.Forget(id);
                    return changed;
                },
                ct
            )
            .AsTask();

    /// <summary>Ends a session.</summary>
    public Task End(string id, CancellationToken ct) => Change(id, x => x with { EndedAt = _time.GetUtcNow() }, ct);

    /// <summary>Ends all sessions of a person, in every browser.</summary>
    public async Task EndAll(string team, string who, CancellationToken ct)
    {
        await using var session = _store.QuerySession();
        foreach (var one in await session.Query<Session>().Where(x => x.Team == team && x.Who == who && x.EndedAt == null).ToListAsync(ct))
            await End(one.Id, ct);
    }

    private static string IdOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
