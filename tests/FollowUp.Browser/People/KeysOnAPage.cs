using Microsoft.Playwright;

namespace FollowUp.Browser.People;

/// <summary>An administrator of the team creates and revokes keys and integrations on a page, which displays each secret once.</summary>
public sealed class KeysOnAPage(SharedPair shared, Chromium chromium) : BrowserStory(shared, chromium)
{
    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_key_is_created_displayed_once_and_revoked(bool javaScript)
    {
        var admin = await Browse(Team, javaScript);
        var name = $"reports {Guid.NewGuid():n}";
        await admin.Go("/settings/keys");
        await admin.Page.Locator("input[name=kind][value=viewer]").CheckAsync();
        await admin.Page.Locator("#key-name").FillAsync(name);
        await admin.Page.Locator("form.keyform button.main").ClickAsync();
        var secret = (await admin.Page.Locator("#new-key").TextContentAsync())!.Trim();

        var reader = Team.Through(secret);
        (await reader.Applications.Get("/applications?limit=1")).Expect(200);
        (await reader.Applications.Post("/applications", new { })).Refused(403, "forbidden");
        if (javaScript)
            await admin.Axe();

        await admin.Go("/settings/keys");
        Assert.DoesNotContain(secret, await admin.Page.ContentAsync(), StringComparison.Ordinal);
        var card = admin.Page.Locator("li.card", new() { HasText = name });
        await card.Locator("summary").ClickAsync();
        await card.Locator("button.danger").ClickAsync();
        await admin.Page.Locator("p.notice.good").WaitForAsync();
        await Eventually.Get(() => reader.Applications.Get("/applications?limit=1"), x => x.Status == 401);
        Assert.Equal(0, await admin.Page.Locator("li.card:visible", new() { HasText = name }).CountAsync());
    }

