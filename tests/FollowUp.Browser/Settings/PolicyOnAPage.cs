using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace FollowUp.Browser.Settings;

/// <summary>Only an administrator changes a team's policy on the page, after a preview of the effects.</summary>
public sealed class PolicyOnAPage(SharedPair shared, Chromium chromium) : BrowserStory(shared, chromium)
{
    private const string Address = "/settings/policy";

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task The_preview_lists_the_slots_that_saving_moves(bool javaScript)
    {
        var team = await NewTeam();
        var application = await team.Submit(hiringProcess: "ownerRun", employer: "Initech");
        var before = await application.Slot(1, "planned");
        var admin = await Browse(team, javaScript);
        await admin.Go(Address);
        await Says(
            admin.Page.Locator("#ownerRun-says"),
            "An owner who hires is asked 4 business days after the submission, then within 10, by phone, in person or by e-mail."
        );

        await Fill(admin, "ownerRun.wait", "9");
        if (javaScript)
            await admin.Page.Locator("[name='ownerRun.wait']").BlurAsync();
        else
            await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Bring the sentences up to date" }).ClickAsync();
        await Says(admin.Page.Locator("#ownerRun-says"), "asked 9 business days after the submission");
        await Assertions.Expect(admin.Page.Locator("button[value=save]")).ToHaveCountAsync(0); // saving needs a preview

        await Preview(admin);
        var preview = admin.Page.Locator("#preview");
        await Says(preview, "1 follow-up would move");
        await Says(preview.Locator("del"), "asked 4 business days");
        await Says(preview.Locator("ins"), "asked 9 business days");
        Assert.Equal($"/pipeline/{application.Id}", await preview.Locator("tbody a").GetAttributeAsync("href"));
        Assert.Equal(before.DueAt, (await application.Slot(1, "planned")).DueAt);
        if (javaScript)
            await admin.Axe();

        await Save(admin);
        await Says(admin.Page.Locator("p.notice.good"), "Saved.");
        var after = await application.Slot(1, x => x.DueAt > before.DueAt);
        await Eventually.Get(
            application.Detail,
            x => x.Items("stages")[0].Instant("followUp.dueAt") == after.DueAt,
            null,
            "Applications shows the new day"
        );
        await admin.Go("/");
        await Says(admin.Page.Locator("main"), after.DueAt.ToString("d MMM", CultureInfo.GetCultureInfo("en-GB")));
    }

    [Fact]
    public async Task A_change_after_the_preview_needs_a_new_preview()
    {
        var team = await NewTeam();
        var admin = await Browse(team, javaScript: false);
        await admin.Go(Address);
        await Fill(admin, "claimMinutes", "20");
        await Preview(admin);
        await Fill(admin, "claimMinutes", "30");
        await Save(admin);
        await Says(admin.Page.Locator("#preview .warm"), "so nothing was saved");
        Assert.Equal(15, await Number(team, "claimMinutes"));
        await Save(admin);
        await Says(admin.Page.Locator("p.notice.good"), "Saved.");
        Assert.Equal(30, await Number(team, "claimMinutes"));
    }

    [Fact]
    public async Task The_second_of_two_concurrent_changes_is_refused_and_keeps_its_input()
    {
        var team = await NewTeam();
        var (_, other) = await team.NewKey("admin");
        var (ana, ben) = (await Browse(team), await Browse(other));
        ben.Expect(409);
        await ana.Go(Address);
        await ben.Go(Address);
        await Fill(ben, "claimMinutes", "20");
        await Preview(ben);

        await Fill(ana, "mostSnoozes", "3");
        await Preview(ana);
        await Save(ana);
        await Says(ana.Page.Locator("p.notice.good"), "Saved.");

        await Save(ben);
        var alert = ben.Page.GetByRole(AriaRole.Alert);
        await Says(alert, "Version 2 was made meanwhile by end-to-end");
        await Says(alert.Locator("ins"), "A follow-up can be put off 3 times.");
        await Assertions.Expect(ben.Page.Locator("[name=claimMinutes]")).ToHaveValueAsync("20");
        await Assertions.Expect(alert).ToBeFocusedAsync();
        Assert.Equal(15, await Number(team, "claimMinutes"));

        await Preview(ben);
        await Save(ben);
        await Says(ben.Page.Locator("p.notice.good"), "Saved.");
        Assert.Equal(20, await Number(team, "claimMinutes"));
    }

