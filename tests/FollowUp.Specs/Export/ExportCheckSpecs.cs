using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Export;
using FollowUp.Applications.Import;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Specs.Domain;
using FollowUp.Specs.Guards;

namespace FollowUp.Specs.Export;

/// <summary>A file that isn't exactly what was exported is refused as a whole, with the line that shows it.</summary>
public sealed class ExportCheckSpecs
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static readonly string File = Made();
    private static readonly string[] Lines = File.TrimEnd('\n').Split('\n');

    [Fact]
    public async Task What_was_exported_is_right()
    {
        using var check = await Checked(File);
        Assert.Equal(("acme", Lines.Length), (check.Header!.Team, check.Lines));
        Assert.Equal((1L, 3L, 2L), (check.Counts.Documents, check.Counts.Facts, check.Counts.Decisions));
        (await Checked(File.TrimEnd('\n'))).Dispose(); // the last line feed means nothing
    }

    [Fact]
    public async Task It_is_refused_wherever_it_ends()
    {
        for (var length = 0; length < File.Length - 1; length += 7)
            Assert.Contains((await Refused(File[..length])).Code, new[] { "badExport", "incompleteExport" });
        Assert.Equal("incompleteExport", (await Refused(string.Join('\n', Lines[..^1]))).Code);
    }

    [Fact]
    public async Task It_is_refused_whichever_character_is_another()
    {
        for (var at = 0; at < File.Length - 1; at += 3)
            await Refused($"{File[..at]}{(File[at] == 'x' ? 'y' : 'x')}{File[(at + 1)..]}");
    }

    [Fact]
    public async Task Each_refusal_names_its_line()
    {
        Assert.Equal("badExport", await At(1, "Candidate,Employer\nada,Acme\n"));
        Assert.Equal("badExport", await At(1, string.Join('\n', Lines[1..])));
        Assert.Equal("badExport", await At(3, Changed(2, x => x[..(x.Length / 2)])));
        Assert.Equal("badExport", await At(2, Changed(1, x => x.Replace("contact", "secret", StringComparison.Ordinal))));
        Assert.Equal("badExport", await At(3, Changed(2, x => x.Replace("submitted.v1", "unheard-of.v1", StringComparison.Ordinal))));
        Assert.Equal(
            "badExport",
            await At(4, Changed(3, x => x.Replace("\"sequence\":\"2\"", "\"sequence\":\"3\"", StringComparison.Ordinal)))
        );
        Assert.Equal("badExport", await At(4, Changed(3, _ => Lines[0])));
        Assert.Equal("badExport", await At(Lines.Length + 1, $"{File}{Lines[1]}\n"));
        Assert.Equal("badExport", await At(Lines.Length, string.Join('\n', [.. Lines[..1], .. Lines[2..]]), Lines.Length - 1));
        Assert.Equal("badExport", await At(1, new string('x', 5 * 1024 * 1024)));
    }

    [Fact]
    public async Task The_events_of_a_subject_stand_together() =>
        Assert.Equal(
            "The events of one subject follow each other.",
            (await Refused(string.Join('\n', [.. Lines[..4], Lines[6], Lines[4]]))).Message.Split(": ", 2)[1]
        );

    [Fact]
    public async Task Another_version_is_refused_by_its_number() =>
        Assert.Equal(
            "unknownExportVersion",
            (await Refused(Changed(0, x => x.Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal)))).Code
        );

    [Fact]
    public void What_the_contract_does_not_carry_is_taken_from_beside_it()
    {
        var stored = new FollowUp.Applications.Closed(ClosingReason.Withdrawn, Slots.At("2026-03-02T10:00:00+02:00"));
        var line = new ExportLine.Happened(
            Event(1, new ApplicationClosed(Slots.Subject, stored.Reason, stored.At.ToUniversalTime())),
            JsonSerializer.SerializeToElement(stored, Json.Lenient)
        );
        Assert.Equal(Samples.Text(stored), Samples.Text(ExportCheck.FactOf(line)));
        Assert.Equal(TimeSpan.Zero, Assert.IsType<FollowUp.Applications.Closed>(ExportCheck.FactOf(line with { Fact = null })).At.Offset);
    }

    private static CloudEvent Event(long sequence, object contract, Guid? subject = null) =>
        new()
        {
            Id = Slots.Id($"{sequence} {contract.GetType()} {subject}").ToString(),
            Source = Catalogue.ApplicationEvents.ContainsKey(contract.GetType()) ? Catalogue.Applications : Catalogue.Scheduler,
            Type = Catalogue.NameOf(contract.GetType()),
            Subject = (subject ?? Slots.Subject).ToString(),
            Time = Slots.DueAt,
            Sequence = sequence,
            Data = JsonSerializer.SerializeToElement(contract, contract.GetType(), Json.Lenient),
        };

    private static string Made()
    {
        var other = Slots.Id("other");
        using var file = new MemoryStream();
        using (var writer = new ExportWriter(file))
        {
            Write(writer.Write(new ExportHeader("followup-export", 1, "acme", Slots.DueAt, "life", "position"), Ct));
            var contact = new Contact(Slots.Id("roe"), Slots.Subject, "c-1", ContactRole.Owner, "R. Roe", "roe@example.org", null, null);
            Write(writer.Write(ExportDocuments.Contact, new ExportContact(contact, null), Ct));
            foreach (
                var x in new[]
                {
                    Event(1, Submitted(Slots.Subject)),
                    Event(2, new ApplicationVoided(Slots.Subject, Slots.DueAt)),
                    Event(1, new FollowUpAssigned(Slots.Subject, 1, "ben", "ana", Slots.DueAt)),
                    Event(2, new FollowUpAssigned(Slots.Subject, 1, null, "ana", Slots.DueAt)),
                    Event(1, Submitted(other), other),
                }
            )
                Write(writer.Write(x, null, Ct));
            Write(writer.End(Ct));
        }
        return Encoding.UTF8.GetString(file.ToArray());

        // a memory stream is written at once
        static void Write(ValueTask written) => Assert.True(written.IsCompletedSuccessfully);
    }

    private static ApplicationSubmitted Submitted(Guid application) =>
        new(application, "c-1", new Employer("Acme"), new Posting("Clerk"), Approach.Direct, [], Slots.DueAt);

    private static string Changed(int line, Func<string, string> change) =>
        string.Join('\n', [.. Lines[..line], change(Lines[line]), .. Lines[(line + 1)..]]);

    private static async Task<string> At(int line, string file, int? instead = null)
    {
        var refused = await Refused(file);
        Assert.StartsWith($"Line {instead ?? line}: ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("FollowUp.Contracts", refused.Message, StringComparison.Ordinal);
        return refused.Code;
    }

    private static Task<RefusedException> Refused(string file) => Assert.ThrowsAsync<RefusedException>(() => Checked(file));

    private static async Task<ExportCheck> Checked(string file)
    {
        var check = new ExportCheck();
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
        await foreach (var line in ExportCheck.LinesOf(PipeReader.Create(stream), Ct))
            check.Take(line);
        check.End();
        return check;
    }
}
