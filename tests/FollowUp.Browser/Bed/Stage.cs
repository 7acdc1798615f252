using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FollowUp.Browser.Bed;

/// <summary>A little site with pages as good or as bad as a test needs them.</summary>
public sealed class Stage : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Stage(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <param name="policy">The Content-Security-Policy of every page, or null for none.</param>
    /// <param name="pages">A path, and what it answers: HTML, or what the path's ending says.</param>
    public static async Task<Stage> Open(string? policy, params (string Path, string Body)[] pages)
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

        // an empty body would have Chromium show a page of its own
        app.MapFallback(() => Results.Text("Not here.", statusCode: StatusCodes.Status404NotFound));
        await app.StartAsync();
        return new Stage(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
