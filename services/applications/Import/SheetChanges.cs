using System.Collections.Immutable;
using System.Globalization;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using NodaTime;

namespace FollowUp.Applications.Import;

/// <summary>What a row tells beyond what is recorded, and the commands that record it.</summary>
/// <param name="Says">What the row tells.</param>
/// <param name="Commands">They are handled in order.</param>
public sealed record SheetChange(Finding Says, ImmutableArray<object> Commands);

/// <summary>An interview of which the row tells only the day: the time of the command is assumed.</summary>
internal sealed record InterviewOnDay(ScheduleInterview Command, DateOnly On);

/// <summary>
/// Compares a row with its application, which is already there: a sheet is imported again after a week. Changes only go forward: an
/// application that has ended is left as it is, and an interview before the last step isn't added.
/// </summary>
/// <param name="Zone">The time zone of the sheet.</param>
/// <param name="By">Who imports.</param>
internal sealed record SheetChanges(DateTimeZone Zone, string By, DateTimeOffset Now)
{
    private const Channel UnknownChannel = Channel.Email;

    public ImmutableArray<SheetChange> Of(JobApplication application, SheetApplication row)
    {
        var changes = ImmutableArray.CreateBuilder<SheetChange>();
        // what isn't in the application's own history
        var beyond = row.History.Except(SheetHistory.Of(application, Zone)).Select(x => x.Outcome).OfType<Outcome>().ToArray();
        foreach (var outcome in beyond.Concat(row.Outcomes))
        {
            if (application.IsClosed || application.IsVoided || Change(application, outcome) is not { } change)
                continue;
            try
            {
                foreach (var command in change.Commands)
                    application = After(application, command);
            }
            catch (RefusedException) // what can't be recorded is no change
            {
                continue;
            }
            changes.Add(change);
        }
        return changes.ToImmutable();
    }

    /// <summary>The events that the changes would record, for a preview.</summary>
    public IEnumerable<object> Facts(JobApplication application, SheetApplication row)
    {
        foreach (var command in Of(application, row).SelectMany(x => x.Commands))
        {
            foreach (var fact in FactsOf(application, command).ToArray())
            {
                application = application.Evolve(fact);
                yield return fact;
            }
            if (command is RecordFollowUp made)
                yield return new FollowUpMade(application.StageAt(made.MadeAt ?? Now), made.Channel, By, made.MadeAt ?? Now, Guid.Empty);
        }
    }

    private JobApplication After(JobApplication application, object command) =>
        FactsOf(application, command).Aggregate(application, (x, fact) => x.Evolve(fact));

    private object[] FactsOf(JobApplication application, object command) =>
        command switch
        {
            CloseApplication x => application.Decide(x, Now),
            RecordResponse x => application.Decide(x, Now),
            RecordStep x => application.Decide(x, Now),
            ScheduleInterview x => application.Decide(x, Now),
            InterviewOnDay x => application.Decide(x.Command, Now, x.On),
            RescheduleInterview x => application.Decide(x, Now),
            _ => [], // the Scheduler decides on a follow-up
        };

    private SheetChange? Change(JobApplication application, Outcome outcome) =>
        outcome switch
        {
            Outcome.FollowedUp made => FollowedUp(application, made.On),
            Outcome.Responded { Offer: true } offer => Offered(application, offer.On),
            Outcome.Responded answer => Responded(application, answer.On),
            Outcome.Step step => Step(application, step),
            Outcome.Interview interview => Interview(application, interview),
            Outcome.Closed closed => Says(
                "changeClosed",
                closed.On,
                [("reason", closed.Reason.Word())],
                new CloseApplication(closed.Reason, AtOf(closed.On))
            ),
            _ => null,
        };

    private SheetChange? FollowedUp(JobApplication application, DateOnly? on)
    {
        var stage = application.StageAt(AtOf(on) ?? Now);
        return application.Stages.Exists(x => x.Made is not null && (on is null || x.Number == stage))
            ? null
            : Says("changeFollowedUp", on, [], new RecordFollowUp(UnknownChannel, By, MadeAt: AtOf(on), Happened: true));
    }

    private SheetChange? Offered(JobApplication application, DateOnly? on) =>
        application.Stages.Exists(x => x.Step?.Kind is StepKind.Offer || x.Response?.Kind is ResponseKind.Offer)
            ? null
            : Says(
                "changeOffer",
                on,
                [],
                [
                    new RecordResponse(At: (AtOf(on) ?? Now).AddSeconds(-1), Kind: ResponseKind.Offer), // the offer follows from it
                    new RecordStep(StepKind.Offer, on ?? application.Employer.DayOf(Now), At: AtOf(on) ?? Now),
                ]
            );

    private SheetChange? Responded(JobApplication application, DateOnly? on) =>
        application.Stages.Exists(x => x.Number > 1 || x.Response is { } known && !(known.At < AtOf(on)))
            ? null
            : Says("changeResponded", on, [], new RecordResponse(At: AtOf(on)));

    private SheetChange? Step(JobApplication application, Outcome.Step step) =>
        application.Stages.Exists(x => x.Step?.Kind == step.Kind && (step.Kind != StepKind.Other || x.Step.Name == step.Name))
            ? null
            : Says(
                "changeStep",
                step.On,
                [("step", step.Name ?? ""), ("kind", step.Kind.Word())],
                new RecordStep(step.Kind, step.On ?? application.Employer.DayOf(Now), Name: step.Name, At: AtOf(step.On))
            );

    private SheetChange? Interview(JobApplication application, Outcome.Interview interview)
    {
        var known = application.Stages.Where(x => x.Interview is not null).ToArray();
        var today = DateOnly.FromDateTime(Now.UtcDateTime);
        if (interview.On is not { } on)
            return known.Length >= interview.Round ? null
                : !interview.Ahead
                    ? Says("changeInterview", null, [], new InterviewOnDay(new(Zone.At(today, new(9, 0)), Kind: interview.Kind), today))
                : application.Stages.Exists(x => x.Number > 1 || x.Response is not null) ? null
                : Says("changeInterviewAgreed", null, [], new RecordResponse());

        var starts = Zone.At(on, interview.At ?? new(9, 0));
        if (
            Array.Exists(
                known,
                x => x.StartsAt is { } at && Zone.At(on, TimeOnly.MinValue) <= at && at < Zone.At(on.AddDays(1), TimeOnly.MinValue)
            )
        )
            return null;
        if (starts > Now && Array.Find(known, x => x.StartsAt > Now && x.CancelledAt is null) is { Interview: { } number })
            return Says("changeInterviewMoved", on, [], new RescheduleInterview(number, starts));
        if (application.Stages.Exists(x => x.HappensAt >= starts))
            return null;
        var schedule = new ScheduleInterview(
            starts,
            At: starts < Now ? Later(starts.AddDays(-1), application.SubmittedAt) : null,
            Kind: interview.Kind
        );
        return Says("changeInterview", on, [], interview.At is null ? new InterviewOnDay(schedule, on) : schedule);
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static SheetChange Says(
        string code,
        DateOnly? on,
        ReadOnlySpan<(string, object)> values,
        params ReadOnlySpan<object> commands
    ) =>
        new(
            ImportText.Finding(
                null,
                code,
                null,
                [.. values, ("form", on is null ? "undated" : "dated"), ("on", on?.ToString("O", CultureInfo.InvariantCulture) ?? "")]
            ),
            [.. commands]
        );

    // A date without a time is taken as noon, but never later than now.
    private DateTimeOffset? AtOf(DateOnly? day) =>
        day is not { } on ? null
        : Zone.At(on, null) is var at && at > Now ? Now
        : at;
}
