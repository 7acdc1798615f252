using System.Text.Json;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Projections;
using FollowUp.Applications.Publishing;
using FollowUp.Contracts;
using JasperFx.Events;
using Marten;
using NodaTime;

namespace FollowUp.Applications.Queries;

/// <summary>One application, as it was known at a moment: what was recorded by then, and what the Scheduler had said.</summary>
public sealed class ApplicationView
{
    private static readonly TimeSpan WithinARequest = TimeSpan.FromSeconds(30); // between a note and the fact that it was written beside

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

    /// <summary>Null for as it is now.</summary>
    public DateTimeOffset? AsOf { get; }

    public JobApplication Application { get; }

    /// <summary>What the Scheduler had said, if anything.</summary>
    public SchedulerPlan? Plan { get; }

    public long Version => Facts[^1].Version;

    public GetApplication.Detail Detail => GetApplication.Of(Application, Version, Plan, AsOf, _notes);

    /// <summary>Every fact and every decision of the Scheduler, in order.</summary>
    public IReadOnlyList<GetTimeline.Item> Items =>
        [
            .. Happened()
                .Concat(Decided(Plan))
                .OrderBy(x => x.RecordedAt)
                .ThenBy(x => x.Source, StringComparer.Ordinal)
                .ThenBy(x => x.Sequence),
        ];

    private IReadOnlyList<IEvent> Facts { get; }

    /// <summary>Reads one.</summary>
    /// <param name="session">Of the team.</param>
    /// <param name="id">The application.</param>
    /// <param name="asOf">The moment as of which, unless it is now.</param>
    /// <param name="candidate">The only candidate whose application may be seen, where that is so.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Null where there is none, or was none then.</returns>
    public static async Task<ApplicationView?> Read(
        IQuerySession session,
        Guid id,
        DateTimeOffset? asOf = null,
        string? candidate = null,
        CancellationToken ct = default
    )
    {
        var facts = await session.Events.FetchStreamAsync(id, token: ct);
        var owner = facts.Select(x => x.Data).OfType<Submitted>().FirstOrDefault()?.Candidate; // notes are found by their candidate
        IReadOnlyList<Note> notes = owner is null
            ? []
            : await session.Query<Note>().Where(x => x.Candidate == owner && x.Application == id).ToListAsync(ct);
        var view = new ApplicationView(id, facts, await session.LoadAsync<SchedulerPlan>(id, ct), notes, asOf);
        return view.Application.IsSubmitted && (candidate is null || view.Application.Candidate == candidate) ? view : null;
    }

    /// <summary>What may happen next, as of now.</summary>
    public NextSteps Next(DateTimeOffset now) => NextSteps.Of(Application, Plan, now);

    /// <summary>The days on which something was recorded or decided, whatever <see cref="AsOf"/> is, and today.</summary>
    /// <param name="zone">The reader's.</param>
    /// <param name="now">The moment.</param>
    public IReadOnlyList<DateOnly> Days(DateTimeZone zone, DateTimeOffset now) =>
        [
            .. _all.Select(x => x.Timestamp)
                .Concat((_latest?.Decisions ?? []).Select(x => x.At))
                .Append(now)
                .Select(x => Instant.FromDateTimeOffset(x).InZone(zone).Date.ToDateOnly())
                .Distinct()
                .Order(),
        ];

    /// <summary>The same as <see cref="Items"/> with what is known of people: whom it was about, and what was written beside it.</summary>
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
    /// What was written beside a follow-up: known by its claim, since it may have been written later; an older one by the time.
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

    /// <summary>Who its contacts are, as far as that is known.</summary>
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

    // What the Scheduler had said by then, said again.
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

    // A contact stands in a message whole, or as the id of whom an interview is with.
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

/// <summary>Something that happened, with what is known of people.</summary>
/// <param name="Item">What happened.</param>
/// <param name="Contact">Whom it was about, if that is known.</param>
/// <param name="Note">What was written beside it, if it hasn't been erased.</param>
public sealed record Moment(GetTimeline.Item Item, Contact? Contact, Note? Note);
