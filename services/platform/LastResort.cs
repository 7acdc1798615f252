using System.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace FollowUp.Platform;

/// <summary>
/// Ends a process that was told to stop and has not ended after 30 s, twice what the host allows its services: a library that waits for a
/// server which is gone must not keep the node's locks and its port.
/// </summary>
internal sealed class LastResort(IHostApplicationLifetime lifetime) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // a thread of its own: the thread pool may be what hangs
        lifetime.ApplicationStopping.Register(() => new Thread(End) { IsBackground = true, Name = "last resort" }.Start());
        return Task.CompletedTask;
    }

    private static void End()
    {
        using var never = new ManualResetEventSlim();
        never.Wait(Patience);
        Process.GetCurrentProcess().Kill();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
