using System.Collections.Immutable;
using System.Globalization;
using FollowUp.Contracts;

namespace FollowUp.Applications.Import;

/// <summary>Parses one row, and collects everything that is wrong with it, so that a person can correct all of it at once.</summary>
internal sealed class RowParser(SheetRecord record, SheetRecord header, SheetColumns columns, SheetDates dates, SheetOptions options)
{
    private const int MaxName = 200;
    private const int MaxUrl = 2_000;
    private const int MaxNotes = 4_000;
    private const int MaxPromise = 30;
    private const int MaxQuoted = 60;
    private const int MaxFindings = 10; // per kind: after correcting these, a person imports the sheet again and sees the rest

    private static readonly Finding ThereIsMore = ImportText.Finding(null, "more", null);

    private readonly List<Finding> reasons = [];
    private readonly List<Finding> remarks = [];
    private readonly List<string> keptInNotes = [];

    public SheetRow Read()
    {
        if (Misshapen() is { } reason)
            return new SheetRow.Refused(record.Line, [reason]);

        var candidate = Candidate();
        var employer = Required(SheetField.Employer);
        var title = Required(SheetField.Title);
        var submitted = Past(SheetField.SubmittedOn, null);
        var contact = Contact();
        var (approach, source) = Approach(contact);
        var application = new SheetApplication
        {
            Candidate = candidate,
            Employer = employer,
            Title = title,
            Url = Url(),
            SubmittedOn = submitted.On,
            Approach = approach,
            Again = Again(),
            Source = source,
            HiringProcess = HiringProcess(),
            Region = Region(),
            Contact = contact,
            PromisedFollowUpOn = Promise(submitted.On),
            ClosesOn = Date(SheetField.ClosesOn).On,
            Outcomes = Outcomes(submitted.On),
            Notes = Notes(), // last: the other fields add the text that they couldn't use
        };
        if (submitted is { On: null } && reasons.Count == 0)
            Remark(SheetField.SubmittedOn, "noDate");

        return reasons.Count > 0
            ? new SheetRow.Refused(record.Line, [.. reasons])
            : new SheetRow.Understood(
                record.Line,
                RowIdentity.Of(options.Team, candidate, employer, title, submitted.On),
                application,
                [.. remarks]
            );
    }

    private Finding? Misshapen()
    {
        var width = header.Cells.Length;
        if (record.Unclosed)
            return ImportText.Finding(null, "unclosedQuote", null);
        if (record.Cells.Skip(width).Any(x => !string.IsNullOrWhiteSpace(x)))
            return ImportText.Finding(null, "tooManyCells", null, ("cells", record.Cells.Length), ("headers", width));
        if (columns.Matched.All(x => SheetWords.Fold(record.Cell(x.Position)) == SheetWords.Fold(x.Header)))
            return ImportText.Finding(null, "headerAgain", null);
        return null;
    }

    private string Candidate()
    {
        var candidate = Cell(SheetField.Candidate) ?? options.Candidate;
        if (candidate is null)
            Refuse(SheetField.Candidate, "required", ("form", "candidate"));
        else if (candidate.Length > CandidateReference.MaxLength)
            RefuseLength(SheetField.Candidate, candidate, CandidateReference.MaxLength);
        else if (!CandidateReference.IsValid(candidate))
            // The reference would be in events, which are never erased.
            Refuse(SheetField.Candidate, "notAReference");
        return candidate ?? "";
    }

    private string Required(SheetField field)
    {
        var text = SheetWords.OneLine(record.Cell(columns[field]!.Position));
        if (SheetWords.Fold(text).Length == 0)
            Refuse(field, "required", ("form", "cell"), ("field", field.Word()));
        else if (text.Length > MaxName)
            RefuseLength(field, text, MaxName);
        return text;
    }

