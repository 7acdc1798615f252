using System.Text.Json;
using FollowUp.Contracts;

namespace FollowUp.Platform.EventStore;

/// <summary>The response to a request with an idempotency key, so that the same request gets the same response.</summary>
public sealed record IdempotencyRecord
{
    /// <summary>The key as the caller sent it, with the kind of request that it belongs to.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of the request: the same key for another request is refused.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Who sent the request, and alone gets its answer; null for the services' own broker user, and in what older versions stored.
    /// </summary>
    public string? Principal { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>The location of the created resource, if one was created.</summary>
    public string? Location { get; init; }

    /// <summary>The version of the stream afterwards.</summary>
    public long Version { get; init; }

    /// <summary>The body, JSON.</summary>
    public string? Body { get; init; }

    /// <summary>When the response was recorded.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The body of a response that is no refusal.</summary>
    /// <typeparam name="T">The body's type.</typeparam>
    /// <exception cref="RefusedException">The response is a refusal.</exception>
    public T Read<T>() => Status >= 400 ? throw RefusedException.Of(Read<CommandRejected>(Body)) : Read<T>(Body);

    private static T Read<T>(string? body) => JsonSerializer.Deserialize<T>(body!, Json.Lenient)!;
}
