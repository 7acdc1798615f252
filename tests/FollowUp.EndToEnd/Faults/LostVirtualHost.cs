using RabbitMQ.Client.Exceptions;

namespace FollowUp.EndToEnd.Faults;

/// <summary>
/// The virtual host of the services is deleted and made again. Queues and bindings come back, and so do the permissions of the
/// integrations' users, as they were made; a user that is gone is announced, because its password is not stored.
/// </summary>
public sealed class Lost_virtual_host() : StoryOfItsOwn(isHandedOn: false)
{
    [Fact]
    public async Task The_permissions_of_integrations_are_restored_and_a_lost_user_is_announced()
    {
        var team = await Pair.Team("of-a-lost-host");
        // all pairs of a run share the broker's users
        var (readers, commanders) = ($"r{Guid.NewGuid():n}", $"c{Guid.NewGuid():n}");
        var reader = await Make(team, new { name = readers });
        var commander = await Make(team, new { name = commanders, mayCommand = true });
        await HasUser(team, readers, "ready");
        await HasUser(team, commanders, "ready");

        var host = Pair.Bus.AbsolutePath.Trim('/');
        await Servers.FromEnvironment.DropVirtualHost(host);
        await Servers.FromEnvironment.CreateVirtualHost(host);

        await using (var connected = await Connect(reader))
        {
            await Eventually.Holds(
                async () =>
                {
                    var application = await team.Submit();
                    return await Eventually.Get(
                        () => connected.Take($"{reader.User}.events"),
                        x => x?.Subject == application.Id.ToString(),
                        TimeSpan.FromSeconds(5)
                    )
                        is not null;
                },
                TimeSpan.FromSeconds(60),
                "the integration receives its team's events again"
            );
            await using var channel = await connected.Open();
            var refused = await Assert.ThrowsAsync<OperationInterruptedException>(() =>
                channel.QueueBindAsync(
                    $"{reader.User}.events",
                    "followup.events",
                    "default.#",
                    cancellationToken: TestContext.Current.CancellationToken
                )
            );
            Assert.Equal((ushort)403, refused.ShutdownReason!.ReplyCode);
        }
        await using (var connected = await Connect(commander))
        {
            var application = await team.Submit();
            await application.Slot(1, "planned");
            var claim = Bus.Commands_over_the_bus.Command(
                "claim",
                application.Id,
                new
                {
                    stage = 1,
                    claimId = Guid.NewGuid(),
                    by = "robot",
                },
                team.Name
            );
            var granted = await Eventually.Get(
                () => connected.Ask("followup.scheduler.commands", claim, deadline: TimeSpan.FromSeconds(5), exchange: "followup.commands"),
                x => x.Data.Text("code") != "unknownApplication"
            );
            Assert.Equal("followup.follow-up.claimed.v1", granted.Type);
        }

        await Servers.FromEnvironment.DropUser(reader.User);

        await HasUser(team, readers, "lost");
        await HasUser(team, commanders, "ready");
        await Eventually.Holds(
            () =>
                Pair.Applications.Any(x =>
                    x.Lines().Any(y => y.Contains($"The broker has lost the user {reader.User}", StringComparison.Ordinal))
                ),
            null,
            "the log says whose user is lost"
        );
        await Eventually.Holds(
            async () =>
                (await team.Applications.Get("/metrics"))
                    .Text.Split('\n')
                    .Any(x =>
                        x.StartsWith("followup_integrations_without_user", StringComparison.Ordinal)
                        && x.Split(' ').Contains("1", StringComparer.Ordinal)
                    ),
            null,
            "a metric counts it"
        );

        // What the log advises: revoke it and make it again.
        (await team.Applications.Delete($"/integrations/{readers}")).Expect(200);
        await using var anotherReader = await Connect(await Make(team, new { name = readers }));
        await HasUser(team, readers, "ready");
    }

    private static async Task<(string User, string Password)> Make(Team team, object integration)
    {
        var made = (await team.Applications.Post("/integrations", integration)).Expect(201).Json;
        return (made.Text("user")!, made.Text("password")!);
    }

    private Task<Integration> Connect((string User, string Password) integration) =>
        Eventually.Get(
            async () =>
            {
                try
                {
                    return await Integration.Connect(Pair, integration.User, integration.Password);
                }
                catch (Exception e) when (e is BrokerUnreachableException or OperationInterruptedException)
                {
                    return null; // the user may not enter the virtual host yet
                }
            },
            x => x is not null,
            TimeSpan.FromSeconds(60),
            $"{integration.User} connects"
        )!;

    private static Task<Answer> HasUser(Team team, string name, string state) =>
        Eventually.Get(
            () => team.Applications.Get("/integrations"),
            x => x.Expect(200).Json.Items().Any(y => y.Text("name") == name && y.Text("brokerUser") == state),
            TimeSpan.FromSeconds(60),
            $"the user of {name} is {state}"
        );
}
