using System.Collections.Immutable;
using FollowUp.Contracts;
using FollowUp.Platform;
using NodaTime;

namespace FollowUp.Applications.Import;

/// <summary>A parsed spreadsheet of applications: every row is either understood or refused, and every column is accounted for.</summary>
public sealed record Sheet
{
    public const int MaxRows = 100_000;
    private const int MaxExample = 60;
    private static readonly SheetField[] Identifying = [SheetField.Employer, SheetField.Title, SheetField.SubmittedOn];
    private const int MostWords = 60; // to ask about at once

    /// <summary>The encoding, detected or chosen; for a workbook <c>xlsx</c> or <c>ods</c>.</summary>
    public required string Encoding { get; init; }

    /// <summary>Whether the file tells its encoding, or the caller chose it. If not, letters beyond ASCII may be wrong.</summary>
    public required bool EncodingIsSure { get; init; }

    /// <summary><c>\0</c> if the cells are given, as in a workbook.</summary>
    public required char Delimiter { get; init; }

    /// <summary>The sheet of the workbook that was read; null if the file has none.</summary>
    public required string? Name { get; init; }

    /// <summary>The sheets of the workbook.</summary>
    public required ImmutableArray<string> Names { get; init; }

    /// <summary>The words for a status that aren't known by themselves, with the meaning that a person gave them.</summary>
    public required ImmutableArray<MappedStatus> StatusWords { get; init; }

    /// <summary>The line of the file that holds the headers; the lines above it were skipped as a title.</summary>
    public required int HeaderLine { get; init; }

    public required ImmutableArray<MatchedColumn> Columns { get; init; }

    /// <summary>The columns that were not read, each with the reason: no column is dropped silently.</summary>
    public required ImmutableArray<IgnoredColumn> Ignored { get; init; }

    /// <summary>The candidates of all rows, refused ones included: from the sheet, or from the caller.</summary>
    public required ImmutableArray<string> Candidates { get; init; }

    /// <summary>An example for each column, by position from 0: its first cell that isn't blank.</summary>
    public required ImmutableArray<string> Examples { get; init; }

    /// <summary>How dates such as <c>9/10/24</c> were read, for each column that has any.</summary>
    public required ImmutableArray<AssumedOrder> DateOrders { get; init; }

    /// <summary>How many rows have no content.</summary>
    public required int BlankRows { get; init; }

    /// <summary>Every other row below the header, in the file's order.</summary>
    public required ImmutableArray<SheetRow> Rows { get; init; }

