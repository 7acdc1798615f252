using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FollowUp.EndToEnd.Http;

/// <summary>
/// Bad input on every route of both services: refused with a status, a code and a sentence, which name the field where there is one, and no
/// event is recorded. The table of routes is below; every kind of bad input that makes sense for a route is tried on it.
/// </summary>
public sealed partial class Bad_input(SharedPair shared) : Story(shared), IAsyncLifetime
{
    private const string Uuid = "0191f8a0-0000-7000-8000-000000000001";

    private static readonly Dictionary<string, Route> Routes = new[]
    {
        new Route("PUT /applications/{new}", "record", Submission),
        new Route("POST /applications", "record", Submission),
        new Route("GET /applications", "read")
        {
            Query =
            [
                "limit=0",
                "limit=201",
                "limit=-1",
                "limit=ten",
                "after=garbage",
                "after=%00",
                "status=nonsense",
                "stage=first",
                "followUp=nonsense",
            ],
        },
        new Route("GET /applications/{id}", "read") { Query = ["asOf=yesterday", "asOf=2026-13-45"] },
        new Route("GET /applications/{id}/timeline", "read"),
        new Route("PATCH /applications/{id}", "record", """{"posting":{"title":"Porter"}}""")
        {
            ContentType = "application/merge-patch+json",
            Bad =
            [
                ("employer.hiringProcess", """{"employer":{"hiringProcess":"nonsense"}}"""),
                ("employer.hiringProcess", """{"employer":{"hiringProcess":1}}"""),
                ("employer.name", """{"employer":{"name":" "}}"""),
                ("employer.name", """{"employer":{"name":null}}"""),
                ("posting.title", """{"posting":{"title":""}}"""),
                ("posting.closesOn", """{"posting":{"closesOn":"tomorrow"}}"""),
                ("employer.timeZone", """{"employer":{"timeZone":"Mars/Olympus"}}"""),
                ("employer.region", """{"employer":{"region":"Bavaria"}}"""),
                ("posting.title", "{\"posting\":{\"title\":\"" + new string('x', 10_000) + "\"}}"),
                ("candidate", """{"candidate":"ana@example.org"}"""),
                ("candidate", """{"candidate":null}"""),
                ("shoeSize", """{"shoeSize":44}"""),
                ("shoeSize", """{"posting":{"shoeSize":44}}"""),
            ],
        },
        new Route("POST /applications/{id}/cover-letter", "record", $$"""{"promisedFollowUpOn":"{{Days.Today.AddDays(7):yyyy-MM-dd}}"}""")
        {
            At = "at",
            Bad =
            [
                ("promisedFollowUpOn", """{"promisedFollowUpOn":"soon"}"""),
                ("promisedFollowUpOn", """{"promisedFollowUpOn":20261201}"""),
            ],
        },
        new Route(
            "POST /applications/{id}/contacts",
            "record",
            """{"name":"R. Roe","role":"owner","email":"roe@example.org","phone":"+1 212 555 0199","profile":"https://example.org/roe"}"""
        )
        {
            Enums = ["role"],
            Texts = ["name", "email", "phone", "profile"],
            Bad = [("email", """{"name":"R. Roe","role":"owner","email":"not an address"}""")],
        },
        new Route("GET /applications/{id}/contacts/{contact}", "read"),
        new Route(
            "PUT /candidates/{candidate}",
            "record",
            """{"name":"R. Roe","email":"roe@example.org","timeZone":"Europe/Berlin","locale":"de"}"""
        )
        {
            Texts = ["name", "email"],
            Bad =
            [
                ("timeZone", """{"name":"R. Roe","timeZone":"Mars/Olympus"}"""),
                ("email", """{"name":"R. Roe","email":"not an address"}"""),
            ],
        },
        new Route("GET /candidates/{candidate}", "read"),
        new Route("DELETE /candidates/{candidate}", "record"),
        new Route("POST /applications/{id}/responses", "record", $$"""{"promisedNextStepOn":"{{Days.Today.AddDays(7):yyyy-MM-dd}}"}""")
        {
            At = "at",
            Bad = [("promisedNextStepOn", """{"promisedNextStepOn":"soon"}""")],
        },
        new Route("POST /applications/{id}/interviews", "record", Interview)
        {
            Required = ["startsAt"],
            Bad =
            [
                ("endsAt", """{"startsAt":"2027-03-01T10:00:00Z","endsAt":"2027-03-01T09:00:00Z"}"""),
                ("startsAt", """{"startsAt":"noon","endsAt":"2027-03-01T09:00:00Z"}"""),
                (
                    "with",
                    """{"startsAt":"2027-03-01T10:00:00Z","endsAt":"2027-03-01T11:00:00Z","with":"0191f8a0-0000-7000-8000-000000000001"}"""
                ),
            ],
        },
        new Route("PUT /applications/{id}/interviews/1", "record", Interview)
        {
            Required = ["startsAt"],
            Bad = [("endsAt", """{"startsAt":"2027-03-01T10:00:00Z","endsAt":"2027-03-01T09:00:00Z"}""")],
        },
        new Route("DELETE /applications/{id}/interviews/1", "record"),
        new Route("POST /applications/{id}/follow-ups", "record", """{"channel":"email","by":"ana","note":"called"}""")
        {
            Required = ["channel", "by"],
            Enums = ["channel"],
            Texts = ["by", "note"],
            At = "madeAt",
            Bad =
            [
                ("stage", """{"channel":"email","by":"ana","stage":"first"}"""),
                ("claimId", """{"channel":"email","by":"ana","claimId":"mine"}"""),
            ],
        },
        new Route("POST /applications/{id}/notes", "record", """{"text":"They are moving offices."}""")
        {
            Required = ["text"],
            Texts = ["text"],
            At = "at",
        },
        new Route("POST /applications/{id}/closure", "record", """{"reason":"rejected"}""")
        {
            Required = ["reason"],
            Enums = ["reason"],
            At = "at",
        },
        new Route("DELETE /applications/{id}/closure", "record"),
        new Route("POST /imports", "record", "candidate,employer,title\nc-1,Acme,Clerk\n")
        {
            ContentType = "text/csv",
            Query = ["dryRun=perhaps"],
        },
        new Route("GET /export", "admin"),
        new Route("GET /imports/team", "admin"),
        new Route("POST /keys", "admin", """{"name":"x","scopes":["read"]}""")
        {
            Required = ["name"],
            Texts = ["name"],
            Bad =
            [
                ("scopes", """{"name":"x","scopes":["everything"]}"""),
                ("scopes", """{"name":"x","scopes":[]}"""),
                ("scopes", """{"name":"x","scopes":"read"}"""),
                ("scopes", """{"name":"x","scopes":["candidate"]}"""),
                ("scopes", """{"name":"x","scopes":["read"],"candidate":"c-1"}"""),
                ("candidate", """{"name":"x","candidate":"cem@people.example"}"""),
                ("candidate", """{"name":"x","candidate":" "}"""),
            ],
        },
        new Route("GET /keys", "admin"),
        new Route("DELETE /keys/{uuid}", "admin"),
        new Route("GET /follow-ups", "read")
        {
            Scheduler = true,
            Query =
            [
                "limit=0",
                "limit=201",
                "limit=ten",
                "after=garbage",
                "status=nonsense",
                "dueBefore=soon",
                "dueAfter=soon",
                "sort=luck",
                "closingProposed=maybe",
            ],
        },
        new Route("GET /applications/{id}/plan", "read") { Scheduler = true },
        new Route("POST /applications/{id}/stages/1/claims", "claim", $$"""{"claimId":"{{Uuid}}","by":"ana"}""")
        {
            Scheduler = true,
            Required = ["claimId", "by"],
            Texts = ["by"],
            Bad =
            [
                ("claimId", """{"claimId":"mine","by":"ana"}"""),
                ("claimId", """{"claimId":"00000000-0000-0000-0000-000000000000","by":"ana"}"""),
                ("channel", $$"""{"claimId":"{{Uuid}}","by":"ana","channel":"pigeon"}"""),
                ("channel", $$"""{"claimId":"{{Uuid}}","by":"ana","channel":1}"""),
                ("for", $$"""{"claimId":"{{Uuid}}","by":"ana","for":"soon"}"""),
                ("for", $$"""{"claimId":"{{Uuid}}","by":"ana","for":"-PT1M"}"""),
                ("for", $$"""{"claimId":"{{Uuid}}","by":"ana","for":"PT0S"}"""),
                ("asOf", $$"""{"claimId":"{{Uuid}}","by":"ana","asOf":-1}"""),
                ("asOf", $$"""{"claimId":"{{Uuid}}","by":"ana","asOf":"latest"}"""),
            ],
        },
        new Route("DELETE /applications/{id}/stages/1/claims/{uuid}", "claim") { Scheduler = true },
        new Route("PUT /applications/{id}/stages/1/assignee", "claim", """{"to":"ben","by":"ana"}""")
        {
            Scheduler = true,
            Required = ["to"],
            Texts = ["to", "by"],
            Bad = [("to", """{"to":"ben@example.org"}""")],
        },
        new Route("DELETE /applications/{id}/stages/1/assignee", "claim") { Scheduler = true },
        new Route("POST /applications/{id}/stages/1/snooze", "claim", """{"until":"2027-03-01","by":"ana"}""")
        {
            Scheduler = true,
            Required = ["until"],
            Texts = ["by"],
            Bad =
            [
                ("until", """{"until":"soon"}"""),
                ("until", """{"until":"2027-02-30"}"""),
                ("until", """{"until":"2027-03-01T10:00:00"}"""),
                ("until", """{"until":20270301}"""),
            ],
        },
        new Route("POST /applications/{id}/stages/1/override", "claim", """{"because":"outdated","note":"x","by":"ana"}""")
        {
            Scheduler = true,
            Required = ["because"],
            Enums = ["because"],
            Texts = ["note", "by"],
        },
        new Route("GET /policy", "read") { Scheduler = true, Query = ["version=first"] },
        new Route("GET /policy/versions", "read") { Scheduler = true },
        new Route("GET /policy/replanning", "read") { Scheduler = true },
        new Route("PUT /policy", "admin", SamePolicy) { Scheduler = true, Bad = BadPolicies },
        new Route("POST /policy/preview", "read", SamePolicy) { Scheduler = true, Bad = BadPolicies },
        new Route("DELETE /policy/holidays/XX", "admin") { Scheduler = true },
    }.ToDictionary(x => x.Name);

