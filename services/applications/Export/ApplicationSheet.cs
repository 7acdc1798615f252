using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Import;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using Marten;
using NodaTime;

namespace FollowUp.Applications.Export;

/// <summary>An application with what a row of a sheet tells beside its facts.</summary>
/// <param name="Contacts">The persons behind its contacts, in the order of the contacts; those that were erased are missing.</param>
/// <param name="Notes">In the order in which they were written.</param>
public sealed record SheetEntry(JobApplication Application, ImmutableArray<Contact> Contacts, ImmutableArray<string> Notes);

// See docs/decisions/0038-the-sheet-out.md
/// <summary>
/// The list of applications as a sheet, with the columns that an import takes back: into the same team it changes nothing, into another it
/// records the same applications.
/// </summary>
public sealed class ApplicationSheet(IDocumentStore store, ApplicationList list, IConfiguration configuration, TimeProvider time)
{
    private const int AtOnce = 200;

    // A cell of a workbook takes no more.
    private const int LongestCell = 32_000;

    private static readonly (string Header, Func<SheetEntry, DateTimeZone, DateTimeOffset, object?> Cell)[] Columns =
    [
        ("Candidate", (x, _, _) => x.Application.Candidate),
        ("Employer", (x, _, _) => x.Application.Employer.Name),
        ("Job Title", (x, _, _) => x.Application.Posting.Title),
        ("Date Applied", (x, zone, _) => DayOf(x.Application.SubmittedAt, zone)),
        ("Status", (x, _, now) => StatusOf(x.Application, now)),
        ("Status Date", (x, zone, _) => DayOf(x.Application.Closing?.At, zone)),
        ("Response Date", (x, zone, _) => DayOf(x.Application.Responses.MaxBy(y => y.At.UtcTicks)?.At, zone)),
        ("Interview Date", (x, zone, _) => TimeOf(LastInterview(x.Application), zone)),
        (
            "Followed up on",
            (x, zone, _) => DayOf(x.Application.Stages.Select(y => y.Made).OfType<FollowUpMade>().MaxBy(y => y.At.UtcTicks)?.At, zone)
        ),
        ("Approach", (x, _, _) => x.Application.Approach.Word()),
        ("Hiring Process", (x, _, _) => x.Application.Employer.HiringProcess.Word()),
        ("Country", (x, _, _) => x.Application.Employer.Country),
        ("Region", (x, _, _) => x.Application.Employer.Region),
        ("Time Zone", (x, _, _) => x.Application.Employer.TimeZone),
        ("Posting URL", (x, _, _) => x.Application.Posting.Url),
        ("Closing Date", (x, _, _) => x.Application.Posting.ClosesOn),
        ("Posting Instructions", (x, _, _) => Says(x.Application.Posting.Instructions)),
        ("Contact Name", (x, _, _) => x.Contacts.FirstOrDefault()?.Name),
        ("Contact Role", (x, _, _) => x.Contacts.FirstOrDefault()?.Role.Word()),
        ("Contact Email", (x, _, _) => x.Contacts.FirstOrDefault()?.Email),
        ("Contact Phone", (x, _, _) => x.Contacts.FirstOrDefault()?.Phone),
        ("Contact Profile", (x, _, _) => x.Contacts.FirstOrDefault()?.Profile),
        (
            "Other Contacts",
            (x, _, _) => Lines(x.Contacts.Skip(1).Select(y => new SheetContact(y.Name, y.Role, y.Email, y.Phone, y.Profile).Line))
        ),
        ("Again", (x, _, _) => x.Application.IsAgain ? "yes" : null),
        ("History", (x, zone, _) => Lines(SheetHistory.Of(x.Application, zone).Select(y => y.Text))),
        ("Notes", (x, _, _) => Lines(x.Notes)),
        ("FollowUp ID", (x, _, _) => x.Application.Id.ToString()),
    ];

    public static ImmutableArray<string> Headers { get; } = [.. Columns.Select(x => x.Header)];

    /// <summary>The columns of days, and of times.</summary>
    internal static readonly string[] Days = ["Date Applied", "Status Date", "Response Date", "Followed up on", "Closing Date"],
        Times = ["Interview Date"];

    private readonly DateTimeZone _zone = SheetZone.Of(configuration);

