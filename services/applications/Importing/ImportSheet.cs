using FollowUp.Applications.Reading;
using FollowUp.Applications.Recording;
using FollowUp.Contracts;
using FollowUp.Hosting;
using FollowUp.Hosting.Keys;
using Marten;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace FollowUp.Applications.Importing;

/// <summary>
/// <c>POST /imports</c>: a spreadsheet of applications, each row one transaction with all the facts it implies. The id of an application
/// follows from the row, so importing the same sheet twice records nothing twice.
/// </summary>
public static class ImportSheet
{
    private const int MostBytes = 10 * 1024 * 1024, AtOnce = 4;
    private static readonly string[] Types = ["text/csv", "text/plain", "application/csv", "text/tab-separated-values", "application/vnd.ms-excel", "application/octet-stream"];

    public sealed record Report(int Recorded, int AlreadyThere, int Refused, bool DryRun, IReadOnlyList<RowReport> Rows, IReadOnlyList<IgnoredColumn> IgnoredColumns, IReadOnlyList<AssumedOrder> DateOrders);

    public sealed record RowReport(int Line, string Result, Guid? Application, string? Employer, string? Title, IReadOnlyList<Finding>? Reasons, IReadOnlyList<Finding>? Remarks);

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/imports",
        async (string? map, string? candidate, bool? dryRun, HttpRequest request, Caller caller, Importer importer, CancellationToken ct) =>
        {
            if (request.ContentType is { Length: > 0 } type && !Types.Contains(type.Split(';')[0].Trim(), StringComparer.OrdinalIgnoreCase))
                throw new RefusedException("notCsv", "Send the sheet as text/csv.", 415);
            if (candidate is not null) new Checks().Text(candidate, "candidate", 100).That(!candidate.Contains('@'), "candidate", "It must be your own opaque reference of the candidate, never an e-mail address.").Refuse();
            await using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, ct);
            body.Position = 0;
            return TypedResults.Json(await importer.Import(body, map, candidate, dryRun ?? false, caller, ct), Json.Lenient);
        })
        .RequireScope(Scopes.Record).WithMetadata(new RequestSizeLimitAttribute(MostBytes)).Accepts<string>("text/csv").Described("Import a spreadsheet of applications; ?dryRun=true only reports.", typeof(Report));

    /// <summary>Reads, records, reports.</summary>
    public sealed class Importer(Recorder recorder, IDocumentStore store, TimeProvider time, IConfiguration configuration)
    {
        private const string Oneself = "me"; // the sheet of a single job seeker names no candidate
        private readonly DateTimeZone _zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(configuration["FOLLOWUP_TIMEZONE"] ?? "") ?? DateTimeZone.Utc;

        public async Task<Report> Import(Stream csv, string? map, string? candidate, bool dryRun, Caller caller, CancellationToken ct)
        {
            var now = time.GetUtcNow();
            Sheet sheet;
            try
            {
                var today = Instant.FromDateTimeOffset(now).InZone(_zone).Date.ToDateOnly();
                sheet = Sheet.Read(csv, new(caller.Team, today, _zone, candidate ?? Oneself, map is null ? null : ColumnMap.Parse(map)));
            }
            catch (SheetRefusedException exception)
            {
                var refused = new RefusedException(exception.Code, exception.Message, 400, new Dictionary<string, string[]>(StringComparer.Ordinal) { [exception.Code is "badMap" or "mappedHeaderMissing" ? "map" : "sheet"] = [exception.Message] });
                if (exception.Missing.Length > 0) refused.More["missing"] = exception.Missing;
                if (exception.Headers.Length > 0) refused.More["headers"] = exception.Headers;
                throw refused;
            }
            var reports = new RowReport[sheet.Rows.Length];
            await Parallel.ForEachAsync(Enumerable.Range(0, reports.Length), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
                async (i, token) => reports[i] = await Row(sheet.Rows[i], dryRun, caller, now, token));
            return new(reports.Count(x => x.Result == "recorded"), reports.Count(x => x.Result == "alreadyThere"), reports.Count(x => x.Result == "refused"), dryRun, reports, sheet.Ignored, sheet.DateOrders);
        }

        private async Task<RowReport> Row(SheetRow row, bool dryRun, Caller caller, DateTimeOffset now, CancellationToken ct)
        {
            if (row is SheetRow.Refused bad) return new(bad.Line, "refused", null, null, null, bad.Reasons, null);
            var good = (SheetRow.Understood)row;
            var x = good.Application;
            RowReport Said(string result, IReadOnlyList<Finding>? reasons = null) =>
                new(good.Line, result, result == "refused" ? null : good.Identity, x.Employer, x.Title, reasons, good.Remarks.Length > 0 ? good.Remarks : null);
            try
            {
                if (dryRun)
                {
                    await using var session = store.QuerySession(caller.Team);
                    if (await session.LoadAsync<Listing>(good.Identity, ct) is not null) return Said("alreadyThere");
                    _ = Facts(new() { Id = good.Identity }, good.Identity, x, caller, now);
                    return Said("recorded");
                }
                var answer = await recorder.Record(good.Identity, new(caller), application => application.IsSubmitted ? [] : Facts(application, good.Identity, x, caller, now),
                    (_, isNew, version) => new(isNew ? 201 : 200, version), ContactOf(good.Identity, x) is { } contact ? [contact] : null, session => Alongside(session, good.Identity, x, caller, now), isNew: true, ct);
                return Said(answer.Status == 201 ? "recorded" : "alreadyThere");
            }
            catch (RefusedException refused)
            {
                return Said("refused", [new(null, refused.Code, refused.Message)]);
            }
        }

        // All that a row implies, decided one after the other like the commands that they are.
        private object[] Facts(JobApplication application, Guid id, SheetApplication x, Caller caller, DateTimeOffset now)
        {
            var facts = new List<object>();
            void Decide(Func<JobApplication, object[]> decide)
            {
                foreach (var fact in decide(application))
                {
                    facts.Add(fact);
                    application = application.Evolve(fact);
                }
            }

            var submittedAt = x.SubmittedOn is { } on ? At(on, null, now) : now;
            var contact = ContactOf(id, x);
            Decide(a => a.Decide(new SubmitApplication(x.Candidate, new(x.Employer, x.HiringProcess ?? HiringProcess.Unknown, Region: x.Region), new(x.Title, x.Url, x.ClosesOn), x.Approach,
                contact is null ? [] : [contact], submittedAt) { SubmittedAtBasis = x.SubmittedOn is null ? Basis.Inferred : Basis.Declared }));
            if (x.PromisedFollowUpOn is { } promised) Decide(a => a.Decide(new SendCoverLetter(promised, submittedAt)));
            foreach (var outcome in x.Outcomes)
            {
                switch (outcome)
                {
                    case Outcome.FollowedUp made:
                        // Made before FollowUp knew of the application, and recorded with it: there was no slot yet that anybody could have claimed.
                        Decide(a => a.Decide(new RecordSettled(a.CurrentStage, Ids.From(id.ToString(), "imported", a.CurrentStage.ToString(System.Globalization.CultureInfo.InvariantCulture)), Channel.Email, caller.Name, Then(made.On))));
                        break;
                    case Outcome.Responded answer:
                        Decide(a => a.Decide(new RecordResponse(null, Then(answer.On))));
                        break;
                    case Outcome.Interview { Ahead: true, On: null }:
                        Decide(a => a.Decide(new RecordResponse(null, now))); // they want to meet, but nobody says when
                        break;
                    case Outcome.Interview interview:
                        var starts = At(interview.On ?? DateOnly.FromDateTime(now.UtcDateTime), interview.At ?? new TimeOnly(9, 0), null);
                        Decide(a => a.Decide(new ScheduleInterview(starts, null, null, submittedAt < starts ? Min(starts.AddDays(-1), now, submittedAt) : submittedAt)));
                        break;
                    case Outcome.Closed closed:
                        Decide(a => a.Decide(new CloseApplication(closed.Reason, Then(closed.On))));
                        break;
                }
            }
            return [.. facts];

            DateTimeOffset Then(DateOnly? day) => day is { } known ? At(known, null, now) : now;
        }

        private static void Alongside(IDocumentSession session, Guid id, SheetApplication x, Caller caller, DateTimeOffset now)
        {
            var note = string.Join('\n', new[] { x.Notes, x.Source is { } source ? $"Source: {source}" : null }.Where(t => t is not null));
            if (note.Length > 0) session.Store(Note.Of(id, x.Candidate, note, caller.Name, now));
        }

        private static ContactInput? ContactOf(Guid id, SheetApplication x) =>
            x.Contact is { } c ? new(c.Name, c.Role, c.Email, c.Phone) { Id = Ids.From(id.ToString(), "contact") } : null;

        // A date without a time is taken for noon, so that it is that date in nearly every zone.
        private DateTimeOffset At(DateOnly day, TimeOnly? timeOfDay, DateTimeOffset? notAfter)
        {
            var at = LocalDate.FromDateOnly(day).At(LocalTime.FromTimeOnly(timeOfDay ?? new TimeOnly(12, 0))).InZoneLeniently(_zone).ToDateTimeOffset();
            return at > notAfter ? notAfter.Value : at;
        }

        // When an interview was agreed isn't in the sheet: the day before it, but not before the submission or in the future.
        private static DateTimeOffset Min(DateTimeOffset dayBefore, DateTimeOffset now, DateTimeOffset submittedAt)
        {
            var agreed = dayBefore < now ? dayBefore : now;
            return agreed > submittedAt ? agreed : submittedAt;
        }
    }
}
