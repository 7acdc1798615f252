using System.Text.Json;
using System.Text.Json.Serialization;

namespace FollowUp.Contracts;

/// <summary>
/// A message of FollowUp: a <see href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md">CloudEvents 1.0</see> object in
/// structured JSON. A reader ignores attributes that aren't listed here.
/// </summary>
public sealed record CloudEvent
{
    /// <summary>The media type of a structured event.</summary>
    public const string MediaType = "application/cloudevents+json";

    /// <summary>The media type of a batch of structured events.</summary>
    public const string BatchMediaType = "application/cloudevents-batch+json";

    /// <summary>Always <c>1.0</c>.</summary>
    [JsonPropertyName("specversion"), JsonPropertyOrder(-10)]
    public string SpecVersion { get; init; } = "1.0";

    /// <summary>
    /// An event's id: unique, and the same on every redelivery, so deduplicate by it. A command's id is its idempotency key.
    /// </summary>
    [JsonPropertyOrder(-9)]
    public required string Id { get; init; }

    /// <summary>The source: <c>/followup/applications</c>, <c>/followup/scheduler</c>, or, for a command, the sender's own.</summary>
    [JsonPropertyOrder(-8)]
    public required string Source { get; init; }

    /// <summary>The type name, as <c>followup.application.submitted.v1</c>.</summary>
    [JsonPropertyOrder(-7)]
    public required string Type { get; init; }

    /// <summary>The application's id.</summary>
    [JsonPropertyOrder(-6)]
    public string? Subject { get; init; }

    /// <summary>When the message was recorded.</summary>
    [JsonPropertyOrder(-5)]
    public DateTimeOffset? Time { get; init; }

    /// <summary>The team that the message belongs to (extension).</summary>
    [JsonPropertyOrder(-4)]
    public string? Team { get; init; }

    /// <summary>
    /// The version of the application's stream in this source: 1, 2, 3 … without gaps. A string of digits in JSON, as in the
    /// <see href="https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/sequence.md">sequence extension</see>.
    /// </summary>
    [JsonPropertyOrder(-3), JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
    public long? Sequence { get; init; }

    /// <summary>
    /// The life of the source's store in which the event was recorded (extension). Each restore of the store, and each failover to a
    /// replica, begins a new life, and may have cut the history before it: the same <see cref="Sequence"/> then means another event.
    /// Compared as text, the later life is the greater, so incarnation and sequence together give the order of an application's events.
    /// </summary>
    [JsonPropertyName("incarnation"), JsonPropertyOrder(-1)]
    public string? Incarnation { get; init; }

    /// <summary>The type of <see cref="Sequence"/>: always <c>Integer</c>.</summary>
    [JsonPropertyName("sequencetype"), JsonPropertyOrder(-2)]
    public string? SequenceType { get; init; }

    /// <summary>
    /// The last <see cref="Sequence"/> of what was recorded together with the event, if it is not the last (extension): whoever judges an
    /// application may wait for that one.
    /// </summary>
    [JsonPropertyName("lastsequence"), JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
    public long? LastSequence { get; init; }

    /// <summary>The id that all messages caused by one request share (extension).</summary>
    [JsonPropertyName("correlationid")]
    public string? CorrelationId { get; init; }

    /// <summary>The id of the command or event that caused this one (extension).</summary>
    [JsonPropertyName("causationid")]
    public string? CausationId { get; init; }

    /// <summary>The name of the key, integration or service that recorded the message (extension).</summary>
    [JsonPropertyName("recordedby")]
    public string? RecordedBy { get; init; }

    /// <summary>
    /// The opaque id of the key, the integration or the person that recorded the message (extension). Unlike a name it can't be typed.
    /// </summary>
    [JsonPropertyName("principal")]
    public string? Principal { get; init; }

    /// <summary>The trace that the message belongs to (<see href="https://www.w3.org/TR/trace-context/">W3C</see>, extension).</summary>
    [JsonPropertyName("traceparent")]
    public string? TraceParent { get; init; }

    /// <summary>
    /// The id of the replay that sends the event again, to one queue (extension). All other attributes are unchanged, also <see cref="Id"/>
    /// and <see cref="Sequence"/>, so a reader that has seen the event ignores it.
    /// </summary>
    [JsonPropertyName("replay")]
    public string? Replay { get; init; }

    /// <summary>
    /// In a replay from which the Scheduler is rebuilt: the last <see cref="Sequence"/> of this application in Applications (extension).
    /// The Scheduler decides nothing until all events up to it, and up to <see cref="ReplayDecided"/>, have arrived.
    /// </summary>
    [JsonPropertyName("replaylast"), JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
    public long? ReplayLast { get; init; }

    /// <summary>
    /// In such a replay: the last <see cref="Sequence"/> of the Scheduler's own events about this application that Applications has
    /// received (extension).
    /// </summary>
    [JsonPropertyName("replaydecided"), JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
    public long? ReplayDecided { get; init; }

    /// <summary>
    /// In messages that the pair sends to compare its stores: the life of the source's store that sends them, which may be later than the
    /// event's own (extension).
    /// </summary>
    [JsonPropertyName("replayincarnation")]
    public string? ReplayIncarnation { get; init; }

    /// <summary>In such messages: the comparison, started by the Scheduler, that they belong to (extension).</summary>
    [JsonPropertyName("replayfor")]
    public string? ReplayFor { get; init; }

    /// <summary>The media type of <see cref="Data"/>.</summary>
    [JsonPropertyName("datacontenttype")]
    public string? DataContentType { get; init; }

    /// <summary>The contract record.</summary>
    [JsonPropertyOrder(10), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Data { get; init; }
}
