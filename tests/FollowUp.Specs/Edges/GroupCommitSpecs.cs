using FollowUp.Applications.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Security;

namespace FollowUp.Specs.Edges;

public sealed class GroupCommitSpecs
{
    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly FairBatches<string> _waiting = new();

    private readonly Lock _gate = new();
    private readonly List<(IReadOnlyList<GroupedCommand> Batch, TaskCompletionSource End)> _batches = [];
    private int _alone;

    [Fact]
    public void A_flooding_team_gets_no_more_than_its_share_of_a_batch()
    {
        Flood("flood", 100);
        Flood("quiet", 2);
        Flood("other", 100);

        var batch = _waiting.Take(12);

        Assert.Equal([("flood", 5), ("other", 5), ("quiet", 2)], batch.CountBy(x => x.Split(' ')[0]).Select(x => (x.Key, x.Value)).Order());
        Assert.Equal(190, _waiting.Count);
    }

    [Fact]
    public void A_team_that_was_left_out_is_the_first_in_the_next_batch()
    {
        foreach (var team in new[] { "a", "b", "c" })
            Flood(team, 2);

        Assert.Equal(["a 0", "b 0"], _waiting.Take(2));
        Assert.Equal(["c 0", "a 1"], _waiting.Take(2));
        Assert.Equal(["b 1", "c 1"], _waiting.Take(2));
        Assert.Empty(_waiting.Take(2));
    }

    [Fact]
    public void A_batch_has_one_command_of_an_application_and_the_next_one_waits_until_it_is_done()
    {
        var (one, two) = (Guid.NewGuid(), Guid.NewGuid());
        foreach (var (application, command) in new[] { (one, "1.1"), (one, "1.2"), (two, "2.1"), (one, "1.3") })
            _waiting.Add("a", application, command);

        Assert.Equal(["1.1", "2.1"], _waiting.Take(32));
        Assert.Empty(_waiting.Take(32));
        _waiting.Done("a", two);
        _waiting.Add("a", one, "1.4");
        Assert.Empty(_waiting.Take(32));
        foreach (var next in new[] { "1.2", "1.3", "1.4" })
        {
            _waiting.Done("a", one);
            Assert.Equal([next], _waiting.Take(32));
        }
        _waiting.Done("a", one);
        Assert.Empty(_waiting.Take(32));
    }

    [Fact]
    public void The_same_id_in_two_teams_is_two_applications()
    {
        var id = Guid.NewGuid();
        _waiting.Add("a", id, "a");
        _waiting.Add("b", id, "b");

        Assert.Equal(["a", "b"], _waiting.Take(32));
    }

    [Fact]
    public async Task An_idle_writer_begins_at_once_and_what_comes_meanwhile_is_the_next_batch()
    {
        using var group = Group();
        var first = Run(group);
        Assert.Single((await Batch(0)).Batch);
        var second = Run(group);
        Assert.Single((await Batch(1)).Batch);
        Task<CommandResult>[] rest = [.. Enumerable.Range(0, 40).Select(_ => Run(group))];
        Assert.Equal(2, Count); // there are two writers, and both are busy

        End(0);
        Assert.Equal(32, (await Batch(2)).Batch.Count);
        Assert.Equal(200, (await first).Status);
        End(2);
        Assert.Equal(8, (await Batch(3)).Batch.Count);
        Assert.False(second.IsCompleted);
        End(1);
        End(3);
        Assert.All(await Task.WhenAll([second, .. rest]), x => Assert.Equal(200, x.Status));
        Assert.Equal(0, _alone);
    }

