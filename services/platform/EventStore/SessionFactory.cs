using System.Diagnostics;
using Marten;
using Marten.Services;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace FollowUp.Platform.EventStore;

/// <summary>Opens sessions.</summary>
public static class SessionFactory
{
    /// <summary>The header of an event with the trace in which it was recorded.</summary>
    public const string TraceParent = "traceparent";

    /// <summary>
    /// The header of an event that was restored from a replay: it was published when it was decided, and isn't published again.
    /// </summary>
    public const string Restored = "takenback";

    /// <summary>
    /// The header of an event with the last version of its stream that was recorded in the same transaction, if it is not the last itself.
    /// </summary>
    public const string LastVersion = "lastversion";

    /// <summary>The header of a restored event with the incarnation of this service's store in which it was decided.</summary>
    public const string Incarnation = "incarnation";

    /// <summary>The header of an imported event with the replay that it is published in.</summary>
    public const string Replay = "replay";

    /// <summary>The header of an imported event with the last version of its stream that was imported.</summary>
    public const string ReplayLast = "replaylast";

    /// <summary>The header of an imported event with the number of the sibling's decisions about its stream that were imported.</summary>
    public const string ReplayDecided = "replaydecided";

    /// <summary>The header of an event with the principal that recorded it.</summary>
    public const string Principal = "principal";

    /// <summary>
    /// The caller's correlation id for all consequences of the request; null where the caller gives none, or one that could not be sent on.
    /// </summary>
    /// <param name="request">The request.</param>
    public static string? CorrelationId(this HttpRequest request) =>
        request.Headers["X-Correlation-Id"].ToString() is { Length: > 0 and <= 100 } correlation && !correlation.Any(char.IsControl)
            ? correlation
            : null;

    /// <summary>A session of one team, whose events name who recorded them and in which trace.</summary>
    /// <param name="store">The store.</param>
    /// <param name="team">The team.</param>
    /// <param name="by">Who records.</param>
    /// <param name="correlation">The correlation id of all consequences of one request; the trace's id where none is given.</param>
    /// <param name="causation">The id of the message that is the cause.</param>
    /// <param name="transaction">An open transaction that the caller commits; the session's own where none is given.</param>
    /// <param name="principal">The principal who records, if it isn't the service itself.</param>
    public static IDocumentSession Open(
        this IDocumentStore store,
        string team,
        string by,
        string? correlation = null,
        string? causation = null,
        NpgsqlTransaction? transaction = null,
        string? principal = null
    )
    {
        var session = transaction is null ? store.LightweightSession(team) : store.OpenSession(In(transaction, team));
        var activity = Activity.Current;
        session.LastModifiedBy = by;
        session.CorrelationId = correlation ?? activity?.TraceId.ToHexString();
        session.CausationId = causation;
        if (activity is { Recorded: true, Id: { } id })
            session.SetHeader(TraceParent, id);
        if (principal is not null)
            session.SetHeader(Principal, principal);
        return session;
    }

    private static SessionOptions In(NpgsqlTransaction transaction, string team)
    {
        var options = SessionOptions.ForTransaction(transaction);
        options.TenantId = team;
        options.Tracking = DocumentTracking.None;
        return options;
    }
}
