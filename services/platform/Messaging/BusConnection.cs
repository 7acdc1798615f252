using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;
using RabbitMQ.Client;

namespace FollowUp.Platform.Messaging;

/// <summary>The connection on which the bus sends and receives.</summary>
internal sealed class BusConnection
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private IRabbitMqHostConfiguration? _host;

    /// <summary>Takes the connection of a bus that is being configured.</summary>
    public void Take(IRabbitMqBusFactoryConfigurator bus) => _host = TransportRetries.HostOf(bus);

    /// <summary>Closes the connection. MassTransit connects again within a second, to the next node of the broker if there are several.
    /// </summary>
    /// <param name="ct">Ends the attempt.</param>
    public async Task GiveUp(CancellationToken ct)
    {
        // a connection that is lost needs no end, and MassTransit would wait for the next one to give that up
        using var existing = CancellationTokenSource.CreateLinkedTokenSource(ct);
        existing.CancelAfter(Timeout);
        await _host!.ConnectionContextSupervisor.Send(
            Pipe.ExecuteAsync<ConnectionContext>(x =>
                x.Connection.AbortAsync(Constants.ConnectionForced, "messages are not confirmed", Timeout)
            ),
            existing.Token
        );
    }
}
