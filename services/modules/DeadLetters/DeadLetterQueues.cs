using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Http;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Npgsql;
using RabbitMQ.Client;

namespace FollowUp.Modules.DeadLetters;

/// <summary>A message that a service could not handle, and that is now in an error queue.</summary>
/// <param name="Id">The id for a retry or a deletion. A message that is dead-lettered again gets a new id.</param>
/// <param name="Queue">The queue whose consumer could not handle the message.</param>
/// <param name="Code">The reason, for programs.</param>
/// <param name="Reason">The reason, for people.</param>
/// <param name="ParkedAt">When the message was last dead-lettered; null where that is unknown.</param>
/// <param name="FirstSeen">When the message was dead-lettered for the first time.</param>
/// <param name="Team">The team of the sender, or else the team that the message itself names; null for neither.</param>
/// <param name="Bytes">The length of the body.</param>
/// <param name="Text">The body, if it is UTF-8: at most 64 KiB of it.</param>
/// <param name="Base64">The body, if it isn't UTF-8: at most 64 KiB of it.</param>
/// <param name="IsCut">Whether the body is longer than <paramref name="Text"/> or <paramref name="Base64"/>.</param>
/// <param name="Properties">The AMQP properties, exchange and routing key of the original message.</param>
/// <param name="Headers">The headers of the original message, as texts.</param>
internal sealed record DeadLetter(
    string Id,
    string Queue,
    string Code,
    string Reason,
    DateTimeOffset? ParkedAt,
    DateTimeOffset? FirstSeen,
    string? Team,
    long Bytes,
    string? Text,
    string? Base64,
    bool IsCut,
    IReadOnlyDictionary<string, string?> Properties,
    IReadOnlyDictionary<string, string?> Headers
);

