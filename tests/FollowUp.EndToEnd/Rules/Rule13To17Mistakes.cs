namespace FollowUp.EndToEnd.Rules;

/// <summary>What has happened can be recorded.</summary>
public sealed class Rule_13_what_has_happened(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task A_call_inside_the_window_is_recorded_although_the_slot_has_lapsed_since()
    {
        var application = await Team.Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-60));
        await application.Slot(1, "lapsed");

        (await application.RecordFollowUp(madeAt: DateTimeOffset.UtcNow.AddDays(-45))).Expect(201);

        await application.Slot(1, "made");
        (await application.RecordFollowUp(by: "ben")).Refused(409, "alreadyMade");
    }

    [Fact]
    public async Task What_was_made_against_the_plan_is_recorded_when_the_caller_insists()
    {
        var application = await Team.Submit(instructions: new { noPhoneCalls = true });
        await application.Slot(1, "planned");
        var claimId = Guid.NewGuid();

        var refused = (await application.RecordFollowUp("phone", claimId: claimId)).Refused(409, "channelNotPermitted").Json;
        Assert.True(refused.GetProperty("canBeRecorded").GetBoolean());
        (await application.RecordFollowUp("phone", claimId: claimId, happened: true)).Expect(201);

        await application.Slot(1, "made");
        var made = await Wire.Hears(application.Id, "application.follow-up-made");
        Assert.Equal(["channelNotPermitted"], made.Data.Texts("against"));
    }

    [Fact]
    public async Task A_call_under_a_claim_is_recorded_although_a_colleague_closed_the_application()
    {
        var application = await Team.SubmitDue();
        await application.Slot(1, "due");
        var claimId = Guid.NewGuid();
        (await application.Claim(claimId: claimId)).Expect(201);
        (await application.Close("withdrawn")).Expect(204);

        (await application.RecordFollowUp(claimId: claimId)).Expect(201);

        await application.Slot(1, "made");
        (await application.Reopen()).Expect(204);
        await application.SchedulerHasSeenAll();
        (await application.Claim()).Refused(409, "alreadyMade");
    }

    [Fact]
    public async Task What_a_refused_claim_was_asked_for_is_recorded_under_its_id_when_it_happened()
    {
        var application = await Team.Submit(approach: "massMailing");
        await application.Slot(1, "withheld");
        var claimId = Guid.NewGuid();
        (await application.Claim(claimId: claimId)).Refused(409, "withheld");

        (await application.RecordFollowUp(claimId: claimId)).Refused(409, "withheld");
        (await application.RecordFollowUp(claimId: claimId, happened: true)).Expect(201);

        await application.Slot(1, "made");
        (await application.Claim(claimId: claimId)).Refused(409, "withheld"); // asked again, the same answer: no grant to call
    }

    [Fact]
    public async Task A_second_one_in_a_stage_is_refused_however_much_it_happened()
    {
        var application = await Team.Submit();
        (await application.RecordFollowUp()).Expect(201);

        (await application.RecordFollowUp(by: "ben", happened: true)).Refused(409, "alreadyMade");
    }
}

