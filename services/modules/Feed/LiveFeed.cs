using System.Buffers;
using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Observability;
using FollowUp.Platform.Outbox;
using FollowUp.Platform.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace FollowUp.Modules.Feed;

/// <summary>
/// The feed as server-sent events: page after page of history, and then each page that commits bring. There is one way of reading for both,
/// so nothing falls between. A page is read when the one before is written, so a slow reader holds up itself and nobody else; one
/// that takes nothing at all is cut off by the server's least data rate, and resumes where it was.
/// </summary>
internal sealed class LiveFeed
{
    public const string MediaType = "text/event-stream";
    private const int PageSize = 200;
    private const int MostOfATeam = 100; // on this node; each costs a look at the store whenever something is committed
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15),
        Look = TimeSpan.FromSeconds(1),
        Gap = TimeSpan.FromMilliseconds(50);
    private readonly EventFeed _feed;
    private readonly AppendSignal _wakeup;
    private readonly ApiKeyValidator _keys;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    public LiveFeed(EventFeed feed, AppendSignal wakeup, ApiKeyValidator keys, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        (_feed, _wakeup, _keys, _lifetime, _time) = (feed, wakeup, keys, lifetime, time);
        Telemetry.Meter.CreateObservableGauge("followup.feed.streams", () => _open.Values.Sum(), "{stream}", "Open streams of the feed");
    }

    /// <summary>Answers a request with the stream, until the reader goes, its key is revoked, or the service stops.</summary>
    public async Task Follow(HttpContext http, Caller caller, long position, FeedFilter wanted)
    {
        if (_open.AddOrUpdate(caller.Team, 1, (_, open) => open + 1) > MostOfATeam)
        {
            Closed(caller.Team);
            throw new RefusedException(
                "tooManyStreams",
                $"Your team has {MostOfATeam} streams open at this node, which is as many as it may have.",
                retryAfter: 30
            );
        }
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _lifetime.ApplicationStopping);
        try
        {
            await Write(http, caller.Team, position, wanted, end.Token);
        }
        // the reader went, or the service stops: nobody is left to tell
        catch (OperationCanceledException) when (end.IsCancellationRequested) { }
        catch (IOException) when (http.RequestAborted.IsCancellationRequested) { }
        finally
        {
            Closed(caller.Team);
        }
    }

    private async Task Write(HttpContext http, string team, long position, FeedFilter wanted, CancellationToken ct)
    {
        var headers = http.Response.Headers;
        (headers.ContentType, headers.CacheControl, headers["X-Accel-Buffering"]) = (MediaType, "no-store", "no");
        var key = ApiKeyAuthentication.Sent(http.Request);
        var history = await _feed.History(ct);
        await Say($"retry: 1000\n: from here\nid: {Position.Write(history, position)}\n\n");
        var (spoke, looked) = (_time.GetTimestamp(), 0L);
        while (true)
        {
            var more = false;
            var committed = _wakeup.Next;
            try
            {
                looked = _time.GetTimestamp();
                if (await _keys.Find(key, ct) is null)
                    return;
                var page = await _feed.Page(team, position, wanted, PageSize, ct);
                if (page.Events.Count > 0)
                {
                    await SseFormatter.WriteAsync(
                        Items(history, page.Events),
                        http.Response.Body,
                        (item, buffer) => buffer.Write(JsonSerializer.SerializeToUtf8Bytes(item.Data, Json.Lenient)),
                        ct
                    );
                    spoke = _time.GetTimestamp();
                }
                (position, more) = (page.Position, page.HasMore);
            }
            // the database is away: whoever reads goes on where they are when it is back
            catch (Exception exception) when (TransientErrors.IsTransient(exception) && !ct.IsCancellationRequested) { }
            if (_time.GetElapsedTime(spoke) >= Heartbeat)
            {
                // also for whoever has waited long for what they want: they resume from here
                await Say($": still here\nid: {Position.Write(history, position)}\n\n");
                spoke = _time.GetTimestamp();
            }
            if (more)
                continue;
            // Under load a page of many now and then, rather than one of one all the time.
            if (Gap - _time.GetElapsedTime(looked) is { Ticks: > 0 } rest)
                await Task.Delay(rest, _time, ct);
            await committed.WaitAsync(Look, _time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
        }

        async Task Say(string text)
        {
            await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
            await http.Response.Body.FlushAsync(ct);
        }
    }

    private static IAsyncEnumerable<SseItem<CloudEvent>> Items(FeedOrigin history, IReadOnlyList<FeedEvent> events) =>
        events
            .Select(x => new SseItem<CloudEvent>(x.Event, x.Event.Type) { EventId = Position.Write(history, x.Position) })
            .ToAsyncEnumerable();

    private void Closed(string team) => _open.AddOrUpdate(team, 0, (_, open) => open - 1);
}
