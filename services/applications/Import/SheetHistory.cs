using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using FollowUp.Contracts;
using NodaTime;
using NodaTime.Text;

namespace FollowUp.Applications.Import;

/// <summary>What a line tells. Of what happened at one moment, the steps come before what happened in their stage.</summary>
public enum HistoryKind
{
    Submitted,
    CoverLetter,
    Interview,
    Step,
    Answered,
    FollowedUp,
    Closed,
}

// See docs/decisions/0038-the-sheet-out.md
/// <summary>
/// A line of the column "History", as FollowUp writes it into its sheets, and reads it back: <c>2026-11-05 14:30 answered: invitation</c>.
/// </summary>
/// <param name="At">When it happened; of an interview when it starts. In the time zone of the sheet; a day alone is its noon.</param>
public sealed partial record HistoryLine(HistoryKind Kind, LocalDateTime At)
{
    public ResponseKind? Answer { get; init; }
    public InterviewKind? Interview { get; init; }
    public StepKind? Step { get; init; }
    public Channel? Channel { get; init; }
    public ClosingReason? Reason { get; init; }

    /// <summary>The day of a step, or the one that was promised.</summary>
    public LocalDate? On { get; init; }

    /// <summary>By when an offer is to be answered.</summary>
    public LocalDate? AnswerBy { get; init; }

    /// <summary>When an interview ends, if it doesn't take an hour.</summary>
    public LocalDateTime? Until { get; init; }

    /// <summary>When an interview was agreed.</summary>
    public LocalDateTime? Agreed { get; init; }
    public LocalDateTime? Cancelled { get; init; }

    /// <summary>Of a follow-up: the place of its stage in the order of stages, if it isn't the one that was open.</summary>
    public int? Stage { get; init; }

    /// <summary>The name of a step, or of who followed up.</summary>
    public string? Name { get; init; }

    public DateOnly Day => At.Date.ToDateOnly();
    public TimeOnly TimeOfDay => At.TimeOfDay.ToTimeOnly();

    /// <summary>What a sheet would tell of it in its other columns; null if those tell nothing of it.</summary>
    public Outcome? Outcome =>
        (Kind, Answer, Step) switch
        {
            (HistoryKind.FollowedUp, _, _) => new Outcome.FollowedUp(Day),
            (HistoryKind.Answered, ResponseKind.Answer or ResponseKind.Invitation, _) => new Outcome.Responded(Day, Offer: false),
            (HistoryKind.Answered, ResponseKind.Offer, _) or (HistoryKind.Step, _, StepKind.Offer) => new Outcome.Responded(
                Day,
                Offer: true
            ),
            (HistoryKind.Step, _, { } kind) => new Outcome.Step(kind, Name, Day),
            (HistoryKind.Interview, _, _) when Cancelled is null => new Outcome.Interview(1, Day, TimeOfDay, Ahead: false, Interview),
            _ => null,
        };

    /// <summary>The line.</summary>
    public string Text =>
        Kind switch
        {
            HistoryKind.Submitted => $"{Write(At)} submitted",
            HistoryKind.CoverLetter => $"{Write(At)} cover letter{Detail("promised", On)}",
            HistoryKind.Answered =>
                $"{Write(At)} answered{(Answer is ResponseKind.Answer ? "" : $": {Answer!.Value.Word()}")}{Detail("next step by", On)}",
            HistoryKind.Interview => $"{Write(At)} interview{(Interview is { } kind ? $": {kind.Word()}" : "")}{Detail("until", Until)}"
                + $"{Detail("agreed", Agreed)}{Detail("cancelled", Cancelled)}",
            HistoryKind.Step => $"{Write(At)} step: {Step!.Value.Word()}{Detail("on", On)}{Detail("answer by", AnswerBy)}{Named("named")}",
            HistoryKind.FollowedUp => $"{Write(At)} followed up: {Channel!.Value.Word()}"
                + $"{(Stage is { } stage ? string.Create(CultureInfo.InvariantCulture, $", for stage {stage}") : "")}{Named("by")}",
            _ => $"{Write(At)} closed: {Reason!.Value.Word()}",
        };

