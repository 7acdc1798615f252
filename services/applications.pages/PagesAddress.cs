using FollowUp.Platform;

namespace FollowUp.Applications.Pages;

/// <summary>
/// The public address of the pages, which only the operator knows: for links in mails, and for the redirect back from the issuer.
/// </summary>
/// <param name="Url">The address without a trailing slash; null if it is not set.</param>
internal sealed record PagesAddress(string? Url)
{
    public static PagesAddress Of(IConfiguration configuration) =>
        configuration["Pages:Url"]?.Trim() switch
        {
            null or "" => new((string?)null),
            var text
                when Uri.TryCreate(text, UriKind.Absolute, out var url)
                    && url.Scheme is "http" or "https"
                    && url is { Query: "", Fragment: "", UserInfo: "" } => new(text.TrimEnd('/')),
            _ => throw new SettingException(
                "Pages:Url must be the http or https address at which people reach the pages, as https://followup.example.org."
            ),
        };
}
