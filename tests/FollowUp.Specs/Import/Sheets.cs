using System.Text;
using FollowUp.Applications.Import;
using NodaTime;

namespace FollowUp.Specs.Import;

/// <summary>Sheets of a line or two, read on 20 September 2026 in Berlin.</summary>
internal static class Sheets
{
    public static readonly DateOnly Today = new(2026, 9, 20);

    public static SheetOptions Options { get; } = new("team-1", Today, DateTimeZoneProviders.Tzdb["Europe/Berlin"], Candidate: "c-1");

    public static Sheet Read(string csv, SheetOptions? options = null) => Read(Encoding.UTF8.GetBytes(csv), options);

    public static Sheet Read(byte[] csv, SheetOptions? options = null)
    {
        using var stream = new MemoryStream(csv);
        return Sheet.Read(stream, options ?? Options);
    }

    public static SheetRefusedException Refusal(string csv, SheetOptions? options = null) =>
        Assert.Throws<SheetRefusedException>(() => Read(csv, options));

    public static SheetRow.Understood Understood(this Sheet sheet, int row = 0) => Assert.IsType<SheetRow.Understood>(sheet.Rows[row]);

    public static SheetApplication Application(this Sheet sheet, int row = 0) => sheet.Understood(row).Application;

    public static Finding Reason(this Sheet sheet, int row = 0) => Assert.Single(Assert.IsType<SheetRow.Refused>(sheet.Rows[row]).Reasons);

    /// <summary>The one finding of a row, which refuses it or is a remark.</summary>
    public static Finding Finding(this Sheet sheet) =>
        Assert.Single(sheet.Rows[0] is SheetRow.Refused refused ? refused.Reasons : sheet.Understood().Remarks);

    public static IEnumerable<string> Remarks(this Sheet sheet, int row = 0) => sheet.Understood(row).Remarks.Select(x => x.Code);

    /// <summary>A sheet with one application and one additional column.</summary>
    public static Sheet With(string header, string cell, SheetOptions? options = null) =>
        Read($"Company,Position,Date Applied,{Quoted(header)}\nAcme,Clerk,2026-09-01,{Quoted(cell)}\n", options);

    public static string Quoted(string cell) => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
