using System.Collections.Immutable;
using System.Globalization;
using FollowUp.Applications.Candidates;
using FollowUp.Contracts;
using FollowUp.Platform;

namespace FollowUp.Applications.Import;

/// <summary>
/// Parses one row, and collects everything that is wrong with it, so that a person can correct all of it at once. Only whose it is, the
/// employer, the title and what decides how it stands refuse a row; any other cell that can't be used becomes a remark and a note. In a row
/// that FollowUp wrote, cells are what they say: a title may be "TBD".
/// </summary>
internal sealed class RowParser(SheetRecord record, SheetRecord header, SheetColumns columns, SheetDates dates, SheetOptions options)
{
    private const int MaxName = 200;
    private const int MaxUrl = 2_000;
    private const int MaxNotes = 20_000;
    private const int MaxPhone = 50;
    private const int MaxPromise = 30;
    private const int MaxQuoted = 60;
    private const int MaxFindings = 10; // per kind: after correcting these, a person imports the sheet again and sees the rest

    private static readonly Finding ThereIsMore = ImportText.Finding(null, "more", null);

    private readonly List<Finding> reasons = [];
    private readonly List<Finding> remarks = [];
    private readonly List<string> keptInNotes = [];
    private readonly HashSet<MatchedColumn> refusedColumns = [];
    private NewCandidate? newCandidate;

    // The application, if FollowUp wrote the row.
    private readonly Guid? own =
        columns[SheetField.FollowUpId] is { } id && Guid.TryParse(record.Cell(id.Position).Trim(), out var known) ? known : null;

    private ImmutableArray<HistoryLine> history = [];

    public SheetRow Read()
    {
        if (Misshapen() is { } reason)
            return new SheetRow.Refused(record.Line, [reason]);

        foreach (var (position, was) in record.Corrected)
            Add(remarks, ImportText.Finding(header.Cell(position), "corrected", null, ("was", SheetWords.OneLine(was).Shorten(MaxQuoted))));
        var candidate = Candidate();
        var employer = Required(SheetField.Employer);
        var title = Required(SheetField.Title);
        if (reasons.Count == 0 && own is null && !title.Any(char.IsLetter))
            Refuse(SheetField.Title, SheetWords.IsTotal(employer) ? "footer" : "notATitle", ("text", title.Shorten(60)));
        foreach (var column in columns.Matched.Where(x => x.ByCells && !SheetWords.SaysNothing(record.Cell(x.Position))))
            Add(remarks, Found(column, column.Field, "columnByCells", [("field", column.Field.Word())]));
        history = History();
        var statuses = Statuses();
        var statusOn = Past(SheetField.StatusOn, null).On;
        var submitted = Submitted(statuses, statusOn);
        var contact = Contact();
        var (approach, source, link) = Approach(contact);
        var application = new SheetApplication
        {
            Candidate = candidate,
            NewCandidate = newCandidate,
            Employer = employer,
            Title = title,
            Url = Url() ?? link,
            SubmittedOn = submitted,
            Approach = approach,
            Again = Again() || options.Again.Contains(record.Line),
            Source = source,
            HiringProcess = HiringProcess(),
            Region = Region(),
            Country = Country(),
            TimeZone = TimeZone(),
            Instructions = Instructions(),
            Contact = contact,
            OtherContacts = OtherContacts(),
            History = history,
            PromisedFollowUpOn = Promise(submitted),
            ClosesOn = Date(SheetField.ClosesOn).On,
            Outcomes = Outcomes(statuses, statusOn, submitted),
            Notes = Notes(), // last: the other fields add the text that they couldn't use
        };
        if (submitted is null && reasons.Count == 0)
        {
            if (columns.UnclearDates is [var unclear, ..])
                Add(reasons, ImportText.Finding(unclear, "unclearDate", null));
            else
                Remark(SheetField.SubmittedOn, "noDate");
        }

        if (reasons.Count > 0)
            return new SheetRow.Refused(record.Line, [.. reasons]) { Cells = [.. refusedColumns.Select(x => x.CellOf(record))] };
        var posting = own is { } written ? written.ToString() : Posting(application.Url);
        return new SheetRow.Understood(
            record.Line,
            RowIdentity.Of(options.Team, candidate, employer, title, submitted),
            application,
            [.. remarks]
        )
        {
            FollowUpId = own,
            Posting = posting,
            IdentityOfPosting = posting is null ? null : RowIdentity.Of(options.Team, candidate, employer, title, submitted, posting),
        };
    }

