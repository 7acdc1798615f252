using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using FollowUp.Applications.Pages.Me;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Security;
using Marten;

namespace FollowUp.Applications.Pages.SigningIn;

/// <summary>What a person may see and do, in a word. What exactly, the scopes say.</summary>
public enum Role
{
    /// <summary>Sees all candidates of the team, and records nothing.</summary>
    Viewer,

    /// <summary>Sees and records what is their own.</summary>
    Candidate,

    /// <summary>Sees and records for all candidates of the team.</summary>
    Coach,

    /// <summary>A coach who also changes the team's policy, keys and integrations.</summary>
    Admin,
}

/// <summary>Somebody who is signed in, on one browser. The cookie holds a secret; here is only its hash.</summary>
public sealed record Session
{
    /// <summary>SHA-256 of what the cookie holds, in hexadecimal.</summary>
    public required string Id { get; init; }
    public required string Team { get; init; }

    /// <summary>
    /// How colleagues see them: <c>by</c> of what they record and claim. Of a candidate it is the reference: facts and messages name no
    /// candidate.
    /// </summary>
    public required string Person { get; init; }
    public required Role Role { get; init; }
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The only candidate whose applications they see.</summary>
    public string? Candidate { get; init; }

    /// <summary>The key they signed in with; it ends with it.</summary>
    public string? Key { get; init; }

    /// <summary>Who they are at the issuer, if they signed in there.</summary>
    public string? Subject { get; init; }
    public string? IdToken { get; init; }
    public string? Language { get; init; }

    /// <summary>The one they chose.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Where the browser said it is when they signed in: theirs, until they choose another.</summary>
    public string? BrowserTimeZone { get; init; }

    /// <summary>
    /// Which person of the team it is, whatever they call themselves: whoever the issuer says, the candidate, or the holder of a key. A
    /// name alone isn't enough, as anybody may enter it.
    /// </summary>
    public string Who =>
        Candidate is not null ? $"candidate {Candidate}"
        : Subject is not null ? $"subject {Subject}"
        : $"key {Key} {Person}";

    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>
/// Starts, finds and ends sessions. What is ended here is ended on every node within a second, and so is what a revoked key started.
/// </summary>
internal sealed class Sessions
{
    private const int SecretBytes = 32;
    private readonly IDocumentStore _store;
    private readonly ApiKeyValidator _keys;
    private readonly PersonalSettingsStore _settings;
    private readonly TimeProvider _time;
    private readonly ShortLivedCache<Session> _seen;

    public Sessions(IDocumentStore store, ApiKeyValidator keys, PersonalSettingsStore settings, TimeProvider time)
    {
        (_store, _keys, _settings, _time) = (store, keys, settings, time);
        _seen = new(
            async (id, ct) =>
            {
                await using var session = store.QuerySession();
                return await session.LoadAsync<Session>(id, ct);
            },
            time
        );
    }

    /// <summary>Starts one.</summary>
    /// <param name="begin">All but the id and the times.</param>
    /// <param name="length">How long it holds.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>It, and the secret for the cookie.</returns>
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
        if (await _settings.SignedIn(started, ct) is { } settings)
            started = started with { Language = settings.Language, TimeZone = settings.TimeZone };
        await using (var session = _store.LightweightSession())
        {
            session.DeleteWhere<Session>(x => x.ExpiresAt < now); // nobody looks at those again, and they are somebody's data
            session.Store(started);
            await session.SaveChangesAsync(ct);
        }

        return (started, secret);
    }

    /// <summary>The session of a cookie, as long as it holds.</summary>
    public async ValueTask<Session?> Find(string secret, CancellationToken ct)
    {
        var session = await _seen.Find(IdOf(secret), ct);
        return session is not null && await Holds(session, ct) ? session : null;
    }

    /// <summary>Whether it still holds.</summary>
    public async ValueTask<bool> Holds(string id, CancellationToken ct) =>
        await _seen.Find(id, ct) is { } session && await Holds(session, ct);

    private async ValueTask<bool> Holds(Session session, CancellationToken ct) =>
        session.EndedAt is null && session.ExpiresAt > _time.GetUtcNow() && (session.Key is null || await _keys.Holds(session.Key, ct));

    /// <summary>One that there is, or was.</summary>
    public async Task<Session?> Load(string id, CancellationToken ct)
    {
        await using var session = _store.QuerySession();
        return await session.LoadAsync<Session>(id, ct);
    }

    /// <summary>Changes one that there is. Who changes it while another ends it doesn't bring it back.</summary>
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
                    _seen.Forget(id);
                    return changed;
                },
                ct
            )
            .AsTask();

    /// <summary>Ends one.</summary>
    public Task End(string id, CancellationToken ct) => Change(id, x => x with { EndedAt = _time.GetUtcNow() }, ct);

    /// <summary>Ends all of a person's, on whatever browser.</summary>
    public async Task EndAll(string team, string who, CancellationToken ct)
    {
        await using var session = _store.QuerySession();
        foreach (var one in await session.Query<Session>().Where(x => x.Team == team && x.Who == who && x.EndedAt == null).ToListAsync(ct))
            await End(one.Id, ct);
    }

    private static string IdOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