    /// <returns>Null if the line isn't one that FollowUp writes.</returns>
    public static HistoryLine? Parse(string text)
    {
        if (text.Length > Longest || Line().Match(text) is not { Success: true } line || Moment(line.Groups["at"].Value) is not { } at)
            return null;
        var kind = line.Groups["kind"].Value;
        var details = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var detail in Details().Matches(line.Groups["details"].Value).AsEnumerable())
            details[detail.Groups["key"].Value] = detail.Groups["value"].Value;
        var read = Of(line.Groups["what"].Value, kind, at) is { } known
            ? known with
            {
                On = DayIn(
                    details.GetValueOrDefault("promised") ?? details.GetValueOrDefault("next step by") ?? details.GetValueOrDefault("on")
                ),
                AnswerBy = DayIn(details.GetValueOrDefault("answer by")),
                Until = Moment(details.GetValueOrDefault("until")),
                Agreed = Moment(details.GetValueOrDefault("agreed")),
                Cancelled = Moment(details.GetValueOrDefault("cancelled")),
                Stage = int.TryParse(details.GetValueOrDefault("for stage"), CultureInfo.InvariantCulture, out var stage) ? stage : null,
                Name = line.Groups["name"] is { Success: true, Value: var name } ? name : null,
            }
            : null;
        return read?.Text == text ? read : null; // a detail that can't be read, or isn't of this kind
    }

    private static HistoryLine? Of(string what, string kind, LocalDateTime at) =>
        what switch
        {
            "submitted" => new(HistoryKind.Submitted, at),
            "cover letter" => new(HistoryKind.CoverLetter, at),
            "answered" when Word<ResponseKind>(kind.Length == 0 ? ResponseKind.Answer.Word() : kind) is { } answer => new(
                HistoryKind.Answered,
                at
            )
            {
                Answer = answer,
            },
            "interview" when kind.Length == 0 || Word<InterviewKind>(kind) is not null => new(HistoryKind.Interview, at)
            {
                Interview = Word<InterviewKind>(kind),
            },
            "step" when Word<StepKind>(kind) is { } step => new(HistoryKind.Step, at) { Step = step },
            "followed up" when Word<Channel>(kind) is { } channel => new(HistoryKind.FollowedUp, at) { Channel = channel },
            "closed" when Word<ClosingReason>(kind) is { } reason => new(HistoryKind.Closed, at) { Reason = reason },
            _ => null,
        };

    private string Named(string word) => Name is null ? "" : $", {word} {Name}";

    private static string Detail(string word, LocalDateTime? at) => at is { } known ? $", {word} {Write(known)}" : "";

    private static string Detail(string word, LocalDate? on) => on is { } known ? $", {word} {LocalDatePattern.Iso.Format(known)}" : "";

    private static string Write(LocalDateTime at) =>
        (
            at.TimeOfDay == LocalTime.Noon ? NoonPattern
            : at.Second == 0 && at.NanosecondOfSecond == 0 ? MinutePattern
            : ExactPattern
        ).Format(at);

    private static LocalDateTime? Moment(string? text) =>
        text is null ? null
        : text.Length == 10 ? Parsed(NoonPattern, text)
        : Parsed(MinutePattern, text) ?? Parsed(ExactPattern, text);

    private static LocalDateTime? Parsed(LocalDateTimePattern pattern, string text) =>
        pattern.Parse(text).TryGetValue(default, out var at) ? at : null;

    private static LocalDate? DayIn(string? text) =>
        text is not null && LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var on) ? on : null;

    private static T? Word<T>(string word)
        where T : struct, Enum => Enum.GetValues<T>().Cast<T?>().FirstOrDefault(x => x!.Value.Word() == word);

    private const int Longest = 1_000;

    private static readonly LocalDateTimePattern NoonPattern = LocalDateTimePattern
            .CreateWithInvariantCulture("uuuu-MM-dd")
            .WithTemplateValue(new(2000, 1, 1, 12, 0)),
        MinutePattern = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm"),
        ExactPattern = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss.FFFFFFF");

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
    private const int Patience = 1000;

    [GeneratedRegex(
        @"^(?<at>[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9:.]+)?) (?<what>submitted|cover letter|answered|interview|step|followed up|closed)"
            + @"(: (?<kind>[a-zA-Z]+))?(?<details>(, (promised|next step by|on|answer by|until|agreed|cancelled|for stage) [0-9:. -]+)*)"
            + @"(, (named|by) (?<name>.+))?$",
        Options,
        Patience
    )]
    private static partial Regex Line();

    [GeneratedRegex(@", (?<key>[a-z ]+?) (?<value>[0-9:. -]+)", Options, Patience)]
    private static partial Regex Details();
}

