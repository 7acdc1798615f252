using System.Globalization;
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
        var restored = data.Repeating(published);
        if (published.Incarnation is { } incarnation)
            restored.SetHeader(SessionFactory.Incarnation, incarnation);
        restored.SetHeader(SessionFactory.Restored, published.Replay!);
        return restored;
    }

    /// <summary>
    /// Wraps an event's data so that the event is that of another store, and is published as part of a replay: the sibling decides nothing
    /// before it has everything.
    /// </summary>
    /// <param name="data">The event's data.</param>
    /// <param name="published">The message that the other store published.</param>
    /// <param name="replay">The id of the replay.</param>
    /// <param name="last">The last version of the event's stream in the replay.</param>
    /// <param name="decided">How many decisions of the sibling about the stream are in the replay.</param>
    public static IEvent ImportedFrom(this object data, CloudEvent published, string replay, long last, long decided)
    {
        var imported = data.Repeating(published);
        imported.SetHeader(SessionFactory.Replay, replay);
        imported.SetHeader(SessionFactory.ReplayLast, Text(last));
        imported.SetHeader(SessionFactory.ReplayDecided, Text(decided));
        if (published.LastSequence is { } together)
            imported.SetHeader(SessionFactory.LastVersion, Text(together));
        return imported;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static IEvent Repeating(this object data, CloudEvent published)
    {
        var repeated = data.CausedBy(published);
        if (Guid.TryParse(published.Id, out var id))
            repeated.Id = id;
        repeated.CausationId = published.CausationId;
        repeated.UserName = published.RecordedBy;
        if (published.Principal is { } principal)
            repeated.SetHeader(SessionFactory.Principal, principal);
        if (published.Time is { } time)
            repeated.Timestamp = time;
        return repeated;
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
