using FollowUp.Applications.Pages.Live;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowUp.Specs.Pages;

/// <summary>The stream that tells an open page to refresh.</summary>
public sealed class ChangeStreamSpecs
{
    [Fact]
    public async Task A_stream_that_ends_leaves_nothing_at_the_hosts_token()
    {
        await using var database = NpgsqlDataSource.Create("Host=localhost"); // the spec never connects to it
        using var changes = new Changes(database, NullLogger<Changes>.Instance);
        using var host = new CancellationTokenSource();
        CancellationToken used = default;

        await foreach (
            var item in ChangesRoute.Events(
                "team-1",
                changes,
                token => ValueTask.FromResult((used = token).IsCancellationRequested),
                host.Token,
                TestContext.Current.CancellationToken
            )
        )
        {
            if (item.EventType == "ended")
                Assert.NotNull(used.WaitHandle);
        }

        Assert.True(used.CanBeCanceled);
        Assert.Throws<ObjectDisposedException>(() => used.WaitHandle);
    }

    [Fact]
    public async Task A_stream_ends_when_the_host_stops()
    {
        await using var database = NpgsqlDataSource.Create("Host=localhost");
        using var changes = new Changes(database, NullLogger<Changes>.Instance);
        using var host = new CancellationTokenSource();
        var types = new List<string>();

        await foreach (
            var item in ChangesRoute.Events(
                "team-1",
                changes,
                _ => ValueTask.FromResult(true),
                host.Token,
                TestContext.Current.CancellationToken
            )
        )
        {
            types.Add(item.EventType);
            await host.CancelAsync();
        }

        Assert.Equal(["hello"], types);
    }
}
