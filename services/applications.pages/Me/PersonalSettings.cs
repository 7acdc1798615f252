using FollowUp.Applications.Pages.Digest;
using FollowUp.Applications.Pages.SigningIn;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using Marten;
using NodaTime;

namespace FollowUp.Applications.Pages.Me;

/// <summary>A person's language, time zone and digest within a team. The person sets them at /me.</summary>
public sealed record PersonalSettings
{
    public required Guid Id { get; init; }
    public required string Team { get; init; }

    /// <summary>See <see cref="Session.Who"/>.</summary>
    public required string Who { get; init; }

    /// <summary>The name at the last sign-in. Role, scopes, candidate, key and subject are of the last sign-in, too.</summary>
    public required string Person { get; init; }
    public required Role Role { get; init; }
    public string? Candidate { get; init; }
    public string? Key { get; init; }
    public string? Subject { get; init; }

    /// <summary>The last sign-in, or the last change here.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>Null: the browser's language.</summary>
    public string? Language { get; init; }

    /// <summary>IANA name. Null: the time zone of the browser at sign-in.</summary>
    public string? TimeZone { get; init; }

    public DigestSubscription? Digest { get; init; }
    public LastDigest? LastDigest { get; init; }

    /// <summary>When the next digest is due; null if the person has no digest.</summary>
    public DateTimeOffset? NextDigestAt { get; init; }

    public static Guid IdOf(string team, string who) => DeterministicId.From(team, "person", who);

    /// <summary>
    /// A copy with the next digest's time. If today's digest is due and no node has begun it, the time stays: a change at that moment does
    /// not lose the digest.
    /// </summary>
    public PersonalSettings WithNextDigest(DateTimeOffset now)
    {
        if (Digest is not { } subscription)
            return this with { NextDigestAt = null };
        var (at, last) = (Instant.FromDateTimeOffset(now), LastDigest is { } made ? Instant.FromDateTimeOffset(made.At) : (Instant?)null);
        return NextDigestAt <= now && DigestClock.IsDue(at, last, subscription.At, DigestZone)
            ? this
            : this with
            {
                NextDigestAt = DigestClock.Next(at, last, subscription.At, DigestZone).ToDateTimeOffset(),
            };
    }

    internal DateTimeZone DigestZone => DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone ?? Digest?.TimeZone ?? "") ?? DateTimeZone.Utc;
    internal string DigestLanguage => Language ?? Digest?.Language ?? "";
}

/// <summary>Reads and changes personal settings. Concurrent changes are applied one after the other, by retry.</summary>
internal sealed class PersonalSettingsStore(IDocumentStore store, TimeProvider time)
{
    public async Task<PersonalSettings?> Of(Reader reader, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<PersonalSettings>(PersonalSettings.IdOf(reader.Team, reader.Who), ct);
    }

    /// <summary>Updates a person's stored settings, if there are any, at sign-in.</summary>
    public Task<PersonalSettings?> UpdateAtSignIn(Session x, CancellationToken ct) =>
        Change(
            PersonalSettings.IdOf(x.Team, x.Who),
            stored =>
                stored is null
                    ? null
                    : stored with
                    {
                        Person = x.Person,
                        Role = x.Role,
                        Candidate = x.Candidate,
                        Key = x.Key ?? stored.Key,
                        Subject = x.Subject ?? stored.Subject,
                        SeenAt = time.GetUtcNow(),
                    },
            ct
        );

    /// <summary>Changes a person's settings and the time of the next digest.</summary>
    public Task<PersonalSettings?> Change(Session x, Func<PersonalSettings, PersonalSettings> change, CancellationToken ct) =>
        Change(
            PersonalSettings.IdOf(x.Team, x.Who),
            stored =>
                (
                    change(
                        stored
                            ?? new()
                            {
                                Id = PersonalSettings.IdOf(x.Team, x.Who),
                                Team = x.Team,
                                Who = x.Who,
                                Person = x.Person,
                                Role = x.Role,
                                Candidate = x.Candidate,
                                Key = x.Key,
                                Subject = x.Subject,
                                SeenAt = time.GetUtcNow(),
                            }
                    ) with
                    {
                        SeenAt = time.GetUtcNow(),
                    }
                ).WithNextDigest(time.GetUtcNow()),
            ct
        );

    /// <summary>Changes the settings with an id. Null is not stored, and unchanged settings are not written.</summary>
    public Task<PersonalSettings?> Change(Guid id, Func<PersonalSettings?, PersonalSettings?> change, CancellationToken ct) =>
        ConflictRetry
            .Usual.ExecuteAsync(
                async ct =>
                {
                    await using var session = store.LightweightSession();
                    var stored = await session.LoadAsync<PersonalSettings>(id, ct);
                    var changed = change(stored);
                    if (changed is null || changed == stored)
                        return changed;
                    if (stored is null)
                        session.Insert(changed);
                    else
                        session.Store(changed);
                    await session.SaveChangesAsync(ct);
                    return changed;
                },
                ct
            )
            .AsTask();
}
