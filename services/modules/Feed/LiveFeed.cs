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
using FollowUp.Platform.Stopping;
using Microsoft.AspNetCore.Http;

namespace FollowUp.Modules.Feed;

/// <summary>
/// The feed as server-sent events: pages of history first, and then a page after each commit. The same code reads both, so no event is lost
/// in between. A page is read after the page before is written, so a slow reader delays only itself. A reader that takes no data at all is
/// disconnected by the server's minimum data rate, and resumes from its last position.
/// </summary>
internal sealed class LiveFeed
{
    public const string MediaType = "text/event-stream";
    private const int PageSize = 200;
    private const int MostOfATeam = 100; // on this node; each stream queries the store after every commit
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15),
        PollInterval = TimeSpan.FromSeconds(1),
        MinInterval = TimeSpan.FromMilliseconds(50);
    private readonly EventFeed _feed;
    private readonly AppendSignal _signal;
    private readonly ApiKeyValidator _keys;
    private readonly OrderlyStop _stop;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    public LiveFeed(EventFeed feed, AppendSignal signal, ApiKeyValidator keys, OrderlyStop stop, TimeProvider time)
    {
        (_feed, _signal, _keys, _stop, _time) = (feed, signal, keys, stop, time);
        Telemetry.Meter.CreateObservableGauge("followup.feed.streams", () => _open.Values.Sum(), "{stream}", "Open streams of the feed");
    }

    /// <summary>Responds with the stream, until the reader disconnects, its key is revoked, or the service stops.</summary>
    public async Task Follow(HttpContext http, Caller caller, long position, FeedFilter filter)
    {
        if (_open.AddOrUpdate(caller.Team, 1, (_, open) => open + 1) > MostOfATeam)
        {
            Release(caller.Team);
            throw new RefusedException(
                "tooManyStreams",
                $"Your team has {MostOfATeam} streams open at this node, and may not open more. Close one, or try again later.",
                retryAfter: 30
            );
        }
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _stop.PortClosed);
        try
        {
            await Write(http, caller.Team, position, filter, end.Token);
        }
        // the reader disconnected or the service stops: no one is left to receive an error
        catch (OperationCanceledException) when (end.IsCancellationRequested) { }
        catch (IOException) when (http.RequestAborted.IsCancellationRequested) { }
        finally
        {
            Release(caller.Team);
        }
    }

    private async Task Write(HttpContext http, string team, long position, FeedFilter filter, CancellationToken ct)
    {
        var headers = http.Response.Headers;
        (headers.ContentType, headers.CacheControl, headers["X-Accel-Buffering"]) = (MediaType, "no-store", "no");
        var key = ApiKeyValidator.KeyIn(http.Request);
        var origin = await _feed.Origin(ct);
        await WriteText($"retry: 1000\n: from here\nid: {Position.Write(origin, position)}\n\n");
        var (written, read) = (_time.GetTimestamp(), 0L);
        while (true)
        {
            var more = false;
            var committed = _signal.Next;
            try
            {
                read = _time.GetTimestamp();
                if (await _keys.Find(key, ct) is null)
                    return;
                var page = await _feed.Page(team, position, filter, PageSize, ct);
                if (page.Events.Count > 0)
                {
                    await SseFormatter.WriteAsync(
                        Items(origin, page.Events),
                        http.Response.Body,
                        (item, buffer) => buffer.Write(JsonSerializer.SerializeToUtf8Bytes(item.Data, Json.Lenient)),
                        http.RequestAborted
                    );
                    written = _time.GetTimestamp();
                }
                (position, more) = (page.Position, page.HasMore);
            }
            // the database is unavailable: the stream continues from its position when the database is back
            catch (Exception exception) when (TransientErrors.IsTransient(exception) && !ct.IsCancellationRequested) { }
            if (_time.GetElapsedTime(written) >= Heartbeat)
            {
                // also for a reader whose filter matches rarely: the reader resumes from this position
                await WriteText($": still here\nid: {Position.Write(origin, position)}\n\n");
                written = _time.GetTimestamp();
            }
            if (more)
                continue;
            // Under load this makes few pages with many events instead of many pages with one event.
            if (MinInterval - _time.GetElapsedTime(read) is { Ticks: > 0 } rest)
                await Task.Delay(rest, _time, ct);
            await committed.WaitAsync(PollInterval, _time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
        }

        // The web server resets a connection on which a write is cancelled: the end of the service waits for a write that is under way.
        async Task WriteText(string text)
        {
            await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }

    private static IAsyncEnumerable<SseItem<CloudEvent>> Items(FeedOrigin origin, IReadOnlyList<FeedEvent> events) =>
        events
            .Select(x => new SseItem<CloudEvent>(x.Event, x.Event.Type) { EventId = Position.Write(origin, x.Position) })
            .ToAsyncEnumerable();

    private void Release(string team) => _open.AddOrUpdate(team, 0, (_, open) => open - 1);
}
