using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FollowUp.Harness;

/// <summary>
/// A team and its operations, named in the words of the domain. The bodies are written out, as any client would send them.
/// </summary>
public sealed class Team(string name, string key, Api applications, Api scheduler)
{
    public string Name => name;

    public string Key => key;

    public Api Applications => applications;

    public Api Scheduler => scheduler;

    /// <summary>The same team with another of its keys.</summary>
    public Team Through(string? otherKey) => new(name, otherKey ?? "", applications.With(otherKey), scheduler.With(otherKey));

    /// <summary>Creates another key of this team.</summary>
    public Task<(string Id, Team Team)> NewKey(params string[] scopes) => NamedKey($"key {Guid.NewGuid():n}", scopes);

    /// <summary>Creates another key of this team, with a name.</summary>
    public async Task<(string Id, Team Team)> NamedKey(string keyName, params string[] scopes)
    {
        var made = (await applications.Post("/keys", new { name = keyName, scopes })).Expect(201).Json;
        return (made.Text("id")!, Through(made.Text("key")));
    }

    /// <summary>Waits until the Scheduler, which hears of keys over the bus, knows this one.</summary>
    public async Task SchedulerKnowsTheKey() =>
        await Eventually.Get(() => scheduler.Get("/follow-ups"), x => x.Status != 401, null, "the Scheduler knows the key");

    /// <summary>Submits an application: the one of the README, unless the test needs other data.</summary>
    public async Task<Application> Submit(
        string? hiringProcess = null,
        string? approach = null,
        string? candidate = null,
        DateTimeOffset? submittedAt = null,
        object? instructions = null,
        DateOnly? closesOn = null,
        object[]? contacts = null,
        string? timeZone = null,
        string? country = null,
        string employer = "Acme",
        string title = "Clerk"
    )
    {
        var id = Guid.NewGuid();
        var body = Body(
            candidate ?? NewCandidate(),
            employer,
            title,
            hiringProcess,
            approach,
            submittedAt,
            instructions,
            closesOn,
            contacts,
            timeZone,
            country
        );
        if (candidate is not null)
            body["again"] = true; // a candidate of several applications, which need not be for different jobs
        (await applications.Put($"/applications/{id}", body)).Expect(201);
        return new Application(this, id);
    }

    /// <summary>
    /// An application that is due now: submitted long enough ago for its follow-up to be due, and recently enough for its window to be
    /// open.
    /// </summary>
    /// <remarks>
    /// The default policy waits 7 business days and then leaves a window of 10: after 16 days the window is open, on whichever day the test
    /// runs.
    /// </remarks>
    public Task<Application> SubmitDue(string? candidate = null) =>
        Submit(candidate: candidate, submittedAt: DateTimeOffset.UtcNow.AddDays(-16));

    public Application Of(Guid id) => new(this, id);

    /// <summary>
    /// Changes the team's policy as soon as the Scheduler knows the team's key, and waits until the Scheduler returns the change.
    /// </summary>
    public async Task ChangePolicy(Action<JsonNode> change)
    {
        var policy = JsonNode.Parse((await Eventually.Get(() => scheduler.Get("/policy"), x => x.Status == 200)).Text)!;
        var version = policy["version"]!.GetValue<long>();
        change(policy);
        // another node may hear of the key half a second later
        (await Eventually.Get(() => scheduler.Put("/policy", policy.ToJsonString()), x => x.Status != 401)).Expect(204);
        await Eventually.Get(() => scheduler.Get("/policy"), x => x.Json.Number("version") > version);
    }

    public static string NewCandidate() => $"c-{Guid.NewGuid():n}";

    public static Dictionary<string, object> Body(
        string candidate,
        string employer = "Acme",
        string title = "Clerk",
        string? hiringProcess = null,
        string? approach = null,
        DateTimeOffset? submittedAt = null,
        object? instructions = null,
        DateOnly? closesOn = null,
        object[]? contacts = null,
        string? timeZone = null,
        string? country = null
    )
    {
        var body = new Dictionary<string, object>
        {
            ["candidate"] = candidate,
            ["employer"] = Given(("name", employer), ("hiringProcess", hiringProcess), ("timeZone", timeZone), ("country", country)),
            ["posting"] = Given(("title", title), ("closesOn", closesOn), ("instructions", instructions)),
        };
        if (approach is not null)
            body["approach"] = approach;
        if (contacts is not null)
            body["contacts"] = contacts;
        if (submittedAt is { } at)
            body["submittedAt"] = at.ToString("O", CultureInfo.InvariantCulture);
        return body;
    }

    internal static Dictionary<string, object> Given(params (string Name, object? Value)[] properties) =>
        properties.Where(x => x.Value is not null).ToDictionary(x => x.Name, x => x.Value!);
}

