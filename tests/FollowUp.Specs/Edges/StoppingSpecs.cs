using FollowUp.Platform.Stopping;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FollowUp.Specs.Edges;

/// <summary>A process that was told to stop ends.</summary>
public sealed class StoppingSpecs
{
    [Fact]
    public async Task A_process_whose_stop_hangs_is_ended()
    {
        TaskCompletionSource killed = new(TaskCreationOptions.RunContinuationsAsynchronously),
            released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using var host = new HostBuilder()
            .ConfigureServices(services =>
                services
                    .AddHostedService(x => new LastResort(x.GetRequiredService<IHostApplicationLifetime>(), new(TimeSpan.Zero))
                    {
                        After = TimeSpan.FromMilliseconds(50),
                        Kill = () => killed.SetResult(),
                    })
                    .AddHostedService(_ => new Hanging(released.Task))
            )
            .Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.False(killed.Task.IsCompleted);

        var stopping = host.StopAsync(TestContext.Current.CancellationToken);
        await killed.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.False(stopping.IsCompleted);
        released.SetResult();
        await stopping;
    }

    [Theory, InlineData(0, 30), InlineData(5, 36), InlineData(300, 331)]
    public void It_is_left_the_time_of_an_orderly_stop_and_some_more(int pause, int seconds)
    {
        using var host = new HostBuilder().Build();
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        Assert.Equal(TimeSpan.FromSeconds(seconds), new LastResort(lifetime, new(TimeSpan.FromSeconds(pause))).After);
    }

    private sealed class Hanging(Task released) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => released;
    }
}
