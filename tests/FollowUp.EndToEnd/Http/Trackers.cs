using System.Text.Json;
using FollowUp.Sheets;

namespace FollowUp.EndToEnd.Http;

/// <summary>The exports and templates of public trackers are recorded, and read back as they are meant.</summary>
public sealed class Trackers(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task Every_export_is_recorded_and_read_back_as_it_is_meant()
    {
        foreach (var tracker in Tracker.All)
        {
            var candidate = Harness.Team.NewCandidate();
            var report = (
                await Team.Applications.Send(HttpMethod.Post, $"/imports?candidate={candidate}", tracker.File, contentType: "text/csv")
            )
                .Expect(200)
                .Json;

            var read = new List<Read>();
            foreach (var row in report.Items("rows"))
                read.Add(
                    row.Text("result") == "refused"
                        ? Read.Refused(row.Items("reasons")[0].Text("code")!)
                        : await Recorded(row, candidate)
                );
            Assert.Equal([tracker.Name, .. tracker.Rows.Select(Told)], [tracker.Name, .. read.Select(x => (object)x)]);
            var recorded = tracker.Rows.Count(x => !x.IsRefused);
            Assert.Equal((recorded, 0), ((int)report.Number("recorded")!, (int)report.Number("alreadyThere")!));
            // the same file again is nothing new
            var again = (
                await Team.Applications.Send(HttpMethod.Post, $"/imports?candidate={candidate}", tracker.File, contentType: "text/csv")
            )
                .Expect(200)
                .Json;
            Assert.Equal((0, recorded), ((int)again.Number("recorded")!, (int)again.Number("alreadyThere")!));
            Assert.DoesNotContain(again.Items("rows"), x => x.TryGetProperty("changes", out _));
        }
    }

    private async Task<Read> Recorded(JsonElement row, string candidate)
    {
        var application = Team.Of(Guid.Parse(row.Text("application")!));
        var detail = await application.Detail();
        Assert.Equal((candidate, "recorded"), (detail.Text("candidate"), row.Text("result")));
        var stages = detail.Items("stages");
        var state =
            detail.Text("closingReason")
            ?? (
                stages[^1].Text("step.kind") is { } step ? step
                : stages[^1].Number("interview") is null && stages[^1].Text("response.kind") is null ? "applied"
                : stages[^1].Text("interviewKind") is { } kind and not "other" ? kind
                : "interview"
            );
        return new(
            detail.Text("employer.name"),
            detail.Text("posting.title"),
            detail.Text("submittedAt")![..10],
            state,
            detail.Text("posting.url"),
            detail.Items("contacts").Count == 0 ? null : await Contact(detail),
            detail.Items("notes").Count == 0 ? null : detail.Items("notes")[0].Text("text")
        );
    }

    private async Task<string> Contact(JsonElement detail)
    {
        var path = $"/applications/{detail.Text("id")}/contacts/{detail.Text("contacts.0.id")}";
        var contact = (await Team.Applications.Get(path)).Expect(200).Json;
        return string.Join(", ", new[] { contact.Text("name"), contact.Text("email") }.OfType<string>());
    }

    // Without the day since when, which is told as the moment of a fact; an interview that was agreed without a day is an answer.
    private static object Told(Read x) => x.IsRefused ? x : x with { State = x.State.Split(' ')[0] };
}
