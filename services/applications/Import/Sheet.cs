using System.Collections.Immutable;
using FollowUp.Contracts;
using FollowUp.Platform;
using NodaTime;

namespace FollowUp.Applications.Import;

/// <summary>
/// Somebody's spreadsheet of applications, read: every row is either understood or refused, and every column accounted for.
/// </summary>
public sealed record Sheet
{
    public const int MaxRows = 20_000;
    private const int MaxExample = 60;

    /// <summary><c>utf-8</c>, <c>utf-16</c> or <c>windows-1252</c>, as found.</summary>
    public required string Encoding { get; init; }

    public required char Delimiter { get; init; }

    /// <summary>The line of the file that holds the headers; what stands above it was skipped as a title.</summary>
    public required int HeaderLine { get; init; }

    public required ImmutableArray<MatchedColumn> Columns { get; init; }

    /// <summary>Columns whose cells were not read, each with why: nothing is dropped in silence.</summary>
    public required ImmutableArray<IgnoredColumn> Ignored { get; init; }

    /// <summary>Whose applications the rows are, the refused ones' too: as the sheet, or whoever sent it, says.</summary>
    public required ImmutableArray<string> Candidates { get; init; }

    /// <summary>What stands in each column, as far as one cell shows it: the first that isn't blank, by position from 0.</summary>
    public required ImmutableArray<string> Examples { get; init; }

    /// <summary>How dates such as <c>9/10/24</c> were read, for each column that has any.</summary>
    public required ImmutableArray<AssumedOrder> DateOrders { get; init; }

    /// <summary>Rows without any content.</summary>
    public required int BlankRows { get; init; }

    /// <summary>Every other row below the header, in the file's order.</summary>
    public required ImmutableArray<SheetRow> Rows { get; init; }

    /// <exception cref="SheetRefusedException">The sheet can't be read as a whole.</exception>
    public static Sheet Read(Stream csv, SheetOptions options)
    {
        var text = SheetText.Decode(csv);
        var layout = SheetLayout.Find(text, options.Map);
        var (records, blank) = layout.Records(text);
        var columns = layout.Columns.WithUnnamedCells(records);
        var dates = SheetDates.Of(columns, records, options);

        var lineOf = new Dictionary<Guid, int>();
        return new Sheet
        {
            Encoding = text.Encoding,
            Delimiter = layout.Delimiter,
            HeaderLine = layout.Header.Line,
            Columns = columns.Matched,
            Ignored = columns.Ignored,
            Candidates =
            [
                .. records
                    .Select(x => columns[SheetField.Candidate] is { } column ? SheetWords.OneLine(x.Cell(column.Position)) : "")
                    .Append(options.Candidate ?? "")
                    .Where(x => x.Length > 0)
                    .Distinct(StringComparer.Ordinal),
            ],
            Examples = [.. layout.Header.Cells.Select((_, i) => Example(i + 1, records))],
            DateOrders = dates.Orders,
            BlankRows = blank,
            Rows = [.. records.Select(x => new RowParser(x, layout.Header, columns, dates, options).Read()).Select(OnlyOnce)],
        };

        static string Example(int position, List<SheetRecord> records) =>
            SheetWords
                .OneLine(records.Select(x => x.Cell(position)).FirstOrDefault(x => !string.IsNullOrWhiteSpace(x)) ?? "")
                .Shorten(MaxExample);

        SheetRow OnlyOnce(SheetRow row) =>
            row is SheetRow.Understood x && !lineOf.TryAdd(x.Identity, x.Line)
                ? new SheetRow.Refused(x.Line, [ImportText.Finding(null, "duplicate", null, ("line", lineOf[x.Identity]))])
                : row;
    }
}

/// <param name="Team">Part of every row's identity.</param>
/// <param name="Today">The day it is in <paramref name="Zone"/>.</param>
/// <param name="Zone">Where a time with an offset, as <c>2024-09-19T23:30Z</c>, is brought to before its date is taken.</param>
/// <param name="Candidate">Whose applications these are, where the sheet doesn't say.</param>
/// <param name="Map">Headers that the caller names.</param>
/// <param name="DateOrder">How <c>9/10/24</c> is meant, where the caller knows; otherwise it is inferred from the file.</param>
public sealed record SheetOptions(
    string Team,
    DateOnly Today,
    DateTimeZone Zone,
    string? Candidate = null,
    ColumnMap? Map = null,
    DateOrder? DateOrder = null
);

