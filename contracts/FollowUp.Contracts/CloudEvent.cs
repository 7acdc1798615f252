using System.Text.Json;
using System.Text.Json.Serialization;

namespace FollowUp.Contracts;

/// <summary>
/// One message of FollowUp: a <see href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md">CloudEvents 1.0</see> object
/// in structured JSON. Attributes beyond these are ignored on reading.
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

    /// <summary>Unique per event and the same on every redelivery: deduplicate by it. Of a command: its idempotency key.</summary>
    [JsonPropertyOrder(-9)]
    public required string Id { get; init; }

    /// <summary><c>/followup/applications</c>, <c>/followup/scheduler</c>, or the sender's own of a command.</summary>
    [JsonPropertyOrder(-8)]
    public required string Source { get; init; }

    /// <summary>What it is, as <c>followup.application.submitted.v1</c>.</summary>
    [JsonPropertyOrder(-7)]
    public required string Type { get; init; }

    /// <summary>The application's id.</summary>
    [JsonPropertyOrder(-6)]
    public string? Subject { get; init; }

    /// <summary>When it was recorded.</summary>
    [JsonPropertyOrder(-5)]
    public DateTimeOffset? Time { get; init; }

    /// <summary>The team it belongs to (extension).</summary>
    [JsonPropertyOrder(-4)]
    public string? Team { get; init; }

    /// <summary>
    /// The version of the application's stream in this source: 1, 2, 3 … with no gap. A string of digits on the wire, as the
    /// <see href="https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/sequence.md">sequence extension</see> has it.
    /// </summary>
    [JsonPropertyOrder(-3), JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
    public long? Sequence { get; init; }

    /// <summary>How <see cref="Sequence"/> is to be read: <c>Integer</c>.</summary>
    [JsonPropertyName("sequencetype"), JsonPropertyOrder(-2)]
    public string? SequenceType { get; init; }

    /// <summary>The id that ties together all that one request caused (extension).</summary>
    [JsonPropertyName("correlationid")]
    public string? CorrelationId { get; init; }

    /// <summary>The id of the command or event that caused this one (extension).</summary>
    [JsonPropertyName("causationid")]
    public string? CausationId { get; init; }

    /// <summary>Who recorded it: the name of the key, integration or service (extension).</summary>
    [JsonPropertyName("recordedby")]
    public string? RecordedBy { get; init; }

    /// <summary>The trace it belongs to (<see href="https://www.w3.org/TR/trace-context/">W3C</see>, extension).</summary>
    [JsonPropertyName("traceparent")]
    public string? TraceParent { get; init; }

    /// <summary>
    /// The id of the replay that sends it again, to one queue (extension). All else is as it was, <see cref="Id"/> and
    /// <see cref="Sequence"/> too: a reader that has seen it leaves it out.
    /// </summary>
    [JsonPropertyName("replay")]
    public string? Replay { get; init; }

    /// <summary>
    /// Of a replay from which the Scheduler is rebuilt: the last <see cref="Sequence"/> that Applications has of this application
    /// (extension). Until all up to it is there, and all up to <see cref="ReplayDecided"/>, there is nothing to decide.
    /// </summary>
    [JsonPropertyName("replaylast"), JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
    public long? ReplayLast { get; init; }

    /// <summary>
    /// Of such a replay: the last <see cref="Sequence"/> that Applications has heard of the Scheduler about this application (extension).
    /// </summary>
    [JsonPropertyName("replaydecided"), JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
    public long? ReplayDecided { get; init; }

    /// <summary>The media type of <see cref="Data"/>.</summary>
    [JsonPropertyName("datacontenttype")]
    public string? DataContentType { get; init; }

    /// <summary>The contract record.</summary>
    [JsonPropertyOrder(10), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Data { get; init; }
}
