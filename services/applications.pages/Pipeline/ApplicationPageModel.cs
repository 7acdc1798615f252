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

/// <summary>The data of an application's page.</summary>
/// <param name="Entries">The timeline's entries, the latest first.</param>
/// <param name="Days">The days with a timeline entry, and today.</param>
/// <param name="On">The past day that the page shows; null for the current state.</param>
/// <param name="Next">The commands that can be recorded now.</param>
/// <param name="BeforeClosing">What can be recorded of the time before the closing, if the application is closed.</param>
/// <param name="FormName">The form that was sent and refused.</param>
/// <param name="Entered">The values of that form.</param>
/// <param name="Done">The form that was sent and recorded.</param>
/// <param name="Outcome">The outcome of the last action on a follow-up.</param>
/// <param name="Warnings">The Scheduler's warnings about the follow-up of the current stage.</param>
/// <param name="Colleagues">The names that the assign form suggests.</param>
public sealed record ApplicationPageModel(
    Reader Reader,
    ApplicationView View,
    string? CandidateName,
    IReadOnlyDictionary<Guid, Contact> Contacts,
    IReadOnlyList<Queries.Moment> Entries,
    IReadOnlyList<DateOnly> Days,
    DateOnly? On,
    NextSteps Next,
    NextSteps? BeforeClosing,
    string? FormName,
    Entered? Entered,
    string? Done,
    ActionOutcome? Outcome,
    IReadOnlyList<Reason> Warnings,
    IReadOnlyList<string> Colleagues,
    DateTimeOffset Now
)
{
    public GetApplication.Detail Detail { get; } = View.Detail;

    /// <summary>Whether the reader may record here: not on a past day, and not without the scope.</summary>
    public bool MayRecord => On is null && Reader.MayRecord;

    public bool IsClosed => View.Application.IsClosed;

    public string? Zone => Detail.Employer.TimeZone;
}

/// <summary>Loads and renders the page of an application.</summary>
internal sealed class ApplicationPageLoader(IDocumentStore store, Colleagues colleagues, SlotWarnings warnings, TimeProvider time)
{
    /// <summary>Renders the page.</summary>
    /// <param name="on">Shows the state at the end of this day in the reader's zone; today and later days show the current state.</param>
    /// <exception cref="RefusedException">404: the application doesn't exist, didn't exist on that day, or belongs to another
    /// candidate.</exception>
    public async Task<RazorComponentResult<ApplicationPage>> Show(
        Guid id,
        Reader reader,
        CancellationToken ct,
        DateOnly? on = null,
        string? done = null,
        string? formName = null,
        Entered? entered = null,
        ActionOutcome? outcome = null
    )
    {
        var now = time.GetUtcNow();
        var past = on < Terms.DayOf(now, reader.Zone) ? on : null;
        await using var session = store.QuerySession(reader.Team);
        var view =
            await ApplicationView.Read(session, id, past is { } day ? EndOf(day, reader.Zone) : null, reader.Candidate, ct)
            ?? throw (past is null ? Unknown() : new RefusedException("unknownApplication", "Nothing of it was recorded yet on that day."));
        var current = new SlotId(id, view.Detail.Stage);
        var model = new ApplicationPageModel(
            reader,
            view,
            (await session.LoadAsync<Candidate>(view.Application.Candidate, ct))?.Name,
            await view.Contacts(session, ct),
            await view.Moments(session, ct),
            view.Days(reader.Zone, now),
            past,
            view.Next(now),
            view.NextBeforeClosing,
            formName,
            entered,
            done,
            outcome,
            past is null && !view.Application.IsClosed ? [.. (await warnings.Of(reader, [current], ct))[current]] : [],
            past is null ? await colleagues.Of(reader, ct) : [],
            now
        );
        return new(new { Model = model }) { StatusCode = entered?.Refused?.HttpStatus() };
    }

    /// <summary>What is known of the employer and the posting.</summary>
    /// <exception cref="RefusedException">404.</exception>
    public async Task<GetApplication.Detail> Read(Guid id, Reader reader, CancellationToken ct)
    {
        await using var session = store.QuerySession(reader.Team);
        return (await ApplicationView.Read(session, id, candidate: reader.Candidate, ct: ct) ?? throw Unknown()).Detail;
    }

    /// <summary>Checks that the application exists and that the reader may see it.</summary>
    /// <exception cref="RefusedException">404.</exception>
    public async Task EnsureVisible(Guid id, Reader reader, CancellationToken ct)
    {
        await using var session = store.QuerySession(reader.Team);
        if (await session.LoadAsync<ApplicationRow>(id, ct) is { } row)
            reader.EnsureMaySee(row.Candidate);
        else if (await ApplicationView.Read(session, id, candidate: reader.Candidate, ct: ct) is null) // a voided one has no row
            throw Unknown();
    }

    private static RefusedException Unknown() => new RefusedException("unknownApplication", "Your team has no application with that id.");

    private static DateTimeOffset EndOf(DateOnly day, DateTimeZone zone) =>
        zone.AtStartOfDay(LocalDate.FromDateOnly(day.AddDays(1))).ToDateTimeOffset().AddTicks(-1);
}
