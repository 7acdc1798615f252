using System.Diagnostics;

namespace FollowUp.EndToEnd.Faults;

/// <summary>
/// The broker refuses the services for a while: they say within seconds that they aren't ready, and come back without help within 10 s. The
/// bounds in this file are wider, for a busy machine.
/// </summary>
public sealed class Refused_consumers(PairWithItsOwnUser own) : Story(own), IClassFixture<PairWithItsOwnUser>
{
    private static readonly TimeSpan UntilUnready = TimeSpan.FromSeconds(10),
        UntilBack = TimeSpan.FromSeconds(25),
        Refusal = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_password_that_is_refused_for_15_seconds()
    {
        var watch = Stopwatch.StartNew();
        await Pair.DisconnectOwnUser(password: "wrong");
        var meanwhile = await AreUnready();
        await Eventually.Holds(() => watch.Elapsed > Refusal);

        await Pair.GiveOwnUser();

        await AreBack(meanwhile);
    }

    [Fact]
    public async Task Permissions_that_are_withdrawn_and_given_back()
    {
        var watch = Stopwatch.StartNew();
        await Pair.DisconnectOwnUser(permission: "^$");
        var meanwhile = await AreUnready();
        await Eventually.Holds(() => watch.Elapsed > Refusal / 3); // MassTransit connects, and is refused every channel

        await Pair.GiveOwnUser();

        await AreBack(meanwhile);
    }

    // They may declare and consume, but not send to a queue, not even to their own: the broker answers, and nothing arrives.
    [Fact]
    public async Task Messages_to_queues_that_are_refused_until_the_watchdog_has_restarted_the_consumers()
    {
        await Pair.DisconnectOwnUser(write: "^followup\\.");
        var meanwhile = await AreUnready();
        foreach (var service in Pair.Services)
            await Eventually.Holds(
                () => service.Lines().Any(x => x.Contains("restarting the consumers", StringComparison.Ordinal)),
                null,
                $"{service.Name} restarts its consumers"
            );

        await Pair.GiveOwnUser();

        await AreBack(meanwhile);
    }

    private async Task<Application> AreUnready()
    {
        foreach (var service in Pair.Services)
            await Eventually.Get(service.Health, x => x.Status == 503, UntilUnready, $"{service.Name} says that it isn't ready");
        return await Team.Submit();
    }

    private async Task AreBack(Application meanwhile)
    {
        foreach (var service in Pair.Services)
            await Eventually.Get(service.Health, x => x.Status == 200, UntilBack, $"{service.Name} is back");
        await meanwhile.Slot(1, x => x.Status == "planned", UntilBack);

        // The Scheduler takes the request to settle from its command queue, Applications the other command.
        await Eventually.Get(() => meanwhile.RecordFollowUp(idempotencyKey: meanwhile.KeyOf(1)), x => x.Status == 201, UntilBack);
        await meanwhile.SchedulerHasSeenAll();
        await using var ours = await Integration.Connect(Pair, Pair.OwnUser, Harness.Pair.OwnPassword);
        var contact = Bus.Commands_of_Applications.Command("record-contact", meanwhile.Id, new { name = "R. Roe" });
        Assert.Equal("followup.command.accepted.v1", (await ours.Ask("followup.applications.commands", contact)).Type);
    }
}