    /// <exception cref="SheetRefusedException">The sheet as a whole can't be read.</exception>
    public static Sheet Read(Stream csv, SheetOptions options)
    {
        var file = SheetFile.Read(csv, options.Encoding);
        var layout = SheetLayout.Find(file, options);
        var (records, blank) = layout.Records();
        records = Corrected(records, layout.Header, options.Corrections);
        var columns = new ColumnJudge(records, options).Judge(layout.Columns.WithUnnamedCells(records));
        if (columns.People is [var people, ..])
            throw new SheetRefusedException(
                "severalPeople",
                $"The column \"{people}\" names several people, so these aren't one person's applications. Add a column \"Candidate\" "
                    + $"with a reference for each of them, or say that the column has their names, as in map={people}:candidateName, "
                    + $"or that it isn't meant, as in map={people}:ignore."
            )
            {
                Headers = [.. layout.Header.Cells],
                Missing = [SheetField.Candidate],
                Columns = [.. columns.Matched.Where(x => x.Header != people), .. NamesIn(people)],
                Examples = ExamplesOf(layout.Header, records),
            };
        var dates = SheetDates.Of(columns, records, options);

        var alike = new Dictionary<Guid, List<SheetRow.Understood>>();
        ImmutableArray<SheetRow> rows =
        [
            .. records.Select(x => OnlyOnce(new RowParser(x, layout.Header, columns, dates, options).Read(), x)),
        ];
        return new Sheet
        {
            Encoding = file.Encoding,
            EncodingIsSure = file.IsSure,
            Delimiter = layout.Delimiter,
            Name = layout.Table.Name,
            Names = [.. file.Tables.Select(x => x.Name).OfType<string>()],
            StatusWords = WordsOf(columns, records, options),
            HeaderLine = layout.Header.Line,
            Columns = columns.Matched,
            Ignored = columns.Ignored,
            Candidates =
            [
                .. records
                    .Select(x => columns[SheetField.Candidate] is { } column ? SheetWords.OneLine(x.Cell(column.Position)) : "")
                    .Concat(rows.OfType<SheetRow.Understood>().Select(x => x.Application.Candidate))
                    .Append(options.Candidate ?? options.Oneself ?? "")
                    .Where(x => x.Length > 0)
                    .Distinct(StringComparer.Ordinal),
            ],
            Examples = ExamplesOf(layout.Header, records),
            DateOrders = dates.Orders,
            BlankRows = blank,
            Rows = rows,
        };

        // What is suggested on the page: a column of names, and not one of addresses or numbers.
        IEnumerable<MatchedColumn> NamesIn(string header) =>
            Array.FindIndex(layout.Header.Cells, x => SheetWords.OneLine(x) == header) is >= 0 and var i
            && records.Exists(x => CellText.CanBeName(x.Cell(i + 1)) && !x.Cell(i + 1).Contains('@', StringComparison.Ordinal))
                ? [new(i + 1, header, SheetField.CandidateName)]
                : [];

        static ImmutableArray<MappedStatus> WordsOf(SheetColumns columns, List<SheetRecord> records, SheetOptions options) =>
            [
                .. records
                    .SelectMany(x => columns.All(SheetField.Status).Select(y => SheetWords.OneLine(x.Cell(y.Position))))
                    .Where(x => (SheetWords.IsSymbol(x) || !SheetWords.SaysNothing(x)) && StatusMap.CanMap(x))
                    .DistinctBy(StatusMap.Key)
                    .Where(x => options.Words.Has(x) || Import.StatusWords.Of(x, options.Words) is null)
                    .Take(MostWords)
                    .Select(x => new MappedStatus(x, options.Words.MeaningOf(x))),
            ];

        // Two postings of one title on one day have different addresses or numbers.
        SheetRow OnlyOnce(SheetRow row, SheetRecord record)
        {
            if (row is not SheetRow.Understood x)
                return row;
            if (!alike.TryGetValue(x.Identity, out var before))
                alike[x.Identity] = before = [];
            if (before.Find(y => x.Posting is null || y.Posting is null || x.Posting == y.Posting) is { } same)
                return new SheetRow.Refused(x.Line, [ImportText.Finding(null, "duplicate", null, ("line", same.Line))])
                {
                    Cells = [.. Identifying.Select(y => columns[y]).OfType<MatchedColumn>().Select(y => y.CellOf(record))],
                };
            before.Add(x);
            return x;
        }
    }

    private static List<SheetRecord> Corrected(List<SheetRecord> records, SheetRecord header, IReadOnlyList<CorrectedCell> corrections)
    {
        if (corrections.Count == 0)
            return records;
        var byLine = corrections.Where(x => x.Position >= 1 && x.Position <= header.Cells.Length).ToLookup(x => x.Line);
        return [.. records.Select(x => byLine.Contains(x.Line) ? x.With(byLine[x.Line], header.Cells.Length) : x)];
    }

    internal static ImmutableArray<string> ExamplesOf(SheetRecord header, IReadOnlyCollection<SheetRecord> records)
    {
        return [.. header.Cells.Select((_, i) => Example(i + 1))];

        string Example(int position) =>
            SheetWords
                .OneLine(records.Select(x => x.Cell(position)).FirstOrDefault(x => !string.IsNullOrWhiteSpace(x)) ?? "")
                .Shorten(MaxExample);
    }
}

/// <param name="Team">The team, which is part of every row's identity.</param>
/// <param name="Today">Today's date in <paramref name="Zone"/>.</param>
/// <param name="Zone">The time zone to which a time with an offset, as <c>2024-09-19T23:30Z</c>, is converted before its date is
/// taken.</param>
/// <param name="Candidate">The candidate of the rows that name none.</param>
/// <param name="Map">The headers that the caller mapped.</param>
/// <param name="DateOrder">The order of day and month in <c>9/10/24</c>, if the caller knows it; else it is inferred from the file.</param>
public sealed record SheetOptions(
    string Team,
    DateOnly Today,
    DateTimeZone Zone,
    string? Candidate = null,
    ColumnMap? Map = null,
    DateOrder? DateOrder = null
)
{
    /// <summary>The candidate of a sheet without a column for it, if the caller names none: the one job seeker whose sheet it is.</summary>
    public string? Oneself { get; init; }

    /// <summary>The words for a status that a person mapped.</summary>
    public StatusMap Words { get; init; } = StatusMap.None;

    /// <summary>The sheet of a workbook; null for the one with the most known headers.</summary>
    public string? Sheet { get; init; }

    /// <summary>The encoding; null to detect it.</summary>
    public string? Encoding { get; init; }

    /// <summary>The candidates of the team, for a sheet that names them.</summary>
    public NamedCandidates People { get; init; } = NamedCandidates.None;

    /// <summary>Whether rows may name candidates who aren't known.</summary>
    public bool NewCandidates { get; init; }

    /// <summary>The cells that a person corrected.</summary>
    public IReadOnlyList<CorrectedCell> Corrections { get; init; } = [];

    /// <summary>The lines of the rows of which a person said that they are another application for the job.</summary>
    public IReadOnlySet<int> Again { get; init; } = new HashSet<int>();
}

