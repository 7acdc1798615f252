namespace FollowUp.Chaos;

/// <summary>What the sender of a command knows of it in the end.</summary>
internal enum Outcome
{
    /// <summary>
    /// No final answer came, or a refusal after a sending that was never answered: the command's facts may be recorded once, or not.
    /// </summary>
    Unknown,

    /// <summary>The service answered that the command's facts are recorded.</summary>
    Acknowledged,

    /// <summary>The service refused the command, and answered every sending of it: nothing is recorded.</summary>
    Refused,

    /// <summary>The broker confirmed a command that asks for no reply: its facts are recorded, or the command is a dead letter.</summary>
    Entrusted,
}

/// <summary>The answer to a command, over HTTP or over the bus.</summary>
internal sealed record Reply(int Status, string? Code, string Text)
{
    public override string ToString() => $"{Status} {Code} {(Text.Length > 300 ? Text[^300..] : Text)}";
}

/// <summary>One sending of a command.</summary>
/// <param name="Way">HTTP, or AMQP.</param>
/// <param name="Reply">The answer; null when none came.</param>
internal sealed record Sending(string Way, DateTimeOffset At, DateTimeOffset EndedAt, Reply? Reply)
{
    public const string Http = "HTTP",
        Amqp = "AMQP";

    /// <summary>Whether the command may have been carried out all the same.</summary>
    public bool IsInDoubt => Reply is null or { Status: 503 };

    public override string ToString() => $"{At:HH:mm:ss.fff} {Way}, {EndedAt:HH:mm:ss.fff} {Reply?.ToString() ?? "no answer"}";
}

/// <summary>A command of the load, however often it was sent.</summary>
/// <param name="Id">
/// The command's id, idempotency key, claim id and correlation id: every event that the command leads to names it.
/// </param>
/// <param name="Facts">The types of the events that record it, each of which occurs once.</param>
internal sealed record Attempt(Guid Id, Guid Application, string What, IReadOnlyList<string> Facts)
{
    /// <summary>The events' correlation id.</summary>
    public string Correlation { get; } = Id.ToString("n");

    public Outcome Outcome { get; set; }

    /// <summary>Every sending that waited for an answer, in order. All have the command's id.</summary>
    public IReadOnlyList<Sending> Sendings { get; set; } = [];

    /// <summary>Whether a sending of the command was never answered.</summary>
    public bool IsInDoubt => Sendings.Any(x => x.IsInDoubt);

    /// <summary>The types of the events that may record it beside its facts, each at most once.</summary>
    public IReadOnlyList<string> MayCause { get; init; } = [];

    public override string ToString() => $"{What} {Id} ({Outcome})";
}

/// <summary>An event as another system sees it, from the feed or from the bus.</summary>
/// <param name="Sequence">The number within the source and the application.</param>
/// <param name="Correlation">The correlation id.</param>
/// <param name="Stage">The stage that the event is about, if it is about one.</param>
internal sealed record PublicEvent(
    string Source,
    Guid Application,
    long Sequence,
    string Id,
    string Type,
    string? Correlation,
    long? Stage,
    DateTimeOffset Time
)
{
    public const string Applications = "/followup/applications",
        Scheduler = "/followup/scheduler";

    public override string ToString() => $"{Source} {Sequence} {Type} {Id}";
}

/// <summary>An item of an application's timeline.</summary>
internal sealed record TimelineItem(string Source, long Sequence, string Type);

/// <summary>A stage and its follow-up, as one of the services shows it.</summary>
internal sealed record StageView(long? Stage, string? FollowUp, string? MadeBy);

/// <summary>An application as both services show it in the end.</summary>
/// <param name="Version">The version that Applications shows; null if it shows none.</param>
/// <param name="AsOf">The version that the Scheduler has seen; null if it has seen none.</param>
internal sealed record ApplicationView(
    Guid Application,
    long? Version,
    long? AsOf,
    IReadOnlyList<TimelineItem> Timeline,
    IReadOnlyList<StageView> Shown,
    IReadOnlyList<StageView> Planned
);

/// <summary>A time in which the listener's queue was not bound: what was published then is not on the bus for it.</summary>
internal sealed record DeafTime(DateTimeOffset From, DateTimeOffset Until);

/// <summary>Everything that was sent, answered, heard and read.</summary>
internal sealed record History
{
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>Both feeds, read from the start at the end: what is recorded.</summary>
    public IReadOnlyList<PublicEvent> Recorded { get; init; } = [];

    /// <summary>Both feeds, as a reader followed them through every fault.</summary>
    public IReadOnlyList<PublicEvent> Followed { get; init; } = [];

    /// <summary>The messages of the bus in the order of arrival, redeliveries included.</summary>
    public IReadOnlyList<PublicEvent> Heard { get; init; } = [];

    public IReadOnlyList<ApplicationView> Views { get; init; } = [];

    /// <summary>The texts of the dead letters.</summary>
    public IReadOnlyList<string> DeadLetters { get; init; } = [];

    public IReadOnlyList<DeafTime> Deaf { get; init; } = [];

    /// <summary>Answers and events of processes that no caller and no operator should see.</summary>
    public IReadOnlyList<string> Complaints { get; init; } = [];
}
