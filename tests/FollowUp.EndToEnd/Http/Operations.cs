using System.Text.Json;
using System.Text.RegularExpressions;

namespace FollowUp.EndToEnd.Http;

/// <summary>What operators need: health, metrics, and the service's description of itself.</summary>
public sealed class Operations(SharedPair shared) : Story(shared)
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/metrics")]
    [InlineData("/openapi/v1.json")]
    public async Task It_is_served_by_both_services(string path)
    {
        (await Team.Applications.Get(path)).Expect(200);
        (await Team.Scheduler.Get(path)).Expect(200);
    }

    [Fact]
    public async Task The_checks_of_readiness_are_metrics()
    {
        foreach (var service in new[] { Team.Applications, Team.Scheduler })
        foreach (var check in new[] { "startup", "database", "broker", "outbox", "stopping" })
            await Eventually.Holds(async () =>
                Regex.IsMatch(
                    (await service.Get("/metrics")).Expect(200).Text,
                    $"^followup_health.*check=\"{check}\".* 1(\\s|$)",
                    RegexOptions.Multiline,
                    TimeSpan.FromSeconds(10)
                )
            );
    }

    [Theory]
    [InlineData("/applications/{id}")]
    [InlineData("/applications/{id}/follow-ups")]
    [InlineData("/applications/{id}/closure")]
    [InlineData("/candidates/{ref}")]
    [InlineData("/imports")]
    [InlineData("/events")]
    [InlineData("/replays")]
    public async Task Applications_describes_its_routes(string route) => await IsDescribed(Team.Applications, route);

    [Theory]
    [InlineData("/follow-ups")]
    [InlineData("/applications/{id}/plan")]
    [InlineData("/applications/{id}/stages/{n}/claims")]
    [InlineData("/events")]
    [InlineData("/replays")]
    public async Task The_scheduler_describes_its_routes(string route) => await IsDescribed(Team.Scheduler, route);

    [Fact]
    public async Task An_address_that_does_not_exist_is_a_problem_too()
    {
        foreach (var service in new[] { Team.Applications, Team.Scheduler })
        {
            (await service.Get("/nonsense")).Refused(404);
            (await service.Delete("/applications")).Refused(service == Team.Applications ? 405 : 404);
        }
    }

    [Fact]
    public async Task Words_are_described()
    {
        var description = (await Team.Applications.Get("/openapi/v1.json")).Expect(200).Json;

        Assert.Equal(["phone", "email", "letter", "directMessage", "inPerson"], description.Texts("components.schemas.Channel.enum"));
    }

    [Fact]
    public async Task What_is_required_is_always_there()
    {
        var application = await Team.Submit(candidate: Harness.Team.NewCandidate());
        await application.Slot(1, "planned");
        var (ours, theirs) = (
            (await Team.Applications.Get("/openapi/v1.json")).Expect(200).Json,
            (await Team.Scheduler.Get("/openapi/v1.json")).Expect(200).Json
        );
        var checkedSoFar = 0;
        foreach (
            var (service, description, route, address) in new[]
            {
                (Team.Applications, ours, "/applications/{id}", application.Path),
                (Team.Applications, ours, "/applications/{id}/timeline", $"{application.Path}/timeline"),
                (Team.Applications, ours, "/applications", $"/applications?limit=5"),
                (Team.Scheduler, theirs, "/applications/{id}/plan", $"{application.Path}/plan"),
                (Team.Scheduler, theirs, "/follow-ups", "/follow-ups?status=planned&limit=5"),
                (Team.Scheduler, theirs, "/policy", "/policy"),
            }
        )
        {
            var schema = description
                .GetProperty("paths")
                .GetProperty(route)
                .GetProperty("get")
                .GetProperty("responses")
                .GetProperty("200")
                .GetProperty("content")
                .EnumerateObject()
                .First()
                .Value.GetProperty("schema");
            Has((await service.Get(address)).Expect(200).Json, schema, description, route);
        }
        Assert.True(checkedSoFar > 50, $"{checkedSoFar}");

        void Has(JsonElement value, JsonElement schema, JsonElement description, string at)
        {
            if (schema.TryGetProperty("$ref", out var reference))
                schema = description.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
            foreach (var one in schema.Items("oneOf").Where(x => x.TryGetProperty("$ref", out _)))
                Has(value, one, description, at);
            if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
                foreach (var item in value.EnumerateArray())
                    Has(item, items, description, at);
            if (value.ValueKind != JsonValueKind.Object)
                return;
            foreach (var name in schema.Texts("required"))
            {
                Assert.True(value.TryGetProperty(name, out _), $"{at}.{name} is required, and absent.");
                checkedSoFar++;
            }
            if (schema.TryGetProperty("properties", out var properties))
                foreach (var property in properties.EnumerateObject())
                    if (value.TryGetProperty(property.Name, out var inner))
                        Has(inner, property.Value, description, $"{at}.{property.Name}");
        }
    }

    private static async Task IsDescribed(Api service, string route)
    {
        static string Shape(string path) =>
            System.Text.RegularExpressions.Regex.Replace(
                path,
                @"\{[^}]*\}",
                "{}",
                System.Text.RegularExpressions.RegexOptions.None,
                TimeSpan.FromSeconds(1)
            );
        var description = (await service.Get("/openapi/v1.json")).Expect(200).Json;
        Assert.StartsWith("3.", description.Text("openapi"), StringComparison.Ordinal);
        Assert.Contains(Shape(route), description.GetProperty("paths").EnumerateObject().Select(x => Shape(x.Name)));
    }
}
