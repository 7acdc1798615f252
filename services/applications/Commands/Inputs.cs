using System.Collections.Immutable;
using FollowUp.Contracts;
using FollowUp.Platform;

namespace FollowUp.Applications.Commands;

/// <summary>Who hires.</summary>
public sealed record EmployerInput(
    string Name,
    HiringProcess HiringProcess = HiringProcess.Unknown,
    string? TimeZone = null,
    string? Country = null,
    string? Region = null
)
{
    public void Check(InputChecks checks, string at) =>
        checks
            .Text(Name, $"{at}.name", 200)
            .That(TimeZone is null || TimeZoneName.IsValid(TimeZone), $"{at}.timeZone", "It must be an IANA time zone, as Europe/Berlin.")
            .That(
                Country is null || RegionCode.IsCountry(Country),
                $"{at}.country",
                "It must be an ISO 3166 code of two capital letters, as DE."
            )
            .That(Region is null || RegionCode.IsRegion(Region), $"{at}.region", "It must be an ISO 3166-2 code, as DE-BY.")
            .That(
                Region is null
                    || Country is null
                    || !RegionCode.IsRegion(Region)
                    || Region.StartsWith($"{Country}-", StringComparison.Ordinal),
                $"{at}.region",
                $"It must be a region of the country, {Country}."
            );

    public Company ToFact() => new(Name.Trim(), HiringProcess, TimeZone, Country ?? Region?[..2], Region);

    public static EmployerInput Of(Company x) => new(x.Name, x.HiringProcess, x.TimeZone, x.Country, x.Region);
}

/// <summary>What the posting says about getting in touch.</summary>
public sealed record InstructionsInput(bool NoPhoneCalls = false, bool NoContact = false, SubmitBy? SubmitBy = null);

/// <summary>The advertisement.</summary>
public sealed record PostingInput(string Title, string? Url = null, DateOnly? ClosesOn = null, InstructionsInput? Instructions = null)
{
    public void Check(InputChecks checks, string at) =>
        checks
            .Text(Title, $"{at}.title", 200)
            .OptionalText(Url, $"{at}.url", 2000)
            .That(
                Url is null || (Uri.TryCreate(Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"),
                $"{at}.url",
                "It must be an http or https address."
            )
            .That(ClosesOn is null || ClosesOn.Value.Year is >= 1990 and <= 2200, $"{at}.closesOn", "It must be a plausible date.");

    public Advertisement ToFact() =>
        new(
            Title.Trim(),
            Url,
            ClosesOn,
            Instructions is { } x && x != new InstructionsInput() ? new(x.NoPhoneCalls, x.NoContact, x.SubmitBy) : null
        );

    public static PostingInput Of(Advertisement x) =>
        new(x.Title, x.Url, x.ClosesOn, x.Instructions is { } i ? new(i.NoPhoneCalls, i.NoContact, i.SubmitBy) : null);
}

/// <summary>A person there. Who they are is kept out of the facts; how they can be reached follows from what is given.</summary>
public sealed record ContactInput(
    string? Name = null,
    ContactRole Role = ContactRole.Other,
    string? Email = null,
    string? Phone = null,
    string? Profile = null
)
{
    internal Guid Id { get; init; } = Guid.CreateVersion7();

    public void Check(InputChecks checks, string at) =>
        checks
            .OptionalText(Name, $"{at}name", 200)
            .OptionalText(Email, $"{at}email", 320)
            .That(
                Email is null || (System.Net.Mail.MailAddress.TryCreate(Email, out var mail) && mail.Address == Email),
                $"{at}email",
                "It must be an e-mail address."
            )
            .OptionalText(Phone, $"{at}phone", 50)
            .OptionalText(Profile, $"{at}profile", 2000)
            .That(
                Profile is null || (Uri.TryCreate(Profile, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"),
                $"{at}profile",
                "It must be an http or https address."
            );

    public Person ToFact() => new(Id, Role, Channels());

    internal ImmutableList<Channel> Channels() =>
        [
            .. Phone is null ? [] : new[] { Channel.Phone },
            .. Email is null ? [] : new[] { Channel.Email },
            .. Profile is null ? [] : new[] { Channel.DirectMessage },
        ];
}

/// <summary>What of an application may be amended.</summary>
public sealed record Amendable(EmployerInput Employer, PostingInput Posting, Approach Approach = Approach.Direct);
