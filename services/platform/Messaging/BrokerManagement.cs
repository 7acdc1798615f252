using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using FollowUp.Contracts;

namespace FollowUp.Platform.Messaging;

/// <summary>The broker's management API over HTTP.</summary>
internal sealed class BrokerManagement : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http;

    /// <param name="uri">The API's address.</param>
    /// <param name="user">The user, unless the address names one.</param>
    /// <param name="password">The user's password.</param>
    public BrokerManagement(Uri uri, string user, string password)
    {
        var credentials = uri.UserInfo is { Length: > 0 } given ? Uri.UnescapeDataString(given) : $"{user}:{password}";
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
        {
            BaseAddress = new UriBuilder(uri) { UserName = "", Password = "" }.Uri,
            Timeout = Timeout,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))
        );
    }

    /// <summary>The response's body, or null for 404 to anything but a PUT.</summary>
    /// <exception cref="RefusedException"><c>brokerUnreachable</c> or <c>brokerRefused</c>.</exception>
    public async Task<string?> Send(HttpMethod method, string path, object? body, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path)
            {
                Content = body is null ? null : JsonContent.Create(body, options: Json.Lenient),
            };
            using var response = await _http.SendAsync(request, ct);
            if (response.StatusCode == HttpStatusCode.NotFound && method != HttpMethod.Put)
                return null;
            if (response.IsSuccessStatusCode)
                return await response.Content.ReadAsStringAsync(ct);
            if ((int)response.StatusCode >= 500)
                throw BrokerErrors.Refusal();
            throw new RefusedException(
                "brokerRefused",
                $"The broker's management API answered {(int)response.StatusCode} to {method} /{path}. "
                    + "Its user must be an administrator of the virtual host."
            );
        }
        catch (Exception exception) when (exception is HttpRequestException || BrokerErrors.Is(exception, ct))
        {
            throw BrokerErrors.Refusal();
        }
    }

    public void Dispose() => _http.Dispose();
}
