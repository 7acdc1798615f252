using System.Globalization;
using FollowUp.Applications.Import;

namespace FollowUp.Specs.Import;

public sealed class DateSpecs
{
    [Theory]
    [InlineData("2024-09-19")]
    [InlineData("2024-9-19")]
    [InlineData("2024/09/19")]
    [InlineData("20240919")]
    [InlineData("2024-09-19T23:59:59")]
    [InlineData("2024-09-19 08:15")]
    [InlineData("9/19/24")]
    [InlineData("9/19/2024")]
    [InlineData("9/19/2024 2:30 PM")]
    [InlineData("19/9/24")]
    [InlineData("19-09-2024")]
    [InlineData("19.9.2024")]
    [InlineData("19. 9. 24")]
    [InlineData("19 Sep 2024")]
    [InlineData("19-Sep-24")]
    [InlineData("19th of September, 2024")]
    [InlineData("Sep 19, 2024")]
    [InlineData("Sept. 19th, 2024")]
    [InlineData("September 19 2024")]
    [InlineData("Thu, Sep 19, 2024")]
    [InlineData("September 19, 2024 3:00 PM (GMT+1)")]
    [InlineData("9/19/24, 11:05 AM")]
    [InlineData("9/19/2024 3:00pm")]
    [InlineData("19 septembre 2024")]
    [InlineData("le 19 sept. 2024")]
    [InlineData("jeudi 19 septembre 2024")]
    [InlineData("19 de septiembre de 2024")]
    [InlineData("19 settembre 2024")]
    [InlineData("19 september 2024")]
    [InlineData("19 de setembro de 2024")]
    [InlineData("19 set. 2024")]
    [InlineData("19 września 2024")]
    [InlineData("45554")]
    [InlineData("Donnerstag, 19. September 2024")]
    [InlineData("19.09.2024 14:30 Uhr")]
    [InlineData("  19 sep 2024 ")]
    public void The_nineteenth_of_September_is_understood_however_it_is_written(string cell) =>
        Assert.Equal(new DateOnly(2024, 9, 19), Applied(cell).Application().SubmittedOn);

    [Theory]
    [InlineData("3. März 2025", 3)]
    [InlineData("3 Mrz 2025", 3)]
    [InlineData("3 Mai 2025", 5)]
    [InlineData("3. Dez. 2025", 12)]
    [InlineData("3 Okt 2025", 10)]
    [InlineData("3 Jänner 2025", 1)]
    [InlineData("March 3, 2025", 3)]
    [InlineData("May 3, 2025", 5)]
    public void Months_have_English_and_German_names(string cell, int month) =>
        Assert.Equal(new DateOnly(2025, month, 3), Applied(cell).Application().SubmittedOn);

    [Theory]
    [InlineData("2024-09-19T23:30:00Z", "2024-09-20")]
    [InlineData("2024-09-19T23:30:00+02:00", "2024-09-19")]
    [InlineData("2024-09-19T02:30:00+0900", "2024-09-18")]
    public void A_time_with_an_offset_is_brought_to_the_default_time_zone(string cell, string date) =>
        Assert.Equal(DateOnly.Parse(date, CultureInfo.InvariantCulture), Applied(cell).Application().SubmittedOn);

