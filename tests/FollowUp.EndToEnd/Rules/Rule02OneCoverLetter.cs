namespace FollowUp.EndToEnd.Rules;

/// <summary>One cover letter per application.</summary>
public sealed class Rule_02_one_cover_letter(SharedPair shared) : Story(shared)
{
    [Fact]
    public async Task The_second_is_refused()
    {
        var application = await Team.Submit();
        (await application.SendCoverLetter()).Expect(201);

        (await application.SendCoverLetter()).Refused(409, "coverLetterAlreadySent");

        Assert.Equal(2, await application.Version());
        Assert.NotNull((await application.Detail()).Find("coverLetter"));
    }

    [Fact]
    public async Task Of_twenty_at_once_one_is_sent()
    {
        var application = await Team.Submit();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => application.SendCoverLetter()));

        Assert.Single(answers, x => x.Status == 201);
        Assert.All(answers.Where(x => x.Status != 201), x => x.Refused(409, "coverLetterAlreadySent"));
    }
}
