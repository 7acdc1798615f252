using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;

namespace FollowUp.Applications.Commands;

/// <summary>What is checked of the parts that several commands have.</summary>
internal static class Inputs
{
    public static void Check(this Employer x, InputChecks checks, string at) =>
        checks
            .Text(x.Name, $"{at}.name", 200)
            .That(
                x.TimeZone is null || TimeZoneName.IsValid(x.TimeZone),
                $"{at}.timeZone",
                "It must be an IANA time zone, as Europe/Berlin."
            )
            .That(
                x.Country is null || RegionCode.IsCountry(x.Country),
                $"{at}.country",
                "It must be an ISO 3166 code of two capital letters, as DE."
            )
            .That(x.Region is null || RegionCode.IsRegion(x.Region), $"{at}.region", "It must be an ISO 3166-2 code, as DE-BY.")
            .That(
                x.Region is null
                    || x.Country is null
                    || !RegionCode.IsRegion(x.Region)
                    || x.Region.StartsWith($"{x.Country}-", StringComparison.Ordinal),
                $"{at}.region",
                $"It must be a region of the country, {x.Country}."
            );

    public static void Check(this Posting x, InputChecks checks, string at) =>
        checks
            .Text(x.Title, $"{at}.title", 200)
            .OptionalText(x.Url, $"{at}.url", 2000)
            .That(x.Url is null || IsWebAddress(x.Url), $"{at}.url", "It must be an http or https address.")
            .That(x.ClosesOn is null || x.ClosesOn.Value.Year is >= 1990 and <= 2200, $"{at}.closesOn", "It must be a plausible date.");

    public static void Check(this NewContact x, InputChecks checks, string at) =>
        checks
            .OptionalText(x.Name, $"{at}name", 200)
            .OptionalText(x.Email, $"{at}email", 320)
            .That(
                x.Email is null || (System.Net.Mail.MailAddress.TryCreate(x.Email, out var mail) && mail.Address == x.Email),
                $"{at}email",
                "It must be an e-mail address."
            )
            .OptionalText(x.Phone, $"{at}phone", 50)
            .OptionalText(x.Profile, $"{at}profile", 2000)
            .That(x.Profile is null || IsWebAddress(x.Profile), $"{at}profile", "It must be an http or https address.");

    private static bool IsWebAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";
}
