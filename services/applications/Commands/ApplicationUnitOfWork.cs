using System.Globalization;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Projections;
using FollowUp.Platform.EventStore;
using JasperFx.Events;
using Marten;

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

    /// <param name="session">The session of a transaction of several applications.</param>
    /// <param name="state">The application as it was loaded.</param>
    /// <param name="version">The version of its stream; 0 if there is none.</param>
    internal ApplicationUnitOfWork(IDocumentSession session, JobApplication state, long version) =>
        (Session, State, Version) = (session, state, version);

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
        else if (Version > 0)
            Session.Events.Append(State.Id, Version + facts.Length, facts);
        else
            // if the stream is there already, that is a conflict: the next attempt loads it, and decides again
            Session.Events.StartStream<JobApplication>(State.Id, facts);
        State = facts.Aggregate(State, (state, fact) => state.Evolve(fact));
        Version += facts.Length;
        HasAppended = true;
        Row = ApplicationRow.Of(State, Version);
        if (Row.Job is { } job && job != before && !facts.Any(SaysAgain))
            MustBeTheOnlyOne(NewJob = job);
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

    /// <summary>The job that no other open application of the candidate may be for, if that must be so from now on.</summary>
    public string? NewJob { get; private set; }

    /// <summary>
    /// Marks the appended facts as recorded together: the Scheduler judges them as a whole.
    /// </summary>
    public void MarkTogether()
    {
        if (Stream is { } stream)
            MarkTogether(stream, Version);
    }

    /// <summary>Has the appended facts name their own origin, in a session that records those of several callers.</summary>
    internal void Sign(EventOrigin origin)
    {
        foreach (var fact in Stream?.Events ?? [])
            origin.Sign(fact);
    }

    private StreamAction? Stream => Session.PendingChanges.Streams().FirstOrDefault(x => x.Id == State.Id);

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
