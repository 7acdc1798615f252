using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using Microsoft.Playwright;

namespace FollowUp.Browser.Pipeline;

/// <summary>A candidate's record of applications, to print; and the list as a sheet.</summary>
public sealed class RecordOfApplications(SharedPair shared, Chromium chromium) : PipelineStory(shared, chromium)
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task Shows_what_was_recorded_and_by_whom_and_prints_it(bool javaScript)
    {
        var team = await NewTeam();
        var application = await Filled(team);
        var ana = await Browse(team, javaScript);
        await ana.Go($"/pipeline/{application.Id}");
        await ana.Page.GetByRole(AriaRole.Link, new() { Name = "Record of applications" }).ClickAsync();
        await ana.IsAt("/pipeline/record?candidate=c-1");

        await Assertions.Expect(ana.Page.Locator("table.pipeline tbody th a")).ToHaveTextAsync(["Gardener", "Librarian"]);
        await Assertions.Expect(ana.Page.Locator("main")).ToContainTextAsync("2 applications");
        var librarian = ana.Page.Locator("section").Filter(new() { HasText = "Librarian at Umbrella" });
        await Assertions.Expect(librarian.Locator("dl")).ToContainTextAsync("Closed: rejected");
        await Assertions.Expect(librarian.Locator("dl")).ToContainTextAsync("R. Roe (recruiter), roe@example.org");
        await Assertions.Expect(librarian.Locator("dl")).ToContainTextAsync("phone · ben");
        await Assertions.Expect(librarian.Locator("ol")).ToContainTextAsync("The employer said no.");
        Assert.DoesNotContain("a private word", await ana.Page.ContentAsync(), StringComparison.Ordinal);

        await ana.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(ana.Page.Locator("main form")).ToBeHiddenAsync();
        await Assertions.Expect(ana.Page.GetByRole(AriaRole.Link, new() { Name = "As a sheet (CSV)" })).ToBeHiddenAsync();
        await Assertions.Expect(librarian.Locator("ol li").First).ToBeVisibleAsync();
        var pdf = await ana.Page.PdfAsync();
        Assert.Equal("%PDF", Encoding.ASCII.GetString(pdf, 0, 4));

        await ana.Go($"/pipeline/record?candidate=c-1&since={Day(-10)}");
        await Assertions.Expect(ana.Page.Locator("table.pipeline tbody th a")).ToHaveTextAsync(["Librarian"]);
    }

    [Fact]
    public async Task Is_in_the_readers_language_and_candidates_have_their_own()
    {
        var team = await NewTeam();
        await Filled(team);
        var key = (await team.Applications.Post("/keys", new { name = "Cem", candidate = "c-2" })).Expect(201).Json.Text("key");
        var cem = await Browse(team.Through(key), language: "de");
        await cem.Go("/pipeline/record?candidate=c-1"); // the reference of another changes nothing
        await Assertions.Expect(cem.Page.Locator("h1")).ToHaveTextAsync("Bewerbungsnachweis");
        await Assertions.Expect(cem.Page.Locator("table.pipeline tbody th a")).ToHaveTextAsync(["Cook"]);
        await Assertions.Expect(cem.Page.Locator("[name=candidate]")).ToHaveCountAsync(0);
        Assert.Equal(["c-2"], await Sheet(cem, "/pipeline.csv?candidate=c-1"));
    }

    [Fact]
    public async Task The_list_goes_out_as_it_is_filtered()
    {
        var team = await NewTeam();
        await Filled(team);
        var ana = await Browse(team);
        await ana.Go("/pipeline?status=closed");
        foreach (var name in new[] { "As a sheet (CSV)", "As a workbook (XLSX)" })
        {
            var link = ana.Page.GetByRole(AriaRole.Link, new() { Name = name });
            Assert.Equal(["c-1"], await Sheet(ana, (await link.GetAttributeAsync("href"))!));
        }
        Assert.Equal(["c-1", "c-1", "c-2"], await Sheet(ana, "/pipeline.xlsx"));
    }

    private static async Task<Application> Filled(Team team)
    {
        var now = DateTimeOffset.UtcNow;
        await team.Submit(candidate: "c-1", employer: "Globex", title: "Gardener", submittedAt: now.AddDays(-30));
        await team.Submit(candidate: "c-2", employer: "Hooli", title: "Cook", submittedAt: now.AddDays(-2));
        var application = await team.Submit(
            candidate: "c-1",
            employer: "Umbrella",
            title: "Librarian",
            submittedAt: now.AddDays(-9),
            contacts:
            [
                new
                {
                    name = "R. Roe",
                    role = "recruiter",
                    email = "roe@example.org",
                },
            ]
        );
        await application.SchedulerHasSeenAll();
        (await application.RecordFollowUp("phone", "ben", happened: true)).Expect(201);
        (await application.Note("a private word")).Expect(201);
        (await application.RecordResponse(kind: "rejection")).Expect(201, 204);
        (await application.Close("rejected")).Expect(204);
        return application;
    }

    // The first cell of each row below the headers: whose it is.
    private static async Task<IEnumerable<string>> Sheet(Browsing window, string path)
    {
        var answer = await window.Context.APIRequest.GetAsync(new Uri(window.Site, path).ToString());
        Assert.Equal(200, answer.Status);
        var cells = answer.Headers["content-type"].StartsWith("text/csv", StringComparison.Ordinal)
            ? (await answer.TextAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(x => x.Split(',')[0])
            : Workbook(await answer.BodyAsync());
        return cells.Skip(1).Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Workbook(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file));
        using var sheet = archive.GetEntry("xl/worksheets/sheet1.xml")!.Open();
        return [.. XDocument.Load(sheet).Descendants().Where(x => x.Name.LocalName == "row").Select(x => x.Elements().First().Value)];
    }
}
