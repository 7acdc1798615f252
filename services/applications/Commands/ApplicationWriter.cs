using System.Globalization;
using System.Text.Json;
using System.Threading.RateLimiting;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Projections;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Inbox;
using JasperFx.Events;
using Marten;
using Polly;

namespace FollowUp.Applications.Commands;

/// <summary>One attempt to change an application: its state, and the transaction that takes what was decided.</summary>
public sealed class ApplicationUnitOfWork
{
    private readonly IEventStream<JobApplication>? _stream;

    internal ApplicationUnitOfWork(Guid id, IDocumentSession session, IEventStream<JobApplication>? stream)
    {
        (Session, _stream, Version) = (session, stream, stream?.CurrentVersion ?? 0);
        State = stream?.Aggregate is { } found ? found with { Id = id } : new JobApplication { Id = id };
    }

    /// <summary>For documents that belong to the same transaction.</summary>
    public IDocumentSession Session { get; }

    /// <summary>The application: as it was loaded, then with what was appended.</summary>
    public JobApplication State { get; private set; }

    /// <summary>The version of its stream.</summary>
    public long Version { get; private set; }

    /// <summary>Whether anything was appended.</summary>
    public bool HasAppended { get; private set; }

    /// <summary>Appends what was decided, and stores the row that lists read: who recorded something sees it at once.</summary>
    public void Append(object[] facts)
    {
        if (facts.Length == 0)
            return;
        var before = State.OpenJob;
        if (_stream is not null)
            _stream.AppendMany(facts);
        else
            // if the stream is there already, that is a conflict: the next attempt loads it, and decides again
            Session.Events.StartStream<JobApplication>(State.Id, facts);
        State = facts.Aggregate(State, (state, fact) => state.Evolve(fact));
        Version += facts.Length;
        HasAppended = true;
        Row = ApplicationRow.Of(State, Version);
        if (Row.Job is { } job && job != before && !facts.Any(SaysAgain))
            MustBeTheOnlyOne(job);
        if (State.IsVoided)
            Session.Delete(Row);
        else
            Session.Store(Row);
    }

    // Another that was said to be for the same job again isn't in the unique index; the transaction fails if there is one, by a division by
    // zero. It must not be a query: Marten takes no result here, and would take it for that of the next write, whose conflict went unseen.
    private void MustBeTheOnlyOne(string job) =>
        Session.QueueSqlCommand(
            """
            update followup.mt_doc_applicationrow set id = (1 / (0 * length(tenant_id)))::text::uuid
            where tenant_id = ? and job = ? and job_key is null and id <> ?
            """,
            Session.TenantId,
            job,
            State.Id
        );

    private static bool SaysAgain(object fact) =>
        fact is Submitted { Again: true } or Amended { Again: true } or Reopened { Again: true } or Retracted { Again: true };

    /// <summary>The application's row as it was stored last, if anything was appended.</summary>
    public ApplicationRow? Row { get; private set; }

    /// <summary>
    /// Marks the appended facts as recorded together: the Scheduler judges them as a whole.
    /// </summary>
    public void MarkTogether()
    {
        foreach (var stream in Session.PendingChanges.Streams())
            if (stream.Id == State.Id)
                MarkTogether(stream, Version);
    }

    internal static void MarkTogether(StreamAction stream, long lastVersion)
    {
        foreach (var fact in stream.Events.SkipLast(1))
            fact.SetHeader(SessionFactory.LastVersion, lastVersion.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Appends facts that name contacts, and keeps who the contacts are: the facts only say which are the same person.</summary>
    public async Task Append(object[] facts, IReadOnlyList<IdentifiedContact> contacts, CancellationToken ct)
    {
        if (facts.Length > 0 && contacts.Count > 0)
        {
            var candidate = State.IsSubmitted ? State.Candidate : State.Evolve(facts[0]).Candidate;
            facts = await Session.Recognise(State.Id, candidate, contacts, facts, ct);
        }
        Append(facts);
    }
}

/// <summary>An application that isn't recorded yet, with the facts that were decided of it.</summary>
public sealed record NewApplication(Guid Id, string Candidate, object[] Facts, IdentifiedContact[] Contacts, Note[] Notes);

// See docs/decisions/0001-single-write-path.md
/// <summary>
/// The one way to change an application: load, decide, append, commit, and again from the start if another writer was faster.
/// </summary>
public sealed class ApplicationWriter(IDocumentStore store, TimeProvider time) : IDisposable
{
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

    /// <inheritdoc cref="Write(Guid, CommandContext, Func{ApplicationUnitOfWork, Task{CommandResult}}, CancellationToken, bool)"/>
    public Task<CommandResult> Write(
        Guid id,
        CommandContext context,
        Func<ApplicationUnitOfWork, CommandResult> decide,
        CancellationToken ct
    ) => Write(id, context, work => Task.FromResult(decide(work)), ct);

    /// <summary>Changes an application in one transaction, and remembers the answer under the idempotency key.</summary>
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

    /// <summary>What was answered to the same idempotency key before, if anything was.</summary>
    public async Task<CommandResult?> FindAnswer(CommandContext context, CancellationToken ct)
    {
        if (context.IdempotencyKey is null)
            return null;
        await using var session = store.QuerySession(context.Caller.Team);
        return await Find(session, context, ct);
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

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
            Npgsql.PostgresException { SqlState: "23505", ConstraintName: ApplicationRow.OneForOneJob } => true,
            Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.DivisionByZero } => true,
            _ => IsSameJob(exception.InnerException),
        };

    private async Task<Exception> SameApplication(string team, Guid id, string job, Exception conflict, CancellationToken ct)
    {
        await using var session = store.QuerySession(team);
        if (
            await session.Query<ApplicationRow>().Where(x => (x.Job == job || x.JobKey == job) && x.Id != id).FirstOrDefaultAsync(ct)
            is not { } other
        )
            return new JasperFx.ConcurrencyException("The other application was closed meanwhile.", conflict); // the next attempt succeeds
        var refused = new RefusedException(
            "sameApplication",
            $"The candidate has an open application for this job: {other.Title} at {other.Employer}. Send again: true if this is another."
        );
        refused.More["application"] = other.Id;
        return refused;
    }

    private IDocumentSession Open(CommandContext context) =>
        store.Open(context.Caller.Team, context.Caller.Name, context.Correlation, context.Causation, principal: context.Caller.Principal);

    private async Task<RateLimitLease> Turn(CancellationToken ct) =>
        await _turns.AcquireAsync(1, ct) is { IsAcquired: true } turn
            ? turn
            : throw new RefusedException("busy", "More is being recorded than this server can take. Please try again.", retryAfter: 1);

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
        context.IdempotencyKey is { } key && await key.Find(session, ct) is { } before
            ? new(
                before.Status,
                before.Version,
                before.Location,
                before.Body is null ? null : JsonSerializer.Deserialize<JsonElement>(before.Body)
            )
            : null;

    private void Remember(IDocumentSession session, CommandContext context, CommandResult answer)
    {
        if (context.IdempotencyKey is { } key)
            session.Insert(key.Record(answer.Status, answer.Body, time.GetUtcNow(), answer.Version, answer.Location));
    }

    private static bool IsConflict(Exception? exception) =>
        exception switch
        {
            null => false,
            Npgsql.PostgresException { SqlState: "40001" or "40P01" or "23505" } => true,
            _ => TransientErrors.IsConflict(exception) || IsConflict(exception.InnerException),
        };
}
