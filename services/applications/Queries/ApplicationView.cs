using System.Text.Json;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Projections;
using FollowUp.Applications.Publishing;
using FollowUp.Contracts;
using JasperFx.Events;
using Marten;
using NodaTime;

namespace FollowUp.Applications.Queries;

/// <summary>One application as of a moment: the events that were recorded by then, and the Scheduler's plan of that time.</summary>
public sealed class ApplicationView
{
    // the maximum time between an older note and the event that was recorded with it
    private static readonly TimeSpan WithinARequest = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<IEvent> _all;
    private readonly SchedulerPlan? _latest;
    private readonly IReadOnlyList<Note> _notes;

    private ApplicationView(Guid id, IReadOnlyList<IEvent> all, SchedulerPlan? latest, IReadOnlyList<Note> notes, DateTimeOffset? asOf)
    {
        _notes = [.. notes.Where(x => asOf is null || x.At <= asOf).OrderBy(x => x.At)];
        (_all, _latest, AsOf) = (all, latest, asOf);
        Facts = asOf is { } then ? [.. all.Where(x => x.Timestamp <= then)] : all;
        Application = Facts.Aggregate(new JobApplication { Id = id }, (state, fact) => state.Evolve(fact.Data));
        Plan = asOf is { } moment && latest is not null ? AsSaidBy(latest, moment) : latest;
    }

    /// <summary>The moment; null for the present.</summary>
    public DateTimeOffset? AsOf { get; }

    public JobApplication Application { get; }

    /// <summary>The Scheduler's plan of that time, if there was one.</summary>
    public SchedulerPlan? Plan { get; }

    public long Version => Facts[^1].Version;

    public GetApplication.Detail Detail => GetApplication.Of(Application, Version, Plan, AsOf, _notes);

    /// <summary>All events of the application and of the Scheduler, in order.</summary>
    public IReadOnlyList<GetTimeline.Item> Items =>
        [
            .. Happened()
                .Concat(Decided(Plan))
                .OrderBy(x => x.RecordedAt)
                .ThenBy(x => x.Source, StringComparer.Ordinal)
                .ThenBy(x => x.Sequence),
        ];

    private IReadOnlyList<IEvent> Facts { get; }

    /// <summary>Reads an application.</summary>
    /// <param name="session">A session of the team.</param>
    /// <param name="id">The application's id.</param>
    /// <param name="asOf">The moment as of which to read it; by default the present.</param>
    /// <param name="candidate">Returns the application only if it is this candidate's; by default any candidate's.</param>
    /// <param name="ct">Cancels the query.</param>
    /// <returns>Null if there is no such application, or there was none at that moment.</returns>
    public static async Task<ApplicationView?> Read(
        IQuerySession session,
        Guid id,
        DateTimeOffset? asOf = null,
        string? candidate = null,
        CancellationToken ct = default
    )
    {
        var facts = await session.Events.FetchStreamAsync(id, token: ct);
        // Notes are indexed by candidate, and go with the application to another when that is corrected.
        var owner = facts
            .Select(x =>
                x.Data switch
                {
                    Submitted e => e.Candidate,
                    Amended e => e.Candidate,
                    _ => null,
                }
            )
            .LastOrDefault(x => x is not null);
        IReadOnlyList<Note> notes = owner is null
            ? []
            : await session.Query<Note>().Where(x => x.Candidate == owner && x.Application == id).ToListAsync(ct);
        var view = new ApplicationView(id, facts, await session.LoadAsync<SchedulerPlan>(id, ct), notes, asOf);
        return view.Application.IsSubmitted && (candidate is null || view.Application.Candidate == candidate) ? view : null;
    }

    /// <summary>The commands that are possible now.</summary>
    public NextSteps Next(DateTimeOffset now) => NextSteps.Of(Application, Plan, now);

    /// <summary>What can be recorded of the time before the closing, if the application is closed.</summary>
    public NextSteps? NextBeforeClosing => NextSteps.BeforeClosing(Application);

    /// <summary>The days with events of the application or the Scheduler, regardless of <see cref="AsOf"/>, and today.</summary>
    /// <param name="zone">The reader's time zone.</param>
    /// <param name="now">The current time.</param>
    public IReadOnlyList<DateOnly> Days(DateTimeZone zone, DateTimeOffset now) =>
        [
            .. _all.Select(x => x.Timestamp)
                .Concat((_latest?.Decisions ?? []).Select(x => x.At))
                .Append(now)
                .Select(x => Instant.FromDateTimeOffset(x).InZone(zone).Date.ToDateOnly())
                .Distinct()
                .Order(),
        ];

