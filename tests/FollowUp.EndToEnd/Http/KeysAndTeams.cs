using System.Text.Json;

namespace FollowUp.EndToEnd.Http;

/// <summary>A key belongs to one team and allows what its scopes name. Data of another team counts as not found.</summary>
public sealed class Keys_and_teams(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task A_key_is_made_listed_and_revoked()
    {
        var (id, _) = await Team.NewKey("read");

        var listed = Assert.Single((await Team.Applications.Get("/keys")).Expect(200).Json.Items(), x => x.Text("id") == id);
        Assert.Equal(["read"], listed.Texts("scopes"));
        Assert.NotNull(listed.Instant("createdAt"));
        Assert.NotNull(listed.Text("createdBy"));
        Assert.Null(listed.Text("revokedAt"));
        Assert.Null(listed.Text("key"));

        (await Team.Applications.Delete($"/keys/{id}")).Expect(204);
        Assert.NotNull(
            (await Team.Applications.Get("/keys")).Expect(200).Json.Items().Single(x => x.Text("id") == id).Instant("revokedAt")
        );
        (await Team.Applications.Delete("/keys/nobodys")).Refused(404);
    }

    [Fact]
    public async Task A_revoked_key_stops_working_at_both_services()
    {
        var (id, key) = await Team.NewKey("read");
        (await key.Applications.Get("/applications?limit=1")).Expect(200);
        await Eventually.Get(() => key.Scheduler.Get("/follow-ups?limit=1"), x => x.Status == 200);

        (await Team.Applications.Delete($"/keys/{id}")).Expect(204);

        await Eventually.Get(() => key.Applications.Get("/applications?limit=1"), x => x.Status == 401);
        await Eventually.Get(() => key.Scheduler.Get("/follow-ups?limit=1"), x => x.Status == 401);
    }

    [Fact]
    public async Task A_new_key_works_at_both_services()
    {
        var (_, key) = await Team.NewKey("read", "record", "claim");

        var application = await key.Submit();

        await Eventually.Get(() => key.Scheduler.Get("/follow-ups?limit=1"), x => x.Status == 200);
        await application.Slot(1, "planned");
        (await application.Claim()).Expect(201);
    }

    [Fact]
    public async Task Each_scope_opens_what_it_says_and_nothing_else()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        var reader = application.As((await Team.NewKey("read")).Team);
        var recorder = application.As((await Team.NewKey("record")).Team);
        var claimer = application.As((await Team.NewKey("claim")).Team);
        await Eventually.Get(() => claimer.Team.Scheduler.Get("/follow-ups"), x => x.Status is 200 or 403);

        (await reader.Team.Applications.Get(application.Path)).Expect(200);
        (await reader.SendCoverLetter()).Refused(403, "forbidden");
        (await reader.Claim()).Refused(403, "forbidden");
        (await reader.Team.Applications.Get("/keys")).Refused(403, "forbidden");

        (await recorder.SendCoverLetter()).Expect(201);
        (await recorder.Claim()).Refused(403, "forbidden");
        (await recorder.Team.Applications.Post("/keys", new { name = "x", scopes = new[] { "admin" } })).Refused(403, "forbidden");

        (await claimer.SendCoverLetter()).Refused(403, "forbidden");
        (await claimer.Claim()).Expect(201);
    }

    [Fact]
    public async Task Without_a_key_or_with_an_unknown_one_nothing_is_revealed()
    {
        foreach (var service in new[] { Team.Applications, Team.Scheduler })
        {
            foreach (
                var key in new[] { null, "", "nonsense", "fu_00000000000000000000_" + new string('a', 43), Team.Key + "x", Team.Key[..^1] }
            )
            {
                (await service.With(key).Get("/follow-ups")).Refused(401, "unauthenticated");
                (await service.With(key).Get($"/applications/{Guid.NewGuid()}")).Refused(401, "unauthenticated");
            }
        }
    }

    [Fact]
    public async Task A_candidates_key_opens_no_route_and_is_revoked_when_the_candidate_is_erased()
    {
        var candidate = Harness.Team.NewCandidate();
        var theirs = await Team.Submit(candidate: candidate);
        var made = (await Team.Applications.Post("/keys", new { name = "theirs", candidate })).Expect(201).Json;
        var key = Team.Through(made.Text("key"));
        JsonElement Listed(Answer x) => x.Expect(200).Json.Items().Single(y => y.Text("id") == made.Text("id"));
        Assert.Equal(
            (candidate, "candidate"),
            (Listed(await Team.Applications.Get("/keys")).Text("candidate"), Assert.Single(made.Texts("scopes")))
        );
        await Eventually.Get(() => key.Scheduler.Get("/follow-ups"), x => x.Status == 403);

        foreach (var path in new[] { "/applications", theirs.Path, $"/candidates/{candidate}", "/keys", "/events" })
            (await key.Applications.Get(path)).Refused(403, "forbidden");
        (await theirs.As(key).RecordFollowUp()).Refused(403, "forbidden");
        (await theirs.As(key).Claim()).Refused(403, "forbidden");

        (await Team.Applications.Delete($"/candidates/{candidate}")).Expect(204);
        Assert.NotNull(Listed(await Team.Applications.Get("/keys")).Text("revokedAt"));
        await Eventually.Get(() => key.Applications.Get("/applications"), x => x.Status == 401);
    }

    [Fact]
    public async Task Another_teams_application_is_not_there_on_either_service()
    {
        var theirs = await Team.Submit();
        await theirs.Slot(1, "planned");
        var claimId = Guid.NewGuid();
        (await theirs.Claim(claimId: claimId)).Expect(201);
        var contact = (await theirs.RecordContact()).Expect(201).Named;
        (await theirs.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(2))).Expect(201);
        var version = await theirs.Version();
        var others = await Pair.Team("foreign");
        var foreign = theirs.As(others);
        // Wait until the Scheduler knows the foreign team's key, so that the checks don't take an unknown key for a refusal.
        await (await others.Submit()).Slot(1, "planned");

        (await others.Applications.Get(theirs.Path)).Refused(404);
        (await others.Applications.Get($"{theirs.Path}/timeline")).Refused(404);
        (await others.Applications.Get($"{theirs.Path}/contacts/{contact}")).Refused(404);
        (await others.Scheduler.Get($"{theirs.Path}/plan")).Refused(404);
        (await foreign.Amend(new { posting = new { title = "Stolen" } })).Refused(404);
        (await foreign.SendCoverLetter()).Refused(404);
        (await foreign.RecordContact()).Refused(404);
        (await foreign.RecordResponse()).Refused(404);
        (await foreign.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(3))).Refused(404);
        (await foreign.RescheduleInterview(1, DateTimeOffset.UtcNow.AddDays(3))).Refused(404);
        (await foreign.CancelInterview(1)).Refused(404);
        (await foreign.RecordFollowUp()).Refused(404);
        (await foreign.Close("rejected")).Refused(404);
        (await foreign.Reopen()).Refused(404);
        (await foreign.Claim()).Refused(404);
        (await foreign.Release(claimId)).Refused(404);
        Assert.DoesNotContain(
            (await others.Applications.Get("/applications?limit=200")).Expect(200).Json.Items(),
            x => x.Text("id") == theirs.Id.ToString()
        );
        Assert.DoesNotContain(
            (await others.Scheduler.Get("/follow-ups?status=claimed&limit=200")).Expect(200).Json.Items(),
            x => x.Text("application") == theirs.Id.ToString()
        );

        Assert.Equal(version, await theirs.Version());
        await theirs.Slot(1, "claimed");
    }

    [Fact]
    public async Task Two_teams_can_use_the_same_id_or_the_second_is_refused()
    {
        var ours = await Team.Submit();
        var others = await Pair.Team("foreign");

        var answer = await others.Applications.Put(ours.Path, Harness.Team.Body("c-of-the-other-team", title: "Porter"));

        answer.Expect(201, 404, 409);
        Assert.DoesNotContain("Acme", answer.Text);
        Assert.Equal("Clerk", (await ours.Detail()).Text("posting.title"));
    }

    [Fact]
    public async Task A_foreign_teams_key_cannot_be_revoked()
    {
        var (id, key) = await Team.NewKey("read");
        var others = await Pair.Team("foreign");

        (await others.Applications.Delete($"/keys/{id}")).Refused(404);

        (await key.Applications.Get("/applications?limit=1")).Expect(200);
        Assert.DoesNotContain((await others.Applications.Get("/keys")).Expect(200).Json.Items(), x => x.Text("id") == id);
    }
}
