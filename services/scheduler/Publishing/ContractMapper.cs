using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Outbox;
using FollowUp.Scheduler.Planning;
using JasperFx.Events;
using PolicyChanged = FollowUp.Scheduler.TeamPolicies.PolicyChanged;
using Public = FollowUp.Contracts;

namespace FollowUp.Scheduler.Publishing;

/// <summary>Maps this service's events to the contracts that it publishes, and back.</summary>
internal sealed class ContractMapper : IContractMapper
{
    public string Source => Catalogue.Scheduler;

    public object? ToContract(IEvent fact) => Map(fact.StreamId, fact.Data);

    public static object? Map(Guid application, object fact) =>
        fact switch
        {
            Planned x => new FollowUpPlanned(
                application,
                x.Stage,
                x.Candidate,
                x.DueAt.ToUniversalTime(),
                x.WindowEndsAt.ToUniversalTime(),
                x.Channels,
                x.Contact,
                x.Situation,
                x.Anchor,
                x.PolicyVersion,
                x.Reasons,
                x.ReleasedAt?.ToUniversalTime()
            ),
            Withheld x => new FollowUpWithheld(application, x.Stage, x.Candidate, x.Situation, x.PolicyVersion, x.Reasons, x.OpensWhen),
            Due x => new FollowUpDue(
                application,
                x.Stage,
                x.Candidate,
                x.DueAt.ToUniversalTime(),
                x.WindowEndsAt.ToUniversalTime(),
                x.Channels,
                x.Contact
            ),
            Claimed x => new FollowUpClaimed(
                application,
                x.Stage,
                x.ClaimId,
                x.By,
                x.Channel,
                x.Epoch,
                x.At.ToUniversalTime(),
                x.ExpiresAt.ToUniversalTime(),
                Principal: x.Principal
            ),
            Released x => new ClaimReleased(application, x.Stage, x.ClaimId, x.By, x.At.ToUniversalTime()),
            Expired x => new ClaimExpired(application, x.Stage, x.ClaimId, x.By, x.At.ToUniversalTime()),
            Refused x => new ClaimRefused(application, x.Stage, x.ClaimId, x.By, x.Reason, x.At.ToUniversalTime(), x.Principal),
            Settled x => new FollowUpSettled(
                application,
                x.Stage,
                x.ClaimId,
                x.By,
                x.Channel,
                x.Epoch,
                x.MadeAt.ToUniversalTime(),
                x.Against
            ),
            Unsettled x => new FollowUpRetracted(application, x.Stage, x.ClaimId, x.At.ToUniversalTime()),
            Waived x => new FollowUpWaived(application, x.Stage, x.Reason, x.At.ToUniversalTime()),
            Lapsed x => new FollowUpLapsed(
                application,
                x.Stage,
                x.WindowEndedAt.ToUniversalTime(),
                x.At.ToUniversalTime(),
                Reasons.HasLapsed(x.WindowEndedAt)
            ),
            Assigned x => new FollowUpAssigned(application, x.Stage, x.To, x.By, x.At.ToUniversalTime()),
            Snoozed x => new FollowUpSnoozed(application, x.Stage, x.DueAt.ToUniversalTime(), x.By, x.At.ToUniversalTime()),
            Overridden x => new FollowUpOverridden(application, x.Stage, x.Because, x.Despite, x.By, x.At.ToUniversalTime()),
            PolicyChanged x => new Public.PolicyChanged(
                x.Version,
                JsonSerializer.SerializeToElement(x.Policy, Json.Lenient),
                x.By,
                x.At.ToUniversalTime()
            ),
            ClosingProposed x => new Public.ClosingProposed(
                application,
                x.Stage,
                x.IsRejected is true ? ClosingReason.Rejected : ClosingReason.NoResponse,
                x.SilentSince.ToUniversalTime(),
                x.At.ToUniversalTime()
            ),
            ClosingProposalWithdrawn x => new Public.ClosingProposalWithdrawn(application, x.Stage, x.At.ToUniversalTime()),
            _ => null,
        };

    /// <summary>The event of a message that this service published and receives again from a replay.</summary>
    /// <exception cref="InvalidOperationException">This version doesn't know the type.</exception>
    public static object ToEvent(IncomingEvent message) =>
        ToEvent(message.Contract) ?? throw new InvalidOperationException($"This version doesn't know what a {message.Event.Type} was.");

    /// <summary>
    /// The event that was published as a contract: the mapping loses no data, so that this service can be rebuilt from published messages.
    /// </summary>
    public static object? ToEvent(object contract) =>
        contract switch
        {
            FollowUpPlanned x => new Planned(
                x.Stage,
                x.Candidate,
                x.DueAt,
                x.WindowEndsAt,
                [.. x.Channels],
                x.Contact,
                x.Situation,
                x.Anchor,
                x.PolicyVersion,
                [.. x.Reasons],
                x.ReleasedAt
            ),
            FollowUpWithheld x => new Withheld(
                x.Stage,
                x.Candidate,
                x.Situation,
                x.PolicyVersion,
                [.. x.Reasons],
                x.OpensWhen is { } opens ? [.. opens] : null
            ),
            FollowUpDue x => new Due(x.Stage, x.Candidate, x.DueAt, x.WindowEndsAt, [.. x.Channels], x.Contact),
            FollowUpClaimed x => new Claimed(x.Stage, x.ClaimId, x.By, x.Channel, x.Epoch, x.ClaimedAt, x.ExpiresAt, x.Principal),
            ClaimReleased x => new Released(x.Stage, x.ClaimId, x.By, x.ReleasedAt),
            ClaimExpired x => new Expired(x.Stage, x.ClaimId, x.By, x.ExpiredAt),
            ClaimRefused x => new Refused(x.Stage, x.ClaimId, x.By, x.Reason, x.RefusedAt, x.Principal),
            FollowUpSettled x => new Settled(
                x.Stage,
                x.ClaimId,
                x.By,
                x.Channel,
                x.Epoch,
                x.MadeAt,
                x.Against is { } against ? [.. against] : null
            ),
            FollowUpRetracted x => new Unsettled(x.Stage, x.ClaimId, x.RetractedAt),
            FollowUpWaived x => new Waived(x.Stage, x.Reason, x.WaivedAt),
            FollowUpLapsed x => new Lapsed(x.Stage, x.WindowEndedAt, x.LapsedAt),
            FollowUpAssigned x => new Assigned(x.Stage, x.To, x.By, x.AssignedAt),
            FollowUpSnoozed x => new Snoozed(x.Stage, x.DueAt, x.By, x.SnoozedAt),
            FollowUpOverridden x => new Overridden(x.Stage, x.Because, [.. x.Despite], x.By, x.OverriddenAt),
            Public.PolicyChanged x => new PolicyChanged(x.Version, x.Policy.Deserialize<Policy>(Json.Lenient)!, x.By, x.ChangedAt),
            Public.ClosingProposed x => new ClosingProposed(
                x.Stage,
                x.SilentSince,
                x.ProposedAt,
                x.Reason == ClosingReason.Rejected ? true : null
            ),
            Public.ClosingProposalWithdrawn x => new ClosingProposalWithdrawn(x.Stage, x.WithdrawnAt),
            _ => null,
        };
}
