using System.Security.Claims;
using FollowUp.Applications.Pages;
using FollowUp.Applications.Pages.Digest;
using FollowUp.Applications.Pages.SigningIn;
using FollowUp.Platform;
using Microsoft.Extensions.Configuration;

namespace FollowUp.Specs.Pages;

/// <summary>Which claims of an issuer admit a user, in which role, and which settings name the issuer.</summary>
public sealed class AdmissionSpecs
{
    private static readonly IssuerSettings Settings = IssuerSettings.Of(
        Set(("Oidc:Authority", "https://login.example.org"), ("Oidc:ClientId", "followup"), ("Oidc:ClientSecret", "s"))
    )!;

    private static IConfiguration Set(params (string Name, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(x => KeyValuePair.Create(x.Name, x.Value))).Build();

    private static Admission? Admit(params (string Type, string Value)[] claims) =>
        Admission.Of(new(new ClaimsIdentity([new("sub", "p-1"), .. claims.Select(x => new Claim(x.Type, x.Value))], "issuer")), Settings);

    [Theory]
    [InlineData("coach", Role.Coach), InlineData("viewer", Role.Viewer), InlineData("admin", Role.Admin), InlineData("Coach", Role.Coach)]
    public void A_role_and_a_team_let_in(string word, Role role)
    {
        Assert.Equal(new("north", role, "Ana", "p-1", null), Admit(("followup_team", "north"), ("followup_role", word), ("name", "Ana")));
    }

    [Fact]
    public void A_candidate_is_let_in_as_their_reference_and_never_by_name() =>
        Assert.Equal(
            new("north", Role.Candidate, "c-17", "p-1", "c-17"),
            Admit(("followup_team", "north"), ("followup_role", "candidate"), ("followup_candidate", "c-17"), ("name", "Cem"))
        );

    [Fact]
    public void Of_several_roles_the_one_that_may_most_counts() =>
        Assert.Equal(
            (Role.Coach, null),
            Admit(
                ("followup_team", "north"),
                ("followup_role", "candidate"),
                ("followup_role", "coach"),
                ("followup_role", "offline_access"),
                ("followup_candidate", "c-17")
            )
                is { } x
                ? (x.Role, x.Candidate)
                : default
        );

    [Fact]
    public void A_person_without_role_team_or_reference_is_not_admitted()
    {
        Assert.Null(Admit(("followup_team", "north")));
        Assert.Null(Admit(("followup_team", "north"), ("followup_role", "boss")));
        Assert.Null(Admit(("followup_role", "coach")));
        Assert.Null(Admit(("followup_role", "coach"), ("followup_team", "../north")));
        Assert.Null(Admit(("followup_team", "north"), ("followup_role", "candidate")));
        Assert.Null(Admit(("followup_team", "north"), ("followup_role", "candidate"), ("followup_candidate", "cem@people.example")));
    }

    [Fact]
    public void Settings_may_name_the_team_and_the_claims()
    {
        var settings = IssuerSettings.Of(
            Set(
                ("Oidc:Authority", "http://localhost:9000/realm"),
                ("Oidc:ClientId", "f"),
                ("Oidc:ClientSecret", "s"),
                ("Oidc:Team", "north"),
                ("Oidc:RoleClaim", "groups")
            )
        )!;
        Assert.Equal("localhost", settings.Name);
        Assert.Equal("north", Admission.Of(new(new ClaimsIdentity([new("sub", "p"), new("groups", "viewer")], "issuer")), settings)?.Team);
    }

    [Fact]
    public void Without_an_authority_there_is_no_issuer() => Assert.Null(IssuerSettings.Of(Set(("Bus:Uri", "amqp://x"))));

    [Theory]
    [
        InlineData("Oidc:Authority", "login.example.org"),
        InlineData("Oidc:Authority", "http://login.example.org"),
        InlineData("Oidc:ClientId", ""),
        InlineData("Oidc:ClientSecret", ""),
        InlineData("Oidc:Authority", ""),
        InlineData("Oidc:Team", "The North")
    ]
    public void A_wrong_or_missing_setting_is_named(string name, string value)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Oidc:Authority"] = "https://login.example.org",
            ["Oidc:ClientId"] = "f",
            ["Oidc:ClientSecret"] = "s",
            [name] = value,
        };
        Assert.Contains(
            name,
            Assert.Throws<SettingException>(() => IssuerSettings.Of(Set([.. settings.Select(x => (x.Key, x.Value))]))).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [
        InlineData("Smtp:Host", ""),
        InlineData("Smtp:Port", "many"),
        InlineData("Smtp:From", ""),
        InlineData("Smtp:From", "nobody"),
        InlineData("Smtp:Security", "perhaps"),
        InlineData("Smtp:User", "only")
    ]
    public void So_is_one_of_the_mail_server(string name, string value)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Smtp:Host"] = "mail.example.org",
            ["Smtp:From"] = "FollowUp <f@example.org>",
            [name] = value,
        };
        Assert.Contains(
            name,
            Assert.Throws<SettingException>(() => SmtpSettings.Of(Set([.. settings.Select(x => (x.Key, x.Value))]))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Mail_is_encrypted_by_default()
    {
        var settings = SmtpSettings.Of(Set(("Smtp:Host", "mail.example.org"), ("Smtp:From", "f@example.org")))!;
        Assert.Equal((587, MailKit.Security.SecureSocketOptions.StartTls), (settings.Port, settings.Security));
        Assert.Null(SmtpSettings.Of(Set(("Pages:Url", "x"))));
    }

    [Theory]
    [
        InlineData("followup.example.org"),
        InlineData("ftp://followup.example.org"),
        InlineData("https://a:b@followup.example.org"),
        InlineData("https://followup.example.org/?x=1")
    ]
    public void The_pages_address_is_one(string value) => Assert.Throws<SettingException>(() => PagesAddress.Of(Set(("Pages:Url", value))));
}