/// <summary>A fact belongs to the day it happened, and what opens late gets its time.</summary>
public sealed class Rule_14_and_15_late_facts(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task An_answer_recorded_after_the_interview_waives_the_stage_in_which_it_came()
    {
        var application = await Team.Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-20));
        (await application.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(-5))).Expect(201);
        await application.Slot(2, x => x.Status is "planned" or "due");

        Assert.Equal(1, (await application.RecordResponse(at: DateTimeOffset.UtcNow.AddDays(-15))).Expect(201).Json.Number("stage"));

        await application.SchedulerHasSeenAll();
        await application.Slot(2, x => x.Status is "planned" or "due");
        Assert.Contains("employerResponded", (await application.Slot(1, "waived")).Reasons);
    }

    [Fact]
    public async Task A_contact_of_a_mass_mailing_found_after_ninety_days_opens_it_from_the_next_business_day()
    {
        var application = await Team.Submit(approach: "massMailing", submittedAt: DateTimeOffset.UtcNow.AddDays(-90));
        await application.Slot(1, "withheld");

        (await application.RecordContact()).Expect(201);

        var slot = await application.Slot(1, "planned");
        Assert.Contains("openedLate", slot.Reasons);
        Assert.True(slot.WindowEndsAt > DateTimeOffset.UtcNow.AddDays(10));
    }

    [Fact]
    public async Task What_was_over_when_it_was_recorded_was_never_due()
    {
        var sheet = $"Company,Position,Date Applied,Status\nAcme,Clerk,{DateTime.UtcNow.AddDays(-16):yyyy-MM-dd},Rejected\n";
        var report = (
            await Team.Applications.Send(
                HttpMethod.Post,
                $"/imports?candidate={Harness.Team.NewCandidate()}",
                sheet,
                contentType: "text/csv"
            )
        )
            .Expect(200)
            .Json;
        var application = Team.Of(Guid.Parse(report.Items("rows")[0].Text("application")!));

        await application.Slot(1, "waived");

        await Wire.Hears(application.Id, "follow-up.waived");
        Assert.DoesNotContain(Wire.About(application.Id), x => x.Type == "followup.follow-up.due.v1");
    }

    [Fact]
    public async Task A_receipt_waives_nothing_and_a_no_proposes_to_close()
    {
        var application = await Team.Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-3));
        await application.Slot(1, "planned");

        (await application.RecordResponse(kind: "acknowledgement")).Expect(201);
        await application.SchedulerHasSeenAll();
        await application.Slot(1, "planned");
        (await application.RecordResponse(kind: "rejection")).Expect(201);

        await application.Slot(1, "waived");
        Assert.Equal("rejected", (await Wire.Hears(application.Id, "application.closing-proposed")).Data.Text("reason"));
    }
}

