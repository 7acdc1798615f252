using System.Security.Cryptography;
using System.Text;

namespace FollowUp.Applications;

// See docs/decisions/0026-one-application-for-one-job.md
/// <summary>
/// Recognizes two applications of one candidate for one job: the same candidate, employer and posting, which is its address if there is
/// one, else its title. Case, spaces, and what trackers add to an address make no difference.
/// </summary>
public static class JobKey
{
    /// <summary>The key of an application's job.</summary>
    public static string Of(JobApplication x) => Of(x.Candidate, x.Employer.Name, x.Posting.Url, x.Posting.Title);

    /// <summary>The key of a job.</summary>
    public static string Of(string candidate, string employer, string? url, string title)
    {
        var posting = AddressOf(url) is { } address ? $"at {address}" : $"titled {Folded(title)}";
        var text = string.Join('\u001f', candidate, Folded(employer), posting);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
    }

    private static string Folded(string text) =>
        string.Join(' ', text.Normalize().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();

    /// <summary>A posting's address, without what makes no difference; null if it has none.</summary>
    internal static string? AddressOf(string? url)
    {
        if (!Uri.TryCreate(url?.Trim(), UriKind.Absolute, out var address))
            return null;
        var query = address
            .Query.TrimStart('?')
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(x => !x.StartsWith("utm_", StringComparison.OrdinalIgnoreCase));
        var host = address.Authority.ToLowerInvariant();
        host = host.StartsWith("www.", StringComparison.Ordinal) ? host[4..] : host;
        // a fragment that is a path of its own, as many boards have it
        var inside = address.Fragment is { Length: > 2 } fragment && fragment[1] is '/' or '!' ? fragment : "";
        return $"{host}{address.AbsolutePath.TrimEnd('/')}?{string.Join('&', query)}{inside}";
    }
}