    private Finding? Misshapen()
    {
        var width = header.Cells.Length;
        switch (record.Damage)
        {
            case Damage.Unclosed:
                return ImportText.Finding(null, "unclosedQuote", null);
            case Damage.HoldsRows:
                return ImportText.Finding(null, "holdsRows", null);
            case Damage.Behind:
                return ImportText.Finding(null, "behindQuote", null);
        }
        if (record.Cells.Skip(width).Any(x => !string.IsNullOrWhiteSpace(x)))
            return ImportText.Finding(null, "tooManyCells", null, ("cells", record.Cells.Length), ("headers", width));
        if (columns.Matched.All(x => SheetWords.Fold(record.Cell(x.Position)) == SheetWords.Fold(x.Header)))
            return ImportText.Finding(null, "headerAgain", null);
        return null;
    }

    private string Candidate()
    {
        if (Cell(SheetField.Candidate) is not { } reference)
            return CandidateName() is { } name
                ? Named(name)
                : Candidate(options.Candidate ?? (columns[SheetField.Candidate] is null ? options.Oneself : null));
        if (options.NewCandidates && CandidateName() is { } described && !options.People.Knows(reference) && CanBeMade(described))
            newCandidate = new(reference, described);
        return Candidate(reference);
    }

    private string? CandidateName()
    {
        var parts = columns
            .All(SheetField.CandidateName)
            .Select(x => CellText.Plain(SheetWords.OneLine(record.Cell(x.Position))))
            .Where(x => !SheetWords.SaysNothing(x));
        return string.Join(' ', parts) is { Length: > 0 } name ? name : null;
    }

    // Never a guess: one candidate with exactly this name, or one who is made because the caller says so.
    private string Named(string name)
    {
        switch (options.People.Find(name))
        {
            case [var one]:
                return one;
            case []:
                if (!CanBeMade(name))
                    Refuse(SheetField.CandidateName, "notACandidatesName", ("text", name.Shorten(60)));
                else if (options.NewCandidates)
                    newCandidate = new(null, name);
                else
                    Refuse(SheetField.CandidateName, "unknownCandidateName", ("text", name.Shorten(60)));
                break;
            default:
                Refuse(SheetField.CandidateName, "ambiguousCandidateName", ("text", name.Shorten(60)));
                break;
        }
        return $" {NamedCandidates.KeyOf(name)}"; // no reference begins with a blank
    }

    private static bool CanBeMade(string name) =>
        name.Length <= MaxName && CellText.CanBeName(name) && !name.Contains('@', StringComparison.Ordinal) && !CellText.IsFormula(name);

    private string Candidate(string? candidate)
    {
        var field =
            columns[SheetField.Candidate] is null && columns[SheetField.CandidateName] is not null
                ? SheetField.CandidateName
                : SheetField.Candidate;
        if (candidate is null)
            Refuse(field, "required", ("form", "candidate"));
        else if (candidate.Length > CandidateReference.MaxLength)
            RefuseLength(SheetField.Candidate, candidate, CandidateReference.MaxLength);
        else if (!CandidateReference.IsValid(candidate))
            // The reference would be in events, which are never erased.
            Refuse(SheetField.Candidate, "notAReference");
        return candidate ?? "";
    }

    private string Required(SheetField field)
    {
        var cell = SheetWords.OneLine(record.Cell(columns[field]!.Position));
        var text = own is null ? CellText.Plain(cell) : cell;
        if (SaysNothing(text))
            Refuse(field, "required", ("form", "cell"), ("field", field.Word()));
        else if (own is null && CellText.IsFormula(text))
            Refuse(field, "formula", ("text", text.Shorten(60)));
        else if (text.Length > MaxName)
            RefuseLength(field, text, MaxName);
        return text;
    }