/// <summary>What was recorded by mistake is taken back by a fact of its own.</summary>
public sealed class Rule_16_mistakes(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task A_follow_up_that_was_recorded_by_mistake_can_be_made_again()
    {
        var application = await Team.SubmitDue();
        await application.Slot(1, "due");
        var claimId = Guid.NewGuid();
        var made = (await application.RecordFollowUp(claimId: claimId)).Expect(201).Json;
        await application.Slot(1, "made");

        (await application.Retract(made.Number("version")!.Value, "It was another candidate's.")).Expect(201);

        await application.Slot(1, "due");
        await application.Shows(1, "due");
        (await application.RecordFollowUp(claimId: claimId)).Refused(409, "retracted");
        (await application.RecordFollowUp(by: "ben")).Expect(201);
        await application.Slot(1, "made");
        Assert.Contains(await application.Timeline(), x => x.Text("type") == "followup.application.retracted.v1");
    }

    [Fact]
    public async Task A_response_a_closing_and_a_step_are_taken_back()
    {
        var application = await Team.Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-5));
        await application.Slot(1, "planned");
        (await application.RecordResponse()).Expect(201);
        await application.Slot(1, "waived");
        (await application.Retract(await application.Version())).Expect(201);
        await application.Slot(1, "planned");

        (await application.Close("rejected")).Expect(204);
        await application.Slot(1, "waived");
        (await application.Retract(await application.Version())).Expect(201);
        await application.Slot(1, "planned");

        (await application.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(3))).Expect(201);
        await application.Slot(2, "planned");
        var interview = await application.Version();
        (await application.CancelInterview(1)).Expect(204);
        (await application.Retract(interview)).Refused(409, "restsOnIt");
        (await application.Retract(interview + 1)).Expect(201);
        (await application.Retract(interview)).Expect(201);
        await application.Slot(2, "waived");
        Assert.Single((await application.Detail()).Items("stages"));
    }

    [Fact]
    public async Task A_no_that_was_recorded_by_mistake_proposes_nothing_any_more()
    {
        var candidate = Harness.Team.NewCandidate();
        var application = await Team.Submit(candidate: candidate, submittedAt: DateTimeOffset.UtcNow.AddDays(-3));
        await application.Slot(1, "planned");
        async Task<int> Proposed() =>
            (await Team.Applications.Get($"/applications?closingProposed=true&candidate={candidate}")).Expect(200).Json.Items().Count;
        (await application.RecordResponse(kind: "rejection")).Expect(201);
        await Eventually.Get(Proposed, x => x == 1);

        (await application.Retract(await application.Version())).Expect(201);

        await application.Slot(1, "planned");
        await Eventually.Get(Proposed, x => x == 0);
        await Wire.Hears(application.Id, "application.closing-proposal-withdrawn");
    }

    [Fact]
    public async Task The_day_of_submission_a_candidate_and_a_contact_are_corrected()
    {
        var application = await Team.Submit(submittedAt: DateTimeOffset.UtcNow.AddDays(-2));
        var before = await application.Slot(1, "planned");
        var other = Harness.Team.NewCandidate();

        (await application.Amend(new { submittedAt = DateTimeOffset.UtcNow.AddDays(-16), candidate = other })).Expect(204);

        var after = await application.Slot(1, x => x.DueAt < before.DueAt);
        Assert.Equal("due", after.Status);
        Assert.Equal(other, (await application.Detail()).Text("candidate"));

        var contact = (await application.RecordContact("other", email: Personal.Email)).Expect(201).Json.Text("id");
        (
            await Team.Applications.Put(
                $"{application.Path}/contacts/{contact}",
                new
                {
                    name = Personal.Name,
                    role = "owner",
                    phone = Personal.Phone,
                }
            )
        ).Expect(204);
        Assert.Equal("owner", (await application.Detail()).Items("contacts")[0].Text("role"));
        Assert.Equal(
            Personal.Phone,
            (await Team.Applications.Get($"{application.Path}/contacts/{contact}")).Expect(200).Json.Text("phone")
        );
    }

    [Fact]
    public async Task A_voided_application_is_out_of_lists_and_agenda_and_still_in_its_history()
    {
        var candidate = Harness.Team.NewCandidate();
        var application = await Team.Submit(candidate: candidate, submittedAt: DateTimeOffset.UtcNow.AddDays(-16));
        await application.Slot(1, "due");

        (await application.Void("A test entry.")).Expect(204);

        await application.Slot(1, "waived");
        Assert.Empty((await Team.Applications.Get($"/applications?candidate={candidate}")).Expect(200).Json.Items());
        await Eventually.Get(
            () => Team.Scheduler.Get($"/follow-ups?candidate={candidate}&status=waived"),
            x => x.Status == 200 && x.Json.Items().Count == 0
        );
        Assert.Equal("voided", (await application.Detail()).Text("status"));
        (await application.RecordResponse()).Refused(409, "voided");
        await Wire.Hears(application.Id, "application.voided");
    }

    [Fact]
    public async Task An_unknown_version_and_a_submission_are_not_taken_back()
    {
        var application = await Team.Submit();

        (await application.Retract(7)).Refused(404, "unknownFact");
        (await application.Retract(1)).Refused(409, "cantBeRetracted");
        (await application.Retract(0)).Refused(400, "badInput");
    }
}

/// <summary>One application for one job.</summary>
public sealed class Rule_17_one_application_for_one_job(SharedPair shared) : Story(shared)
{
    private async Task<Answer> Submit(string candidate, string employer = "Acme", string? url = null, bool again = false)
    {
        var posting = url is null ? (object)new { title = "Clerk" } : new { title = "Clerk", url };
        return await Team.Applications.Put(
            $"/applications/{Guid.NewGuid()}",
            new
            {
                candidate,
                employer = new { name = employer },
                posting,
                again,
            }
        );
    }

    [Fact]
    public async Task A_second_one_is_refused_with_the_id_of_the_first_unless_it_is_said_to_be_another()
    {
        var candidate = Harness.Team.NewCandidate();
        var first = (await Submit(candidate)).Expect(201).Json.Text("id");

        var refused = (await Submit(candidate, " ACME ")).Refused(409, "sameApplication");

        Assert.Equal(first, refused.Json.Text("application"));
        (await Submit(candidate, again: true)).Expect(201);
        (await Submit(Harness.Team.NewCandidate())).Expect(201);
        (await Submit(candidate, "Other")).Expect(201);
    }

    [Fact]
    public async Task An_address_tells_the_posting_whatever_trackers_add_to_it()
    {
        var candidate = Harness.Team.NewCandidate();
        (await Submit(candidate, url: "https://example.org/jobs/1")).Expect(201);

        (await Submit(candidate, url: "https://www.example.org/jobs/1/?utm_source=mail#apply")).Refused(409, "sameApplication");
        (await Submit(candidate, url: "https://example.org/jobs/2")).Expect(201);
    }