    [Fact]
    public async Task A_coach_reads_the_policy_and_can_not_save_it()
    {
        var team = await NewTeam();
        var (_, coach) = await team.NewKey("read", "record", "claim");
        var window = await Browse(coach);
        await window.Go(Address);
        await Says(window.Page.Locator("main"), "An owner who hires is asked 4 business days after the submission");
        await Assertions.Expect(window.Page.Locator("main form[method=post]")).ToHaveCountAsync(0);
        await window.Axe();

        Assert.Equal(403, (await window.Send(Address, await window.Token(Address), ("act", "save"), ("claimMinutes", "99"))).Status);
        Assert.Equal(15, await Number(team, "claimMinutes"));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Each_error_appears_at_its_field_and_the_input_is_kept(bool javaScript)
    {
        var admin = await Browse(await NewTeam(), javaScript);
        admin.Expect(400);
        await admin.Go(Address);
        await Fill(admin, "hours.to", "08:00");
        await Fill(admin, "daysOff[0].from", "2027-01-10");
        await Fill(admin, "daysOff[0].to", "2027-01-02");
        await Preview(admin);
        await Says(admin.Page.Locator("#hours-to-error"), "It must come after when they begin.");
        await Says(admin.Page.Locator("#daysOff-0-to-error"), "It must not come before it begins.");
        await Assertions.Expect(admin.Page.Locator("[name='hours.to']")).ToHaveValueAsync("08:00");
        await Assertions.Expect(admin.Page.Locator("button[value=save]")).ToHaveCountAsync(0);
        if (javaScript)
            await admin.Axe();
    }

    [Fact]
    public async Task Days_off_are_added_and_removed_and_an_older_version_is_restored()
    {
        var team = await NewTeam();
        var admin = await Browse(team, javaScript: false);
        await admin.Go(Address);
        await Fill(admin, "daysOff[0].from", "2027-03-01");
        await Fill(admin, "daysOff[0].name", "Moving");
        await Preview(admin);
        await Save(admin);
        await Says(admin.Page.Locator("#daysOff-says"), "Nobody works on: 1 Mar 2027 (Moving).");
        await admin.Page.Locator("[name='daysOff[0].remove']").CheckAsync();
        await Preview(admin);
        await Save(admin);
        await Says(admin.Page.Locator("#daysOff-says"), "There are no days off.");

        await admin.Go($"{Address}/versions");
        var second = admin.Page.Locator(
            "section.card",
            new() { Has = admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Version 2", Exact = true }) }
        );
        await Says(second.Locator("ins"), "Nobody works on: 1 Mar 2027 (Moving).");
        await Says(second.Locator("del"), "There are no days off.");
        await second.GetByRole(AriaRole.Link).ClickAsync();
        await Says(admin.Page.Locator("p.notice.warm"), "The form is filled with version 2.");
        await Preview(admin);
        await Save(admin);
        await Says(admin.Page.Locator("#daysOff-says"), "Nobody works on: 1 Mar 2027 (Moving).");
        Assert.Equal(4, await Number(team, "version"));
    }

    [Fact]
    public async Task A_month_has_the_holidays_of_Germany_as_the_form_would_change_them()
    {
        var admin = await Browse(await NewTeam(), language: "de");
        await admin.Go($"{Address}?region=DE&month=2026-12");
        var month = admin.Page.Locator("#month-picture");
        await Says(month.Locator("caption"), "Dezember 2026, Deutschland (DE)");
        await Says(month.Locator("td.holiday").First, "Feiertag: 1. Weihnachtstag");
        await Says(month.Locator(".legend"), "25 (1. Weihnachtstag)");

        await Fill(admin, "quietDates[0].from", "2026-12-10");
        await Fill(admin, "quietDates[0].name", "Inventur");
        await admin.Page.Locator("[name=builtInHolidays]").UncheckAsync();
        await Says(month.Locator("td.quiet"), "Ruhiger Tag: Inventur");
        await Assertions.Expect(month.Locator("td.holiday")).ToHaveCountAsync(0);

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Januar 2027" }).ClickAsync();
        await Says(month.Locator("caption"), "Januar 2027, Deutschland (DE)");
        await Assertions.Expect(admin.Page.Locator("[name='quietDates[0].name']")).ToHaveValueAsync("Inventur");
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Holidays_are_imported_from_a_file_and_removed(bool javaScript)
    {
        var team = await NewTeam();
        var year = DateTime.UtcNow.Year + 1;
        var comments = string.Concat(Enumerable.Repeat($"COMMENT:{new string('x', 60)}\r\n", 4_500));
        var feed = string.Create(
            CultureInfo.InvariantCulture,
            $"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:{year}0815\r\n"
                + $"SUMMARY:Mariä Himmelfahrt\r\n{comments}END:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        var admin = await Browse(team, javaScript);
        admin.Expect(400);
        await admin.Go($"{Address}/holidays");
        await Fill(admin, "region", "de-by");
        await admin
            .Page.Locator("[name=file]")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "long.ics",
                    MimeType = "text/calendar",
                    Buffer = System.Text.Encoding.UTF8.GetBytes(feed + feed + feed),
                }
            );
        await admin.Page.Locator("button[value=show]").ClickAsync();
        await Says(admin.Page.Locator("#file-error"), "It must not be larger than 700 KB.");
        await admin
            .Page.Locator("[name=file]")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "bayern.ics",
                    MimeType = "text/calendar",
                    Buffer = System.Text.Encoding.UTF8.GetBytes(feed),
                }
            );
        await admin.Page.Locator("button[value=show]").ClickAsync();
        await Says(admin.Page.Locator("main"), "1 day in this file");
        await Says(admin.Page.Locator("main"), "Mariä Himmelfahrt");
        Assert.Empty((await Holidays(team)).AsObject());

        await admin.Page.Locator("button[value=take]").ClickAsync();
        await Says(admin.Page.Locator("p.notice.good"), "Taken.");
        Assert.Equal("Mariä Himmelfahrt", (await Holidays(team))["DE-BY"]![0]!["name"]!.GetValue<string>());
        if (javaScript)
            await admin.Axe();
        await admin.Go($"{Address}?region=DE-BY&month={year}-08");
        await Says(admin.Page.Locator("td.holiday"), "Holiday: Mariä Himmelfahrt");

        await admin.Go($"{Address}/holidays");
        await admin.Page.Locator("button[value=forget]").ClickAsync();
        await Says(admin.Page.Locator("p.notice.good"), "Forgotten.");
        Assert.Empty((await Holidays(team)).AsObject());
    }

