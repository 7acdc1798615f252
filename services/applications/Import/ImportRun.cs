using FollowUp.Platform.Security;

namespace FollowUp.Applications.Import;

/// <summary>How an import stands.</summary>
public enum ImportState
{
    /// <summary>The sheet is there, and somebody looks at what it would record.</summary>
    Preview,

    /// <summary>Its rows are being recorded.</summary>
    Running,
    Done,

    /// <summary>What it recorded is being closed again.</summary>
    TakingBack,
    TakenBack,

    /// <summary>It couldn't go on, and says why.</summary>
    Failed,
}

/// <summary>A spreadsheet that somebody of a team imports, from the moment it is there.</summary>
public sealed record ImportRun
{
    public required Guid Id { get; init; }
    public required string Team { get; init; }
    public required string By { get; init; }

    /// <summary>The file's name, as a person knows the sheet.</summary>
    public required string File { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Whose applications these are, where the sheet doesn't say.</summary>
    public string? Candidate { get; init; }

    /// <summary>What the headers were taken for; null: as they are known.</summary>
    public IReadOnlyList<MappedHeader>? Map { get; init; }

    /// <summary>How 9/10/24 is meant; null: as the sheet tells.</summary>
    public DateOrder? Order { get; init; }

    public ImportState State { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Rows, or applications to take back.</summary>
    public int Total { get; init; }

    public int Seen { get; init; }
    public int Recorded { get; init; }
    public int AlreadyThere { get; init; }
    public int Refused { get; init; }
    public string? TakenBackBy { get; init; }
    public DateTimeOffset? TakenBackAt { get; init; }
    public int TakenBack { get; init; }
    public int LeftAlone { get; init; }

    /// <summary>Its sheet and its report are gone.</summary>
    public bool IsCleared { get; init; }

    public bool IsUnderWay => State is ImportState.Running or ImportState.TakingBack;

    /// <summary>Stands in every fact that it records, so that the facts themselves say which are its own.</summary>
    public string Correlation => $"import:{Id}";

    /// <summary>Stands in every closing by which it was taken back.</summary>
    public string CorrelationOfTakingBack => $"{Correlation}:back";

    public Caller Caller() => new(Team, By);

    public ColumnMap? Columns() => Map is null ? null : ColumnMap.Of(Map);
}

/// <summary>
/// The sheet of an import, compressed: kept so that nobody sends it twice, and gone when it was imported, or after a day.
/// </summary>
public sealed record UploadedSheet(Guid Id, byte[] Content);

/// <summary>What became of each row. It quotes cells, so it is gone after a month, or when one of its candidates is erased.</summary>
/// <param name="LeftAlone">Why an application wasn't taken back.</param>
public sealed record ImportReport(
    Guid Id,
    IReadOnlyList<string> Candidates,
    IReadOnlyList<ImportSheet.RowReport> Rows,
    IReadOnlyDictionary<Guid, WhyLeftAlone>? LeftAlone = null
);

/// <summary>Why an application that an import recorded wasn't taken back with it.</summary>
public enum WhyLeftAlone
{
    /// <summary>Somebody recorded something of it since.</summary>
    GoneOn,

    /// <summary>It was closed in the sheet already.</summary>
    ClosedBefore,

    /// <summary>Somebody is about to follow it up.</summary>
    Claimed,
}
