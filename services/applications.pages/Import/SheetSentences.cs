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
            "notCsv" => t[
                "This is no workbook that can be read (XLSX, ODS), and no text. Save the sheet as one of them, without a password."
            ],
            "badWorkbook" => t["The workbook is damaged, or has a password. Open it, save it again, and send that."],
            "workbookTooLarge" => t[
                "The workbook unpacks to more than is read. Send the one sheet with the applications, or send it in parts."
            ],
            "missingColumn" => t[
                "No column was recognised as: {0}. Say below which it is.",
                string.Join(", ", x.Missing.Select(y => Of(y, t)))
            ],
            "severalPeople" => t[
                "A column names several people, so these aren't one person's applications. Say below which column has the candidate's "
                    + "name or reference, or leave the column with the names out."
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
            SheetField.CandidateName => t["Candidate’s name"],
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
            SheetField.Country => t["Country of the employer"],
            SheetField.PostingNumber => t["Posting’s number"],
            SheetField.StatusOn => t["Stands so since"],
            SheetField.Milestone => t["What the heading says"],
            SheetField.TimeZone => t["Time zone of the employer"],
            SheetField.Instructions => t["What the posting asks"],
            SheetField.ContactProfile => t["Contact’s profile"],
            SheetField.OtherContacts => t["Further contacts"],
            SheetField.History => t["History, as FollowUp writes it"],
            SheetField.FollowUpId => t["Id in FollowUp"],
            _ => t["(left out)"],
        };

    /// <summary>The meaning of a word for a status.</summary>
    public static string Of(SheetStatus x, IStringLocalizer<Words> t) =>
        x switch
        {
            SheetStatus.Applied => t["Submitted, no answer yet"],
            SheetStatus.FollowedUp => t["Followed up"],
            SheetStatus.Answered => t["The employer answered"],
            SheetStatus.Interview => t["Interview"],
            SheetStatus.InterviewScheduled => t["Interview scheduled"],
            SheetStatus.PhoneScreen => t["Interview by phone"],
            SheetStatus.Assessment => t["Assessment"],
            SheetStatus.ReferenceCheck => t["Reference check"],
            SheetStatus.Offer => t["Offer"],
            SheetStatus.OfferAccepted => t["Closed: offer accepted"],
            SheetStatus.OfferDeclined => t["Closed: offer declined"],
            SheetStatus.Rejected => t["Closed: rejected"],
            SheetStatus.Withdrawn => t["Closed: withdrawn"],
            SheetStatus.NoResponse => t["Closed: no response"],
            SheetStatus.PositionFilled => t["Closed: position filled"],
            SheetStatus.NotSubmitted => t["Not submitted yet"],
            _ => t["(says nothing)"],
        };

    /// <summary>Why a column is ignored.</summary>
    public static string Of(IgnoredColumn x, IStringLocalizer<Words> t) =>
        x.Code switch
        {
            "unknown" => t["not recognised"],
            "duplicate" => t["another column says it already"],
            "noHeader" => t["has no heading"],
            "applicant" => t["the applicant’s own, as it is the same in most rows"],
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
            (ImportSheet.Changed, false) => t["Would be brought up to date"],
            (ImportSheet.Changed, true) => t["Brought up to date"],
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
