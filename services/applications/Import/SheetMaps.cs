using FollowUp.Contracts;
using FollowUp.Platform.Concurrency;
using Marten;

namespace FollowUp.Applications.Import;

/// <summary>The meanings that a person can give to a word for a status.</summary>
public enum SheetStatus
{
    /// <summary>It was submitted, and nothing else happened.</summary>
    Applied,
    FollowedUp,

    /// <summary>The employer answered, and the application goes on.</summary>
    Answered,
    Interview,
    InterviewScheduled,
    PhoneScreen,
    Assessment,
    ReferenceCheck,
    Offer,
    OfferAccepted,
    OfferDeclined,
    Rejected,
    Withdrawn,
    NoResponse,
    PositionFilled,
    NotSubmitted,

    /// <summary>The word says nothing of the status.</summary>
    Nothing,
}

/// <summary>A word for a status, and its meaning; null if it isn't known.</summary>
public sealed record MappedStatus(string Word, SheetStatus? Meaning);

/// <summary>
/// Words for a status that people mapped, as <c>Refusé:rejected,Geister:noResponse</c>. They take precedence over the known ones.
/// </summary>
public sealed class StatusMap
{
    private const int LongestWord = 100,
        MostWords = 1_000;

    private readonly Dictionary<string, MappedStatus> words = [];

    public static StatusMap None { get; } = new();

    /// <summary>The words, as they were written.</summary>
    public IReadOnlyCollection<MappedStatus> Words => words.Values;

    /// <exception cref="SheetRefusedException"><c>badStatusMap</c>.</exception>
    public static StatusMap Parse(string text)
    {
        var map = new StatusMap();
        foreach (var pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = pair.LastIndexOf(':');
            var (word, name) = colon < 0 ? (pair, "") : (pair[..colon].Trim(), pair[(colon + 1)..].Trim());
            if (!CanMap(word) || name.Length == 0)
                throw new SheetRefusedException("badStatusMap", $"\"{pair}\" isn't a word and its meaning, as in Refusé:rejected.");
            if (!char.IsLetter(name[0]) || !Enum.TryParse<SheetStatus>(name, ignoreCase: true, out var meaning))
                throw new SheetRefusedException(
                    "badStatusMap",
                    $"\"{name}\" isn't a status. They are: {string.Join(", ", Enum.GetValues<SheetStatus>().Select(x => x.Word()))}."
                );
            map.words[Key(word)] = new(word, meaning);
        }
        return map;
    }

    public static StatusMap Of(IEnumerable<MappedStatus> words)
    {
        var map = new StatusMap();
        foreach (var word in words.Where(x => x.Meaning is not null && CanMap(x.Word)))
            map.words[Key(word.Word)] = word;
        return map;
    }

    /// <summary>Whether a word can be mapped: it needs a letter, a digit or a symbol, and isn't too long.</summary>
    public static bool CanMap(string word) => word.Length <= LongestWord && Key(word).Length > 0;

    /// <summary>What is the same in words that mean the same.</summary>
    internal static string Key(string word) =>
        SheetWords.Fold(word) is { Length: > 0 } folded ? folded
        : SheetWords.IsSymbol(word) ? word.Trim()
        : "";

    /// <summary>Both maps; of a word in both the other's meaning. A full map takes no further words.</summary>
    public StatusMap With(StatusMap other) => Of(words.Concat(other.words).GroupBy(x => x.Key).Select(x => x.Last().Value).Take(MostWords));

