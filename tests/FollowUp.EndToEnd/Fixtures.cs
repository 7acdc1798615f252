using FollowUp.EndToEnd;

[assembly: AssemblyFixture(typeof(SharedPair))]
[assembly: CaptureConsole]

namespace FollowUp.EndToEnd;

/// <summary>The pair that most stories share. They keep out of each other's way by fresh applications, candidates and teams.</summary>
public sealed class SharedPair : IAsyncLifetime
{
    public Pair Pair { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Pair = await Harness.Pair.Start();

    public async ValueTask DisposeAsync()
    {
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

/// <summary>A story that breaks things, or fills queues with rubbish, and so has a pair of its own.</summary>
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

/// <summary>Runs after everything that may run side by side, one class after the other: it needs the broker, or the machine, for itself.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
