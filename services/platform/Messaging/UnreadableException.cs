namespace FollowUp.Platform.Messaging;

/// <summary>A message isn't what it should be; it becomes a dead letter with this reason.</summary>
/// <param name="code">Stable, camelCase.</param>
/// <param name="message">A sentence.</param>
public sealed class UnreadableException(string code, string message) : Exception(message)
{
    /// <summary>Stable, camelCase.</summary>
    public string Code { get; } = code;
}
