namespace FollowUp.Platform;

/// <summary>A setting is missing or wrong; the message names the setting and what it is for.</summary>
/// <param name="message">A sentence.</param>
public sealed class SettingException(string message) : Exception(message);
