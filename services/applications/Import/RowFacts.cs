using System.Globalization;
using FollowUp.Applications.Candidates;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using NodaTime;

namespace FollowUp.Applications.Import;

/// <summary>All events that a row implies, decided one after the other, as the corresponding commands would be.</summary>
/// <param name="x">The row.</param>
/// <param name="zone">The time zone of the sheet.</param>
/// <param name="by">Who imports.</param>
/// <param name="now">The current time.</param>
internal sealed class RowFacts(SheetApplication x, DateTimeZone zone, string by, DateTimeOffset now)
{
    private static readonly TimeSpan Next = TimeSpan.FromMilliseconds(1);

    private readonly List<object> _facts = [];
    private JobApplication _application = new();
    private bool _isInUtc;

    /// <param name="application">The application, of which nothing is recorded yet.</param>
    /// <exception cref="RefusedException">The row tells what can't have happened.</exception>
    public object[] After(JobApplication application)
    {
        if (x.History.IsEmpty)
            return Decided(application);
        // Where the employer's time zone isn't known, days were counted in UTC, as of what is recorded as it happens, or on a person's
        // clock.
        try
        {
            _isInUtc = true;
            return Decided(application);
        }
        catch (RefusedException)
        {
            _isInUtc = false;
            return Decided(application);
        }
    }

    private object[] Decided(JobApplication application)
    {
        _facts.Clear();
        _application = application;
        var id = application.Id;
        var submittedAt = SubmittedAt ?? now;
        Decide(a =>
            a.Decide(
                new SubmitApplication(
                    x.Candidate,
                    new(x.Employer, x.HiringProcess ?? HiringProcess.Unknown, x.TimeZone, x.Country, x.Region),
                    new(x.Title, x.Url, x.ClosesOn, x.Instructions),
                    x.Approach,
                    SubmittedAt: x.SubmittedOn is null ? null : submittedAt,
                    Again: x.Again
                ),
                [.. ContactsOf(id, x).Select(contact => contact.Person)],
                now,
                undated: Basis.Inferred
            )
        );
        Decide(x.History, id);
        if (x.PromisedFollowUpOn is { } promised && _application.CoverLetter is null)
            Decide(a => a.Decide(new SendCoverLetter(promised), submittedAt));
        foreach (var outcome in x.Outcomes)
            Decide(outcome, id, submittedAt);
        return [.. _facts];
    }

    /// <summary>The contacts of a row, each with its id.</summary>
    public static IdentifiedContact[] ContactsOf(Guid id, SheetApplication x) =>
        [
            .. x.Contact is null ? [] : new[] { Identified(x.Contact, DeterministicId.From(id.ToString(), "contact")) },
            .. x.OtherContacts.Select(
                (contact, i) =>
                    Identified(contact, DeterministicId.From(id.ToString(), "contact", (i + 2).ToString(CultureInfo.InvariantCulture)))
            ),
        ];

    private static IdentifiedContact Identified(SheetContact x, Guid id) => new(id, new(x.Name, x.Role, x.Email, x.Phone, x.Profile));

    // The history tells the time of the day.
    private DateTimeOffset? SubmittedAt =>
        x.SubmittedOn is not { } on ? null
        : x.History.FirstOrDefault(line => line.Kind is HistoryKind.Submitted && line.Day == on) is { } submitted
            ? NotAfterNow(At(submitted.At))
        : Then(on);

    private void Decide(Func<JobApplication, object[]> decide)
    {
        foreach (var fact in decide(_application))
        {
            _facts.Add(fact);
            _application = _application.Evolve(fact);
        }
    }

    // Follow-ups come last: one may have been made of a stage whose line stands behind it.
    private void Decide(IReadOnlyCollection<HistoryLine> history, Guid id)
    {
        DateTimeOffset? last = null;
        var made = new List<(HistoryLine Line, DateTimeOffset At)>();
        foreach (var line in history)
        {
            var at = NotAfterNow(At(line.At));
            if (line.Kind is not HistoryKind.Interview)
            {
                // of two lines of one second, the first happened before
                if (last is { } before && before.Ticks / TimeSpan.TicksPerSecond == at.Ticks / TimeSpan.TicksPerSecond && at <= before)
                    at = before + Next;
                last = at;
            }
            switch (line.Kind)
            {
                case HistoryKind.CoverLetter when _application.CoverLetter is null:
                    Decide(a => a.Decide(new SendCoverLetter(line.On?.ToDateOnly(), at), now));
                    break;
                case HistoryKind.Answered:
                    Decide(a => a.Decide(new RecordResponse(line.On?.ToDateOnly(), at, line.Answer!.Value), now));
                    break;
                case HistoryKind.Interview:
                    Decide(line);
                    break;
                case HistoryKind.Step:
                    var on = line.On?.ToDateOnly() ?? line.Day;
                    Decide(a => a.Decide(new RecordStep(line.Step!.Value, on, line.AnswerBy?.ToDateOnly(), line.Name, at), now));
                    break;
                case HistoryKind.FollowedUp:
                    made.Add((line, at));
                    break;
            }
        }
        foreach (var (line, at) in made)
        {
            var stages = _application.Stages.OrderBy(stage => stage.Order).ToArray();
            var stage =
                line.Stage is { } place && place >= 1 && place <= stages.Length ? stages[place - 1].Number : _application.StageAt(at);
            Settle(id, stage, line.Channel!.Value, line.Name ?? by, at);
        }
    }

