using System.Collections.Concurrent;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(FollowUp.EndToEnd.SharedPair))]
[assembly: AssemblyFixture(typeof(FollowUp.EndToEnd.HandedOn))]
[assembly: CaptureConsole]
[assembly: TestCollectionOrderer(typeof(FollowUp.EndToEnd.LongestFirst))]

namespace FollowUp.EndToEnd;

/// <summary>The pair that most stories share. They keep out of each other's way by fresh applications, candidates and teams.</summary>
public class SharedPair : IAsyncLifetime
{
    public Pair Pair { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Pair = await Harness.Pair.Start();
        // What is asked first takes seconds on a busy machine, and may be answered "come back": it comes back.
        var first = await Pair.Default.Submit();
        await Eventually.Get(() => first.RecordFollowUp(idempotencyKey: first.KeyOf(1)), x => x.Status == 201);
    }

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
/// A pair that the stories of one class share, one after the other: they leave queues as they found them, which others must not see
/// meanwhile.
/// </summary>
public sealed class PairOfAClass : SharedPair;

/// <summary>
/// A story told to the shared pair. At its end all that was published is held to its schemas. When it fails, the end of both services' logs
/// is in its output.
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

/// <summary>A story in which another system takes part, over the bus.</summary>
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
/// A story that breaks things, and so has a pair for itself. To start one takes a small machine ten seconds: a story that leaves its pair
/// mended but for what it recorded hands it on to the next one, which starts with whatever that went through.
/// </summary>
/// <param name="isHandedOn">Whether the pair may come from an earlier story, and goes to a later one.</param>
public abstract class StoryOfItsOwn(int nodes = 1, bool isHandedOn = false) : IAsyncLifetime
{
    protected Pair Pair { get; private set; } = null!;

    protected Wire Wire => Pair.Wire;

    protected Team Team => Pair.Default;

    public virtual async ValueTask InitializeAsync() => Pair = isHandedOn ? await HandedOn.Take(nodes) : await Harness.Pair.Start(nodes);

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

/// <summary>The pairs that nobody is using just now, by the number of their nodes.</summary>
public sealed class HandedOn : IAsyncDisposable
{
    private const int Most = 2; // of each kind: who waits with none at hand starts one

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
/// Runs after everything that may run side by side, one class after the other: it breaks the broker that all share, or needs the machine
/// for itself.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

/// <summary>Begins with what takes longest, so that nobody waits for it alone at the end.</summary>
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
