using FollowUp.Applications.Candidates;
using FollowUp.Applications.Pages.Actions;
using FollowUp.Applications.Projections;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace FollowUp.Applications.Pages.Pipeline;

/// <summary>One application, with all that its page says of it.</summary>
/// <param name="Happened">What happened, the latest first.</param>
/// <param name="Days">The days on which something did, and today.</param>
/// <param name="On">The past day as which it is shown; null for as it is now.</param>
/// <param name="Next">What may be recorded now.</param>
/// <param name="Step">The form that was sent and refused.</param>
/// <param name="Entered">What it sent.</param>
/// <param name="Done">The form that was sent and carried out.</param>
/// <param name="Acted">What became of the last click on a follow-up.</param>
/// <param name="Warnings">What to know before the follow-up of the current stage is made.</param>
/// <param name="Colleagues">Whom a follow-up may be assigned to.</param>
public sealed record ApplicationPageModel(
    Reader Reader,
    ApplicationView View,
    string? CandidateName,
    IReadOnlyDictionary<Guid, Contact> Contacts,
    IReadOnlyList<Queries.Moment> Happened,
    IReadOnlyList<DateOnly> Days,
    DateOnly? On,
    NextSteps Next,
    string? Step,
    Entered? Entered,
    string? Done,
    ActionOutcome? Acted,
    IReadOnlyList<Reason> Warnings,
    IReadOnlyList<string> Colleagues,
    DateTimeOffset Now
)
{
    public GetApplication.Detail Detail { get; } = View.Detail;

    /// <summary>Whether anything can be recorded here: not in the past, and not by those who only look.</summary>
    public bool MayRecord => On is null && Reader.MayRecord;

    public bool IsClosed => View.Application.IsClosed;

    public string? Zone => Detail.Employer.TimeZone;
}

/// <summary>Finds an application and shows it.</summary>
internal sealed class ApplicationPageLoader(IDocumentStore store, Colleagues colleagues, SlotWarnings warnings, TimeProvider time)
{
    /// <summary>The page of one.</summary>
    /// <param name="on">The day at whose end, in the reader's zone, it is to be seen; today and what lies ahead are now.</param>
    /// <exception cref="RefusedException">404: it isn't there, wasn't then, or isn't theirs.</exception>
    public async Task<RazorComponentResult<ApplicationPage>> Show(
        Guid id,
        Reader reader,
        CancellationToken ct,
        DateOnly? on = null,
        string? done = null,
        string? step = null,
        Entered? entered = null,
        ActionOutcome? acted = null
    )
    {
        var now = time.GetUtcNow();
        var past = on < Terms.DayOf(now, reader.Zone) ? on : null;
        await using var session = store.QuerySession(reader.Team);
        var view =
            await ApplicationView.Read(session, id, past is { } day ? EndOf(day, reader.Zone) : null, reader.Candidate, ct)
            ?? throw (
                past is null ? NotThere() : new RefusedException("unknownApplication", "Nothing of it was recorded yet on that day.")
            );
        var current = new SlotId(id, view.Detail.Stage);
        var shown = new ApplicationPageModel(
            reader,
            view,
            (await session.LoadAsync<Candidate>(view.Application.Candidate, ct))?.Name,
            await view.Contacts(session, ct),
            await view.Moments(session, ct),
            view.Days(reader.Zone, now),
            past,
            view.Next(now),
            step,
            entered,
            done,
            acted,
            past is null && !view.Application.IsClosed ? [.. (await warnings.Of(reader, [current], ct))[current]] : [],
            past is null ? await colleagues.Of(reader, ct) : [],
            now
        );
        return new(new { Shown = shown }) { StatusCode = entered?.Refused?.HttpStatus() };
    }

    /// <summary>Sees to it that it is there, and theirs.</summary>
    /// <exception cref="RefusedException">404.</exception>
    public async Task MustBeThere(Guid id, Reader reader, CancellationToken ct)
    {
        await using var session = store.QuerySession(reader.Team);
        reader.MustSee((await session.LoadAsync<ApplicationRow>(id, ct) ?? throw NotThere()).Candidate);
    }

    private static RefusedException NotThere() => new RefusedException("unknownApplication", "Your team has no application with that id.");

    private static DateTimeOffset EndOf(DateOnly day, DateTimeZone zone) =>
        zone.AtStartOfDay(LocalDate.FromDateOnly(day.AddDays(1))).ToDateTimeOffset().AddTicks(-1);
}
