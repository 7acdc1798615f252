using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Export;
using FollowUp.Applications.Publishing;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Platform;

namespace FollowUp.Applications.Import;

/// <summary>
/// Checks an export line by line: that it is one, of a version that is known, complete, undamaged, and that every line can be imported.
/// </summary>
internal sealed class ExportCheck : IDisposable
{
    private const int LongestLine = 4 * 1024 * 1024;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly HashSet<Guid> _streams = [];
    private Guid _stream;
    private long _facts,
        _decisions;
    private ExportCounts? _end;

    /// <summary>The first line.</summary>
    public ExportHeader? Header { get; private set; }

    /// <summary>What was read so far.</summary>
    public ExportCounts Counts { get; private set; } = ExportCounts.None;

    /// <summary>How many lines were read.</summary>
    public long Lines { get; private set; }

    /// <summary>The lines of a file, without their line feeds.</summary>
    /// <exception cref="RefusedException"><c>badExport</c>: a line is too long to be one of an export.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesOf(PipeReader file, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var (number, isCompleted) = (1L, false); !isCompleted; )
        {
            var read = await file.ReadAsync(ct);
            var (rest, end) = (read.Buffer, read.Buffer.End);
            try
            {
                while (rest.PositionOf((byte)'\n') is { } at)
                {
                    yield return rest.Slice(0, at).ToArray();
                    number++;
                    rest = rest.Slice(rest.GetPosition(1, at));
                }
                if (rest.Length > LongestLine)
                    throw Bad(number, "It is longer than any line of an export.");
                isCompleted = read.IsCompleted;
                if (isCompleted && !rest.IsEmpty)
                    yield return rest.ToArray();
            }
            finally
            {
                file.AdvanceTo(rest.Start, end);
            }
        }
    }

    /// <summary>Checks the next line.</summary>
    /// <exception cref="RefusedException"><c>badExport</c>, <c>unknownExportVersion</c>.</exception>
    public void Take(ReadOnlyMemory<byte> bytes)
    {
        Lines++;
        if (_end is not null)
            throw Bad(Lines, "It follows the last line of the export.");
        try
        {
            var line = ExportLine.Read(bytes);
            Check(line);
            Counts = Counts.With(line);
        }
        catch (JsonException exception)
        {
            // the serializer's own messages, which have a path or a place, name types of this program
            throw Bad(
                Lines,
                Lines == 1 ? "The file isn't an export of FollowUp."
                    : exception is { Path: null, LineNumber: null } ? exception.Message
                    : "It can't be read. The file was changed, or damaged on its way."
            );
        }
        if (_end is not null)
            return;
        _hash.AppendData(bytes.Span);
        _hash.AppendData("\n"u8);
    }

    /// <summary>Checks that the file was complete.</summary>
    /// <exception cref="RefusedException"><c>badExport</c>, <c>incompleteExport</c>.</exception>
    public void End()
    {
        if (Lines == 0)
            throw new RefusedException("badExport", "The file is empty.");
        if (_end is not { } end)
            throw new RefusedException(
                "incompleteExport",
                $"The file ends at line {Lines}, and its last line is missing. Export it again, or copy it again."
            );
        if (end != Counts with { Sha256 = Convert.ToHexStringLower(_hash.GetCurrentHash()) })
            throw Bad(Lines, "The lines before it aren't those that were exported. The file was changed, or damaged on its way.");
    }

    /// <summary>The stored fact of a line.</summary>
    /// <exception cref="JsonException">There is no such fact.</exception>
    public static object FactOf(ExportLine.Happened line)
    {
        var fact = ContractMapper.ToFact(ContractOf(line.Event)) ?? throw new JsonException($"A {line.Event.Type} is no fact.");
        return line.Fact is { } stored ? stored.Deserialize(fact.GetType(), Json.Lenient) ?? throw new JsonException("It is null.") : fact;
    }

    /// <summary>The contract of an event.</summary>
    /// <exception cref="JsonException">There is no such contract.</exception>
    public static object ContractOf(CloudEvent happened) =>
        Catalogue.Find(happened.Type) is not { } type
            ? throw new JsonException($"This version doesn't know what a {happened.Type} is.")
            : happened.Data.Deserialize(type, Json.Whole) ?? throw new JsonException("It is null.");

    public void Dispose() => _hash.Dispose();

    private void Check(ExportLine line)
    {
        if (Lines == 1 != line is ExportLine.First)
            throw new JsonException("The first line of an export, and no other, says what it is.");
        switch (line)
        {
            case ExportLine.First { Header: var header }:
                if (header.Format != ExportHeader.Name)
                    throw new JsonException("The file isn't an export of FollowUp.");
                if (header.Version != ExportHeader.Current)
                    throw new RefusedException(
                        "unknownExportVersion",
                        $"The export has version {header.Version}, and this FollowUp reads version {ExportHeader.Current}. "
                            + "Import it into the version of FollowUp that exported it, or a later one."
                    );
                Header = header;
                break;
            case ExportLine.Document document:
                Check(document);
                break;
            case ExportLine.Happened happened:
                Check(happened);
                break;
            case ExportLine.Last { Counts: var counts }:
                _end = counts;
                break;
        }
    }

    private static object Check(ExportLine.Document x) =>
        x.Kind switch
        {
            ExportDocuments.Candidate => x.Read<Candidate>(),
            ExportDocuments.StatusWords => x.Read<TeamStatusWords>(),
            ExportDocuments.OverrideNote => x.Read<NoteOfOverride>(),
            ExportDocuments.Contact => x.Read<ExportContact>(),
            ExportDocuments.Note => x.Read<Note>(),
            _ => throw new JsonException($"This version doesn't know what a {x.Kind} is."),
        };

    private void Check(ExportLine.Happened line)
    {
        var x = line.Event;
        if (!Guid.TryParse(x.Subject, out var stream) || !Guid.TryParse(x.Id, out _) || x.Time is null)
            throw new JsonException("An event has a UUID as its id and its subject, and a time.");
        if (stream != _stream)
        {
            if (!_streams.Add(stream))
                throw new JsonException("The events of one subject follow each other.");
            (_stream, _facts, _decisions) = (stream, 0, 0);
        }
        var isFact = x.Source == Catalogue.Applications;
        if (isFact)
            FactOf(line);
        else if (x.Source != Catalogue.Scheduler || !Catalogue.SchedulerEvents.ContainsKey(ContractOf(x).GetType()))
            throw new JsonException($"A {x.Type} is no decision of the Scheduler.");
        if (x.Sequence != (isFact ? ++_facts : ++_decisions))
            throw new JsonException("An event of its subject is missing before it.");
    }

    private static RefusedException Bad(long line, string why) => new("badExport", $"Line {line}: {why}");
}