    [Theory]
    [InlineData("2/30/2024", "impossibleDate")]
    [InlineData("2024-02-30", "impossibleDate")]
    [InlineData("30 Feb 2024", "impossibleDate")]
    [InlineData("29.2.2023", "impossibleDate")]
    [InlineData("19.19.2024", "impossibleDate")]
    [InlineData("13/14/2024", "impossibleDate")]
    [InlineData("0/5/2024", "impossibleDate")]
    [InlineData("0202-09-19", "impossibleDate")]
    [InlineData("next week", "badDate")]
    [InlineData("Sep 19", "badDate")]
    [InlineData("9/19", "badDate")]
    [InlineData("25568", "badDate")]
    [InlineData("73416", "badDate")]
    [InlineData("9/19.2024", "badDate")]
    [InlineData("9/19/202", "badDate")]
    [InlineData("19 Foo 2024", "badDate")]
    [InlineData("2024-09-19 25:00", "badDate")]
    [InlineData("2024-09-19 or so", "badDate")]
    public void An_invalid_date_is_refused_with_its_column_and_its_text(string cell, string code)
    {
        var reason = Applied(cell).Reason();
        Assert.Equal(("Date Applied", code), (reason.Column, reason.Code));
        Assert.Contains($"\"{cell}\"", reason.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-09-20", null)]
    [InlineData("2026-09-21", "inTheFuture")]
    [InlineData("21 Sep 2026", "inTheFuture")]
    [InlineData("1/1/99", "inTheFuture")]
    public void Nothing_can_have_been_submitted_tomorrow(string cell, string? code)
    {
        if (code is null)
            Assert.Equal(Sheets.Today, Applied(cell).Application().SubmittedOn);
        else
            Assert.Equal(code, Applied(cell).Reason().Code);
    }

    [Theory]
    [InlineData("3/4/24 19/9/24", OrderBasis.Cells, DateOrder.DayFirst, "2024-04-03")]
    [InlineData("3/4/24 9/19/24", OrderBasis.Cells, DateOrder.MonthFirst, "2024-03-04")]
    [InlineData("3-4-24 19/9/24", OrderBasis.Cells, DateOrder.DayFirst, "2024-04-03")]
    [InlineData("3/4/24 5/6/24", OrderBasis.Guess, DateOrder.MonthFirst, "2024-03-04")]
    [InlineData("3/4/24 19.9.24", OrderBasis.Guess, DateOrder.MonthFirst, "2024-03-04")]
    [InlineData("3/4/24 19/9/9999x", OrderBasis.Guess, DateOrder.MonthFirst, "2024-03-04")]
    public void The_whole_column_decides_whether_day_or_month_comes_first(string cells, OrderBasis basis, DateOrder order, string first)
    {
        var sheet = Applied(cells.Split(' '));
        var assumed = Assert.Single(sheet.DateOrders);
        Assert.Equal(
            ("Date Applied", order, basis, basis is OrderBasis.Guess),
            (assumed.Column, assumed.Order, assumed.Basis, assumed.IsGuess)
        );
        Assert.Equal(DateOnly.Parse(first, CultureInfo.InvariantCulture), sheet.Application().SubmittedOn);
    }

    [Fact]
    public void A_dot_puts_the_day_first_whatever_the_slashes_do() =>
        Assert.Equal(new DateOnly(2024, 4, 3), Applied("9/19/24", "3.4.24").Application(1).SubmittedOn);

    [Fact]
    public void A_column_that_contradicts_itself_is_not_trusted_where_the_order_matters()
    {
        var sheet = Applied("19/9/24", "9/19/24", "3/4/24", "2024-09-19", "19 Sep 2024");
        Assert.Equal(["mixedDateOrder", "mixedDateOrder", "mixedDateOrder"], Enumerable.Range(0, 3).Select(x => sheet.Reason(x).Code));
        Assert.Equal(2, sheet.Rows.OfType<SheetRow.Understood>().Count());
        Assert.Equal((null, OrderBasis.Contradiction), (sheet.DateOrders[0].Order, sheet.DateOrders[0].Basis));
        Assert.Contains("Line 2 (\"19/9/24\")", sheet.Reason(2).Sentence, StringComparison.Ordinal);
        Assert.Contains("line 3 (\"9/19/24\")", sheet.Reason(2).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_caller_who_knows_the_order_is_believed_and_only_what_contradicts_it_is_refused()
    {
        var sheet = Read(Sheets.Options with { DateOrder = DateOrder.DayFirst }, "19/9/24", "9/19/24", "3/4/24");
        Assert.Equal("impossibleDate", sheet.Reason(1).Code);
        Assert.Equal(new DateOnly(2024, 4, 3), sheet.Application(2).SubmittedOn);
    }

    [Fact]
    public void A_column_that_does_not_tell_follows_one_that_does()
    {
        var sheet = Sheets.Read("Company,Position,Date Applied,Deadline\nAcme,Clerk,3/4/24,19/9/24\n");
        Assert.Equal(new DateOnly(2024, 4, 3), sheet.Application().SubmittedOn);
        Assert.Equal([OrderBasis.OtherColumns, OrderBasis.Cells], sheet.DateOrders.Select(x => x.Basis));
    }

    [Theory]
    [InlineData("DD/MM/YYYY", "2024-04-03")]
    [InlineData("mm/dd/yy", "2024-03-04")]
    public void A_header_may_say_the_order(string order, string date)
    {
        var sheet = Sheets.Read($"Company,Position,Date Applied ({order})\nAcme,Clerk,3/4/24\n");
        Assert.Equal(DateOnly.Parse(date, CultureInfo.InvariantCulture), sheet.Application().SubmittedOn);
        Assert.Equal(OrderBasis.Header, sheet.DateOrders[0].Basis);
    }

    [Fact]
    public void A_sheet_without_such_dates_assumes_nothing() => Assert.Empty(Applied("2024-09-19", "19.9.2024").DateOrders);

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("n/a")]
    [InlineData("TBD")]
    public void A_missing_date_is_remarked(string cell)
    {
        Assert.Null(Applied(cell).Application().SubmittedOn);
        Assert.Equal(["noDate"], Applied(cell).Remarks());
    }

    [Theory]
    [InlineData("2026-09-02", true)]
    [InlineData("2026-10-01", true)]
    [InlineData("2026-09-01", false)]
    [InlineData("2026-10-02", false)]
    public void A_promise_lies_within_thirty_days_after_the_submission_or_stays_a_note(string cell, bool promise)
    {
        var sheet = Sheets.With("Follow-up date", cell);
        Assert.Equal(promise ? DateOnly.Parse(cell, CultureInfo.InvariantCulture) : null, sheet.Application().PromisedFollowUpOn);
        Assert.Equal(promise ? null : $"Follow-up date: {cell}", sheet.Application().Notes);
        Assert.Equal(promise ? [] : ["promiseNotUsed"], sheet.Remarks());
    }

    [Theory]
    [InlineData("Followed up on", "2026-09-21", "inTheFuture")]
    [InlineData("Followed up on", "2026-08-31", "beforeSubmission")]
    [InlineData("Followed up on", "last week", "badDate")]
    public void A_follow_up_that_cannot_be_refuses_the_row_so_that_no_second_one_is_made(string header, string cell, string code)
    {
        var reason = Sheets.With(header, cell).Reason();
        Assert.Equal((header, code), (reason.Column, reason.Code));
    }

    [Theory]
    [InlineData("Response date", "2026-09-21", "inTheFuture")]
    [InlineData("Response date", "2026-08-31", "beforeSubmission")]
    [InlineData("Interview date", "2026-08-31", "beforeSubmission")]
    [InlineData("Interview date", "with Ms Roe on Tuesday", "badDate")]
    [InlineData("Closing date", "2026-02-30", "impossibleDate")]
    [InlineData("Follow-up date", "call Dana", "badDate")]
    public void Another_date_that_cannot_be_becomes_a_note(string header, string cell, string code)
    {
        var sheet = Sheets.With(header, cell);
        Assert.Equal((code, $"{header}: {cell}"), (Assert.Single(sheet.Remarks()), sheet.Application().Notes));
        Assert.Empty(sheet.Application().Outcomes);
    }

    [Theory]
    [InlineData("1/0/1900")]
    [InlineData("1900-01-00")]
    [InlineData("01.01.1900")]
    [InlineData("########")]
    [InlineData("#VALUE!")]
    public void The_day_of_nothing_is_a_missing_date(string cell) => Assert.Equal(["noDate"], Applied(cell).Remarks());

    [Fact]
    public void Of_several_dates_the_first_is_the_submission_and_the_last_the_interview()
    {
        var sheet = Sheets.Read(
            "Company,Position,Date Applied,Interview Date\n" + "Acme,Clerk,\"September 1, 2026 → September 3, 2026\",9/8/2026 & 9/15/2026\n"
        );
        Assert.Equal(new DateOnly(2026, 9, 1), sheet.Application().SubmittedOn);
        Assert.Equal([new Outcome.Interview(1, new(2026, 9, 15), null, false)], sheet.Application().Outcomes);
        Assert.Equal(["severalDates", "severalDates"], sheet.Remarks());
    }

    [Fact]
    public void A_serial_number_is_a_day_and_remarked() => Assert.Equal(["serialDate"], Applied("45554").Remarks());

    private static Sheet Applied(params string[] cells) => Read(Sheets.Options, cells);

    private static Sheet Read(SheetOptions options, params string[] cells) =>
        Sheets.Read(
            "Company,Position,Date Applied\n" + string.Concat(cells.Select((x, i) => $"Acme {i},Clerk,{Sheets.Quoted(x)}\n")),
            options
        );
}
