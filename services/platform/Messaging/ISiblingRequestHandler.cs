using FollowUp.Contracts;

namespace FollowUp.Platform.Messaging;

/// <summary>
/// Answers the requests that the sibling service sends without a caller who waits: they have a queue of their own, so that they hold up no
/// command, and a request that expires there is dropped, because the sibling asks again.
/// </summary>
public interface ISiblingRequestHandler
{
    /// <summary>Answers a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>The type name and the data of the reply.</returns>
    Task<(string Type, object Data)> Handle(CloudEvent request, CancellationToken ct);
}