    [Fact]
    public async Task One_that_is_said_to_be_another_opens_no_way_for_the_next()
    {
        var candidate = Harness.Team.NewCandidate();
        var first = Team.Of(Guid.Parse((await Submit(candidate)).Expect(201).Json.Text("id")!));
        var again = Team.Of(Guid.Parse((await Submit(candidate, again: true)).Expect(201).Json.Text("id")!));
        (await first.Close("withdrawn")).Expect(204);

        var refused = (await Submit(candidate)).Refused(409, "sameApplication");

        Assert.Equal(again.Id.ToString(), refused.Json.Text("application"));
        (await first.Reopen()).Refused(409, "sameApplication");
        var closing = await first.Version();
        (await first.Retract(closing)).Refused(409, "sameApplication");
        (await Team.Applications.Post($"{first.Path}/retractions", new { version = closing, again = true })).Expect(201);

        // what was said of one job doesn't hold for the next
        var other = (await Submit(candidate, "Other")).Expect(201).Json.Text("id");
        var amended = (await again.Amend(new { employer = new { name = "Other" } })).Refused(409, "sameApplication");
        Assert.Equal(other, amended.Json.Text("application"));
    }

    [Fact]
    public async Task A_page_inside_an_address_tells_the_posting_and_a_place_on_the_page_does_not()
    {
        var candidate = Harness.Team.NewCandidate();
        (await Submit(candidate, url: "https://example.org/careers#/jobs/1")).Expect(201);

        (await Submit(candidate, url: "https://example.org/careers#/jobs/2")).Expect(201);
        (await Submit(candidate, url: "https://example.org/careers#/jobs/1")).Refused(409, "sameApplication");
        (await Submit(candidate, url: "https://example.org/careers")).Expect(201);
        (await Submit(candidate, url: "https://example.org/careers#apply")).Refused(409, "sameApplication");
    }

    [Fact]
    public async Task A_dry_run_foresees_what_an_import_refuses_and_a_sheet_can_say_again()
    {
        var candidate = Harness.Team.NewCandidate();
        var open = (await Submit(candidate)).Expect(201).Json.Text("id");
        var days = Enumerable.Range(1, 5).Select(x => $"{DateTime.UtcNow.AddDays(-x):yyyy-MM-dd}").ToArray();
        var sheet =
            "Company,Position,Date Applied,Status,Again\n"
            + $"Acme,Clerk,{days[0]},Applied,\n"
            + $"Acme,Clerk,{days[1]},Applied,yes\n"
            + $"Acme,Clerk,{days[2]},Rejected,\n"
            + $"Other,Clerk,{days[3]},Applied,no\n"
            + $"Other,Clerk,{days[4]},Applied,\n";
        async Task<(string Result, string? Application)[]> Import(bool dryRun) =>
            [
                .. (
                    await Team.Applications.Send(
                        HttpMethod.Post,
                        $"/imports?candidate={candidate}&dryRun={(dryRun ? "true" : "false")}",
                        sheet,
                        contentType: "text/csv"
                    )
                )
                    .Expect(200)
                    .Json.Items("rows")
                    .Select(x => (x.Text("result")!, x.Text("application"))),
            ];

        var foreseen = await Import(dryRun: true);
        var done = await Import(dryRun: false);

        Assert.Equal(["refused", "recorded", "recorded", "recorded", "refused"], foreseen.Select(x => x.Result));
        Assert.Equal(open, foreseen[0].Application);
        Assert.Equal(foreseen[3].Application, foreseen[4].Application);
        Assert.Equal(foreseen[1..], done[1..]);

        // what was voided is recorded under another id, which the dry run names too
        (await Team.Of(Guid.Parse(done[3].Application!)).Void()).Expect(204);
        var next = await Import(dryRun: true);
        Assert.Equal("recorded", next[3].Result);
        Assert.NotEqual(done[3].Application, next[3].Application);
        Assert.Equal(next, await Import(dryRun: false));
        Assert.Equal("alreadyThere", (await Import(dryRun: true))[3].Result);
    }

