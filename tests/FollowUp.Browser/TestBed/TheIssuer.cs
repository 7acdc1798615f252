using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace FollowUp.Browser.TestBed;

/// <summary>The test issuer conforms to OpenID Connect, as an independent client library sees it, and can refuse a person.</summary>
public sealed class TheIssuer : IAsyncLifetime
{
    private const string Redirect = "http://127.0.0.1:1234" + Issuer.SignedIn;
    private const string Verifier = "a-verifier-that-is-long-enough-for-the-standard-0123456789";

    private static readonly Person Ana = new("p-1", "Ana Coach <1>", "ana@careers.example", Team: "north", Role: "coach");
    private static readonly Person Cem = new("p-2", "Cem", "cem@people.example", Team: "north", Role: "candidate", Candidate: "c-17");

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromMinutes(5) };
    private Issuer _issuer = null!;
    private OpenIdConnectConfiguration _discovered = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await Issuer.Start(Ana, Cem);
        var discovery = new ConfigurationManager<OpenIdConnectConfiguration>(
            new Uri(_issuer.Address, ".well-known/openid-configuration").ToString(),
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever { RequireHttps = false }
        );
        _discovered = await discovery.GetConfigurationAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _issuer.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task An_authorization_code_is_exchanged_for_tokens_with_the_claims_of_the_person()
    {
        var page = await _http.GetStringAsync(AuthorizationAddress(), TestContext.Current.CancellationToken);
        Assert.Contains("Ana Coach &lt;1&gt;", page, StringComparison.Ordinal);
        var back = await ChosenAs(Cem);
        Assert.Equal("a state", back["state"]);
        using var answer = await Exchange(back["code"]);
        var tokens = await Read(answer);
        Assert.True(answer.IsSuccessStatusCode, tokens.ToString());

        var token = await new JsonWebTokenHandler().ValidateTokenAsync(
            tokens.Text("id_token"),
            new TokenValidationParameters
            {
                ValidIssuer = _discovered.Issuer,
                ValidAudience = Issuer.ClientId,
                IssuerSigningKeys = _discovered.SigningKeys,
            }
        );
        Assert.True(token.IsValid, token.Exception?.Message);
        foreach (
            var (claim, value) in new[]
            {
                ("sub", "p-2"),
                ("name", "Cem"),
                ("email", "cem@people.example"),
                ("followup_team", "north"),
                ("followup_role", "candidate"),
                ("followup_candidate", "c-17"),
                ("nonce", "a nonce"),
            }
        )
            Assert.Equal(value, token.Claims[claim]);

        using var userInfo = await UserInfo(tokens.Text("access_token")!);
        var info = await Read(userInfo);
        Assert.Equal(
            ("p-2", "Cem", "candidate", "c-17"),
            (info.Text("sub"), info.Text("name"), info.Text("followup_role"), info.Text("followup_candidate"))
        );
    }

    [Fact]
    public async Task A_wrong_secret_verifier_or_redirect_address_is_refused()
    {
        var code = (await ChosenAs(Ana))["code"];
        using var secret = await Exchange(code, secret: "guessed");
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (secret.StatusCode, (await Read(secret)).Text("error")));
        using var verifier = await Exchange(code, verifier: Verifier + "x");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (verifier.StatusCode, (await Read(verifier)).Text("error")));
        foreach (var elsewhere in new[] { "http://elsewhere.example" + Issuer.SignedIn, "http://127.0.0.1:1234/elsewhere" })
        {
            using var answer = await _http.GetAsync(AuthorizationAddress(elsewhere), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_refused_person_can_neither_sign_in_nor_renew_tokens()
    {
        var code = (await ChosenAs(Ana))["code"];
        using var answer = await Exchange((await ChosenAs(Ana))["code"]);
        var tokens = await Read(answer);
        using (var userInfo = await UserInfo(tokens.Text("access_token")!))
            Assert.Equal(HttpStatusCode.OK, userInfo.StatusCode);

        _issuer.Refuse(Ana);
        Assert.Equal("access_denied", (await ChosenAs(Ana))["error"]);
        using var late = await Exchange(code);
        Assert.Equal("invalid_grant", (await Read(late)).Text("error"));
        using var renewed = await Token(("grant_type", "refresh_token"), ("refresh_token", tokens.Text("refresh_token")!));
        Assert.Equal("invalid_grant", (await Read(renewed)).Text("error"));
        using var silent = await UserInfo(tokens.Text("access_token")!);
        Assert.Equal(HttpStatusCode.Unauthorized, silent.StatusCode);

        _issuer.Readmit(Ana);
        Assert.True((await ChosenAs(Ana)).ContainsKey("code"));
    }

    [Fact]
    public async Task The_end_of_a_session_leads_back_to_the_client_and_nowhere_else()
    {
        using var answer = await _http.GetAsync(
            EndOfSession("http://127.0.0.1:1234" + Issuer.SignedOut, "&state=s"),
            TestContext.Current.CancellationToken
        );
        Assert.Equal($"http://127.0.0.1:1234{Issuer.SignedOut}?state=s", answer.Headers.Location?.ToString());
        using var elsewhere = await _http.GetAsync(
            EndOfSession("http://elsewhere.example" + Issuer.SignedOut),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.BadRequest, elsewhere.StatusCode);
    }

    private Uri EndOfSession(string redirect, string rest = "") =>
        new(
            $"{_discovered.EndSessionEndpoint}?client_id={Issuer.ClientId}"
                + $"&post_logout_redirect_uri={Uri.EscapeDataString(redirect)}{rest}"
        );

    private Uri AuthorizationAddress(string redirect = Redirect)
    {
        var query = string.Join('&', AuthorizationRequest(redirect).Select(x => $"{x.Key}={Uri.EscapeDataString(x.Value)}"));
        return new Uri($"{_discovered.AuthorizationEndpoint}?{query}");
    }

    private static Dictionary<string, string> AuthorizationRequest(string redirect) =>
        new()
        {
            ["response_type"] = "code",
            ["client_id"] = Issuer.ClientId,
            ["redirect_uri"] = redirect,
            ["scope"] = "openid profile email offline_access",
            ["state"] = "a state",
            ["nonce"] = "a nonce",
            ["code_challenge_method"] = "S256",
            ["code_challenge"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
        };

    /// <summary>The parameters that the issuer sends to the client's redirect address.</summary>
    private async Task<IReadOnlyDictionary<string, string>> ChosenAs(Person person)
    {
        using var form = new FormUrlEncodedContent([.. AuthorizationRequest(Redirect), new("person", person.Sub)]);
        using var answer = await _http.PostAsync(new Uri(_discovered.AuthorizationEndpoint), form);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith(Redirect + "?", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        return answer
            .Headers.Location.Query[1..]
            .Split('&')
            .Select(x => x.Split('=', 2))
            .ToDictionary(x => x[0], x => Uri.UnescapeDataString(x[1].Replace('+', ' ')));
    }

    private Task<HttpResponseMessage> Exchange(string code, string secret = Issuer.ClientSecret, string verifier = Verifier) =>
        Token(
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", Redirect),
            ("code_verifier", verifier),
            ("client_secret", secret)
        );

    private async Task<HttpResponseMessage> Token(params (string Name, string Value)[] fields)
    {
        var all = new Dictionary<string, string> { ["client_id"] = Issuer.ClientId, ["client_secret"] = Issuer.ClientSecret };
        foreach (var (name, value) in fields)
            all[name] = value;
        using var form = new FormUrlEncodedContent(all);
        return await _http.PostAsync(new Uri(_discovered.TokenEndpoint), form);
    }

    private async Task<HttpResponseMessage> UserInfo(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _discovered.UserInfoEndpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _http.SendAsync(request);
    }

    private static Task<JsonElement> Read(HttpResponseMessage answer) => answer.Content.ReadFromJsonAsync<JsonElement>();
}
