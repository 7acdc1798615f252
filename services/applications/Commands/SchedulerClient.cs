using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Contracts.MassTransit;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Platform.Inbox;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Commands;

/// <summary>
/// Sends the Scheduler public commands and internal requests in the name of a caller, and waits for the reply.
/// </summary>
public sealed class SchedulerClient(RequestClient requests, RequestGate gate, InboxFence fence, TimeProvider time)
{
    /// <summary>The code of the refusal when no reply came: the same request may be sent again.</summary>
    public const string Unreachable = "schedulerUnreachable";

    /// <summary>Sends a command or an internal request, and waits for the reply.</summary>
    /// <typeparam name="T">What answers it: the contract's event, as <see cref="FollowUpClaimed"/>, or the private answer, as <see
    /// cref="PolicyAnswer"/>.</typeparam>
    /// <param name="caller">In whose name.</param>
    /// <param name="subject">The application's id; for what is about the whole team, any.</param>
    /// <param name="command">The command or question.</param>
    /// <param name="id">The message's id; one that follows from the claim unless given, where there is one.</param>
    /// <param name="deadline">How long to wait, more than a second; 5 s unless given.</param>
    /// <param name="correlation">What it belongs to.</param>
    /// <exception cref="RefusedException">The Scheduler refuses, in its own words; or <see cref="Unreachable"/>.</exception>
    public async Task<T> Ask<T>(
        Caller caller,
        Guid subject,
        object command,
        CancellationToken ct,
        string? id = null,
        TimeSpan? deadline = null,
        string? correlation = null
    )
        where T : class => Read<T>(await Request(caller, subject, command, id, deadline, correlation, ct));

    /// <summary>Settles a claim.</summary>
    /// <param name="caller">In whose name.</param>
    /// <param name="application">The application.</param>
    /// <param name="command">The command.</param>
    /// <param name="correlation">What it belongs to.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>What was settled, and the reply that says so, for <see cref="InboxFence.Require"/>.</returns>
    /// <exception cref="RefusedException">The Scheduler refuses, in its own words; or <see cref="Unreachable"/>.</exception>
    public async Task<(FollowUpSettled Made, CloudEvent Reply)> Settle(
        Caller caller,
        Guid application,
        SettleFollowUp command,
        string? correlation,
        CancellationToken ct
    )
    {
        var reply = await Request(caller, application, command, null, null, correlation, ct);
        return (Read<FollowUpSettled>(reply), reply);
    }

    private async Task<CloudEvent> Request(
        Caller caller,
        Guid subject,
        object command,
        string? id,
        TimeSpan? deadline,
        string? correlation,
        CancellationToken ct
    )
    {
        var question = new CloudEvent
        {
            Id = id ?? IdOf(command),
            Source = Catalogue.Applications,
            Type = InternalCatalogue.NameOf(command.GetType()),
            Subject = subject.ToString(),
            Time = time.GetUtcNow(),
            Team = caller.Team,
            CorrelationId = correlation,
            RecordedBy = caller.Name,
            Principal = caller.Principal,
            TraceParent = System.Diagnostics.Activity.Current is { Recorded: true } activity ? activity.Id : null,
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToElement(command, command.GetType(), Json.Lenient),
        };
        if (gate.IsClosed)
            throw new RefusedException(
                Unreachable,
                "No node of the Scheduler takes requests at the moment, so it was not asked. Please try again, with the same claimId.",
                retryAfter: 5
            );
        try
        {
            var reply = await requests.Request(Topology.SchedulerRequests, question, deadline, ct);
            await fence.Notice(reply, ct);
            return reply;
        }
        catch (TimeoutException)
        {
            gate.WasUnanswered();
            throw new RefusedException(
                Unreachable,
                command is SettleFollowUp
                    ? "The Scheduler can't be reached, and without its word no follow-up is recorded. "
                        + "Please try again, with the same claimId."
                    : "The Scheduler can't be reached, so nothing is known to have been done. Please try again.",
                retryAfter: 5
            );
        }
    }

    /// <summary>The answer, if it is the one that was asked for.</summary>
    /// <exception cref="RefusedException">It is a refusal, or not understood.</exception>
    internal static T Read<T>(CloudEvent answer)
        where T : class
    {
        if (answer.Type == InternalCatalogue.NameOf(typeof(T)) && answer.Data.Deserialize<T>(Json.Lenient) is { } read)
            return read;
        throw answer.Type == Catalogue.Rejected && answer.Data.Deserialize<CommandRejected>(Json.Lenient) is { } rejected
            ? RefusedException.Of(rejected)
            : new RefusedException("internalError", "The Scheduler gave an answer that is not understood; nothing was recorded.");
    }

    /// <summary>The id of the message. Commands with a claim id have the same id when they are sent again.</summary>
    internal static string IdOf(object command) =>
        command switch
        {
            ClaimFollowUp x => $"claim-{x.ClaimId}",
            SettleFollowUp x => $"settle-{x.ClaimId}",
            ReleaseClaim x => $"release-{x.ClaimId}",
            _ => Guid.CreateVersion7().ToString(),
        };
}
