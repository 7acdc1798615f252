namespace FollowUp.Platform.Messaging;

/// <summary>
/// Whether a request to the Scheduler is worth sending. After one that got no reply, and while no node receives requests, further callers
/// would wait for nothing: they can be told so at once.
/// </summary>
public sealed class RequestGate
{
    // A broker that is busy may say so of a queue that has one: RabbitMQ 3.10 asks the queue's leader for 250 ms, and then takes it for 0.
    private const int LooksWithoutConsumer = 2;
    private volatile bool _isUnanswered;
    private volatile int _looks;

    /// <summary>Whether no request would be answered.</summary>
    public bool IsClosed => _isUnanswered && _looks >= LooksWithoutConsumer;

    /// <summary>A request got no reply in time.</summary>
    public void WasUnanswered() => _isUnanswered = true;

    /// <summary>The queue of the requests was looked at.</summary>
    /// <param name="consumers">How many consumers it has.</param>
    internal void Saw(uint consumers)
    {
        if (consumers == 0)
            _looks = Math.Min(_looks + 1, LooksWithoutConsumer);
        else
            (_looks, _isUnanswered) = (0, false);
    }
}