/// <summary>One application of a team: every command and query on it.</summary>
public sealed class Application(Team team, Guid id)
{
    public Guid Id => id;

    public Team Team => team;

    public string Path => $"/applications/{id}";

    /// <summary>The same application, accessed with another key or by another team.</summary>
    public Application As(Team other) => new(other, id);

    /// <summary>The idempotency key of one of many concurrent recorders.</summary>
    public string KeyOf(int who) => $"{id}:{who}";

    public async Task<JsonElement> Detail() => (await team.Applications.Get(Path)).Expect(200).Json;

    public async Task<long> Version() => (await team.Applications.Get(Path)).Expect(200).Version;

    public async Task<IReadOnlyList<JsonElement>> Timeline() => (await team.Applications.Get($"{Path}/timeline")).Expect(200).Json.Items();

    /// <summary>The Scheduler's response, whatever its status: the Scheduler may not have received the application yet.</summary>
    public Task<Answer> AskPlan() => team.Scheduler.Get($"{Path}/plan");

    /// <summary>Waits until a stage's slot on the Scheduler matches the condition.</summary>
    public async Task<Slot> Slot(
        int stage,
        Func<Slot, bool> isRight,
        TimeSpan? deadline = null,
        [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(isRight))] string? condition = null
    )
    {
        Slot? Find(Answer x) =>
            x.Status == 200 ? x.Json.Items("slots").Select(y => new Slot(y)).FirstOrDefault(y => y.Stage == stage) : null;
        var plan = await Eventually.Get(AskPlan, x => Find(x) is { } slot && isRight(slot), deadline, $"slot {stage} of {id}: {condition}");
        return Find(plan)!;
    }

    public Task<Slot> Slot(int stage, string status) => Slot(stage, x => x.Status == status, null, $"is {status}");

    /// <summary>Waits until the Scheduler has handled every event recorded so far.</summary>
    public async Task<JsonElement> SchedulerHasSeenAll()
    {
        var version = await Version();
        return (
            await Eventually.Get(
                AskPlan,
                x => x.Status == 200 && x.Json.Number("asOf") >= version,
                null,
                $"the Scheduler has seen version {version} of {id}"
            )
        ).Json;
    }

    /// <summary>Waits until the detail in Applications shows a stage's follow-up with that status.</summary>
    public async Task<JsonElement> Shows(int stage, string status) =>
        await Eventually.Get(
            Detail,
            x => x.Items("stages").Any(y => y.Number("stage") == stage && y.Text("followUp.status") == status),
            null,
            $"{id} shows stage {stage} as {status}"
        );

    public Task<Answer> SendCoverLetter(DateOnly? promisedFollowUpOn = null, DateTimeOffset? at = null) =>
        team.Applications.Post($"{Path}/cover-letter", Harness.Team.Given(("promisedFollowUpOn", Day(promisedFollowUpOn)), ("at", at)));

    public Task<Answer> RecordContact(
        string role = "recruiter",
        string? name = null,
        string? email = Personal.Email,
        string? phone = null,
        string? profile = null
    ) =>
        team.Applications.Post(
            $"{Path}/contacts",
            Harness.Team.Given(("name", name ?? Personal.Name), ("role", role), ("email", email), ("phone", phone), ("profile", profile))
        );

    public Task<Answer> RecordResponse(DateOnly? promisedNextStepOn = null, DateTimeOffset? at = null, string? kind = null) =>
        team.Applications.Post(
            $"{Path}/responses",
            Harness.Team.Given(("promisedNextStepOn", Day(promisedNextStepOn)), ("at", at), ("kind", kind))
        );

    public Task<Answer> ScheduleInterview(DateTimeOffset startsAt, TimeSpan? length = null) =>
        team.Applications.Post($"{Path}/interviews", new { startsAt, endsAt = startsAt + (length ?? TimeSpan.FromHours(1)) });

    public Task<Answer> RecordStep(string kind, DateOnly on, DateOnly? answerBy = null, string? name = null, DateTimeOffset? at = null) =>
        team.Applications.Post(
            $"{Path}/steps",
            Harness.Team.Given(("kind", kind), ("on", Day(on)), ("answerBy", Day(answerBy)), ("name", name), ("at", at))
        );

    public Task<Answer> RescheduleInterview(int interview, DateTimeOffset startsAt) =>
        team.Applications.Put($"{Path}/interviews/{interview}", new { startsAt, endsAt = startsAt.AddHours(1) });

    public Task<Answer> CancelInterview(int interview) => team.Applications.Delete($"{Path}/interviews/{interview}");

    public Task<Answer> Close(string reason) => team.Applications.Post($"{Path}/closure", new { reason });

    public Task<Answer> Reopen() => team.Applications.Delete($"{Path}/closure");

    public Task<Answer> Amend(object patch) => team.Applications.Patch(Path, patch);

    public Task<Answer> Claim(
        int stage = 1,
        Guid? claimId = null,
        string by = "ana",
        string? channel = null,
        string? @for = null,
        long? asOf = null
    ) =>
        team.Scheduler.Post(
            $"{Path}/stages/{stage}/claims",
            Harness.Team.Given(("claimId", claimId ?? Guid.NewGuid()), ("by", by), ("channel", channel), ("for", @for), ("asOf", asOf))
        );

    public Task<Answer> Release(Guid claimId, int stage = 1) => team.Scheduler.Delete($"{Path}/stages/{stage}/claims/{claimId}");

    public Task<Answer> RecordFollowUp(
        string channel = "email",
        string by = "ana",
        int? stage = null,
        Guid? claimId = null,
        string? note = null,
        string? idempotencyKey = null,
        DateTimeOffset? madeAt = null,
        bool? happened = null
    ) =>
        team.Applications.Post(
            $"{Path}/follow-ups",
            Harness.Team.Given(
                ("channel", channel),
                ("by", by),
                ("stage", stage),
                ("claimId", claimId),
                ("note", note),
                ("madeAt", madeAt),
                ("happened", happened)
            ),
            idempotencyKey
        );

    public Task<Answer> Retract(long version, string? why = null, bool? again = null) =>
        team.Applications.Post($"{Path}/retractions", Harness.Team.Given(("version", version), ("why", why), ("again", again)));

    public Task<Answer> Void(string? why = null) => team.Applications.Post($"{Path}/void", Harness.Team.Given(("why", why)));

    public Task<Answer> Note(string text, string? idempotencyKey = null) =>
        team.Applications.Post($"{Path}/notes", new { text }, idempotencyKey);

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>A stage's only follow-up, as the Scheduler's plan returns it.</summary>
public sealed record Slot(JsonElement Json)
{
    public int Stage => (int)(Json.Number("stage") ?? -1);

