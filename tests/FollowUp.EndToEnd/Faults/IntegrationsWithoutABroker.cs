namespace FollowUp.EndToEnd.Faults;

[Collection(Alone.Name), Trait("Servers", "broken")]
public sealed class Integrations_without_a_broker() : StoryOfItsOwn(isHandedOn: true)
{
    [Fact]
    public async Task A_half_failed_creation_does_not_block_the_next_attempt_and_a_revocation_holds()
    {
        var team = await Pair.Team("brokerless");
        (await team.Applications.Post("/integrations", new { name = "old" })).Expect(201);
        await Servers.FromEnvironment.StopBroker();
        try
        {
            (await team.Applications.Post("/integrations", new { name = "crm", mayCommand = true })).Refused(503, "brokerUnreachable");
            (await team.Applications.Get("/parked")).Refused(503, "brokerUnreachable");
            (await team.Applications.Delete("/integrations/old")).Refused(503, "brokerUnreachable");
            var listed = Assert.Single((await team.Applications.Get("/integrations")).Expect(200).Json.Items());
            Assert.Equal("old", listed.Text("name"));
            Assert.NotNull(listed.Instant("revokedAt"));
        }
        finally
        {
            await Servers.FromEnvironment.StartBroker();
        }

        var made = (
            await Eventually.Get(
                () => team.Applications.Post("/integrations", new { name = "crm", mayCommand = true }),
                x => x.Status != 503
            )
        )
            .Expect(201)
            .Json;
        await using var crm = await Integration.Connect(Pair, made.Text("user")!, made.Text("password")!);
        Assert.True(crm.IsConnected);
        (await team.Applications.Delete("/integrations/old")).Expect(200);
    }
}
