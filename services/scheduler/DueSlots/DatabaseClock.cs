using Npgsql;

namespace FollowUp.Scheduler.DueSlots;

/// <summary>
/// The one clock that judges leases: the database's, so that nodes whose own clocks differ agree. A test that moves time brings its
/// own <see cref="TimeProvider"/>, which is then the one clock.
/// </summary>
internal sealed class DatabaseClock(NpgsqlDataSource database, TimeProvider time)
{
    public async ValueTask<DateTimeOffset> Now(CancellationToken ct)
    {
        if (time != TimeProvider.System)
            return time.GetUtcNow();
        await using var command = database.CreateCommand("select clock_timestamp()");
        return new(((DateTime)(await command.ExecuteScalarAsync(ct))!).ToUniversalTime());
    }
}