public abstract record SheetRow
{
    private SheetRow(int line) => Line = line;

    /// <summary>The line on which the row starts; the file's first line is 1.</summary>
    public int Line { get; }

    /// <param name="Identity">See <see cref="RowIdentity"/>.</param>
    /// <param name="Remarks">The cells that were read differently from what they contain.</param>
    public sealed record Understood(int Line, Guid Identity, SheetApplication Application, ImmutableArray<Finding> Remarks) : SheetRow(Line)
    {
        /// <summary>The posting's address and number, which tell it from another one with the same identity; null if it has none.</summary>
        public string? Posting { get; init; }

        /// <summary>The application, if the row was written by FollowUp.</summary>
        public Guid? FollowUpId { get; init; }

        /// <summary>The identity that the row has beside another posting with the same <see cref="Identity"/>.</summary>
        public Guid? IdentityOfPosting { get; init; }
    }

    public sealed record Refused(int Line, ImmutableArray<Finding> Reasons) : SheetRow(Line)
    {
        /// <summary>The cells that refuse the row; empty if it isn't clear which cell is which.</summary>
        public ImmutableArray<RowCell> Cells { get; init; } = [];
    }
}

/// <summary>A cell of a row that can be corrected.</summary>
/// <param name="Position">Its column's position; the leftmost is 1.</param>
public sealed record RowCell(int Position, string Header, string Text);

/// <param name="Column">The header in the sheet, or the field's name if the sheet has no such column; null for the whole row.</param>
/// <param name="Code">A stable code in camelCase, for programs.</param>
/// <param name="Sentence">An English sentence, for people.</param>
/// <param name="Cell">The cell's text, if the finding is about a cell.</param>
/// <param name="Values">The values in the sentence, by name: a translation is made from them and the code.</param>
public sealed record Finding(
    string? Column,
    string Code,
    string Sentence,
    string? Cell = null,
    IReadOnlyDictionary<string, string>? Values = null
);

/// <summary>
/// The content of a row. No value breaks a rule of the domain by itself: such a value was refused, or kept in the notes with a remark.
/// </summary>
public sealed record SheetApplication
{
    /// <summary>The reference; until <see cref="NewCandidate"/> is made, what tells the candidate from others of the sheet.</summary>
    public required string Candidate { get; init; }

    /// <summary>The candidate, if they have to be made first.</summary>
    public NewCandidate? NewCandidate { get; init; }

    public required string Employer { get; init; }
    public required string Title { get; init; }

    /// <summary>An absolute http or https address.</summary>
    public string? Url { get; init; }

    /// <summary>Null if the sheet doesn't contain it; never in the future.</summary>
    public DateOnly? SubmittedOn { get; init; }

    public Approach Approach { get; init; }

    /// <summary>Whether it is another application for a job for which the candidate has an open one.</summary>
    public bool Again { get; init; }

    /// <summary>
    /// The text that <see cref="Approach"/> was read from. It may name a person ("referred by …"), so it goes to the notes, not to events.
    /// </summary>
    public string? Source { get; init; }

    public HiringProcess? HiringProcess { get; init; }

    /// <summary>An ISO 3166-2 code, as <c>DE-BY</c>.</summary>
    public string? Region { get; init; }

    /// <summary>An ISO 3166-1 code, as <c>DE</c>.</summary>
    public string? Country { get; init; }

    public string? TimeZone { get; init; }
    public PostingInstructions? Instructions { get; init; }
    public SheetContact? Contact { get; init; }
    public ImmutableArray<SheetContact> OtherContacts { get; init; } = [];
    public string? Notes { get; init; }

    /// <summary>At least one and at most 30 days after the submission.</summary>
    public DateOnly? PromisedFollowUpOn { get; init; }

    public DateOnly? ClosesOn { get; init; }

