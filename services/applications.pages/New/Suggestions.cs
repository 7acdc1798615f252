using FollowUp.Applications.Candidates;
using FollowUp.Applications.Pages.Shared;
using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using Marten;

namespace FollowUp.Applications.Pages.New;

/// <summary>The team's candidates and employers. The form suggests them, so that each has one spelling.</summary>
public sealed record SuggestedNames(IReadOnlyList<(string Reference, string? Name)> Candidates, IReadOnlyList<string> Employers);

/// <summary>A candidate as a form names them.</summary>
/// <param name="Reference">The team's own reference.</param>
/// <param name="Known">The person behind it, as far as known.</param>
/// <param name="Name">The name of a new person.</param>
internal sealed record NamedCandidate(string Reference, Candidate? Known, string? Name);

/// <summary>Finds suggestions for the form, and the candidate that was entered.</summary>
internal sealed class Suggestions(IDocumentStore store)
{
    private const int MaxApplications = 500,
        MaxSuggestions = 150;

    public async Task<SuggestedNames> Read(string team, CancellationToken ct)
    {
        await using var session = store.QuerySession(team);
        var recent = await session
            .Query<ApplicationRow>()
            .OrderByDescending(x => x.SubmittedAt)
            .Take(MaxApplications)
            .Select(x => new { x.Candidate, x.Employer })
            .ToListAsync(ct);
        var described = await session.Query<Candidate>().OrderBy(x => x.Id).Take(MaxSuggestions).ToListAsync(ct);
        string[] applying = [.. recent.Select(x => x.Candidate).Distinct(StringComparer.Ordinal).Take(MaxSuggestions)];
        var names = described
            .Concat(await session.LoadManyAsync<Candidate>(ct, applying))
            .DistinctBy(x => x.Id, StringComparer.Ordinal)
            .ToDictionary(x => x.Id, x => x.Name, StringComparer.Ordinal);
        return new(
            [
                .. applying
                    .Concat(described.Select(x => x.Id))
                    .Distinct(StringComparer.Ordinal)
                    .Take(MaxSuggestions)
                    .Select(x => (x, names.GetValueOrDefault(x))),
            ],
            [.. recent.Select(x => x.Employer).Distinct(StringComparer.CurrentCultureIgnoreCase).Take(MaxSuggestions)]
        );
    }

    /// <summary>The candidate of a form with <see cref="CandidateFields"/>.</summary>
    /// <returns>The reference, the candidate's data if there are any, and the name of a new person.</returns>
    /// <exception cref="RefusedException"><c>badInput</c>.</exception>
    public async Task<NamedCandidate> Candidate(string team, Form form, CancellationToken ct)
    {
        var name = form.Text("candidateName");
        new InputChecks().OptionalText(name, "candidateName", 200).Refuse();
        // what is too long to be one is refused by the command's own check
        var (reference, known) = form.Text("candidate") is { Length: <= CandidateReference.MaxLength } entered
            ? await Candidate(team, entered, name, ct)
            : (form.Text("candidate") ?? "", null);
        return new(reference, known, name);
    }

    /// <summary>Keeps the name of a new person, once the command is recorded.</summary>
    public async Task Keep(string team, NamedCandidate candidate, CancellationToken ct)
    {
        if (candidate is not { Name: { } name, Known: var known and not { Name: not null } })
            return;
        await using var session = store.LightweightSession(team);
        session.Describe(candidate.Reference, new(name, known?.Email, known?.TimeZone, known?.Locale));
        await session.SaveChangesAsync(ct);
    }

    /// <summary>The candidate of the application: by reference, or by the name of a known candidate.</summary>
    /// <param name="team">The reader's team.</param>
    /// <param name="entered">The entered reference or name.</param>
    /// <param name="name">The name in the field beside it.</param>
    /// <param name="ct">Cancels the search.</param>
    /// <returns>The reference, and the candidate's data if there are any.</returns>
    /// <exception cref="RefusedException"><c>badInput</c>: the candidate is ambiguous or unknown, or the reference belongs to another
    /// name.</exception>
    private async Task<(string Reference, Candidate? Known)> Candidate(string team, string entered, string? name, CancellationToken ct)
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
        // Another case of a reference means the same person.
        if (await KnownAs(session, entered, ct) is { } reference)
            return (reference, await session.LoadAsync<Candidate>(reference, ct));
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
            _ when name is null && await Half(session, entered, ct) is { } other => throw RefusedException.BadInput(
                "candidate",
                $"A person is known whose name has that in it: {other}. Choose them, or give the name of a new person beside it."
            ),
            _ => (entered, null),
        };
    }

    private static async Task<string?> KnownAs(IQuerySession session, string entered, CancellationToken ct) =>
        await session
            .Query<Candidate>()
            .Where(x => x.Id.Equals(entered, StringComparison.OrdinalIgnoreCase))
            .Select(x => x.Id)
            .FirstOrDefaultAsync(ct)
        ?? await session
            .Query<ApplicationRow>()
            .Where(x => x.Candidate.Equals(entered, StringComparison.OrdinalIgnoreCase))
            .Select(x => x.Candidate)
            .FirstOrDefaultAsync(ct);

    // A word of a known name, as a first name, is hardly a new reference.
    private static async Task<string?> Half(IQuerySession session, string entered, CancellationToken ct)
    {
        var some = await session
            .Query<Candidate>()
            .Where(x => x.Name!.Contains(entered, StringComparison.OrdinalIgnoreCase))
            .Take(MaxSuggestions)
            .ToListAsync(ct);
        return some.Select(x => x.Name!).FirstOrDefault(x => x.Split(' ').Contains(entered, StringComparer.CurrentCultureIgnoreCase));
    }
}
