using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace FollowUp.Platform.Http;

/// <summary>
/// Refuses a request body that is too large, after reading it to its end: if the server closed the connection in the middle, many clients
/// would see a broken pipe instead of the response. The server does not read a body that is far larger or that has no <c>Content-Length</c>
/// to its end.
/// </summary>
internal static class BodyLimit
{
    public static void UseBodyLimit(this IApplicationBuilder app) =>
        app.Use(
            async (http, next) =>
            {
                var most = http.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize ?? Service.MostBytes;
                if (http.Request.ContentLength is { } length)
                {
                    if (length > most)
                    {
                        await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
                        throw new RefusedException("tooLarge", $"The request is larger than the {most} bytes that this route takes.");
                    }
                }
                else if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                    limit.MaxRequestBodySize = most;
                await next(http);
            }
        );
}
