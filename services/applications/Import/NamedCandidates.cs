using System.Security.Cryptography;
using System.Text;
using FollowUp.Applications.Candidates;
using FollowUp.Platform.Concurrency;
using Marten;
using Npgsql;

namespace FollowUp.Applications.Import;

/// <summary>A candidate that a row names and that isn't known.</summary>
/// <param name="Reference">The reference, if the row has one; else it is made.</param>
public sealed record NewCandidate(string? Reference, string Name);

/// <summary>The candidates of a team, by name and by reference. Names that differ only in case and blanks are the same.</summary>
public sealed class NamedCandidates
{
    private readonly ILookup<string, string> _byName;
    private readonly HashSet<string> _references;

    public NamedCandidates(IEnumerable<(string Reference, string? Name)> candidates)
    {
        var all = candidates.ToList();
        _byName = all.Where(x => x.Name is not null).ToLookup(x => KeyOf(x.Name!), x => x.Reference, StringComparer.Ordinal);
        _references = all.Select(x => x.Reference).ToHashSet(StringComparer.Ordinal);
    }

    public static NamedCandidates None { get; } = new([]);

    /// <summary>The references of the candidates with a name; or the text itself, if it is a candidate's reference.</summary>
    public IReadOnlyList<string> Find(string text) => _references.Contains(text) ? [text] : [.. _byName[KeyOf(text)]];

    /// <summary>Whether anything is kept of a candidate.</summary>
    public bool Knows(string reference) => _references.Contains(reference);

    internal static string KeyOf(string name) => SheetWords.OneLine(name).Normalize(NormalizationForm.FormC).ToUpperInvariant();
}

/// <summary>Finds the candidates of a team by name, and makes those that a sheet names and that are not known.</summary>
public sealed class CandidateDirectory(IDocumentStore store, NpgsqlDataSource database)
{
    // The reference stays in events after an erasure, so it must not follow from the name.
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int MostLetters = 10;

    public async Task<NamedCandidates> Of(string team, CancellationToken ct)
    {
        await using var session = store.QuerySession(team);
        return await Read(session, ct);
    }

    /// <summary>Makes the candidates that aren't known; each once, also when others make them at the same time.</summary>
    public async Task Make(string team, IEnumerable<NewCandidate> candidates, CancellationToken ct)
    {
        await using var others = await AdvisoryLock.Acquire(database, $"candidates {team}", ct);
        await using var session = store.LightweightSession(team);
        var known = await Read(session, ct);
        var made = new HashSet<string>(StringComparer.Ordinal);
        // Those with a reference first: a row with the name alone means one of them.
        var each = candidates.DistinctBy(x => (x.Reference, x.Reference is null ? NamedCandidates.KeyOf(x.Name) : ""));
        foreach (var candidate in each.OrderBy(x => x.Reference is null))
        {
            var isKnown = candidate.Reference is { } own
                ? known.Knows(own)
                : known.Find(candidate.Name).Count > 0 || made.Contains(NamedCandidates.KeyOf(candidate.Name));
            if (isKnown)
                continue;
            made.Add(NamedCandidates.KeyOf(candidate.Name));
            session.Insert(new Candidate(candidate.Reference ?? NewReference(), candidate.Name));
        }
        await session.SaveChangesAsync(ct);
    }

    private static string NewReference() => $"c-{RandomNumberGenerator.GetString(Letters, MostLetters)}";

    private static async Task<NamedCandidates> Read(IQuerySession session, CancellationToken ct) =>
        new(
            (await session.Query<Candidate>().Select(x => new { x.Id, x.Name }).ToListAsync(ct)).Select(x =>
                (Reference: x.Id, Name: (string?)x.Name)
            )
        );
}
