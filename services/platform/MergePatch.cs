using System.Text.Json.Nodes;

namespace FollowUp.Platform;

/// <summary>JSON merge patches (RFC 7396), which System.Text.Json has not.</summary>
public static class MergePatch
{
    /// <summary>What a patch makes of a value.</summary>
    /// <param name="target">The value, which stays as it is.</param>
    /// <param name="patch">The patch.</param>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
            return patch?.DeepClone();
        var result = target is JsonObject before ? (JsonObject)before.DeepClone() : [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
                result.Remove(name);
            else
                result[name] = Apply(result[name], value);
        }
        return result;
    }

    /// <summary>The patch that leads from one value to another, and says again what was stated although it makes no difference.</summary>
    /// <param name="before">The value before.</param>
    /// <param name="after">The value afterwards.</param>
    /// <param name="stated">A patch that names what the result names too.</param>
    public static JsonObject Between(JsonObject before, JsonObject after, JsonObject? stated = null)
    {
        var patch = new JsonObject();
        foreach (var name in before.Concat(after).Concat(stated ?? []).Select(x => x.Key).Distinct(StringComparer.Ordinal))
        {
            var (was, now) = (before[name], after[name]);
            JsonNode? said = null;
            var isStated = stated?.TryGetPropertyValue(name, out said) is true;
            if (now is JsonObject inner)
            {
                // to remove an object states all that is in it
                var part = Between(was as JsonObject ?? [], inner, isStated ? said as JsonObject ?? inner : null);
                if (part.Count > 0)
                    patch[name] = part;
            }
            else if (isStated || !JsonNode.DeepEquals(was, now))
                patch[name] = now?.DeepClone();
        }
        return patch;
    }
}
