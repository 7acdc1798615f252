using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace FollowUp.Platform.Http;

/// <summary>Entity tags, compared as RFC 9110 says (8.8.3.2 and 13.1).</summary>
public static class EntityTags
{
    internal const char BeforeContent = '-';

    /// <summary>The entity tag of a version.</summary>
    /// <param name="version">The version.</param>
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>
    /// The entity tag of a content that changes without a new version, too: <see cref="IfMatch"/> reads the version in it, and the client
    /// of a GET compares all of it.
    /// </summary>
    /// <param name="version">The version.</param>
    /// <param name="content">The content.</param>
    public static string Of(long version, ReadOnlySpan<byte> content) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{version}{BeforeContent}{HashOf(content)}\"");

    /// <summary>The entity tag of a content without a version.</summary>
    /// <param name="content">The content.</param>
    public static string Of(ReadOnlySpan<byte> content) => $"\"{HashOf(content)}\"";

    /// <summary>Answers a GET with its entity tag: 304 to a client that has the content.</summary>
    /// <param name="http">The request.</param>
    /// <param name="etag">The entity tag of the content.</param>
    /// <param name="content">The answer to any other client.</param>
    public static IResult Answer(HttpContext http, string etag, IResult content)
    {
        http.Response.Headers.ETag = etag;
        return IsKnown(http.Request.Headers.IfNoneMatch, etag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : content;
    }

    private static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content))[..32];

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

    private static long? VersionOf(StringSegment tag)
    {
        var text = tag.AsSpan().Trim('"');
        if (text.IndexOf(EntityTags.BeforeContent) is >= 0 and var end)
            text = text[..end];
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
    }
}