// See docs/decisions/0011-dead-letters.md
/// <summary>
/// Lists, retries and deletes the messages in this service's error queues. Each operation takes messages without acknowledging them and
/// requeues them in their order, so that a failure in between loses no message. A retry removes a message from the error queue only after
/// the broker has confirmed the copy in the original queue.
/// </summary>
internal sealed partial class DeadLetterQueues(
    BusSettings settings,
    IReadOnlyList<string> queues,
    SenderIdentity senders,
    NpgsqlDataSource database,
    ILogger<DeadLetterQueues> log
)
{
    /// <summary>
    /// The number of messages that an operation reads from each queue. The messages behind them become visible when those before them are
    /// retried or deleted.
    /// </summary>
    public const int MostPerQueue = 2000;

    private const int MostText = 64 * 1024,
        MostRead = 1024 * 1024;

    // Headers that the broker and the transport add on the way, and headers that would send a retried message to further queues.
    private static readonly string[] AddedHeaders =
    [
        "CC",
        "BCC",
        "x-death",
        "x-first-death-",
        "x-last-death-",
        "x-delivery-count",
        "x-opt-rabbitmq-",
        "MT-",
        "retried-",
    ];

    public async Task<Page<DeadLetter>> List(string team, Cursor? after, int limit, CancellationToken ct)
    {
        var found = new List<DeadLetter>();
        await Visit(
            async (_, _, message) =>
            {
                if (await IsOf(team, message))
                    found.Add(message);
                return false;
            },
            ct
        );
        var rest = found
            .Select(x => (Message: x, At: x.ParkedAt ?? DateTimeOffset.MinValue))
            .OrderBy(x => x.At)
            .ThenBy(x => x.Message.Id, StringComparer.Ordinal)
            .Where(x => after is null || x.At > after.At || (x.At == after.At && string.CompareOrdinal(x.Message.Id, after.Id) > 0))
            .Take(limit + 1)
            .ToArray();
        return new(
            [.. rest.Take(limit).Select(x => x.Message)],
            rest.Length > limit ? new Cursor(rest[limit - 1].At, rest[limit - 1].Message.Id).ToString() : null
        );
    }

    public Task Retry(string team, string id, string by, CancellationToken ct) =>
        Resolve(
            team,
            id,
            async (channel, got, message) =>
            {
                if (message.Code == "expired")
                    throw new RefusedException(
                        "expired",
                        "The sender waited for only a few seconds and got the reply that nothing was done. "
                            + "The message can be deleted, but not retried."
                    );
                // returns after the broker has confirmed the message
                await channel.BasicPublishAsync("", message.Queue, mandatory: true, Restored(got.BasicProperties, message), got.Body, ct);
                LogRetried(log, id, message.Queue, by);
            },
            ct
        );

    public Task Delete(string team, string id, string by, CancellationToken ct) =>
        Resolve(
            team,
            id,
            (_, _, message) =>
            {
                LogDeleted(log, id, message.Queue, by);
                return Task.CompletedTask;
            },
            ct
        );

    private async Task Resolve(string team, string id, Func<IChannel, BasicGetResult, DeadLetter, Task> resolve, CancellationToken ct)
    {
        var resolved = false;
        await Visit(
            async (channel, got, message) =>
            {
                if (message.Id != id || !await IsOf(team, message))
                    return false;
                await resolve(channel, got, message);
                await channel.BasicAckAsync(got.DeliveryTag, multiple: false, ct);
                return resolved = true;
            },
            ct
        );
        if (!resolved)
            throw new RefusedException("unknownMessage", "Your team has no dead letter with that id.");
    }

    private async Task Visit(Func<IChannel, BasicGetResult, DeadLetter, Task<bool>> visit, CancellationToken ct)
    {
        try
        {
            await using var connection = await settings.Connect("dead letters", ct);
            await using var channel = await connection.CreateChannelAsync(
                new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
                ct
            );
            foreach (var queue in queues)
            {
                // a message that another operation holds unacknowledged would be invisible here
                await using var queueLock = await AdvisoryLock.Acquire(database, $"parked {settings.VirtualHost} {queue}", ct);
                var (found, held, last) = (false, 0u, 0UL);
                try
                {
                    while (
                        held < MostPerQueue
                        && !found
                        && await channel.BasicGetAsync(Topology.ErrorQueue(queue), autoAck: false, ct) is { } got
                    )
                    {
                        (held, last) = (held + 1, got.DeliveryTag);
                        found = await visit(channel, got, await Describe(queue, got, ct));
                    }
                }
                finally
                {
                    await Requeue(channel, Topology.ErrorQueue(queue), found ? last - 1 : last, found ? held - 1 : held, ct);
                }
                if (found)
                    break;
            }
            await channel.CloseAsync(ct); // the broker replies after it has carried out the acknowledgements before
        }
        catch (Exception exception) when (BrokerErrors.Is(exception, ct))
        {
            throw BrokerErrors.Refusal();
        }
    }

    private static async Task Requeue(IChannel channel, string queue, ulong last, uint held, CancellationToken ct)
    {
        if (held == 0)
            return;
        await channel.BasicNackAsync(last, multiple: true, requeue: true, ct);
        // A quorum queue requeues the messages with a delay, and the next operation must find them.
        for (var attempt = 0; attempt < 100 && (await channel.QueueDeclarePassiveAsync(queue, ct)).MessageCount < held; attempt++)
            await Task.Delay(10, ct);
    }

    // A message without a known team belongs to the operator's team.
    private static ValueTask<bool> IsOf(string team, DeadLetter message) => ValueTask.FromResult((message.Team ?? TeamName.First) == team);

    private async Task<DeadLetter> Describe(string queue, BasicGetResult got, CancellationToken ct)
    {
        var message = Parse(queue, got.BasicProperties, got.Body, settings.User);
        var sender = await senders.Of(message.Properties.GetValueOrDefault("userId"), ct);
        return sender.Integration is { } integration ? message with { Team = integration.Team } : message;
    }

    /// <summary>Describes a message in an error queue: this product, the transport or the broker itself may have moved it there.</summary>
    internal static DeadLetter Parse(string queue, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, string ownUser)
    {
        var (headers, deadLetteredHere, original) = (
            properties.Headers,
            IsDeadLetteredBy(ownUser, properties),
            OriginalHeaders(properties, ownUser)
        );
        var death =
            !deadLetteredHere
            && headers is not null
            && headers.TryGetValue("x-death", out var deaths)
            && deaths is IList<object?> { Count: > 0 } list
                ? list[0] as IDictionary<string, object?>
                : null;
        var (code, reason) = (headers.Text(DeadLetterPublisher.Code), headers.Text(DeadLetterPublisher.Reason)) switch
        {
            ({ } c, { } r) when deadLetteredHere => (c, r),
            _ when death.Text("reason") is { } why => why == "expired"
                ? ("expired", "No consumer took the message within the few seconds that its sender waits for a reply.")
                : (
                    "deadLettered",
                    $"The broker removed the message from the queue after {death.Text("count") ?? "several"} attempts ({why})."
                ),
            _ when headers.Text("MT-Fault-Message") is { } fault => ("handlerFailed", fault),
            _ => ("unknown", "The reason is unknown."),
        };
        var at = deadLetteredHere
            ? headers.Instant(DeadLetterPublisher.At)
            : death.Instant("time") ?? headers.Instant("MT-Fault-Timestamp");
        var (text, base64) = TextOrBase64(body.Span);
        return new(
            deadLetteredHere ? headers.Text(DeadLetterPublisher.Id)! : DerivedId(queue, properties, at, body.Span),
            queue,
            code,
            reason,
            at,
            deadLetteredHere ? headers.Instant(DeadLetterPublisher.FirstSeen) : at,
            TeamInBody(body),
            body.Length,
            text,
            base64,
            body.Length > MostText,
            deadLetteredHere ? OriginalProperties(headers!) : TransportProperties(properties, death, ownUser),
            original
                .Where(x => deadLetteredHere || IsFromSender(x.Key))
                .ToDictionary(x => x.Key, x => AmqpHeaders.Text(x.Value), StringComparer.Ordinal)
        );
    }

    /// <summary>
    /// The properties of a retried message: the original ones, except that the user is this product's, because the broker accepts no other
    /// user from this connection. Headers name the original sender, so that the retried message meets the same checks again.
    /// </summary>
    internal BasicProperties Restored(IReadOnlyBasicProperties properties, DeadLetter message)
    {
        var restored = new BasicProperties
        {
            UserId = settings.User,
            DeliveryMode = DeliveryModes.Persistent,
            Headers = OriginalHeaders(properties, settings.User).Where(x => IsFromSender(x.Key)).ToDictionary(StringComparer.Ordinal),
        };
        restored.Headers[SenderIdentity.RetriedUser] = Property("userId") ?? "";
        restored.Headers[SenderIdentity.RetriedExchange] = Property("exchange") ?? "";
        restored.Headers[SenderIdentity.RetriedRoutingKey] = Property("routingKey") ?? message.Queue;
        if (message.FirstSeen is { } first)
            restored.Headers[SenderIdentity.RetriedFirstSeen] = first.ToString("O", CultureInfo.InvariantCulture);
        if (Property("contentType") is { } contentType)
            restored.ContentType = contentType;
        if (Property("contentEncoding") is { } encoding)
            restored.ContentEncoding = encoding;
        if (Property("messageId") is { } id)
            restored.MessageId = id;
        if (Property("correlationId") is { } correlation)
            restored.CorrelationId = correlation;
        if (Property("replyTo") is { } replyTo)
            restored.ReplyTo = replyTo;
        if (Property("type") is { } type)
            restored.Type = type;
        if (Property("appId") is { } app)
            restored.AppId = app;
        if (DateTimeOffset.TryParse(Property("timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            restored.Timestamp = new(at.ToUnixTimeSeconds());
        return restored;

        string? Property(string name) => message.Properties.GetValueOrDefault(name);
    }

    // Any sender can set these headers: they count only in a message from this product's own user.
    private static bool IsDeadLetteredBy(string ownUser, IReadOnlyBasicProperties properties) =>
        properties.UserId == ownUser && properties.Headers?.ContainsKey(DeadLetterPublisher.Id) is true;

    private static IDictionary<string, object?> OriginalHeaders(IReadOnlyBasicProperties properties, string ownUser) =>
        (
            IsDeadLetteredBy(ownUser, properties)
                ? properties.Headers!.TryGetValue(DeadLetterPublisher.Headers, out var table)
                    ? table as IDictionary<string, object?>
                    : null
                : properties.Headers
        ) ?? new Dictionary<string, object?>(StringComparer.Ordinal);

    private static Dictionary<string, string?> OriginalProperties(IDictionary<string, object?> headers) =>
        headers
            .Where(x =>
                x.Key.StartsWith(DeadLetterPublisher.Original, StringComparison.Ordinal)
                && x.Key is not (DeadLetterPublisher.Headers or DeadLetterPublisher.Original + "queue")
            )
            .ToDictionary(x => Camel(x.Key[DeadLetterPublisher.Original.Length..]), x => AmqpHeaders.Text(x.Value), StringComparer.Ordinal);

    private static Dictionary<string, string?> TransportProperties(
        IReadOnlyBasicProperties x,
        IDictionary<string, object?>? death,
        string ownUser
    )
    {
        var retried = x.UserId == ownUser && x.Headers is { } headers && headers.ContainsKey(SenderIdentity.RetriedUser) ? headers : null;
        var properties = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["userId"] = x.UserId,
            ["contentType"] = x.ContentType,
            ["contentEncoding"] = x.ContentEncoding,
            ["messageId"] = x.MessageId,
            ["correlationId"] = x.CorrelationId,
            ["replyTo"] = x.ReplyTo,
            ["type"] = x.Type,
            ["appId"] = x.AppId,
            ["timestamp"] = x.IsTimestampPresent() ? AmqpHeaders.Text(x.Timestamp) : null,
            ["exchange"] = death.Text("exchange"),
            ["routingKey"] =
                death is not null && death.TryGetValue("routing-keys", out var keys) && keys is IList<object?> { Count: > 0 } list
                    ? AmqpHeaders.Text(list[0])
                    : null,
        };
        if (retried is not null)
            (properties["userId"], properties["exchange"], properties["routingKey"]) = (
                retried.Text(SenderIdentity.RetriedUser),
                retried.Text(SenderIdentity.RetriedExchange),
                retried.Text(SenderIdentity.RetriedRoutingKey)
            );
        return properties.Where(p => !string.IsNullOrEmpty(p.Value)).ToDictionary(StringComparer.Ordinal);
    }

    private static string Camel(string name) =>
        string.Concat(name.Split('-').Select((word, i) => i == 0 || word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));

    private static bool IsFromSender(string header) =>
        !AddedHeaders.Any(x => x.EndsWith('-') ? header.StartsWith(x, StringComparison.Ordinal) : header == x);

    // A message that the broker dead-lettered has no id of ours, so its content determines the id.
    private static string DerivedId(string queue, IReadOnlyBasicProperties properties, DateTimeOffset? at, ReadOnlySpan<byte> body) =>
        DeterministicId
            .From(
                queue,
                properties.MessageId ?? "",
                at?.ToString("O", CultureInfo.InvariantCulture) ?? "",
                Convert.ToHexStringLower(SHA256.HashData(body))
            )
            .ToString();

    private static (string? Text, string? Base64) TextOrBase64(ReadOnlySpan<byte> body)
    {
        var prefix = body[..Math.Min(body.Length, MostText)];
        if (prefix.Length < body.Length) // does not cut a character in the middle
            for (var back = 0; back < 4 && Rune.DecodeLastFromUtf8(prefix, out _, out var length) != OperationStatus.Done; back++)
                prefix = prefix[..^Math.Max(length, 1)];
        return System.Text.Unicode.Utf8.IsValid(prefix)
            ? (Encoding.UTF8.GetString(prefix), null)
            : (null, Convert.ToBase64String(body[..Math.Min(body.Length, MostText)]));
    }

    private static string? TeamInBody(ReadOnlyMemory<byte> body)
    {
        if (body.Length > MostRead)
            return null;
        try
        {
            using var json = JsonDocument.Parse(body, new() { MaxDepth = 32 });
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("team", out var team)
                && team.ValueKind == JsonValueKind.String
                && TeamName.IsValid(team.GetString())
                ? team.GetString()
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        } // not JSON, or a text that isn't valid Unicode
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{By} put the dead letter {Id} back into {Queue}")]
    private static partial void LogRetried(ILogger log, string id, string queue, string by);

    [LoggerMessage(Level = LogLevel.Information, Message = "{By} deleted the dead letter {Id} of {Queue}")]
    private static partial void LogDeleted(ILogger log, string id, string queue, string by);
}

/// <summary>The routes of dead letters. Each service has them for its own queues.</summary>
internal static class DeadLetterRoutes
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(
                "/parked",
                async (string? after, int? limit, Caller caller, DeadLetterQueues deadLetters, CancellationToken ct) =>
                    TypedResults.Json(await deadLetters.List(caller.Team, Cursor.Read(after), Cursor.Limit(limit), ct), Json.Lenient)
            )
            .RequireScope(Scopes.Admin)
            .Describe("The team's dead letters: the messages that this service could not handle, and why.", typeof(Page<DeadLetter>));

        app.MapPost(
                "/parked/{id}/retry",
                async (string id, Caller caller, DeadLetterQueues deadLetters, CancellationToken ct) =>
                {
                    await deadLetters.Retry(caller.Team, id, caller.Name, ct);
                    return TypedResults.NoContent();
                }
            )
            .RequireScope(Scopes.Admin)
            .Describe("Put a dead letter back into its queue. A message that fails again becomes a dead letter with a new id.");

        app.MapDelete(
                "/parked/{id}",
                async (string id, Caller caller, DeadLetterQueues deadLetters, CancellationToken ct) =>
                {
                    await deadLetters.Delete(caller.Team, id, caller.Name, ct);
                    return TypedResults.NoContent();
                }
            )
            .RequireScope(Scopes.Admin)
            .Describe("Delete a dead letter for good.");
    }
}
