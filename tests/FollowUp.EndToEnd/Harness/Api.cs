using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FollowUp.Harness;

/// <summary>One service's HTTP interface as the holder of one key sees it.</summary>
/// <param name="node">Where to send the next request: a pair may have several nodes, and may restart them.</param>
/// <param name="key">The API key, or null to send none.</param>
public sealed class Api(Func<Uri> node, string? key)
{
    private static readonly SocketsHttpHandler Connections = new()
    {
        MaxConnectionsPerServer = 1000,
        AllowAutoRedirect = false,
        // Shorter than a stopping node's pause and rest (docs/decisions/0031-order-of-stopping.md), also for a connection that was opened
        // and never used. The idle timeout would not do: the client looks for idle connections once a second.
        PooledConnectionLifetime = TimeSpan.FromMilliseconds(500),
    };

    private static readonly HttpClient Http = new(Connections)
    {
        Timeout = TimeSpan.FromSeconds(100), // shorter than the time for which Load.End waits for the last responses
    };

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public Api With(string? otherKey) => new(node, otherKey);

    public Task<Answer> Get(string path, string? accept = null) => Send(HttpMethod.Get, path, accept: accept);

    /// <summary>A response that isn't text.</summary>
    public async Task<byte[]> Bytes(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node(), path));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
        using var response = await Http.SendAsync(request);
        return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    }

    public Task<Answer> Post(string path, object? body = null, string? idempotencyKey = null, string? ifMatch = null) =>
        Send(HttpMethod.Post, path, body, idempotencyKey, ifMatch);

    public Task<Answer> Put(string path, object? body, string? idempotencyKey = null, string? ifMatch = null) =>
        Send(HttpMethod.Put, path, body, idempotencyKey, ifMatch);

    public Task<Answer> Patch(string path, object? body, string? ifMatch = null) =>
        Send(HttpMethod.Patch, path, body, ifMatch: ifMatch, contentType: "application/merge-patch+json");

    public Task<Answer> Delete(string path, string? idempotencyKey = null, string? ifMatch = null) =>
        Send(HttpMethod.Delete, path, null, idempotencyKey, ifMatch);

    /// <param name="body">An object is sent as JSON, a string or bytes are sent as they are.</param>
    public async Task<Answer> Send(
        HttpMethod method,
        string path,
        object? body = null,
        string? idempotencyKey = null,
        string? ifMatch = null,
        string? contentType = null,
        string? accept = null,
        string? ifNoneMatch = null
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(node(), path));
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (ifNoneMatch is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        if (accept is not null)
            request.Headers.Accept.ParseAdd(accept);
        if (body is not null)
        {
            var bytes = body as byte[] ?? Encoding.UTF8.GetBytes(body as string ?? JsonSerializer.Serialize(body, Web));
            request.Content = new ByteArrayContent(bytes);
            request.Headers.ExpectContinue = bytes.Length > 100_000; // as curl does: asks the server before it sends a large body
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType ?? "application/json");
        }

        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer(
            $"{method} {path}",
            (int)response.StatusCode,
            text,
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.TryGetValues("ETag", out var tags) ? tags.First() : null,
            response.Headers.Location?.ToString(),
            response.Headers.TryGetValues("Retry-After", out var after) ? after.First() : null,
            response.Headers.TryGetValues("Link", out var links) ? links.First() : null,
            response.Headers.TryGetValues("Position", out var positions) ? positions.First() : null
        );
    }
}

/// <summary>An HTTP response.</summary>
public sealed record Answer(
    string Request,
    int Status,
    string Text,
    string? MediaType,
    string? ETag,
    string? Location,
    string? RetryAfter,
    string? Link = null,
    string? Position = null
)
{
    private JsonElement? _json;

    public JsonElement Json => _json ??= Parse();

    /// <summary>The machine-readable code of a refusal.</summary>
    public string? Code => Status >= 400 && MediaType == "application/problem+json" ? Json.Text("code") : null;

    /// <summary>The version in the ETag, which may go on with a hash of the content.</summary>
    public long Version => long.Parse(ETag?.Trim('"').Split('-')[0] ?? throw Surprise("an ETag"), CultureInfo.InvariantCulture);

    /// <summary>The id of the resource that the Location header names.</summary>
    public string Named => (Location ?? throw Surprise("a Location")).TrimEnd('/').Split('/')[^1];

    /// <summary>The cursor of the next page, from the Link header.</summary>
    public string? Next =>
        Regex.Match(Link ?? "", "[?&]after=(?<cursor>[^&>]+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
            is { Success: true } match
            ? Uri.UnescapeDataString(match.Groups["cursor"].Value)
            : null;

    public Answer Expect(params int[] statuses) => statuses.Contains(Status) ? this : throw Surprise(string.Join(" or ", statuses));

    /// <summary>Asserts a problem with that status and code, and with a sentence for a person.</summary>
    public Answer Refused(int status, params string[] codes)
    {
        if (Status != status)
            throw Surprise($"{status} {string.Join('/', codes)}");
        if (MediaType != "application/problem+json")
            throw Surprise("application/problem+json");
        if (codes.Length > 0 && !codes.Contains(Code))
            throw Surprise($"the code {string.Join('/', codes)}");
        if (
            string.IsNullOrWhiteSpace(Json.Text("detail"))
            || string.IsNullOrWhiteSpace(Json.Text("title"))
            || Json.Find("status")?.GetInt32() != status
        )
            throw Surprise("title, status and detail");
        return this;
    }

    public override string ToString() =>
        $"{Request} -> {Status} {MediaType} ETag={ETag} Location={Location} Retry-After={RetryAfter}\n"
        + (Text.Length > 2000 ? Text[..2000] + "…" : Text);

    private JsonElement Parse()
    {
        try
        {
            return JsonDocument.Parse(Text).RootElement;
        }
        catch (JsonException)
        {
            throw Surprise("JSON");
        }
    }

    private InvalidOperationException Surprise(string expected) => new($"Expected {expected}, got: {this}");
}

/// <summary>Reads responses without the services' own types.</summary>
public static class JsonReading
{
    /// <summary>The element at a dotted path, such as <c>stages.0.followUp</c>; null when there is none.</summary>
    public static JsonElement? Find(this JsonElement element, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (element.ValueKind == JsonValueKind.Array && int.TryParse(name, CultureInfo.InvariantCulture, out var index))
            {
                if (index >= element.GetArrayLength())
                    return null;
                element = element[index];
            }
            else if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element.ValueKind is JsonValueKind.Null ? null : element;
    }

    public static string? Text(this JsonElement element, string path) =>
        element.Find(path) is { } found
            ? found.ValueKind == JsonValueKind.String
                ? found.GetString()
                : found.GetRawText()
            : null;

    public static long? Number(this JsonElement element, string path) => element.Find(path)?.GetInt64();

    public static DateTimeOffset? Instant(this JsonElement element, string path) => element.Find(path)?.GetDateTimeOffset();

    public static IReadOnlyList<JsonElement> Items(this JsonElement element, string path = "items") =>
        element.Find(path) is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray()] : [];

    public static IReadOnlyList<string> Texts(this JsonElement element, string path) => [.. element.Items(path).Select(x => x.ToString())];
}
