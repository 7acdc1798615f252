using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Platform.Messaging;
using Marten;

namespace FollowUp.Applications.Candidates;

/// <summary>Tells the Scheduler, which keeps no personal data, the names of the candidates in a calendar.</summary>
internal sealed class NamesForCalendars(IDocumentStore store, IConfiguration configuration) : ISiblingRequestHandler
{
    public bool Takes(string type) => type == NameCandidates.Type;

    public async Task<(string Type, object Data)> Handle(CloudEvent request, CancellationToken ct)
    {
        var asked = request.Data.Deserialize<NameCandidates>(Json.Whole)!;
        await using var session = store.QuerySession(asked.Team);
        var people = await session.LoadManyAsync<Candidate>(ct, [.. asked.Candidates.Distinct(StringComparer.Ordinal)]);
        return (
            CandidateNames.Type,
            new CandidateNames(
                people.Where(x => x.Name is not null).ToDictionary(x => x.Id, x => x.Name!, StringComparer.Ordinal),
                configuration["Pages:Url"]?.Trim().TrimEnd('/') is { Length: > 0 } pages ? pages : null
            )
        );
    }
}
