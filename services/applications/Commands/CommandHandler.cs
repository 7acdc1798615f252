using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.RateLimiting;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Security;
using Marten;
using NodaTime;

namespace FollowUp.Applications.Commands;

/// <summary>Something to record, as it arrives over HTTP or the bus.</summary>
public interface ICommand
{
    /// <summary>Notes everything that is wrong with it.</summary>
    void Check(InputChecks checks, DateTimeOffset now);

    /// <summary>Records it, once it was checked.</summary>
    Task<CommandResult> Handle(Guid application, CommandContext conditions, CommandHandler with, CancellationToken ct);
}

/// <summary>Carries a command out, whichever way it came: neither way takes what the other refuses.</summary>
public sealed class CommandHandler(ApplicationWriter recorder, RecordFollowUpHandler followUps, IDocumentStore store, TimeProvider time)
{
    public ApplicationWriter Recorder => recorder;
    public RecordFollowUpHandler FollowUps => followUps;
    public IDocumentStore Store => store;
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Checks, then records.</summary>
    public Task<CommandResult> Handle(Guid application, ICommand command, CommandContext conditions, CancellationToken ct)
    {
        var checks = new InputChecks();
        command.Check(checks, Now);
        checks.Refuse();
        return command.Handle(application, conditions, this, ct);
    }
}

/// <summary>What a caller may ask of any write.</summary>
/// <param name="Zone">Whose day it is, where no time is given; UTC's unless said.</param>
public sealed record CommandContext(
    Caller Caller,
    long? IfMatch = null,
    string? IdempotencyKey = null,
    string? Fingerprint = null,
    string? Correlation = null,
    string? Causation = null,
    DateTimeZone? Zone = null
)
{
    /// <summary>This moment on their clock.</summary>
    public DateTimeOffset Here(DateTimeOffset now) =>
        Zone is null ? now : now.ToOffset(Zone.GetUtcOffset(Instant.FromDateTimeOffset(now)).ToTimeSpan());
}

/// <summary>What is answered to a write.</summary>
public sealed record CommandResult(int Status, long Version, string? Location = null, object? Body = null);

// See docs/decisions/0001-single-write-path.md
/// <summary>
/// The one way in: load, decide, append, commit, and again from the start if somebody was faster. Nothing else appends to an application.
/// </summary>
public sealed class ApplicationWriter(IDocumentStore store, TimeProvider time) : IDisposable
{
    private const int MostAttempts = 30; // a fiftieth racer of one application got through after 12 at most

    // Who records waits for its turn outside the thread pool's queue. With more at once than the machine can do, nothing is recorded
    // sooner,
    // and the relay, which shares the pool, falls seconds behind (docs/benchmarks.md).
    private readonly ConcurrencyLimiter _turns = new(
        new()
        {
            PermitLimit = Math.Max(4, 2 * Environment.ProcessorCount),
            QueueLimit = 10_000,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }
    );

