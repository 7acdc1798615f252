using FollowUp.Platform.Security;
using Marten;
using Microsoft.AspNetCore.Http;

namespace FollowUp.Platform.EventStore;

/// <summary>Opens sessions of the caller's team, which read and write no data of another team.</summary>
/// <param name="store">The store.</param>
/// <param name="http">The request, if there is one.</param>
public sealed class TeamSession(IDocumentStore store, IHttpContextAccessor http)
{
    /// <summary>A session to write in.</summary>
    public IDocumentSession Open()
    {
        var caller = Caller.Of(http.HttpContext!.User);
        return store.Open(caller.Team, caller.Name, http.HttpContext.Request.CorrelationId());
    }

    /// <summary>A session to read in.</summary>
    public IQuerySession Query() => store.QuerySession(Caller.Of(http.HttpContext!.User).Team);
}
