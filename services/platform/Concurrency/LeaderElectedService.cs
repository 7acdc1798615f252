using Microsoft.Extensions.Hosting;
using Npgsql;

namespace FollowUp.Platform.Concurrency;

/// <summary>
/// Work that one node at a time does, whichever that is: whoever holds an advisory lock, which the server takes back when a node dies. Each
/// piece of it is a task of its own; how far a piece is must stand in the database, so that the next node goes on from there.
/// </summary>
/// <typeparam name="T">A piece of work.</typeparam>
/// <param name="database">The service's database.</param>
/// <param name="work">Which work it is: a number of <see cref="LeaderLocks"/>.</param>
/// <param name="look">How often it is looked whether there is another piece.</param>
/// <param name="time">The clock.</param>
public abstract class LeaderElectedService<T>(NpgsqlDataSource database, int work, TimeSpan look, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>What there is to do, also what is being done already.</summary>
    protected abstract Task<IReadOnlyList<T>> Find(CancellationToken ct);

    /// <summary>What tells one piece from another.</summary>
    protected abstract Guid IdOf(T piece);

    /// <summary>Does a piece, to its end or until another node has to go on with it.</summary>
    protected abstract Task Do(T piece, CancellationToken ct);

    /// <summary>The database can't be asked; it is tried again.</summary>
    protected abstract void LogWaiting(string reason);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Lead(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogWaiting(exception.Message);
            }
            await Task.Delay(Pause, time, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private async Task Lead(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using (var mine = new NpgsqlCommand($"select pg_try_advisory_lock({LeaderLocks.LockSpace}, {work})", connection))
            if (await mine.ExecuteScalarAsync(ct) is not true)
                return;
        using var lead = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = new Dictionary<Guid, Task>();
        try
        {
            while (true)
            {
                await using (var held = new NpgsqlCommand("select 1", connection))
                    await held.ExecuteScalarAsync(ct); // throws when the connection, and the lock with it, is gone
                foreach (var (id, _) in running.Where(x => x.Value.IsCompleted).ToArray())
                    running.Remove(id);
                foreach (var piece in await Find(ct))
                    if (!running.ContainsKey(IdOf(piece)))
                        running[IdOf(piece)] = Task.Run(() => Do(piece, lead.Token), CancellationToken.None);
                await Task.Delay(look, time, ct);
            }
        }
        finally
        {
            await lead.CancelAsync();
            try
            {
                await Task.WhenAll(running.Values);
            }
            finally
            {
                await Yield(connection);
            }
        }
    }

    // A connection that goes back to the pool keeps its locks: nobody could ever lead again.
    private async Task Yield(NpgsqlConnection connection)
    {
        try
        {
            await using var yield = new NpgsqlCommand($"select pg_advisory_unlock({LeaderLocks.LockSpace}, {work})", connection);
            await yield.ExecuteNonQueryAsync(CancellationToken.None);
        }
        // it is broken, and its lock gone with it
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException) { }
    }
}

/// <summary>What is done on one node at a time.</summary>
public static class LeaderLocks
{
    internal const int LockSpace = 7205; // any number of our own: with two keys it can't be one of Marten's

    /// <summary>Sending history once more.</summary>
    public const int Replays = 1;

    /// <summary>Recording the rows of spreadsheets.</summary>
    public const int Imports = 2;
}
