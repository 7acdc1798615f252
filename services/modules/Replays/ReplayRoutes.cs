using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Http;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Security;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RabbitMQ.Client.Exceptions;

namespace FollowUp.Modules.Replays;

/// <summary>Starts and changes replays. A replay starts only if its queue exists and accepts messages from this service.</summary>
internal sealed class ReplayService(IDocumentStore store, ReplayHistory history, HighWater highWater, BusSettings bus, TimeProvider time)
{
    private const int MostAtOnce = 10; // running replays of a team

    public async Task<Replay> Start(Replay wanted, CancellationToken ct)
    {
        await EnsureQueueExists(wanted.Queue, ct);
        await using var session = store.LightweightSession();
        if (await session.Query<Replay>().CountAsync(x => x.Team == wanted.Team && x.State == ReplayState.Running, ct) >= MostAtOnce)
            throw new RefusedException(
                "tooManyReplays",
                $"Your team has {MostAtOnce} replays running. Wait for one to end, or cancel one.",
                retryAfter: 30
            );
        var (mark, _) = await highWater.Measure(ct);
        var replay = wanted with { Until = mark };
        replay = replay with
        {
            Total = await history.Count(replay, ct),
            State = mark == 0 ? ReplayState.Done : ReplayState.Running,
            EndedAt = mark == 0 ? time.GetUtcNow() : null,
        };
        session.Insert(replay);
        await session.SaveChangesAsync(ct);
        return replay;
    }

    /// <summary>Changes a replay of the team, if its state allows the change.</summary>
    public Task<Replay> Change(string team, string id, Func<Replay, Replay> change, CancellationToken ct) =>
        ConflictRetry
            .Progress.ExecuteAsync( // the worker may store its progress at the same time
                async ct =>
                {
                    await using var session = store.LightweightSession();
                    var replay = await Find(session, team, id, ct);
                    var changed = change(replay);
                    if (ReferenceEquals(changed, replay))
                        return replay;
                    session.Store(changed);
                    await session.SaveChangesAsync(ct);
                    return changed;
                },
                ct
            )
            .AsTask();

    public static async Task<Replay> Find(IQuerySession session, string team, string id, CancellationToken ct) =>
        Guid.TryParse(id, out var known) && await session.LoadAsync<Replay>(known, ct) is { } replay && replay.Team == team
            ? replay
            : throw new RefusedException("unknownReplay", "Your team has no replay with that id.");

    public async Task EnsureQueueExists(string queue, CancellationToken ct)
    {
        try
        {
            await using var connection = await bus.Connect("replays", ct);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
            await channel.QueueDeclarePassiveAsync(queue, ct);
        }
        // access refused (403), not found (404), or exclusive to another connection (405)
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode is 403 or 404 or 405)
        {
            throw RefusedException.BadInput("queue", "The queue does not exist, or only its owner may use it.");
        }
        catch (Exception exception) when (exception is RabbitMQClientException or IOException or TimeoutException)
        {
            throw new RefusedException(
                "brokerUnavailable",
                "The broker can't be reached at the moment; nothing was started. Please try again.",
                retryAfter: 5
            );
        }
    }
}

/// <summary>The routes of replays.</summary>
internal static class ReplayRoutes
{
    private const int DefaultPerSecond = 200,
        MostPerSecond = 5000,
        MostListed = 200;

    /// <summary>The body of <c>POST /replays</c>.</summary>
    /// <param name="Queue">The queue that receives the events: one of the team's own, <c>&lt;team&gt;.…</c>.</param>
    /// <param name="Subject">The only application whose events are sent.</param>
    /// <param name="Since">The replay sends the events recorded from this instant on.</param>
    /// <param name="PerSecond">The largest number of events in a second: 1 to 5000, 200 by default.</param>
    public sealed record StartReplay(string Queue, Guid? Subject = null, DateTimeOffset? Since = null, int? PerSecond = null);

    /// <summary>A replay with its progress, as the routes return it.</summary>
    public sealed record ReplayItem(
        Guid Id,
        string Queue,
        Guid? Subject,
        DateTimeOffset? Since,
        int PerSecond,
        ReplayState State,
        string? Reason,
        long Sent,
        long Read,
        long Total,
        string Position,
        string By,
        DateTimeOffset StartedAt,
        DateTimeOffset? EndedAt
    );

