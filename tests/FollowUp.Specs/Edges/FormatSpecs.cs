using FollowUp.Applications.Candidates;
using FollowUp.Contracts;
using FollowUp.Platform;

namespace FollowUp.Specs.Edges;

/// <summary>The formats that HTTP, the bus, sheets, keys and pages accept alike.</summary>
public sealed class FormatSpecs
{
    [Theory]
    [InlineData("c-1042"), InlineData("x"), InlineData("Bewerber/42"), InlineData("ü")]
    public void A_candidate_reference(string text)
    {
        Assert.True(CandidateReference.IsValid(text));
        CandidateRoutes.CheckReference(new(), text, "candidate").Refuse();
    }

    [Theory]
    [InlineData(null), InlineData(""), InlineData(" "), InlineData("c 1042"), InlineData(" c-1042"), InlineData("c\t1042")]
    [InlineData("c\u00a01042"), InlineData("c\u00001042"), InlineData("ana@example.org")]
    public void No_candidate_reference(string? text)
    {
        Assert.False(CandidateReference.IsValid(text));
        Assert.Equal(
            "badInput",
            Assert.Throws<RefusedException>(() => CandidateRoutes.CheckReference(new(), text, "candidate").Refuse()).Code
        );
    }

    [Fact]
    public void A_candidate_reference_has_at_most_100_characters()
    {
        Assert.True(CandidateReference.IsValid(new('c', 100)));
        Assert.False(CandidateReference.IsValid(new('c', 101)));
    }

    [Fact]
    public void Countries_and_regions()
    {
        Assert.All(["DE", "AT"], x => Assert.True(RegionCode.IsCountry(x)));
        Assert.All([null, "", "de", "D", "DEU", "D1", "DE-BY"], x => Assert.False(RegionCode.IsCountry(x)));
        Assert.All(["DE-BY", "AT-9", "GB-ENG"], x => Assert.True(RegionCode.IsRegion(x)));
        Assert.All([null, "", "DE", "DE-", "de-by", "DE-by", "DE-BAYE", "D-BY", "DEBY"], x => Assert.False(RegionCode.IsRegion(x)));
    }

    [Fact]
    public void Time_zones()
    {
        Assert.All(["Europe/Berlin", "Etc/UTC"], x => Assert.True(TimeZoneName.IsValid(x)));
        Assert.All([null, "", "Mars/Olympus", "europe/berlin", "UTC+01:30"], x => Assert.False(TimeZoneName.IsValid(x)));
    }
}
