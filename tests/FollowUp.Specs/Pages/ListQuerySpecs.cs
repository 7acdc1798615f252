using FollowUp.Applications.Pages.Pipeline;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using FollowUp.Platform;
using Reader = FollowUp.Applications.Pages.Reader;
using Role = FollowUp.Applications.Pages.SigningIn.Role;

namespace FollowUp.Specs.Pages;

/// <summary>The query of the list page's address.</summary>
public sealed class ListQuerySpecs
{
    private static readonly ListQuery Nothing = new(null, null, null, null, null, null, null, null, null, null, null);
    private static readonly Reader Coach = new(
        "s",
        "t1",
        "ana",
        Role.Coach,
        [],
        null,
        System.Globalization.CultureInfo.InvariantCulture,
        NodaTime.DateTimeZone.Utc
    );

    [Fact]
    public void An_empty_address_asks_for_everything()
    {
        var empty = Nothing with { Q = " ", Status = "", Stage = "" };
        Assert.False(empty.IsFiltered);
        Assert.Equal("/pipeline", empty.Address);
        Assert.Equal(ApplicationSort.Submitted, empty.Order);
        Assert.Equal(new ApplicationFilter { FollowUp = empty.Filter(Coach).FollowUp }, empty.Filter(Coach));
        Assert.Empty(empty.Filter(Coach).FollowUp);
    }

    [Fact]
    public void Every_word_of_the_address_filters()
    {
        var filter = new ListQuery("clerk", "open", "2", "due", "c-1", "Acme", "ben", "true", "due", null, null).Filter(Coach);
        Assert.Equal(
            ("clerk", (bool?)false, (int?)2, "c-1", "Acme", "ben", (bool?)true),
            (filter.Q, filter.IsClosed, filter.Stage, filter.Candidate, filter.Employer, filter.Assignee, filter.ClosingProposed)
        );
        Assert.Equal([SlotStatus.Due], filter.FollowUp);
    }

    [Fact]
    public void A_candidate_queries_only_their_own_applications()
    {
        Assert.Equal("c-1", (Nothing with { Candidate = "c-2" }).Filter(Coach with { Role = Role.Candidate, Candidate = "c-1" }).Candidate);
        Assert.Equal("", Nothing.Filter(Coach with { Role = Role.Candidate, Candidate = "" }).Candidate);
    }

    [Theory]
    [InlineData("ajar", null, null, "status")]
    [InlineData(null, "second", null, "stage")]
    [InlineData(null, null, "soon", "followUp")]
    public void An_unknown_word_is_refused_rather_than_ignored(string? status, string? stage, string? followUp, string field)
    {
        var refused = Assert.Throws<RefusedException>(() =>
            (Nothing with { Status = status, Stage = stage, FollowUp = followUp }).Filter(Coach)
        );
        Assert.Contains(field, refused.Errors!.Keys);
    }

    [Fact]
    public void Another_order_begins_at_the_first_page_and_keeps_the_filters()
    {
        var query = Nothing with { Q = "a&b", After = "cursor" };
        Assert.Equal("/pipeline?q=a%26b&sort=employer", query.In(ApplicationSort.Employer));
        Assert.Equal("/pipeline?q=a%26b&before=x", query.At(before: "x"));
    }
}
