using FollowUp.Applications.ApiKeys;
using FollowUp.Applications.Import;
using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using Marten;

namespace FollowUp.Applications.Candidates;

// Personal data is stored only here, in ordinary documents that can be erased: not in events, not in messages, not in logs.

/// <summary>The person behind a candidate reference.</summary>
public sealed record Candidate(string Id, string? Name = null, string? Email = null, string? TimeZone = null, string? Locale = null);

/// <summary>The person behind a contact.</summary>
public sealed record Contact(
    Guid Id,
    Guid Application,
    string Candidate,
    ContactRole Role,
    string? Name,
    string? Email,
    string? Phone,
    string? Profile
)
{
    /// <summary>The id of the <see cref="ContactIdentity"/> that recognizes the contact; null if there is none.</summary>
    public string? Address { get; init; }

    public static Contact Of(Guid application, string candidate, IdentifiedContact contact, string? address) =>
        new(
            contact.Id,
            application,
            candidate,
            contact.Contact.Role,
            contact.Contact.Name,
            contact.Contact.Email,
            contact.Contact.Phone,
            contact.Contact.Profile
        )
        {
            Address = address,
        };
}

/// <summary>A note of the team, stored beside the events.</summary>
public sealed record Note(Guid Id, Guid Application, string Candidate, string Text, string By, DateTimeOffset At)
{
    public static Note Of(Guid application, string candidate, string text, string by, DateTimeOffset at, Guid? claim = null) =>
        new(claim is { } x ? IdOf(application, x) : Guid.CreateVersion7(), application, candidate, text, by, at);

    /// <summary>The id of the note on the follow-up of a claim: derived, so that a repeated recording stores one note.</summary>
    public static Guid IdOf(Guid application, Guid claim) => DeterministicId.From(application.ToString(), "note", claim.ToString());
}

/// <summary>
/// A candidate's personal data was erased. Stored in a stream for each candidate, so that it is published like any event.
/// </summary>
public sealed record Erased(string Candidate, DateTimeOffset At);

/// <summary>The body of <c>PUT /candidates/{ref}</c>.</summary>
public sealed record DescribeCandidate(string? Name = null, string? Email = null, string? TimeZone = null, string? Locale = null)
{
    public void Check(InputChecks checks) =>
        checks
            .OptionalText(Name, "name", 200)
            .OptionalText(Email, "email", 320)
            .That(Email is null || System.Net.Mail.MailAddress.TryCreate(Email, out _), "email", "It must be an e-mail address.")
            .That(TimeZone is null || TimeZoneName.IsValid(TimeZone), "timeZone", "It must be an IANA time zone, as Europe/Berlin.")
            .OptionalText(Locale, "locale", 35)
            .That(Locale is null || Known(Locale), "locale", "It must be a language tag, as de-DE.");

    private static bool Known(string locale)
    {
        try
        {
            return System.Globalization.CultureInfo.GetCultureInfo(locale, predefinedOnly: true) is not null;
        }
        catch (System.Globalization.CultureNotFoundException)
        {
            return false;
        }
    }
}

