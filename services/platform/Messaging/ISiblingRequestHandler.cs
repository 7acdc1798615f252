using FollowUp.Contracts;

namespace FollowUp.Platform.Messaging;

/// <summary>
/// Answers requests that the sibling service sends by itself, and not for a command: they have a queue of their own, so that they hold up
/// no command, and a request that expires there is dropped, because the sibling asks again or does without.
/// </summary>
public interface ISiblingRequestHandler
{
    /// <summary>Whether requests of a type are answered here.</summary>
    /// <param name="type">The type name.</param>
    bool Takes(string type);

    /// <summary>Answers a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>The type name and the data of the reply.</returns>
    Task<(string Type, object Data)> Handle(CloudEvent request, CancellationToken ct);
}
