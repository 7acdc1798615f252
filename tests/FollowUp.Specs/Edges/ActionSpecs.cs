using FollowUp.Applications.Pages;
using FollowUp.Applications.Pages.Actions;
using FollowUp.Applications.Pages.Today;
using Microsoft.AspNetCore.Http;

namespace FollowUp.Specs.Edges;

/// <summary>The query strings of the Today page: the outcome of an action, and the requested action.</summary>
public sealed class ActionSpecs
{
    private static readonly Guid Application = Guid.Parse("0191e2a4-7c1f-7d11-9b1a-0c4f5a6b7c8d");

    private static async Task<ActionOutcome?> Read(string address)
    {
        var http = new DefaultHttpContext();
        http.Request.QueryString = new(address[address.IndexOf('?', StringComparison.Ordinal)..].Split('#')[0]);
        return await ActionOutcome.BindAsync(http);
    }

    public static TheoryData<string> Words => [.. ActionOutcome.Actions];

    [Theory, MemberData(nameof(Words))]
    public async Task An_outcome_is_read_back_from_its_address(string action)
    {
        var acted = new ActionOutcome(Application, 12, action, null);
        foreach (var page in new[] { "/", "/?who=mine", $"/pipeline/{Application}#answer" })
            Assert.Equal(acted, await Read(acted.At(page)));
    }

    [Fact]
    public void It_leads_to_the_place_of_the_click_and_keeps_what_the_page_was_asked() =>
        Assert.Equal(
            $"/?who=mine&done=claimed&slot={Application}-1#slot-{Application}-1",
            new ActionOutcome(Application, 1, ActionOutcome.Claimed, null).At("/?who=mine")
        );

    [Theory]
    [
        InlineData("?done=claimed"),
        InlineData("?done=everything&slot=0191e2a4-7c1f-7d11-9b1a-0c4f5a6b7c8d-1"),
        InlineData("?done=claimed&slot=0191e2a4-7c1f-7d11-9b1a-0c4f5a6b7c8d"),
        InlineData("?done=claimed&slot=x"),
        InlineData("?done=claimed&slot=0191e2a4-7c1f-7d11-9b1a-0c4f5a6b7c8d-x")
    ]
    public async Task Unknown_words_in_the_address_are_ignored(string query) => Assert.Null(await Read(query));

    [Fact]
    public async Task A_refusal_is_of_the_request_and_stands_in_no_address()
    {
        var http = new DefaultHttpContext();
        var refused = new ActionOutcome(
            Application,
            1,
            ActionOutcome.Made,
            new Entered(new Dictionary<string, string> { ["note"] = "a note" }, new("closed", "It is closed."))
        );
        http.Features.Set(refused);
        Assert.Same(refused, await ActionOutcome.BindAsync(http));
        Assert.Equal(("a note", null), (refused.EnteredFor(ActionOutcome.Made)!.Value("note"), refused.EnteredFor(ActionOutcome.Claimed)));
    }

    [Fact]
    public void A_requested_action_is_in_the_address()
    {
        Assert.Equal("/", new TodayQuery().Address);
        Assert.Equal("/?q=a%26b&who=mine&candidate=c-1&after=x", new TodayQuery("a&b", IsMine: true, "c-1", "x").Address);
        Assert.True(new TodayQuery().IsAll);
        Assert.False(new TodayQuery(After: "x").IsFiltered);
        Assert.True(new TodayQuery(IsMine: true).IsFiltered);
    }
}
