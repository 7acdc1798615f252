namespace FollowUp.EndToEnd.Http;

/// <summary>A candidate reference can be given a name, and the name can be erased: the events stay, without personal data.</summary>
public sealed class Candidates(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task A_candidate_is_put_and_got()
    {
        var reference = Harness.Team.NewCandidate();

        (await Put(reference)).Expect(204);

        var candidate = (await Team.Applications.Get($"/candidates/{reference}")).Expect(200).Json;
        Assert.Equal(Personal.Name, candidate.Text("name"));
        Assert.Equal(Personal.Email, candidate.Text("email"));
        Assert.Equal("America/New_York", candidate.Text("timeZone"));
        Assert.Equal("en-US", candidate.Text("locale"));
        (await (await Pair.Team("foreign")).Applications.Get($"/candidates/{reference}")).Refused(404);
    }

    [Fact]
    public async Task Erasing_a_candidate_keeps_the_events_and_is_published()
    {
        var reference = Harness.Team.NewCandidate();
        (await Put(reference)).Expect(204);
        var application = await Team.Submit(candidate: reference);
        (await application.RecordFollowUp(note: Personal.Note)).Expect(201);
        var version = await application.Version();

        (await Team.Applications.Delete($"/candidates/{reference}")).Expect(204);

        (await Team.Applications.Get($"/candidates/{reference}")).Refused(404);
        Assert.Equal(version, await application.Version());
        Assert.Equal("made", (await application.Shows(1, "made")).Text("stages.0.followUp.status"));
        var erased = await Eventually.Get(
            () =>
                Task.FromResult(
                    Wire.All.FirstOrDefault(x => x.Type == "followup.candidate.erased.v1" && x.Data.Text("candidate") == reference)
                ),
            x => x is not null
        );
        Assert.Equal(1, erased!.Sequence);
        Assert.DoesNotContain(
            (await application.Timeline()).Select(x => x.GetRawText()),
            x => Personal.Traces.Any(y => x.Contains(y, StringComparison.OrdinalIgnoreCase))
        );
    }

    [Fact]
    public async Task An_unknown_candidate_is_not_found() =>
        (await Team.Applications.Get($"/candidates/{Harness.Team.NewCandidate()}")).Refused(404);

    private Task<Answer> Put(string reference) =>
        Team.Applications.Put(
            $"/candidates/{reference}",
            new
            {
                name = Personal.Name,
                email = Personal.Email,
                timeZone = "America/New_York",
                locale = "en-US",
            }
        );
}
