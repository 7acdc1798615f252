using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FollowUp.EndToEnd.Http;

/// <summary>A team with one of every kind of thing that can be recorded, and all that can be read of a team.</summary>
internal static partial class EverythingOfATeam
{
    // of a calendar's entry: when, and after how many changes, it was written
    private static readonly string[] WhenWritten = ["DTSTAMP", "LAST-MODIFIED", "SEQUENCE"];

    public const string AnyStatus = "planned,withheld,due,claimed,made,waived,lapsed";

    /// <summary>Applications that a test goes on with.</summary>
    public sealed record Known(Application Due, Application Claimed, Application Made, DateTimeOffset Middle);

    /// <summary>A team of a name, which another pair may have as well.</summary>
    public static async Task<Team> Make(Pair pair, string name)
    {
        var key = await pair.Applications[0].Command("key", "--team", name, "--name", "end-to-end");
        var team = new Team(name, key, new Api(() => pair.Applications[0].Address, key), new Api(() => pair.Scheduler[0].Address, key));
        await team.SchedulerKnowsTheKey();
        return team;
    }

    public static async Task<Known> Record(Team team)
    {
        var now = DateTimeOffset.UtcNow;
        await team.ChangePolicy(x => x["unknown"]!["wait"] = 6);
        await team.ChangePolicy(x => x["silenceWait"] = 15);
        (await team.Applications.Put("/candidates/ada", Person("Ada Byron"))).Expect(204);
        (await team.Applications.Put("/candidates/eve", Person("Eve Erased"))).Expect(204);

        // contacts of one person, a letter, notes, a time on another clock
        var first = await team.Submit(
            candidate: "ada",
            submittedAt: now.AddDays(-3).ToOffset(TimeSpan.FromHours(-5)),
            hiringProcess: "ownerRun",
            timeZone: "America/New_York",
            country: "US",
            contacts: [Roe("recruiter")]
        );
        (await first.SendCoverLetter(Days.Today.AddDays(5).AddBusinessDays(0), now.AddDays(-3))).Expect(201);
        (await first.RecordContact("owner", "O. Owner", phone: "+1 212 555 0177")).Expect(201);
        (await first.Note("A note,\nof two lines")).Expect(201);
        var contact = (await first.Detail()).Text("contacts.0.id")!;
        var corrected = new
        {
            name = "Rita Roe",
            role = "recruiter",
            phone = "+1 212 555 0199",
        };
        (await team.Applications.Put($"{first.Path}/contacts/{contact}", corrected)).Expect(200, 204);
        (
            await first.Amend(new { employer = new { hiringProcess = "corporateHr" }, posting = new { closesOn = Days.Today.AddDays(20) } })
        ).Expect(204);

        // due: untouched, assigned and snoozed, claimed, and claimed in vain
        var due = await team.SubmitDue("ada");
        await due.Slot(1, "due");
        var snoozed = await team.SubmitDue("bob");
        await snoozed.Slot(1, "due");
        (await team.Scheduler.Put($"{snoozed.Path}/stages/1/assignee", new { to = "ben", by = "ana" })).Expect(200);
        (await team.Scheduler.Post($"{snoozed.Path}/stages/1/snooze", new { until = now.AddDays(2) })).Expect(200);
        var claimed = await team.SubmitDue("bob");
        (await Eventually.Get(() => claimed.Claim(by: "ana"), x => x.Status == 201)).Expect(201);
        (await claimed.Claim(by: "ben")).Refused(409, "claimedByAnother");
        var expired = await team.SubmitDue("bob");
        (await Eventually.Get(() => expired.Claim(by: "ana", @for: "PT1S"), x => x.Status == 201)).Expect(201);
        var released = await team.SubmitDue("bob");
        var claim = Guid.NewGuid();
        (await Eventually.Get(() => released.Claim(claimId: claim, by: "ana"), x => x.Status == 201)).Expect(201);
        (await released.Release(claim)).Expect(204);

        // made, with a note; the next stages; one taken back
        var made = await team.Submit(candidate: "ada", submittedAt: now.AddDays(-20), employer: "Bolt", contacts: [Roe("owner")]);
        await made.SchedulerHasSeenAll();
        (await made.RecordFollowUp("phone", "ana", note: "Said: call again")).Expect(201);
        (await made.RecordResponse(Days.Today.AddDays(4), kind: "invitation")).Expect(201, 204);
        (await made.ScheduleInterview(now.AddDays(3))).Expect(201);
        (await made.RescheduleInterview(1, now.AddDays(6))).Expect(200, 204);
        (await made.ScheduleInterview(now.AddDays(8))).Expect(201);
        (await made.CancelInterview(2)).Expect(200, 204);
        (await made.RecordStep("other", Days.Today.AddDays(-1), name: "Trial day")).Expect(201);
        var retracted = await team.Submit(candidate: "bob", submittedAt: now.AddDays(-10), employer: "Cog");
        await retracted.SchedulerHasSeenAll();
        (await retracted.RecordFollowUp("email", "ana")).Expect(201);
        await retracted.Shows(1, "made");
        (await retracted.Retract(2, "It was another")).Expect(200, 201, 204);

        var middle = DateTimeOffset.UtcNow;

        // ended, opened again, and of no account
        var closed = await team.Submit(candidate: "bob", submittedAt: now.AddDays(-40), employer: "Dot");
        (await closed.RecordResponse(kind: "rejection")).Expect(201, 204);
        (await closed.Close("rejected")).Expect(204);
        var reopened = await team.Submit(candidate: "bob", submittedAt: now.AddDays(-5), employer: "Eta");
        (await reopened.Close("withdrawn")).Expect(204);
        (await reopened.Reopen()).Expect(204);
        var voided = await team.Submit(candidate: "bob", employer: "Fab");
        (await voided.Void()).Expect(204);

        // withheld, also for a mass mailing, and made possible; lapsed; against the plan
        var withheld = await team.Submit(candidate: "bob", employer: "Gim", instructions: new { noContact = true });
        await withheld.Slot(1, "withheld");
        (await withheld.Claim()).Refused(409, "withheld");
        (
            await team.Scheduler.Post(
                $"{withheld.Path}/stages/1/override",
                new
                {
                    because = "employerAgreed",
                    note = "Met him at the fair",
                    by = "ana",
                }
            )
        ).Expect(200);
        await (await team.Submit(candidate: "bob", employer: "Hub", approach: "massMailing")).Slot(1, "withheld");
        await (await team.Submit(candidate: "bob", employer: "Ink", submittedAt: now.AddDays(-90))).Slot(1, "lapsed");
        var against = await team.Submit(candidate: "bob", employer: "Jot", instructions: new { noPhoneCalls = true });
        await against.SchedulerHasSeenAll();
        (await against.RecordFollowUp("phone", "ana", happened: true)).Expect(201);

        // an erased person, and a sheet whose words the team remembers
        var erased = await team.Submit(candidate: "eve", employer: "Kit", contacts: [Roe("recruiter")]);
        (await erased.Note("Eve Erased's")).Expect(201);
        (await team.Applications.Delete("/candidates/eve")).Expect(204);
        var sheet = $"Candidate,Employer,Title,Date Applied,Status\nada,Lot,Clerk,{Days.Today.AddDays(-9):yyyy-MM-dd},Geister\n";
        (await team.Applications.Send(HttpMethod.Post, "/imports?status=Geister:noResponse", sheet, contentType: "text/csv")).Expect(200);

        await expired.Slot(1, "due");
        foreach (var id in await Ids(team))
            await team.Of(id).SchedulerHasSeenAll();
        (await Eventually.Get(() => team.Applications.Get("/export"), x => x.Status == 200)).Expect(200);
        return new(due, claimed, made, middle);
    }

