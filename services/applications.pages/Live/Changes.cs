using System.Collections.Concurrent;
using System.Globalization;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Projections;
using FollowUp.Platform.Outbox;
using Marten;
using Marten.Services;
using Npgsql;

namespace FollowUp.Applications.Pages.Live;

/// <summary>
/// Signals open pages on any node that their team's data changed, so that they refresh. The signal carries only the team's name. It is sent
/// at most ten times a second, after the commit: a <c>NOTIFY</c> inside each transaction would make all commits wait for each other.
/// </summary>
internal sealed partial class Changes(NpgsqlDataSource database, ILogger<Changes> log) : BackgroundService, IConfigureMarten
{
    private const string Channel = "followup_changed";
    private static readonly TimeSpan SignalInterval = TimeSpan.FromMilliseconds(100);
    private readonly ConcurrentDictionary<string, byte> _changed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly string _node = Guid.NewGuid().ToString("N")[..8];
    private int _isSignalling;

    public void Configure(IServiceProvider services, StoreOptions options) => options.Listeners.Add(new Listener(this));

    /// <summary>
    /// A mark that differs from an earlier one of this node if the team's data changed since, and always differs from those of other nodes.
    /// </summary>
    public string Mark(string team) => string.Create(CultureInfo.InvariantCulture, $"{_node}-{_counts.GetValueOrDefault(team)}");

    /// <summary>Completes when the team's data changes. Call this before reading the data.</summary>
    public Task Next(string team) => _waiting.GetOrAdd(team, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private void Signal(string team)
    {
        _changed[team] = 0;
        if (Interlocked.Exchange(ref _isSignalling, 1) == 0)
            _ = Task.Run(Notify);
    }

    private async Task Notify()
    {
        try
        {
            await Task.Delay(SignalInterval);
            Interlocked.Exchange(ref _isSignalling, 0);
            var teams = _changed.Keys.Where(x => _changed.TryRemove(x, out _)).ToArray();
            await using var command = database.CreateCommand($"select pg_notify('{Channel}', team) from unnest($1) team");
            command.Parameters.Add(new() { Value = teams });
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception)
        {
            Interlocked.Exchange(ref _isSignalling, 0); // without this signal, pages still refresh at an interval
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Notifications.Listen(
            database,
            Channel,
            OnSignal,
            lost =>
            {
                LogLost(log, lost.Message);
                foreach (var team in _waiting.Keys.Union(_counts.Keys))
                    OnSignal(team); // changes may have been missed meanwhile
            },
            stoppingToken
        );

    private void OnSignal(string team)
    {
        _counts.AddOrUpdate(team, 1, (_, before) => before + 1);
        if (_waiting.TryRemove(team, out var waiting))
            waiting.TrySetResult();
    }

    private sealed class Listener(Changes changes) : DocumentSessionListenerBase
    {
        public override Task AfterCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token)
        {
            if (commit.Updated.Concat(commit.Inserted).Any(x => x is ApplicationRow or SchedulerPlan or Candidate))
                changes.Signal(session.TenantId);
            return Task.CompletedTask;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Lost the database connection for change signals; until it is back, open pages refresh every 30 seconds: {Reason}"
    )]
    private static partial void LogLost(ILogger log, string reason);
}
