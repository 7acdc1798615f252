using System.Net;
using System.Net.Sockets;

namespace FollowUp.Harness;

/// <summary>
/// A load balancer as plain as can be: it passes each connection to the next node, and to the one after that only if the connection is
/// refused. It doesn't ask whether a node is ready, and repeats no request.
/// </summary>
public sealed class RoundRobin : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IReadOnlyList<Service> _nodes;
    private readonly Task _accepting;
    private int _next;

    public RoundRobin(IReadOnlyList<Service> nodes)
    {
        _nodes = nodes;
        _listener.Start(backlog: 512);
        Address = new Uri($"http://{_listener.LocalEndpoint}");
        _accepting = Accept();
    }

    public Uri Address { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _ = Task.Run(() => Pass(client));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Pass(TcpClient client)
    {
        using (client)
        {
            using var node = await Connect();
            if (node is null)
                return;
            client.NoDelay = node.NoDelay = true;
            // The end of either connection ends the other.
            await Task.WhenAny(Copy(client.GetStream(), node.GetStream()), Copy(node.GetStream(), client.GetStream()));
        }
    }

    private async Task<TcpClient?> Connect()
    {
        var first = Interlocked.Increment(ref _next) & int.MaxValue;
        for (var tried = 0; tried < _nodes.Count; tried++)
        {
            var address = _nodes[(first + tried) % _nodes.Count].Address;
            var node = new TcpClient();
            try
            {
                await node.ConnectAsync(address.Host, address.Port);
                return node;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused)
            {
                node.Dispose();
            }
        }

        return null;
    }

    private static async Task Copy(NetworkStream from, NetworkStream to)
    {
        try
        {
            await from.CopyToAsync(to);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // One of the two has gone.
        }
    }
}
