using System.Globalization;
using System.Text.Json.Nodes;

namespace FollowUp.EndToEnd.Http;

/// <summary>
/// What a team decides about a follow-up besides making it: the assignee, a snooze, an override, and no second follow-up to one person.
/// </summary>
public sealed class Slot_commands(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task A_slot_is_assigned_and_unassigned()
    {
        var application = await Team.SubmitDue();
        await application.Slot(1, "due");
        var (who, path) = ($"ben-{Guid.NewGuid():n}", $"{application.Path}/stages/1/assignee");

        Assert.Equal(
            (who, "ana"),
            (
                (await Team.Scheduler.Put(path, new { to = who, by = "ana" })).Expect(200).Json.Text("to"),
                (await Team.Scheduler.Put(path, new { to = who, by = "ana" })).Expect(200).Json.Text("by")
            )
        );

        Assert.Equal(who, (await application.Slot(1, "due")).Json.Text("assignee"));
        Assert.Equal(
            application.Id.ToString(),
            Assert.Single((await Team.Scheduler.Get($"/follow-ups?assignee={who}")).Expect(200).Json.Items()).Text("application")
        );
        await Eventually.Get(application.Detail, x => x.Items("stages")[0].Text("followUp.assignee") == who);
        (await application.Claim(by: "carl")).Expect(201); // an assignee doesn't keep another person from claiming
        (await Team.Scheduler.Delete(path)).Expect(204);
        Assert.Null((await application.Slot(1, "claimed")).Json.Text("assignee"));
        Assert.Empty((await Team.Scheduler.Get($"/follow-ups?assignee={who}&status=due,claimed")).Expect(200).Json.Items());
        // The repeated command published no event.
        Assert.Equal(2, (await Published(application, "followup.follow-up.assigned.v1", 2)).Count);
        (await Team.Scheduler.Put(path, new { to = "ben@example.org" })).Refused(400, "badInput");
        (await Team.Scheduler.Put($"{application.Path}/stages/9/assignee", new { to = who })).Refused(404, "unknownStage");
    }

    [Fact]
    public async Task A_slot_is_put_off_once_within_its_window()
    {
        var application = await Team.SubmitDue();
        var slot = await application.Slot(1, "due");
        var path = $"{application.Path}/stages/1/snooze";
        var day = DateOnly.FromDateTime(slot.WindowEndsAt.UtcDateTime).AddDays(-1);

        (await Team.Scheduler.Post(path, new { until = "soon" })).Refused(400, "badInput");
        (await Team.Scheduler.Post(path, new { until = "2026-11-30T10:00:00" })).Refused(400, "badInput");
        (await Team.Scheduler.Post(path, new { until = slot.WindowEndsAt })).Refused(409, "outsideWindow");
        (await Team.Scheduler.Post(path, new { until = DateTimeOffset.UtcNow.AddMinutes(-1) })).Refused(409, "outsideWindow");
        var until = (await Team.Scheduler.Post(path, new { until = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) }))
            .Expect(200)
            .Json.Instant("dueAt");

        Assert.Equal(day.ToDateTime(new TimeOnly(9, 0)), until!.Value.UtcDateTime);
        var snoozed = await application.Slot(1, "planned");
        Assert.Equal((until, until, slot.WindowEndsAt), (snoozed.DueAt, snoozed.Json.Instant("snoozedUntil"), snoozed.WindowEndsAt));
        await Eventually.Get(application.Detail, x => x.Items("stages")[0].Instant("followUp.dueAt") == until);
        (await Team.Scheduler.Post(path, new { until })).Expect(200); // the same command again
        (await Team.Scheduler.Post(path, new { until = until.Value.AddHours(1) })).Refused(409, "alreadySnoozed");
        Assert.Single(await Published(application, "followup.follow-up.snoozed.v1", 1));

        // A new event that doesn't move the slot's due date leaves the slot snoozed.
        (await application.Amend(new { posting = new { instructions = new { noPhoneCalls = true } } })).Expect(204);
        var replanned = await application.Slot(1, x => !x.Channels.Contains("phone"));
        Assert.Equal((until, "planned"), (replanned.DueAt, replanned.Status));
        await application.SchedulerHasSeenAll();
        await Eventually.Get(
            application.Detail,
            x =>
                x.Items("stages")[0].Instant("followUp.dueAt") == until
                && !x.Items("stages")[0].Texts("followUp.channels").Contains("phone")
        );
        (await application.Claim()).Expect(201); // a snoozed slot can be claimed before its due date
    }

    [Fact]
    public async Task A_request_repeated_with_its_idempotency_key_gets_the_same_answer()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        var (key, path) = ($"{Guid.NewGuid()}", $"{application.Path}/stages/1/assignee");

        var first = (await Team.Scheduler.Put(path, new { to = "ben" }, idempotencyKey: key)).Expect(200);
        (await Team.Scheduler.Put(path, new { to = "carla" })).Expect(200);
        var again = (await Team.Scheduler.Put(path, new { to = "ben" }, idempotencyKey: key)).Expect(200);

        Assert.Equal(first.Text, again.Text);
        Assert.Equal("carla", (await application.Slot(1, "planned")).Json.Text("assignee"));
        (await Team.Scheduler.Put(path, new { to = "dora" }, idempotencyKey: key)).Refused(422, "idempotencyKeyReused");
        (await Team.Scheduler.Put(path, new { to = "ben" }, idempotencyKey: new string('k', 201))).Refused(400, "badIdempotencyKey");
    }

    [Fact]
    public async Task It_comes_due_again_when_it_was_put_off_until()
    {
        var application = await Team.SubmitDue();
        await application.Slot(1, "due");

        (await Team.Scheduler.Post($"{application.Path}/stages/1/snooze", new { until = DateTimeOffset.UtcNow.AddSeconds(6) })).Expect(200);

        await Published(application, "followup.follow-up.due.v1", 2);
        await application.Slot(1, "due");
    }

    [Fact]
    public async Task A_withheld_slot_is_made_by_an_override_with_a_recorded_reason()
    {
        var candidate = Harness.Team.NewCandidate();
        var application = await Team.Submit(candidate: candidate, instructions: new { noContact = true });
        Assert.NotEmpty((await application.Slot(1, "withheld")).Json.Items("opensWhen"));
        var path = $"{application.Path}/stages/1/override";
        (await Team.Scheduler.Post(path, new { because = "whim" })).Refused(400);

        (
            await Team.Scheduler.Post(
                path,
                new
                {
                    because = "employerAgreed",
                    note = Personal.Note,
                    by = "ana",
                }
            )
        ).Expect(200);

        var slot = await application.Slot(1, "planned");
        Assert.Contains("overridden", slot.Reasons);
        Assert.Equal(
            ("employerAgreed", "ana", Personal.Note),
            (slot.Json.Text("override.because"), slot.Json.Text("override.by"), slot.Json.Text("override.note"))
        );
        Assert.Equal(["noContact"], slot.Json.Texts("override.despite"));
        (await Team.Scheduler.Post(path, new { because = "employerAgreed" })).Expect(200); // the same command again
        (await Team.Scheduler.Post(path, new { because = "outdated" })).Refused(409, "notWithheld");
        Assert.Single(await Published(application, "followup.follow-up.overridden.v1", 1));
        await Eventually.Get(application.Detail, x => x.Items("stages")[0].Text("followUp.override.because") == "employerAgreed");

        // An erasure of the candidate erases the written text of the override, not the decision.
        (await Team.Applications.Put($"/candidates/{candidate}", new { name = Personal.Name })).Expect(204);
        (await Team.Applications.Delete($"/candidates/{candidate}")).Expect(204);
        await application.Slot(1, x => x.Json.Text("override.note") is null && x.Json.Text("override.because") == "employerAgreed");
        (await application.RecordFollowUp(channel: "email")).Expect(201);
    }

    [Fact]
    public async Task An_employer_that_outsources_gets_no_follow_up_even_by_an_override()
    {
        var application = await Team.Submit(hiringProcess: "outsourced");
        await application.Slot(1, "withheld");
        (await Team.Scheduler.Post($"{application.Path}/stages/1/override", new { because = "judgement" })).Refused(
            409,
            "cantBeOverridden"
        );
        (await application.Claim()).Refused(409, "withheld");
    }

    [Fact]
    public async Task All_three_are_asked_over_the_bus_as_well()
    {
        await using var integration = await Integration.Connect(Pair);
        var application = await Team.SubmitDue();
        var slot = await application.Slot(1, "due");
        async Task<Message> Ask(string type, object data) =>
            await integration.Ask(
                "followup.scheduler.commands",
                new JsonObject
                {
                    ["specversion"] = "1.0",
                    ["id"] = Guid.NewGuid().ToString(),
                    ["source"] = "/tests",
                    ["type"] = $"followup.follow-up.{type}.v1",
                    ["subject"] = application.Id.ToString(),
                    ["team"] = "default",
                    ["datacontenttype"] = "application/json",
                    ["data"] = System.Text.Json.JsonSerializer.SerializeToNode(data),
                }.ToJsonString()
            );

        Assert.Equal(
            ("followup.follow-up.assigned.v1", "ben"),
            ((await Ask("assign", new { stage = 1, to = "ben" })).Type, (await application.Slot(1, "due")).Json.Text("assignee"))
        );
        Assert.Equal(
            "followup.follow-up.snoozed.v1",
            (await Ask("snooze", new { stage = 1, until = slot.WindowEndsAt.AddHours(-1) })).Type
        );
        await application.Slot(1, "planned");
        var refused = await Ask("override", new { stage = 1, because = "judgement" });
        Assert.Equal(("followup.command.rejected.v1", "notWithheld"), (refused.Type, refused.Data.Text("code")));
    }

    [Fact]
    public async Task Two_candidates_about_to_chase_one_person_are_warned_and_if_the_team_wants_it_the_second_is_refused()
    {
        var team = await Pair.Team("guards");
        object[] contact =

            [
                new
                {
                    name = "A. Recruiter",
                    role = "recruiter",
                    email = "One.Recruiter@example.org",
                },
            ],
            sameContact =

            [
                new
                {
                    name = "Another spelling",
                    role = "recruiter",
                    email = "one.recruiter@EXAMPLE.org",
                },
            ];
        var submitted = DateTimeOffset.UtcNow.AddDays(-16);
        var (first, second) = (
            await team.Submit(contacts: contact, submittedAt: submitted),
            await team.Submit(contacts: sameContact, submittedAt: submitted)
        );
        await first.Slot(1, "due");
        await second.Slot(1, "due");

        foreach (var application in new[] { first, second })
        {
            await application.Slot(1, x => x.Json.Items("warnings").Any(y => y.Text("code") == "sharedContact"));
            Assert.Contains(
                (await team.Scheduler.Get("/follow-ups"))
                    .Expect(200)
                    .Json.Items()
                    .Single(x => x.Text("application") == application.Id.ToString())
                    .Items("warnings"),
                x => x.Text("code") == "sharedContact"
            );
        }

        await team.ChangePolicy(x => x["contactSpacing"]!["refuse"] = true);
        var claims = await Task.WhenAll(first.Claim(), second.Claim()); // concurrently
        Assert.Equal([201, 409], claims.Select(x => x.Status).Order());
        claims.Single(x => x.Status == 409).Refused(409, "contactJustFollowedUp");
        var (won, lost) = claims[0].Status == 201 ? (first, second) : (second, first);
        (await won.Release(Guid.Parse(claims.Single(x => x.Status == 201).Json.Text("claimId")!))).Expect(204);
        (await lost.Claim()).Expect(201);

        // Another contact of another candidate gets no warning.
        var third = await team.Submit(contacts: [new { role = "recruiter", email = "two.recruiter@example.org" }], submittedAt: submitted);
        Assert.Empty((await third.Slot(1, "due")).Json.Items("warnings"));
        (await third.Claim()).Expect(201);

        // The same person for two postings of one candidate does.
        var candidate = Harness.Team.NewCandidate();
        foreach (var title in new[] { "Clerk", "Porter" })
        {
            var posting = await team.Submit(
                contacts: [new { role = "recruiter", email = "three.recruiter@example.org" }],
                candidate: candidate,
                submittedAt: submitted,
                title: title
            );
            await posting.Slot(1, "due");
            if (title == "Porter")
                await posting.Slot(1, x => x.Json.Items("warnings").Any(y => y.Text("values.form") == "sameCandidate"));
        }
    }

    [Fact]
    public async Task A_contact_whose_address_is_corrected_is_the_person_of_that_address()
    {
        var team = await Pair.Team("corrected");
        var submitted = DateTimeOffset.UtcNow.AddDays(-16);
        async Task<Application> With(string email) =>
            await team.Submit(contacts: [new { role = "recruiter", email }], submittedAt: submitted);
        var (first, second) = (await With("one.person@example.org"), await With("another.person@example.org"));
        await first.Slot(1, "due");
        await second.Slot(1, "due");
        var contact = (await second.Detail()).Items("contacts")[0].Text("id");
        async Task Correct(string email) =>
            (await team.Applications.Put($"{second.Path}/contacts/{contact}", new { role = "recruiter", email })).Expect(204);
        static bool IsShared(Slot slot) => slot.Json.Items("warnings").Any(x => x.Text("code") == "sharedContact");

        await Correct("one.person@example.org");
        await first.Slot(1, IsShared);
        await second.Slot(1, IsShared);

        await Correct("a.third@example.org");
        await first.Slot(1, x => !IsShared(x));
        await second.Slot(1, x => !IsShared(x));
    }

    [Fact]
    public async Task An_employer_and_a_candidate_are_followed_up_so_often_a_week_and_no_more()
    {
        var team = await Pair.Team("caps");
        var submitted = DateTimeOffset.UtcNow.AddDays(-16);
        var candidate = Harness.Team.NewCandidate();
        var all = new List<Application>();
        foreach (var employer in new[] { "Acme Ltd", "  acme  LTD ", "ACME Ltd", "Beta" })
            all.Add(await team.Submit(candidate: employer == "Beta" ? candidate : null, employer: employer, submittedAt: submitted));
        foreach (var application in all)
            await application.Slot(1, "due");
        await team.ChangePolicy(x => x["mostPerEmployerAWeek"] = 2);

        var answers = await Task.WhenAll(all.Take(3).Select(x => x.Claim()));
        Assert.Equal([201, 201, 409], answers.Select(x => x.Status).Order());
        answers.Single(x => x.Status == 409).Refused(409, "employerCapReached");
        Assert.Contains(
            "employerCap",
            (await all[Array.FindIndex(answers, x => x.Status == 409)].Slot(1, "due")).Json.Items("warnings").Select(x => x.Text("code"))
        );
        (await all[3].Claim()).Expect(201);

        await team.ChangePolicy(x => x["mostPerCandidateAWeek"] = 1);
        var another = await team.Submit(candidate: candidate, employer: "Gamma", submittedAt: submitted);
        await another.Slot(1, "due");
        (await another.Claim()).Refused(409, "candidateCapReached");
        // the follow-up was made in the world, so it is recorded: a refusal would lead to a second follow-up
        (await another.RecordFollowUp()).Expect(201);
    }

    [Fact]
    public async Task The_agenda_is_sorted_and_narrowed_as_one_asks()
    {
        var team = await Pair.Team("agenda");
        var (later, sooner) = (
            await team.Submit(candidate: "c-b", employer: "Alpha", submittedAt: DateTimeOffset.UtcNow.AddDays(-15)),
            await team.Submit(candidate: "c-a", employer: "Beta", submittedAt: DateTimeOffset.UtcNow.AddDays(-18))
        );
        var dueAt = (await later.Slot(1, "due")).DueAt;
        await sooner.Slot(1, "due");
        async Task<string[]> Listed(string query) =>
            [.. (await team.Scheduler.Get($"/follow-ups?{query}")).Expect(200).Json.Items().Select(x => x.Text("employer")!)];

        Assert.Equal(["Beta", "Alpha"], await Listed(""));
        Assert.Equal(["Alpha", "Beta"], await Listed("sort=-due"));
        Assert.Equal(["Beta", "Alpha"], await Listed("sort=candidate"));
        Assert.Equal(["Alpha", "Beta"], await Listed("sort=employer"));
        Assert.Equal(["Alpha"], await Listed($"dueAfter={Uri.EscapeDataString(dueAt.ToString("O", CultureInfo.InvariantCulture))}"));
        Assert.Equal(["Beta"], await Listed("employer=%20beta"));
        Assert.Equal(["Beta", "Alpha"], await Listed("status=planned,due&assignee=-"));
        Assert.Empty(await Listed("closingProposed=true"));
        foreach (var sort in new[] { "due", "-due", "candidate", "employer" })
        {
            var first = (await team.Scheduler.Get($"/follow-ups?limit=1&sort={sort}")).Expect(200).Json;
            var second = (await team.Scheduler.Get($"/follow-ups?limit=1&sort={sort}&after={Uri.EscapeDataString(first.Text("next")!)}"))
                .Expect(200)
                .Json;
            Assert.Equal(["Alpha", "Beta"], new[] { first.Items()[0].Text("employer"), second.Items()[0].Text("employer") }.Order());
            Assert.Null(second.Text("next"));
        }

        (await team.Scheduler.Get("/follow-ups?sort=luck")).Refused(400, "badInput");
        (await team.Scheduler.Get("/follow-ups?status=due,lucky")).Refused(400, "badInput");
    }

    private Task<IReadOnlyList<Message>> Published(Application application, string type, int count) =>
        Eventually.Get(
            () => Task.FromResult<IReadOnlyList<Message>>([.. Wire.About(application.Id).Where(x => x.Type == type)]),
            x => x.Count >= count,
            null,
            $"{count} of {type}"
        );
}
