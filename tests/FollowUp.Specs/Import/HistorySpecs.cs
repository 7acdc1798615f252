using FollowUp.Applications.Import;

namespace FollowUp.Specs.Import;

/// <summary>The lines of the column "History".</summary>
public sealed class HistorySpecs
{
    [Theory]
    [InlineData("2026-09-01 submitted")]
    [InlineData("2026-09-01 08:30:17 cover letter, promised 2026-09-10")]
    [InlineData("2026-09-03 14:30 answered: invitation, next step by 2026-09-12")]
    [InlineData("2026-09-10 10:00 interview: phoneScreen, until 2026-09-10 10:30, agreed 2026-09-03, cancelled 2026-09-09 17:00")]
    [InlineData("2026-09-11 step: offer, on 2026-09-11, answer by 2026-09-18")]
    [InlineData("2026-09-11 step: other, on 2026-09-14, named Trial day, paid, by the way")]
    [InlineData("2026-09-12 09:15 followed up: phone, for stage 1, by Ana, Ben")]
    [InlineData("2026-09-19 closed: positionFilled")]
    public void A_line_that_is_written_is_read(string line) => Assert.Equal(line, HistoryLine.Parse(line)?.Text);

    [Theory]
    [InlineData("2026-09-31 submitted")]
    [InlineData("2026-09-03 answered: maybe")]
    [InlineData("2026-09-03 submitted, on 2026-09-04")]
    [InlineData("2026-09-03 interview, until half past ten")]
    [InlineData("called them on Monday")]
    public void Any_other_line_becomes_a_note(string line)
    {
        Assert.Null(HistoryLine.Parse(line));
        var sheet = Sheets.With("History", line);
        Assert.Equal(["unknownHistory"], sheet.Remarks());
        Assert.Equal($"History: {line}", sheet.Application().Notes);
    }
}
