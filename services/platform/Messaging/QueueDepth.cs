using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace FollowUp.Platform.Messaging;

/// <summary>Counts the messages that wait in a queue, without those in its consumers' hands.</summary>
internal sealed class QueueDepth(BusSettings bus, string queue) : IAsyncDisposable
{
    private IConnection? _connection;

    /// <summary>The number of messages; 0 where the queue doesn't exist.</summary>
    public async Task<long> Measure(CancellationToken ct)
    {
        if (_connection is not { IsOpen: true })
        {
            if (_connection is not null)
                await _connection.DisposeAsync();
            _connection = await bus.Connect($"depth of {queue}", ct);
        }
        await using var channel = await _connection.CreateChannelAsync(cancellationToken: ct);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, ct)).MessageCount;
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == 404)
        {
            return 0;
        }
    }

    public ValueTask DisposeAsync() => _connection?.DisposeAsync() ?? ValueTask.CompletedTask;
}