    // "Applied: yes" tells that it was submitted, but not when; "no" that it wasn't.
    private DateOnly? Submitted(List<Status> statuses, DateOnly? statusOn)
    {
        if (Cell(SheetField.SubmittedOn) is { } cell && !CellText.IsZeroDate(cell))
        {
            if (SheetWords.IsYes(cell))
                return null;
            if (SheetWords.IsNo(cell))
            {
                Refuse(SheetField.SubmittedOn, "notSubmitted", ("text", cell.Shorten(60)));
                return null;
            }
            return Past(SheetField.SubmittedOn, null).On;
        }
        // Of an application that only has the date of its status, it is the latest day on which it can have been submitted.
        if (statusOn is not null && !statuses.TrueForAll(x => x.Kind is StatusKind.Applied or StatusKind.Nothing))
            Remark(SheetField.StatusOn, "submittedByThen", ("on", Iso(statusOn)));
        return statusOn;
    }

    private string? Posting(string? url) =>
        (JobKey.AddressOf(url), SheetWords.Fold(Cell(SheetField.PostingNumber) ?? "")) switch
        {
            (null, "") => null,
            var (address, number) => $"{address} {number}",
        };

    private string? Url()
    {
        if (Cell(SheetField.Url) is not { } cell)
            return null;
        var url = CellText.IsLink(cell) ? cell : CellText.Link(cell);
        if (url.Length <= MaxUrl && CellText.IsLink(url))
            return url;
        Keep(SheetField.Url, cell, "badUrl", ("text", cell.Shorten(60)), ("most", MaxUrl));
        return null;
    }

    // A source may be a link: then it is the posting's address, where no other column has one.
    private (Approach, string? Source, string? Link) Approach(SheetContact? contact)
    {
        var unstated = contact is { Role: ContactRole.Referrer } ? Contracts.Approach.Referral : Contracts.Approach.Direct;
        var source = Short(SheetField.Source);
        var approach = Short(SheetField.Approach);
        string? link = null;
        if (source is not null && CellText.IsLink(CellText.Link(source)))
        {
            if (CellText.Link(source).Length <= MaxUrl)
                link = CellText.Link(source);
            var host = link is null ? null : SheetWords.ApproachOf(new Uri(link).Host);
            if (link is null || Cell(SheetField.Url) is not null)
                Keep(SheetField.Source, source, "sourceIsLink");
            if (approach is null)
                return (host is Contracts.Approach.JobBoard ? Contracts.Approach.JobBoard : unstated, null, link);
            source = null;
        }
        if ((approach ?? source) is not { } text)
            return (unstated, null, link);
        if (SheetWords.ApproachOf(text) is { } known)
            return (known, source ?? (own is null ? text : null), link);
        Remark(approach is null ? SheetField.Source : SheetField.Approach, "unknownSource", ("text", text.Shorten(60)));
        return (unstated, source ?? text, link);
    }

    // A cell that isn't longer than a name; a longer one is kept in the notes, except a link.
    private string? Short(SheetField field)
    {
        if (Cell(field) is not { } text)
            return null;
        if (text.Length <= MaxName || field is SheetField.Source && CellText.IsLink(CellText.Link(text)))
            return text;
        Keep(field, text, "tooLong", ("length", text.Length), ("most", MaxName));
        return null;
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
        if (RegionIn(text) is { } code)
            return code;
        Keep(SheetField.Region, text, "unknownRegion", ("text", text.Shorten(60)));
        return null;
    }

    private static string? RegionIn(string? text) => text?.ToUpperInvariant() is { } code && RegionCode.IsRegion(code) ? code : null;

    private string? Country()
    {
        if (Cell(SheetField.Country) is not { } text)
            return null;
        if (CountryName.Find(text) is { } code)
            return RegionIn(Cell(SheetField.Region)) is { } region && region[..2] != code ? null : code;
        Keep(SheetField.Country, text, "unknownCountry", ("text", text.Shorten(60)));
        return null;
    }

    private string? TimeZone()
    {
        if (Cell(SheetField.TimeZone) is not { } text)
            return null;
        if (TimeZoneName.IsValid(text))
            return text;
        Keep(SheetField.TimeZone, text, "unknownTimeZone", ("text", text.Shorten(60)));
        return null;
    }

