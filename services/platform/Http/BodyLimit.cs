using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace FollowUp.Platform.Http;

/// <summary>
/// Reads a body that is too large to its end and refuses it then: a server that closes the connection in the middle leaves many a client
/// with a broken pipe instead of the answer. A body that is far larger, or that doesn't say how long it is, isn't waited for.
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
