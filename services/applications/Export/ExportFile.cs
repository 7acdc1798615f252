using System.Security.Cryptography;
using System.Text.Json;
using FollowUp.Applications.Candidates;
using FollowUp.Contracts;

namespace FollowUp.Applications.Export;

// The lines of an export: the header, documents, events, and the end. See docs/exporting.md.

/// <summary>The first line of an export.</summary>
/// <param name="Team">The team whose data follow.</param>
/// <param name="At">When it was exported.</param>
/// <param name="Incarnation">The life of the store of Applications.</param>
/// <param name="Position">Everything up to this position of <c>GET /events</c> is in the file.</param>
internal sealed record ExportHeader(string Format, int Version, string Team, DateTimeOffset At, string Incarnation, string Position)
{
    public const string Name = "followup-export";

    /// <summary>A version whose lines mean something else than those of the version before has another number.</summary>
    public const int Current = 1;
}

/// <summary>A document that is kept beside the events.</summary>
/// <param name="Document">One of <see cref="ExportDocuments"/>.</param>
internal sealed record ExportDocument(string Document, JsonElement Data);

/// <summary>The kinds of documents in an export.</summary>
internal static class ExportDocuments
{
    public const string Candidate = "candidate",
        StatusWords = "statusWords",
        OverrideNote = "overrideNote",
        Contact = "contact",
        Note = "note";
}

/// <summary>A contact, with the id that it has in the events in common with others of the same address.</summary>
internal sealed record ExportContact(Contact Contact, Guid? Person);

/// <summary>The last line of an export: without it, the file is not complete.</summary>
internal sealed record ExportEnd(ExportCounts End);

/// <summary>What the lines between the first and the last are.</summary>
/// <param name="Facts">The events of Applications.</param>
/// <param name="Decisions">The events of the Scheduler.</param>
/// <param name="Sha256">The hash of all lines before the last, each with its line feed.</param>
internal sealed record ExportCounts(long Documents, long Facts, long Decisions, string Sha256)
{
    public static ExportCounts None { get; } = new(0, 0, 0, "");

    public ExportCounts With(ExportLine line) =>
        line switch
        {
            ExportLine.Document => this with { Documents = Documents + 1 },
            ExportLine.Happened { Event.Source: Catalogue.Applications } => this with { Facts = Facts + 1 },
            ExportLine.Happened => this with { Decisions = Decisions + 1 },
            _ => this,
        };
}

/// <summary>A line of an export.</summary>
internal abstract record ExportLine
{
    public sealed record First(ExportHeader Header) : ExportLine;

    public sealed record Document(string Kind, JsonElement Data) : ExportLine
    {
        public T Read<T>() => Data.Deserialize<T>(Json.Whole) ?? throw new JsonException("It is null.");
    }

    /// <param name="Event">A fact or a decision, as the contract has it.</param>
    /// <param name="Fact">The fact as it is stored, where the contract doesn't carry all of it.</param>
    public sealed record Happened(CloudEvent Event, JsonElement? Fact) : ExportLine;

    public sealed record Last(ExportCounts Counts) : ExportLine;

    /// <exception cref="JsonException">It is no line of an export.</exception>
    public static ExportLine Read(ReadOnlyMemory<byte> line)
    {
        using var parsed = JsonDocument.Parse(line);
        var root = parsed.RootElement.Clone();
        if (root.ValueKind != JsonValueKind.Object)
            throw new JsonException("It is no object.");
        if (root.TryGetProperty("specversion", out _))
            return new Happened(Of<CloudEvent>(WithData(root)), root.TryGetProperty("fact", out var fact) ? fact : null);
        if (root.TryGetProperty("document", out _))
        {
            var (kind, data) = Of<ExportDocument>(WithData(root));
            return new Document(kind, data);
        }
        if (root.TryGetProperty("end", out _))
            return new Last(Of<ExportEnd>(root).End);
        if (root.TryGetProperty("format", out _))
            return new First(Of<ExportHeader>(root));
        throw new JsonException("It is no line of an export.");
    }

    private static JsonElement WithData(JsonElement line) =>
        line.TryGetProperty("data", out _) ? line : throw new JsonException("It has no data.");

    private static T Of<T>(JsonElement line) => line.Deserialize<T>(Json.Whole) ?? throw new JsonException("It is null.");
}

/// <summary>Writes the lines of an export, and counts them.</summary>
internal sealed class ExportWriter(Stream into) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private ExportCounts _counts = ExportCounts.None;

    public ValueTask Write(ExportHeader header, CancellationToken ct) => Line(header, ct);

    public ValueTask Write<T>(string kind, T document, CancellationToken ct)
    {
        _counts = _counts with { Documents = _counts.Documents + 1 };
        return Line(new ExportDocument(kind, JsonSerializer.SerializeToElement(document, Json.Lenient)), ct);
    }

    /// <param name="fact">The fact as it is stored, where the contract doesn't carry all of it.</param>
    public ValueTask Write(CloudEvent happened, string? fact, CancellationToken ct)
    {
        // what is of the store that it is read from, and is another in the store that takes it
        var line = new ExportLine.Happened(
            happened with
            {
                Incarnation = null,
                Replay = null,
                ReplayLast = null,
                ReplayDecided = null,
            },
            null
        );
        _counts = _counts.With(line);
        if (fact is null)
            return Line(line.Event, ct);
        var node = JsonSerializer.SerializeToNode(line.Event, Json.Lenient)!;
        node["fact"] = System.Text.Json.Nodes.JsonNode.Parse(fact);
        return Line(node, ct);
    }

    /// <summary>Writes the last line.</summary>
    public ValueTask End(CancellationToken ct) =>
        Line(new ExportEnd(_counts with { Sha256 = Convert.ToHexStringLower(_hash.GetCurrentHash()) }), ct);

    public void Dispose() => _hash.Dispose();

    private ValueTask Line<T>(T line, CancellationToken ct)
    {
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line, Json.Lenient), (byte)'\n'];
        _hash.AppendData(bytes);
        return into.WriteAsync(bytes, ct);
    }
}
