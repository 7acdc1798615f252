using MassTransit;
using MassTransit.Transports;

namespace FollowUp.Platform.Messaging;

// See docs/decisions/0030-lost-machines.md
/// <summary>
/// Ends the handling of messages that this node can't finish without its database. They are neither acknowledged nor refused: the broker
/// gives them to another node as soon as their channel is closed. Refused at once, they would come back to this node until it stops
/// receiving, and each time nearer to their queue's delivery limit.
/// </summary>
internal sealed class MessagesInHand : IFilter<ConsumeContext>, IDisposable
{
    private CancellationTokenSource _givenBack = new();

    /// <summary>Ends the handling of every message that was received, or is received from now on.</summary>
    public void GiveBack() => Volatile.Read(ref _givenBack).Cancel();

    /// <summary>Handles messages that are received from now on.</summary>
    public void Keep() => Volatile.Write(ref _givenBack, new());

    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        var givenBack = Volatile.Read(ref _givenBack).Token;
        try
        {
            givenBack.ThrowIfCancellationRequested();
            await next.Send(context).WaitAsync(givenBack); // what waits for the database ends later, without an effect
        }
        catch (OperationCanceledException) when (givenBack.IsCancellationRequested)
        {
            await Cancel(context);
            throw;
        }
    }

    // MassTransit refuses no message whose own token is cancelled. The consumer hears of it on another thread: to cancel a command, Npgsql
    // connects to the database that is lost, and blocks meanwhile.
    private static async Task Cancel(ConsumeContext context)
    {
        var isCancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var first = context.CancellationToken.Register(isCancelled.SetResult); // the last to register is called first
        _ = Task.Run(((BaseReceiveContext)context.ReceiveContext).Cancel);
        await isCancelled.Task;
    }

    public void Probe(ProbeContext context) { }

    public void Dispose() => _givenBack.Dispose();
}
