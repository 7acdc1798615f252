using System.IO.Compression;

namespace FollowUp.EndToEnd.Faults;

/// <summary>
/// The services start on stores that the previous version wrote (Stores/*.sql.gz: the sample sheet, imported by that version). Every event
/// and slot in them is found, no event is published again, and the work continues.
/// </summary>
public sealed class A_store_of_the_version_before : IAsyncLifetime
{
    private const int Applications = 40;
    private const string AnyStatus = "planned,withheld,due,claimed,made,waived,lapsed";
    private readonly DateTimeOffset _started = TimeProvider.System.GetUtcNow();
    private Pair _pair = null!;

    public async ValueTask InitializeAsync() =>
        _pair = await Pair.Start(
            fill: async (applications, scheduler) =>
            {
                await Load(applications, "applications");
                await Load(scheduler, "scheduler");
            }
        );

    public async ValueTask DisposeAsync()
    {
        Story.TellLogsOfAFailure(_pair);
        if (_pair is not null)
            await _pair.DisposeAsync();
    }

    [Fact]
    public async Task Is_brought_over_and_nothing_of_it_is_lost_or_published_again()
    {
        var team = _pair.Default;
        var listed = (await team.Applications.Get("/applications?limit=200")).Expect(200).Json.Items("items").ToList();
        Assert.Equal(Applications, listed.Count);

        // Both services have the same state of each application, and each slot has its row in the agenda.
        var slots = 0;
        foreach (var id in listed.Select(x => x.Text("id")!))
        {
            var detail = (await team.Applications.Get($"/applications/{id}")).Expect(200).Json;
            var plan = (await team.Scheduler.Get($"/applications/{id}/plan")).Expect(200).Json;
            Assert.Equal(detail.Number("version"), plan.Number("asOf"));
            Assert.Equal(detail.Items("stages").Count, plan.Items("slots").Count);
            slots += plan.Items("slots").Count;
        }
        Assert.Equal(slots, (await team.Scheduler.Get($"/follow-ups?status={AnyStatus}&limit=200")).Expect(200).Json.Items("items").Count);

        // A feed position that the previous version issued is still valid.
        var position = await Scalar(
            _pair.ApplicationsDatabase,
            "select '/followup/applications:' || (data ->> 'key') || ':1' from followup.mt_doc_storeid"
        );
        var rest = (await team.Applications.Get($"/events?limit=1000&after={Bus.Feed.Encode(position)}")).Expect(200).Json;
        Assert.True(rest.GetArrayLength() >= Applications);

        // The work continues: new events are published, and the Scheduler handles them.
        var known = listed[0].Text("id")!;
        (await team.Applications.Post($"/applications/{known}/contacts", new { name = "R. Roe", email = "roe@example.org" })).Expect(201);
        var version = (await team.Applications.Get($"/applications/{known}")).Expect(200).Json.Number("version");
        await Eventually.Get(
            () => team.Scheduler.Get($"/applications/{known}/plan"),
            x => x.Status == 200 && x.Json.Number("asOf") == version,
            null,
            "the Scheduler has seen the contact"
        );
        var fresh = await team.Submit();
        await Eventually.Holds(() => _pair.Wire.About(fresh.Id).Any(), null, "a new application is published");
        Assert.DoesNotContain(_pair.Wire.All, x => x.Json.GetProperty("time").GetDateTimeOffset() < _started.AddMinutes(-1));

        foreach (var (database, old) in new[] { (_pair.ApplicationsDatabase, "listing"), (_pair.SchedulerDatabase, "watch") })
            Assert.Equal("", await Scalar(database, $"select coalesce(to_regclass('followup.mt_doc_{old}')::text, '')"));
    }

    private static async Task Load(string database, string name)
    {
        await using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Faults", "Stores", $"{name}.sql.gz"));
        await using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        await Outbox_traps.Sql(database, await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<string> Scalar(string database, string sql) => (string)(await Outbox_traps.Sql(database, sql))!;
}
