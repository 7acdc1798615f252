using System.Text.Json;
using System.Threading.RateLimiting;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Projections;
using FollowUp.Applications.Queries;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Inbox;
using JasperFx.Events;
using Marten;
using Npgsql;
using Polly;

namespace FollowUp.Applications.Commands;

/// <summary>An application that isn't recorded yet, with the facts that were decided of it.</summary>
public sealed record NewApplication(Guid Id, string Candidate, object[] Facts, IdentifiedContact[] Contacts, Note[] Notes);

// See docs/decisions/0001-single-write-path.md
/// <summary>
/// The one way to change an application: load, decide, append, commit, and again from the start if another writer was faster.
/// </summary>
public sealed partial class ApplicationWriter : IDisposable
{
    // A batch doesn't wait for what another transaction holds: each of its commands then waits for itself.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);
    private static readonly ResiliencePipeline Retry = ConflictRetry.RaceOn(IsConflict);

    // Writers wait for their turn outside the thread pool's queue. With more at once than the machine can do, nothing is recorded
    // sooner, and the outbox, which shares the pool, falls seconds behind (docs/benchmarks.md).
    private readonly ConcurrencyLimiter _turns = new(
        new()
        {
            PermitLimit = Math.Max(4, 2 * Environment.ProcessorCount),
            QueueLimit = 10_000,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }
    );
    private readonly IDocumentStore _store;
    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _time;
    private readonly ILogger<ApplicationWriter> _log;
    private readonly GroupCommit _group;

    /// <summary>Starts the writers of batches.</summary>
    public ApplicationWriter(IDocumentStore store, NpgsqlDataSource database, TimeProvider time, ILogger<ApplicationWriter> log)
    {
        (_store, _database, _time, _log) = (store, database, time, log);
        _group = new(CommitTogether);
    }

    /// <summary>Appends what is decided, and answers 204.</summary>
    /// <param name="id">The application.</param>
    /// <param name="context">Who asks, and on which conditions.</param>
    /// <param name="decide">Decides from the loaded state. It is called again, with newer state, after a conflict.</param>
    /// <param name="ct">Ends the attempt.</param>
    public Task<CommandResult> Append(Guid id, CommandContext context, Func<JobApplication, object[]> decide, CancellationToken ct) =>
        Write(
            id,
            context,
            work =>
            {
                work.Append(decide(work.State));
                return new(204, work.Version);
            },
            ct
        );

    /// <summary>
    /// Changes an application, and remembers the answer under the idempotency key: in one transaction with what others change meanwhile,
    /// or by itself if that fails.
    /// </summary>
    /// <inheritdoc cref="Write(Guid, CommandContext, Func{ApplicationUnitOfWork, Task{CommandResult}}, CancellationToken, bool)"/>
    public Task<CommandResult> Write(
        Guid id,
        CommandContext context,
        Func<ApplicationUnitOfWork, CommandResult> decide,
        CancellationToken ct,
        bool isNew = false
    ) => _group.Run(new(id, context, decide, isNew, ct), () => Write(id, context, work => Task.FromResult(decide(work)), ct, isNew), ct);