    /// <summary>Records what <paramref name="decide"/> decides.</summary>
    /// <param name="id">The application.</param>
    /// <param name="conditions">Who asks, and on which conditions.</param>
    /// <param name="decide">Pure; may be called again with a newer state.</param>
    /// <param name="answer">What to answer, from the state afterwards, and whether anything was recorded.</param>
    /// <param name="contacts">Who the contacts are that are recorded with it: kept beside the facts, which only say where it is the same
    /// person.</param>
    /// <param name="alongside">Documents that are written in the same transaction, when something is recorded.</param>
    /// <param name="isNew">Whether nothing is likely to be there yet: then it is first tried without looking, which saves a round
    /// trip.</param>
    /// <param name="anyway">Documents that are written in the same transaction also when nothing is recorded: what was recorded before may
    /// be without them.</param>
    /// <param name="ct">Ends the attempt.</param>
    public async Task<CommandResult> Record(
        Guid id,
        CommandContext conditions,
        Func<JobApplication, object[]> decide,
        Func<JobApplication, bool, long, CommandResult> answer,
        IReadOnlyList<ContactInput>? contacts = null,
        Action<IDocumentSession>? alongside = null,
        bool isNew = false,
        Func<IDocumentSession, CancellationToken, Task>? anyway = null,
        CancellationToken ct = default
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            using var turn = await Turn(ct);
            await using var session = store.Open(
                conditions.Caller.Team,
                conditions.Caller.Name,
                conditions.Correlation,
                conditions.Causation
            );
            try
            {
                if (await Find(session, conditions, ct) is { } before)
                    return before;
                var stream =
                    isNew && attempt == 1 && conditions.IfMatch is null
                        ? null
                        : await session.Events.FetchForWriting<JobApplication>(id, ct);
                var version = stream?.CurrentVersion ?? 0;
                var state = stream?.Aggregate is { } found ? found with { Id = id } : new JobApplication { Id = id };
                if (conditions.IfMatch is { } expected && state.IsSubmitted && expected != version)
                    throw Stale(version);
                var facts = decide(state);
                if (facts.Length > 0)
                {
                    if (contacts is { Count: > 0 })
                        facts = await session.Recognise(
                            id,
                            state.IsSubmitted ? state.Candidate : state.Evolve(facts[0]).Candidate,
                            contacts,
                            facts,
                            ct
                        );
                    if (stream is null)
                        // if there is one already, that is a conflict: look, and decide again
                        session.Events.StartStream<JobApplication>(id, facts);
                    else
                        stream.AppendMany(facts);
                    state = facts.Aggregate(state, (current, fact) => current.Evolve(fact));
                    version += facts.Length;
                    session.Store(ApplicationRow.Of(state, version)); // in the same transaction: whoever recorded something sees it at once
                    alongside?.Invoke(session);
                }
                if (anyway is not null)
                    await anyway(session, ct);
                var result = answer(state, facts.Length > 0, version);
                Remember(session, conditions, result);
                await session.SaveChangesAsync(ct);
                return result;
            }
            catch (Exception exception) when (Conflict(exception) && attempt < MostAttempts)
            {
                if (conditions.IfMatch is not null && exception is not JasperFx.DocumentAlreadyExistsException)
                    throw Stale(null);
                turn.Dispose();
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 5 * attempt)), ct);
            }
        }
    }

    private async Task<RateLimitLease> Turn(CancellationToken ct) =>
        await _turns.AcquireAsync(1, ct) is { IsAcquired: true } turn
            ? turn
            : throw new RefusedException("busy", "More is being recorded than this server can take. Please try again.", 503, retryAfter: 1);

    /// <summary>What was answered to the same key before, if anything was.</summary>
    public async Task<CommandResult?> Before(CommandContext conditions, CancellationToken ct)
    {
        if (conditions.IdempotencyKey is null)
            return null;
        await using var session = store.QuerySession(conditions.Caller.Team);
        return await Find(session, conditions, ct);
    }

    private static async Task<CommandResult?> Find(IQuerySession session, CommandContext conditions, CancellationToken ct)
    {
        if (conditions.IdempotencyKey is not { } key || await session.LoadAsync<IdempotencyRecord>(key, ct) is not { } before)
            return null;
        if (before.Fingerprint != conditions.Fingerprint)
            throw new RefusedException(
                "idempotencyKeyReused",
                "That idempotency key was used for another request. Choose a new one for each request.",
                422
            );
        return new(
            before.Status,
            before.Version,
            before.Location,
            before.Body is null ? null : JsonSerializer.Deserialize<JsonElement>(before.Body)
        );
    }

    private void Remember(IDocumentSession session, CommandContext conditions, CommandResult answer)
    {
        if (conditions.IdempotencyKey is not { } key)
            return;
        session.Insert(
            new IdempotencyRecord
            {
                Id = key,
                Fingerprint = conditions.Fingerprint!,
                Status = answer.Status,
                Version = answer.Version,
                Location = answer.Location,
                Body = answer.Body is null ? null : JsonSerializer.Serialize(answer.Body, answer.Body.GetType(), Json.Lenient),
                At = time.GetUtcNow(),
            }
        );
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private static bool Conflict(Exception? exception) =>
        exception switch
        {
            null => false,
            Npgsql.PostgresException { SqlState: "40001" or "40P01" or "23505" } => true,
            _ => TransientErrors.IsConflict(exception) || Conflict(exception.InnerException),
        };

    private static RefusedException Stale(long? version)
    {
        var refused = new RefusedException(
            "changedMeanwhile",
            version is null
                ? "The application changed meanwhile; look at it again."
                : $"The application changed meanwhile; it is now at version {version}. Look at it again."
        );
        if (version is not null)
            refused.More["version"] = version;
        return refused;
    }
}

/// <summary>How a request becomes a command, and an answer a response: the same few lines for every route.</summary>
public static class HttpCommands
{
    public static async Task<IResult> OverHttp(
        this CommandHandler commanding,
        Guid application,
        ICommand command,
        Caller caller,
        HttpContext http,
        CancellationToken ct
    ) => (await commanding.Handle(application, command, http.ConditionsFor(caller, command), ct)).ToResult(http);

    /// <summary>What the request's headers ask.</summary>
    /// <param name="http">The request.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="command">What is asked, for the fingerprint that a repeated idempotency key must match.</param>
    public static CommandContext ConditionsFor(this HttpContext http, Caller caller, object? command)
    {
        var headers = http.Request.Headers;
        var key = headers["Idempotency-Key"].ToString();
        if (key.Length > 200)
            throw new RefusedException("badIdempotencyKey", "An idempotency key has at most 200 characters.", 400);
        return new(
            caller,
            IfMatch(headers.IfMatch.ToString()),
            key.Length == 0 ? null : $"http:{key.Trim('"')}",
            key.Length == 0 ? null : Fingerprint($"{http.Request.Method} {http.Request.Path}", command),
            http.Request.CorrelationId()
        );
    }

    public static IResult ToResult(this CommandResult answer, HttpContext http)
    {
        http.Response.Headers.ETag = $"\"{answer.Version}\"";
        if (answer.Location is { } location)
            http.Response.Headers.Location = location;
        return answer.Body is null
            ? TypedResults.StatusCode(answer.Status)
            : TypedResults.Json(answer.Body, Json.Lenient, statusCode: answer.Status);
    }

    private static long? IfMatch(string header) =>
        header.Trim() switch
        {
            "" or "*" => null,
            var tag when long.TryParse(tag.Trim('"'), out var version) => version,
            _ => throw new RefusedException("badIfMatch", "If-Match must be the ETag of the application, as \"3\".", 400),
        };

    /// <summary>What a repeated idempotency key must match.</summary>
    internal static string Fingerprint(string route, object? command) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { route, command }, Json.Lenient)));
}
