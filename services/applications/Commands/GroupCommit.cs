using System.Threading.Channels;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;

namespace FollowUp.Applications.Commands;

/// <summary>A command that may be committed with those of other applications.</summary>
/// <param name="application">The application.</param>
/// <param name="context">Who asks, and on which conditions.</param>
/// <param name="decide">Decides from the loaded state, appends, and answers. It may be called several times.</param>
/// <param name="isNew">Whether the application is unlikely to be there.</param>
/// <param name="ct">Ends the wait for a transaction; a transaction that has begun isn't ended for one of its commands.</param>
internal sealed class GroupedCommand(
    Guid application,
    CommandContext context,
    Func<ApplicationUnitOfWork, CommandResult> decide,
    bool isNew,
    CancellationToken ct
)
{
    private readonly TaskCompletionSource<CommandResult?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Guid Application => application;

    public CommandContext Context => context;

    public Func<ApplicationUnitOfWork, CommandResult> Decide => decide;

    public bool IsNew => isNew;

    public bool IsCancelled => ct.IsCancellationRequested;

    /// <summary>What its events say of the caller, in whose request this is constructed.</summary>
    public EventOrigin Origin { get; } = context.Origin();

    /// <summary>The answer; null if the command must be done by itself.</summary>
    public Task<CommandResult?> Answer => _answer.Task;

    /// <summary>Answers a command whose transaction was committed.</summary>
    public void Accept(CommandResult answer) => _answer.TrySetResult(answer);

    /// <summary>Answers a command that was refused, or whose outcome is unknown.</summary>
    public void Fail(Exception exception) => _answer.TrySetException(exception);

    /// <summary>Has the command done by itself, unless it was answered.</summary>
    public void Leave() => _answer.TrySetResult(null);
}

// See docs/decisions/0040-group-commit.md
/// <summary>
/// Commits what arrives while the last transaction runs as one batch: no delay when idle, large batches under load. A command that can't be
/// committed with the others is done by itself, by its caller, while the next batch is committed.
/// </summary>
internal sealed class GroupCommit : IDisposable
{
    private const int Writers = 2,
        MostAtOnce = 32, // measured with ./followup bench peer, see docs/benchmarks.md
        MostWaiting = 10_000;
    private readonly FairBatches<GroupedCommand> _waiting = new();
    private readonly Lock _gate = new();

    // Says that there may be something to take. One signal is enough, because a writer takes until nothing is left.
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    private readonly Func<IReadOnlyList<GroupedCommand>, Task> _commit;
    private bool _isStopping;

    /// <summary>Starts the writers.</summary>
    /// <param name="commit">
    /// Commits a batch and answers its commands; it must not throw. What it leaves unanswered is done by itself.
    /// </param>
    public GroupCommit(Func<IReadOnlyList<GroupedCommand>, Task> commit)
    {
        _commit = commit;
        using (ExecutionContext.SuppressFlow()) // they must not go on in the trace of the request that needs them first
            for (var i = 0; i < Writers; i++)
                _ = Task.Run(Write);
    }

    /// <summary>Commits a command with others, or else by itself.</summary>
    /// <param name="command">The command.</param>
    /// <param name="alone">Does it by itself.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="RefusedException">The command was refused, or too many are waiting.</exception>
    public Task<CommandResult> Run(GroupedCommand command, Func<Task<CommandResult>> alone, CancellationToken ct)
    {
        lock (_gate)
        {
            if (_isStopping)
                throw new OperationCanceledException("The service is stopping.");
            if (_waiting.Count >= MostWaiting)
                throw ApplicationWriter.Busy();
            _waiting.Add(command.Context.Caller.Team, command.Application, command);
        }
        _signal.Writer.TryWrite(true);
        return Finish(command, alone).WaitAsync(ct);
    }

    /// <summary>The writers end when they have committed what waits.</summary>
    public void Dispose()
    {
        lock (_gate)
            _isStopping = true;
        _signal.Writer.TryComplete();
    }

    private async Task<CommandResult> Finish(GroupedCommand command, Func<Task<CommandResult>> alone)
    {
        try
        {
            return await command.Answer ?? await alone();
        }
        finally
        {
            lock (_gate)
                _waiting.Done(command.Context.Caller.Team, command.Application);
            _signal.Writer.TryWrite(true);
        }
    }

    private async Task Write()
    {
        while (await _signal.Reader.WaitToReadAsync())
        {
            _signal.Reader.TryRead(out _); // the other writer may have read it, and finds the same
            while (Take() is { Count: > 0 } batch)
            {
                await _commit(batch);
                foreach (var command in batch)
                    command.Leave();
            }
        }
    }

    private IReadOnlyList<GroupedCommand> Take()
    {
        lock (_gate)
            return _waiting.Take(MostAtOnce);
    }
}
