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