    /// <summary>
    /// Changes an application in a transaction of its own, and remembers the answer under the idempotency key: for decisions that query.
    /// </summary>
    /// <param name="id">The application.</param>
    /// <param name="context">Who asks, and on which conditions.</param>
    /// <param name="decide">Decides from the loaded state, appends, and answers. It is called again, with newer state, after a
    /// conflict.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <param name="isNew">Whether the application is unlikely to be there: the first attempt then starts the stream without loading it,
    /// which saves a round trip.</param>
    public async Task<CommandResult> Write(
        Guid id,
        CommandContext context,
        Func<ApplicationUnitOfWork, Task<CommandResult>> decide,
        CancellationToken ct,
        bool isNew = false
    )
    {
        var skipsLoading = isNew && context.IfMatch is null;
        return await Retry.ExecuteAsync(
            async ct =>
            {
                using var turn = await Turn(ct);
                await using var session = Open(context);
                ApplicationUnitOfWork? work = null;
                try
                {
                    if (await Find(session, context, ct) is { } before)
                        return before;
                    var stream = skipsLoading ? null : await session.Events.FetchForWriting<JobApplication>(id, ct);
                    skipsLoading = false; // the next attempt knows that it is there
                    work = new ApplicationUnitOfWork(id, session, stream);
                    MustMatch(work, context, isNew);
                    var result = await decide(work);
                    // before its events take numbers that would be missing then: the outbox waits for seconds at a gap
                    if (work.NewJob is { } taken && await FindOther(session, id, taken, ct) is { } other)
                        throw SameApplication(other);
                    work.MarkTogether();
                    Remember(session, context, result);
                    await session.SaveChangesAsync(ct);
                    return result;
                }
                catch (Exception exception) when (InboxFence.IsReplaced(exception))
                {
                    throw new RefusedException(
                        "behind",
                        "The Scheduler's store was replaced meanwhile, and may have forgotten what it said; nothing was recorded. "
                            + "Please try again, with the same claimId.",
                        retryAfter: 2
                    );
                }
                catch (Exception exception) when (IsSameJob(exception) && work?.Row is { Job: { } job })
                {
                    throw await SameApplication(context.Caller.Team, id, job, exception, ct);
                }
                catch (Exception exception)
                    when (context.IfMatch is { IsAny: false }
                        && exception is not JasperFx.DocumentAlreadyExistsException
                        && IsConflict(exception)
                    )
                {
                    throw Stale(null);
                }
            },
            ct
        );
    }

    /// <summary>Starts several applications in one transaction.</summary>
    /// <returns>False if one of them conflicts with what is recorded: nothing was recorded then, and each can be tried by itself.</returns>
    public async Task<bool> StartAll(CommandContext context, IReadOnlyList<NewApplication> all, CancellationToken ct)
    {
        using var turn = await Turn(ct);
        await using var session = Open(context);
        try
        {
            var people = await session.Recognise(all.SelectMany(x => x.Contacts), ct);
            foreach (var x in all)
            {
                new ApplicationUnitOfWork(x.Id, session, null).Append(session.Keep(x.Id, x.Candidate, x.Contacts, people, x.Facts));
                session.Store(x.Notes);
            }
            foreach (var stream in session.PendingChanges.Streams())
                ApplicationUnitOfWork.MarkTogether(stream, stream.Events.Count);
            await session.SaveChangesAsync(ct);
            return true;
        }
        catch (Exception exception) when (IsConflict(exception) || IsSameJob(exception))
        {
            return false;
        }
    }

    // One transaction for the batch. What fails its decision is answered at once; what stands in the way of the others is left out, and
    // done by itself, as is every command of a batch that fails.
    private async Task CommitTogether(IReadOnlyList<GroupedCommand> batch)
    {
        var decided = new List<Decided>(batch.Count);
        try
        {
            await using var transaction = await SharedTransaction.Begin(
                _database,
                LongestWait,
                [.. batch.Select(x => (x.Context.Caller.Team, x.Application))]
            );
            foreach (var team in batch.Where(x => !x.IsCancelled).GroupBy(x => x.Context.Caller.Team))
            {
                await using var session = transaction.Open(_store, team.Key);
                decided.AddRange(await Decide(session, [.. team]));
                await session.SaveChangesAsync();
            }
            await transaction.Commit();
        }
        catch (Exception exception) when (IsLost(exception))
        {
            foreach (var command in batch)
                command.Fail(exception); // it may have been committed: to do it again by itself could record it twice
            return;
        }
        catch (Exception exception)
        {
            if (!IsExpected(exception))
                LogSplitting(_log, exception, batch.Count);
            return;
        }
        foreach (var (command, _, answer) in decided)
            command.Accept(answer);
    }

