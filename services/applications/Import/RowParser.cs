using System.Collections.Immutable;
using System.Globalization;
using FollowUp.Applications.Commands;
using FollowUp.Contracts;

namespace FollowUp.Applications.Import;

/// <summary>One row: collects everything that is wrong with it, so that a person repairs it once.</summary>
internal sealed class RowParser(SheetRecord record, SheetRecord header, SheetColumns columns, SheetDates dates, SheetOptions options)
{
    private const int MaxName = 200;
    private const int MaxUrl = 2_000;
    private const int MaxNotes = 4_000;
    private const int MaxPromise = 30;
    private const int MaxQuoted = 60;
    private const int MaxFindings = 10; // of a kind: whoever mends these reads the sheet again

    // said in German by its sentence
    internal static readonly Finding ThereIsMore = new(Column: null, "more", "There is more to say of this row.");

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
            Source = source,
            HiringProcess = HiringProcess(),
            Region = Region(),
            Contact = contact,
            PromisedFollowUpOn = Promise(submitted.On),
            ClosesOn = Date(SheetField.ClosesOn).On,
            Outcomes = Outcomes(submitted.On),
            Notes = Notes(), // last: the others leave there what they couldn't use
        };
        if (submitted is { On: null } && reasons.Count == 0)
            Remark(SheetField.SubmittedOn, "noDate", "The sheet doesn't say when this was submitted.");

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
            return new(null, "unclosedQuote", "A quotation mark opens in this row and never closes, so everything after it is one cell.");
        if (record.Cells.Skip(width).Any(x => !string.IsNullOrWhiteSpace(x)))
            return new(
                null,
                "tooManyCells",
                $"The row has {record.Cells.Length} cells and the header {width}, so it isn't clear what belongs where. "
                    + "A cell with a delimiter in it needs quotation marks around it."
            );
        if (columns.Matched.All(x => SheetWords.Fold(record.Cell(x.Position)) == SheetWords.Fold(x.Header)))
            return new(null, "headerAgain", "The row repeats the headers.");
        return null;
    }

    private string Candidate()
    {
        var candidate = Cell(SheetField.Candidate) ?? options.Candidate;
        if (candidate is null)
            Refuse(SheetField.Candidate, "required", "Whose application is it? Neither the sheet nor the import says.");
        else if (candidate.Length > MaxName)
            Refuse(SheetField.Candidate, "tooLong", TooLong(candidate, MaxName));
        else if (candidate.Contains('@', StringComparison.Ordinal) || candidate.Contains(' ', StringComparison.Ordinal))
            // It would be in events, which are never erased.
            Refuse(
                SheetField.Candidate,
                "notAReference",
                "A candidate is a reference of your own, such as c-1042; not a name or an e-mail address."
            );
        return candidate ?? "";
    }

    private string Required(SheetField field)
    {
        var text = SheetWords.OneLine(record.Cell(columns[field]!.Position));
        if (SheetWords.Fold(text).Length == 0)
            Refuse(field, "required", $"There is no {field.Word()}.");
        else if (text.Length > MaxName)
            Refuse(field, "tooLong", TooLong(text, MaxName));
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
        Keep(
            SheetField.Url,
            url,
            "badUrl",
            $"\"{url.Shorten(60)}\" isn't a link that starts with http:// or https:// and has at most {MaxUrl:N0} characters"
        );
        return null;
    }

    private (Approach, string?) Approach(SheetContact? contact)
    {
        var field = Cell(SheetField.Approach) is null ? SheetField.Source : SheetField.Approach;
        if (Cell(field) is not { } text)
            return (contact is { Role: ContactRole.Referrer } ? Contracts.Approach.Referral : Contracts.Approach.Direct, null);
        var source = Cell(SheetField.Source) ?? text;
        if (source.Length > MaxName)
            Refuse(field, "tooLong", TooLong(source, MaxName));
        if (SheetWords.ApproachOf(text) is { } approach)
            return (approach, source);
        Remark(
            field,
            "unknownSource",
            $"\"{text.Shorten(60)}\" isn't a source that is known; it was taken as direct. "
                + "The known ones are: direct, job board, referral, agency, mass mailing, and the names of many job boards."
        );
        return (Contracts.Approach.Direct, source);
    }

    private HiringProcess? HiringProcess()
    {
        if (Cell(SheetField.HiringProcess) is not { } text)
            return null;
        if (SheetWords.HiringProcessOf(text) is { } process)
            return process;
        Keep(
            SheetField.HiringProcess,
            text,
            "unknownHiringProcess",
            $"\"{text.Shorten(60)}\" isn't a hiring process that is known "
                + "(small business, personnel office, corporate HR, management team, agency recruits)"
        );
        return null;
    }

    private string? Region()
    {
        if (Cell(SheetField.Region) is not { } text)
            return null;
        if (text.ToUpperInvariant() is var code && Inputs.IsRegion(code))
            return code;
        Keep(SheetField.Region, text, "unknownRegion", $"\"{text.Shorten(60)}\" isn't a code of a region (ISO 3166-2), as DE-BY");
        return null;
    }

    private SheetContact? Contact()
    {
        var (name, email, phone) = (Cell(SheetField.ContactName), Cell(SheetField.ContactEmail), Cell(SheetField.ContactPhone));
        if (email is null && name is not null && IsEmail(name))
            (name, email) = (null, name);
        if (email is not null && !IsEmail(email))
        {
            Keep(SheetField.ContactEmail, email, "badEmail", $"\"{email.Shorten(60)}\" isn't an e-mail address");
            email = null;
        }

        if (phone is { Length: > MaxName } || phone is not null && !phone.Any(char.IsDigit))
        {
            Keep(SheetField.ContactPhone, phone, "badPhone", $"\"{phone.Shorten(60)}\" isn't a phone number");
            phone = null;
        }

        if (name is { Length: > MaxName })
            Refuse(SheetField.ContactName, "tooLong", TooLong(name, MaxName));
        if (name is not null || email is not null || phone is not null)
            return new(name, Role(name), email, phone);
        if (Cell(SheetField.ContactRole) is { } role)
            Keep(SheetField.ContactRole, role, "nobodyThere", "There is a role, but nobody who has it");
        return null;
    }

    private ContactRole Role(string? name)
    {
        if (Cell(SheetField.ContactRole) is { } text)
        {
            if (SheetWords.RoleOf(text) is { } role)
                return role;
            Keep(
                SheetField.ContactRole,
                text,
                "unknownRole",
                $"\"{text.Shorten(60)}\" isn't a role that is known (owner, recruiter, hiring manager, referrer, other)"
            );
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
            $"{promised:yyyy-MM-dd} isn't within {MaxPromise} days after the submission, so it isn't a promise to follow up"
        );
        return null;
    }

    private ImmutableArray<Outcome> Outcomes(DateOnly? submitted)
    {
        var statuses = Statuses();
        var interviewed = statuses.Where(x => x.Kind is StatusKind.Interview).MaxBy(x => x.Round);
        var offered = statuses.Any(x => x.Kind is StatusKind.Offer);
        var closed = statuses.Where(x => x.Kind is StatusKind.Closed or StatusKind.ClosedSomehow).MaxBy(x => x.Kind);

        var followedUp = Past(SheetField.FollowedUpOn, submitted);
        var responded = Past(SheetField.RespondedOn, submitted);
        var interview = Date(SheetField.InterviewOn);
        if (interview.On < submitted)
            Refuse(
                SheetField.InterviewOn,
                "beforeSubmission",
                $"The interview ({interview.On:yyyy-MM-dd}) lies before the submission ({submitted:yyyy-MM-dd})."
            );
        if (interviewed is { Scheduled: false } && interview.On is null && reasons.Count == 0)
            Remark(SheetField.InterviewOn, "noInterviewDate", "The sheet doesn't say when the interview is or was.");

        // An answer of an employer who said no is that no, unless an interview came after it.
        var isTheNo =
            closed is { Reason: ClosingReason.Rejected or ClosingReason.PositionFilled } && responded.On is { } on && !(on < interview.On);

        // What has no date stands where it usually happens: following up first, interviews after what has a date, an offer last.
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
                        interview.On is { } day ? day >= options.Today : interviewed!.Scheduled
                    )
                )
            );
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
                    $"\"{cell.Shorten(60)}\" isn't a status that is known.{(reasons.Any(x => x.Code == "unknownStatus") ? "" : $" The known ones are: {SheetWords.KnownStatuses}.")}"
                );
            else if (status.Kind is StatusKind.NotSubmitted)
                Refuse(column, "notSubmitted", $"\"{cell.Shorten(60)}\": nothing was submitted yet, so there is nothing to follow up.");
            else if (status.Kind is StatusKind.Closed && known.Any(x => x.Kind is StatusKind.Closed && x.Reason != status.Reason))
                Refuse(
                    column,
                    "contradiction",
                    $"\"{cell.Shorten(60)}\" contradicts another column, where the application ended differently."
                );
            else
                known.Add(status);
        }

        return known;
    }

    private string? Notes()
    {
        var own = columns.All(SheetField.Notes).Select(x => SheetWords.Lines(record.Cell(x.Position))).Where(x => x.Length > 0);
        var notes = string.Join('\n', own.Concat(keptInNotes));
        if (notes.Length > MaxNotes)
            Refuse(SheetField.Notes, "tooLong", TooLong(notes, MaxNotes));
        return notes.Length == 0 ? null : notes;
    }

    private (DateOnly? On, bool Happened) Past(SheetField field, DateOnly? submitted)
    {
        // "Followed up: yes" is a fact without a date; there is no submission without one.
        if (
            field is not SheetField.SubmittedOn
            && Cell(field) is { } cell
            && SheetWords.Fold(cell) is "yes" or "y" or "ja" or "x" or "true"
        )
            return (null, true);
        var (on, _) = Date(field);
        if (on > options.Today)
            Refuse(
                field,
                "inTheFuture",
                $"\"{columns[field]!.Header}\" says \"{Cell(field)!.Shorten(40)}\", read as {on:yyyy-MM-dd}, which is still to come."
            );
        else if (on < submitted)
            Refuse(
                field,
                "beforeSubmission",
                $"\"{columns[field]!.Header}\" ({on:yyyy-MM-dd}) lies before the submission ({submitted:yyyy-MM-dd})."
            );
        return (on, on is not null);
    }

    private (DateOnly? On, TimeOnly? At) Date(SheetField field)
    {
        if (Cell(field) is not { } cell || field is not SheetField.SubmittedOn && SheetWords.Fold(cell) is "no" or "nein" or "n" or "false")
            return default;
        var reading = dates.Read(columns[field]!, cell);
        if (reading.On is null)
            Refuse(field, reading.Code, reading.Sentence);
        return (reading.On, reading.At);
    }

    private string? Cell(SheetField field) =>
        columns[field] is { } column && SheetWords.OneLine(record.Cell(column.Position)) is var cell && !SheetWords.SaysNothing(cell)
            ? cell
            : null;

    private void Keep(SheetField field, string text, string code, string sentence)
    {
        Remark(field, code, $"{sentence}; it was kept in the notes.");
        keptInNotes.Add($"{columns[field]!.Header}: {text}");
    }

    private void Remark(SheetField field, string code, string sentence) => Add(remarks, Found(columns[field], field, code, sentence));

    private void Refuse(SheetField field, string code, string sentence) => Add(reasons, Found(columns[field], field, code, sentence));

    private void Refuse(MatchedColumn column, string code, string sentence) => Add(reasons, Found(column, column.Field, code, sentence));

    private static void Add(List<Finding> findings, Finding finding)
    {
        if (findings.Count < MaxFindings)
            findings.Add(finding);
        else if (findings.Count == MaxFindings)
            findings.Add(ThereIsMore);
    }

    private Finding Found(MatchedColumn? column, SheetField field, string code, string sentence) =>
        new(
            column?.Header ?? field.Word(),
            code,
            sentence,
            column is not null && SheetWords.OneLine(record.Cell(column.Position)) is { Length: > 0 } cell ? cell.Shorten(MaxQuoted) : null
        );

    private static string TooLong(string text, int limit) => $"It has {text.Length:N0} characters, and {limit:N0} is the most.";

    private static bool IsEmail(string text) =>
        text.Length <= 254
        && !text.Contains(' ', StringComparison.Ordinal)
        && text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at
        && at < text.Length - 1
        && text.LastIndexOf('@') == at;
}
