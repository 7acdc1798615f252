using System.Collections.Immutable;
using System.Text.RegularExpressions;
using FollowUp.Contracts;

namespace FollowUp.Applications.Import;

/// <summary>
/// Judges columns by their cells as well as by their headers: finds the status and the date of the submission under headers that aren't
/// known, and contacts that are the applicant. A column that a person mapped is left as it is.
/// </summary>
internal sealed partial class ColumnJudge(List<SheetRecord> records, SheetOptions options)
{
    private const int MostCells = 1_000; // of a column
    private const double Most = 0.6;

    // So many rows of so many employers don't have the same contact by chance.
    private const int FewestRows = 3;

    public SheetColumns Judge(SheetColumns columns)
    {
        if (columns[SheetField.FollowUpId] is not null) // its own sheet: the headers say what is in the columns
            return columns;
        columns = WithoutSentences(columns);
        columns = WithApplied(WithDateBeside(columns));
        columns = WithFollowUps(columns);
        columns = WithStatus(columns);
        columns = WithSubmission(columns);
        columns = WithoutApplicant(columns);
        return columns with { People = People(columns) };
    }

    // A milestone's cells are dates, or yes and no; "Phone" may be one; and a column for a date may have words for a status.
    private SheetColumns WithoutSentences(SheetColumns columns)
    {
        foreach (var column in columns.Matched.Where(x => !IsMapped(x.Header)))
        {
            var cells = CellsOf(column.Position);
            if (cells.Count == 0)
                continue;
            var isHappening = Share(cells, x => IsDate(x) || IsTick(x)) >= Most;
            var isStatus = Share(cells, x => !IsDate(x) && IsStatus(x)) >= Most;
            if (column.Field is SheetField.Milestone && !isHappening)
                columns = columns.Leave(column, SheetColumns.Unknown(column.Position, column.Header));
            else if (
                column.Field is SheetField.ContactPhone
                && isHappening
                && StatusWords.OfHeader($"{column.Header} screen") is { } status
            )
                columns = columns.Replace(column, column with { Field = SheetField.Milestone, ByCells = true, Status = status });
            else if (column.Field is SheetField.RespondedOn or SheetField.InterviewOn or SheetField.StatusOn && isStatus)
                columns = columns.Replace(
                    column,
                    column with
                    {
                        Field = SheetField.Status,
                        ByCells = true,
                        IsResponse = column.Field is SheetField.RespondedOn,
                    }
                );
        }
        return columns;
    }

    // "Applied?" of yes and no was taken for when it was submitted, and the column "Date" tells that.
    private SheetColumns WithDateBeside(SheetColumns columns) =>
        columns[SheetField.SubmittedOn] is { } applied
        && !IsMapped(applied.Header)
        && Share(CellsOf(applied.Position), IsTick) >= Most
        && columns.Ignored.FirstOrDefault(x =>
            x.Code == "duplicate" && SheetColumns.TellsSubmission(x.Header) && Share(CellsOf(x.Position), IsDate) >= Most
        )
            is { } date
            ? columns
                .Leave(applied, SheetColumns.Unknown(applied.Position, applied.Header) with { Code = "duplicate" })
                .Take(date, SheetField.SubmittedOn, byHeader: true)
            : columns;

    // "Follow-up 1", "2nd follow-up": when they were made. One that lies ahead is kept as a note.
    private SheetColumns WithFollowUps(SheetColumns columns) =>
        Unread(columns)
            .Where(x => FollowUpNumber().IsMatch(SheetWords.Fold(x.Header)))
            .Where(x => Share(CellsOf(x.Position), cell => IsDate(cell) || IsTick(cell)) >= Most)
            .ToArray()
            .Aggregate(columns, (all, x) => all.Take(x, SheetField.Milestone, new(StatusKind.FollowedUp)));

    // "Applied: yes" beside a column with the date: it tells that a row wasn't submitted.
    private SheetColumns WithApplied(SheetColumns columns) =>
        columns.Ignored.FirstOrDefault(x =>
            x.Code == "duplicate"
            && StatusWords.Of(x.Header, StatusMap.None) is { Kind: StatusKind.Applied }
            && Share(CellsOf(x.Position), IsTick) >= Most
        )
            is { } applied
            ? columns.Take(applied, SheetField.Milestone, new(StatusKind.Applied))
            : columns;

    private SheetColumns WithStatus(SheetColumns columns) =>
        columns[SheetField.Status] is null && Unread(columns).FirstOrDefault(x => IsStatusColumn(CellsOf(x.Position))) is { } found
            ? columns.Take(found, SheetField.Status)
            : columns;

    // "Sent" alone may be said of a letter as well.
    private bool IsStatusColumn(List<string> cells) =>
        Share(cells, x => IsStatus(x) && !IsDate(x)) >= Most
        && cells.Exists(x => StatusWords.Of(x, options.Words) is { Kind: not StatusKind.Applied });

    private SheetColumns WithSubmission(SheetColumns columns)
    {
        if (columns[SheetField.StatusOn] is not null)
            return columns;
        if (columns[SheetField.SubmittedOn] is { } own && (IsMapped(own.Header) || CellsOf(own.Position).Count > 0))
            return columns;
        var dates = Unread(columns).Where(x => Share(CellsOf(x.Position), IsDate) >= Most).ToArray();
        return dates.Where(x => !SheetColumns.IsOtherDate(x.Header)).ToArray() is [var only]
            ? columns.Take(only, SheetField.SubmittedOn)
            : columns with
            {
                UnclearDates = [.. dates.Select(x => x.Header)],
            };
    }