    private async Task<IReadOnlyList<Decided>> Decide(IDocumentSession session, GroupedCommand[] commands)
    {
        var known = await ApplicationStates.EventsOf(session, [.. commands.Select(x => x.Application)], CancellationToken.None);
        var events = known.ToDictionary(x => x.Key, x => x.ToArray());
        var answers = await FindAnswers(session, commands); // after the events, so that none of them lacks the answer that was kept with it
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var rest = commands.Where(x => x.Context.IdempotencyKey is not { } key || keys.Add(key.Id)).ToList();
        while (true)
        {
            var decided = rest.Select(x => Decide(session, x, events.GetValueOrDefault(x.Application) ?? [], answers))
                .OfType<Decided>()
                .ToList();
            var apart = await WithTakenJob(session, decided);
            if (decided.Count == rest.Count && apart.Count == 0)
                return decided;
            session.EjectAllPendingChanges(); // with what those left out had appended
            rest = [.. decided.Select(x => x.Command).Except(apart)];
        }
    }

    private Decided? Decide(
        IDocumentSession session,
        GroupedCommand command,
        IEvent[] events,
        Dictionary<string, IdempotencyRecord> answers
    )
    {
        try
        {
            var state = ApplicationStates.After(command.Application, events.Select(x => x.Data));
            var work = new ApplicationUnitOfWork(session, state, events.LastOrDefault()?.Version ?? 0);
            if (command.Context.IdempotencyKey is { } key && answers.TryGetValue(key.Id, out var before))
                return new(command, work, AnswerOf(key.Match(before)));
            MustMatch(work, command.Context, command.IsNew);
            var answer = command.Decide(work);
            work.MarkTogether();
            work.Sign(command.Origin);
            Remember(session, command.Context, answer);
            return new(command, work, answer);
        }
        catch (RefusedException refused)
        {
            command.Fail(refused);
            return null;
        }
    }

    private static async Task<Dictionary<string, IdempotencyRecord>> FindAnswers(IDocumentSession session, GroupedCommand[] commands)
    {
        string[] keys = [.. commands.Select(x => x.Context.IdempotencyKey?.Id).OfType<string>().Distinct()];
        return keys.Length == 0 ? [] : (await session.LoadManyAsync<IdempotencyRecord>(keys)).ToDictionary(x => x.Id);
    }

    // They would fail the transaction of all; by themselves they learn which application has the job.
    private static async Task<IReadOnlySet<GroupedCommand>> WithTakenJob(IDocumentSession session, IEnumerable<Decided> decided)
    {
        var jobs = decided.Where(x => x.Work.NewJob is not null).ToLookup(x => x.Work.NewJob!);
        if (jobs.Count == 0)
            return new HashSet<GroupedCommand>();
        string[] wanted = [.. jobs.Select(x => x.Key)];
        var taken = await ForJobs(session, wanted).Select(x => x.Job!).ToListAsync();
        return jobs.SelectMany(x => x.Skip(taken.Contains(x.Key) ? 0 : 1)).Select(x => x.Command).ToHashSet();
    }

    // Whether the connection was lost, so that only the server knows the outcome.
    private static bool IsLost(Exception? exception) =>
        exception switch
        {
            null => false,
            PostgresException postgres => postgres.InvariantSeverity is "FATAL" or "PANIC",
            NpgsqlException => true,
            AggregateException all => all.InnerExceptions.Any(IsLost),
            _ => IsLost(exception.InnerException),
        };

    // Another writer was faster, or holds what the batch needs. Anything else is an error that a command may not meet by itself.
    private static bool IsExpected(Exception exception) =>
        IsConflict(exception) || IsSameJob(exception) || InboxFence.IsReplaced(exception) || TransientErrors.IsTransient(exception);

    private sealed record Decided(GroupedCommand Command, ApplicationUnitOfWork Work, CommandResult Answer);

    /// <summary>What was answered to the same idempotency key before, if anything was.</summary>
    public async Task<CommandResult?> FindAnswer(CommandContext context, CancellationToken ct)
    {
        if (context.IdempotencyKey is null)
            return null;
        await using var session = _store.QuerySession(context.Caller.Team);
        return await Find(session, context, ct);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _group.Dispose();
        _turns.Dispose();
    }