    private static readonly Case[] ForSubmissions =
    [
        new("no candidate", "candidate", x => x.Remove("candidate")),
        new("no employer", "employer", x => x.Remove("employer")),
        new("no posting", "posting", x => x.Remove("posting")),
        new("no employer's name", "employer.name", x => x["employer"]!.AsObject().Remove("name")),
        new("no title", "posting.title", x => x["posting"]!.AsObject().Remove("title")),
        new("a blank candidate", "candidate", x => x["candidate"] = "  "),
        new("a blank employer's name", "employer.name", x => x["employer"]!["name"] = ""),
        new("a blank title", "posting.title", x => x["posting"]!["title"] = "\t"),
        new("a null title", "posting.title", x => x["posting"]!["title"] = null),
        new("a long candidate", "candidate", x => x["candidate"] = new string('c', 5_000)),
        new("a long employer's name", "employer.name", x => x["employer"]!["name"] = new string('x', 10_000)),
        new("a long title", "posting.title", x => x["posting"]!["title"] = new string('x', 10_000)),
        new("a candidate that is an e-mail address", "candidate", x => x["candidate"] = "someone@example.org"),
        new("a number for the title", "posting.title", x => x["posting"]!["title"] = 7),
        new("a wrong hiring process", "employer.hiringProcess", x => x["employer"]!["hiringProcess"] = "family"),
        new("a number for the hiring process", "employer.hiringProcess", x => x["employer"]!["hiringProcess"] = 1),
        new("the hiring process in capitals", "employer.hiringProcess", x => x["employer"]!["hiringProcess"] = "OWNER_RUN"),
        new("a wrong approach", "approach", x => x["approach"] = "telepathy"),
        new("a number for the approach", "approach", x => x["approach"] = 0),
        new(
            "a wrong submitBy",
            "posting.instructions.submitBy",
            x => x["posting"]!["instructions"] = new JsonObject { ["submitBy"] = "pigeon" }
        ),
        new(
            "a text for noPhoneCalls",
            "posting.instructions.noPhoneCalls",
            x => x["posting"]!["instructions"] = new JsonObject { ["noPhoneCalls"] = "yes" }
        ),
        new("an unknown time zone", "employer.timeZone", x => x["employer"]!["timeZone"] = "Mars/Olympus"),
        new("an unknown country", "employer.country", x => x["employer"]!["country"] = "Atlantis"),
        new("a region by name", "employer.region", x => x["employer"]!["region"] = "Bavaria"),
        new("a region of another country", "employer.region", x => (x["employer"]!["country"], x["employer"]!["region"]) = ("AT", "DE-BY")),
        new("a closing date that is none", "posting.closesOn", x => x["posting"]!["closesOn"] = "2026-02-30"),
        new("a url that is none", "posting.url", x => x["posting"]!["url"] = "javascript:alert(1)"),
        new("an unknown property inside", "shoeSize", x => x["employer"]!["shoeSize"] = 44),
        new("a submission in the future", "submittedAt", x => x["submittedAt"] = DateTimeOffset.UtcNow.AddDays(2).ToString("O", null)),
        new("an instant without an offset", "submittedAt", x => x["submittedAt"] = "2026-11-20T10:00:00"),
        new("an instant that is none", "submittedAt", x => x["submittedAt"] = "noon"),
        new(
            "a contact with a blank name",
            "contacts[0].name",
            x => x["contacts"] = new JsonArray(new JsonObject { ["name"] = " ", ["role"] = "owner" })
        ),
        new(
            "a contact with a wrong role",
            "contacts[0].role",
            x => x["contacts"] = new JsonArray(new JsonObject { ["name"] = "R. Roe", ["role"] = "king" })
        ),
        new("a null contact", "contacts[0]", x => x["contacts"] = new JsonArray((JsonNode?)null)),
        new("control characters", "posting.title", x => x["posting"]!["title"] = "Cl\0erk"),
    ];

