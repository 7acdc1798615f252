namespace FollowUp.EndToEnd.Http;

/// <summary>The list of applications: searched by text, sorted, and paged while rows change.</summary>
public sealed class Lists(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task It_is_found_by_a_part_of_the_candidates_name_until_that_is_erased()
    {
        var (candidate, name) = (Harness.Team.NewCandidate(), $"Zora {Guid.NewGuid():n}");
        var application = await Team.Submit(candidate: candidate);
        await Team.Submit();
        Assert.Empty(await Found($"q={name[8..20]}"));

        (await Team.Applications.Put($"/candidates/{candidate}", new { name })).Expect(204);
        Assert.Equal([application.Id], await Found($"q={name[8..20].ToUpperInvariant()}"));
        Assert.Equal([application.Id], await Found($"q={name[8..20]}&candidate={candidate}"));
        Assert.Empty(await Found($"q={name[8..20]}&candidate={Harness.Team.NewCandidate()}"));
        Assert.DoesNotContain(name, (await Team.Applications.Get($"/applications?q={name[8..20]}")).Text, StringComparison.Ordinal);

        (await Team.Applications.Delete($"/candidates/{candidate}")).Expect(204);
        Assert.Empty(await Found($"q={name[8..20]}"));
    }

    [Fact]
    public async Task Signs_that_search_patterns_are_made_of_are_letters_like_others()
    {
        var word = $"{Guid.NewGuid():n}"[..12];
        var application = await Team.Submit(title: $"100%_{word}\\");
        await Team.Submit(title: $"100 x {word}");

        Assert.Equal([application.Id], await Found($"q={Uri.EscapeDataString($"%_{word}\\")}"));
        Assert.Empty(await Found($"q={Uri.EscapeDataString($"_{word}%")}"));
    }

    [Fact]
    public async Task It_is_sorted_by_employer_and_candidate()
    {
        var team = await Pair.Team("sorted");
        var (b, a, c) = (
            await team.Submit(employer: "Beta", candidate: "c-3"),
            await team.Submit(employer: "Alpha", candidate: "c-2"),
            await team.Submit(employer: "Gamma", candidate: "c-1")
        );

        Assert.Equal([c.Id, a.Id, b.Id], await Found("sort=submitted", team));
        Assert.Equal([a.Id, b.Id, c.Id], await Found("sort=employer", team));
        Assert.Equal([c.Id, a.Id, b.Id], await Found("sort=candidate", team));
        (await team.Applications.Get("/applications?sort=mood")).Refused(400);
    }

    [Fact]
    public async Task By_what_is_due_the_most_urgent_comes_first()
    {
        var candidate = Harness.Team.NewCandidate();
        var (withheld, planned, made, due) = (
            await Team.Submit(candidate: candidate, approach: "massMailing"),
            await Team.Submit(candidate: candidate),
            await Team.SubmitDue(candidate),
            await Team.SubmitDue(candidate)
        );
        var later = await Team.Submit(candidate: candidate, hiringProcess: "corporateHr");
        await withheld.Shows(1, "withheld");
        await planned.Shows(1, "planned");
        await later.Shows(1, "planned");
        await due.Shows(1, "due");
        (await made.RecordFollowUp()).Expect(201);
        await Eventually.Get(() => Found($"candidate={candidate}&followUp=made"), x => x.Length == 1);

        Assert.Equal([due.Id, planned.Id, later.Id, withheld.Id, made.Id], await Found($"candidate={candidate}&sort=due"));
        Assert.Equal([planned.Id, later.Id], await Found($"candidate={candidate}&sort=due&followUp=planned"));
    }

    [Fact]
    public async Task An_assignee_finds_their_applications()
    {
        var (candidate, application) = (Harness.Team.NewCandidate(), await Team.Submit());
        await Team.Submit(candidate: candidate);
        await application.SchedulerHasSeenAll();
        (await Team.Scheduler.Put($"{application.Path}/stages/1/assignee", new { to = candidate, by = "ana" })).Expect(200);

        await Eventually.Get(() => Found($"assignee={candidate}"), x => x is [var only] && only == application.Id);
    }

    [Theory]
    [InlineData("submitted"), InlineData("employer"), InlineData("candidate"), InlineData("due")]
    public async Task Pages_stay_what_they_are_while_rows_change(string sort)
    {
        var team = await Pair.Team($"paged-{sort}");
        var all = new List<Application>();
        for (var i = 0; i < 7; i++)
            all.Add(await team.Submit(employer: $"Acme {i / 2}", candidate: $"c-{i / 3}"));
        foreach (var application in all)
            await application.Shows(1, "planned");

        var (found, next, pages) = (new List<Guid>(), (string?)null, 0);
        do
        {
            var page = (await team.Applications.Get($"/applications?sort={sort}&limit=3{(next is null ? "" : $"&after={next}")}"))
                .Expect(200)
                .Json;
            found.AddRange(page.Items().Select(x => Guid.Parse(x.Text("id")!)));
            next = page.Text("next");
            pages++;
            // An application on a page that was read is closed, and a new one sorts before all others.
            (await all.First(x => x.Id == found[^1]).Close("rejected")).Expect(204);
            await team.Submit(
                employer: "AAA",
                candidate: "c",
                submittedAt: sort == "submitted" ? DateTimeOffset.UtcNow : DateTimeOffset.UtcNow.AddDays(-16)
            );
        } while (next is not null && pages < 10);

        Assert.Equal(all.Select(x => x.Id).Order(), found.Distinct().Where(x => all.Any(y => y.Id == x)).Order());
    }

    [Fact]
    public async Task A_cursor_of_another_order_is_refused()
    {
        var team = await Pair.Team("orders");
        await team.Submit();
        await team.Submit();
        async Task<string> Next(string sort) =>
            (await team.Applications.Get($"/applications?limit=1&sort={sort}")).Expect(200).Json.Text("next")!;

        var (submitted, employer) = (await Next("submitted"), await Next("employer"));
        (await team.Applications.Get($"/applications?sort=employer&after={submitted}")).Refused(400);
        (await team.Applications.Get($"/applications?sort=candidate&after={employer}")).Refused(400);
        (await team.Applications.Get($"/applications?after={employer}")).Refused(400);
        (await team.Applications.Get($"/applications?sort=employer&after={employer}")).Expect(200);
    }

    private async Task<Guid[]> Found(string query, Team? team = null) =>
        [
            .. (await (team ?? Team).Applications.Get($"/applications?{query}"))
                .Expect(200)
                .Json.Items()
                .Select(x => Guid.Parse(x.Text("id")!)),
        ];
}
