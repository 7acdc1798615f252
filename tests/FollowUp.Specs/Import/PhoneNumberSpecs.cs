using FollowUp.Applications.Candidates;

namespace FollowUp.Specs.Import;

/// <summary>Numbers that can be dialled. The numbers are from the ranges reserved for fiction.</summary>
public sealed class PhoneNumberSpecs
{
    [Theory]
    [InlineData("+49 (0)30 23125-014 ext. 6", null, "tel:+493023125014;ext=6")]
    [InlineData("+49 (0)30 23125-014", "US", "tel:+493023125014")]
    [InlineData("0049 30 23125 014", null, "tel:+493023125014")]
    [InlineData("Tel. 030/23125-014", "DE", "tel:+493023125014")]
    [InlineData("030 23125 014", null, "tel:03023125014")]
    [InlineData("(212) 555-0123 x45", "US", "tel:+12125550123;ext=45")]
    [InlineData("020 7946 0958", "GB", "tel:+442079460958")]
    [InlineData("01 99 00 12 34", "FR", "tel:+33199001234")]
    [InlineData("555-0101", null, "tel:5550101")]
    [InlineData("555-0101", "US", null)]
    [InlineData("5 Nov 2026", "US", null)]
    [InlineData("11/5/2026 & 11/14/2026", "US", null)]
    [InlineData("2026-11-05", null, null)]
    [InlineData("none that I know", "US", null)]
    [InlineData("12", null, null)]
    [InlineData("1234567890123456", null, null)]
    public void A_number_is_dialled_as_it_is_meant_or_not_at_all(string text, string? country, string? link) =>
        Assert.Equal(link, PhoneNumber.Link(text, country));

    [Theory]
    [InlineData("Country", "Germany")]
    [InlineData("Land", "Deutschland")]
    [InlineData("Country code", "de")]
    [InlineData("Region", "DE-BE")]
    public void A_national_number_is_read_where_the_employer_is(string header, string cell)
    {
        var sheet = Sheets.Read(
            $"Company,Position,Date Applied,Phone,{header}\nAcme,Clerk,2026-09-01,030 23125 014,{cell}\nBcme,Clerk,2026-09-01,1,{cell}\n"
        );
        Assert.Equal("030 23125 014", sheet.Application().Contact?.Phone);
        Assert.Equal(["badPhone"], sheet.Remarks(1));
    }

    [Fact]
    public void A_country_that_is_not_known_is_a_note()
    {
        var sheet = Sheets.With("Country", "Ruritania");
        Assert.Equal(("unknownCountry", "Country: Ruritania"), (Assert.Single(sheet.Remarks()), sheet.Application().Notes));
    }
}
