using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;

namespace FollowUp.Applications.Import;

public enum DateOrder
{
    /// <summary>9/10/24 is October 9.</summary>
    DayFirst,

    /// <summary>9/10/24 is September 10.</summary>
    MonthFirst,
}

public enum OrderBasis
{
    /// <summary>The caller chose the order.</summary>
    Asked,

    /// <summary>The header tells the order, as <c>Date (DD/MM/YYYY)</c>.</summary>
    Header,

    /// <summary>A date in the column is valid only in this order, and none is valid only in the other.</summary>
    Cells,

    /// <summary>The column's own dates don't tell the order, but those of the sheet's other columns do.</summary>
    OtherColumns,

    /// <summary>No date in the sheet tells the order; month first is assumed.</summary>
    Guess,

    /// <summary>Some dates are valid only in one order and some only in the other, so none was read.</summary>
    Contradiction,
}

/// <param name="Order">Null if the column is contradictory; then every such date in it was refused.</param>
/// <param name="Sentence">An English sentence, for people.</param>
public sealed record AssumedOrder(string Column, DateOrder? Order, OrderBasis Basis, string Sentence)
{
    public bool IsGuess => Basis is OrderBasis.Guess;
}

/// <summary>
/// The dates of a whole sheet. A single <c>9/10/24</c> doesn't tell day from month, but one person fills in a column in one way, so the
/// order of day and month is decided for each column.
/// </summary>
internal sealed class SheetDates
{
    private readonly DateTimeZone zone;
    private readonly Dictionary<int, AssumedOrder> orders = [];
    private readonly Dictionary<int, (string Name, object Value)[]> evidenceOf = []; // the values for the sentence of a refused date

    private SheetDates(DateTimeZone zone) => this.zone = zone;

    public ImmutableArray<AssumedOrder> Orders => [.. orders.OrderBy(x => x.Key).Select(x => x.Value)];

    public static SheetDates Of(SheetColumns columns, List<SheetRecord> records, SheetOptions options)
    {
        var dates = new SheetDates(options.Zone);
        var evidence = columns.Matched.Where(x => Has(x.Field)).Select(x => Evidence.Of(x, records)).Where(x => x.Any).ToList();
        foreach (var own in evidence)
            (dates.orders[own.Column.Position], dates.evidenceOf[own.Column.Position]) = own.Decide(
                options.DateOrder,
                [.. evidence.Where(x => x != own)]
            );
        return dates;
    }

    public Reading Read(MatchedColumn column, string cell)
    {
        if (WrittenDate.Parse(cell) is not { } written)
            return new(null, null, "badDate", [("form", IsNumber(cell) ? "number" : "text"), ("text", cell.Shorten(40))]);

        var (month, day) = (written.First, written.Second);
        if (written.InOrder)
        {
            var assumed = orders[column.Position];
            if (assumed.Order is null)
                return new(null, null, "mixedDateOrder", [("text", cell.Shorten(40)), .. evidenceOf[column.Position]]);
            if (assumed.Order is DateOrder.DayFirst)
                (day, month) = (month, day);
        }

        // A year before 1970 is a typing error.
        if (written.Year is < 1970 or > 2100 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(written.Year, month))
            return new(
                null,
                null,
                "impossibleDate",
                written.InOrder
                    ? [("form", "inOrder"), ("text", cell.Shorten(40)), .. evidenceOf[column.Position]]
                    : [("form", "whole"), ("text", cell.Shorten(40))]
            );

        var date = new DateOnly(written.Year, month, day);
        if (written is not { Time: { } time, Offset: { } offset })
            return new(date, written.Time) { IsSerial = written.IsSerial };
        var there = Instant.FromDateTimeOffset(new(date, time, offset)).InZone(zone).LocalDateTime;
        return new(there.Date.ToDateOnly(), there.TimeOfDay.ToTimeOnly());
    }

    /// <param name="On">Null if the date was refused; then there are a code and its values.</param>
    public sealed record Reading(DateOnly? On, TimeOnly? At, string Code = "", (string Name, object Value)[]? Values = null)
    {
        /// <summary>The cell is a spreadsheet's number of a day.</summary>
        public bool IsSerial { get; init; }
    }

