using FollowUp.EndToEnd;

[assembly: AssemblyFixture(typeof(SharedPair))]
[assembly: CaptureConsole]

namespace FollowUp.EndToEnd;

/// <summary>The pair that most stories share. They keep out of each other's way by fresh applications, candidates and teams.</summary>
public class SharedPair : IAsyncLifetime
{
    public Pair Pair { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Pair = await Harness.Pair.Start();

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

/// <summary>A pair that the stories of one class share, one after the other: they leave queues as they found them, which others must not see meanwhile.</summary>
public sealed class PairOfAClass : SharedPair;

/// <summary>A story told to the shared pair. At its end all that was published is held to its schemas. When it fails, the end of both services' logs is in its output.</summary>
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
            TestContext.Current.TestOutputHelper?.WriteLine(pair.Tail());
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

/// <summary>A story that breaks things, and so has a pair of its own.</summary>
public abstract class StoryOfItsOwn(int nodes = 1) : IAsyncLifetime
{
    protected Pair Pair { get; private set; } = null!;

    protected Wire Wire => Pair.Wire;

    protected Team Team => Pair.Default;

    public virtual async ValueTask InitializeAsync() => Pair = await Harness.Pair.Start(nodes);

    public virtual async ValueTask DisposeAsync()
    {
        Story.TellLogsOfAFailure(Pair);
        GC.SuppressFinalize(this);
        if (Pair is null)
            return;
        try
        {
            Wire.KeepsThePromise();
        }
        finally
        {
            await Pair.DisposeAsync();
        }
    }
}

/// <summary>Runs after everything that may run side by side, one class after the other: it breaks the broker that all share, or needs the machine for itself.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