public abstract record SheetRow
{
    private SheetRow(int line) => Line = line;

    /// <summary>Where the row starts: 1 is the file's first line.</summary>
    public int Line { get; }

    /// <param name="Identity">See <see cref="RowIdentity"/>.</param>
    /// <param name="Remarks">What was read differently from how it stands there.</param>
    public sealed record Understood(int Line, Guid Identity, SheetApplication Application, ImmutableArray<Finding> Remarks)
        : SheetRow(Line);

    public sealed record Refused(int Line, ImmutableArray<Finding> Reasons) : SheetRow(Line);
}

/// <param name="Column">The header as the sheet has it, or the field's name where the sheet has no such column; null: the whole
/// row.</param>
/// <param name="Code">Stable, camelCase: for programs.</param>
/// <param name="Sentence">For a person, in English.</param>
/// <param name="Cell">What stands there, where it is about a cell.</param>
/// <param name="Values">What the sentence names, by name: with the code, what a translation needs.</param>
public sealed record Finding(
    string? Column,
    string Code,
    string Sentence,
    string? Cell = null,
    IReadOnlyDictionary<string, string>? Values = null
);

/// <summary>
/// What a row says. Nothing here breaks a rule of the domain by itself: what would was refused, or kept in the notes with a remark.
/// </summary>
public sealed record SheetApplication
{
    public required string Candidate { get; init; }
    public required string Employer { get; init; }
    public required string Title { get; init; }

    /// <summary>Absolute, http or https.</summary>
    public string? Url { get; init; }

    /// <summary>Null where the sheet doesn't say; never in the future.</summary>
    public DateOnly? SubmittedOn { get; init; }

    public Approach Approach { get; init; }

    /// <summary>The words that <see cref="Approach"/> was read from. May name a person ("referred by …"): notes, not events.</summary>
    public string? Source { get; init; }

    public HiringProcess? HiringProcess { get; init; }

    /// <summary>ISO 3166-2, as <c>DE-BY</c>.</summary>
    public string? Region { get; init; }

    public SheetContact? Contact { get; init; }
    public string? Notes { get; init; }

    /// <summary>After the submission and at most 30 days after it.</summary>
    public DateOnly? PromisedFollowUpOn { get; init; }

    public DateOnly? ClosesOn { get; init; }

    /// <summary>What followed the submission, in order; empty: nothing yet.</summary>
    public ImmutableArray<Outcome> Outcomes { get; init; } = [];
}

public sealed record SheetContact(string? Name, ContactRole Role, string? Email, string? Phone);

public abstract record Outcome
{
    private Outcome() { }

    /// <summary>The candidate has followed up already.</summary>
    public sealed record FollowedUp(DateOnly? On) : Outcome;

    /// <summary>The employer answered, and it isn't over; <paramref name="Offer"/>: with an offer.</summary>
    public sealed record Responded(DateOnly? On, bool Offer) : Outcome;

    /// <param name="Round">2 where the sheet says "2nd interview"; the ones before it have no fact of their own.</param>
    /// <param name="On">Null where the sheet doesn't say.</param>
    /// <param name="At">In the time zone of <see cref="SheetOptions.Zone"/>, where the sheet says.</param>
    /// <param name="Ahead">It isn't known to be over: it is today, later, or only called scheduled.</param>
    public sealed record Interview(int Round, DateOnly? On, TimeOnly? At, bool Ahead) : Outcome;

    /// <param name="On">When the employer said so; null where the sheet doesn't say.</param>
    public sealed record Closed(ClosingReason Reason, DateOnly? On) : Outcome;
}

/// <summary>
/// The sheet was refused as a whole: <c>empty</c>, <c>notCsv</c>, <c>missingColumn</c>, <c>badMap</c>, <c>mappedHeaderMissing</c>,
/// <c>tooManyRows</c>, <c>tooManyColumns</c>, <c>tooManyAlike</c>.
/// </summary>
public sealed class SheetRefusedException(string code, Sentence sentence) : Exception(sentence.ToString())
{
    public string Code { get; } = code;
    public Sentence Sentence { get; } = sentence;

    /// <summary>The fields that no column was found for.</summary>
    public ImmutableArray<SheetField> Missing { get; init; } = [];

    /// <summary>The headers that were seen instead.</summary>
    public ImmutableArray<string> Headers { get; init; } = [];
}