    /// <summary>What happened, as FollowUp wrote it, in order; it ended as <see cref="Outcomes"/> says.</summary>
    public ImmutableArray<HistoryLine> History { get; init; } = [];

    /// <summary>What happened after the submission beyond the history, in order; empty if nothing did.</summary>
    public ImmutableArray<Outcome> Outcomes { get; init; } = [];

    /// <summary>The last that happened; null if nothing did.</summary>
    internal Outcome? Latest => Outcomes.LastOrDefault() ?? History.Select(x => x.Outcome).LastOrDefault(x => x is not null);
}

public sealed record SheetContact(string? Name, ContactRole Role, string? Email, string? Phone, string? Profile = null)
{
    private const string Separator = " | ";

    /// <summary>The contact as a line of the column "Other Contacts".</summary>
    public string Line => string.Join(Separator, new[] { Name, Role.Word(), Email, Phone, Profile }.Select(Part));

    /// <returns>Null if the line isn't such a line.</returns>
    public static SheetContact? Parse(string line) =>
        line.Split('|', StringSplitOptions.TrimEntries) is [var name, var role, var email, var phone, var profile]
        && SheetWords.RoleOf(role) is { } known
        && (email.Length == 0 || System.Net.Mail.MailAddress.TryCreate(email, out _))
        && (profile.Length == 0 || CellText.IsLink(profile))
        && new[] { name, email, phone, profile }.Any(x => x.Length > 0)
            ? new(Given(name), known, Given(email), Given(phone), Given(profile))
            : null;

    private static string Part(string? text) => SheetWords.OneLine(text ?? "").Replace('|', '/');

    private static string? Given(string text) => text.Length == 0 ? null : text;
}

public abstract record Outcome
{
    private Outcome() { }

    /// <summary>The candidate has made a follow-up.</summary>
    public sealed record FollowedUp(DateOnly? On) : Outcome;

    /// <summary>The employer answered, and the application goes on; <paramref name="Offer"/>: the answer was an offer.</summary>
    public sealed record Responded(DateOnly? On, bool Offer) : Outcome;

    /// <summary>Another step was taken.</summary>
    /// <param name="Name">The name of a step that is none of the known ones.</param>
    /// <param name="On">Null if the sheet doesn't contain it.</param>
    public sealed record Step(StepKind Kind, string? Name, DateOnly? On) : Outcome;

    /// <param name="Round">2 if the sheet contains "2nd interview"; the interviews before it have no events of their own.</param>
    /// <param name="On">Null if the sheet doesn't contain it.</param>
    /// <param name="At">In the time zone of <see cref="SheetOptions.Zone"/>; null if the sheet doesn't contain it.</param>
    /// <param name="Ahead">Whether the interview may still be to come: it is today or later, or the sheet only calls it scheduled.</param>
    public sealed record Interview(int Round, DateOnly? On, TimeOnly? At, bool Ahead, InterviewKind? Kind = null) : Outcome;

    /// <param name="On">When the employer announced the outcome; null if the sheet doesn't contain it.</param>
    /// <param name="At">In the time zone of <see cref="SheetOptions.Zone"/>; null if the sheet doesn't contain it.</param>
    public sealed record Closed(ClosingReason Reason, DateOnly? On, TimeOnly? At = null) : Outcome;
}

/// <summary>
/// The sheet as a whole was refused: <c>empty</c>, <c>notCsv</c>, <c>missingColumn</c>, <c>badMap</c>, <c>mappedHeaderMissing</c>,
/// <c>tooManyRows</c>, <c>tooManyColumns</c>, <c>tooManyAlike</c>, <c>severalPeople</c>, <c>badStatusMap</c>, <c>unknownSheet</c>,
/// <c>unknownEncoding</c>, <c>badWorkbook</c>, <c>workbookTooLarge</c>.
/// </summary>
public sealed class SheetRefusedException(string code, Sentence sentence) : Exception(sentence.ToString())
{
    public string Code { get; } = code;
    public Sentence Sentence { get; } = sentence;

    /// <summary>The required fields for which no column was found.</summary>
    public ImmutableArray<SheetField> Missing { get; init; } = [];

    /// <summary>The headers of the sheet.</summary>
    public ImmutableArray<string> Headers { get; init; } = [];

    /// <summary>The columns that were recognised all the same.</summary>
    public ImmutableArray<MatchedColumn> Columns { get; init; } = [];

    /// <summary>See <see cref="Sheet.Examples"/>.</summary>
    public ImmutableArray<string> Examples { get; init; } = [];
}