/// <summary>The routes of candidates.</summary>
public static class CandidateRoutes
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(
                "/applications/{id}/contacts/{contactId}",
                async (Guid id, Guid contactId, TeamSession sessions, CancellationToken ct) =>
                {
                    await using var session = sessions.Query();
                    return await session.LoadAsync<Contact>(contactId, ct) is { } contact && contact.Application == id
                        ? TypedResults.Json(
                            new
                            {
                                contact.Id,
                                contact.Application,
                                contact.Role,
                                contact.Name,
                                contact.Email,
                                contact.Phone,
                                contact.Profile,
                            },
                            Json.Lenient
                        )
                        : throw new RefusedException(
                            "unknownContact",
                            "This application has no contact with that id, or who it was has been erased."
                        );
                }
            )
            .RequireScope(Scopes.Read)
            .Describe("The person behind a contact.", typeof(Contact));

        app.MapPut(
                "/candidates/{reference}",
                async (string reference, DescribeCandidate body, TeamSession sessions, TimeProvider time, CancellationToken ct) =>
                {
                    await using var session = sessions.Open();
                    session.Describe(reference, body);
                    await session.SaveChangesAsync(ct);
                    return TypedResults.NoContent();
                }
            )
            .RequireScope(Scopes.Record)
            .Describe("Store the person behind a candidate reference.");

        app.MapGet(
                "/candidates/{reference}",
                async (string reference, TeamSession sessions, CancellationToken ct) =>
                {
                    await using var session = sessions.Query();
                    return await session.LoadAsync<Candidate>(reference, ct) is { } x
                        ? TypedResults.Json(
                            new
                            {
                                Candidate = x.Id,
                                x.Name,
                                x.Email,
                                x.TimeZone,
                                x.Locale,
                            },
                            Json.Lenient
                        )
                        : throw new RefusedException("unknownCandidate", "Nothing is known of that candidate.");
                }
            )
            .RequireScope(Scopes.Read)
            .Describe("The person behind a candidate reference.", typeof(Candidate));

        app.MapDelete(
                "/candidates/{reference}",
                async (
                    string reference,
                    Caller caller,
                    TeamSession sessions,
                    IEnumerable<IPersonalData> others,
                    TimeProvider time,
                    CancellationToken ct
                ) =>
                {
                    MustBeAReference(reference);
                    await ConflictRetry.Usual.ExecuteAsync( // a key of the team may be made or revoked at the same time
                        async ct =>
                        {
                            await using var session = sessions.Open();
                            await Erase(session, others, caller.Team, reference, time.GetUtcNow(), ct);
                        },
                        ct
                    );
                    return TypedResults.NoContent();
                }
            )
            .RequireScope(Scopes.Record)
            .Describe("Erase a candidate's personal data, and revoke their keys. The events stay, without personal data.");
    }

    /// <summary>The stream of a candidate's erasures.</summary>
    internal static Guid StreamOf(string team, string reference) => DeterministicId.From(team, "candidate", reference);

    private static async Task Erase(
        IDocumentSession session,
        IEnumerable<IPersonalData> others,
        string team,
        string reference,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var keys = await ApiKeyService.RevokeOf(session, team, reference, now, ct);
        var known =
            keys.Count > 0
            || await session.LoadAsync<Candidate>(reference, ct) is not null
            || await session.Query<Contact>().AnyAsync(x => x.Candidate == reference, ct)
            || await session.Query<Note>().AnyAsync(x => x.Candidate == reference, ct)
            || await session.Query<ApplicationRow>().AnyAsync(x => x.Candidate == reference, ct);
        if (!known)
            throw new RefusedException("unknownCandidate", "Nothing is known of that candidate.");
        session.Delete<Candidate>(reference);
        await session.Forget(reference, ct);
        session.DeleteWhere<Contact>(x => x.Candidate == reference);
        session.DeleteWhere<Note>(x => x.Candidate == reference);
        // reports quote cells of the sheet
        Guid[] longReports =
        [
            .. await session
                .Query<ImportReportPart>()
                .Where(x => x.Candidates.Contains(reference))
                .Select(x => x.Import)
                .Distinct()
                .ToListAsync(ct),
        ];
        session.DeleteWhere<ImportReport>(x => x.Candidates.Contains(reference) || x.Id.IsOneOf(longReports));
        session.DeleteWhere<ImportReportPart>(x => x.Import.IsOneOf(longReports));
        foreach (var kept in others)
            kept.Erase(session, team, reference);
        session.Events.Append(StreamOf(team, reference), new Erased(reference, now));
        await session.SaveChangesAsync(ct);
    }

    /// <summary>Stores the person behind a candidate reference, with the session's other changes.</summary>
    /// <exception cref="RefusedException"><c>badInput</c>.</exception>
    internal static void Describe(this IDocumentSession session, string reference, DescribeCandidate body)
    {
        MustBeAReference(reference);
        var checks = new InputChecks();
        body.Check(checks);
        checks.Refuse();
        session.Store(new Candidate(reference, body.Name, body.Email, body.TimeZone, body.Locale));
    }

    private static void MustBeAReference(string reference) => CheckReference(new(), reference, "ref").Refuse();

    /// <summary>Validates a candidate reference, for every kind of input.</summary>
    internal static InputChecks CheckReference(InputChecks checks, string? reference, string field) =>
        checks
            .Text(reference, field, CandidateReference.MaxLength)
            .That(
                string.IsNullOrWhiteSpace(reference)
                    || reference.Length > CandidateReference.MaxLength
                    || CandidateReference.IsValid(reference),
                field,
                "It must be a reference of your own, as c-1042; not a name or an e-mail address."
            );
}