    internal Status? this[string folded] =>
        words.TryGetValue(folded, out var found)
            ? found.Meaning switch
            {
                SheetStatus.Applied => new(StatusKind.Applied),
                SheetStatus.FollowedUp => new(StatusKind.FollowedUp),
                SheetStatus.Answered => new(StatusKind.Answered),
                SheetStatus.Interview => new(StatusKind.Interview),
                SheetStatus.InterviewScheduled => new(StatusKind.Interview, Scheduled: true),
                SheetStatus.PhoneScreen => new(StatusKind.Interview, Interview: InterviewKind.PhoneScreen),
                SheetStatus.Assessment => new(StatusKind.Step, Step: StepKind.Assessment),
                SheetStatus.ReferenceCheck => new(StatusKind.Step, Step: StepKind.ReferenceCheck),
                SheetStatus.Offer => new(StatusKind.Offer),
                SheetStatus.OfferAccepted => new(StatusKind.Closed, ClosingReason.OfferAccepted),
                SheetStatus.OfferDeclined => new(StatusKind.Closed, ClosingReason.OfferDeclined),
                SheetStatus.Rejected => new(StatusKind.Closed, ClosingReason.Rejected),
                SheetStatus.Withdrawn => new(StatusKind.Closed, ClosingReason.Withdrawn),
                SheetStatus.NoResponse => new(StatusKind.Closed, ClosingReason.NoResponse),
                SheetStatus.PositionFilled => new(StatusKind.Closed, ClosingReason.PositionFilled),
                SheetStatus.NotSubmitted => new(StatusKind.NotSubmitted),
                _ => new(StatusKind.Nothing),
            }
            : null;

    /// <summary>The status that an outcome leaves an application in; null of a step that no status is about.</summary>
    internal static SheetStatus? StatusOf(Outcome? last) =>
        last switch
        {
            null => SheetStatus.Applied,
            Outcome.FollowedUp => SheetStatus.FollowedUp,
            Outcome.Responded x => x.Offer ? SheetStatus.Offer : SheetStatus.Answered,
            Outcome.Interview x => x.Ahead ? SheetStatus.InterviewScheduled
                : x.Kind is InterviewKind.PhoneScreen ? SheetStatus.PhoneScreen
                : SheetStatus.Interview,
            Outcome.Step { Kind: StepKind.Assessment } => SheetStatus.Assessment,
            Outcome.Step { Kind: StepKind.ReferenceCheck } => SheetStatus.ReferenceCheck,
            Outcome.Step { Kind: StepKind.Offer } => SheetStatus.Offer,
            Outcome.Closed x => Enum.Parse<SheetStatus>(x.Reason.ToString()),
            _ => null,
        };

    internal bool Has(string word) => words.ContainsKey(Key(word));

    internal SheetStatus? MeaningOf(string word) => words.GetValueOrDefault(Key(word))?.Meaning;
}

/// <summary>The words for a status that a team mapped: they are remembered, so that each is asked about once.</summary>
public sealed record TeamStatusWords(IReadOnlyList<MappedStatus> Words)
{
    /// <summary>A team has one.</summary>
    public const string OnlyId = "status";

    public string Id { get; init; } = OnlyId;
}

/// <summary>Reads and remembers the words for a status that a team mapped.</summary>
public sealed class TeamStatuses(IDocumentStore store)
{
    public async Task<StatusMap> Of(string team, CancellationToken ct)
    {
        await using var session = store.QuerySession(team);
        return await session.LoadAsync<TeamStatusWords>(TeamStatusWords.OnlyId, ct) is { } found
            ? StatusMap.Of(found.Words)
            : StatusMap.None;
    }

    public Task Remember(string team, StatusMap words, CancellationToken ct) =>
        words.Words.Count == 0
            ? Task.CompletedTask
            : ConflictRetry
                .Progress.ExecuteAsync(
                    async ct =>
                    {
                        await using var session = store.LightweightSession(team);
                        var before = await session.LoadAsync<TeamStatusWords>(TeamStatusWords.OnlyId, ct);
                        session.Store((before ?? new([])) with { Words = [.. StatusMap.Of(before?.Words ?? []).With(words).Words] });
                        await session.SaveChangesAsync(ct);
                    },
                    ct
                )
                .AsTask();
}

/// <summary>What a person, or a program, chose for the reading of a sheet; null is left to the sheet.</summary>
/// <param name="Candidate">The candidate of the rows that name none.</param>
/// <param name="Update">Whether to record what rows tell of applications that are already there.</param>
public sealed record SheetChoices(
    string? Candidate,
    ColumnMap? Map = null,
    DateOrder? Order = null,
    StatusMap? Words = null,
    string? Sheet = null,
    string? Encoding = null,
    bool Update = false
);