    private PostingInstructions? Instructions()
    {
        if (Cell(SheetField.Instructions) is not { } text)
            return null;
        var all = new PostingInstructions();
        foreach (var part in text.Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (SheetWords.InstructionOf(part, all) is { } more)
                all = more;
            else
            {
                Keep(SheetField.Instructions, text, "unknownInstruction", ("text", part.Shorten(60)));
                break;
            }
        }
        return all == new PostingInstructions() ? null : all;
    }

    private ImmutableArray<SheetContact> OtherContacts()
    {
        var contacts = ImmutableArray.CreateBuilder<SheetContact>();
        foreach (var line in LinesOf(SheetField.OtherContacts))
        {
            if (SheetContact.Parse(line) is { } contact)
                contacts.Add(contact);
            else
                Keep(SheetField.OtherContacts, line, "unknownContact", ("text", line.Shorten(60)));
        }
        return contacts.ToImmutable();
    }

    private ImmutableArray<HistoryLine> History()
    {
        var lines = ImmutableArray.CreateBuilder<HistoryLine>();
        foreach (var line in LinesOf(SheetField.History))
        {
            if (HistoryLine.Parse(line) is { } happened)
                lines.Add(happened);
            else
                Keep(SheetField.History, line, "unknownHistory", ("text", line.Shorten(60)));
        }
        return lines.ToImmutable();
    }

    private IEnumerable<string> LinesOf(SheetField field) =>
        columns[field] is { } column
            ? SheetWords.Lines(record.Cell(column.Position)).Split('\n').Select(SheetWords.OneLine).Where(x => !SheetWords.SaysNothing(x))
            : [];

    private SheetContact? Contact()
    {
        var (name, email, phone) = (ContactName(out var addressInName, out var numberInName), Email(out var nameInAddress), Phone());
        name ??= nameInAddress;
        email ??= addressInName;
        phone ??= numberInName;
        var profile = Profile();
        if (name is not null || email is not null || phone is not null || profile is not null)
            return new(name, Role(name), email, phone, profile);
        if (Cell(SheetField.ContactRole) is { } role)
            Keep(SheetField.ContactRole, role, "nobodyThere");
        return null;
    }

    private string? ContactName(out string? address, out string? number)
    {
        (address, number) = (null, null);
        if (Cell(SheetField.ContactName) is not { } cell)
            return null;
        if (own is not null && cell.Length <= MaxName)
            return cell;
        if (SheetWords.IsNo(cell))
            return null;
        if (CellText.Number(cell) is var (rest, digits) && WrittenDate.Parse(digits) is null && PhoneNumber.CanBe(digits, Dialled()))
        {
            number = digits;
            if (rest.Length == 0)
                return null;
            cell = rest;
        }
        if (CellText.Emails(cell) is { Addresses: [var first, ..] } emails)
        {
            address = first;
            if (emails.Addresses.Length > 1)
                Keep(SheetField.ContactName, cell, "severalAddresses", ("text", first));
            return emails.Name;
        }
        var name = CellText.Plain(cell);
        if (name.Length <= MaxName && CellText.CanBeName(name))
            return name;
        if (name.Length > MaxName)
            Keep(SheetField.ContactName, cell, "tooLong", ("length", name.Length), ("most", MaxName));
        else
            Keep(SheetField.ContactName, cell, "notAName", ("text", cell.Shorten(60)));
        return null;
    }

    private string? Email(out string? name)
    {
        name = null;
        if (Cell(SheetField.ContactEmail) is not { } cell || SheetWords.IsNo(cell))
            return null;
        if (own is not null && System.Net.Mail.MailAddress.TryCreate(cell, out var mail) && mail.Address == cell)
            return cell;
        (name, var addresses) = CellText.Emails(cell);
        if (addresses is [var first, .. var others] && first.Length <= 254)
        {
            if (others.Length > 0)
                Keep(SheetField.ContactEmail, cell, "severalAddresses", ("text", first));
            return first;
        }
        Keep(SheetField.ContactEmail, cell, "badEmail", ("text", cell.Shorten(60)));
        return null;
    }

