using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.KeyPerFile;

namespace FollowUp.Platform;

/// <summary>Reads settings from the environment and from files.</summary>
public static class Settings
{
    /// <summary>
    /// Reads the files of the directory that <c>FOLLOWUP_SECRETS</c> names: each file's name is a setting, as <c>Bus__Uri</c>.
    /// </summary>
    /// <param name="configuration">The configuration.</param>
    public static void AddSecrets(this ConfigurationManager configuration)
    {
        if (configuration["FOLLOWUP_SECRETS"] is not { Length: > 0 } directory || !Directory.Exists(directory))
            return;
        if (!configuration.Sources.OfType<KeyPerFileConfigurationSource>().Any()) // several parts of a service call this
            configuration.AddKeyPerFile(directory, optional: true);
    }

    /// <summary>A setting without a default; no secret has one.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="name">As <c>Bus:Uri</c>.</param>
    /// <param name="what">What the setting is, for the message.</param>
    /// <exception cref="SettingException">The setting is missing.</exception>
    public static string Require(this IConfiguration configuration, string name, string what) =>
        configuration[name] is { Length: > 0 } value
            ? value.Trim()
            : throw new SettingException(
                $"{name} is not set: {what}. Set {name.Replace(":", "__", StringComparison.Ordinal)} in the environment, "
                    + "or a file of that name in the directory named by FOLLOWUP_SECRETS."
            );
}
