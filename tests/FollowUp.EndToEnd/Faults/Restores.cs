using System.Text.Json;

namespace FollowUp.EndToEnd.Faults;

/// <summary>
/// Databases are lost and restored from a backup that was made in the middle of the work: both, one of them, or an empty one. Whatever was
/// restored, both services agree in the end, no number stands for two events, and what the backup has is never lost.
/// </summary>
public sealed class Restores() : FaultStory(isHandedOn: false)
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"followup-{Guid.NewGuid():n}.backup");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
        File.Delete(_file);
    }

    [Fact]
    public async Task Everything_is_lost_and_restored_and_the_work_goes_on()
    {
        var load = new Load(Team, 8);
        await load.Goes(100);
        // what is acknowledged before the backup begins
        var before = load.All.Select(x => (x.Application, x.Letter, x.FollowUp)).ToList();
        var backup = Servers.FromEnvironment.Backup(_file, Pair.SchedulerDatabase, Pair.ApplicationsDatabase);
        await load.Goes(50);
        await backup;
        await load.Goes(50);
        await load.DisposeAsync();
        await Restore(("scheduler", Pair.SchedulerDatabase), ("applications", Pair.ApplicationsDatabase));

        await using var next = new Load(Team, 8);
        await next.Goes(100);
        await NothingIsLostOrDoubled(next);
        foreach (var (application, letter, followUp) in before)
        {
            var types = (await application.Timeline())
                .Where(x => x.Text("source") == "/followup/applications")
                .Select(x => x.Text("type")!)
                .ToList();
            Assert.Single(types, x => x.Contains("application.submitted", StringComparison.Ordinal));
            if (letter)
                Assert.Single(types, x => x.Contains("cover-letter-sent", StringComparison.Ordinal));
            if (followUp)
                Assert.Single(types, x => x.Contains("follow-up-made", StringComparison.Ordinal));
        }
        foreach (var mine in load.All)
            await BothAgree(mine.Application);
    }

    [Fact]
    public async Task Only_the_scheduler_is_restored_and_gets_back_what_it_decided_since()
    {
        var (made, held, idle) = (await Team.Submit(), await Team.Submit(), await Team.Submit());
        foreach (var application in new[] { made, held, idle })
            await application.Shows(1, "planned");
        await Servers.FromEnvironment.Backup(_file, Pair.SchedulerDatabase, Pair.ApplicationsDatabase);
        var claim = Guid.NewGuid();
        (await held.Claim(claimId: claim)).Expect(201);
        await Eventually.Get(() => made.RecordFollowUp(idempotencyKey: made.KeyOf(1)), x => x.Status == 201);
        var later = await Team.Submit();
        foreach (var (application, status) in new[] { (made, "made"), (held, "claimed"), (later, "planned") })
            await application.Shows(1, status);
        var plans = new Dictionary<Guid, string>();
        foreach (var application in new[] { made, held, idle, later })
            plans[application.Id] = (await application.SchedulerHasSeenAll()).GetRawText();

        await Pair.Scheduler[0].Kill();
        await Servers.FromEnvironment.Restore(_file, ("scheduler", Pair.SchedulerDatabase));
        await Pair.Scheduler[0].StartAndWait();

        // asked at once: it answers only when it knows what it had decided
        await Eventually.Get(() => made.Claim(by: "ben"), x => x.Status == 409);
        await Eventually.Get(() => held.Claim(by: "ben"), x => x.Status == 409);
        foreach (var application in new[] { made, held, idle, later })
            await Eventually.Get(
                application.AskPlan,
                x => x.Status == 200 && WithoutNumbers(x.Text) == WithoutNumbers(plans[application.Id])
            );
        // A claim that it forgot may run; of what was submitted since, it can't have forgotten one.
        (await idle.Claim(by: "ben")).Refused(503, "behind");
        var fresh = await Team.Submit();
        await fresh.Shows(1, "planned");
        (await fresh.Claim(by: "ben")).Expect(201);
        await Eventually.Get(() => held.RecordFollowUp(claimId: claim), x => x.Status == 201);
        await held.Shows(1, "made");
        // A batch that found the comparison under way may commit when it has ended.
        await Eventually.Get(
            () =>
                Outbox_traps.Sql(
                    Pair.SchedulerDatabase,
                    $$"""
                    update followup.mt_doc_applicationstate state set
                      data = state.data || jsonb_build_object('rebuild', jsonb_build_object(
                        'happened', {{long.MaxValue}}, 'decided', {{long.MaxValue}}, 'for', agreement.data ->> 'for')),
                      rebuild_for = agreement.data ->> 'for', version = 0, mt_version = gen_random_uuid()
                    from followup.mt_doc_agreement agreement
                    where agreement.data ->> 'endedAt' is not null and state.id = '{{later.Id}}' returning state.id
                    """
                ),
            x => x is Guid
        );
        await Eventually.Get(
            () =>
                Outbox_traps.Sql(
                    Pair.SchedulerDatabase,
                    "select count(*) from followup.mt_doc_applicationstate where rebuild_for is not null"
                ),
            x => x is 0L,
            null,
            "no application waits"
        );
        foreach (var application in new[] { made, held, idle, later })
            await BothAgree(application);
        Bus.Every_message.InSequence(Wire.All);
    }

    [Fact]
    public async Task What_a_replaced_store_had_settled_is_recorded_when_the_present_one_confirms_it()
    {
        var application = await Team.Submit();
        await application.Shows(1, "planned");
        // Applications has heard of a later life than the one that replies.
        await Outbox_traps.Sql(
            Pair.ApplicationsDatabase,
            """update followup.mt_doc_siblinglife set data = data || '{"incarnation": "f"}'"""
        );
        (await application.RecordFollowUp(idempotencyKey: application.KeyOf(1))).Refused(503, "behind");
        Assert.Equal(1, await application.Version());

        await Outbox_traps.Sql(Pair.ApplicationsDatabase, "delete from followup.mt_doc_siblinglife");
        await Eventually.Get(() => application.RecordFollowUp(idempotencyKey: application.KeyOf(1)), x => x.Status == 201);
        await application.Shows(1, "made");
        await BothAgree(application);
    }

    [Fact]
    public async Task Only_applications_is_restored_and_the_scheduler_follows_it()
    {
        var (made, answered) = (await Team.Submit(), await Team.Submit());
        foreach (var application in new[] { made, answered })
            await application.Shows(1, "planned");
        await Servers.FromEnvironment.Backup(_file, Pair.SchedulerDatabase, Pair.ApplicationsDatabase);
        await Eventually.Get(() => made.RecordFollowUp(idempotencyKey: made.KeyOf(1)), x => x.Status == 201);
        (await answered.RecordResponse()).Expect(201);
        var lost = await Team.Submit();
        foreach (var application in new[] { made, answered, lost })
            await application.SchedulerHasSeenAll();
        await made.Shows(1, "made");

        await Pair.Applications[0].Kill();
        await Servers.FromEnvironment.Restore(_file, ("applications", Pair.ApplicationsDatabase));
        await Pair.Applications[0].StartAndWait();

        // A follow-up is never forgotten: the Scheduler gives it back.
        await made.Shows(1, "made");
        await Eventually.Holds(async () => (await made.Version()) == 2, null, "the follow-up is recorded again");
        // The response is lost, and its number is used by the next fact, which the Scheduler must not take for it.
        (await answered.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(2))).Expect(201);
        await answered.Shows(2, "planned");
        Assert.Equal(
            2,
            Wire.About(answered.Id)
                .Where(x => x.Sequence == 2 && x.Source == "/followup/applications")
                .DistinctBy(x => x.Incarnation)
                .Count()
        );
        await Eventually.Get(lost.AskPlan, x => x.Status == 404);
        foreach (var application in new[] { made, answered })
            await BothAgree(application);
        foreach (var application in new[] { answered, lost })
            await Eventually.Holds(
                () =>
                    Pair.Scheduler[0]
                        .Lines()
                        .Any(x => x.Contains($"lost events of application {application.Id}", StringComparison.Ordinal)),
                null,
                "the log says what was lost"
            );
        // Submitted again, with the same id, it is the same application, and the Scheduler's numbers go on.
        (await Team.Applications.Put(lost.Path, Harness.Team.Body(Harness.Team.NewCandidate()))).Expect(201);
        await lost.Shows(1, "planned");
        await BothAgree(lost);
    }

    [Theory]
    [InlineData("scheduler"), InlineData("applications")]
    public async Task The_backups_are_of_different_ages(string older)
    {
        var (early, late) = (await Team.Submit(), await Team.Submit());
        foreach (var application in new[] { early, late })
            await application.Shows(1, "planned");
        await Servers.FromEnvironment.Backup(_file, Pair.SchedulerDatabase, Pair.ApplicationsDatabase);
        await Eventually.Get(() => early.RecordFollowUp(idempotencyKey: early.KeyOf(1)), x => x.Status == 201);
        await early.Shows(1, "made");
        var later = _file + ".later";
        await Servers.FromEnvironment.Backup(later, Pair.SchedulerDatabase, Pair.ApplicationsDatabase);
        await Eventually.Get(() => late.RecordFollowUp(idempotencyKey: late.KeyOf(1)), x => x.Status == 201);
        await late.Shows(1, "made");

        await Task.WhenAll(Pair.Services.Select(x => x.Kill()));
        foreach (var (service, database) in new[] { ("scheduler", Pair.SchedulerDatabase), ("applications", Pair.ApplicationsDatabase) })
            await Servers.FromEnvironment.Restore(service == older ? _file : later, (service, database));
        File.Delete(later);
        await Task.WhenAll(Pair.Services.Select(x => x.StartAndWait()));

        // Either of them has the follow-up of before the later backup, and gives it back; the one after it is lost, and can be made again.
        await early.Shows(1, "made");
        await Eventually.Holds(async () => (await early.Version()) == 2, null, "the follow-up is recorded");
        await Eventually.Get(() => early.Claim(by: "ben"), x => x.Status == 409);
        await late.Shows(1, "planned");
        await Eventually.Get(() => late.RecordFollowUp(idempotencyKey: late.KeyOf(2)), x => x.Status == 201);
        foreach (var application in new[] { early, late })
            await BothAgree(application);
        Bus.Every_message.InSequence(Wire.All);
    }

    [Fact]
    public async Task The_database_of_applications_is_empty_and_the_scheduler_says_what_is_missing()
    {
        var application = await Team.Submit();
        await application.Shows(1, "planned");
        await Servers.FromEnvironment.Backup(_file, Pair.SchedulerDatabase, Pair.ApplicationsDatabase);
        await Pair.Applications[0].Kill();
        await Outbox_traps.Sql(Pair.ApplicationsDatabase, "drop schema followup cascade");
        await Pair.Applications[0].StartAndWait();
        await Eventually.Holds(
            () => Pair.Scheduler[0].Lines().Any(x => x.Contains($"lost events of application {application.Id}", StringComparison.Ordinal)),
            null,
            "the log says what was lost"
        );

        await Pair.Applications[0].Kill();
        await Servers.FromEnvironment.Restore(_file, ("applications", Pair.ApplicationsDatabase));
        await Pair.Applications[0].StartAndWait();
        await Eventually.Get(application.AskPlan, x => x.Status == 200);
        (await application.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(2))).Expect(201);
        await application.Shows(2, "planned");
        await BothAgree(application);
    }

    [Fact]
    public async Task A_file_that_is_damaged_changes_nothing()
    {
        var application = await Team.Submit();
        await application.Shows(1, "planned");
        await Servers.FromEnvironment.Backup(_file, Pair.SchedulerDatabase, Pair.ApplicationsDatabase);
        var bytes = await File.ReadAllBytesAsync(_file, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(_file, bytes, TestContext.Current.CancellationToken);
        for (var i = 0; i < 2; i++)
        {
            var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() =>
                Servers.FromEnvironment.Restore(_file, ("scheduler", Pair.SchedulerDatabase), ("applications", Pair.ApplicationsDatabase))
            );
            Assert.Contains("Nothing was changed.", refusal.Message, StringComparison.Ordinal);
        }
        await BothAgree(application);
    }

    private async Task Restore(params (string Service, string Database)[] databases)
    {
        await Task.WhenAll(Pair.Services.Select(x => x.Kill()));
        await Servers.FromEnvironment.Restore(_file, databases);
        await Task.WhenAll(Pair.Services.Select(x => x.StartAndWait()));
    }

    internal static async Task BothAgree(Application application) =>
        await Eventually.Get(
            async () => (Detail: await application.Team.Applications.Get(application.Path), Plan: await application.AskPlan()),
            x => (x.Detail.Status, x.Plan.Status) is (404, 404) || (x.Detail.Status == 200 && Agree(x.Detail.Json, x.Plan)),
            null,
            $"both services agree on {application.Id}"
        );

    // The version of the plan may have grown: a decision that was made again is another one.
    private static string WithoutNumbers(string plan)
    {
        var json = JsonDocument.Parse(plan).RootElement;
        return string.Join(
            '\n',
            json.Items("slots").Select(x => $"{x.Number("stage")} {x.Text("status")} {x.Text("dueAt")} {x.Text("made.by")}")
        );
    }
}