    private SheetColumns WithoutApplicant(SheetColumns columns)
    {
        foreach (var column in columns.Matched.Where(x => IsOfContact(x.Field) && !IsMapped(x.Header)))
            if (!SheetColumns.NamesTheirPeople(column.Header) && IsApplicant(columns, column))
                columns = columns.Leave(
                    column,
                    new(
                        column.Position,
                        column.Header,
                        "applicant",
                        $"\"{column.Header}\" is the same in most rows, so it is the applicant's and not a contact's; its cells "
                            + "weren't read."
                    )
                );
        return columns;
    }

    private bool IsApplicant(SheetColumns columns, MatchedColumn column)
    {
        var employer = columns[SheetField.Employer]!.Position;
        var commonest = records
            .Where(x => !SheetWords.SaysNothing(x.Cell(column.Position)))
            .GroupBy(x => SheetWords.Fold(x.Cell(column.Position)))
            .MaxBy(x => x.Count());
        if (commonest is null || commonest.Count() < records.Count * Most)
            return false;
        return IsOfRespondent(columns, column.Header)
            || commonest.Count() >= FewestRows && commonest.Select(x => SheetWords.Fold(x.Cell(employer))).Distinct().Count() >= FewestRows;
    }

    // The columns in which several people are named: these applications aren't one person's.
    private ImmutableArray<string> People(SheetColumns columns)
    {
        if (columns[SheetField.Candidate] is not null || columns[SheetField.CandidateName] is not null)
            return [];
        var employer = columns[SheetField.Employer]!.Position;
        return
        [
            .. columns
                .Matched.Where(x => IsOfContact(x.Field) && !IsMapped(x.Header))
                .Select(x => (x.Position, x.Header))
                .Concat(Unread(columns).Select(x => (x.Position, x.Header)))
                .Where(x =>
                    SheetColumns.NamesPeople(x.Header)
                    || IsOfRespondent(columns, x.Header)
                    || IsEmail(x.Header) && Recur(x.Position, 2)
                    || SheetColumns.MayNamePeople(x.Header) && Recur(x.Position, 1)
                )
                .Where(x => CellsOf(x.Position).Select(cell => SheetWords.Fold(cell)).Distinct().Skip(1).Any())
                .Select(x => x.Header),
        ];

        // Whether cells, so many, stand beside several employers each.
        bool Recur(int position, int cells) =>
            records
                .Where(x => !SheetWords.SaysNothing(x.Cell(position)))
                .GroupBy(x => SheetWords.Fold(x.Cell(position)))
                .Count(x => x.Select(y => SheetWords.Fold(y.Cell(employer))).Distinct().Skip(1).Any()) >= cells;
    }

    private static bool IsOfContact(SheetField field) =>
        field is SheetField.ContactName or SheetField.ContactEmail or SheetField.ContactPhone;

    // A form's responses have a time stamp, and its question for an e-mail address is about who answers. LinkedIn's export has the
    // answers of who applied, and their address and number.
    private static bool IsOfRespondent(SheetColumns columns, string header) =>
        columns.Ignored.Any(x => SheetWords.Fold(x.Header) is "questionandanswers")
        || IsEmail(header)
            && columns
                .Matched.Select(x => x.Header)
                .Concat(columns.Ignored.Select(x => x.Header))
                .Any(x =>
                    SheetWords.Fold(x) is "timestamp" or "zeitstempel" or "horodateur" or "marcatemporal" or "informazionicronologiche"
                );

    private static bool IsEmail(string header) =>
        SheetWords.Fold(header) is "email" or "emailaddress" or "mail" or "emailadresse" or "adresseemail" or "indirizzoemail";

    private static IEnumerable<IgnoredColumn> Unread(SheetColumns columns) => columns.Ignored.Where(x => x.Code is "unknown" or "noHeader");

    private bool IsMapped(string header) => options.Map?[header] is not null;

    // "Onsite" may also be where the work is done.
    private bool IsStatus(string cell) =>
        !IsTick(cell) && StatusWords.Of(cell, options.Words) is { } status && status.Interview is not InterviewKind.OnSite;

    private static bool IsTick(string cell) => SheetWords.IsYes(cell) || SheetWords.IsNo(cell);

    // A spreadsheet's number of a day only counts if it is of these years; a round number is rather a salary.
    private bool IsDate(string cell) =>
        WrittenDate
            .Parts(cell)
            .Any(x =>
                WrittenDate.Parse(x) is { } date
                && (!date.IsSerial || Math.Abs(date.Year - options.Today.Year) <= 1 && !x.EndsWith("00", StringComparison.Ordinal))
            );

    private static double Share(List<string> cells, Func<string, bool> isSo) =>
        cells.Count == 0 ? 0 : (double)cells.Count(isSo) / cells.Count;

    [GeneratedRegex(
        "^((1st|2nd|3rd|first|second|third|[1-9])(followup|relance)|(followup|nachfassen|relance)[1-9])(date|on|am|sent)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex FollowUpNumber();

    private List<string> CellsOf(int position) =>
        [
            .. records
                .Where(x => x.Damage is Damage.None)
                .Select(x => SheetWords.OneLine(x.Cell(position)))
                .Where(x => !SheetWords.SaysNothing(x))
                .Take(MostCells),
        ];
}