    private void Decide(HistoryLine interview)
    {
        var starts = At(interview.At);
        DateTimeOffset? ends = interview.Until is { } until ? At(until) : null;
        DateTimeOffset? agreed = interview.Agreed is { } then ? NotAfterNow(At(then)) : null;
        Decide(a => a.Decide(new ScheduleInterview(starts, ends, At: agreed, Kind: interview.Interview), now));
        if (interview.Cancelled is { } cancelled)
            Decide(a => a.Decide(new CancelInterview(a.Stages.Max(stage => stage.Interview ?? 0), NotAfterNow(At(cancelled))), now));
    }

    private void Decide(Outcome outcome, Guid id, DateTimeOffset submittedAt)
    {
        switch (outcome)
        {
            case Outcome.FollowedUp made:
                Settle(id, _application.StageAt(Then(made.On)), Channel.Email, by, Then(made.On));
                break;
            case Outcome.Responded answer:
                var said = Then(answer.On);
                // the offer follows from the answer
                Decide(a =>
                    a.Decide(
                        new RecordResponse(Kind: answer.Offer ? ResponseKind.Offer : ResponseKind.Answer),
                        answer.Offer ? said.AddSeconds(-1) : said
                    )
                );
                if (answer.Offer)
                    Decide(a => a.Decide(new RecordStep(StepKind.Offer, answer.On ?? a.Employer.DayOf(now), At: said), now));
                break;
            case Outcome.Step step:
                Decide(a =>
                    a.Decide(
                        new RecordStep(
                            step.Kind,
                            step.On ?? a.Employer.DayOf(now),
                            Name: step.Name,
                            At: step.On is null ? null : Then(step.On)
                        ),
                        now
                    )
                );
                break;
            case Outcome.Interview { Ahead: true, On: null }:
                Decide(a => a.Decide(new RecordResponse(), now)); // an interview is agreed, but its date isn't in the sheet
                break;
            case Outcome.Interview interview:
                var day = interview.On ?? DateOnly.FromDateTime(now.UtcDateTime);
                var starts = zone.At(day, interview.At ?? new TimeOnly(9, 0));
                while (_application.Stages.Exists(y => y.StartsAt == starts)) // several on one day, or on none that the sheet tells
                    starts = starts.AddHours(1);
                Decide(a =>
                    a.Decide(
                        new ScheduleInterview(starts, Kind: interview.Kind),
                        submittedAt < starts ? Min(starts.AddDays(-1), submittedAt) : submittedAt,
                        interview.At is null ? day : null
                    )
                );
                break;
            case Outcome.Closed closed:
                Decide(a => a.Decide(new CloseApplication(closed.Reason), closed.On is { } on ? NotAfterNow(zone.At(on, closed.At)) : now));
                break;
        }
    }

    // The follow-up was made before FollowUp knew of the application, and is recorded with it: no slot existed that a person could have
    // claimed.
    private void Settle(Guid id, int stage, Channel channel, string who, DateTimeOffset at) =>
        Decide(a =>
            a.Decide(
                new RecordSettled(
                    stage,
                    DeterministicId.From(id.ToString(), "imported", stage.ToString(CultureInfo.InvariantCulture)),
                    channel,
                    who,
                    at
                )
            )
        );

    private DateTimeOffset At(LocalDateTime at) => _isInUtc ? zone.At(at).ToUniversalTime() : zone.At(at);

    private DateTimeOffset Then(DateOnly? day) => day is { } known ? NotAfterNow(zone.At(known, null)) : now;

    private DateTimeOffset NotAfterNow(DateTimeOffset at) => at > now ? now : at;

    // The sheet doesn't contain when an interview was agreed: the day before it is assumed, but not before the submission or in the
    // future.
    private DateTimeOffset Min(DateTimeOffset dayBefore, DateTimeOffset submittedAt)
    {
        var agreed = dayBefore < now ? dayBefore : now;
        return agreed > submittedAt ? agreed : submittedAt;
    }
}
