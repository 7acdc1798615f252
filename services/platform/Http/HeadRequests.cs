using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace FollowUp.Platform.Http;

/// <summary>Answers HEAD wherever GET is answered, with the same headers; the server leaves the body out.</summary>
internal sealed class HeadRequests : IStartupFilter
{
    /// <summary>Takes HEAD for GET before the request is routed. The server still knows which one it was.</summary>
    /// <param name="next">The application.</param>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
        app =>
        {
            app.Use(
                (http, rest) =>
                {
                    if (HttpMethods.IsHead(http.Request.Method))
                        http.Request.Method = HttpMethods.Get;
                    return rest(http);
                }
            );
            next(app);
        };
}
