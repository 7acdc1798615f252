using Npgsql;

namespace FollowUp.Scheduler.DueSlots;

/// <summary>
/// The only clock that decides about leases: the database's, so that nodes whose own clocks differ agree. A test that moves time passes its
/// own <see cref="TimeProvider"/>, which is then the only clock.
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