    public string Status => Json.Text("status") ?? "";

    public DateTimeOffset DueAt => Json.Instant("dueAt") ?? default;

    public DateTimeOffset WindowEndsAt => Json.Instant("windowEndsAt") ?? default;

    public IReadOnlyList<string> Channels => Json.Texts("channels");

    public string? Contact => Json.Text("contact.id");

    public string? Situation => Json.Text("situation");

    public string? Anchor => Json.Text("anchor.kind");

    public DateOnly AnchoredOn => DateOnly.Parse(Json.Text("anchor.on") ?? "0001-01-01", CultureInfo.InvariantCulture);

    public IReadOnlyList<string> Reasons => [.. Json.Items("reasons").Select(x => x.Text("code") ?? "")];

    public IReadOnlyList<string> Sentences => [.. Json.Items("reasons").Select(x => x.Text("sentence") ?? "")];

    public override string ToString() => Json.GetRawText();
}

/// <summary>The personal data that the tests send to the services. None of it may ever appear on the bus.</summary>
public static class Personal
{
    public const string Name = "Rosamund Featherstonehaugh";
    public const string Email = "rosamund@featherstonehaugh.example";
    public const string Phone = "+1 212 555 0177";
    public const string Profile = "https://social.example/in/featherstonehaugh";
    public const string Note = "Told Featherstonehaugh that I would call again.";

    /// <summary>A text that contains one of these values is personal.</summary>
    public static IReadOnlyList<string> Traces { get; } = ["featherstonehaugh", "rosamund", "555 0177", "5550177", "social.example"];
}

/// <summary>Days as the rules count them, calculated here independently of the product's code.</summary>
public static class Days
{
    public static DateOnly Today => DateOnly.FromDateTime(DateTime.UtcNow);

    /// <summary>The next such day of the week that is at least that many days ahead.</summary>
    public static DateOnly Next(DayOfWeek day, int atLeastDays = 3) =>
        Enumerable.Range(atLeastDays, 7).Select(x => Today.AddDays(x)).First(x => x.DayOfWeek == day);

    /// <summary>
    /// The nth business day after a day; 0 is the day itself, or the next business day. By default only weekends are not business days.
    /// </summary>
    public static DateOnly AddBusinessDays(this DateOnly day, int days)
    {
        if (days == 0)
            return ToBusinessDay(day);
        for (; days > 0; days--)
            day = ToBusinessDay(day.AddDays(1));
        return day;
    }

    public static DateOnly ToBusinessDay(this DateOnly day)
    {
        while (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
            day = day.AddDays(1);
        return day;
    }

    /// <summary>The date and hour of an instant in a time zone.</summary>
    public static DateTime In(this DateTimeOffset instant, string timeZone) =>
        TimeZoneInfo.ConvertTime(instant, TimeZoneInfo.FindSystemTimeZoneById(timeZone)).DateTime;
}