    private Team _foreign = null!;
    private Team _readOnly = null!;
    private Team _claimOnly = null!;

    private static string SamePolicy => """{"silenceWait":20}"""; // a valid policy that changes nothing

    private static (string, string)[] BadPolicies =>
        [
            ("silenceWait", """{"silenceWait":-1}"""),
            ("silenceWait", """{"silenceWait":"long"}"""),
            ("unknown.window", """{"unknown":{"wait":1}}"""),
            ("unknown.wait", """{"unknown":{"wait":367,"window":1,"channels":["phone"]}}"""),
            ("unknown.channels", """{"unknown":{"wait":1,"window":1,"channels":[]}}"""),
            ("unknown.channels[0]", """{"unknown":{"wait":1,"window":1,"channels":["pigeon"]}}"""),
            ("hours.to", """{"hours":{"from":"10:00","to":"09:00"}}"""),
            ("hours.from", """{"hours":{"from":"nine","to":"18:00"}}"""),
            ("workingDays[0]", """{"workingDays":["someday"]}"""),
            ("holidays.Bavaria", """{"holidays":{"Bavaria":[]}}"""),
            ("holidays.DE[0]", """{"holidays":{"DE":[null]}}"""),
            ("quietDates[0].to", """{"quietDates":[{"from":"2026-12-24","to":"2026-12-01"}]}"""),
            ("shoeSize", """{"shoeSize":44}"""),
            ("mostPerEmployerAWeek", """{"mostPerEmployerAWeek":0}"""),
        ];