    internal static RefusedException Busy() =>
        new("busy", "More is being recorded than this server can take. Please try again.", retryAfter: 1);

    internal static RefusedException Stale(long? version)
    {
        var refused = new RefusedException(
            "changedMeanwhile",
            version is null
                ? "The application changed meanwhile; look at it again."
                : (Sentence)$"The application changed meanwhile; it is now at version {version}. Look at it again."
        );
        if (version is not null)
            refused.More["version"] = version;
        return refused;
    }

    private static bool IsSameJob(Exception? exception) =>
        exception switch
        {
            null => false,
            PostgresException { SqlState: "23505", ConstraintName: ApplicationRow.OneForOneJob } => true,
            PostgresException { SqlState: PostgresErrorCodes.DivisionByZero } => true,
            _ => IsSameJob(exception.InnerException),
        };

    private async Task<Exception> SameApplication(string team, Guid id, string job, Exception conflict, CancellationToken ct)
    {
        await using var session = _store.QuerySession(team);
        return await FindOther(session, id, job, ct) is { } other
            ? SameApplication(other)
            : new JasperFx.ConcurrencyException("The other application was closed meanwhile.", conflict); // the next attempt succeeds
    }

    private static Task<ApplicationRow?> FindOther(IQuerySession session, Guid id, string job, CancellationToken ct) =>
        ForJobs(session, job).Where(x => x.Id != id).FirstOrDefaultAsync(ct);

    // An application that was said to be for the same job again has no job key. Each half of the condition has its index.
    private static IQueryable<ApplicationRow> ForJobs(IQuerySession session, params string[] jobs) =>
        session.Query<ApplicationRow>().Where(x => x.JobKey!.IsOneOf(jobs) || (x.JobKey == null && x.Job!.IsOneOf(jobs)));

    private static RefusedException SameApplication(ApplicationRow other)
    {
        var refused = new RefusedException(
            "sameApplication",
            $"The candidate has an open application for this job: {other.Title} at {other.Employer}. Send again: true if this is another."
        );
        refused.More["application"] = other.Id;
        return refused;
    }

    private IDocumentSession Open(CommandContext context) =>
        _store.Open(context.Caller.Team, context.Caller.Name, context.Correlation, context.Causation, principal: context.Caller.Principal);

    private async Task<RateLimitLease> Turn(CancellationToken ct) =>
        await _turns.AcquireAsync(1, ct) is { IsAcquired: true } turn ? turn : throw Busy();

    private static void MustMatch(ApplicationUnitOfWork work, CommandContext context, bool isNew)
    {
        if (context.IfMatch is not { } expected)
            return;
        if (work.State.IsSubmitted && !expected.Admits(work.Version))
            throw Stale(work.Version);
        if (!work.State.IsSubmitted && isNew)
            throw new RefusedException("changedMeanwhile", "There is no application with that id, so no version of it matches.");
    }

    private static async Task<CommandResult?> Find(IQuerySession session, CommandContext context, CancellationToken ct) =>
        context.IdempotencyKey is { } key && await key.Find(session, ct) is { } before ? AnswerOf(before) : null;

    private static CommandResult AnswerOf(IdempotencyRecord before) =>
        new(
            before.Status,
            before.Version,
            before.Location,
            before.Body is null ? null : JsonSerializer.Deserialize<JsonElement>(before.Body)
        );

    private void Remember(IDocumentSession session, CommandContext context, CommandResult answer)
    {
        if (context.IdempotencyKey is { } key)
            session.Insert(key.Record(answer.Status, answer.Body, _time.GetUtcNow(), answer.Version, answer.Location));
    }

    private static bool IsConflict(Exception? exception) =>
        exception switch
        {
            null => false,
            PostgresException { SqlState: "40001" or "40P01" or "23505" } => true,
            _ => TransientErrors.IsConflict(exception) || IsConflict(exception.InnerException),
        };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not commit {Count} commands together; doing them one by one")]
    private static partial void LogSplitting(ILogger log, Exception exception, int count);
}