    private string? Url()
    {
        if (Cell(SheetField.Url) is not { } url)
            return null;
        if (
            url.Length <= MaxUrl
            && Uri.TryCreate(url, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        )
            return url;
        Keep(SheetField.Url, url, "badUrl", ("text", url.Shorten(60)), ("most", MaxUrl));
        return null;
    }

    private (Approach, string?) Approach(SheetContact? contact)
    {
        var field = Cell(SheetField.Approach) is null ? SheetField.Source : SheetField.Approach;
        if (Cell(field) is not { } text)
            return (contact is { Role: ContactRole.Referrer } ? Contracts.Approach.Referral : Contracts.Approach.Direct, null);
        var source = Cell(SheetField.Source) ?? text;
        if (source.Length > MaxName)
            RefuseLength(field, source, MaxName);
        if (SheetWords.ApproachOf(text) is { } approach)
            return (approach, source);
        Remark(field, "unknownSource", ("text", text.Shorten(60)));
        return (Contracts.Approach.Direct, source);
    }

    private bool Again()
    {
        if (Cell(SheetField.Again) is not { } text || SheetWords.IsNo(text))
            return false;
        if (SheetWords.IsYes(text))
            return true;
        Keep(SheetField.Again, text, "notYesOrNo", ("text", text.Shorten(60)));
        return false;
    }

    private HiringProcess? HiringProcess()
    {
        if (Cell(SheetField.HiringProcess) is not { } text)
            return null;
        if (SheetWords.HiringProcessOf(text) is { } process)
            return process;
        Keep(SheetField.HiringProcess, text, "unknownHiringProcess", ("text", text.Shorten(60)));
        return null;
    }

    private string? Region()
    {
        if (Cell(SheetField.Region) is not { } text)
            return null;
        if (text.ToUpperInvariant() is var code && RegionCode.IsRegion(code))
            return code;
        Keep(SheetField.Region, text, "unknownRegion", ("text", text.Shorten(60)));
        return null;
    }

    private SheetContact? Contact()
    {
        var (name, email, phone) = (Cell(SheetField.ContactName), Cell(SheetField.ContactEmail), Cell(SheetField.ContactPhone));
        if (email is null && name is not null && IsEmail(name))
            (name, email) = (null, name);
        if (email is not null && !IsEmail(email))
        {
            Keep(SheetField.ContactEmail, email, "badEmail", ("text", email.Shorten(60)));
            email = null;
        }

        if (phone is { Length: > MaxName } || phone is not null && !phone.Any(char.IsDigit))
        {
            Keep(SheetField.ContactPhone, phone, "badPhone", ("text", phone.Shorten(60)));
            phone = null;
        }

        if (name is { Length: > MaxName })
            RefuseLength(SheetField.ContactName, name, MaxName);
        if (name is not null || email is not null || phone is not null)
            return new(name, Role(name), email, phone);
        if (Cell(SheetField.ContactRole) is { } role)
            Keep(SheetField.ContactRole, role, "nobodyThere");
        return null;
    }

    private ContactRole Role(string? name)
    {
        if (Cell(SheetField.ContactRole) is { } text)
        {
            if (SheetWords.RoleOf(text) is { } role)
                return role;
            Keep(SheetField.ContactRole, text, "unknownRole", ("text", text.Shorten(60)));
        }

        return name is not null && SheetColumns.RoleIn(columns[SheetField.ContactName]!.Header) is { } implied
            ? implied
            : ContactRole.Other;
    }

    private DateOnly? Promise(DateOnly? submitted)
    {
        if (Date(SheetField.PromisedFollowUpOn).On is not { } promised)
            return null;
        var from = submitted ?? options.Today;
        if (promised > from && promised <= from.AddDays(MaxPromise))
            return promised;
        Keep(
            SheetField.PromisedFollowUpOn,
            promised.ToString("O", CultureInfo.InvariantCulture),
            "promiseNotUsed",
            ("on", Iso(promised)),
            ("days", MaxPromise)
        );
        return null;
    }

    private ImmutableArray<Outcome> Outcomes(DateOnly? submitted)
    {
        var statuses = Statuses();
        var interviewed = statuses.Where(x => x.Kind is StatusKind.Interview).MaxBy(x => x.Round);
        var step = statuses.Find(x => x.Step is not null);
        var offered = statuses.Any(x => x.Kind is StatusKind.Offer);
        var closed = statuses.Where(x => x.Kind is StatusKind.Closed or StatusKind.ClosedSomehow).MaxBy(x => x.Kind);

        var followedUp = Past(SheetField.FollowedUpOn, submitted);
        var responded = Past(SheetField.RespondedOn, submitted);
        var interview = Date(SheetField.InterviewOn);
        if (interview.On < submitted)
            Refuse(
                SheetField.InterviewOn,
                "beforeSubmission",
                ("form", "interview"),
                ("on", Iso(interview.On)),
                ("submitted", Iso(submitted))
            );
        if (interviewed is { Scheduled: false } && interview.On is null && reasons.Count == 0)
            Remark(SheetField.InterviewOn, "noInterviewDate");

        // The answer of an employer who rejected the application is that rejection, unless an interview came after the answer.
        var isTheNo =
            closed is { Reason: ClosingReason.Rejected or ClosingReason.PositionFilled } && responded.On is { } on && !(on < interview.On);

        // An outcome without a date is placed where it usually happens: a follow-up first, an interview after all dated outcomes, an offer
        // last.
        var happened = new List<(DateOnly When, int Rank, Outcome What)>();
        if (followedUp.Happened || statuses.Any(x => x.Kind is StatusKind.FollowedUp))
            happened.Add((followedUp.On ?? DateOnly.MinValue, 0, new Outcome.FollowedUp(followedUp.On)));
        if (interviewed is not null || interview.On is not null)
            happened.Add(
                (
                    interview.On ?? DateOnly.MaxValue,
                    2,
                    new Outcome.Interview(
                        interviewed?.Round ?? 1,
                        interview.On,
                        interview.At,
                        interview.On is { } day ? day >= options.Today : interviewed!.Scheduled,
                        interviewed?.Interview
                    )
                )
            );
        if (step is { Step: { } kind })
        {
            happened.Add(
                (responded.On ?? DateOnly.MaxValue, 2, new Outcome.Step(kind, kind == StepKind.Other ? step.Name : null, responded.On))
            );
            if (responded.On is null && reasons.Count == 0)
                Remark(SheetField.Status, "noStepDate");
        }
        if (offered || responded.Happened && !isTheNo)
            happened.Add((responded.On ?? DateOnly.MaxValue, offered ? 3 : 1, new Outcome.Responded(responded.On, offered)));

        return
        [
            .. happened.OrderBy(x => x.When).ThenBy(x => x.Rank).Select(x => x.What),
            .. closed is null ? [] : new Outcome[] { new Outcome.Closed(closed.Reason!.Value, isTheNo ? responded.On : null) },
        ];
    }

    private List<Status> Statuses()
    {
        var known = new List<Status>();
        foreach (var column in columns.All(SheetField.Status))
        {
            var cell = SheetWords.OneLine(record.Cell(column.Position));
            if (SheetWords.SaysNothing(cell))
                continue;
            if (SheetWords.StatusOf(cell) is not { } status)
                Refuse(
                    column,
                    "unknownStatus",
                    ("form", reasons.Any(x => x.Code == "unknownStatus") ? "again" : "first"),
                    ("text", cell.Shorten(60))
                );
            else if (status.Kind is StatusKind.NotSubmitted)
                Refuse(column, "notSubmitted", ("text", cell.Shorten(60)));
            else if (status.Kind is StatusKind.Closed && known.Any(x => x.Kind is StatusKind.Closed && x.Reason != status.Reason))
                Refuse(column, "contradiction", ("text", cell.Shorten(60)));
            else
                known.Add(status with { Name = cell.Shorten(100) });
        }

        return known;
    }

    private string? Notes()
    {
        var own = columns.All(SheetField.Notes).Select(x => SheetWords.Lines(record.Cell(x.Position))).Where(x => x.Length > 0);
        var notes = string.Join('\n', own.Concat(keptInNotes));
        if (notes.Length > MaxNotes)
            RefuseLength(SheetField.Notes, notes, MaxNotes);
        return notes.Length == 0 ? null : notes;
    }

    private (DateOnly? On, bool Happened) Past(SheetField field, DateOnly? submitted)
    {
        // "Followed up: yes" tells that it happened, but not when. For a submission, such a word is no valid date.
        if (field is not SheetField.SubmittedOn && Cell(field) is { } cell && SheetWords.IsYes(cell))
            return (null, true);
        var (on, _) = Date(field);
        if (on > options.Today)
            Refuse(field, "inTheFuture", ("text", Cell(field)!.Shorten(40)), ("on", Iso(on)));
        else if (on < submitted)
            Refuse(field, "beforeSubmission", ("form", "column"), ("on", Iso(on)), ("submitted", Iso(submitted)));
        return (on, on is not null);
    }

    private (DateOnly? On, TimeOnly? At) Date(SheetField field)
    {
        if (Cell(field) is not { } cell || field is not SheetField.SubmittedOn && SheetWords.IsNo(cell))
            return default;
        var reading = dates.Read(columns[field]!, cell);
        if (reading.On is null)
            Refuse(field, reading.Code, reading.Values);
        return (reading.On, reading.At);
    }

    private string? Cell(SheetField field) =>
        columns[field] is { } column && SheetWords.OneLine(record.Cell(column.Position)) is var cell && !SheetWords.SaysNothing(cell)
            ? cell
            : null;

    private void Keep(SheetField field, string text, string code, params ReadOnlySpan<(string, object)> values)
    {
        Remark(field, code, values);
        keptInNotes.Add($"{columns[field]!.Header}: {text}");
    }

    private void Remark(SheetField field, string code, params ReadOnlySpan<(string, object)> values) =>
        Add(remarks, Found(columns[field], field, code, values));

    private void Refuse(SheetField field, string code, params ReadOnlySpan<(string, object)> values) =>
        Add(reasons, Found(columns[field], field, code, values));

    private void Refuse(MatchedColumn column, string code, params ReadOnlySpan<(string, object)> values) =>
        Add(reasons, Found(column, column.Field, code, values));

    private void RefuseLength(SheetField field, string text, int most) => Refuse(field, "tooLong", ("length", text.Length), ("most", most));

    private static void Add(List<Finding> findings, Finding finding)
    {
        if (findings.Count < MaxFindings)
            findings.Add(finding);
        else if (findings.Count == MaxFindings)
            findings.Add(ThereIsMore);
    }

    private Finding Found(MatchedColumn? column, SheetField field, string code, ReadOnlySpan<(string, object)> values) =>
        ImportText.Finding(
            column?.Header ?? field.Word(),
            code,
            column is not null && SheetWords.OneLine(record.Cell(column.Position)) is { Length: > 0 } cell ? cell.Shorten(MaxQuoted) : null,
            values
        );

    private static string Iso(DateOnly? day) => day!.Value.ToString("O", CultureInfo.InvariantCulture);

    private static bool IsEmail(string text) =>
        text.Length <= 254
        && !text.Contains(' ', StringComparison.Ordinal)
        && text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at
        && at < text.Length - 1
        && text.LastIndexOf('@') == at;
}
