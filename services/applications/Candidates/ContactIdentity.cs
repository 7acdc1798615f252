using System.Security.Cryptography;
using System.Text;
using FollowUp.Contracts.Commands;
using Marten;
using Npgsql;

namespace FollowUp.Applications.Candidates;

// See docs/decisions/0013-contact-identity.md
/// <summary>
/// Where somebody is reached, as a hash, and the opaque id that every contact who is reached there has in the facts. It is gone when the
/// last contact is who was reached there.
/// </summary>
public sealed record ContactIdentity(string Id, Guid Person)
{
    private const int FewestDigits = 5; // fewer are an extension, which anybody may have

    /// <summary>What a contact is recognised by: the e-mail address, or else the telephone number, or else the profile.</summary>
    /// <returns>Null for one who can't be reached, or recognised by it.</returns>
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

/// <summary>A contact that is being recorded, with the id that it gets.</summary>
public sealed record IdentifiedContact(Guid Id, NewContact Contact)
{
    public static IdentifiedContact New(NewContact contact) => new(Guid.CreateVersion7(), contact);

    /// <summary>What the facts say of it.</summary>
    internal Person Person => Person.Of(Id, Contact);
}

/// <summary>Sees that contacts of several applications are the same person, without a word about who it is in the facts.</summary>
internal static class ContactRecognition
{
    /// <summary>
    /// Keeps who the contacts are, and tells the facts which of them are the same person as others of the team. After the decision, because
    /// it changes nothing in it and is paid for only where something is recorded. Two that record an address at the same moment meet in its
    /// primary key, and the slower one tries again.
    /// </summary>
    public static async Task<object[]> Recognise(
        this IDocumentSession session,
        Guid application,
        string candidate,
        IReadOnlyList<IdentifiedContact> contacts,
        object[] facts,
        CancellationToken ct
    )
    {
        var addresses = contacts.ToDictionary(x => x.Id, x => ContactIdentity.Of(session.TenantId, x.Contact));
        // in one order, so that two don't wait for each other
        string[] wanted = [.. addresses.Values.OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        var known = wanted.Length == 0 ? [] : await session.Hold(wanted, "key share", ct);
        foreach (var fresh in wanted.Where(x => !known.ContainsKey(x)))
        {
            known[fresh] = Guid.NewGuid(); // of no order: the id must not tell even when
            session.Insert(new ContactIdentity(fresh, known[fresh]));
        }
        session.Store(contacts.Select(x => Contact.Of(application, candidate, x, addresses[x.Id])).ToArray());
        return
        [
            .. facts.Select(fact =>
                fact switch
                {
                    Submitted x => x with { Contacts = [.. x.Contacts.Select(Recognised)] },
                    ContactRecorded x => x with { Contact = Recognised(x.Contact) },
                    _ => fact,
                }
            ),
        ];

        Person Recognised(Person x) => addresses.GetValueOrDefault(x.Id) is { } address ? x with { Who = known[address] } : x;
    }

    /// <summary>Forgets the addresses at which, once a candidate's contacts are gone, nobody is reached any more.</summary>
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
        await session.Hold(theirs, "update", ct); // whoever is recording one of them is waited for, and seen by the next look
        var others = (await session.Query<Contact>().Where(x => x.Candidate != candidate && x.Address!.IsOneOf(theirs)).ToListAsync(ct))
            .Select(x => x.Address!)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var address in theirs.Where(x => !others.Contains(x)))
            session.Delete<ContactIdentity>(address);
    }

    // In the session's own transaction: who records an address and who forgets it wait for each other.
    private static async Task<Dictionary<string, Guid>> Hold(
        this IDocumentSession session,
        string[] addresses,
        string strength,
        CancellationToken ct
    )
    {
        await session.BeginTransactionAsync(ct);
        await using var command = new NpgsqlCommand(
            $"select id, (data ->> 'person')::uuid from followup.mt_doc_contactidentity where tenant_id = $1 and id = any($2) order by id for {strength}",
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
