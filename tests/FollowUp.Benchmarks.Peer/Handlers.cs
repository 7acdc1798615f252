using System.Collections.Concurrent;
using System.Diagnostics;
using Marten;

namespace FollowUp.Benchmarks.Peer;

#pragma warning disable CS1591 // Wolverine finds them by their names

/// <summary>The second process plans.</summary>
public static class SubmittedHandler
{
    public static Planned Handle(Submitted message, IDocumentSession session)
    {
        var planned = new Planned(message.Id, message.Candidate, message.At.AddDays(7), message.Began);
        session.Events.StartStream(message.Id, planned);
        session.Store(new Slot(message.Id, message.Candidate, planned.DueAt));
        return planned;
    }
}

/// <summary>The first process shows the plan.</summary>
public static class PlannedHandler
{
    public static void Handle(Planned message, IDocumentSession session, RoundTrips trips)
    {
        session.Store(new Slot(message.Id, message.Candidate, message.DueAt));
        trips.Add(Stopwatch.GetElapsedTime(message.Began));
    }
}

/// <summary>The submissions that have come full circle.</summary>
public sealed class RoundTrips
{
    private readonly ConcurrentQueue<double> _milliseconds = [];

    internal void Add(TimeSpan time) => _milliseconds.Enqueue(time.TotalMilliseconds);

    /// <summary>How long each took from its request on, in milliseconds; each is told once.</summary>
    public IReadOnlyList<double> Take()
    {
        var taken = new List<double>();
        while (_milliseconds.TryDequeue(out var time))
            taken.Add(time);
        return taken;
    }
}
