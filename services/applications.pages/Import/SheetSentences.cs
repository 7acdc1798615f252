using System.Globalization;
using FollowUp.Applications.Import;
using Microsoft.Extensions.Localization;

namespace FollowUp.Applications.Pages.Import;

/// <summary>The texts about a sheet, in the reader's language.</summary>
internal static class SheetSentences
{
    // The two readings of 9/10/24.
    private static readonly DateOnly DayFirst = new(2024, 10, 9),
        MonthFirst = new(2024, 9, 10);

    /// <summary>Why the sheet as a whole is unreadable.</summary>
    public static string Of(SheetRefusedException x, IStringLocalizer<Words> t) =>
        x.Code switch
        {
            "empty" => t["The sheet is empty."],
            "notCsv" => t["This is a workbook, not text. Save the sheet as CSV (\"CSV UTF-8\" in Excel) and send that."],
            "missingColumn" => t[
                "No column was recognised as: {0}. Say below which it is.",
                string.Join(", ", x.Missing.Select(y => Of(y, t)))
            ],
            "badMap" => t["Two columns are taken for the same thing. Choose one of them, and leave the other out."],
            "tooManyRows" => t[
                "The sheet has more than {0} rows. Send it in parts.",
                Sheet.MaxRows.ToString("N0", CultureInfo.CurrentCulture)
            ],
            "tooManyColumns" => t["The sheet has more columns than anybody could fill in. Leave out what isn't needed."],
            _ => new Terms(t).Sentence(x.Sentence),
        };

    /// <summary>The name of a field.</summary>
    public static string Of(SheetField x, IStringLocalizer<Words> t) =>
        x switch
        {
            SheetField.Employer => t["Employer’s name"],
            SheetField.Title => t["Title of the posting"],
            SheetField.Candidate => t["Candidate’s reference"],
            SheetField.SubmittedOn => t["Sent on"],
            SheetField.Status => t["How it stands"],
            SheetField.Source => t["Where it was found"],
            SheetField.Approach => t["How one applied"],
            SheetField.HiringProcess => t["How the employer hires"],
            SheetField.Region => t["Region of the employer"],
            SheetField.ContactName => t["Contact’s name"],
            SheetField.ContactRole => t["Contact’s role"],
            SheetField.ContactEmail => t["Contact’s e-mail"],
            SheetField.ContactPhone => t["Contact’s number"],
            SheetField.Url => t["Posting’s address"],
            SheetField.Notes => t["Notes"],
            SheetField.PromisedFollowUpOn => t["Promised follow-up on"],
            SheetField.ClosesOn => t["Posting closes on"],
            SheetField.InterviewOn => t["Interview on"],
            SheetField.RespondedOn => t["Employer answered on"],
            SheetField.FollowedUpOn => t["Followed up on"],
            SheetField.Again => t["Another application for the same job"],
            _ => t["(left out)"],
        };

    /// <summary>Why a column is ignored.</summary>
    public static string Of(IgnoredColumn x, IStringLocalizer<Words> t) =>
        x.Code switch
        {
            "unknown" => t["not recognised"],
            "duplicate" => t["another column says it already"],
            "noHeader" => t["has no heading"],
            _ => t["left out, as chosen"],
        };

    /// <summary>How ambiguous dates of a column were read.</summary>
    public static string Of(AssumedOrder x, IStringLocalizer<Words> t) =>
        x.Order is not { } order
            ? t["“{0}”: some dates put the day first and some the month, so none of them is read. Write them as 2024-10-09.", x.Column]
            : t[
                "“{0}”: 9/10/24 is read as {1}, {2}.",
                x.Column,
                (order is DateOrder.DayFirst ? DayFirst : MonthFirst).ToString("D", CultureInfo.CurrentCulture),
                x.Basis switch
                {
                    OrderBasis.Asked => t["as chosen"],
                    OrderBasis.Header => t["as the heading says"],
                    OrderBasis.Cells => t["as other dates in this column can only be read"],
                    OrderBasis.OtherColumns => t["as in another column"],
                    _ => t["which is a guess: nothing in the sheet tells"],
                }
            ];

    /// <summary>A finding of a row.</summary>
    public static string Of(Finding x, IStringLocalizer<Words> t) => ImportText.Find(x, CultureInfo.CurrentUICulture) ?? t[x.Sentence];

    /// <summary>A finding of a row, preceded by its column unless the sentence begins with the column.</summary>
    public static string Named(Finding x, IStringLocalizer<Words> t) =>
        x.Column is null || ImportText.BeginsWithColumn(x, CultureInfo.CurrentUICulture) ? Of(x, t) : $"{x.Column}: {Of(x, t)}";

    /// <summary>The result of a row: of the preview, or of the import.</summary>
    public static string Result(string result, bool isDone, IStringLocalizer<Words> t) =>
        (result, isDone) switch
        {
            (ImportSheet.Recorded, false) => t["Would be recorded"],
            (ImportSheet.Recorded, true) => t["Recorded now"],
            (ImportSheet.AlreadyThere, _) => t["Already there"],
            _ => t["Refused"],
        };

    /// <summary>Why the undo of an import skipped an application.</summary>
    public static string Of(WhyLeftAlone x, IStringLocalizer<Words> t) =>
        x switch
        {
            WhyLeftAlone.GoneOn => t["Somebody recorded something of it since."],
            _ => t["Somebody has taken its follow-up in hand."],
        };
}