    private string? Phone()
    {
        if (Cell(SheetField.ContactPhone) is not { } cell || SheetWords.IsNo(cell))
            return null;
        if (own is not null && cell.Length <= MaxPhone)
            return cell;
        var phone = CellText.Plain(cell);
        if (phone.Length <= MaxPhone && PhoneNumber.CanBe(phone, Dialled()))
            return phone;
        Keep(SheetField.ContactPhone, cell, "badPhone", ("text", cell.Shorten(60)));
        return null;
    }

    private string? Profile()
    {
        if (Cell(SheetField.ContactProfile) is not { } cell || SheetWords.IsNo(cell))
            return null;
        var profile = CellText.IsLink(cell) ? cell : CellText.Link(cell);
        if (profile.Length <= MaxUrl && CellText.IsLink(profile))
            return profile;
        Keep(SheetField.ContactProfile, cell, "badUrl", ("text", cell.Shorten(60)), ("most", MaxUrl));
        return null;
    }

    // The country that decides how a national number is dialled.
    private string? Dialled() => PhoneNumber.CountryOf(CountryName.Find(Cell(SheetField.Country)), RegionIn(Cell(SheetField.Region)));

    private ContactRole Role(string? name)
    {
        if (Cell(SheetField.ContactRole) is { } text)
        {
            if (SheetWords.RoleOf(text) is { } role)
                return role;
            Keep(SheetField.ContactRole, text, "unknownRole", ("text", text.Shorten(60)));
        }

        return name is not null && columns[SheetField.ContactName] is { } column && SheetColumns.RoleIn(column.Header) is { } implied
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

    private ImmutableArray<Outcome> Outcomes(List<Status> statuses, DateOnly? statusOn, DateOnly? submitted)
    {
        var milestones = Milestones(submitted);
        var interviewed = statuses.Where(x => x.Kind is StatusKind.Interview).MaxBy(x => x.Round);
        var step = statuses.Find(x => x.Step is not null);
        var offered = statuses.Any(x => x.Kind is StatusKind.Offer);
        var answered = statuses.Any(x => x.Kind is StatusKind.Answered);
        var madeOne = statuses.Any(x => x.Kind is StatusKind.FollowedUp);
        // What the history tells, the status only repeats.
        if (history.Count(x => x.Kind is HistoryKind.Interview) >= (interviewed?.Round ?? 1))
            interviewed = null;
        if (step is not null && history.Any(x => x.Step == step.Step))
            step = null;
        offered &= !history.Any(x => x is { Step: StepKind.Offer } or { Answer: ResponseKind.Offer });
        answered &= !history.Any(x => x.Kind is HistoryKind.Answered or HistoryKind.Interview or HistoryKind.Step);
        madeOne &= !history.Any(x => x.Kind is HistoryKind.FollowedUp);
        var closed = statuses.Where(x => x.IsClosed).MaxBy(x => x.Kind);
        var closedOn = closed is null ? null : statusOn;
        if (
            milestones.Find(x => x.Status.IsClosed) is { Status: { } end } ended
            && (closed is null or { Kind: StatusKind.ClosedSomehow } || closed.Reason == end.Reason)
        )
            (closed, closedOn) = (end, ended.On ?? closedOn);

        var followedUp = Past(SheetField.FollowedUpOn, submitted);
        var responded = Past(SheetField.RespondedOn, submitted);
        var interview = Interview(submitted);
        // What the status tells may be what a column of its own tells more exactly.
        if (milestones.Exists(x => x.Status.Kind is StatusKind.Interview) && interview.On is null && interviewed is { Scheduled: false })
            interviewed = null;
        if (milestones.Exists(x => x.Status.Step is { } kind && kind == step?.Step))
            step = null;
        var stepOn = responded.On ?? (closed is null ? statusOn : null);
        var answeredOn = responded.On ?? (closed is null ? statusOn : null);

        // The answer of an employer who rejected the application is that rejection, unless an interview or another step came after it, or
        // may have come after it.
        var isTheNo =
            closed is { Reason: ClosingReason.Rejected or ClosingReason.PositionFilled }
            && responded.On is { } on
            && step is null
            && (interviewed is null && !interview.Happened || interview.On <= on)
            && milestones.TrueForAll(x => x.Status.IsClosed || x.Status.Kind is StatusKind.FollowedUp || x.On <= on);

        // An outcome without a date is placed where it usually happens: a follow-up first, an interview after all dated outcomes, an offer
        // last.
        var happened = new List<(DateOnly When, int Rank, Outcome What)>();
        if (followedUp.Happened || madeOne)
            happened.Add((followedUp.On ?? DateOnly.MinValue, 0, new Outcome.FollowedUp(followedUp.On)));
        if (interviewed is not null || interview.Happened)
        {
            var ahead = interview.On is { } day ? day >= options.Today : interviewed is { Scheduled: true };
            happened.Add(
                (
                    interview.On ?? DateOnly.MaxValue,
                    2,
                    new Outcome.Interview(
                        Math.Max(interviewed?.Round ?? 1, interview.Round),
                        interview.On,
                        interview.At,
                        ahead,
                        interviewed?.Interview
                    )
                )
            );
            if (interview.On is null && !ahead && reasons.Count == 0)
                Remark(SheetField.InterviewOn, "noInterviewDate");
        }
        if (step is { Step: { } of })
        {
            happened.Add((stepOn ?? DateOnly.MaxValue, 2, new Outcome.Step(of, of == StepKind.Other ? step.Name : null, stepOn)));
            if (stepOn is null && reasons.Count == 0)
                Remark(SheetField.Status, "noStepDate");
        }
        if (offered || (responded.Happened || answered) && !isTheNo)
        {
            happened.Add((answeredOn ?? DateOnly.MaxValue, offered ? 3 : 1, new Outcome.Responded(answeredOn, offered)));
            if (offered && answeredOn is null && reasons.Count == 0)
                Remark(SheetField.Status, "noStepDate");
        }
        foreach (var milestone in milestones.Where(x => !x.Status.IsClosed))
            happened.Add(OutcomeOf(milestone.Status, milestone.On, milestone.At));

        var endedOn = isTheNo ? responded.On : closedOn;
        var ending = history.LastOrDefault(x => x.Kind is HistoryKind.Closed && x.Reason == closed?.Reason && x.Day == (endedOn ?? x.Day));
        return
        [
            .. happened.OrderBy(x => x.When).ThenBy(x => x.Rank).Select(x => x.What),
            .. closed is null ? [] : new Outcome[] { new Outcome.Closed(closed.Reason!.Value, ending?.Day ?? endedOn, ending?.TimeOfDay) },
        ];
    }

    private (DateOnly When, int Rank, Outcome What) OutcomeOf(Status status, DateOnly? on, TimeOnly? at) =>
        status switch
        {
            { Kind: StatusKind.FollowedUp } => (on ?? DateOnly.MinValue, 0, new Outcome.FollowedUp(on)),
            { Kind: StatusKind.Offer } => (on ?? DateOnly.MaxValue, 3, new Outcome.Responded(on, Offer: true)),
            { Step: { } kind } => (on ?? DateOnly.MaxValue, 2, new Outcome.Step(kind, kind == StepKind.Other ? status.Name : null, on)),
            _ => (
                on ?? DateOnly.MaxValue,
                2,
                new Outcome.Interview(status.Round, on, at, on is { } day ? day >= options.Today : status.Scheduled, status.Interview)
            ),
        };

    // The columns that are each about one status, as "Phone screen: 5 Nov 2026" or "Offer: no".
    private List<(Status Status, DateOnly? On, TimeOnly? At)> Milestones(DateOnly? submitted)
    {
        var found = new List<(Status, DateOnly?, TimeOnly?)>();
        foreach (var column in columns.All(SheetField.Milestone))
        {
            var cell = SheetWords.OneLine(record.Cell(column.Position));
            if (column.Status is { Kind: StatusKind.Applied })
            {
                if (SheetWords.IsNo(cell))
                    Refuse(column, "notSubmitted", ("text", $"{column.Header}: {cell}".Shorten(60)));
                continue;
            }
            if (SheetWords.SaysNothing(cell) || CellText.IsZeroDate(cell) || SheetWords.IsNo(cell))
                continue;
            var status = column.Status! with { Name = column.Header.Shorten(100) };
            if (SheetWords.IsYes(cell))
            {
                found.Add((status, null, null));
                if (!status.IsClosed && reasons.Count == 0)
                    Add(remarks, Found(column, column.Field, "noMilestoneDate", []));
                continue;
            }
            var (on, at) = Date(column, cell, last: true);
            if (on < submitted)
                Keep(column, cell, "beforeSubmission", ("form", "column"), ("on", Iso(on)), ("submitted", Iso(submitted)));
            else if (on > options.Today && status.Kind is not StatusKind.Interview and not StatusKind.Step)
                Keep(column, cell, "inTheFuture", ("text", cell.Shorten(40)), ("on", Iso(on)));
            else if (on is not null)
                found.Add((status, on, at));
        }
        return found;
    }

    // Of several dates the last is the interview that matters for what is next.
    private (DateOnly? On, TimeOnly? At, bool Happened, int Round) Interview(DateOnly? submitted)
    {
        if (Cell(SheetField.InterviewOn) is not { } cell || SheetWords.IsNo(cell) || CellText.IsZeroDate(cell))
            return default;
        if (SheetWords.IsYes(cell))
            return (null, null, true, SheetWords.CountIn(cell) ?? 1);
        var column = columns[SheetField.InterviewOn]!;
        var (on, at) = Date(column, cell, last: true);
        if (IsTold(HistoryKind.Interview, on))
            return default;
        if (!(on < submitted))
            return (on, at, on is not null, 1);
        Keep(column, cell, "beforeSubmission", ("form", "interview"), ("on", Iso(on)), ("submitted", Iso(submitted)));
        return default;
    }

    private List<Status> Statuses()
    {
        var known = new List<Status>();
        foreach (var column in columns.All(SheetField.Status))
        {
            var cell = SheetWords.OneLine(record.Cell(column.Position));
            if (SheetWords.SaysNothing(cell) && !SheetWords.IsSymbol(cell))
                continue;
            // a word that the team maps is meant otherwise in its own sheets
            var word = (own is null ? null : StatusWords.Of(cell, StatusMap.None)) ?? StatusWords.Of(cell, options.Words);
            if ((column.IsResponse ? AsResponse(word, cell) : word) is not { } status)
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
        if (InResponse() is { } said && !known.Exists(x => x.IsClosed))
            known.Add(said);
        return known;
    }

    // A response may be told by a word instead of a date.
    private Status? InResponse() =>
        Cell(SheetField.RespondedOn) is { } cell
        && !SheetWords.IsYes(cell)
        && !SheetWords.IsNo(cell)
        && AsResponse(StatusWords.Of(cell, options.Words), cell) is { Kind: not StatusKind.NotSubmitted } status
            ? status with
            {
                Name = cell.Shorten(100),
            }
            : null;

    // Of a response, "No response" tells that none came yet, unless a person said that the word means the end.
    private Status? AsResponse(Status? status, string cell) =>
        status?.Reason is ClosingReason.NoResponse && !options.Words.Has(cell) ? status with { Kind = StatusKind.Nothing } : status;

    private string? Notes()
    {
        var written = columns.All(SheetField.Notes).Select(x => SheetWords.Lines(record.Cell(x.Position))).Where(x => !SaysNothing(x));
        var number = Cell(SheetField.PostingNumber) is { } cell ? $"{columns[SheetField.PostingNumber]!.Header}: {cell}" : null;
        var notes = string.Join('\n', written.Concat(keptInNotes).Append(number).OfType<string>());
        if (notes.Length > MaxNotes)
        {
            Remark(SheetField.Notes, "noteShortened", ("length", notes.Length), ("most", MaxNotes));
            notes = notes.Shorten(MaxNotes - 1);
        }
        return notes.Length == 0 ? null : notes;
    }

    // What happened: a date, or a word that tells that it happened, but not when. Of a follow-up that was made, what can't be read refuses
    // the row: to take it for nothing would invite a second one.
    private (DateOnly? On, bool Happened) Past(SheetField field, DateOnly? submitted)
    {
        if (Cell(field) is not { } cell || SheetWords.IsNo(cell) && field is not SheetField.SubmittedOn || CellText.IsZeroDate(cell))
            return default;
        if (field is not SheetField.SubmittedOn && SheetWords.IsYes(cell))
            return (null, true);
        if (field is SheetField.RespondedOn && InResponse() is not null)
            return default;
        var (on, _) = Date(field);
        if (
            field is SheetField.FollowedUpOn && IsTold(HistoryKind.FollowedUp, on)
            || field is SheetField.RespondedOn && IsTold(HistoryKind.Answered, on)
        )
            return default;
        if (on > options.Today)
            Unusable(columns[field]!, cell, "inTheFuture", ("text", cell.Shorten(40)), ("on", Iso(on)));
        else if (on < submitted)
            Unusable(columns[field]!, cell, "beforeSubmission", ("form", "column"), ("on", Iso(on)), ("submitted", Iso(submitted)));
        else
            return (on, on is not null);
        return default;
    }

    private (DateOnly? On, TimeOnly? At) Date(SheetField field) =>
        Cell(field) is { } cell && !SheetWords.IsNo(cell) && !CellText.IsZeroDate(cell)
            ? Date(columns[field]!, cell, last: false)
            : default;

    private (DateOnly? On, TimeOnly? At) Date(MatchedColumn column, string cell, bool last)
    {
        var parts = WrittenDate.Parts(cell);
        var reading = dates.Read(column, last ? parts[^1] : parts[0]);
        if (reading.On is null)
        {
            Unusable(column, cell, reading.Code, reading.Values!);
            return default;
        }
        if (parts.Length > 1)
            Keep(column, cell, "severalDates", ("on", Iso(reading.On)));
        else if (reading.IsSerial)
            Add(remarks, Found(column, column.Field, "serialDate", [("text", cell.Shorten(40)), ("on", Iso(reading.On))]));
        return (reading.On, reading.At);
    }

    // When it was submitted, and that a follow-up was made, decide what is due: then the row is refused. Else the cell becomes a note.
    private void Unusable(MatchedColumn column, string cell, string code, params ReadOnlySpan<(string, object)> values)
    {
        if (
            column.Field is SheetField.SubmittedOn or SheetField.FollowedUpOn
            || column.Status is { Kind: StatusKind.FollowedUp or StatusKind.Closed }
        )
            Refuse(column, code, values);
        else
            Keep(column, cell, code, values);
    }

    // Whether the history tells what a column of its own repeats.
    private bool IsTold(HistoryKind kind, DateOnly? on) => history.Any(x => x.Kind == kind && x.Day == on);

    private bool SaysNothing(string cell) => own is null ? SheetWords.SaysNothing(cell) : cell.Length == 0;

    private string? Cell(SheetField field) =>
        columns[field] is { } column && SheetWords.OneLine(record.Cell(column.Position)) is var cell && !SaysNothing(cell) ? cell : null;

    private void Keep(SheetField field, string text, string code, params ReadOnlySpan<(string, object)> values) =>
        Keep(columns[field]!, text, code, values);

    private void Keep(MatchedColumn column, string text, string code, params ReadOnlySpan<(string, object)> values)
    {
        Add(remarks, Found(column, column.Field, code, values));
        keptInNotes.Add($"{column.Header}: {text}");
    }

    private void Remark(SheetField field, string code, params ReadOnlySpan<(string, object)> values) =>
        Add(remarks, Found(columns[field], field, code, values));

    private void Refuse(SheetField field, string code, params ReadOnlySpan<(string, object)> values) =>
        Refuse(columns[field], field, code, values);

    private void Refuse(MatchedColumn column, string code, params ReadOnlySpan<(string, object)> values) =>
        Refuse(column, column.Field, code, values);

    private void Refuse(MatchedColumn? column, SheetField field, string code, ReadOnlySpan<(string, object)> values)
    {
        if (column is not null)
            refusedColumns.Add(column);
        Add(reasons, Found(column, field, code, values));
    }

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
}