    [Fact]
    public async Task Of_many_at_once_one_is_recorded()
    {
        var candidate = Harness.Team.NewCandidate();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Submit(candidate)));

        Assert.Single(answers, x => x.Status == 201);
        Assert.All(answers.Where(x => x.Status != 201), x => x.Refused(409, "sameApplication"));
    }

    [Fact]
    public async Task What_was_closed_or_voided_does_not_count_and_reopening_does()
    {
        var candidate = Harness.Team.NewCandidate();
        var first = Team.Of(Guid.Parse((await Submit(candidate)).Expect(201).Json.Text("id")!));
        (await first.Close("rejected")).Expect(204);
        var second = Team.Of(Guid.Parse((await Submit(candidate)).Expect(201).Json.Text("id")!));

        (await first.Reopen()).Refused(409, "sameApplication");
        (await second.Void()).Expect(204);
        (await first.Reopen()).Expect(204);
    }

    [Fact]
    public async Task A_closing_that_is_taken_back_asks_as_a_reopening_does()
    {
        var candidate = Harness.Team.NewCandidate();
        var first = Team.Of(Guid.Parse((await Submit(candidate)).Expect(201).Json.Text("id")!));
        (await first.Close("rejected")).Expect(204);
        var second = (await Submit(candidate)).Expect(201).Json.Text("id");

        Assert.Equal(second, (await first.Retract(2)).Refused(409, "sameApplication").Json.Text("application"));
        (await first.Retract(2, again: true)).Expect(201);
        Assert.Equal("open", (await first.Detail()).Text("status"));
    }
}

/// <summary>Who acts is who signed in, whatever name they go by.</summary>
public sealed class Rule_18_who_acts(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task Nobody_settles_or_releases_anothers_claim_by_bearing_the_same_name()
    {
        var application = await Team.SubmitDue();
        await application.Slot(1, "due");
        var claimId = Guid.NewGuid();
        (await application.Claim(claimId: claimId, by: "ana")).Expect(201);
        var (_, other) = await Team.NewKey("record", "claim", "read");
        var theirs = other.Of(application.Id);
        await other.SchedulerKnowsTheKey();

        (await theirs.Claim(claimId: claimId, by: "ana")).Refused(409, "differentContent");
        (await theirs.RecordFollowUp(by: "ana", claimId: claimId)).Refused(409, "claimedByAnother");
        (await theirs.RecordFollowUp(by: "ana", claimId: claimId, happened: true)).Refused(409, "claimedByAnother");
        (await theirs.Release(claimId)).Refused(409, "claimedByAnother");
        (await application.RecordFollowUp(by: "ana", claimId: claimId)).Expect(201);

        await application.Slot(1, "made");
        var claimed = await Wire.Hears(application.Id, "follow-up.claimed");
        var made = await Wire.Hears(application.Id, "application.follow-up-made");
        Assert.StartsWith("key:", claimed.Data.Text("principal"), StringComparison.Ordinal);
        Assert.Equal(claimed.Data.Text("principal"), made.Json.Text("principal"));
    }

    [Fact]
    public async Task A_refused_claim_id_a_settled_one_and_an_idempotency_key_serve_only_who_used_them_first()
    {
        var application = await Team.SubmitDue();
        await application.Slot(1, "due");
        var (_, other) = await Team.NewKey("record", "claim", "read");
        var theirs = other.Of(application.Id);
        await other.SchedulerKnowsTheKey();
        var (held, refused, key) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid().ToString());
        (await theirs.Claim(claimId: held, by: "ben")).Expect(201);
        (await application.Claim(claimId: refused, by: "ana")).Refused(409, "claimedByAnother");
        (await theirs.Release(held)).Expect(204);

        (await theirs.RecordFollowUp(by: "ana", claimId: refused)).Refused(409, "differentContent");
        (await application.RecordFollowUp(by: "ana", claimId: refused, idempotencyKey: key)).Expect(201);
        (await theirs.RecordFollowUp(by: "ana", claimId: refused, idempotencyKey: key)).Refused(422, "idempotencyKeyReused");
        (await theirs.RecordFollowUp(by: "ana", claimId: refused)).Refused(409, "alreadyMade");
    }
}
