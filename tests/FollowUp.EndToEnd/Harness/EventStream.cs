using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace FollowUp.Harness;

/// <summary>One block of a stream of server-sent events, exactly as received.</summary>
/// <param name="Comment">The text behind a colon at the start of a line.</param>
public sealed record Sent(string? Id, string? Event, string? Data, string? Comment)
{
    private JsonElement? _json;

    public JsonElement Json => _json ??= JsonDocument.Parse(Data!).RootElement;

    public string Subject => Json.Text("subject")!;
}

/// <summary>A stream of server-sent events, read line by line as the standard specifies.</summary>
public sealed class EventStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private EventStream(HttpResponseMessage response, StreamReader reader) => (_response, _reader) = (response, reader);

    private static readonly HttpClient Http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1000 })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
    private static readonly HttpClient Narrow = new(
        new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 1000,
            MaxResponseDrainSize = 0,
            ConnectCallback = ConnectNarrowly,
        }
    )
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>The last position that the stream sent: where to resume.</summary>
    public string? Position { get; private set; }

    /// <summary>Opens the feed of a node.</summary>
    /// <param name="isNarrow">Whether the network buffers hold little unread data, so that the service soon notices a slow reader.</param>
    public static async Task<EventStream> Open(Uri node, string key, string query = "", string? lastEventId = null, bool isNarrow = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node, "/events" + query));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        using var deadline = new CancellationTokenSource(Eventually.Patience);
        var response = await (isNarrow ? Narrow : Http).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        if (!response.IsSuccessStatusCode || response.Content.Headers.ContentType?.MediaType != "text/event-stream")
            throw new InvalidOperationException(
                $"Expected a stream, got: {(int)response.StatusCode} {response.Content.Headers.ContentType} "
                    + await response.Content.ReadAsStringAsync(deadline.Token)
            );
        return new EventStream(response, new StreamReader(await response.Content.ReadAsStreamAsync(deadline.Token)));
    }

    /// <summary>The next block, whatever its content; null when the stream has ended.</summary>
    public async Task<Sent?> Block(TimeSpan? deadline = null)
    {
        using var patience = new CancellationTokenSource(deadline ?? Eventually.Patience);
        string? id = null,
            type = null,
            data = null,
            comment = null;
        while (await _reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Length == 0)
            {
                Position = id ?? Position;
                return new Sent(id, type, data, comment);
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..].TrimStart(' '));
            switch (name)
            {
                case "id":
                    id = value;
                    break;
                case "event":
                    type = value;
                    break;
                case "data":
                    data = data is null ? value : $"{data}\n{value}";
                    break;
                case "":
                    comment = value;
                    break;
                case "retry":
                    break;
                default:
                    throw new InvalidOperationException($"No line of a stream of events: {line}");
            }
        }

        return null;
    }

    /// <summary>The next event.</summary>
    public async Task<Sent> Next(TimeSpan? deadline = null)
    {
        while (await Block(deadline) is { } block)
        {
            if (block.Data is not null)
                return block;
        }

        throw new InvalidOperationException("The stream ended.");
    }

    private static async ValueTask<Stream> ConnectNarrowly(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 128 * 1024 };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
