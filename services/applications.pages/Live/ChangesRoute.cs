using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using FollowUp.Applications.Pages.SigningIn;
using FollowUp.Platform.Security;
using FollowUp.Platform.Stopping;

namespace FollowUp.Applications.Pages.Live;

/// <summary>
/// <c>GET /pages/changes</c>: server-sent events, <c>changed</c> when the page should refresh and <c>ended</c> when the session has ended.
/// </summary>
internal static class ChangesRoute
{
    private const int RefreshAfter = 30; // seconds after which a page refreshes without a change
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500),
        Poll = TimeSpan.FromSeconds(1);

    public static void Map(IEndpointRouteBuilder app) =>
        app.Page(
                "/pages/changes",
                (Reader reader, Changes changes, Sessions sessions, OrderlyStop stop, CancellationToken ct) =>
                    TypedResults.ServerSentEvents(
                        Events(reader.Team, changes, token => sessions.Holds(reader.Session, token), stop.PortClosed, ct)
                    ),
                Scopes.Read
            )
            .ForCandidatesToo();

    /// <param name="team">The reader's team.</param>
    /// <param name="changes">Signals the team's changes.</param>
    /// <param name="isSignedIn">Whether the reader's session still holds.</param>
    /// <param name="stopping">Ends the stream when the host stops, which would otherwise wait for the browser.</param>
    /// <param name="ct">Ends the stream when the browser has gone.</param>
    internal static async IAsyncEnumerable<SseItem<string>> Events(
        string team,
        Changes changes,
        Func<CancellationToken, ValueTask<bool>> isSignedIn,
        CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        // Disposed with the stream: otherwise each stream leaves a registration at the host's token until the host stops.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, stopping);
        var next = changes.Next(team);
        // Tells the browser that it is connected, and whether data changed since the page was rendered.
        yield return new(changes.Mark(team), "hello");
        var quiet = 0;
        while (await isSignedIn(either.Token))
        {
            var changed = await Task.WhenAny(next, Task.Delay(Poll, either.Token)) == next;
            if (either.IsCancellationRequested)
                yield break;
            if (changed || ++quiet >= RefreshAfter)
            {
                // Before the browser refreshes, so that the next signal reports a change meanwhile.
                (quiet, next) = (0, changes.Next(team));
                yield return new("", "changed");
                await Task.Delay(Pause, either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
        yield return new("", "ended");
    }
}
