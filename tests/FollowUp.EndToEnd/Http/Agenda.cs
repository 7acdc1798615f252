using System.Globalization;

namespace FollowUp.EndToEnd.Http;

/// <summary>Which follow-ups are due, for whom, by which channel, and why.</summary>
public sealed class Agenda(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task An_application_submitted_long_enough_ago_is_due_and_on_the_agenda()
    {
        var application = await Team.SubmitDue(Harness.Team.NewCandidate());
        var slot = await application.Slot(1, "due");

        var item = Assert.Single(await Listed(application));

        Assert.Equal(application.Id.ToString(), item.Text("application"));
        Assert.Equal(1, item.Number("stage"));
        Assert.Equal("due", item.Text("status"));
        Assert.Equal("Acme", item.Text("employer"));
        Assert.Equal("Clerk", item.Text("title"));
        Assert.Equal(slot.DueAt, item.Instant("dueAt"));
        Assert.Equal(slot.WindowEndsAt, item.Instant("windowEndsAt"));
        Assert.Equal(slot.Channels, item.Texts("channels"));
        Assert.True(item.Instant("dueAt") < DateTimeOffset.UtcNow);
        await Wire.Hears(application.Id, "follow-up.due");
        await application.Shows(1, "due");
    }

    [Fact]
    public async Task A_due_follow_up_is_claimed_and_made_and_leaves_the_agenda()
    {
        var application = await Team.SubmitDue(Harness.Team.NewCandidate());
        await application.Slot(1, "due");
        var claimId = Guid.NewGuid();
        var claim = (await application.Claim(claimId: claimId)).Expect(201).Json;
        Assert.Equal("False", claim.Find("early").ToString(), ignoreCase: true);

        Assert.Empty(await Listed(application));
        var claimed = Assert.Single(await Listed(application, "claimed"));
        Assert.Equal("ana", claimed.Text("claim.by"));

        (await application.RecordFollowUp(claimId: claimId)).Expect(201);
        Assert.Empty(await Listed(application, "claimed"));
        Assert.Single(await Listed(application, "made"));
    }

    [Fact]
    public async Task Released_it_is_due_again()
    {
        var application = await Team.SubmitDue(Harness.Team.NewCandidate());
        await application.Slot(1, "due");
        var claimId = Guid.NewGuid();
        (await application.Claim(claimId: claimId)).Expect(201);

        (await application.Release(claimId)).Expect(204);

        await application.Slot(1, "due");
        Assert.Single(await Listed(application));
    }

    [Fact]
    public async Task Planned_slots_are_found_by_their_latest_due_date()
    {
        var application = await Team.Submit(candidate: Harness.Team.NewCandidate());
        var slot = await application.Slot(1, "planned");

        Assert.Empty(await Listed(application));
        Assert.Single(await Listed(application, "planned"));
        Assert.Single(await Listed(application, "planned", slot.DueAt.AddMinutes(1)));
        Assert.Empty(await Listed(application, "planned", slot.DueAt.AddMinutes(-1)));
    }

    [Fact]
    public async Task Withheld_slots_are_listed_with_the_reason()
    {
        var application = await Team.Submit(candidate: Harness.Team.NewCandidate(), instructions: new { noContact = true });
        await application.Slot(1, "withheld");

        var item = Assert.Single(await Listed(application, "withheld"));

        Assert.Contains("noContact", item.Items("reasons").Select(x => x.Text("code")));
    }

    [Fact]
    public async Task Pages_of_the_agenda_follow_each_other_without_a_gap_or_a_repetition()
    {
        var candidate = Harness.Team.NewCandidate();
        var all = new List<string>();
        for (var i = 0; i < 5; i++)
            all.Add((await Team.SubmitDue(candidate)).Id.ToString());
        foreach (var id in all)
            await Team.Of(Guid.Parse(id)).Slot(1, "due");

        var found = new List<string>();
        string? next = null;
        do
        {
            var page = (
                await Team.Scheduler.Get(
                    $"/follow-ups?candidate={candidate}&limit=2" + (next is null ? "" : $"&after={Uri.EscapeDataString(next)}")
                )
            )
                .Expect(200)
                .Json;
            found.AddRange(page.Items().Select(x => x.Text("application")!));
            next = page.Text("next");
        } while (next is not null);

        Assert.Equal(all.Order(), found.Order());
    }

    [Theory]
    [InlineData("due"), InlineData("-due"), InlineData("candidate"), InlineData("employer")]
    public async Task Pages_stay_right_while_the_agenda_changes_underneath(string sort)
    {
        var team = await Pair.Team($"pages{sort.Trim('-')}{sort.Length}");
        var all = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(i => team.Submit(candidate: $"c-{i}", employer: $"Employer {i}", submittedAt: DateTimeOffset.UtcNow.AddDays(-16)))
        );
        foreach (var application in all)
            await application.Slot(1, "due");

        var found = new List<string>();
        string? next = null;
        do
        {
            var page = (
                await team.Scheduler.Get($"/follow-ups?sort={sort}&limit=2" + (next is null ? "" : $"&after={Uri.EscapeDataString(next)}"))
            )
                .Expect(200)
                .Json;
            found.AddRange(page.Items().Select(x => x.Text("application")!));
            next = page.Text("next");
            if (next is null || found.Count > 2)
                continue;
            // A row that was read disappears, and new rows appear before and behind it: a reader of the next pages misses no row and gets
            // no row twice.
            (await all.Single(x => x.Id.ToString() == found[0]).Claim()).Expect(201);
            await Task.WhenAll(
                new[] { "0", "9" }.Select(async x =>
                    await (
                        await team.Submit(
                            candidate: $"c-{x}{x}",
                            employer: $"Employer {x}{x}",
                            submittedAt: DateTimeOffset.UtcNow.AddDays(x == "0" ? -17 : -15)
                        )
                    ).Slot(1, "due")
                )
            );
        } while (next is not null);

        Assert.Equal(found.Count, found.Distinct().Count());
        Assert.Subset(found.ToHashSet(), all.Select(x => x.Id.ToString()).ToHashSet());
    }

    private async Task<IReadOnlyList<System.Text.Json.JsonElement>> Listed(
        Application application,
        string? status = null,
        DateTimeOffset? dueBefore = null
    )
    {
        var candidate = (await application.Detail()).Text("candidate");
        var query =
            $"/follow-ups?candidate={candidate}"
            + (status is null ? "" : $"&status={status}")
            + (dueBefore is { } at ? $"&dueBefore={Uri.EscapeDataString(at.ToString("O", CultureInfo.InvariantCulture))}" : "");
        return (await Team.Scheduler.Get(query)).Expect(200).Json.Items();
    }
}