    private static string Submission => """{"candidate":"c-bad-input","employer":{"name":"Acme"},"posting":{"title":"Clerk"}}""";

    private static string Interview => """{"startsAt":"2027-03-01T10:00:00Z","endsAt":"2027-03-01T11:00:00Z"}""";

    public static TheoryData<string> Names => [.. Routes.Keys];

    public async ValueTask InitializeAsync()
    {
        _foreign = await Pair.Team("foreign");
        (_, _readOnly) = await Team.NewKey("read");
        (_, _claimOnly) = await Team.NewKey("claim");
        // Wait until both services know the new keys, so that the checks don't take an unknown key for a refusal.
        await Eventually.Get(() => _readOnly.Scheduler.Get("/follow-ups?limit=1"), x => x.Status == 200);
        await Eventually.Get(() => _foreign.Scheduler.Get("/follow-ups?limit=1"), x => x.Status == 200);
        await Eventually.Get(() => _claimOnly.Scheduler.Get("/follow-ups?limit=1"), x => x.Status == 403);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Is_refused_and_records_nothing(string name)
    {
        var route = Routes[name];
        var application = await Team.Submit(candidate: $"c-bad-{Guid.NewGuid():n}");
        var contact = (await application.RecordContact()).Expect(201).Named;
        (await application.ScheduleInterview(DateTimeOffset.UtcNow.AddDays(5))).Expect(201);
        await application.SchedulerHasSeenAll();
        var before = (await Team.Applications.Get(application.Path)).Expect(200);
        var published = Wire.Count;
        var wrong = new List<string>();

        foreach (var attempt in Attempts(route, application.Id, contact))
        {
            var answer = await Send(attempt);
            if (Complaint(attempt, answer) is { } complaint)
                wrong.Add($"{attempt.What}: {complaint}\n    {answer.ToString().ReplaceLineEndings("\n    ")}");
        }

        var after = (await Team.Applications.Get(application.Path)).Expect(200);
        if (after.Version != before.Version)
            wrong.Add($"Something was recorded: version {after.Version} instead of {before.Version}.");
        // Messages are in order: this submission's event arrives behind any event that the bad requests might have caused.
        var fence = await Team.Submit();
        await Wire.Hears(fence.Id, "application.submitted");
        wrong.AddRange(
            Wire.All.Skip(published)
                .TakeWhile(x => x.Subject != fence.Id.ToString())
                .Where(x =>
                    x.Subject == application.Id.ToString() && x.Source == "/followup/applications"
                    || x.Text.Contains("c-bad-input", StringComparison.Ordinal)
                )
                .Select(x => $"Something was published: {x}")
        );

        Assert.True(wrong.Count == 0, $"{name}: {wrong.Count} wrong answers\n\n" + string.Join("\n\n", wrong));
    }

    /// <summary>Describes what is wrong with the response; null when the response is right.</summary>
    private static string? Complaint(Attempt attempt, Answer answer)
    {
        if (!attempt.Statuses.Contains(answer.Status))
            return $"expected {string.Join(" or ", attempt.Statuses)}, got {answer.Status}";
        if (answer.MediaType != "application/problem+json")
            return $"a problem is application/problem+json, this is {answer.MediaType}";
        if (answer.Code is not { } code || !CamelCase().IsMatch(code))
            return "no camelCase code";
        if (attempt.Code is not null && code != attempt.Code)
            return $"expected the code {attempt.Code}";
        if (
            string.IsNullOrWhiteSpace(answer.Json.Text("title"))
            || string.IsNullOrWhiteSpace(answer.Json.Text("type"))
            || answer.Json.Number("status") != answer.Status
        )
            return "no title, type or status";
        if (
            answer.Json.Text("detail") is not { Length: > 0 } detail
            || !".!?".Contains(detail[^1])
            || detail.Contains("Exception", StringComparison.Ordinal)
            || detail.Contains("FollowUp.", StringComparison.Ordinal)
            || detail.Contains("System.", StringComparison.Ordinal)
        )
            return "the detail is no sentence for a person";
        if (
            attempt.Field is { } field
            && (
                answer.Json.Find("errors") is not { } errors
                || !errors.EnumerateObject().Any(x => IsAbout(x.Name, field) && x.Value.GetArrayLength() > 0)
            )
        )
            return $"the errors don't name {field}";
        return null;
    }

    [GeneratedRegex("^[a-z][A-Za-z]*$", RegexOptions.None, 1000)]
    private static partial Regex CamelCase();

    private static bool IsAbout(string named, string field) =>
        named == field
        || named.EndsWith(field.Split('.')[^1], StringComparison.Ordinal)
        || (named.Length > 0 && field.StartsWith(named, StringComparison.Ordinal));

    private async Task<Answer> Send(Attempt attempt)
    {
        var service = attempt.Route.Scheduler ? Team.Scheduler : Team.Applications;
        if (attempt.Key is not null)
            service = service.With(attempt.Key == "none" ? null : attempt.Key);
        return await service.Send(
            new HttpMethod(attempt.Route.Method),
            attempt.Path,
            attempt.Body,
            ifMatch: attempt.IfMatch,
            contentType: attempt.ContentType
        );
    }

    private IEnumerable<Attempt> Attempts(Route route, Guid application, string contact)
    {
        string Path(object id) =>
            route
                .Template.Replace("{id}", id.ToString(), StringComparison.Ordinal)
                .Replace("{new}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
                .Replace("{contact}", contact, StringComparison.Ordinal)
                .Replace("{candidate}", "c-bad-input", StringComparison.Ordinal)
                .Replace("{uuid}", Uuid, StringComparison.Ordinal);
        Attempt With(string what, string? field = null, string? body = null) =>
            new(what, route, Path(application))
            {
                Body = body ?? route.Valid,
                ContentType = route.ContentType,
                Field = field,
            };

        yield return With("no key") with
        {
            Key = "none",
            Statuses = [401],
            Code = "unauthenticated",
        };
        yield return With("a wrong key") with
        {
            Key = "fu_00000000000000000000_" + new string('a', 43),
            Statuses = [401],
            Code = "unauthenticated",
        };
        yield return With("a key that lacks the scope") with
        {
            Key = (route.Scope == "read" ? _claimOnly : _readOnly).Key,
            Statuses = [403],
            Code = "forbidden",
        };

        if (route.Template.Contains("{id}", StringComparison.Ordinal))
        {
            yield return With("an unknown id") with
            {
                Path = Path(Guid.NewGuid()),
                Statuses = route.Scope == "claim" ? [404, 409] : [404],
            };
            yield return With("another team's id") with
            {
                Path = Path(application),
                Key = _foreign.Key,
                Statuses = [404],
            };
            yield return With("an id that is no UUID") with
            {
                Path = Path("forty-two"),
                Statuses = [400, 404],
            };
        }

        foreach (var query in route.Query)
            yield return With($"?{query}") with
            {
                Path = $"{Path(application)}?{query}",
                Field = query.Split('=')[0],
                Statuses = [400],
            };

        if (route.Valid is null)
            yield break;

        if (route.ContentType == "text/csv")
        {
            yield return With("an empty body", body: "");
            yield return With("a map that is none") with
            {
                Path = Path(application) + "?map=nonsense",
            };
            yield return With("columns of which none is known", body: "a,b,c\n1,2,3\n");
            yield return With("another content type") with
            {
                ContentType = "application/x-www-form-urlencoded",
                Statuses = [415],
            };
            yield break;
        }

        yield return With("malformed JSON", body: route.Valid[..^1]);
        yield return With("no JSON at all", body: "hello") with
        {
            Statuses = [400],
        };
        yield return With("an empty body", body: "");
        yield return With("null", body: "null");
        yield return With("an array", body: "[]");
        yield return With("a text", body: "\"hello\"");
        yield return With("bytes that are no UTF-8") with
        {
            Body = (byte[])[.. "{\"x\":\""u8, 0xff, 0xfe, .. "\"}"u8],
        };
        yield return With("1 MiB of a property", body: $$"""{"padding":"{{new string('x', 1 << 20)}}"}""") with
        {
            Statuses = [400, 413],
        };
        yield return With(
            "JSON a thousand levels deep",
            body: string.Concat(Enumerable.Repeat("{\"x\":", 1000)) + "1" + new string('}', 1000)
        );
        yield return With("another content type") with
        {
            ContentType = "text/plain",
            Statuses = [415],
        };
        yield return With("a form") with
        {
            ContentType = "application/x-www-form-urlencoded",
            Statuses = [415],
        };
        yield return With("an unknown property", "shoeSize", Changed(route, x => x["shoeSize"] = 44));
        yield return With("a property twice", body: "{\"by\":\"a\",\"by\":\"b\"," + route.Valid[1..]);
        if (route.Template.Contains("{id}", StringComparison.Ordinal) && !route.Scheduler)
        {
            yield return With("a stale If-Match") with
            {
                IfMatch = "\"1\"",
                Statuses = [409],
                Code = "changedMeanwhile",
            };
            yield return With("an If-Match that is none") with
            {
                IfMatch = "garbage",
                Statuses = [400, 409, 412],
            };
        }

        if (route.Valid.Contains("c-bad-input", StringComparison.Ordinal))
        {
            foreach (var bad in ForSubmissions)
                yield return With(bad.What, bad.Field, Changed(route, bad.Change));
        }

        foreach (var field in route.Required)
        {
            yield return With($"no {field}", field, Changed(route, x => x.Remove(field)));
            yield return With($"null for {field}", field, Changed(route, x => x[field] = null));
        }

        foreach (var field in route.Enums)
        {
            yield return With($"a wrong {field}", field, Changed(route, x => x[field] = "nonsense"));
            yield return With($"a number for {field}", field, Changed(route, x => x[field] = 1));
            yield return With($"a number in a text for {field}", field, Changed(route, x => x[field] = "1"));
        }

        foreach (var field in route.Texts)
        {
            yield return With($"a blank {field}", field, Changed(route, x => x[field] = "  "));
            yield return With($"a long {field}", field, Changed(route, x => x[field] = new string('x', 20_000)));
            yield return With($"a number for {field}", field, Changed(route, x => x[field] = 7));
        }

        if (route.At is { } at)
        {
            yield return With($"{at} in the future", at, Changed(route, x => x[at] = DateTimeOffset.UtcNow.AddDays(1).ToString("O", null)));
            yield return With($"{at} that is none", at, Changed(route, x => x[at] = "noon"));
        }

        foreach (var (field, body) in route.Bad)
            yield return With($"a bad {field} {(body.Length < 200 ? body : "")}", field, body);
    }

    private static string Changed(Route route, Action<JsonObject> change)
    {
        var body = JsonNode.Parse(route.Valid!)!.AsObject();
        change(body);
        return body.ToJsonString();
    }

    private sealed record Case(string What, string Field, Action<JsonObject> Change);

    private sealed record Attempt(string What, Route Route, string Path)
    {
        public object? Body { get; init; }
        public string? ContentType { get; init; }
        public string? IfMatch { get; init; }
        public string? Key { get; init; }
        public string? Field { get; init; }
        public string? Code { get; init; }
        public int[] Statuses { get; init; } = [400];
    }

    private sealed record Route(string Name, string Scope, string? Valid = null)
    {
        public string Method => Name.Split(' ')[0];
        public string Template => Name.Split(' ')[1];
        public bool Scheduler { get; init; }
        public string? ContentType { get; init; } = Valid is null ? null : "application/json";
        public string[] Query { get; init; } = [];
        public string[] Required { get; init; } = [];
        public string[] Enums { get; init; } = [];
        public string[] Texts { get; init; } = [];

        /// <summary>The property with the time of the event, if the request may carry one.</summary>
        public string? At { get; init; }

        public (string Field, string Body)[] Bad { get; init; } = [];
    }
}
