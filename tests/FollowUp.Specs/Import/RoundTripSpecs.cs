using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using CsCheck;
using FollowUp.Applications;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Export;
using FollowUp.Applications.Import;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using NodaTime;

namespace FollowUp.Specs.Import;

/// <summary>
/// The sheet that goes out comes back: into the same team it changes nothing, into another it records the same applications.
/// </summary>
public sealed class RoundTripSpecs
{
    private static readonly DateTimeOffset Now = new(2026, 9, 20, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeZone Zone = Sheets.Options.Zone;

    // What an import of a stranger's sheet would refuse, read otherwise, or take for a formula.
    private static readonly string[] Names =
    [
        "Acme",
        "Müller; =1+1",
        "=HYPERLINK(\"https://example.org\",\"Acme\")",
        "TBD",
        "N/A",
        "+49 GmbH",
        "'=x",
        "a, -b",
        "O'Neil \"&\" Söhne",
        "[Acme](https://example.org)",
        "12",
        "Total",
        "@home | away",
    ];

    private static readonly Gen<string> Name = OneOf(Names);

    private static readonly Gen<DateTimeOffset> Past =
        from minutes in Gen.Int[0, 60 * 24 * 40]
        from exact in OneOf(0L, 0L, 17 * TimeSpan.TicksPerSecond, 1_234_567)
        select Now.AddMinutes(-minutes).AddTicks(-exact);

    private static readonly Gen<DateTimeOffset> InterviewStart =
        from days in Gen.Int[-30, 20]
        from minutes in Gen.Int[8 * 60, 18 * 60]
        select Now.Date.AddDays(days).AddMinutes(minutes) is var at ? new DateTimeOffset(at, TimeSpan.Zero) : Now;

    private static readonly Gen<DateOnly?> Ahead = Gen.OneOf(
        Gen.Const((DateOnly?)null),
        Gen.Int[-10, 20].Select(x => (DateOnly?)DateOnly.FromDateTime(Now.Date).AddDays(x))
    );

    private static readonly Gen<Func<JobApplication, object[]>> Happening = Gen.Frequency(
        (1, Gen.Select(Ahead, Past, (on, at) => (Func<JobApplication, object[]>)(x => x.Decide(new SendCoverLetter(on, at), Now)))),
        (
            3,
            Gen.Select(
                Gen.Enum<ResponseKind>(),
                Ahead,
                Past,
                (kind, on, at) => (Func<JobApplication, object[]>)(x => x.Decide(new RecordResponse(on, at, kind), Now))
            )
        ),
        (
            3,
            Gen.Select(
                InterviewStart,
                Past,
                Gen.Enum<InterviewKind>(),
                Gen.Int[0, 3],
                (starts, at, kind, half) =>
                    (Func<JobApplication, object[]>)(
                        x =>
                            x.Decide(
                                new ScheduleInterview(
                                    starts,
                                    half == 0 ? null : starts.AddMinutes(30 * half),
                                    At: at,
                                    Kind: half == 2 ? null : kind
                                ),
                                Now
                            )
                    )
            )
        ),
        (1, Gen.Select(Gen.Int[1, 3], Past, (n, at) => (Func<JobApplication, object[]>)(x => x.Decide(new CancelInterview(n, at), Now)))),
        (
            1,
            Gen.Select(
                Gen.Int[1, 3],
                InterviewStart,
                (n, starts) => (Func<JobApplication, object[]>)(x => x.Decide(new RescheduleInterview(n, starts), Now))
            )
        ),
        (
            2,
            Gen.Select(
                Gen.Enum<StepKind>(),
                Gen.Int[-20, 20],
                Past,
                Name,
                (kind, day, at, name) =>
                    (Func<JobApplication, object[]>)(
                        x =>
                        {
                            var on = DateOnly.FromDateTime(Now.Date).AddDays(day);
                            return x.Decide(
                                new RecordStep(
                                    kind,
                                    on,
                                    kind == StepKind.Offer && day % 2 == 0 ? on.AddDays(5) : null,
                                    kind == StepKind.Other ? name : null,
                                    at
                                ),
                                Now
                            );
                        }
                    )
            )
        ),
        (
            3,
            Gen.Select(
                Gen.Int[0, 3],
                Gen.Enum<Channel>(),
                Past,
                Name,
                (stage, channel, at, by) =>
                    (Func<JobApplication, object[]>)(
                        x => x.Decide(new RecordSettled(stage == 0 ? x.StageAt(at) : stage, Guid.NewGuid(), channel, by, at))
                    )
            )
        ),
        (
            1,
            Gen.Select(
                Gen.Enum<ClosingReason>(),
                Past,
                (reason, at) => (Func<JobApplication, object[]>)(x => x.Decide(new CloseApplication(reason, at), Now))
            )
        ),
        (1, Gen.Const((Func<JobApplication, object[]>)(x => x.Decide(new ReopenApplication(), Now)))),
        (1, Gen.Int[2, 6].Select(version => (Func<JobApplication, object[]>)(x => x.Decide(new RetractFact(version), Now))))
    );

    private static readonly Gen<NewContact> Person =
        from name in OneOf<string?>("Ana Roe", "None", "R. Roe, Dr.", null)
        from role in Gen.Enum<ContactRole>()
        from phone in OneOf<string?>("+49 (0)30 1234-567 ext. 6", "call 12", null)
        from profile in OneOf<string?>("https://social.example/in/roe", null)
        select new NewContact(name, role, name is null || phone is null ? "roe@example.org" : null, phone, profile);

    private static readonly Gen<SheetEntry> Entry =
        from employer in Name
        from title in Name
        from approach in Gen.Enum<Approach>()
        from process in Gen.Enum<HiringProcess>()
        from place in OneOf<(string? Zone, string? Country, string? Region)>(
            (null, null, null),
            ("America/New_York", "US", null),
            (null, "NA", null),
            ("Asia/Tokyo", null, null),
            (null, "DE", "DE-BY")
        )
        from instructions in OneOf<PostingInstructions?>(null, new(NoContact: true), new(true, true, SubmitBy.Attach))
        from again in Gen.Bool
        from submitted in Past
        from people in Person.Array[0, 3]
        from happenings in Happening.Array[0, 9]
        from notes in OneOf("Ask for Mr Brown", "- one\n- two;=2", "tbd").Array[0, 2]
        select Applied(
            new SubmitApplication(
                "c-1",
                new(employer, process, place.Zone, place.Country, place.Region),
                new(title, title.Length == 4 ? "https://example.org/jobs/1?a=b" : null, null, instructions),
                approach,
                SubmittedAt: submitted,
                Again: again
            ),
            people,
            happenings,
            notes
        );

    [Fact]
    public void Comes_back_as_what_went_out_as_CSV() => Entry.Array[1, 4].Sample(x => ComesBack(x, Csv(x)), iter: 1_500);

    [Fact]
    public void Comes_back_as_what_went_out_as_XLSX() => Entry.Array[1, 4].Sample(x => ComesBack(x, Xlsx(x)), iter: 150);

    [Fact]
    public void Every_header_is_one_that_the_import_takes_for_its_field()
    {
        var columns = SheetColumns.Match([.. ApplicationSheet.Headers], Sheets.Options);
        Assert.Empty(columns.Ignored);
        Assert.Equal(ApplicationSheet.Headers.Length, columns.Matched.Select(x => x.Field).Distinct().Count());
    }

    [Fact]
    public void A_list_without_applications_has_its_headers()
    {
        Assert.StartsWith("\uFEFFCandidate,Employer,", Encoding.UTF8.GetString(Csv([])), StringComparison.Ordinal);
        Assert.Empty(Sheets.Read(Xlsx([])).Rows);
    }

    // Excel calls a workbook damaged in which something else stands among the rows.
    [Fact]
    public void A_workbook_has_only_rows_among_its_rows_and_days_as_days()
    {
        using var archive = new ZipArchive(
            new MemoryStream(Xlsx([Applied(new("c-1", new("Acme"), new("Clerk"), SubmittedAt: Now), [], [], [])]))
        );
        using var sheet = archive.GetEntry("xl/worksheets/sheet1.xml")!.Open();
        var rows = XDocument.Load(sheet).Root!.Elements().Single(x => x.Name.LocalName == "sheetData").Elements().ToArray();
        Assert.Equal(["row", "row"], rows.Select(x => x.Name.LocalName));
        var applied = rows[1].Elements().ElementAt(ApplicationSheet.Headers.IndexOf("Date Applied"));
        Assert.Null(applied.Attribute("t"));
        Assert.Equal("46285", applied.Value);
    }

    [Fact]
    public void A_person_can_say_more_in_a_sheet_that_went_out()
    {
        var entry = Applied(new("c-1", new("Acme"), new("Clerk"), SubmittedAt: Now.AddDays(-20)), [], [], []);
        var sheet = Encoding.UTF8.GetString(Csv([entry]));
        var row = Sheets.Read(sheet.Replace("Clerk,2026-08-31,Applied,", "Clerk,2026-08-31,Rejected,2026-09-15", StringComparison.Ordinal));
        Assert.Equal(
            "The sheet says rejected since 2026-09-15.",
            Assert.Single(new SheetChanges(Zone, "Ana", Now).Of(entry.Application, row.Application())).Says.Sentence
        );
    }

    private static void ComesBack(SheetEntry[] entries, byte[] file)
    {
        var sheet = Sheets.Read(file);
        Assert.Equal(entries.Length, sheet.Rows.Length);
        foreach (var (i, entry) in entries.Index())
        {
            var row = sheet.Understood(i);
            Assert.Empty(row.Remarks);
            Assert.Equal(entry.Application.Id, row.FollowUpId);
            Assert.Empty(new SheetChanges(Zone, "Ana", Now).Of(entry.Application, row.Application));

            var fresh = new JobApplication { Id = Guid.NewGuid() };
            var again = new RowFacts(row.Application, Zone, "Ana", Now).After(fresh).Aggregate(fresh, (x, fact) => x.Evolve(fact));
            Assert.Equal(Described(entry.Application), Described(again));
            Assert.Equal(
                entry.Contacts.Select(x => (x.Name, x.Role, x.Email, x.Phone, x.Profile)),
                RowFacts
                    .ContactsOf(fresh.Id, row.Application)
                    .Select(x => (x.Contact.Name, x.Contact.Role, x.Contact.Email, x.Contact.Phone, x.Contact.Profile))
            );
            Assert.Equal(entry.Notes.IsEmpty ? null : string.Join('\n', entry.Notes), row.Application.Notes);
        }
    }

    // Everything but ids, the numbers of stages, and fractions of a second.
    private static string Described(JobApplication x) =>
        string.Join(
            '\n',
            [
                $"{x.Candidate} {x.Employer} {x.Posting} {x.Approach} {x.IsAgain} {At(x.SubmittedAt)}",
                $"letter {At(x.CoverLetter?.At)} {x.CoverLetter?.PromisedFollowUpOn}",
                .. x.Responses.OrderBy(y => y.At.UtcTicks).Select(y => $"{y.Kind} {At(y.At)} {y.PromisedNextStepOn}"),
                .. x
                    .Stages.OrderBy(y => y.Order)
                    .Select(y =>
                        $"{y.Interview is not null} {y.InterviewKind} {At(y.StartsAt)} {At(y.EndsAt)} {At(y.CancelledAt)} {At(y.OpenedAt)} "
                        + $"{y.Step?.Kind} {y.Step?.On} {y.Step?.AnswerBy} {y.Step?.Name} {At(y.Step?.HappensAt)} "
                        + $"answered {y.Response?.Kind} {At(y.Response?.At)} made {y.Made?.Channel} {y.Made?.By} {At(y.Made?.At)}"
                    ),
                $"{x.Closing?.Reason} {At(x.Closing?.At)} {string.Join(',', x.Contacts.Select(y => $"{y.Role} {y.Channels.Count}"))}",
            ]
        );

    private static string At(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "";

    private static SheetEntry Applied(
        SubmitApplication command,
        NewContact[] people,
        Func<JobApplication, object[]>[] happenings,
        string[] notes
    )
    {
        var id = Guid.NewGuid();
        IdentifiedContact[] contacts = [.. people.Select(IdentifiedContact.New)];
        var application = new JobApplication { Id = id };
        foreach (
            var happening in happenings.Prepend(x =>
                x.Decide(command, [.. contacts.Select(y => Applications.Person.Of(y.Id, y.Contact))], Now)
            )
        )
        {
            try
            {
                application = happening(application).Aggregate(application, (x, fact) => x.Evolve(fact));
            }
            catch (RefusedException) { } // what can't have happened
        }
        return new(application, [.. contacts.Select(x => Contact.Of(id, "c-1", x, null))], [.. notes]);
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static byte[] Csv(SheetEntry[] entries) => Written(entries, SheetWriter.WriteCsv);

    private static byte[] Xlsx(SheetEntry[] entries) => Written(entries, SheetWriter.WriteXlsx);

    private static byte[] Written(SheetEntry[] entries, Func<Stream, IAsyncEnumerable<object?[]>, CancellationToken, Task> write)
    {
        using var stream = new MemoryStream();
        write(stream, entries.Select(x => ApplicationSheet.Row(x, Zone, Now)).ToAsyncEnumerable(), TestContext.Current.CancellationToken)
            .GetAwaiter()
            .GetResult();
        return stream.ToArray();
    }
}
