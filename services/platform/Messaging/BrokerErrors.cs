using System.Net.Sockets;
using RabbitMQ.Client.Exceptions;

namespace FollowUp.Platform.Messaging;

/// <summary>Distinguishes an unavailable broker from an error of this code.</summary>
internal static class BrokerErrors
{
    public static bool Is(Exception exception, CancellationToken ct) =>
        exception is RabbitMQClientException or IOException or TimeoutException or SocketException
        || (exception is OperationCanceledException && !ct.IsCancellationRequested);

    public static RefusedException Refusal() =>
        new("brokerUnreachable", "The broker can't be reached at the moment. Please try again.", retryAfter: 5);
}