/// <summary>The history of an application as lines.</summary>
internal static class SheetHistory
{
    /// <param name="x">The application.</param>
    /// <param name="zone">The time zone of the sheet.</param>
    /// <returns>In the order in which it happened.</returns>
    public static ImmutableArray<HistoryLine> Of(JobApplication x, DateTimeZone zone)
    {
        var ordered = x.Stages.OrderBy(y => y.Order).ToArray();
        return
        [
            .. Lines().OrderBy(y => y.Happened.UtcTicks).ThenBy(y => y.Line.Kind).ThenBy(y => y.Line.Cancelled is null).Select(y => y.Line),
        ];

        IEnumerable<(DateTimeOffset Happened, HistoryLine Line)> Lines()
        {
            yield return (x.SubmittedAt, new(HistoryKind.Submitted, At(x.SubmittedAt)));
            if (x.CoverLetter is { } letter)
                yield return (letter.At, new(HistoryKind.CoverLetter, At(letter.At)) { On = Day(letter.PromisedFollowUpOn) });
            foreach (var answer in x.Responses)
                yield return (
                    answer.At,
                    new(HistoryKind.Answered, At(answer.At))
                    {
                        Answer = answer.Kind ?? ResponseKind.Answer,
                        On = Day(answer.PromisedNextStepOn),
                    }
                );
            foreach (var (i, stage) in ordered.Index())
            {
                if (stage is { StartsAt: { } starts, EndsAt: { } ends })
                    yield return (
                        starts,
                        new(HistoryKind.Interview, Exactly(starts))
                        {
                            Interview = stage.InterviewKind,
                            Until = ends == JobApplication.EndOf(starts, null) ? null : Exactly(ends),
                            Agreed = stage.OpenedAt is { } agreed ? At(agreed) : null,
                            Cancelled = stage.CancelledAt is { } cancelled ? At(cancelled) : null,
                        }
                    );
                if (stage.Step is { } step)
                    yield return (
                        step.At,
                        new(HistoryKind.Step, At(step.At))
                        {
                            Step = step.Kind,
                            On = Day(step.On),
                            AnswerBy = Day(step.AnswerBy),
                            Name = Name(step.Name),
                        }
                    );
                if (stage.Made is { } made)
                    yield return (
                        made.At,
                        new(HistoryKind.FollowedUp, At(made.At))
                        {
                            Channel = made.Channel,
                            Stage = x.StageAt(made.At) == stage.Number ? null : i + 1,
                            Name = Name(made.By),
                        }
                    );
            }
            if (x.Closing is { } closing)
                yield return (closing.At, new(HistoryKind.Closed, At(closing.At)) { Reason = closing.Reason });
        }

        // To the second: the order of lines tells more.
        LocalDateTime At(DateTimeOffset at) => Exactly(at).With(TimeAdjusters.TruncateToSecond);

        LocalDateTime Exactly(DateTimeOffset at) => Instant.FromDateTimeOffset(at).InZone(zone).LocalDateTime;

        static LocalDate? Day(DateOnly? on) => on is { } known ? LocalDate.FromDateOnly(known) : null;

        static string? Name(string? text) => text is null || SheetWords.OneLine(text) is not { Length: > 0 } name ? null : name;
    }
}
