using FollowUp.Platform.Concurrency;
using FollowUp.Platform.EventStore;
using Npgsql;

namespace FollowUp.Specs.Edges;

/// <summary>What is set so that a lost or a slow machine is told from a lost server.</summary>
public sealed class MachineSpecs
{
    [Fact]
    public void The_server_and_the_client_give_up_a_peer_that_is_gone()
    {
        var connection = new NpgsqlConnectionStringBuilder(
            DatabaseConnection.Complete("Host=a,b;Target Session Attributes=primary;Timeout=30;Options=-c tcp_user_timeout=9000")
        );
        Assert.Equal(("a,b", "primary", 5), (connection.Host, connection.TargetSessionAttributes, connection.Timeout));
        Assert.Equal(2, connection.HostRecheckSeconds);
        Assert.Equal(GssEncryptionMode.Disable, connection.GssEncryptionMode);
        Assert.True(connection.TcpKeepAlive);
        Assert.Contains("-c tcp_keepalives_idle=1 ", connection.Options, StringComparison.Ordinal);
        Assert.Contains("-c idle_in_transaction_session_timeout=8s ", connection.Options, StringComparison.Ordinal);
        Assert.EndsWith("-c tcp_user_timeout=9000", connection.Options, StringComparison.Ordinal); // the operator's word is the last
    }

    [Fact]
    public void An_operator_may_say_otherwise()
    {
        var connection = new NpgsqlConnectionStringBuilder(
            DatabaseConnection.Complete("Host=a;GSS Encryption Mode=Require;Host Recheck Seconds=7;Timeout=2")
        );
        Assert.Equal((GssEncryptionMode.Require, 7, 2), (connection.GssEncryptionMode, connection.HostRecheckSeconds, connection.Timeout));
    }

    [Fact]
    public void A_time_limit_counts_only_the_time_in_which_the_process_was_awake()
    {
        using var time = new AwakeTime(isTicking: false);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
        var started = time.GetTimestamp();
        for (var i = 0; i < 9; i++)
            time.Advance();
        Assert.False(limit.IsCancellationRequested);
        Assert.Equal(TimeSpan.FromMilliseconds(900), time.GetElapsedTime(started));
        time.Advance();
        Assert.True(limit.IsCancellationRequested);
    }

    [Fact]
    public void A_limit_can_be_set_later_and_be_given_up()
    {
        using var time = new AwakeTime(isTicking: false);
        using var limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        time.Advance();
        limit.CancelAfter(TimeSpan.FromMilliseconds(150)); // the second tick is the first that is late enough
        var disposed = new CancellationTokenSource(AwakeTime.Tick, time);
        disposed.Dispose();
        time.Advance();
        Assert.False(limit.IsCancellationRequested);
        time.Advance();
        Assert.True(limit.IsCancellationRequested);
        Assert.False(disposed.IsCancellationRequested);
    }

    [Fact]
    public void A_periodic_timer_comes_again()
    {
        using var time = new AwakeTime(isTicking: false);
        var calls = 0;
        using (time.CreateTimer(_ => calls++, null, TimeSpan.Zero, 2 * AwakeTime.Tick))
            for (var i = 0; i < 5; i++)
                time.Advance();
        time.Advance();
        Assert.Equal(3, calls);
    }

    [Theory]
    [InlineData("08006"), InlineData("08P01"), InlineData("25006"), InlineData("25P02"), InlineData("25P03"), InlineData("40001")]
    [InlineData("57P01"), InlineData("57P02"), InlineData("57P03"), InlineData("57014")]
    public void An_error_of_a_lost_session_or_transaction_passes(string state) =>
        Assert.True(TransientErrors.IsTransient(new PostgresException("Oh.", "ERROR", "ERROR", state)));

    [Theory, InlineData("23505"), InlineData("42P01"), InlineData("28P01")]
    public void Other_errors_do_not_pass(string state) =>
        Assert.False(TransientErrors.IsTransient(new PostgresException("Oh.", "ERROR", "ERROR", state)));
}
