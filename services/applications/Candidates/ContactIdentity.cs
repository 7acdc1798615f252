using System.Security.Cryptography;
using System.Text;
using FollowUp.Contracts.Commands;
using Marten;
using Npgsql;

namespace FollowUp.Applications.Candidates;

// See docs/decisions/0013-contact-identity.md
/// <summary>
/// The hash of an address (e-mail, telephone or profile), and the opaque id that all contacts with that address have in the events. It is
/// deleted with the last contact that has the address.
/// </summary>
public sealed record ContactIdentity(string Id, Guid Person)
{
    private const int FewestDigits = 5; // a shorter number is an extension, which many people share

    /// <summary>
    /// The key by which a contact is recognized: of the e-mail address, else of the telephone number, else of the profile.
    /// </summary>
    /// <returns>Null for a contact without an address by which it could be recognized.</returns>
    public static string? Of(string team, NewContact contact) =>
        contact switch
        {
            { Email: { } email } => Hash(team, "email", email.Trim().ToLowerInvariant()),
            { Phone: { } phone } when phone.Count(char.IsAsciiDigit) >= FewestDigits => Hash(
                team,
                "phone",
                string.Concat(phone.Where(char.IsAsciiDigit))
            ),
            { Profile: { } profile } when Uri.TryCreate(profile, UriKind.Absolute, out var url) => Hash(
                team,
                "profile",
                $"{url.Authority}{url.PathAndQuery.TrimEnd('/')}"
            ),
            _ => null,
        };

    private static string Hash(params ReadOnlySpan<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', parts))));
}

/// <summary>A contact that is being recorded, with its new id.</summary>
public sealed record IdentifiedContact(Guid Id, NewContact Contact)
{
    public static IdentifiedContact New(NewContact contact) => new(Guid.CreateVersion7(), contact);

    /// <summary>The contact as the events have it.</summary>
    internal Person Person => Person.Of(Id, Contact);
}

/// <summary>Recognizes the same person among the contacts of several applications; the events get only an opaque id.</summary>
internal static class ContactRecognition
{
    /// <summary>
    /// Stores the persons behind the contacts, and adds the ids of recognized persons to the events. It runs after the decision: it doesn't
    /// influence the decision, and costs queries only where an event is appended. Two transactions that record the same new address
    /// conflict at its primary key, and the slower one is retried.
    /// </summary>
    public static async Task<object[]> Recognise(
        this IDocumentSession session,
        Guid application,
        string candidate,
        IReadOnlyList<IdentifiedContact> contacts,
        object[] facts,
        CancellationToken ct
    ) => session.Keep(application, candidate, contacts, await session.Recognise(contacts, ct), facts);

    /// <summary>The ids of the persons behind the contacts, of several applications perhaps, by address; new ones get one.</summary>
    public static async Task<IReadOnlyDictionary<string, Guid>> Recognise(
        this IDocumentSession session,
        IEnumerable<IdentifiedContact> contacts,
        CancellationToken ct
    )
    {
        // sorted, so that two transactions don't deadlock
        string[] wanted =
        [
            .. contacts
                .Select(x => ContactIdentity.Of(session.TenantId, x.Contact))
                .OfType<string>()
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        var known = wanted.Length == 0 ? [] : await session.Hold(wanted, "key share", ct);
        foreach (var fresh in wanted.Where(x => !known.ContainsKey(x)))
        {
            known[fresh] = Guid.NewGuid(); // a random id (version 4), without a timestamp: the id must not reveal even the time
            session.Insert(new ContactIdentity(fresh, known[fresh]));
        }
        return known;
    }

    /// <summary>Stores the contacts of one application, and adds the ids of their persons to the events.</summary>
    public static object[] Keep(
        this IDocumentSession session,
        Guid application,
        string candidate,
        IReadOnlyList<IdentifiedContact> contacts,
        IReadOnlyDictionary<string, Guid> people,
        object[] facts
    )
    {
        var addresses = contacts.ToDictionary(x => x.Id, x => ContactIdentity.Of(session.TenantId, x.Contact));
        session.Store(contacts.Select(x => Contact.Of(application, candidate, x, addresses[x.Id])).ToArray());
        return
        [
            .. facts.Select(fact =>
                fact switch
                {
                    Submitted x => x with { Contacts = [.. x.Contacts.Select(Recognised)] },
                    ContactRecorded x => x with { Contact = Recognised(x.Contact) },
                    ContactCorrected x => x with { Contact = Recognised(x.Contact) },
                    _ => fact,
                }
            ),
        ];

        Person Recognised(Person x) => addresses.GetValueOrDefault(x.Id) is { } address ? x with { Who = people[address] } : x;
    }

    /// <summary>Deletes the addresses that no contact has any more once this candidate's contacts are deleted.</summary>
    public static async Task Forget(this IDocumentSession session, string candidate, CancellationToken ct)
    {
        string[] theirs =
        [
            .. (await session.Query<Contact>().Where(x => x.Candidate == candidate && x.Address != null).ToListAsync(ct))
                .Select(x => x.Address!)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        if (theirs.Length == 0)
            return;
        // waits for transactions that are recording one of these addresses, so that the next query sees their contacts
        await session.Hold(theirs, "update", ct);
        var others = (await session.Query<Contact>().Where(x => x.Candidate != candidate && x.Address!.IsOneOf(theirs)).ToListAsync(ct))
            .Select(x => x.Address!)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var address in theirs.Where(x => !others.Contains(x)))
            session.Delete<ContactIdentity>(address);
    }

    // Locks the rows in the session's own transaction: a transaction that records an address and one that deletes it wait for each other.
    private static async Task<Dictionary<string, Guid>> Hold(
        this IDocumentSession session,
        string[] addresses,
        string strength,
        CancellationToken ct
    )
    {
        await session.BeginTransactionAsync(ct);
        await using var command = new NpgsqlCommand(
            "select id, (data ->> 'person')::uuid from followup.mt_doc_contactidentity "
                + $"where tenant_id = $1 and id = any($2) order by id for {strength}",
            session.Connection
        );
        command.Parameters.Add(new() { Value = session.TenantId });
        command.Parameters.Add(new() { Value = addresses });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var known = new Dictionary<string, Guid>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
            known[reader.GetString(0)] = reader.GetGuid(1);
        return known;
    }
}
