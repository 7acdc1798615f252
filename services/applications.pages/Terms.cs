using System.Globalization;
using System.Text.Json;
using FollowUp.Applications.Pages.SigningIn;
using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.InternalContracts.Localization;
using FollowUp.Platform;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace FollowUp.Applications.Pages;

/// <summary>The texts of the pages. English texts stand in the code; Words.de.resx has the German translation of each.</summary>
public sealed class Words;

/// <summary>Terms of the domain, dates and numbers, in the reader's language.</summary>
public sealed class Terms(IStringLocalizer<Words> t)
{
    public string this[Enum value] => t[English(value)];

    /// <summary>A sentence of a refusal, in the reader's language where that has it.</summary>
    public string Sentence(Sentence sentence) =>
        sentence.Values.Count == 0 ? t[sentence.Text] : t[sentence.Text, [.. sentence.Values.Select(Value)]];

    /// <summary>Why an action on a follow-up was refused, shown beside the action.</summary>
    public string Refusal(RefusedException refused) =>
        refused switch
        {
            { Reason: { } reason } => Reason(reason),
            { Errors: not null } => t["Something isn't right yet. What it is stands beside it."],
            { Code: "schedulerUnreachable" } => t[
                "The Scheduler can't be reached just now, and without its word nothing is done. "
                    + "What was entered is still there: please try again in a moment."
            ],
            { Code: "behind" } => t["The Scheduler hasn't heard of the latest yet. Please try again in a moment."],
            { Code: "busy" } => t["More is being recorded than this server can take. Please try again."],
            { Code: "closed" } => t["The application is closed. Nothing but a reopening follows a closing."],
            { Code: "idempotencyKeyReused" } => t["This form was sent before, with other content. Please load the page again."],
            { Code: "sameApplication", Detail.Values: [var title, var employer] } => t[
                "The candidate has an open application for this job: {0} at {1}.",
                title,
                employer
            ],
            { Code: "alreadyClosed" } => t["The application was closed before, for another reason. Reopen it first."],
            { Code: "unknownStage" } => t["The application has no such stage."],
            { Code: "unknownApplication" } => t["Your team has no application with that id."],
            _ => Sentence(refused.Detail),
        };

    /// <summary>The singular or the plural text of a number.</summary>
    public string Count(long number, string one, string many) =>
        string.Format(CultureInfo.CurrentCulture, t[number == 1 ? one : many], number);

    /// <summary>A stage of many applications: the first is the submission, and every step opens another.</summary>
    public string Stage(int stage) => stage == 1 ? t["Applied"] : t["Step {0}", stage - 1];

    /// <summary>A stage of one application, by the step that opened it.</summary>
    public string Stage(StageDates? stage, int number) => Stage(stage?.Interview, stage?.Step, stage?.StepName, number);

    /// <summary>A stage of an application that is shown.</summary>
    public string Stage(Queries.GetApplication.Detail application, int number) =>
        application.Stages.FirstOrDefault(x => x.Stage == number) is { } stage
            ? Stage(stage.Interview, stage.Step?.Kind, stage.Step?.Name, number)
            : Stage(number);

    private string Stage(int? interview, StepKind? step, string? name, int number) =>
        (interview, step) switch
        {
            ({ } one, _) => t["Interview {0}", one],
            (_, StepKind.Other) when name is not null => name,
            (_, { } kind) => t[StepTitle(kind)],
            _ => Stage(number),
        };

    /// <summary>The English title of a stage that a step opened.</summary>
    private static string StepTitle(StepKind kind) =>
        kind switch
        {
            StepKind.Assessment => "Assessment",
            StepKind.ReferenceCheck => "Reference check",
            StepKind.Offer => "Offer",
            _ => "Another step",
        };

    /// <summary>All values of an enum to choose from: the API's name, and the text in the reader's language.</summary>
    public IEnumerable<(string Value, string Words)> Choices<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(x => (Word(x), this[x]));

    /// <summary>The API's name of an enum value.</summary>
    public static string Word(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>A reason in the reader's language.</summary>
    public static string Reason(Reason reason) => ReasonText.Format(reason, CultureInfo.CurrentUICulture);

    /// <summary>A short date: Mon 23 Nov, with the year unless it is the current one.</summary>
    public static string Day(DateOnly day, DateOnly today)
    {
        var format = CultureInfo.CurrentCulture.DateTimeFormat;
        var shortForm = day.ToString(
            $"ddd {format.MonthDayPattern.Replace("MMMM", "MMM", StringComparison.Ordinal)}",
            CultureInfo.CurrentCulture
        );
        return day.Year == today.Year ? shortForm : $"{shortForm} {day.Year}";
    }

    /// <summary>A long date.</summary>
    public static string Day(DateOnly day) => day.ToString("D", CultureInfo.CurrentCulture);

    public static DateOnly DayOf(DateTimeOffset at, DateTimeZone zone) => Instant.FromDateTimeOffset(at).InZone(zone).Date.ToDateOnly();

    public static string TimeOf(DateTimeOffset at, DateTimeZone zone) =>
        Instant.FromDateTimeOffset(at).InZone(zone).TimeOfDay.ToTimeOnly().ToString("t", CultureInfo.CurrentCulture);

    private static string Value(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? Day(day) : text;

    private static string English(Enum value) =>
        value switch
        {
            Channel.Email => "e-mail",
            Channel.DirectMessage => "direct message",
            Channel.InPerson => "in person",
            Channel.Phone => "phone",
            HiringProcess.OwnerRun => "the owner hires",
            HiringProcess.PersonnelOffice => "a personnel office",
            HiringProcess.CorporateHr => "a corporate HR department",
            HiringProcess.ManagementTeam => "a management team",
            HiringProcess.Outsourced => "an agency",
            HiringProcess.Unknown => "not known",
            ResponseKind.Answer => "an answer",
            ResponseKind.Acknowledgement => "a receipt only",
            ResponseKind.Rejection => "a no",
            ResponseKind.Invitation => "an invitation",
            ResponseKind.Offer => "an offer",
            InterviewKind.PhoneScreen => "phone screen",
            InterviewKind.Video => "video call",
            InterviewKind.OnSite => "on site",
            InterviewKind.Panel => "panel",
            StepKind.Assessment => "an assessment",
            StepKind.ReferenceCheck => "a reference check",
            StepKind.Offer => "an offer",
            StepKind.Other => "something else",
            _ => Spaced(value.ToString()),
        };

    private static string Spaced(string name) =>
        string.Concat(name.Select((x, i) => char.IsUpper(x) ? (i == 0 ? "" : " ") + char.ToLowerInvariant(x) : x.ToString()));

    /// <summary>Every English term of the domain, for the spec that checks the German translations.</summary>
    internal static IEnumerable<string> All { get; } =
    [
        .. new[]
        {
            typeof(Channel),
            typeof(ContactRole),
            typeof(HiringProcess),
            typeof(Approach),
            typeof(SlotStatus),
            typeof(ClosingReason),
            typeof(ResponseKind),
            typeof(InterviewKind),
            typeof(StepKind),
            typeof(OverrideReason),
            typeof(SubmitBy),
            typeof(Role),
        }
            .SelectMany(x => Enum.GetValues(x).Cast<Enum>())
            .Select(English)
            .Concat(Enum.GetValues<StepKind>().Select(StepTitle))
            .Distinct(StringComparer.Ordinal),
    ];
}
