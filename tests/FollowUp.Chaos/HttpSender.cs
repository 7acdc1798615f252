using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace FollowUp.Chaos;

/// <summary>
/// Sends requests to the nodes of one service in turn, whether they run or not, as a plain round-robin proxy does. A node that does not
/// answer costs a few seconds, and the caller sends the request again.
/// </summary>
internal sealed class HttpSender(IReadOnlyList<Uri> nodes, string key)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly HttpClient Http = new(
        new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2), PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10) }
    )
    {
        Timeout = Patience,
    };

    private int _next;

    /// <summary>Sends a command whose events get the attempt's id as their correlation id.</summary>
    /// <returns>Null when no answer came.</returns>
    public async Task<Reply?> Send(HttpMethod method, string path, object? body, Attempt attempt)
    {
        using var request = Request(method, path);
        request.Headers.Add("Idempotency-Key", attempt.Correlation);
        request.Headers.Add("X-Correlation-Id", attempt.Correlation);
        // the Scheduler takes the trace's id for the correlation id
        request.Headers.Add("traceparent", $"00-{attempt.Correlation}-{attempt.Correlation[..16]}-00");
        if (body is not null)
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        return await Send(request) is { } answer ? new(answer.Status, answer.Code, answer.Text) : null;
    }

    /// <returns>Null when no answer came.</returns>
    public async Task<Answer?> Get(string path)
    {
        using var request = Request(HttpMethod.Get, path);
        return await Send(request);
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var node = nodes[(Interlocked.Increment(ref _next) & int.MaxValue) % nodes.Count];
        var request = new HttpRequestMessage(method, new Uri(node, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }

    private static async Task<Answer?> Send(HttpRequestMessage request)
    {
        try
        {
            using var response = await Http.SendAsync(request);
            return new(
                $"{request.Method} {request.RequestUri!.PathAndQuery}",
                (int)response.StatusCode,
                await response.Content.ReadAsStringAsync(),
                response.Content.Headers.ContentType?.MediaType,
                ETag: null,
                Location: null,
                RetryAfter: null,
                response.Headers.TryGetValues("Link", out var links) ? links.First() : null,
                response.Headers.TryGetValues("Position", out var positions) ? positions.First() : null
            );
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return null; // the node is down, frozen, or died in the middle of the answer
        }
    }
}
