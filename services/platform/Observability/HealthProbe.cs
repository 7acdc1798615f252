namespace FollowUp.Platform.Observability;

/// <summary>Requests the health of the service on this machine: the health check of a container image without curl.</summary>
public static class HealthProbe
{
    /// <summary>Sends the request.</summary>
    /// <param name="what"><c>live</c>, <c>startup</c> or <c>ready</c>; <c>ready</c> unless given.</param>
    /// <returns>The exit code: 0 when the service is healthy in that respect.</returns>
    public static async Task<int> Run(string? what)
    {
        var port =
            Environment.GetEnvironmentVariable("ASPNETCORE_URLS")?.Split(';')[0].Split(':')[^1].TrimEnd('/')
            ?? Environment.GetEnvironmentVariable("ASPNETCORE_HTTP_PORTS")?.Split(';')[0]
            ?? "8080";
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/health/{what ?? "ready"}"));
            if (!response.IsSuccessStatusCode)
                await Console.Error.WriteLineAsync(await response.Content.ReadAsStringAsync());
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }
}