    /// <summary><see cref="Items"/> with personal data: the contact of each, and the note on it.</summary>
    public async Task<IReadOnlyList<Moment>> Moments(IQuerySession session, CancellationToken ct)
    {
        var contacts = await Contacts(session, ct);
        var notes = _notes.ToList();
        var moments = new List<Moment>();
        foreach (var item in Items)
        {
            var note = NoteBeside(item, notes);
            if (note is not null)
                notes.Remove(note);
            moments.Add(new(item, ContactOf(item.Data) is { } contact ? contacts.GetValueOrDefault(contact) : null, note));
        }
        return moments;
    }

    /// <summary>
    /// The note on a follow-up. It is found by the follow-up's claim, because it may have been written later; an older note, whose id is a
    /// UUID of version 7, is found by its time.
    /// </summary>
    internal static Note? NoteBeside(GetTimeline.Item item, IReadOnlyCollection<Note> notes)
    {
        if (item.Source != Catalogue.Applications || item.Type != Catalogue.NameOf(typeof(Contracts.FollowUpMade)))
            return null;
        var made = item.Data.Deserialize<Contracts.FollowUpMade>(Json.Lenient)!;
        return notes.FirstOrDefault(x => x.Id == Note.IdOf(made.Application, made.ClaimId))
            ?? notes
                .Where(x => x.Id.Version == 7 && (x.At - item.RecordedAt).Duration() < WithinARequest)
                .MinBy(x => (x.At - item.RecordedAt).Duration());
    }

    /// <summary>The persons behind the application's contacts, as far as they are known.</summary>
    public async Task<IReadOnlyDictionary<Guid, Contact>> Contacts(IQuerySession session, CancellationToken ct) =>
        (await session.LoadManyAsync<Contact>(ct, Application.Contacts.Select(x => x.Id).ToArray())).ToDictionary(x => x.Id);

    private IEnumerable<GetTimeline.Item> Happened() =>
        Facts
            .Select(x => (Fact: x, Contract: ContractMapper.Map(x)))
            .Where(x => x.Contract is not null)
            .Select(x => new GetTimeline.Item(
                Catalogue.Applications,
                x.Fact.Version,
                Catalogue.NameOf(x.Contract!.GetType()),
                ContractMapper.When(x.Fact.Data) ?? x.Fact.Timestamp,
                x.Fact.Timestamp,
                x.Fact.UserName,
                JsonSerializer.SerializeToElement(x.Contract, x.Contract.GetType(), Json.Lenient)
            ));

    private static IEnumerable<GetTimeline.Item> Decided(SchedulerPlan? plan) =>
        (plan?.Decisions ?? []).Select(x => new GetTimeline.Item(Catalogue.Scheduler, x.Sequence, x.Type, x.At, x.At, x.By, x.Data));

    // The plan as of a moment: the Scheduler's events up to then, applied again.
    private static SchedulerPlan AsSaidBy(SchedulerPlan plan, DateTimeOffset then) =>
        plan
            .Decisions.Where(x => x.At <= then)
            .Aggregate(
                new SchedulerPlan { Id = plan.Id },
                (view, x) =>
                {
                    var message = new CloudEvent
                    {
                        Id = "",
                        Source = Catalogue.Scheduler,
                        Type = x.Type,
                        Time = x.At,
                        Data = x.Data,
                    };
                    return Catalogue.Open(message) is { } contract ? view.Apply(message, x.Sequence, contract) : view;
                }
            );

    // A message has a contact as an object, or, for an interview, only the id of the contact it is with.
    private static Guid? ContactOf(JsonElement data) =>
        data switch
        {
            { ValueKind: not JsonValueKind.Object } => null,
            _ when data.TryGetProperty("contact", out var contact)
                    && contact.ValueKind == JsonValueKind.Object
                    && contact.TryGetProperty("id", out var id)
                    && id.TryGetGuid(out var whole) => whole,
            _ when data.TryGetProperty("with", out var with) && with.ValueKind == JsonValueKind.String && with.TryGetGuid(out var only) =>
                only,
            _ => null,
        };
}

/// <summary>An item of the timeline with personal data.</summary>
/// <param name="Item">The item.</param>
/// <param name="Contact">The contact that the item is about, if known.</param>
/// <param name="Note">The note on the item, if there is one and it hasn't been erased.</param>
public sealed record Moment(GetTimeline.Item Item, Contact? Contact, Note? Note);
