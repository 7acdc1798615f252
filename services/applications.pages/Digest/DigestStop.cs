using System.Security.Cryptography;
using FollowUp.Applications.Pages.Me;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FollowUp.Applications.Pages.Digest;

/// <summary>The way out of the digest that stands in each: an address that does nothing but that, without signing in.</summary>
internal sealed class DigestStop(IDataProtectionProvider protection, PagesAddress address)
{
    private const string Path = "/digest/stop";
    private readonly IDataProtector _protector = protection.CreateProtector("FollowUp.Digest");

    /// <summary>Null where nobody told where the pages are.</summary>
    public string? AddressFor(Guid person) =>
        address.Url is { } url ? $"{url}{Path}?of={Uri.EscapeDataString(_protector.Protect(person.ToString()))}" : null;

    /// <summary>Whose digest it stops; null where the address is wrong.</summary>
    public Guid? Whose(string? of)
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
        // To look stops nothing: mail programs look at every link. A mail program's button, and the page's, post.
        app.Page(
                Path,
                (string? of, DigestStop stop) => Show(of, stop.Whose(of) is not null ? DigestStopState.Asked : DigestStopState.Unknown)
            )
            .AllowAnonymous();

        app.MapPost(
                Path,
                async (string? of, DigestStop stop, PersonalSettingsStore settings, CancellationToken ct) =>
                {
                    if (stop.Whose(of) is not { } id)
                        return Show(of, DigestStopState.Unknown);
                    await settings.Change(id, kept => kept is null ? null : kept with { Digest = null, NextDigestAt = null }, ct);
                    return Show(of, DigestStopState.Done);
                }
            )
            .WithMetadata(PageMetadata.Instance)
            .AllowAnonymous()
            .ExcludeFromDescription();
    }

    private static RazorComponentResult<DigestStopPage> Show(string? of, DigestStopState state) =>
        new(new { Of = of, State = state }) { StatusCode = state == DigestStopState.Unknown ? 404 : 200 };
}

public enum DigestStopState
{
    Asked,
    Done,
    Unknown,
}
