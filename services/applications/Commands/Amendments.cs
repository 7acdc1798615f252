using System.Text.Json;
using System.Text.Json.Nodes;
using FollowUp.Platform;

namespace FollowUp.Applications.Commands;

/// <summary>
/// What amendments stated, as JSON merge patches. Of two statements about one value the later one counts, whichever is recorded first.
/// </summary>
internal sealed class Amendments
{
    private readonly Particulars _submitted;
    private readonly List<Statement> _statements = [];

    public Amendments(JobApplication application)
    {
        var before = _submitted = application.Submission is { } e ? new(e.Employer, e.Posting, e.Approach) : application.Particulars;
        foreach (var amended in application.Facts.OfType<Amended>())
        {
            var after = new Particulars(amended.Employer, amended.Posting, amended.Approach);
            var patch = amended.Patch is { } text ? (JsonObject)JsonNode.Parse(text)! : MergePatch.Between(Json(before), Json(after));
            _statements.Add(new(amended.At, patch));
            before = after;
        }
    }

    /// <summary>What was known at a moment.</summary>
    public Particulars At(DateTimeOffset at) => After(_statements.Where(x => x.At <= at));

    /// <summary>The amendment by which something is known since a moment.</summary>
    /// <param name="known">Everything as it was known then, amended.</param>
    /// <param name="stated">What the amendment names, if it was said since when it has been known.</param>
    /// <param name="at">Since when it has been known.</param>
    public Amended Amend(Particulars known, JsonObject? stated, DateTimeOffset at)
    {
        var patch = MergePatch.Between(Json(At(at)), Json(known), stated);
        var now = Amended.Of(After([.. _statements, new(at, patch)]), at);
        var isSaid = stated is null || patch.Count == 0 || _statements.Exists(x => x.At == at && Covers(x.Patch, patch));
        return isSaid ? now : now with { Patch = patch.ToJsonString(Contracts.Json.Lenient) };
    }

    private Particulars After(IEnumerable<Statement> statements)
    {
        var known = statements
            .OrderBy(x => x.At)
            .Aggregate((JsonNode)Json(_submitted), (before, x) => MergePatch.Apply(before, x.Patch)!)
            .Deserialize<Particulars>(Contracts.Json.Lenient)!;
        return known.Posting.Instructions == new Instructions()
            ? known with
            {
                Posting = known.Posting with { Instructions = null },
            }
            : known;
    }

    // Each instruction has a value, so that one can be stated without the others.
    private static JsonObject Json(Particulars x) =>
        JsonSerializer
            .SerializeToNode(
                x with
                {
                    Posting = x.Posting with { Instructions = x.Posting.Instructions ?? new() },
                },
                Contracts.Json.Lenient
            )!
            .AsObject();

    private static bool Covers(JsonObject all, JsonObject some) =>
        some.All(x =>
            all.TryGetPropertyValue(x.Key, out var value)
            && (x.Value is JsonObject inner ? value is JsonObject outer && Covers(outer, inner) : JsonNode.DeepEquals(value, x.Value))
        );

    private sealed record Statement(DateTimeOffset At, JsonObject Patch);
}
