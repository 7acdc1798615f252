using FollowUp.Platform;
using FollowUp.Platform.Messaging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace FollowUp.Modules.Convergence;

/// <summary>Counts the messages that wait in this service's inbox: what this service lacks may be among them.</summary>
internal sealed class InboxDepth(BusSettings bus, ServiceDefinition service) : IAsyncDisposable
{
    private IConnection? _connection;

    /// <summary>The number of messages; 0 where the queue doesn't exist.</summary>
    public async Task<long> Measure(CancellationToken ct)
    {
        if (_connection is not { IsOpen: true })
        {
            if (_connection is not null)
                await _connection.DisposeAsync();
            _connection = await bus.Connect("convergence", ct);
        }
        await using var channel = await _connection.CreateChannelAsync(cancellationToken: ct);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(service.Inbox, ct)).MessageCount;
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == 404)
        {
            return 0;
        }
    }

    public ValueTask DisposeAsync() => _connection?.DisposeAsync() ?? ValueTask.CompletedTask;
}