    [Fact]
    public async Task A_file_that_is_no_calendar_is_refused_at_its_field()
    {
        var admin = await Browse(await NewTeam(), javaScript: false);
        admin.Expect(400);
        await admin.Go($"{Address}/holidays");
        await Fill(admin, "region", "FR");
        await admin
            .Page.Locator("[name=file]")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "x.ics",
                    MimeType = "text/calendar",
                    Buffer = "nothing of the kind"u8.ToArray(),
                }
            );
        await admin.Page.Locator("button[value=show]").ClickAsync();
        await Says(admin.Page.Locator("#file-error"), "iCalendar");
        await Assertions.Expect(admin.Page.Locator("[name=region]")).ToHaveValueAsync("FR");
    }

    [Fact]
    public async Task In_German_all_of_it_is_German()
    {
        var admin = await Browse(await NewTeam(), language: "de");
        await admin.Go(Address);
        await Says(admin.Page.Locator("h1"), "Richtlinie");
        await Says(
            admin.Page.Locator("#ownerRun-says"),
            "Stellt der Inhaber selbst ein, wird 4 Arbeitstage nach der Bewerbung nachgefragt, "
                + "dann binnen 10, telefonisch, persönlich oder per E-Mail."
        );
        await Preview(admin);
        await Says(admin.Page.Locator("#preview"), "Nichts Offenes würde sich ändern");
    }

    private Task<Team> NewTeam() => Pair.Team($"policy-{Guid.NewGuid():n}"[..20]);

    private static Task Fill(Browsing who, string field, string value) => who.Page.Locator($"[name='{field}']").FillAsync(value);

    private static async Task Preview(Browsing who)
    {
        await who.Page.Locator("#preview button[value=preview]").ClickAsync();
        await who.Page.Locator("#preview table, #preview .changes, #preview [role=status], p.error").First.WaitForAsync();
    }

    private static Task Save(Browsing who) => who.Page.Locator("button[value=save]").ClickAsync();

    private static Task Says(ILocator where, string words) => Assertions.Expect(where).ToContainTextAsync(words);

    private static async Task<JsonNode> Policy(Team team) =>
        JsonNode.Parse((await Eventually.Get(() => team.Scheduler.Get("/policy"), x => x.Status == 200)).Text)!;

    private static async Task<int> Number(Team team, string name) => (await Policy(team))[name]!.GetValue<int>();

    private static async Task<JsonNode> Holidays(Team team) => (await Policy(team))["holidays"]!;
}
