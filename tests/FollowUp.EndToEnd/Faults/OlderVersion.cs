namespace FollowUp.EndToEnd.Faults;

/// <summary>The services are replaced by newer ones, and what was written before is still there.</summary>
public sealed class An_older_version : FaultStory
{
    [Fact]
    public async Task What_it_wrote_is_found_and_sorted_like_what_this_one_writes()
    {
        var team = await Pair.Team("older");
        var (due, closed) = (await team.SubmitDue(), await team.Submit());
        await due.Shows(1, "due");
        (await closed.Close("rejected")).Expect(204);
        await closed.Shows(1, "waived");
        var before = new Dictionary<string, string>();
        foreach (var sort in new[] { "due", "closed" })
            before[sort] = (await team.Applications.Get($"/applications?sort={sort}")).Expect(200).Text;
        Assert.Contains(due.Id.ToString(), before["due"], StringComparison.Ordinal);
        Assert.Contains(closed.Id.ToString(), before["closed"], StringComparison.Ordinal);

        await Pair.Applications[0].Kill();
        await Relay_traps.Sql(
            Pair.ApplicationsDatabase,
            """
            update followup.mt_doc_planview set urgency = null, stage = null, data = data - 'urgency' - 'stage';
            update followup.mt_doc_listing set closed_at = null, data = data - 'stages' - 'closedAt' - 'timeZone'
            """
        );
        await Pair.Applications[0].StartAndWait();

        foreach (var (sort, rows) in before)
            await Eventually.Get(
                () => team.Applications.Get($"/applications?sort={sort}"),
                x => x.Status == 200 && x.Text == rows,
                null,
                $"the list by {sort} is\n{rows}\nagain"
            );
    }

    [Fact]
    public async Task A_position_that_it_gave_out_before_stores_had_keys_is_taken_still()
    {
        var team = await Pair.Team("olderposition");
        var application = await team.Submit();
        var (old, all) = (Bus.Feed.Encode("/followup/applications:0"), await Bus.Feed.All(team.Applications));
        (await team.Applications.Get($"/events?after={old}")).Refused(400, "anotherStore");

        await Pair.Applications[0].Kill();
        await Relay_traps.Sql(Pair.ApplicationsDatabase, "drop table followup.mt_doc_storeidentity");
        await Pair.Applications[0].StartAndWait();

        Assert.Equal(all.Select(x => x.GetRawText()), (await Bus.Feed.All(team.Applications, after: old)).Select(x => x.GetRawText()));
        Assert.Equal(application.Id.ToString(), Assert.Single(all).Text("subject"));
    }
}
