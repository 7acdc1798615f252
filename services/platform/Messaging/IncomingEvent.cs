using FollowUp.Contracts;

namespace FollowUp.Platform.Messaging;

/// <summary>An event that was parsed and found valid.</summary>
/// <param name="Event">The envelope.</param>
/// <param name="Team">The team of the event.</param>
/// <param name="Application">The application's id.</param>
/// <param name="Sequence">The version of the application's stream at the source, from 1.</param>
/// <param name="Contract">The record of the contract.</param>
public sealed record IncomingEvent(CloudEvent Event, string Team, Guid Application, long Sequence, object Contract);
