using System.Globalization;
using System.Text.RegularExpressions;
using FollowUp.Applications.Import;
using FollowUp.Contracts;

namespace FollowUp.Specs.Import;

public sealed partial class SampleSheetSpecs
{
    [Theory]
    [InlineData("2026-09-20")]
    [InlineData("2026-01-01")]
    [InlineData("2028-02-29")]
    [InlineData("2026-12-31")]
    public void The_sample_is_read_back_with_one_row_refused_on_purpose(string today)
    {
        var sheet = Sample(DateOnly.ParseExact(today, "O", CultureInfo.InvariantCulture));
        Assert.Equal("notSubmitted", Assert.Single(Assert.Single(sheet.Rows.OfType<SheetRow.Refused>()).Reasons).Code);
        Assert.All(sheet.Rows.OfType<SheetRow.Understood>(), x => Assert.Empty(x.Remarks));
        Assert.Empty(sheet.Ignored);
        Assert.InRange(sheet.Rows.Length, 38, 45);
    }

    [Fact]
    public void The_sample_has_something_of_everything()
    {
        var applications = Sample(Sheets.Today).Rows.OfType<SheetRow.Understood>().Select(x => x.Application).ToList();
        var outcomes = applications.SelectMany(x => x.Outcomes).ToList();
        Assert.Equal(["c-101", "c-102", "c-103", "c-104"], applications.Select(x => x.Candidate).Distinct().Order());
        Assert.Equal(Enum.GetValues<Approach>(), applications.Select(x => x.Approach).Distinct().Order());
        Assert.Equal(Enum.GetValues<ClosingReason>(), outcomes.OfType<Outcome.Closed>().Select(x => x.Reason).Distinct().Order());
        Assert.Equal(Enum.GetValues<ContactRole>(), applications.Select(x => x.Contact?.Role).OfType<ContactRole>().Distinct().Order());
        Assert.Equal(
            Enum.GetValues<HiringProcess>().Except([HiringProcess.Unknown]),
            applications.Select(x => x.HiringProcess).OfType<HiringProcess>().Distinct().Order()
        );
        Assert.Equal([false, true], outcomes.OfType<Outcome.Interview>().Select(x => x.Ahead).Distinct().Order());
        Assert.Contains(outcomes, x => x is Outcome.Responded { Offer: true });
        Assert.Contains(outcomes, x => x is Outcome.FollowedUp);
        Assert.Contains(applications, x => x.PromisedFollowUpOn > Sheets.Today);
        Assert.Contains(applications, x => x.PromisedFollowUpOn < Sheets.Today);
        Assert.Contains(applications, x => x.ClosesOn > Sheets.Today);
        Assert.Contains(applications, x => x is { Approach: Approach.MassMailing, Contact: null });
        Assert.Contains(applications, x => x is { HiringProcess: HiringProcess.Outsourced, Contact: null });
    }

    [Fact]
    public void Every_person_in_the_sample_is_fictitious()
    {
        var contacts = Sample(Sheets.Today)
            .Rows.OfType<SheetRow.Understood>()
            .Select(x => x.Application.Contact)
            .OfType<SheetContact>()
            .ToList();
        Assert.All(contacts.Select(x => x.Email).OfType<string>(), x => Assert.Matches(Reserved(), x));
        Assert.All(contacts.Select(x => x.Phone).OfType<string>(), x => Assert.Matches(Fictional(), x));
    }

    [Fact]
    public void The_sample_is_the_same_for_the_same_day() => Assert.Equal(Text(Sheets.Today), Text(Sheets.Today));

    private static Sheet Sample(DateOnly today) => Sheets.Read(Text(today), Sheets.Options with { Today = today, Candidate = null });

    private static string Text(DateOnly today)
    {
        using var writer = new StringWriter();
        SampleSheet.Write(writer, today);
        return writer.ToString();
    }

    [GeneratedRegex("@example\\.(org|com|net)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reserved();

    // 555-01xx in North America, 030 23125 xxx in Berlin: numbers reserved for fiction.
    [GeneratedRegex("^(555-01[0-9]{2}|030 23125 [0-9]{3})$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fictional();
}
