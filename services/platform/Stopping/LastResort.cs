using System.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace FollowUp.Platform.Stopping;

/// <summary>
/// Ends a process that was told to stop and has not ended 15 s after the longest time that the host allows: a library that waits for a
/// server which is gone must not keep the node's locks and its port.
/// </summary>
internal sealed class LastResort(IHostApplicationLifetime lifetime, OrderlyStopSettings settings) : IHostedService
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    internal TimeSpan After { get; init; } = settings.Longest + Grace;

    internal Action Kill { get; init; } = () => Process.GetCurrentProcess().Kill();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // a thread of its own: the thread pool may be what hangs
        lifetime.ApplicationStopping.Register(() => new Thread(End) { IsBackground = true, Name = "last resort" }.Start());
        return Task.CompletedTask;
    }

    private void End()
    {
        using var never = new ManualResetEventSlim();
        never.Wait(After);
        Kill();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
