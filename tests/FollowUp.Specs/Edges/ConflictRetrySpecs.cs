using FollowUp.Platform.Concurrency;
using Polly;

namespace FollowUp.Specs.Edges;

public sealed class ConflictRetrySpecs
{
    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;

    private static async Task<(int Attempts, Exception? Thrown)> Run(ResiliencePipeline pipeline, int conflicts, Exception exception)
    {
        var attempts = 0;
        var thrown = await Record.ExceptionAsync(async () =>
            await pipeline.ExecuteAsync(_ => ++attempts <= conflicts ? ValueTask.FromException(exception) : ValueTask.CompletedTask, Ct)
        );
        return (attempts, thrown);
    }

    private static JasperFx.ConcurrencyException Conflict => new(typeof(string), "x");

    [Fact]
    public async Task A_conflict_is_tried_again() => Assert.Equal((3, null), await Run(ConflictRetry.Usual, 2, Conflict));

    [Fact]
    public async Task Each_pipeline_ends_at_its_limit()
    {
        foreach (var (pipeline, limit) in new[] { (ConflictRetry.Usual, 10), (ConflictRetry.Batch, 5), (ConflictRetry.Race, 30) })
        {
            var (attempts, thrown) = await Run(pipeline, int.MaxValue, Conflict);
            Assert.Equal(limit, attempts);
            Assert.IsType<JasperFx.ConcurrencyException>(thrown);
        }
        Assert.Equal((1001, null), await Run(ConflictRetry.Progress, 1000, Conflict));
    }

    [Fact]
    public async Task Any_other_error_is_thrown_at_once() =>
        Assert.Equal(1, (await Run(ConflictRetry.Usual, 1, new InvalidOperationException("no conflict"))).Attempts);
}
