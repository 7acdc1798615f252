using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace FollowUp.Platform.Http;

/// <summary>Entity tags, compared as RFC 9110 says (8.8.3.2 and 13.1).</summary>
public static class EntityTags
{
    /// <summary>The entity tag of a version.</summary>
    /// <param name="version">The version.</param>
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Whether the client of a GET has what would be answered: any tag of a list, weak or not, or <c>*</c>.</summary>
    /// <param name="ifNoneMatch">The header <c>If-None-Match</c>.</param>
    /// <param name="etag">The entity tag of the answer.</param>
    public static bool IsKnown(StringValues ifNoneMatch, string etag) =>
        EntityTagHeaderValue.TryParseList(ifNoneMatch, out var tags)
        && tags.Any(x => x.Equals(EntityTagHeaderValue.Any) || x.Compare(new(etag), useStrongComparison: false));
}

/// <summary>The header <c>If-Match</c> of a write: the versions on which it may be made.</summary>
/// <param name="Versions">The versions. A weak tag, or one that isn't ours, matches none (RFC 9110, 13.1.1).</param>
/// <param name="IsAny">Whether any version will do (<c>*</c>), as long as there is one.</param>
public sealed record IfMatch(ImmutableArray<long> Versions, bool IsAny = false)
{
    /// <summary>Reads the header; null if there is none.</summary>
    /// <param name="header">The header.</param>
    /// <exception cref="RefusedException"><c>badIfMatch</c>.</exception>
    public static IfMatch? Read(StringValues header)
    {
        if (StringValues.IsNullOrEmpty(header))
            return null;
        if (!EntityTagHeaderValue.TryParseStrictList(header, out var tags))
            throw new RefusedException("badIfMatch", "If-Match must be an ETag that was answered, as \"3\", several of them, or *.");
        return new(
            [.. tags.Where(x => !x.IsWeak).Select(x => VersionOf(x.Tag)).OfType<long>()],
            tags.Any(x => x.Equals(EntityTagHeaderValue.Any))
        );
    }

    /// <summary>Whether the write may be made on a version.</summary>
    /// <param name="version">The current version.</param>
    public bool Admits(long version) => IsAny || Versions.Contains(version);

    private static long? VersionOf(StringSegment tag) =>
        long.TryParse(tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
}
