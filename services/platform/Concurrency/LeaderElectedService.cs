using Microsoft.Extensions.Hosting;
using Npgsql;

namespace FollowUp.Platform.Concurrency;

/// <summary>
/// Background work that one node at a time does: the node that holds an advisory lock, which the server releases when the node's connection
/// ends. Each item of the work runs as a task of its own. The progress of an item must be stored in the database, so that the next node
/// continues from there.
/// </summary>
/// <typeparam name="T">An item of the work.</typeparam>
/// <param name="database">The service's database.</param>
/// <param name="work">The kind of work: a number of <see cref="LeaderLocks"/>.</param>
/// <param name="pollInterval">The interval at which the leader looks for further items.</param>
/// <param name="time">The clock.</param>
public abstract class LeaderElectedService<T>(NpgsqlDataSource database, int work, TimeSpan pollInterval, TimeProvider time)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>The items to be done, including those that already run.</summary>
    protected abstract Task<IReadOnlyList<T>> Find(CancellationToken ct);

    /// <summary>The id of an item.</summary>
    protected abstract Guid IdOf(T item);

    /// <summary>Does an item until it is done, or until <paramref name="ct"/> ends because another node must continue.</summary>
    protected abstract Task Do(T item, CancellationToken ct);

    /// <summary>Logs that the database can't be queried; the service tries again.</summary>
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
        await using (var tryLock = new NpgsqlCommand($"select pg_try_advisory_lock({LeaderLocks.LockSpace}, {work})", connection))
            if (await tryLock.ExecuteScalarAsync(ct) is not true)
                return;
        using var lead = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = new Dictionary<Guid, Task>();
        try
        {
            while (true)
            {
                await using (var held = new NpgsqlCommand("select 1", connection))
                    await held.ExecuteScalarAsync(ct); // throws when the connection is lost, and the lock with it
                foreach (var (id, _) in running.Where(x => x.Value.IsCompleted).ToArray())
                    running.Remove(id);
                foreach (var item in await Find(ct))
                    if (!running.ContainsKey(IdOf(item)))
                        running[IdOf(item)] = Task.Run(() => Do(item, lead.Token), CancellationToken.None);
                await Task.Delay(pollInterval, time, ct);
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
                await Unlock(connection);
            }
        }
    }

    // A connection that returns to the pool keeps its locks: no node could lead again.
    private async Task Unlock(NpgsqlConnection connection)
    {
        try
        {
            await using var unlock = new NpgsqlCommand($"select pg_advisory_unlock({LeaderLocks.LockSpace}, {work})", connection);
            await unlock.ExecuteNonQueryAsync(CancellationToken.None);
        }
        // the connection is broken, so the server has released the lock
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException) { }
    }
}

/// <summary>The kinds of work that one node at a time does.</summary>
public static class LeaderLocks
{
    internal const int LockSpace = 7205; // arbitrary: Marten's locks have one key, so a lock with two keys can't be one of them

    /// <summary>Sending replays.</summary>
    public const int Replays = 1;

    /// <summary>Importing spreadsheets.</summary>
    public const int Imports = 2;

    /// <summary>Comparing this service with its sibling.</summary>
    public const int Convergence = 3;

    /// <summary>Importing whole teams.</summary>
    public const int TeamImports = 4;
}
