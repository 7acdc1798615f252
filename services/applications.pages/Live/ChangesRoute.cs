using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using FollowUp.Applications.Pages.SigningIn;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Pages.Live;

/// <summary>
/// <c>GET /pages/changes</c>: server-sent events, <c>changed</c> when the page should look again and <c>ended</c> when nobody is signed in
/// any more.
/// </summary>
internal static class ChangesRoute
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(500),
        Alive = TimeSpan.FromSeconds(1);
    private const int LookAgain = 30; // seconds after which a page looks without being told

    public static void Map(IEndpointRouteBuilder app) =>
        app.Page(
                "/pages/changes",
                (Reader reader, Changes changes, Sessions sessions, IHostApplicationLifetime life, CancellationToken ct) =>
                    TypedResults.ServerSentEvents(
                        Events(
                            reader,
                            changes,
                            sessions,
                            CancellationTokenSource.CreateLinkedTokenSource(ct, life.ApplicationStopping).Token
                        )
                    ),
                Scopes.Read
            )
            .ForCandidatesToo();

    private static async IAsyncEnumerable<SseItem<string>> Events(
        Reader reader,
        Changes changes,
        Sessions sessions,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var next = changes.Next(reader.Team);
        // the browser knows that it is connected, and whether something changed since its page was made
        yield return new(changes.Mark(reader.Team), "hello");
        var quiet = 0;
        while (await sessions.Holds(reader.Session, ct))
        {
            var changed = await Task.WhenAny(next, Task.Delay(Alive, ct)) == next;
            if (ct.IsCancellationRequested)
                yield break;
            if (changed || ++quiet >= LookAgain)
            {
                (quiet, next) = (0, changes.Next(reader.Team)); // before the browser looks, and rests: what changes meanwhile is told next
                yield return new("", "changed");
                await Task.Delay(Rest, ct).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
        yield return new("", "ended");
    }
}
