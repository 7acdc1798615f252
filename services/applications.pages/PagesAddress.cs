using FollowUp.Platform;

namespace FollowUp.Applications.Pages;

/// <summary>
/// Where people reach the pages, which only whoever runs them knows: for links in mails, and for the way back from where people sign in.
/// </summary>
/// <param name="Url">Without a slash at its end; null where it isn't told.</param>
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
