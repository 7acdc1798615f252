using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace FollowUp.Browser.New;

/// <summary>The form for a new application: three fields are enough, and the others change the plan.</summary>
public sealed partial class NewApplications(SharedPair shared, Chromium chromium) : BrowserStory(shared, chromium)
{
    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Three_fields_are_enough(bool javaScript)
    {
        var coach = await Form(javaScript);
        await Fill(coach, Harness.Team.NewCandidate());

        var slot = await (await Record(coach)).Slot(1, "planned");

        Assert.Equal("unknown", slot.Situation);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task The_optional_fields_change_the_plan(bool javaScript)
    {
        var coach = await Form(javaScript);
        await Fill(coach, Harness.Team.NewCandidate());
        await coach.Page.Locator("summary").ClickAsync();
        await Field(coach, "employer.hiringProcess").SelectOptionAsync("ownerRun");
        await Field(coach, "employer.country").SelectOptionAsync("DE");
        await Field(coach, "employer.region").FillAsync("de-by");
        await Field(coach, "noPhoneCalls").CheckAsync();
        await Field(coach, "contact.name").FillAsync(Personal.Name);
        await Field(coach, "contact.email").FillAsync(Personal.Email);
        if (javaScript)
            await coach.Axe();

        var application = await Record(coach);
        var slot = await application.Slot(1, "planned");

        Assert.Equal("ownerRun", slot.Situation);
        Assert.DoesNotContain("phone", slot.Channels);
        Assert.Contains("email", slot.Channels);
        Assert.Equal("DE-BY", (await application.Detail()).Text("employer.region"));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Each_error_appears_at_its_field_and_the_input_is_kept(bool javaScript)
    {
        var coach = await Form(javaScript);
        coach.Expect(400);
        await Fill(coach, "an unknown person");
        await Button(coach).ClickAsync();
        await Assertions.Expect(coach.Page.Locator("#candidate-error")).ToContainTextAsync("Nobody is known by that name");
        if (javaScript)
            await coach.Axe();

        await Field(coach, "candidate").FillAsync(Harness.Team.NewCandidate());
        await coach.Page.Locator("summary").ClickAsync();
        await Field(coach, "employer.region").FillAsync("Bayern");
        await Field(coach, "employer.timeZone").FillAsync("Nowhere");
        await Button(coach).ClickAsync();

        await Assertions.Expect(coach.Page.Locator("#employer-region-error")).ToContainTextAsync("ISO 3166-2");
        await Assertions.Expect(coach.Page.Locator("#employer-timeZone-error")).ToContainTextAsync("IANA time zone");
        await Assertions.Expect(Field(coach, "employer.region")).ToBeVisibleAsync();
        await Assertions.Expect(Field(coach, "employer.region")).ToHaveValueAsync("Bayern");
        await Assertions.Expect(Field(coach, "employer.name")).ToHaveValueAsync("Acme");
        await Field(coach, "employer.region").FillAsync("DE-BY");
        await Field(coach, "employer.timeZone").FillAsync("Europe/Berlin");
        await (await Record(coach)).Slot(1, "planned");
    }

    [Fact]
    public async Task A_form_sent_twice_makes_one_application_and_a_changed_form_another()
    {
        var coach = await Form(javaScript: false);
        coach.Expect(409);
        var candidate = Harness.Team.NewCandidate();
        var fields = new Dictionary<string, string>
        {
            ["id"] = (await Hidden(coach, "id"))!,
            ["candidate"] = candidate,
            ["employer.name"] = "Acme",
            ["posting.title"] = "Clerk",
        };

        var token = await coach.Token("/pipeline/new");
        Task<IAPIResponse> Send() => coach.Send("/pipeline/new", token, fields.Select(x => (x.Key, x.Value)));

        var both = await Task.WhenAll(Send(), Send());
        Assert.All(both, x => Assert.Equal((302, $"/pipeline/{fields["id"]}?done=submitted"), (x.Status, x.Headers["location"])));
        Assert.Single(await Of(candidate));

        fields["posting.title"] = "Cook";
        var changed = await Send();
        var page = await changed.TextAsync();
        Assert.Equal(409, changed.Status);
        Assert.Contains("This form was sent before", page, StringComparison.Ordinal);
        Assert.Single(await Of(candidate));

        fields["id"] = Id().Match(page).Groups["id"].Value;
        Assert.Equal(302, (await Send()).Status);
        Assert.Equal(["Clerk", "Cook"], (await Of(candidate)).Select(x => x.Text("title")).Order());
    }

    [Fact]
    public async Task A_new_candidate_gets_a_name_and_is_found_by_it_afterwards()
    {
        var (candidate, name) = (Harness.Team.NewCandidate(), $"Ada {Guid.NewGuid():n}");
        var coach = await Form();
        await Fill(coach, candidate);
        await Field(coach, "candidateName").FillAsync(name);
        await Record(coach);
        Assert.Equal(name, (await Team.Applications.Get($"/candidates/{candidate}")).Expect(200).Json.Text("name"));

        await coach.Go("/pipeline/new");
        Assert.Contains(
            name,
            await coach.Page.Locator($"#known-candidates option[value='{candidate}']").TextContentAsync(),
            StringComparison.Ordinal
        );
        coach.Expect(400, 409);
        await Fill(coach, name);
        await Button(coach).ClickAsync();
        await Assertions.Expect(coach.Page.GetByRole(AriaRole.Link, new() { Name = "To the open application" })).ToBeVisibleAsync();
        Assert.Single(await Of(candidate));
        await coach.Page.Locator("input[name=again]").CheckAsync();
        await Record(coach);
        Assert.Equal(2, (await Of(candidate)).Count);

        await coach.Go("/pipeline/new");
        await Fill(coach, candidate);
        await Field(coach, "candidateName").FillAsync("Somebody else");
        await Button(coach).ClickAsync();
        await Assertions.Expect(coach.Page.Locator("#candidateName-error")).ToContainTextAsync("somebody else's");
    }

    [Fact]
    public async Task Half_a_name_is_asked_about_and_another_case_is_the_same_person()
    {
        var (candidate, surname) = (Harness.Team.NewCandidate(), $"Lovelace{Guid.NewGuid():n}");
        (await Team.Applications.Put($"/candidates/{candidate}", new { name = $"Ada {surname}" })).Expect(204);
        var coach = await Form(javaScript: false);
        coach.Expect(400);
        await Fill(coach, surname.ToUpperInvariant());
        await Button(coach).ClickAsync();
        await Assertions.Expect(coach.Page.Locator("#candidate-error")).ToContainTextAsync($"Ada {surname}");

        await Field(coach, "candidate").FillAsync(candidate.ToUpperInvariant());
        var application = await Record(coach);
        Assert.Equal(candidate, (await application.Detail()).Text("candidate"));
    }

    [Fact]
    public async Task A_candidate_records_only_their_own_applications_and_imports_nothing()
    {
        var mine = Harness.Team.NewCandidate();
        var window = await Browse(
            Team.Through((await Team.Applications.Post("/keys", new { name = "theirs", candidate = mine })).Expect(201).Json.Text("key"))
        );
        await window.Go("/pipeline/new");
        Assert.Equal(0, await window.Page.Locator("[name=candidate], [name=candidateName], #known-employers option").CountAsync());
        await Field(window, "employer.name").FillAsync("Acme");
        await Field(window, "posting.title").FillAsync("Clerk");
        var application = await Record(window);
        Assert.Equal(mine, (await application.Detail()).Text("candidate"));

        Assert.Equal(0, await window.Page.Locator("a[href='/pipeline/import']").CountAsync());
        window.Expect(403);
        Assert.Equal(403, (await window.Go("/pipeline/import")).Status);
    }

    [Fact]
    public async Task A_viewer_is_offered_no_form_and_may_not_open_it()
    {
        var viewer = await Browse((await Team.NewKey("read")).Team);
        Assert.Equal(0, await viewer.Page.Locator("a[href='/pipeline/new'], a[href='/pipeline/import']").CountAsync());
        viewer.Expect(403);
        Assert.Equal(403, (await viewer.Go("/pipeline/new")).Status);
        Assert.Equal(403, (await viewer.Go("/pipeline/import")).Status);
    }

    private async Task<Browsing> Form(bool javaScript = true)
    {
        var coach = await Browse(Team, javaScript);
        await coach.Go("/pipeline/new");
        return coach;
    }

    private static ILocator Field(Browsing window, string name) => window.Page.Locator($"main [name='{name}']");

    private static ILocator Button(Browsing window) => window.Page.Locator("form.newform button.main");

    private static Task<string?> Hidden(Browsing window, string name) =>
        window.Page.Locator($"form.newform input[name='{name}']").GetAttributeAsync("value");

    private static async Task Fill(Browsing window, string candidate)
    {
        await Field(window, "candidate").FillAsync(candidate);
        await Field(window, "employer.name").FillAsync("Acme");
        await Field(window, "posting.title").FillAsync("Clerk");
    }

    private async Task<Application> Record(Browsing window)
    {
        var id = Guid.Parse((await Hidden(window, "id"))!);
        await Button(window).ClickAsync();
        await window.IsAt($"/pipeline/{id}?done=submitted");
        return Team.Of(id);
    }

    private async Task<IReadOnlyList<JsonElement>> Of(string candidate) =>
        (await Team.Applications.Get($"/applications?candidate={candidate}")).Expect(200).Json.Items();

    [GeneratedRegex("name=\"id\" value=\"(?<id>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Id();
}
