using System.Globalization;
using FollowUp.Platform;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Import;

/// <summary>The state of an import.</summary>
public enum ImportState
{
    /// <summary>The sheet was uploaded, and a person reviews what it would record.</summary>
    Preview,

    /// <summary>The sheet's rows are being recorded.</summary>
    Running,
    Done,

    /// <summary>The import is being undone: the applications that it recorded are being closed.</summary>
    TakingBack,
    TakenBack,

    /// <summary>The import failed repeatedly. A person can start it again.</summary>
    Failed,
}

/// <summary>An import of a spreadsheet, from its upload on.</summary>
public sealed record ImportRun
{
    public required Guid Id { get; init; }
    public required string Team { get; init; }
    public required string By { get; init; }

    /// <summary>See <see cref="Platform.Security.Caller.Principal"/>.</summary>
    public string? Principal { get; init; }

    /// <summary>The file's name, by which a person recognizes the sheet.</summary>
    public required string File { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The candidate of the rows that name none.</summary>
    public string? Candidate { get; init; }

    /// <summary>The meaning of headers that a person mapped; null if only known headers are used.</summary>
    public IReadOnlyList<MappedHeader>? Map { get; init; }

    /// <summary>The order of day and month in a date like 9/10/24; null to infer it from the sheet.</summary>
    public DateOrder? Order { get; init; }

    /// <summary>The words for a status that a person mapped in the preview.</summary>
    public IReadOnlyList<MappedStatus>? Statuses { get; init; }

    /// <summary>The sheet of a workbook; null for the one with the most known headers.</summary>
    public string? Sheet { get; init; }

    /// <summary>The encoding; null to detect it.</summary>
    public string? Encoding { get; init; }

    /// <summary>Whether to record what rows tell of applications that are already there.</summary>
    public bool Update { get; init; }

    public ImportState State { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How many rows the import records, or how many applications it closes when it is undone.</summary>
    public int Total { get; init; }

    public int Seen { get; init; }
    public int Recorded { get; init; }
    public int AlreadyThere { get; init; }
    public int Changed { get; init; }
    public int Refused { get; init; }
    public string? TakenBackBy { get; init; }
    public DateTimeOffset? TakenBackAt { get; init; }
    public int TakenBack { get; init; }
    public int LeftAlone { get; init; }

    /// <summary>The sheet and the report were deleted.</summary>
    public bool IsCleared { get; init; }

    public bool IsUnderWay => State is ImportState.Running or ImportState.TakingBack;

    /// <summary>
    /// The correlation id of every event that the import records: the events themselves tell which import they belong to.
    /// </summary>
    public string Correlation => $"import:{Id}";

    /// <summary>The correlation id of every closing by which the import is undone.</summary>
    public string CorrelationOfTakingBack => $"{Correlation}:back";

    public Caller Caller() => new(Team, By, Principal);

    public SheetChoices Choices() =>
        new(
            Candidate,
            Map is null ? null : ColumnMap.Of(Map),
            Order,
            Statuses is null ? null : StatusMap.Of(Statuses),
            Sheet,
            Encoding,
            Update
        );
}

/// <summary>
/// The compressed sheet of an import: stored so that the caller sends it only once, and deleted after the import, or after a day.
/// </summary>
public sealed record UploadedSheet(Guid Id, byte[] Content);

/// <summary>The result of each row. It quotes cells, so it is deleted after a month, or when one of its candidates is erased.</summary>
/// <param name="Candidates">Those of all rows; of a long report each part has its share.</param>
/// <param name="Rows">All rows; of a long report the first that a page shows, and all are in its parts.</param>
/// <param name="LeftAlone">Of these rows, per application that wasn't closed when the import was undone: the reason.</param>
/// <param name="Parts">The number of parts of a long report, else 0.</param>
public sealed record ImportReport(
    Guid Id,
    IReadOnlyList<string> Candidates,
    IReadOnlyList<ImportSheet.RowReport> Rows,
    IReadOnlyDictionary<Guid, WhyLeftAlone>? LeftAlone = null,
    int Parts = 0
)
{
    private const int RowsOfAPart = 1_000;

    /// <summary>The report, in parts if it is long: no document grows with the sheet.</summary>
    internal static (ImportReport Report, ImportReportPart[] Parts) Of(
        Guid id,
        IReadOnlyList<string> candidates,
        IReadOnlyList<ImportSheet.RowReport> rows
    )
    {
        if (rows.Count <= RowsOfAPart)
            return (new(id, candidates, rows), []);
        // there are no more candidates than rows, and the one for rows that name none
        var (share, shares) = (candidates.Chunk(RowsOfAPart).ToArray(), rows.Chunk(RowsOfAPart).ToArray());
        ImportReportPart[] parts =
        [
            .. Enumerable
                .Range(0, Math.Max(share.Length, shares.Length))
                .Select(i => new ImportReportPart(
                    ImportReportPart.IdOf(id, i),
                    id,
                    share.ElementAtOrDefault(i) ?? [],
                    shares.ElementAtOrDefault(i) ?? []
                )),
        ];
        return (new(id, [], First(rows, _ => false), Parts: parts.Length), parts);
    }

    /// <summary>The rows that a page shows first: those left alone, then refused ones.</summary>
    internal static ImportSheet.RowReport[] First(IEnumerable<ImportSheet.RowReport> rows, Predicate<Guid> isLeftAlone) =>
        [
            .. rows.OrderBy(x =>
                    x.Application is { } id && isLeftAlone(id) ? 0
                    : x.Result == ImportSheet.Refused ? 1
                    : 2
                )
                .Take(RowsOfAPart),
        ];
}

/// <summary>A part of a long report.</summary>
public sealed record ImportReportPart(
    Guid Id,
    Guid Import,
    IReadOnlyList<string> Candidates,
    IReadOnlyList<ImportSheet.RowReport> Rows,
    IReadOnlyDictionary<Guid, WhyLeftAlone>? LeftAlone = null
)
{
    internal static Guid IdOf(Guid import, int number) =>
        DeterministicId.From(import.ToString(), "report", number.ToString(CultureInfo.InvariantCulture));
}

/// <summary>The reason why an application stays as it is when its import is undone.</summary>
public enum WhyLeftAlone
{
    /// <summary>Other events were recorded since the import.</summary>
    GoneOn,

    /// <summary>A person has claimed its follow-up.</summary>
    Claimed,
}
