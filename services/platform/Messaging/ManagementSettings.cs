namespace FollowUp.Platform.Messaging;

/// <summary>Where the broker's management API is.</summary>
/// <param name="Uri">With user and password, or without where they are those of <c>Bus:Uri</c>; null where there is none.</param>
internal sealed record ManagementSettings(Uri? Uri)
{
    /// <summary>Reads the setting <c>Bus:Management</c>.</summary>
    /// <param name="uri">Its value, if it has one.</param>
    /// <exception cref="SettingException">The value is no HTTP address.</exception>
    public static ManagementSettings Parse(string? uri) =>
        uri?.Trim() switch
        {
            null or "" => new((Uri?)null),
            var text
                when Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var parsed)
                    && parsed.Scheme is "http" or "https" => new(parsed),
            _ => throw new SettingException(
                "Bus:Management must be an http or https address of the broker's management API, as https://user:password@host:15671/."
            ),
        };
}
