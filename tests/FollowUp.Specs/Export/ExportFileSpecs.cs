using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Export;
using FollowUp.Contracts;
using FollowUp.Specs.Domain;
using FollowUp.Specs.Guards;
using ContractMapper = FollowUp.Applications.Publishing.ContractMapper;

namespace FollowUp.Specs.Export;

public sealed class ExportFileSpecs
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static readonly ExportHeader Header = new("followup-export", 1, "acme", Slots.DueAt, "life", "position");
    private static readonly CloudEvent Fact = new()
    {
        Id = "1",
        Source = Catalogue.Applications,
        Type = "followup.application.voided.v1",
        Subject = Slots.Subject.ToString(),
        Sequence = 2,
        Incarnation = "life",
        Replay = "before",
        ReplayLast = 7,
        ReplayDecided = 3,
        Data = JsonSerializer.SerializeToElement(new { }),
    };

    [Fact]
    public void Every_fact_comes_back_from_its_contract_but_for_what_the_contract_does_not_carry()
    {
        foreach (var fact in Samples.OfApplications.Where(x => ContractMapper.Map(Slots.Subject, x) is not null))
        {
            var contract = ContractMapper.Map(Slots.Subject, fact)!;
            var read = JsonSerializer.Deserialize(Samples.Text(contract), contract.GetType(), Json.Lenient)!;
            var back = ContractMapper.ToFact(read);
            Assert.Equal(fact.GetType(), back?.GetType());
            Assert.Equal(Samples.Text(contract), Samples.Text(ContractMapper.Map(Slots.Subject, back!)!));
        }
        Assert.All(Samples.OfScheduler.Select(Samples.Announced), x => Assert.Null(ContractMapper.ToFact(x!)));
    }

    [Fact]
    public void A_fact_of_the_clock_of_UTC_is_all_in_its_contract()
    {
        var fact = new FollowUp.Applications.FollowUpMade(1, Channel.Phone, "ana", Slots.DueAt.ToUniversalTime(), Slots.Id("ana"));
        var back = ContractMapper.ToFact(ContractMapper.Map(Slots.Subject, fact)!)!;
        Assert.Equal(Samples.Stored.ToJson(fact), Samples.Stored.ToJson(back));
    }

    [Fact]
    public async Task Every_line_is_read_as_it_was_written()
    {
        var contact = new Contact(Slots.Id("roe"), Slots.Subject, "c-1", ContactRole.Owner, "R. Roe", "roe@example.org", null, null);
        var lines = await Written(async x =>
        {
            await x.Write(ExportDocuments.Contact, new ExportContact(contact, Slots.Id("person")), Ct);
            await x.Write(Fact, null, Ct);
            await x.Write(Fact with { Source = Catalogue.Scheduler }, null, Ct);
            await x.Write(Fact, """{"at":"2026-03-02T10:00:00+02:00"}""", Ct);
        });
        Assert.Equal(Header, Assert.IsType<ExportLine.First>(lines[0]).Header);
        var document = Assert.IsType<ExportLine.Document>(lines[1]);
        Assert.Equal(
            (ExportDocuments.Contact, new ExportContact(contact, Slots.Id("person"))),
            (document.Kind, document.Read<ExportContact>())
        );
        var happened = lines[2..5].Cast<ExportLine.Happened>().ToArray();
        Assert.Equal([false, false, true], happened.Select(x => x.Fact is not null));
        Assert.Equal("2026-03-02T10:00:00+02:00", happened[2].Fact!.Value.GetProperty("at").GetString());
        // of the store that it came from nothing is left
        Assert.All(happened, x => Assert.Equal((null, null, null, null, 2L), Left(x.Event)));
        Assert.Equal(
            (1L, 2L, 1L),
            Assert.IsType<ExportLine.Last>(lines[^1]).Counts is var end ? (end.Documents, end.Facts, end.Decisions) : default
        );
    }

    [Fact]
    public async Task The_last_line_has_the_hash_of_those_before()
    {
        using var file = new MemoryStream();
        using (var writer = new ExportWriter(file))
        {
            await writer.Write(Header, Ct);
            await writer.Write(Fact, null, Ct);
            await writer.End(Ct);
        }
        var text = Encoding.UTF8.GetString(file.ToArray());
        var last = text.TrimEnd('\n').LastIndexOf('\n') + 1;
        var expected = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text[..last])));
        Assert.Equal(expected, Assert.IsType<ExportLine.Last>(ExportLine.Read(Encoding.UTF8.GetBytes(text[last..]))).Counts.Sha256);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"specversion":"1.0"}""")]
    [InlineData("""{"document":null,"data":{}}""")]
    [InlineData("""{"end":{"documents":1}}""")]
    [InlineData("""{"format":"followup-export"}""")]
    public void Anything_else_is_no_line(string line) => Assert.ThrowsAny<JsonException>(() => Read(line));

    private static (string?, string?, long?, long?, long?) Left(CloudEvent x) =>
        (x.Incarnation, x.Replay, x.ReplayLast, x.ReplayDecided, x.Sequence);

    private static ExportLine Read(string line) => ExportLine.Read(Encoding.UTF8.GetBytes(line));

    private static async Task<ExportLine[]> Written(Func<ExportWriter, Task> write)
    {
        using var file = new MemoryStream();
        using (var writer = new ExportWriter(file))
        {
            await writer.Write(Header, Ct);
            await write(writer);
            await writer.End(Ct);
        }
        return [.. Encoding.UTF8.GetString(file.ToArray()).TrimEnd('\n').Split('\n').Select(Read)];
    }
}
