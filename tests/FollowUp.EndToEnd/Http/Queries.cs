using System.Globalization;

namespace FollowUp.EndToEnd.Http;

/// <summary>The recorded data, in its current and its earlier states.</summary>
public sealed class Queries(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task As_of_an_earlier_moment_it_looks_as_it_was_known_then()
    {
        var application = await Team.Submit();
        var before = (await application.Timeline())[^1].Instant("recordedAt")!.Value;
        (await application.Amend(new { posting = new { title = "Porter" } })).Expect(204);
        (await application.Close("rejected")).Expect(204);

        var then = (await Team.Applications.Get($"{application.Path}?asOf={Instant(before)}")).Expect(200).Json;
        var now = await application.Detail();

        Assert.Equal(("Clerk", "open", 1), (then.Text("posting.title"), then.Text("status"), then.Number("version")));
        Assert.Equal(("Porter", "closed", 3), (now.Text("posting.title"), now.Text("status"), now.Number("version")));
    }

    [Fact]
    public async Task As_of_a_moment_before_it_was_recorded_it_is_not_there()
    {
        var application = await Team.Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-10));

        (await Team.Applications.Get($"{application.Path}?asOf={Instant(DateTimeOffset.UtcNow.AddDays(-1))}")).Refused(404);
    }

    [Fact]
    public async Task The_list_is_found_by_candidate_employer_status_stage_follow_up_and_words()
    {
        var candidate = Harness.Team.NewCandidate();
        var employer = $"Employer {Guid.NewGuid():n}";
        var word = $"Title{Guid.NewGuid():n}";
        var open = await Team.Submit(candidate: candidate, employer: employer, title: word);
        var closed = await Team.Submit(candidate: candidate);
        (await closed.Close("rejected")).Expect(204);
        var interviewed = await Team.Submit(candidate: candidate);
        (await interviewed.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(3))).Expect(201);
        await interviewed.Shows(2, "planned");
        await closed.Shows(1, "waived");
        await open.Shows(1, "planned");

        async Task<string[]> Found(string query) =>
            [.. (await Team.Applications.Get($"/applications?{query}")).Expect(200).Json.Items().Select(x => x.Text("id")!).Order()];
        string[] Ids(params Application[] which) => [.. which.Select(x => x.Id.ToString()).Order()];

        Assert.Equal(Ids(open, closed, interviewed), await Found($"candidate={candidate}"));
        Assert.Equal(Ids(open), await Found($"employer={Uri.EscapeDataString(employer)}"));
        Assert.Equal(Ids(closed), await Found($"candidate={candidate}&status=closed"));
        Assert.Equal(Ids(open, interviewed), await Found($"candidate={candidate}&status=open"));
        Assert.Equal(Ids(interviewed), await Found($"candidate={candidate}&stage=2"));
        Assert.Equal(Ids(open, interviewed), await Found($"candidate={candidate}&followUp=planned"));
        Assert.Equal(Ids(closed), await Found($"candidate={candidate}&followUp=waived"));
        Assert.Equal(Ids(open), await Found($"q={word}"));
        Assert.Empty(await Found($"candidate={candidate}&followUp=due"));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_a_gap_or_a_repetition()
    {
        var candidate = Harness.Team.NewCandidate();
        var all = new List<string>();
        for (var i = 0; i < 7; i++)
            all.Add((await Team.Submit(candidate: candidate)).Id.ToString());

        var found = new List<string>();
        string? next = null;
        do
        {
            var page = (
                await Team.Applications.Get(
                    $"/applications?candidate={candidate}&limit=3" + (next is null ? "" : $"&after={Uri.EscapeDataString(next)}")
                )
            )
                .Expect(200)
                .Json;
            Assert.InRange(page.Items().Count, 1, 3);
            found.AddRange(page.Items().Select(x => x.Text("id")!));
            next = page.Text("next");
        } while (next is not null);

        Assert.Equal(all.Order(), found.Order());
    }

    [Fact]
    public async Task The_etag_begins_with_the_version_which_grows_with_every_event()
    {
        var application = await Team.Submit();
        Assert.StartsWith("\"1-", (await Team.Applications.Get(application.Path)).ETag, StringComparison.Ordinal);

        (await application.SendCoverLetter()).Expect(201);

        Assert.StartsWith("\"2-", (await Team.Applications.Get(application.Path)).ETag, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_has_the_application_is_not_sent_it_again()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        await Eventually.Get(application.Detail, x => x.Items("stages")[0].Text("followUp.status") == "planned");
        var tag = (await Team.Applications.Get(application.Path)).Expect(200).ETag!;

        await IsConditional(Team.Applications, application.Path, tag);
        var asOf = $"{application.Path}?asOf={Instant(DateTimeOffset.UtcNow)}";
        await IsConditional(Team.Applications, asOf, (await Team.Applications.Get(asOf)).Expect(200).ETag!);

        // A claim is the Scheduler's: it changes what is shown, and not the version.
        (await application.Claim()).Expect(201);
        await Eventually.Get(() => Team.Applications.Send(HttpMethod.Get, application.Path, ifNoneMatch: tag), x => x.Status == 200);
        Assert.Equal(1, await application.Version());
        (await Team.Applications.Post($"{application.Path}/cover-letter", new { }, ifMatch: tag)).Expect(201);
    }

    [Fact]
    public async Task A_client_that_has_the_policy_is_not_sent_it_again()
    {
        var team = await Pair.Team("policyknown");
        await team.SchedulerKnowsTheKey();
        var before = (await team.Scheduler.Get("/policy")).Expect(200);
        await IsConditional(team.Scheduler, "/policy", before.ETag!);

        var after = (await team.Scheduler.Put("/policy", new { silenceWait = 21 })).Expect(204).ETag!;

        var changed = (await team.Scheduler.Send(HttpMethod.Get, "/policy", ifNoneMatch: before.ETag)).Expect(200);
        Assert.Equal(after, changed.ETag);
        await IsConditional(team.Scheduler, "/policy", after);
        var first = $"/policy?version={before.Json.Number("version")}";
        await IsConditional(team.Scheduler, first, before.ETag!);
    }

    private static async Task IsConditional(Api service, string path, string tag)
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            foreach (var known in new[] { tag, $"W/{tag}", $"\"another\", {tag}", "*" })
            {
                var answer = await service.Send(method, path, ifNoneMatch: known);
                Assert.Equal((304, tag, ""), (answer.Status, answer.ETag, answer.Text));
            }
            foreach (var other in new[] { "\"another\"", "W/\"another\", \"1x\"" })
            {
                var answer = await service.Send(method, path, ifNoneMatch: other);
                Assert.Equal((200, tag), (answer.Status, answer.ETag));
            }
        }
        var route = path.StartsWith("/policy", StringComparison.Ordinal) ? "/policy" : "/applications/{id}";
        var get = (await service.Get("/openapi/v1.json")).Expect(200).Json.GetProperty("paths").GetProperty(route).GetProperty("get");
        Assert.True(get.GetProperty("responses").TryGetProperty("304", out _));
        Assert.Contains(get.Items("parameters"), x => x.Text("name") == "If-None-Match" && x.Text("in") == "header");
    }

    [Fact]
    public async Task A_contact_is_stored_with_its_personal_data_and_returned()
    {
        var application = await Team.Submit();
        var recorded = (await application.RecordContact("hiringManager", phone: Personal.Phone, profile: Personal.Profile)).Expect(201);

        var contact = (await Team.Applications.Get($"{application.Path}/contacts/{recorded.Named}")).Expect(200).Json;

        Assert.Equal(Personal.Name, contact.Text("name"));
        Assert.Equal(Personal.Email, contact.Text("email"));
        Assert.Equal(Personal.Phone, contact.Text("phone"));
        Assert.Equal(Personal.Profile, contact.Text("profile"));
        Assert.Equal("hiringManager", contact.Text("role"));
        Assert.Contains((await application.Detail()).Items("contacts"), x => x.Text("id") == recorded.Named);
    }

    private static string Instant(DateTimeOffset at) => Uri.EscapeDataString(at.ToString("O", CultureInfo.InvariantCulture));
}
