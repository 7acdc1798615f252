using System.Globalization;
using FollowUp.Applications.Import;
using Microsoft.Extensions.Localization;

namespace FollowUp.Applications.Pages.Import;

/// <summary>What is to be said of a sheet, in the reader's language.</summary>
internal static class SheetSentences
{
    // 9/10/24, whichever way it is read.
    private static readonly DateOnly DayFirst = new(2024, 10, 9),
        MonthFirst = new(2024, 9, 10);

    /// <summary>Why it can't be read as a whole.</summary>
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
            _ => t[x.Message],
        };

    /// <summary>What a column can mean.</summary>
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
            _ => t["(left out)"],
        };

    /// <summary>Why a column isn't read.</summary>
    public static string Of(IgnoredColumn x, IStringLocalizer<Words> t) =>
        x.Code switch
        {
            "unknown" => t["not recognised"],
            "duplicate" => t["another column says it already"],
            "noHeader" => t["has no heading"],
            _ => t["left out, as chosen"],
        };

    /// <summary>How dates were read that can be read in two ways.</summary>
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

    /// <summary>What was found in a row. In English as precisely as the reading said it.</summary>
    public static string Of(Finding x, IStringLocalizer<Words> t)
    {
        if (CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en")
            return x.Sentence;
        var cell = x.Cell ?? "";
        return x.Code switch
        {
            "unclosedQuote" => t["A quotation mark opens in this row and never closes, so everything after it is one cell."],
            "tooManyCells" => t["The row has more cells than the header. A cell with a delimiter in it needs quotation marks around it."],
            "headerAgain" => t["The row repeats the headers."],
            "required" => t["It must be given."],
            "tooLong" => t["It is too long."],
            "notAReference" => t["A candidate is a reference of your own, such as c-1042; not a name or an e-mail address."],
            "badUrl" => t["“{0}” isn't a web address; it was kept in the notes.", cell],
            "unknownSource" => t["“{0}” isn't a source that is known; it was taken as direct.", cell],
            "unknownHiringProcess" => t["“{0}” isn't a hiring process that is known; it was kept in the notes.", cell],
            "unknownRegion" => t["“{0}” isn't a code of a region; it was kept in the notes.", cell],
            "badEmail" => t["“{0}” isn't an e-mail address; it was kept in the notes.", cell],
            "badPhone" => t["“{0}” isn't a phone number; it was kept in the notes.", cell],
            "nobodyThere" => t["There is a role, but nobody who has it; it was kept in the notes."],
            "unknownRole" => t["“{0}” isn't a role that is known; it was kept in the notes.", cell],
            "promiseNotUsed" => t["“{0}” isn't within 30 days after the submission; it was kept in the notes.", cell],
            "beforeSubmission" => t["“{0}” lies before the submission.", cell],
            "noInterviewDate" => t["The sheet doesn't say when the interview is or was."],
            "unknownStatus" => t["“{0}” isn't a status that is known.", cell],
            "notSubmitted" => t["“{0}”: nothing was submitted yet, so there is nothing to follow up.", cell],
            "contradiction" => t["“{0}” contradicts another column, where the application ended differently.", cell],
            "inTheFuture" => t["“{0}” is still to come.", cell],
            "badDate" => t["“{0}” isn't a date. Dates are best written as 2024-09-19.", cell],
            "mixedDateOrder" => t["“{0}”: some dates of this column put the day first and some the month, so none can be trusted.", cell],
            "impossibleDate" => t["“{0}”: there is no such date.", cell],
            "noDate" => t["The sheet doesn't say when this was submitted."],
            "duplicate" => t["It is the same application as another row: same candidate, employer, title and date."],
            _ => t[x.Sentence],
        };
    }

    /// <summary>What was found in a row, and in which column where the sentence doesn't begin with it.</summary>
    public static string Named(Finding x, IStringLocalizer<Words> t)
    {
        var sentence = Of(x, t);
        return x.Column is null || sentence.StartsWith($"\"{x.Column}\"", StringComparison.Ordinal) ? sentence : $"{x.Column}: {sentence}";
    }

    /// <summary>What became of a row, or would.</summary>
    public static string Result(string result, bool isDone, IStringLocalizer<Words> t) =>
        (result, isDone) switch
        {
            (ImportSheet.Recorded, false) => t["Would be recorded"],
            (ImportSheet.Recorded, true) => t["Recorded now"],
            (ImportSheet.AlreadyThere, _) => t["Already there"],
            _ => t["Refused"],
        };

    /// <summary>Why an application wasn't taken back.</summary>
    public static string Of(WhyLeftAlone x, IStringLocalizer<Words> t) =>
        x switch
        {
            WhyLeftAlone.GoneOn => t["Somebody recorded something of it since."],
            WhyLeftAlone.ClosedBefore => t["It was closed in the sheet already."],
            _ => t["Somebody has taken its follow-up in hand."],
        };
}
