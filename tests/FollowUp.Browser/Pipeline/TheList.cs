using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace FollowUp.Browser.Pipeline;

/// <summary>The list of all applications: filtered while typing or by the address alone, sorted, and split into pages.</summary>
public sealed partial class TheList(SharedPair shared, Chromium chromium) : PipelineStory(shared, chromium)
{
    [Fact]
    public async Task A_search_filters_while_typing_and_changes_the_address()
    {
        var team = await NewTeam();
        await team.Submit(employer: "Globex", title: "Gardener");
        await team.Submit(employer: "Umbrella", title: "Librarian");
        var ana = await Browse(team);
        await ana.Go("/pipeline");
        await Assertions.Expect(Titles(ana)).ToHaveTextAsync(["Librarian", "Gardener"]);

        await ana.Page.GetByRole(AriaRole.Searchbox).PressSequentiallyAsync("gardE");
        await Assertions.Expect(Titles(ana)).ToHaveTextAsync(["Gardener"]);
        await Assertions.Expect(ana.Page).ToHaveURLAsync(AskedForGarde());
        await Assertions.Expect(ana.Page.Locator("#announce")).ToHaveTextAsync(OneApplication());

        await Titles(ana).ClickAsync();
        await Assertions.Expect(ana.Page.Locator("h1")).ToHaveTextAsync("Gardener at Globex");
        await ana.Page.GoBackAsync();
        await Assertions.Expect(ana.Page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("gardE");
        await Assertions.Expect(Titles(ana)).ToHaveTextAsync(["Gardener"]);

        await ana.Page.GetByRole(AriaRole.Searchbox).FillAsync("nobody hires this");
        await Says(ana, "No application fits.");
        await ana.Page.GetByRole(AriaRole.Link, new() { Name = "Show all" }).ClickAsync();
        await Assertions.Expect(Titles(ana)).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Of_two_searches_the_later_one_wins_whichever_is_answered_first()
    {
        var team = await NewTeam();
        await team.Submit(employer: "Globex", title: "Gardener");
        await team.Submit(employer: "Umbrella", title: "Librarian");
        var ana = await Browse(team);
        await ana.Go("/pipeline");
        var (asked, answered) = (
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
        );
        await ana.Page.RouteAsync(
            x => x.EndsWith("q=e", StringComparison.Ordinal),
            async x =>
            {
                asked.TrySetResult();
                await answered.Task; // a search for one letter in a long list is as slow as this
                await x.ContinueAsync();
            }
        );
        await ana.Page.GetByRole(AriaRole.Searchbox).FillAsync("e");
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await ana.Page.GetByRole(AriaRole.Searchbox).FillAsync("umbr");
        await Assertions.Expect(Titles(ana)).ToHaveTextAsync(["Librarian"]);
        var late = ana.Page.WaitForResponseAsync(x => x.Url.EndsWith("q=e", StringComparison.Ordinal));
        answered.SetResult();
        await (await late).FinishedAsync();
        await ana.IsAt("/pipeline?q=umbr");
        await Assertions.Expect(Titles(ana)).ToHaveTextAsync(["Librarian"]);
    }

    [Theory]
    [
        InlineData("/?q=%00"),
        InlineData("/pipeline?q=%00"),
        InlineData("/pipeline?employer=%00"),
        InlineData("/pipeline?candidate=%00"),
        InlineData("/pipeline?assignee=%00"),
        InlineData("/pipeline/board?q=%00")
    ]
    [
        InlineData("/insights?candidate=%00"),
        InlineData("/pipeline?stage=99999999999"),
        InlineData("/pipeline?after=%00"),
        InlineData("/pipeline/00000000-0000-0000-0000-000000000000?on=9999-99-99")
    ]
    public async Task A_senseless_query_is_refused_with_an_explanation(string address)
    {
        var ana = await Browse(Team);
        ana.Expect(400, 404);
        Assert.InRange((await ana.Go(address)).Status, 400, 404);
        await Assertions.Expect(ana.Page.Locator("main p.lead")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Without_JavaScript_a_button_searches_and_the_address_filters()
    {
        var team = await NewTeam();
        var closed = await team.Submit(employer: "Globex", title: "Gardener");
        (await closed.Close("rejected")).Expect(204);
        var withheld = await team.Submit(employer: "Umbrella", title: "Librarian", instructions: new { noContact = true });
        await withheld.Shows(1, "withheld");
        var ana = await Browse(team, javaScript: false);
        await ana.Go("/pipeline?status=closed");
        await Assertions.Expect(Titles(ana)).ToHaveTextAsync(["Gardener"]);
        await Says(ana, "rejected");
        await ana.Go("/pipeline");
        await ana.Page.GetByLabel("Follow-up").SelectOptionAsync("withheld");
        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Assertions.Expect(Titles(ana)).ToHaveTextAsync(["Librarian"]);
        await ana.Go("/pipeline?q=umbr&status=open&stage=1");
        await Assertions.Expect(Titles(ana)).ToHaveTextAsync(["Librarian"]);
        ana.Expect(400);
        Assert.Equal(400, (await ana.Go("/pipeline?status=ajar")).Status);
    }

    [Fact]
    public async Task The_list_is_sorted_by_its_headers_and_has_pages_forwards_and_backwards()
    {
        var team = await NewTeam();
        var start = DateTimeOffset.UtcNow.AddDays(-60);
        for (var i = 0; i < 52; i++)
            await team.Submit(employer: $"Employer {51 - i:00}", title: $"Job {i:00}", submittedAt: start.AddHours(i));
        var ana = await Browse(team);
        await ana.Go("/pipeline");
        await Says(ana, "52 applications");
        await Assertions.Expect(Titles(ana)).ToHaveCountAsync(50);
        await Assertions.Expect(Titles(ana).First).ToHaveTextAsync("Job 51");
        await ana.Page.GetByRole(AriaRole.Link, new() { Name = "Next page" }).ClickAsync();
        await Assertions.Expect(Titles(ana)).ToHaveTextAsync(["Job 01", "Job 00"]);
        await ana.Page.GetByRole(AriaRole.Link, new() { Name = "Previous page" }).ClickAsync();
        await Assertions.Expect(Titles(ana).First).ToHaveTextAsync("Job 51");

        await ana.Page.GetByRole(AriaRole.Link, new() { Name = "Employer and job" }).ClickAsync();
        await Assertions.Expect(ana.Page.Locator("th[aria-sort=ascending]")).ToContainTextAsync("Employer and job");
        await Assertions.Expect(Titles(ana).First).ToHaveTextAsync("Job 51"); // of employer 00
        await Assertions.Expect(Titles(ana).Nth(1)).ToHaveTextAsync("Job 50");
        await ana.Page.GetByRole(AriaRole.Searchbox).PressSequentiallyAsync("Job 0");
        await Says(ana, "10 applications");
        await Assertions.Expect(Titles(ana).First).ToHaveTextAsync("Job 09");
    }

    [Fact]
    public async Task The_list_updates_itself_after_another_persons_change()
    {
        var team = await NewTeam();
        var ana = await Browse(team);
        await ana.Go("/pipeline");
        await Says(ana, "No applications yet");
        var clerk = await team.Submit();
        await Assertions.Expect(Titles(ana)).ToHaveTextAsync(["Clerk"]);
        (await clerk.Close("withdrawn")).Expect(204);
        await Says(ana, "withdrawn");
    }

    [Fact]
    public async Task The_board_has_a_column_for_each_stage_and_a_search()
    {
        var team = await NewTeam();
        await team.Submit(employer: "Globex", title: "Gardener");
        await team.Submit(employer: "Umbrella", title: "Librarian");
        var further = await team.Submit(employer: "Initech", title: "Clerk");
        (await further.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(2))).Expect(201);
        var over = await team.Submit(employer: "Hooli", title: "Cook");
        (await over.Close("rejected")).Expect(204);
        await further.Shows(2, "planned");
        var ana = await Browse(team);
        await ana.Go("/pipeline/board");
        var columns = ana.Page.Locator(".board > section");
        await Assertions.Expect(columns.Locator("h2")).ToHaveTextAsync(["Applied 2", "Step 1 1", "Closed lately 1"]);
        await Assertions.Expect(columns.Nth(1).Locator("h3")).ToHaveTextAsync(["Clerk"]);
        await Assertions.Expect(columns.Nth(2).Locator("li")).ToContainTextAsync("rejected");
        await ana.Page.GetByRole(AriaRole.Searchbox).PressSequentiallyAsync("umbr");
        await Assertions.Expect(columns.Locator("h3")).ToHaveTextAsync(["Librarian"]);
        await ana.Axe();
        await columns.Locator("h3 a").ClickAsync();
        await Assertions.Expect(ana.Page.Locator("h1")).ToHaveTextAsync("Librarian at Umbrella");
    }

    [GeneratedRegex(@"/pipeline\?q=gardE$", RegexOptions.None, 1000)]
    private static partial Regex AskedForGarde();

    [GeneratedRegex("^1 application", RegexOptions.None, 1000)]
    private static partial Regex OneApplication();
}