    [Fact]
    public async Task Each_command_of_a_batch_that_fails_is_done_by_itself_while_other_batches_go_on()
    {
        using var group = Group();
        var slow = new TaskCompletionSource<CommandResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var (stuck, well) = (Guid.NewGuid(), Guid.NewGuid());
        var bad = Run(group, stuck, () => slow.Task);
        (await Batch(0)).End.SetResult(); // without answers
        await Until(() => _alone == 1);

        var behind = Run(group, stuck);
        var other = Run(group, well);
        Assert.Equal(well, Assert.Single((await Batch(1)).Batch).Application);
        End(1);
        Assert.Equal(200, (await other).Status);
        Assert.Equal(2, Count); // the command behind the one that is done by itself waits for it: they must not race
        Assert.False(behind.IsCompleted);

        slow.SetException(new RefusedException("closed", "x"));
        Assert.Equal("closed", (await Assert.ThrowsAsync<RefusedException>(() => bad)).Code);
        Assert.Equal(stuck, Assert.Single((await Batch(2)).Batch).Application);
        End(2);
        Assert.Equal(200, (await behind).Status);
    }

    [Fact]
    public async Task A_refusal_is_its_own_commands_answer()
    {
        using var group = Group();
        var first = Run(group);
        await Batch(0);
        var second = Run(group);
        await Batch(1);
        var (refused, accepted) = (Run(group), Run(group));
        End(0);
        (await Batch(2)).Batch[0].Fail(new RefusedException("closed", "x"));
        End(2);
        End(1);

        Assert.Equal("closed", (await Assert.ThrowsAsync<RefusedException>(() => refused)).Code);
        Assert.All(await Task.WhenAll(first, second, accepted), x => Assert.Equal(200, x.Status));
    }

    [Fact]
    public async Task A_caller_that_givesUp_up_waits_no_longer_and_holds_up_nothing()
    {
        using var group = Group();
        using var gone = new CancellationTokenSource();
        _ = Run(group);
        await Batch(0);
        _ = Run(group);
        await Batch(1);
        var application = Guid.NewGuid();
        var cancelled = Run(group, application, givesUp: gone);
        var next = Run(group, application);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        End(0);
        Assert.True(Assert.Single((await Batch(2)).Batch).IsCancelled);
        End(2);
        await Batch(3);
        End(3);
        Assert.Equal(200, (await next).Status);
        End(1);
    }

    [Fact]
    public async Task A_stopping_service_commits_what_waits_and_takes_nothing_more()
    {
        var group = Group();
        var first = Run(group);
        await Batch(0);
        group.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run(group));
        End(0);
        Assert.Equal(200, (await first).Status);
    }

    private int Count
    {
        get
        {
            lock (_gate)
                return _batches.Count;
        }
    }

    private void Flood(string team, int commands)
    {
        for (var i = 0; i < commands; i++)
            _waiting.Add(team, Guid.NewGuid(), $"{team} {i}");
    }

    private GroupCommit Group() =>
        new(batch =>
        {
            var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_gate)
                _batches.Add((batch, end));
            return end.Task;
        });

    private async Task<CommandResult> Run(
        GroupCommit group,
        Guid? application = null,
        Func<Task<CommandResult>>? alone = null,
        CancellationTokenSource? givesUp = null
    ) =>
        await group
            .Run(
                new(
                    application ?? Guid.NewGuid(),
                    new(new Caller("team", "ana")),
                    _ => throw new NotSupportedException(),
                    false,
                    TokenOf(givesUp)
                ),
                () =>
                {
                    Interlocked.Increment(ref _alone);
                    TokenOf(givesUp).ThrowIfCancellationRequested();
                    return alone?.Invoke() ?? Task.FromResult(new CommandResult(201, 1));
                },
                TokenOf(givesUp)
            )
            .WaitAsync(Deadline, Ct);

    private static CancellationToken TokenOf(CancellationTokenSource? source) => source?.Token ?? CancellationToken.None;

    private async Task<(IReadOnlyList<GroupedCommand> Batch, TaskCompletionSource End)> Batch(int number)
    {
        await Until(() => Count > number);
        lock (_gate)
            return _batches[number];
    }

    private void End(int number)
    {
        var (batch, end) = _batches[number];
        foreach (var command in batch.Where(x => !x.IsCancelled))
            command.Accept(new(200, 1));
        end.SetResult();
    }

    private static async Task Until(Func<bool> holds)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        late.CancelAfter(Deadline);
        while (!holds())
            await Task.Delay(1, late.Token);
    }
}