    public static async Task<IReadOnlyList<Guid>> Ids(Team team) =>
        [.. (await team.Applications.Get("/applications?limit=200")).Expect(200).Json.Items().Select(x => Guid.Parse(x.Text("id")!))];

    /// <summary>Everything that can be read of a team, by where it was read.</summary>
    public static async Task<SortedDictionary<string, string>> Read(Pair pair, Team team, DateTimeOffset asOf)
    {
        var read = new SortedDictionary<string, string>(StringComparer.Ordinal);
        async Task Get(Api api, string path) => read[$"{(api == team.Scheduler ? "S" : "A")} {path}"] = Plain((await api.Get(path)).Text);

        foreach (var sort in new[] { "submitted", "candidate", "due" })
        {
            string? after = null;
            for (var page = 1; page == 1 || after is not null; page++)
            {
                var answer = (
                    await team.Applications.Get(
                        $"/applications?sort={sort}&limit=4{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}"
                    )
                ).Expect(200);
                (read[$"list by {sort} {page}"], after) = (
                    string.Join('\n', answer.Json.Items().Select(x => Plain(x.GetRawText()))),
                    answer.Json.Text("next")
                );
            }
        }
        foreach (var id in await Ids(team))
        {
            await Get(team.Applications, $"/applications/{id}");
            await Get(team.Applications, $"/applications/{id}/timeline");
            await Get(team.Scheduler, $"/applications/{id}/plan");
            foreach (var contact in (await team.Of(id).Detail()).Items("contacts"))
                await Get(team.Applications, $"/applications/{id}/contacts/{contact.Text("id")}");
            await Get(team.Applications, $"/applications/{id}?asOf={asOf.UtcDateTime:O}");
        }
        foreach (var candidate in new[] { "ada", "bob", "eve" })
            await Get(team.Applications, $"/candidates/{candidate}");
        await Get(team.Scheduler, $"/follow-ups?status={AnyStatus}&limit=200");
        await Get(team.Scheduler, "/policy");
        await Get(team.Scheduler, "/policy/versions");
        var calendar = (await team.Scheduler.Post("/calendars", new { name = "All", interviews = true })).Expect(201).Json;
        read["calendar"] = string.Join(
            '\n',
            (await team.Scheduler.Get(calendar.Text("path")!))
                .Expect(200)
                .Text.Split("\r\n")
                .Where(x => !WhenWritten.Contains(x.Split(':')[0]))
        );
        foreach (var (api, name) in new[] { (team.Applications, "A"), (team.Scheduler, "S") })
            read[$"{name} events"] = string.Join(
                '\n',
                (await Bus.Feed.All(api)).Select(x => Plain(x.GetRawText())).Order(StringComparer.Ordinal)
            );
        // what boards, insights and guards are made of
        foreach (
            var (database, table) in new[]
            {
                (pair.ApplicationsDatabase, "applicationrow"),
                (pair.ApplicationsDatabase, "schedulerplan"),
                (pair.ApplicationsDatabase, "contactidentity"),
                (pair.ApplicationsDatabase, "teamstatuswords"),
                (pair.SchedulerDatabase, "agendaentry"),
                (pair.SchedulerDatabase, "overridenote"),
            }
        )
        {
            var rows = await Faults.Outbox_traps.Sql(
                database,
                $"""
                select coalesce(string_agg((data - 'revision')::text, chr(10) order by id), '') from followup.mt_doc_{table}
                where tenant_id = '{team.Name}'
                """
            );
            read[table] = Plain((string)rows!);
        }
        return read;
    }

    /// <summary>The lines of an export.</summary>
    public static string[] LinesOf(string export) => export.TrimEnd('\n').Split('\n');

    private static object Person(string name) =>
        new
        {
            name,
            email = $"{name[..3].ToLower(CultureInfo.InvariantCulture)}@example.org",
            timeZone = "Europe/Berlin",
            locale = "de-DE",
        };

    private static object Roe(string role) =>
        new
        {
            name = "R. Roe",
            role,
            email = "roe@example.org",
        };

    /// <summary>A value with its properties in order: the store keeps what it received in an order of its own.</summary>
    public static string Canonical(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => string.Join(
                ',',
                value.EnumerateObject().OrderBy(x => x.Name, StringComparer.Ordinal).Select(x => $"{{{x.Name}:{Canonical(x.Value)}}}")
            ),
            JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(Canonical))}]",
            _ => value.GetRawText(),
        };

    // Which life of the store an event is of, that it was imported, and the traces of the requests differ.
    private static string Plain(string text) => OfTheStore().Replace(text, "");

    [GeneratedRegex(""",?\s*"(incarnation|replay|replaylast|replaydecided|traceId)"\s*:\s*"[^"]*["]""", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex OfTheStore();
}
