using FollowUp.Applications.Import;
using FollowUp.Sheets;

namespace FollowUp.Specs.Import;

/// <summary>The exports and templates of public trackers are read as they are meant.</summary>
public sealed class TrackerSpecs
{
    public static TheoryData<string> Names => [.. Tracker.All.Select(x => x.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_export_is_read_as_it_is_meant(string tracker)
    {
        var (_, file, expected) = Tracker.All.Single(x => x.Name == tracker);

        var sheet = Sheets.Read(file);

        Assert.Equal(expected, sheet.Rows.Select(Of));
        // of one person, named by the caller
        Assert.All(sheet.Rows.OfType<SheetRow.Understood>(), x => Assert.Equal(Sheets.Options.Candidate, x.Application.Candidate));
    }

    private static Read Of(SheetRow row) =>
        row is SheetRow.Understood { Application: var x }
            ? new(
                x.Employer,
                x.Title,
                $"{x.SubmittedOn:yyyy-MM-dd}",
                Words(x.Outcomes.LastOrDefault()),
                x.Url,
                x.Contact is { } contact ? string.Join(", ", new[] { contact.Name, contact.Email }.OfType<string>()) : null,
                x.Source is { } source ? string.Join('\n', new[] { x.Notes, $"Source: {source}" }.OfType<string>()) : x.Notes
            )
            : Read.Refused(((SheetRow.Refused)row).Reasons[0].Code);

    private static string Words(Outcome? outcome) =>
        outcome switch
        {
            null => "applied",
            Outcome.Interview x => $"{(x.Kind is { } kind ? kind.Word() : "interview")}{(x.Ahead ? " ahead" : "")}{On(x.On)}",
            Outcome.Step x => $"{x.Kind.Word()}{On(x.On)}",
            Outcome.Responded x => $"{(x.Offer ? "offer" : "answered")}{On(x.On)}",
            Outcome.FollowedUp x => $"followedUp{On(x.On)}",
            Outcome.Closed x => $"{x.Reason.Word()}{On(x.On)}",
            _ => "?",
        };

    private static string On(DateOnly? day) => day is { } on ? $" on {on:yyyy-MM-dd}" : "";
}
