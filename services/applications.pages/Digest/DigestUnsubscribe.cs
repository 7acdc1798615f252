using System.Security.Cryptography;
using FollowUp.Applications.Pages.Me;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FollowUp.Applications.Pages.Digest;

/// <summary>The unsubscribe link of each digest: an address that only stops the digest, and works without signing in.</summary>
internal sealed class DigestUnsubscribe(IDataProtectionProvider protection, PagesAddress address)
{
    private const string Path = "/digest/stop";
    private readonly IDataProtector _protector = protection.CreateProtector("FollowUp.Digest");

    /// <summary>The link of a person; null if <c>Pages:Url</c> is not set.</summary>
    public string? AddressFor(Guid person) =>
        address.Url is { } url ? $"{url}{Path}?of={Uri.EscapeDataString(_protector.Protect(person.ToString()))}" : null;

    /// <summary>The id of the person's settings; null if the link is invalid.</summary>
    public Guid? PersonOf(string? of)
    {
        try
        {
            return of is { Length: > 0 and < 1000 } && Guid.TryParse(_protector.Unprotect(of), out var id) ? id : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        // GET changes nothing, because mail programs open links. The page's button and a mail program's unsubscribe button send POST.
        app.Page(
                Path,
                (string? of, DigestUnsubscribe unsubscribe) =>
                    Show(of, unsubscribe.PersonOf(of) is not null ? DigestUnsubscribeState.Requested : DigestUnsubscribeState.Unknown)
            )
            .AllowAnonymous();

        app.MapPost(
                Path,
                async (string? of, DigestUnsubscribe unsubscribe, PersonalSettingsStore settings, CancellationToken ct) =>
                {
                    if (unsubscribe.PersonOf(of) is not { } id)
                        return Show(of, DigestUnsubscribeState.Unknown);
                    await settings.Change(id, stored => stored is null ? null : stored with { Digest = null, NextDigestAt = null }, ct);
                    return Show(of, DigestUnsubscribeState.Done);
                }
            )
            .WithMetadata(PageMetadata.Instance)
            .AllowAnonymous()
            .ExcludeFromDescription();
    }

    private static RazorComponentResult<DigestUnsubscribePage> Show(string? of, DigestUnsubscribeState state) =>
        new(new { Of = of, State = state }) { StatusCode = state == DigestUnsubscribeState.Unknown ? 404 : 200 };
}

public enum DigestUnsubscribeState
{
    Requested,
    Done,
    Unknown,
}