    internal static void MapReplays(this IEndpointRouteBuilder app)
    {
        app.MapPost(
                "/replays",
                async (
                    StartReplay body,
                    Caller caller,
                    HttpContext http,
                    ReplayService replays,
                    StoreLives lives,
                    TimeProvider time,
                    CancellationToken ct
                ) =>
                {
                    new InputChecks()
                        .Text(body.Queue, "queue", 200)
                        .That(
                            body.Queue?.StartsWith($"{caller.Team}.", StringComparison.Ordinal) is true
                                && body.Queue.Length > caller.Team.Length + 1,
                            "queue",
                            $"It must be a queue of your team, named {caller.Team}.<something>."
                        )
                        .That(
                            body.Queue?.StartsWith("followup.", StringComparison.Ordinal) is not true
                                && body.Queue?.StartsWith("amq.", StringComparison.Ordinal) is not true,
                            "queue",
                            "The queues of the product and of the broker can't receive replays."
                        )
                        .That(
                            body.PerSecond is null or (>= 1 and <= MostPerSecond),
                            "perSecond",
                            $"It must lie between 1 and {MostPerSecond}."
                        )
                        .NotInTheFuture(body.Since, "since", time.GetUtcNow())
                        .Refuse();
                    var replay = await replays.Start(
                        new()
                        {
                            Id = Guid.CreateVersion7(),
                            Team = caller.Team,
                            Queue = body.Queue!,
                            Subject = body.Subject,
                            Since = body.Since?.ToUniversalTime(),
                            PerSecond = body.PerSecond ?? DefaultPerSecond,
                            Until = 0,
                            Total = 0,
                            By = caller.Name,
                            StartedAt = time.GetUtcNow(),
                        },
                        ct
                    );
                    http.Response.Headers.Location = $"/replays/{replay.Id}";
                    return TypedResults.Json(ToItem(replay, await lives.Find(ct)), Json.Lenient, statusCode: 202);
                }
            )
            .RequireScope(Scopes.Admin)
            .Describe("Send the team's history to one queue again, with the id of the replay in each event.")
            .Produces<ReplayItem>(202);

        app.MapGet(
                "/replays",
                async (Caller caller, IDocumentStore store, StoreLives lives, CancellationToken ct) =>
                {
                    await using var session = store.QuerySession();
                    var replays = await session
                        .Query<Replay>()
                        .Where(x => x.Team == caller.Team)
                        .OrderByDescending(x => x.StartedAt)
                        .Take(MostListed)
                        .ToListAsync(ct);
                    var origin = await lives.Find(ct);
                    return TypedResults.Json(new Page<ReplayItem>([.. replays.Select(x => ToItem(x, origin))], null), Json.Lenient);
                }
            )
            .RequireScope(Scopes.Admin)
            .Describe("The team's replays, the latest first.", typeof(Page<ReplayItem>));

        app.MapGet(
                "/replays/{id}",
                async (string id, Caller caller, IDocumentStore store, StoreLives lives, CancellationToken ct) =>
                {
                    await using var session = store.QuerySession();
                    return TypedResults.Json(
                        ToItem(await ReplayService.Find(session, caller.Team, id, ct), await lives.Find(ct)),
                        Json.Lenient
                    );
                }
            )
            .RequireScope(Scopes.Admin)
            .Describe("A replay and its progress.", typeof(ReplayItem));

        app.MapDelete(
                "/replays/{id}",
                async (string id, Caller caller, ReplayService replays, TimeProvider time, CancellationToken ct) =>
                {
                    await replays.Change(
                        caller.Team,
                        id,
                        x =>
                            x.State switch
                            {
                                ReplayState.Done => throw new RefusedException("replayEnded", "The replay has already sent everything."),
                                ReplayState.Cancelled => x,
                                _ => x with { State = ReplayState.Cancelled, Reason = null, EndedAt = time.GetUtcNow() },
                            },
                        ct
                    );
                    return TypedResults.NoContent();
                }
            )
            .RequireScope(Scopes.Admin)
            .Describe("Cancel a replay.");

        app.MapPost(
                "/replays/{id}/resume",
                async (
                    string id,
                    Caller caller,
                    HttpContext http,
                    ReplayService replays,
                    IDocumentStore store,
                    StoreLives lives,
                    CancellationToken ct
                ) =>
                {
                    await using (var session = store.QuerySession())
                        await replays.EnsureQueueExists((await ReplayService.Find(session, caller.Team, id, ct)).Queue, ct);
                    var replay = await replays.Change(
                        caller.Team,
                        id,
                        x =>
                            x.State switch
                            {
                                ReplayState.Done => throw new RefusedException("replayEnded", "The replay has already sent everything."),
                                ReplayState.Running => x,
                                _ => x with { State = ReplayState.Running, Reason = null, EndedAt = null },
                            },
                        ct
                    );
                    http.Response.Headers.Location = $"/replays/{replay.Id}";
                    return TypedResults.Json(ToItem(replay, await lives.Find(ct)), Json.Lenient, statusCode: 202);
                }
            )
            .RequireScope(Scopes.Admin)
            .Describe("Resume a replay that failed or was cancelled, from its last position.")
            .Produces<ReplayItem>(202);
    }

    private static ReplayItem ToItem(Replay x, FeedOrigin origin) =>
        new(
            x.Id,
            x.Queue,
            x.Subject,
            x.Since,
            x.PerSecond,
            x.State,
            x.Reason,
            x.Sent,
            x.Read,
            x.Total,
            Feed.Position.Write(origin, x.Position),
            x.By,
            x.StartedAt,
            x.EndedAt
        );
}