    private static bool IsNumber(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>Whether a field's cells can be dates.</summary>
    public static bool Has(SheetField field) =>
        field
            is SheetField.SubmittedOn
                or SheetField.PromisedFollowUpOn
                or SheetField.ClosesOn
                or SheetField.InterviewOn
                or SheetField.RespondedOn
                or SheetField.FollowedUpOn
                or SheetField.StatusOn
                or SheetField.Milestone;

    private sealed record Evidence(MatchedColumn Column, bool Any, (int Line, string Cell)? DayFirst, (int Line, string Cell)? MonthFirst)
    {
        private DateOrder? Alone =>
            (DayFirst, MonthFirst) switch
            {
                ({ }, null) => DateOrder.DayFirst,
                (null, { }) => DateOrder.MonthFirst,
                _ => null,
            };

        public static Evidence Of(MatchedColumn column, List<SheetRecord> records)
        {
            var found = new Evidence(column, false, null, null);
            foreach (var record in records)
            foreach (var cell in WrittenDate.Parts(SheetWords.OneLine(record.Cell(column.Position))))
            {
                if (WrittenDate.Parse(cell) is not { InOrder: true } date)
                    continue;
                found = found with { Any = true };
                // 13/14/24 is invalid in either order, and 0/14/24 is no date at all: neither is evidence.
                if (date is { First: > 12 and <= 31, Second: >= 1 and <= 12 })
                    found = found with { DayFirst = found.DayFirst ?? (record.Line, cell) };
                if (date is { First: >= 1 and <= 12, Second: > 12 and <= 31 })
                    found = found with { MonthFirst = found.MonthFirst ?? (record.Line, cell) };
            }

            return found;
        }

        public (AssumedOrder, (string, object)[]) Decide(DateOrder? asked, Evidence[] others)
        {
            if (asked is not null)
                return Assume(asked.Value, OrderBasis.Asked, "as asked");
            if (InHeader() is { } order)
                return Assume(order, OrderBasis.Header, "as the header says");
            if (this is { DayFirst: { } dayFirst, MonthFirst: { } monthFirst })
                return (
                    new(
                        Column.Header,
                        null,
                        OrderBasis.Contradiction,
                        $"Line {dayFirst.Line} (\"{dayFirst.Cell}\") puts the day first and line "
                            + $"{monthFirst.Line} (\"{monthFirst.Cell}\") the month, so no such date in this column can be trusted. "
                            + "Write them as 2024-09-19."
                    ),
                    [
                        ("dayFirstLine", dayFirst.Line),
                        ("dayFirst", dayFirst.Cell),
                        ("monthFirstLine", monthFirst.Line),
                        ("monthFirst", monthFirst.Cell),
                    ]
                );
            if (Alone is { } own)
                return Assume(
                    own,
                    OrderBasis.Cells,
                    $"as on line {(DayFirst ?? MonthFirst)!.Value.Line}, \"{(DayFirst ?? MonthFirst)!.Value.Cell}\"",
                    ("line", (DayFirst ?? MonthFirst)!.Value.Line),
                    ("example", (DayFirst ?? MonthFirst)!.Value.Cell)
                );
            if (
                others.All(x => x is not { DayFirst: { }, MonthFirst: { } })
                && others.Select(x => x.Alone).OfType<DateOrder>().Distinct().ToArray() is [var theirs]
            )
                return Assume(
                    theirs,
                    OrderBasis.OtherColumns,
                    $"as in \"{others.First(x => x.Alone == theirs).Column.Header}\"",
                    ("other", others.First(x => x.Alone == theirs).Column.Header)
                );
            return Assume(DateOrder.MonthFirst, OrderBasis.Guess, "a guess: no date in the sheet tells");
        }

        private (AssumedOrder, (string, object)[]) Assume(
            DateOrder order,
            OrderBasis basis,
            string because,
            params (string, object)[] values
        ) =>
            (
                new(
                    Column.Header,
                    order,
                    basis,
                    $"Dates like 9/10/24 in \"{Column.Header}\" were read with the "
                        + $"{(order is DateOrder.DayFirst ? "day" : "month")} first, {because}"
                ),
                [("order", order.Word()), ("basis", basis.Word()), .. values]
            );

        private DateOrder? InHeader()
        {
            var header = SheetWords.Fold(Column.Header);
            return header.Contains("ddmm", StringComparison.Ordinal) || header.Contains("ttmm", StringComparison.Ordinal)
                    ? DateOrder.DayFirst
                : header.Contains("mmdd", StringComparison.Ordinal) ? DateOrder.MonthFirst
                : null;
        }
    }
}

/// <summary>A date as the sheet has it, before it is known which part is the day.</summary>
/// <param name="First">The month; if <paramref name="InOrder"/>, the first part.</param>
/// <param name="Second">The day; if <paramref name="InOrder"/>, the second part.</param>
/// <param name="IsSerial">It is a spreadsheet's number of a day.</param>
/// <param name="InOrder">The meaning of the two parts depends on the column's order.</param>
internal sealed partial record WrittenDate(
    int Year,
    int First,
    int Second,
    bool InOrder,
    TimeOnly? Time,
    TimeSpan? Offset,
    bool IsSerial = false
)
{
    // The first and the last day that the serial number of a spreadsheet can mean here: 1970 to 2100.
    private const double FirstSerial = 25_569,
        LastSerial = 73_415;
    private static readonly DateTime SerialZero = new(1899, 12, 30);
    private static readonly DateTimeFormatInfo[] Languages =
    [
        .. new[] { "en", "de", "fr", "es", "it", "nl", "pt", "pl" }.Select(x => CultureInfo.GetCultureInfo(x).DateTimeFormat),
    ];

    // Also the article before a date: "le 12 novembre 2026".
    private static readonly HashSet<string> Weekdays =
    [
        .. Languages.SelectMany(x => x.DayNames.Concat(x.AbbreviatedDayNames)).Select(x => SheetWords.Fold(x)),
        "tues",
        "weds",
        "thur",
        "thurs",
        "le",
        "el",
        "il",
    ];

    private static readonly Dictionary<string, int> Months = MonthNames();

    private static Dictionary<string, int> MonthNames()
    {
        string[] others = ["jaenner", "feb", "mrz mrt", "apr", "may", "jun", "jul", "aug", "sept set", "oct okt", "nov", "dec dez"];
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var month = 0; month < 12; month++)
            foreach (
                var name in Languages
                    .SelectMany(x =>
                        new[]
                        {
                            x.MonthNames[month],
                            x.MonthGenitiveNames[month],
                            x.AbbreviatedMonthNames[month],
                            x.AbbreviatedMonthGenitiveNames[month],
                        }
                    )
                    .Concat(others[month].Split(' '))
            )
                names.TryAdd(SheetWords.Fold(name), month + 1);
        return names;
    }

