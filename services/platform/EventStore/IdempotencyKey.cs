using System.Security.Cryptography;
using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform.Http;
using Marten;
using Microsoft.AspNetCore.Http;

namespace FollowUp.Platform.EventStore;

// See docs/decisions/0012-commands-over-the-bus.md
/// <summary>The idempotency key of a request, under which its response is kept: the same request gets the same response.</summary>
/// <param name="Id">The key as the caller sent it, with the kind of request that it belongs to.</param>
/// <param name="Fingerprint">SHA-256 of the request: the same key for another request is refused.</param>
/// <param name="Principal">Who sent the request, and alone gets its response; null for the services' own broker user.</param>
public sealed record IdempotencyKey(string Id, string Fingerprint, string? Principal)
{
    private const int MostCharacters = 200;

    /// <summary>The key of an HTTP request; null if it has none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="command">What it asks.</param>
    /// <param name="principal">Who sends it.</param>
    /// <exception cref="RefusedException"><c>badIdempotencyKey</c>.</exception>
    public static IdempotencyKey? Of(HttpRequest request, object? command, string? principal)
    {
        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length > MostCharacters)
            throw new RefusedException("badIdempotencyKey", $"An idempotency key has at most {MostCharacters} characters.");
        return key.Length == 0 ? null : new($"http:{key.Trim('"')}", FingerprintOf($"{request.Method} {request.Path}", command), principal);
    }

    /// <summary>The key of a command from the bus: the source and the id of its message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="application">The application.</param>
    /// <exception cref="RefusedException"><c>badInput</c>: one of the two is too long.</exception>
    public static IdempotencyKey Of(CloudEvent message, Guid application)
    {
        new InputChecks()
            .That(message.Id.Length <= MostCharacters, "id", $"It has at most {MostCharacters} characters.")
            .That(message.Source.Length <= MostCharacters, "source", $"It has at most {MostCharacters} characters.")
            .Refuse();
        return new($"bus:{message.Source}:{message.Id}", FingerprintOf($"{message.Type} {application}", message.Data), message.Principal);
    }

    /// <summary>What a repeated key must match.</summary>
    /// <param name="route">What is asked, and of what.</param>
    /// <param name="command">The request's content.</param>
    public static string FingerprintOf(string route, object? command) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { route, command }, Json.Lenient)));

    /// <summary>Whether a refusal is kept. What does not exist yet, or isn't possible at the moment, may be asked again with the same key.
    /// </summary>
    /// <param name="refused">The refusal.</param>
    public static bool Keeps(RefusedException refused) => refused.HttpStatus() is 400 or 409;

    /// <summary>The kept response; null if there is none.</summary>
    /// <param name="session">A session of the caller's team.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <exception cref="RefusedException"><c>idempotencyKeyReused</c>.</exception>
    public async Task<IdempotencyRecord?> Find(IQuerySession session, CancellationToken ct) =>
        await session.LoadAsync<IdempotencyRecord>(Id, ct) is { } before ? Match(before) : null;

    /// <summary>Returns the response that was kept under this id, if it was for the same request of the same principal.</summary>
    /// <param name="before">The response.</param>
    /// <exception cref="RefusedException"><c>idempotencyKeyReused</c>.</exception>
    public IdempotencyRecord Match(IdempotencyRecord before)
    {
        var isAnothers = before.Principal is { } first && Principal is { } caller && first != caller;
        return isAnothers || before.Fingerprint != Fingerprint
            ? throw new RefusedException(
                "idempotencyKeyReused",
                "That idempotency key was used for another request. Choose a new one for each request."
            )
            : before;
    }

    /// <summary>The response, to be inserted in the transaction of what it reports.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The body, if there is one.</param>
    /// <param name="at">The present.</param>
    /// <param name="version">The version of the stream afterwards.</param>
    /// <param name="location">The location of the created resource, if one was created.</param>
    public IdempotencyRecord Record(int status, object? body, DateTimeOffset at, long version = 0, string? location = null) =>
        new()
        {
            Id = Id,
            Fingerprint = Fingerprint,
            Principal = Principal,
            Status = status,
            Version = version,
            Location = location,
            Body = body is null ? null : JsonSerializer.Serialize(body, body.GetType(), Json.Lenient),
            At = at,
        };

    /// <summary>Keeps a refusal in a transaction of its own.</summary>
    /// <param name="store">The store.</param>
    /// <param name="team">The caller's team.</param>
    /// <param name="refused">The refusal.</param>
    /// <param name="at">The present.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>False if the same request got a response meanwhile, which stands.</returns>
    public async Task<bool> Keep(IDocumentStore store, string team, RefusedException refused, DateTimeOffset at, CancellationToken ct)
    {
        await using var session = store.LightweightSession(team);
        session.Insert(Record(refused.HttpStatus(), refused.ToContract(), at));
        try
        {
            await session.SaveChangesAsync(ct);
            return true;
        }
        catch (JasperFx.DocumentAlreadyExistsException)
        {
            return false;
        }
    }
}
