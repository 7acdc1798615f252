using System.Collections.Concurrent;
using FollowUp.Applications.Commands;
using FollowUp.Applications.Projections;
using Marten;

namespace FollowUp.Applications.Import;

/// <summary>
/// Keeps an import from running ahead of the Scheduler: what others record is planned behind the rows that wait there. An import goes on
/// when at most <see cref="MostAhead"/> rows wait, or when nothing is planned for a while: then the Scheduler is away, and goes on later.
/// </summary>
internal sealed class ImportPace(IDocumentStore store, string team, TimeProvider time) : IDisposable
{
    private const int MostAhead = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50),
        Patience = TimeSpan.FromSeconds(10);

    // The last application of each transaction, and how many it recorded.
    private readonly ConcurrentQueue<(Guid Last, int Count)> _ahead = new();
    private readonly SemaphoreSlim _looking = new(1, 1);
    private int _count;
    private bool _isAlone;

    /// <summary>Notes what was recorded. Of what has ended the Scheduler need not say anything.</summary>
    public void Recorded(IReadOnlyList<NewApplication> all)
    {
        if (all.LastOrDefault(x => !x.Facts.Any(fact => fact is Closed)) is not { } open)
            return;
        _ahead.Enqueue((open.Id, all.Count));
        Interlocked.Add(ref _count, all.Count);
    }

    /// <summary>Returns when more may be recorded.</summary>
    public async Task Wait(CancellationToken ct)
    {
        await _looking.WaitAsync(ct);
        try
        {
            var since = time.GetTimestamp();
            while (!_isAlone && _count > MostAhead && _ahead.TryPeek(out var first))
            {
                if (await IsPlanned(first.Last, ct))
                {
                    _ahead.TryDequeue(out _);
                    Interlocked.Add(ref _count, -first.Count);
                    since = time.GetTimestamp();
                }
                else
                {
                    _isAlone = time.GetElapsedTime(since) > Patience;
                    await Task.Delay(Pause, time, ct);
                }
            }
        }
        finally
        {
            _looking.Release();
        }
    }

    public void Dispose() => _looking.Dispose();

    private async Task<bool> IsPlanned(Guid id, CancellationToken ct)
    {
        await using var session = store.QuerySession(team);
        return await session.Query<SchedulerPlan>().AnyAsync(x => x.Id == id, ct);
    }
}
