using System.Collections.Concurrent;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(FollowUp.EndToEnd.SharedPair))]
[assembly: AssemblyFixture(typeof(FollowUp.EndToEnd.HandedOn))]
[assembly: CaptureConsole]
[assembly: TestCollectionOrderer(typeof(FollowUp.EndToEnd.LongestFirst))]

namespace FollowUp.EndToEnd;

/// <summary>The pair that most tests share. The tests are isolated from each other by fresh applications, candidates and teams.</summary>
public class SharedPair : IAsyncLifetime
{
    public Pair Pair { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Pair = await Start();
        // On a busy machine the first command takes seconds, and may get a 503 with Retry-After: this one is retried.
        var first = await Pair.Default.Submit();
        await Eventually.Get(() => first.RecordFollowUp(idempotencyKey: first.KeyOf(1)), x => x.Status == 201);
    }

    protected virtual Task<Pair> Start() => Harness.Pair.Start();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Pair is null)
            return;
        try
        {
            Pair.Wire.KeepsThePromise();
        }
        finally
        {
            await Pair.DisposeAsync();
        }
    }
}

/// <summary>
/// A pair that the tests of one class share, one after the other: each test leaves the queues as it found them, and no other class may see
/// the queues meanwhile.
/// </summary>
public sealed class PairOfAClass : SharedPair;

/// <summary>A pair of one class whose services have a broker user of their own.</summary>
public sealed class PairWithItsOwnUser : SharedPair
{
    protected override Task<Pair> Start() => Harness.Pair.Start(hasOwnUser: true);
}

/// <summary>
/// A test on the shared pair. At its end all published messages are checked against their schemas. When the test fails, the end of both
/// services' logs is in its output.
/// </summary>
public abstract class Story(SharedPair shared) : IAsyncDisposable
{
    protected Pair Pair => shared.Pair;

    protected Wire Wire => shared.Pair.Wire;

    /// <summary>The team <c>default</c>.</summary>
    protected Team Team => shared.Pair.Default;

    public virtual ValueTask DisposeAsync()
    {
        TellLogsOfAFailure(shared.Pair);
        GC.SuppressFinalize(this);
        Wire.KeepsThePromise();
        return ValueTask.CompletedTask;
    }

    internal static void TellLogsOfAFailure(Pair? pair)
    {
        if (pair is not null && TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine(pair.Failed());
    }
}

/// <summary>A test in which another system takes part, over the bus.</summary>
public abstract class BusStory(SharedPair shared) : Story(shared), IAsyncLifetime
{
    /// <summary>The other system.</summary>
    protected Integration Other { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync() => Other = await Integration.Connect(Pair);

    public override async ValueTask DisposeAsync()
    {
        if (Other is not null)
            await Other.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>
/// A test that breaks components, and so has a pair to itself. On a small machine the start of a pair takes ten seconds: a test that leaves
/// its pair repaired, with nothing changed but the recorded data, hands the pair on to the next test, which starts with that history.
/// </summary>
/// <param name="isHandedOn">Whether the pair may come from an earlier test, and goes to a later one.</param>
public abstract class StoryOfItsOwn(int nodes = 1, bool isHandedOn = false) : IAsyncLifetime
{
    protected Pair Pair { get; private set; } = null!;

    protected Wire Wire => Pair.Wire;

    protected Team Team => Pair.Default;

    public virtual async ValueTask InitializeAsync() => Pair = await Start();

    protected virtual Task<Pair> Start() => isHandedOn ? HandedOn.Take(nodes) : Harness.Pair.Start(nodes);

    public virtual async ValueTask DisposeAsync()
    {
        Story.TellLogsOfAFailure(Pair);
        GC.SuppressFinalize(this);
        if (Pair is null)
            return;
        var isGood = false;
        try
        {
            Wire.KeepsThePromise();
            isGood = TestContext.Current.TestState?.Result == TestResult.Passed;
        }
        finally
        {
            if (isHandedOn && isGood)
                await HandedOn.Give(nodes, Pair);
            else
                await Pair.DisposeAsync();
        }
    }
}

/// <summary>The idle pairs, by the number of their nodes.</summary>
public sealed class HandedOn : IAsyncDisposable
{
    private const int Most = 2; // of each number of nodes: a test that finds no idle pair starts one

    private static readonly ConcurrentDictionary<int, ConcurrentStack<Pair>> Idle = [];

    public static async Task<Pair> Take(int nodes)
    {
        while (Idle.GetOrAdd(nodes, _ => []).TryPop(out var pair))
        {
            if (await pair.IsFit())
                return pair;
            await pair.DisposeAsync();
        }

        return await Pair.Start(nodes);
    }

    public static async Task Give(int nodes, Pair pair)
    {
        if (Idle.GetOrAdd(nodes, _ => []) is { Count: < Most } idle)
            idle.Push(pair);
        else
            await pair.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pair in Idle.Values.SelectMany(x => x))
            await pair.DisposeAsync();
    }
}

/// <summary>
/// Runs after all tests that may run in parallel, one class after the other: such a test breaks the broker that all pairs share, or needs
/// the whole machine.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

/// <summary>Starts the longest collections first, so that none of them runs alone at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long = ["MorningMailOfManyNodes", "MorningMail", "EveryPage", "KilledImport"];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [
            .. testCollections.OrderBy(x =>
                Array.FindIndex(Long, y => x.TestCollectionDisplayName.Contains($".{y} ", StringComparison.Ordinal)) is var place and >= 0
                    ? place
                    : Long.Length
            ),
        ];
}
