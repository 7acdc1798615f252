using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FollowUp.Browser.TestBed;

/// <summary>A small web site whose pages are as good or as bad as a test needs.</summary>
public sealed class TestSite : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestSite(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <param name="policy">The Content-Security-Policy of every page, or null for none.</param>
    /// <param name="pages">Each path with its response body. The path's extension sets the content type; the default is HTML.</param>
    public static async Task<TestSite> Open(string? policy, params (string Path, string Body)[] pages)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        foreach (var (path, body) in pages)
        {
            app.MapGet(
                path,
                (HttpResponse response) =>
                {
                    if (policy is not null)
                        (
                            response.Headers.ContentSecurityPolicy,
                            response.Headers.XContentTypeOptions,
                            response.Headers["Referrer-Policy"]
                        ) = (policy, "nosniff", "same-origin");
                    return Results.Text(
                        body,
                        System.IO.Path.GetExtension(path) switch
                        {
                            ".css" => "text/css",
                            ".js" => "text/javascript",
                            ".svg" => "image/svg+xml",
                            _ => "text/html; charset=utf-8",
                        }
                    );
                }
            );
        }

        // With an empty body Chromium would show its own error page.
        app.MapFallback(() => Results.Text("Not here.", statusCode: StatusCodes.Status404NotFound));
        await app.StartAsync();
        return new TestSite(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
