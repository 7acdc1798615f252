using FollowUp.EndToEnd.Bus;

namespace FollowUp.EndToEnd.Http;

/// <summary>Notes are stored beside the events: returned with the application, erased with the candidate, and in no message.</summary>
public sealed class Notes(SharedPair shared) : BusStory(shared)
{
    [Fact]
    public async Task A_note_is_recorded_and_returned_with_that_of_a_follow_up()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        var claimId = Guid.NewGuid();
        (await application.RecordFollowUp(claimId: claimId, note: "Beside the follow-up.")).Expect(201);
        var version = await application.Version();

        var noted = (await application.Note(Personal.Note)).Expect(201);

        var notes = (await application.Detail()).Items("notes");
        Assert.Equal(["Beside the follow-up.", Personal.Note], notes.Select(x => x.Text("text")));
        Assert.Equal((1L, claimId.ToString()), (notes[0].Number("stage"), notes[0].Text("claimId")));
        Assert.Equal((null, noted.Json.Text("id")), (notes[1].Number("stage"), notes[1].Text("id")));
        Assert.Equal(version, await application.Version());
        Assert.DoesNotContain(
            (await application.Timeline()).Select(x => x.GetRawText()),
            x => x.Contains("Featherstone", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_note_is_recorded_once_however_often_it_is_sent_and_after_a_closing_too()
    {
        var application = await Team.Submit();
        (await application.Close("rejected")).Expect(204);
        var key = Guid.NewGuid().ToString();

        var first = (await application.Note("Once.", key)).Expect(201);
        var again = (await application.Note("Once.", key)).Expect(201);
        (await application.Note("Twice.", key)).Refused(422, "idempotencyKeyReused");

        Assert.Equal(first.Json.Text("id"), again.Json.Text("id"));
        Assert.Single((await application.Detail()).Items("notes"));
        (await Team.Applications.Post($"/applications/{Guid.NewGuid()}/notes", new { text = "Of nothing." })).Refused(
            404,
            "unknownApplication"
        );
    }

    [Fact]
    public async Task A_note_is_recorded_over_the_bus_and_erased_with_the_candidate()
    {
        var reference = Harness.Team.NewCandidate();
        var application = await Team.Submit(candidate: reference);
        var command = Commands_of_Applications.Command(
            "record-note",
            application.Id,
            new { text = Personal.Note, at = DateTimeOffset.UtcNow.AddDays(-1) }
        );

        foreach (var _ in Enumerable.Range(0, 2)) // the second delivery of the same message has no effect
        {
            var answer = await Other.Ask("followup.applications.commands", command);
            Assert.Equal(("followup.command.accepted.v1", 201L), (answer.Type, answer.Data.Number("status")));
        }
        Assert.Equal([Personal.Note], (await application.Detail()).Items("notes").Select(x => x.Text("text")));
        var empty = await Other.Ask(
            "followup.applications.commands",
            Commands_of_Applications.Command("record-note", application.Id, new { text = " " })
        );
        Assert.Equal("badInput", empty.Data.Text("code"));

        (await Team.Applications.Delete($"/candidates/{reference}")).Expect(204);

        Assert.Empty((await application.Detail()).Items("notes"));
    }
}
