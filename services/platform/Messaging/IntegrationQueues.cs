using FollowUp.Platform.Security;
using RabbitMQ.Client;

namespace FollowUp.Platform.Messaging;

/// <summary>Declares and deletes the queues in which integrations receive their teams' events.</summary>
internal sealed class IntegrationQueues(BusSettings bus)
{
    /// <exception cref="RefusedException"><c>brokerUnreachable</c>.</exception>
    public Task Make(Integration integration, CancellationToken ct) =>
        OnChannel(
            async channel =>
            {
                await Delete(channel, integration, ct); // together with the bindings of an earlier integration of this name
                foreach (var wanted in Topology.ObjectsOf(integration))
                    await wanted.Declare(channel, ct);
            },
            ct
        );

    /// <exception cref="RefusedException"><c>brokerUnreachable</c>.</exception>
    public Task Remove(Integration integration, CancellationToken ct) => OnChannel(channel => Delete(channel, integration, ct), ct);

    private static Task<uint> Delete(IChannel channel, Integration integration, CancellationToken ct) =>
        channel.QueueDeleteAsync(Topology.IntegrationQueue(integration.Id), ifUnused: false, ifEmpty: false, cancellationToken: ct);

    private async Task OnChannel(Func<IChannel, Task> act, CancellationToken ct)
    {
        try
        {
            await using var connection = await bus.Connect("integrations", ct);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
            await act(channel);
        }
        catch (Exception exception) when (BrokerErrors.Is(exception, ct))
        {
            throw BrokerErrors.Refusal();
        }
    }
}
