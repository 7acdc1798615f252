using FollowUp.Applications.Candidates;
using FollowUp.Applications.Projections;
using Marten;

namespace FollowUp.Applications.Pages.Shared;

/// <summary>A candidate of the team.</summary>
/// <param name="Id">The team's own reference.</param>
/// <param name="Name">The name, if known.</param>
public sealed record CandidateMatch(string Id, string? Name)
{
    public string Words => Name is null ? Id : $"{Name} ({Id})";
}

/// <summary>Finds candidates by a reference, a name or a part of a name.</summary>
internal static class CandidateSearch
{
    public const int MaxMatches = 20;

    /// <summary>The candidate with that reference, otherwise the first few whose name contains the text; empty if there is none.</summary>
    public static async Task<IReadOnlyList<CandidateMatch>> Candidates(this IQuerySession session, string text, CancellationToken ct)
    {
        var exact = await session.LoadAsync<Candidate>(text, ct);
        if (exact is not null || await session.Query<ApplicationRow>().AnyAsync(x => x.Candidate == text, ct))
            return [new(text, exact?.Name)];
        var named = await session
            .Query<Candidate>()
            .Where(x => x.Name!.Contains(text, StringComparison.OrdinalIgnoreCase))
            .OrderBy(x => x.Name)
            .Take(MaxMatches)
            .ToListAsync(ct);
        return [.. named.Select(x => new CandidateMatch(x.Id, x.Name))];
    }
}
