using FollowUp.Contracts;
using JasperFx.Events;

namespace FollowUp.Platform.EventStore;

/// <summary>Gives each event its own cause, where one transaction holds the consequences of many messages.</summary>
public static class EventCausation
{
    /// <summary>
    /// Wraps an event's data so that the event equals, in every respect, the one that this service once published as a message.
    /// </summary>
    /// <param name="data">The event's data.</param>
    /// <param name="published">The message, from a replay.</param>
    public static IEvent RestoredFrom(this object data, CloudEvent published)
    {
        var restored = data.CausedBy(published);
        if (Guid.TryParse(published.Id, out var id))
            restored.Id = id;
        restored.CausationId = published.CausationId;
        restored.UserName = published.RecordedBy;
        if (published.Principal is { } principal)
            restored.SetHeader(SessionFactory.Principal, principal);
        if (published.Incarnation is { } incarnation)
            restored.SetHeader(SessionFactory.Incarnation, incarnation);
        if (published.Time is { } time)
            restored.Timestamp = time;
        restored.SetHeader(SessionFactory.Restored, published.Replay!);
        return restored;
    }

    /// <summary>Wraps an event's data so that the event names the message that caused it, its correlation id and its trace.</summary>
    /// <param name="data">The event's data.</param>
    /// <param name="cause">The message.</param>
    public static IEvent CausedBy(this object data, CloudEvent cause)
    {
        var wrapped = (IEvent)Activator.CreateInstance(typeof(Event<>).MakeGenericType(data.GetType()), data)!;
        wrapped.CorrelationId = cause.CorrelationId;
        wrapped.CausationId = cause.Id;
        wrapped.Timestamp = TimeProvider.System.GetUtcNow(); // the store doesn't always set the time of a wrapped event
        if (cause.TraceParent is { } trace)
            wrapped.SetHeader(SessionFactory.TraceParent, trace);
        return wrapped;
    }
}
