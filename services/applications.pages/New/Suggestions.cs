using FollowUp.Applications.Candidates;
using FollowUp.Applications.Projections;
using FollowUp.Platform;
using Marten;

namespace FollowUp.Applications.Pages.New;

/// <summary>Candidates and employers that the team knows, so that nobody writes one in two ways.</summary>
public sealed record SuggestedNames(IReadOnlyList<(string Reference, string? Name)> Candidates, IReadOnlyList<string> Employers);

/// <summary>Finds them.</summary>
internal sealed class Suggestions(IDocumentStore store)
{
    private const int MostLookedAt = 500,
        MostSuggested = 150;

    public async Task<SuggestedNames> Read(string team, CancellationToken ct)
    {
        await using var session = store.QuerySession(team);
        var lately = await session
            .Query<ApplicationRow>()
            .OrderByDescending(x => x.SubmittedAt)
            .Take(MostLookedAt)
            .Select(x => new { x.Candidate, x.Employer })
            .ToListAsync(ct);
        var described = await session.Query<Candidate>().OrderBy(x => x.Id).Take(MostSuggested).ToListAsync(ct);
        string[] applying = [.. lately.Select(x => x.Candidate).Distinct(StringComparer.Ordinal).Take(MostSuggested)];
        var names = described
            .Concat(await session.LoadManyAsync<Candidate>(ct, applying))
            .DistinctBy(x => x.Id, StringComparer.Ordinal)
            .ToDictionary(x => x.Id, x => x.Name, StringComparer.Ordinal);
        return new(
            [
                .. applying
                    .Concat(described.Select(x => x.Id))
                    .Distinct(StringComparer.Ordinal)
                    .Take(MostSuggested)
                    .Select(x => (x, names.GetValueOrDefault(x))),
            ],
            [.. lately.Select(x => x.Employer).Distinct(StringComparer.CurrentCultureIgnoreCase).Take(MostSuggested)]
        );
    }

    /// <summary>Whose application it is: a reference, or the name of somebody who is known by it.</summary>
    /// <param name="entered">What was entered.</param>
    /// <param name="name">The name that was entered beside it.</param>
    /// <returns>The reference, and who it is as far as that is known.</returns>
    /// <exception cref="RefusedException"><c>badInput</c>: it can't be told, or it is somebody else.</exception>
    public async Task<(string Reference, Candidate? Known)> Candidate(string team, string entered, string? name, CancellationToken ct)
    {
        await using var session = store.QuerySession(team);
        if (await session.LoadAsync<Candidate>(entered, ct) is { } known)
        {
            return name is null || known.Name is null || string.Equals(known.Name, name, StringComparison.OrdinalIgnoreCase)
                ? (entered, known)
                : throw RefusedException.BadInput(
                    "candidateName",
                    "That reference is somebody else's, by another name. Leave the name empty, or choose another reference."
                );
        }
        if (await session.Query<ApplicationRow>().AnyAsync(x => x.Candidate == entered, ct))
            return (entered, null);
        var namesakes = await session
            .Query<Candidate>()
            .Where(x => x.Name!.Equals(entered, StringComparison.OrdinalIgnoreCase))
            .Take(2)
            .ToListAsync(ct);
        return namesakes switch
        {
            [var only] => (only.Id, only),
            [_, _] => throw RefusedException.BadInput(
                "candidate",
                "More than one is called that. Enter the reference of the one who is meant."
            ),
            _ when entered.Contains(' ', StringComparison.Ordinal) => throw RefusedException.BadInput(
                "candidate",
                "Nobody is known by that name. Somebody new gets a reference of your own, as c-1042, and the name goes beside it."
            ),
            _ => (entered, null),
        };
    }
}