    /// <summary>The rows of a list: a text, a day or a time in each cell.</summary>
    public async IAsyncEnumerable<object?[]> Rows(
        string team,
        ApplicationFilter filter,
        ApplicationSort sort,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        await foreach (var entry in Entries(team, filter, sort, ct))
            yield return Row(entry, _zone, time.GetUtcNow());
    }

    internal static object?[] Row(SheetEntry entry, DateTimeZone zone, DateTimeOffset now) =>
        [.. Columns.Select(x => x.Cell(entry, zone, now)).Select(x => x is string text ? Text(text) : x)];

    private async IAsyncEnumerable<SheetEntry> Entries(
        string team,
        ApplicationFilter filter,
        ApplicationSort sort,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        string? after = null;
        do
        {
            var page = await list.Read(team, filter, sort, AtOnce, after, ct: ct);
            after = page.Next;
            Guid[] ids = [.. page.Rows.Select(x => x.Application.Id)];
            string[] candidates = [.. page.Rows.Select(x => x.Application.Candidate).Distinct(StringComparer.Ordinal)];
            await using var session = store.QuerySession(team);
            var states = await ApplicationStates.Of(session, ids, ct);
            var contacts = (
                await session.LoadManyAsync<Contact>(ct, states.Values.SelectMany(x => x.Contacts).Select(x => x.Id).ToArray())
            ).ToDictionary(x => x.Id);
            var notes = (
                await session.Query<Note>().Where(x => x.Candidate.IsOneOf(candidates) && x.Application.IsOneOf(ids)).ToListAsync(ct)
            ).ToLookup(x => x.Application);
            foreach (var id in ids)
                if (states.GetValueOrDefault(id) is { IsSubmitted: true, IsVoided: false } application)
                    yield return new(
                        application,
                        [.. application.Contacts.Select(x => contacts.GetValueOrDefault(x.Id)).OfType<Contact>()],
                        [.. notes[id].OrderBy(x => x.At).ThenBy(x => x.Id).Select(x => x.Text)]
                    );
        } while (after is not null);
    }

    // A word that the import understands, and which tells no more than the history.
    private static string StatusOf(JobApplication x, DateTimeOffset now)
    {
        if (x.Closing is { } closing)
            return closing.Reason switch
            {
                ClosingReason.Rejected => "Rejected",
                ClosingReason.Withdrawn => "Withdrawn",
                ClosingReason.OfferAccepted => "Offer accepted",
                ClosingReason.OfferDeclined => "Offer declined",
                ClosingReason.PositionFilled => "Position filled",
                _ => "No response",
            };
        var stage = x.Stages.MaxBy(y => y.Order)!;
        return stage switch
        {
            { Step.Kind: StepKind.Offer } => "Offer",
            { Step.Kind: StepKind.Assessment } => "Assessment",
            { Step.Kind: StepKind.ReferenceCheck } => "Reference check",
            { Interview: not null, CancelledAt: null } => stage.StartsAt > now ? "Interview scheduled" : "Interview",
            { Made: not null } => "Followed up",
            { Response: not null, Number: 1 } => "Answered",
            _ => "Applied",
        };
    }

    private static DateTimeOffset? LastInterview(JobApplication x) =>
        x.Stages.Where(y => y.Interview is not null && y.CancelledAt is null).Max(y => y.StartsAt);

    private static string? Says(Instructions? x) =>
        x is null
            ? null
            : string.Join(
                ", ",
                new[] { x.NoPhoneCalls ? "no phone calls" : null, x.NoContact ? "no contact" : null, x.SubmitBy?.Word() }.OfType<string>()
            );

    private static string? Lines(IEnumerable<string> lines) => string.Join('\n', lines) is { Length: > 0 } text ? text : null;

    private static DateOnly? DayOf(DateTimeOffset? at, DateTimeZone zone) =>
        at is { } known ? Instant.FromDateTimeOffset(known).InZone(zone).Date.ToDateOnly() : null;

    private static DateTime? TimeOf(DateTimeOffset? at, DateTimeZone zone) =>
        at is { } known ? Instant.FromDateTimeOffset(known).InZone(zone).ToDateTimeUnspecified() : null;

    // Without what a workbook can't hold, and never a formula.
    private static string Text(string text)
    {
        var clean = string.Concat(
            SheetWords.Lines(text).EnumerateRunes().Where(x => x.Value is not (0xFFFE or 0xFFFF)).Select(x => x.ToString())
        );
        return CellText.Defused(clean.Shorten(LongestCell));
    }
}
