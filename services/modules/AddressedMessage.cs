using FollowUp.Contracts;
using FollowUp.Platform.Messaging;

namespace FollowUp.Modules;

/// <summary>A message and the queue that receives it.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Message">The message.</param>
internal sealed record AddressedMessage(string Queue, CloudEvent Message);

/// <summary>Sends many messages to queues.</summary>
internal static class Chains
{
    /// <summary>Sends chains of messages in parallel; in one chain each message waits for the one before.</summary>
    public static Task SendChains(this Publisher publisher, IReadOnlyList<IReadOnlyList<AddressedMessage>> chains, CancellationToken ct) =>
        Parallel.ForEachAsync(
            chains,
            new ParallelOptions { MaxDegreeOfParallelism = Publisher.MostInFlight, CancellationToken = ct },
            async (chain, token) =>
            {
                foreach (var (queue, message) in chain)
                    await publisher.SendTo(queue, message, null, token);
            }
        );
}
