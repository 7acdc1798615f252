using RabbitMQ.Client;

namespace FollowUp.EndToEnd.Faults;

/// <summary>
/// The broker delivers messages, but refuses to confirm events: a queue that is always full, and says so to publishers, is bound to their
/// exchange. To a service that is what a quorum queue without its leader is.
/// </summary>
public sealed class Unconfirmed_messages() : FaultStory(nodes: 2)
{
    private const string Full = "tests.full";

    [Fact]
    public async Task They_are_noticed_cost_the_connection_are_handed_over_and_published_in_the_end()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var other = await Integration.Connect(Pair);
        await using var channel = await other.Open();
        await channel.QueueDeclareAsync(
            Full,
            durable: false,
            exclusive: false,
            autoDelete: false,
            new Dictionary<string, object?> { ["x-max-length"] = 0, ["x-overflow"] = "reject-publish" },
            cancellationToken: ct
        );
        await channel.QueueBindAsync(Full, "followup.events", "*.application.submitted", cancellationToken: ct);
        Application application;
        try
        {
            application = await Team.Submit();
            var publisher = await SaysSo(Pair.Applications);
            await Eventually.Holds(
                () => publisher.Lines().Any(x => x.Contains("the connection is given up", StringComparison.Ordinal)),
                null,
                "the connection is given up"
            );

            // The node that stops hands its unconfirmed page over.
            await publisher.Stop();
            await SaysSo(Pair.Applications.Where(x => x != publisher));
            publisher.Start();
        }
        finally
        {
            await channel.QueueDeleteAsync(Full, cancellationToken: CancellationToken.None);
        }

        await application.Slot(1, "planned");
        foreach (var node in Pair.Applications)
            await Eventually.Get(
                node.Health,
                x => x.Status == 200 && x.Json.Number("checks.outbox.data.facts") == 0,
                null,
                $"{node.Name} is ready, and all is published"
            );
    }

    private static async Task<Service> SaysSo(IEnumerable<Service> nodes)
    {
        Service? found = null;
        await Eventually.Holds(
            async () =>
            {
                foreach (var node in nodes)
                    if ((await node.Health()).Text.Contains("does not confirm", StringComparison.Ordinal))
                        found = node;
                return found is not null;
            },
            null,
            "the node that publishes says that the broker doesn't confirm"
        );
        return found!;
    }
}