    /// <summary>The dates of a cell that has several, as <c>5 Nov 2026 → 12 Nov 2026</c>; else the cell.</summary>
    public static string[] Parts(string cell) =>
        cell.Length <= 130 && Between().Split(cell) is { Length: > 1 } parts && Array.TrueForAll(parts, x => Parse(x) is not null)
            ? parts
            : [cell];

    public static WrittenDate? Parse(string cell)
    {
        if (
            SerialNumber().IsMatch(cell)
            && double.Parse(cell, CultureInfo.InvariantCulture) is >= FirstSerial and < LastSerial + 1 and var serial
        )
        {
            var at = SerialZero.AddDays(serial);
            return new(at.Year, at.Month, at.Day, false, serial % 1 == 0 ? null : new TimeOnly(at.Hour, at.Minute), null, IsSerial: true);
        }
        if (cell.Length is < 6 or > 60)
            return null;
        if (LeadingWord().Match(cell) is { Success: true } word && Weekdays.Contains(SheetWords.Fold(word.Groups["word"].Value)))
            cell = cell[word.Length..];

        return YearFirst().Match(cell) is { Success: true } iso ? Of(iso, Number(iso, "b"), Number(iso, "c"))
            : Compact().Match(cell) is { Success: true } compact ? Of(compact, Number(compact, "b"), Number(compact, "c"))
            : YearLast().Match(cell) is { Success: true } x
                ? x.Groups["s"].Value == "." ? Of(x, Number(x, "b"), Number(x, "a"))
                    : Of(x, Number(x, "a"), Number(x, "b"), inOrder: true)
            : DayMonth().Match(cell) is { Success: true } named
            && Months.TryGetValue(SheetWords.Fold(named.Groups["m"].Value), out var month)
                ? Of(named, month, Number(named, "a"))
            : MonthDay().Match(cell) is { Success: true } american
            && Months.TryGetValue(SheetWords.Fold(american.Groups["m"].Value), out month)
                ? Of(american, month, Number(american, "a"))
            : null;

        WrittenDate? Of(Match date, int first, int second, bool inOrder = false)
        {
            var year = Number(date, "y");
            if (date.Groups["y"].Length == 2)
                year += 2000;
            var rest = cell[date.Length..];
            if (string.IsNullOrWhiteSpace(rest))
                return new(year, first, second, inOrder, null, null);
            if (TimeOfDay().Match(rest) is not { Success: true } time || Clock(time) is not { } clock)
                return null;
            return Zone(time.Groups["zone"].Value, out var offset) ? new(year, first, second, inOrder, clock, offset) : null;
        }
    }