    [Fact]
    public async Task The_same_form_sent_twice_makes_one_key()
    {
        var admin = await Browse(Team, javaScript: false);
        var name = $"twice {Guid.NewGuid():n}";
        await admin.Go("/settings/keys");
        var attempt = await admin.Page.Locator("form.keyform input[name=attempt]").GetAttributeAsync("value");
        var token = await admin.Page.Locator("form.keyform input[name=__RequestVerificationToken]").GetAttributeAsync("value");
        Task<IAPIResponse> Send() => admin.Send("/settings/keys", token, ("attempt", attempt!), ("kind", "viewer"), ("name", name));

        Assert.Equal(200, (await Send()).Status);
        var again = await Send();
        Assert.Equal(409, again.Status);
        Assert.Contains("This was sent before", await again.TextAsync(), StringComparison.Ordinal);
        Assert.Single((await Team.Applications.Get("/keys")).Expect(200).Json.Items(), x => x.Text("name") == name);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Each_error_appears_at_its_field_and_the_input_is_kept(bool javaScript)
    {
        var admin = await Browse(Team, javaScript);
        admin.Expect(400);
        await admin.Go("/settings/keys");
        await admin.Page.Locator("input[name=kind][value=candidate]").CheckAsync();
        await admin.Page.Locator("input[name=candidate]").FillAsync("cem@people.example");
        await admin.Page.Locator("#key-name").FillAsync("Cem's");
        await admin.Page.Locator("form.keyform button.main").ClickAsync();
        Assert.Contains(
            "not a name or an e-mail address",
            await admin.Page.Locator("#candidate-error").TextContentAsync(),
            StringComparison.Ordinal
        );
        Assert.Equal("Cem's", await admin.Page.Locator("#key-name").InputValueAsync());
        if (javaScript)
            await admin.Axe();
    }

    [Fact]
    public async Task A_candidate_signs_in_with_a_key_of_their_own_and_administers_nothing()
    {
        var candidate = Harness.Team.NewCandidate();
        var made = (await Team.Applications.Post("/keys", new { name = "theirs", candidate })).Expect(201).Json;
        Assert.Equal((candidate, "candidate"), (made.Text("candidate"), Assert.Single(made.Texts("scopes"))));
        var key = Team.Through(made.Text("key"));
        var application = await Team.Submit(candidate: candidate);
        foreach (var path in new[] { "/applications", application.Path, "/keys", "/events" })
            (await key.Applications.Get(path)).Expect(403);

        var window = await Browse(key);
        window.Expect(403);
        Assert.Equal(candidate, (await window.Page.Locator(".person a").TextContentAsync())!.Trim());
        Assert.Equal(0, await window.Page.Locator("nav a[href='/settings/keys']").CountAsync());
        Assert.Equal(403, (await window.Go("/settings/keys")).Status);

        await window.Go("/");
        (await Team.Applications.Delete($"/candidates/{candidate}")).Expect(204);
        await window.IsAt("/sign-in*"); // the page's change stream reports the end of the session
        Assert.NotNull(
            (await Team.Applications.Get("/keys")).Expect(200).Json.Items().Single(x => x.Text("id") == made.Text("id")).Text("revokedAt")
        );
    }

    [Fact]
    public async Task A_viewer_sees_no_keys()
    {
        var viewer = await Browse((await Team.NewKey("read")).Team);
        viewer.Expect(403);
        Assert.Equal(0, await viewer.Page.Locator("nav a[href='/settings/keys']").CountAsync());
        Assert.Equal(403, (await viewer.Go("/settings/keys")).Status);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_refused_integration_keeps_the_chosen_permissions(bool javaScript)
    {
        var admin = await Browse(Team, javaScript);
        admin.Expect(400);
        await admin.Go("/settings/keys");
        await admin.Page.Locator("#integration-name").EvaluateAsync("x => x.removeAttribute('required')");
        await admin.Page.Locator("input[name=mayRead]").UncheckAsync();
        await admin.Page.Locator("input[name=mayCommand]").CheckAsync();
        await admin.Page.Locator("#integration-name").FillAsync("C R M");
        await admin.Page.Locator("form[action='/settings/integrations'] button.main").ClickAsync();
        await admin.Page.Locator("#integration-name-error").WaitForAsync();
        Assert.Equal(
            (false, true),
            (
                await admin.Page.Locator("input[name=mayRead]").IsCheckedAsync(),
                await admin.Page.Locator("input[name=mayCommand]").IsCheckedAsync()
            )
        );

        await admin.Page.Locator("input[name=mayRead]").CheckAsync();
        await admin.Page.Locator("input[name=mayCommand]").UncheckAsync();
        await admin.Page.Locator("form[action='/settings/integrations'] button.main").ClickAsync();
        await Assertions.Expect(admin.Page.Locator("input[name=mayCommand]")).Not.ToBeCheckedAsync();
        await admin.Page.Locator("#integration-name-error").WaitForAsync();
        Assert.Equal(
            (true, false),
            (
                await admin.Page.Locator("input[name=mayRead]").IsCheckedAsync(),
                await admin.Page.Locator("input[name=mayCommand]").IsCheckedAsync()
            )
        );
    }

    [Fact]
    public async Task An_integration_is_created_displayed_once_and_revoked()
    {
        var admin = await Browse(Team);
        var name = $"crm-{Guid.NewGuid():n}"[..20];
        await admin.Go("/settings/keys");
        await admin.Page.Locator("#integration-name").FillAsync(name);
        await admin.Page.Locator("input[name=mayCommand]").CheckAsync();
        await admin.Page.Locator("form[action='/settings/integrations'] button.main").ClickAsync();
        var password = (await admin.Page.Locator("#new-password").TextContentAsync())!.Trim();
        Assert.Equal($"{Team.Name}.{name}", (await admin.Page.Locator("#new-user").TextContentAsync())!.Trim());
        Assert.Equal(64, password.Length);
        await admin.Axe();

        await admin.Go("/settings/keys");
        Assert.DoesNotContain(password, await admin.Page.ContentAsync(), StringComparison.Ordinal);
        var card = admin.Page.Locator("li.card", new() { HasText = name });
        await card.Locator("summary").ClickAsync();
        await card.Locator("button.danger").ClickAsync();
        await Eventually.Holds(async () =>
            (await Team.Applications.Get("/integrations")).Expect(200).Json.Items().Single(x => x.Text("name") == name).Text("revokedAt")
                is not null
        );
    }
}
