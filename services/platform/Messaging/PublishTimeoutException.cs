namespace FollowUp.Platform.Messaging;

/// <summary>
/// The broker did not confirm in time. This is no <see cref="OperationCanceledException"/>: one that leaks into Marten's daemon stops the
/// daemon without a log line.
/// </summary>
/// <param name="message">A sentence.</param>
/// <param name="inner">The cancellation or time-out of the transport.</param>
public sealed class PublishTimeoutException(string message, Exception? inner = null) : Exception(message, inner);