    private static TimeOnly? Clock(Match time)
    {
        var (hour, minute) = (Number(time, "h"), time.Groups["min"].Success ? Number(time, "min") : 0);
        var half = time.Groups["half"].Value.ToUpperInvariant();
        if (half.Length > 0 && hour is < 1 or > 12 || !time.Groups["min"].Success && half.Length == 0 && !time.Groups["uhr"].Success)
            return null;
        hour = half switch
        {
            "A" => hour % 12,
            "P" => hour % 12 + 12,
            _ => hour,
        };
        return hour < 24 && minute < 60 ? new TimeOnly(hour, minute) : null;
    }

    private static bool Zone(string text, out TimeSpan? offset)
    {
        offset = text switch
        {
            "" => null,
            // "+0100", or only the hours: "+1"
            ['+' or '-', .. var rest] when rest.Replace(":", "", StringComparison.Ordinal) is var digits => new TimeSpan(
                int.Parse(digits.Length > 2 ? digits[..^2] : digits, CultureInfo.InvariantCulture),
                digits.Length > 2 ? int.Parse(digits[^2..], CultureInfo.InvariantCulture) : 0,
                0
            ) * (text[0] == '-' ? -1 : 1),
            _ => TimeSpan.Zero,
        };
        return offset is not { } x || x.Duration() <= TimeSpan.FromHours(14);
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase;
    private const int Patience = 1000;

    [GeneratedRegex(@"^[0-9]{5}(\.[0-9]+)?$", Options, Patience)]
    private static partial Regex SerialNumber();

    [GeneratedRegex(@"\s*[→&]\s*|\s+(-|–|to|bis|and|und|et|y|e)\s+", Options, Patience)]
    private static partial Regex Between();

    [GeneratedRegex(@"^(?<word>\p{L}+)[.,]*\s*", Options, Patience)]
    private static partial Regex LeadingWord();

    [GeneratedRegex(@"^(?<y>[0-9]{4})(?<s>[./-])(?<b>[0-9]{1,2})\k<s>(?<c>[0-9]{1,2})(?![0-9])", Options, Patience)]
    private static partial Regex YearFirst();

    [GeneratedRegex(@"^(?<y>[0-9]{4})(?<b>[0-9]{2})(?<c>[0-9]{2})(?![0-9])", Options, Patience)]
    private static partial Regex Compact();

    [GeneratedRegex(@"^(?<a>[0-9]{1,2})\s?(?<s>[./-])\s?(?<b>[0-9]{1,2})\s?\k<s>\s?(?<y>[0-9]{4}|[0-9]{2})(?![0-9])", Options, Patience)]
    private static partial Regex YearLast();

    [GeneratedRegex(
        @"^(?<a>[0-9]{1,2})(st|nd|rd|th|er|º|ª|°|\.)?[\s-]*((of|de|di)\s+)?(?<m>\p{L}+)[\s.,-]*((de|del|do)\s+)?'?(?<y>[0-9]{4}|"
            + "[0-9]{2})(?![0-9])",
        Options,
        Patience
    )]
    private static partial Regex DayMonth();

    [GeneratedRegex(@"^(?<m>\p{L}+)[\s.-]*(?<a>[0-9]{1,2})(st|nd|rd|th)?[\s,-]+'?(?<y>[0-9]{4}|[0-9]{2})(?![0-9])", Options, Patience)]
    private static partial Regex MonthDay();

    [GeneratedRegex(
        @"^(\s*T\s*|[\s,-]+|\s+(at|um)\s+)(?<h>[0-9]{1,2})([:.](?<min>[0-9]{2})(:[0-9]{2}([.,][0-9]+)?)?)?\s*"
            + @"((?<half>[ap])\.?m\.?)?\s*(?<uhr>uhr|h)?\s*\(?((UTC|GMT)?(?<zone>[+-][0-9]{1,2}(:?[0-9]{2})?)|(?<zone>Z|UTC|GMT))?\)?\s*$",
        Options,
        Patience
    )]
    private static partial Regex TimeOfDay();
}
