using System.Diagnostics;
using JasperFx.Events;
using Marten;

namespace FollowUp.Platform.EventStore;

/// <summary>What events say of where they come from.</summary>
/// <param name="By">Who records.</param>
/// <param name="Correlation">The correlation id of all consequences of one request.</param>
/// <param name="Causation">The id of the message that is the cause.</param>
/// <param name="Principal">The principal who records, if it isn't the service itself.</param>
/// <param name="TraceParent">The trace in which the events are recorded, if it is sampled.</param>
public sealed record EventOrigin(string By, string? Correlation, string? Causation, string? Principal, string? TraceParent)
{
    /// <summary>The origin of what the present request or message records.</summary>
    /// <param name="by">Who records.</param>
    /// <param name="correlation">The correlation id; the trace's id where none is given.</param>
    /// <param name="causation">The id of the message that is the cause.</param>
    /// <param name="principal">The principal who records, if it isn't the service itself.</param>
    public static EventOrigin Of(string by, string? correlation, string? causation, string? principal)
    {
        var activity = Activity.Current;
        return new(
            by,
            correlation ?? activity?.TraceId.ToHexString(),
            causation,
            principal,
            activity is { Recorded: true } ? activity.Id : null
        );
    }

    /// <summary>Has all events of a session name this origin.</summary>
    internal void Sign(IDocumentSession session)
    {
        session.LastModifiedBy = By;
        session.CorrelationId = Correlation;
        session.CausationId = Causation;
        if (TraceParent is not null)
            session.SetHeader(SessionFactory.TraceParent, TraceParent);
        if (Principal is not null)
            session.SetHeader(SessionFactory.Principal, Principal);
    }

    /// <summary>Has one event name this origin, where a session records the events of several.</summary>
    /// <param name="appended">The event.</param>
    public void Sign(IEvent appended)
    {
        appended.UserName = By;
        appended.CorrelationId = Correlation;
        appended.CausationId = Causation;
        if (TraceParent is not null)
            appended.SetHeader(SessionFactory.TraceParent, TraceParent);
        if (Principal is not null)
            appended.SetHeader(SessionFactory.Principal, Principal);
    }
}
