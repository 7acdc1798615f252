namespace FollowUp.Applications.Import;

/// <summary>What a person, or a program, chose for a sheet; what is null is left to the sheet.</summary>
public sealed record SheetChoices
{
    /// <summary>The candidate of the rows that name none.</summary>
    public string? Candidate { get; init; }

    /// <summary>Whether to make a candidate for each name that isn't known.</summary>
    public bool NewCandidates { get; init; }

    /// <summary>The meaning of headers; null if only known headers are used.</summary>
    public IReadOnlyList<MappedHeader>? Map { get; init; }

    /// <summary>The order of day and month in a date like 9/10/24; null to infer it from the sheet.</summary>
    public DateOrder? Order { get; init; }

    /// <summary>The meaning of words for a status.</summary>
    public IReadOnlyList<MappedStatus>? Statuses { get; init; }

    /// <summary>The sheet of a workbook; null for the one with the most known headers.</summary>
    public string? Sheet { get; init; }

    /// <summary>The encoding; null to detect it.</summary>
    public string? Encoding { get; init; }

    /// <summary>Whether to record what rows tell of applications that are already there.</summary>
    public bool Update { get; init; }

    /// <summary>The cells that a person corrected in the preview.</summary>
    public IReadOnlyList<CorrectedCell>? Corrections { get; init; }

    /// <summary>The lines of the rows of which a person said in the preview that they are another application for the job.</summary>
    public IReadOnlyList<int>? Again { get; init; }
}

/// <summary>A cell that a person corrected.</summary>
/// <param name="Line">The line on which its row starts.</param>
/// <param name="Position">Its column's position; the leftmost is 1.</param>
/// <param name="Text">The text that is read instead.</param>
public sealed record CorrectedCell(int Line, int Position, string Text)
{
    /// <summary>The longest text that can be corrected, and the longest correction.</summary>
    public const int LongestText = 500;
}
