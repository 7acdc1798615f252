namespace FollowUp.Contracts.MassTransit;

/// <summary>
/// A message as bytes, not parsed: a consumer of this type also receives malformed messages, and decides what becomes of them.
/// </summary>
/// <param name="Body">What should be a structured CloudEvent in UTF-8.</param>
public sealed record RawMessage(byte[] Body);
