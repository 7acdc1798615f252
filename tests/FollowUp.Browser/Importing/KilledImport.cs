using System.Globalization;
using System.Text;
using Npgsql;

namespace FollowUp.Browser.Importing;

/// <summary>
/// The node that imports a sheet is killed in the middle: the other node continues, records nothing twice, and the page shows the progress.
/// </summary>
public sealed class KilledImport(Chromium chromium) : StoryOfItsOwn(nodes: 2)
{
    private const int Rows = 1500;

    [Fact]
    public async Task Another_node_finishes_it()
    {
        var candidate = Harness.Team.NewCandidate();
        var sheet = new StringBuilder("Company,Position,Date Applied\n");
        for (var i = 0; i < Rows; i++)
            sheet.Append(CultureInfo.InvariantCulture, $"Acme {i},Clerk,{Days.Today.AddDays(-3):yyyy-MM-dd}\n");
        var (killed, other) = await Leader();

        await using var coach = await Browsing.Open(chromium.Browser, other.Address, new());
        await coach.SignIn(Team.Key);
        await coach.Choose(sheet.ToString(), candidate);
        await coach.Page.Locator("button[value=import]").ClickAsync();
        await coach.Page.Locator("progress").WaitForAsync();
        await Eventually.Get(() => Recorded(), x => x > Rows / 10);
        await killed.Kill();
        var before = await Recorded();

        await coach.Says($"Recorded: {Rows.ToString("N0", CultureInfo.GetCultureInfo("en-GB"))}. Already there: 0. Refused: 0.");

        Assert.True(before < Rows, "The node was killed after the end of the import.");
        Assert.Equal(Rows, await Recorded());

        // The report is long, and kept in parts.
        var address = new Uri(coach.Page.Url).GetLeftPart(UriPartial.Path);
        var report = await (await coach.Context.APIRequest.GetAsync($"{address}/report.csv")).TextAsync();
        Assert.Equal(Rows + 1, report.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        (await Team.Applications.Delete($"/candidates/{candidate}")).Expect(204);
        await coach.Page.ReloadAsync();
        await coach.Says("and is gone");
        Assert.Equal(0L, await Sql("select count(*) from followup.mt_doc_importreportpart"));
        coach.IsClean();
    }

    private async Task<long> Recorded() => (long)(await Sql("select count(*) from followup.mt_events where type = 'submitted'"))!;

    /// <summary>The node that holds the advisory lock on imports, and the other one.</summary>
    private async Task<(Service Leads, Service Follows)> Leader()
    {
        var name = await Eventually.Get(
            () =>
                Sql(
                    """
                    select application_name from pg_locks join pg_stat_activity using (pid)
                    where locktype = 'advisory' and classid = 7205 and objid = 2 and objsubid = 2
                      and granted and datname = current_database()
                    """
                ),
            x => x is string
        );
        var leads = Pair.Applications[int.Parse(((string)name!).Split('-')[^1], CultureInfo.InvariantCulture) - 1];
        return (leads, Pair.Applications.Single(x => x != leads));
    }

    private async Task<object?> Sql(string sql)
    {
        await using var connection = new NpgsqlConnection(Pair.ApplicationsDatabase);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
