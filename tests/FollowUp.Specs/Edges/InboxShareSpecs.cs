using FollowUp.Platform.Outbox;

namespace FollowUp.Specs.Edges;

/// <summary>How many events of each team may wait in the sibling's inbox.</summary>
public sealed class InboxShareSpecs
{
    private const int Window = 400;
    private readonly InboxShares _shares = new(Window);

    [Fact]
    public void A_team_alone_has_the_whole_window()
    {
        Assert.Equal(Window, _shares.Left("a"));
        Publish("a", 150);
        Assert.Equal(Window - 150, _shares.Left("a"));
        Publish("a", 300);
        Assert.Equal(0, _shares.Left("a"));
    }

    [Fact]
    public void Teams_with_many_share_the_window()
    {
        Publish("a", 150);
        Publish("b", 60);
        Assert.Equal((200 - 150, 200 - 60), (_shares.Left("a"), _shares.Left("b")));
        Assert.Equal(Window / 3, _shares.Left("c"));
    }

    [Fact]
    public void However_many_teams_there_are_each_has_the_least()
    {
        foreach (var team in Enumerable.Range(0, 100))
            Publish($"crowding {team}", InboxShares.Least + 1);
        Assert.Equal(InboxShares.Least, _shares.Left("new"));
        Assert.Equal(0, _shares.Left("crowding 1"));
    }

    [Fact]
    public void Teams_with_few_take_nothing_from_the_others()
    {
        foreach (var team in Enumerable.Range(0, 100))
            Publish($"small {team}", 2);
        Assert.Equal(Window, _shares.Left("a"));
    }

    [Fact]
    public void What_the_sibling_took_leaves_its_place_the_oldest_first()
    {
        Publish("a", 100);
        Publish("b", 20);
        _shares.Measured(70, _shares.Total);
        Assert.Equal(Window - 50, _shares.Left("a"));
        Assert.Equal(Window - 20, _shares.Left("b"));
        _shares.Measured(0, _shares.Total);
        Assert.Equal((Window, Window), (_shares.Left("a"), _shares.Left("b")));
    }

    [Fact]
    public void What_is_published_while_the_queue_is_measured_still_waits()
    {
        Publish("a", 100);
        var before = _shares.Total;
        Publish("a", 30);
        _shares.Measured(0, before);
        Assert.Equal(Window - 30, _shares.Left("a"));
    }

    [Fact]
    public void A_queue_that_is_longer_than_what_was_published_here_changes_nothing()
    {
        Publish("a", 10);
        _shares.Measured(1_000, _shares.Total);
        Assert.Equal(Window - 10, _shares.Left("a"));
    }

    [Fact]
    public void The_queue_is_measured_before_a_share_is_used_up()
    {
        Publish("a", Window / 4);
        Assert.False(_shares.IsWorthMeasuring);
        Publish("a", 1);
        Assert.True(_shares.IsWorthMeasuring);
    }

    private void Publish(string team, int events)
    {
        for (var i = 0; i < events; i++)
            _shares.Published(team);
    }
}
