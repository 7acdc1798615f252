using FollowUp.Platform;
using MailKit.Security;
using MimeKit;

namespace FollowUp.Applications.Pages.Digest;

/// <summary>The SMTP server and the sender of mails.</summary>
internal sealed record SmtpSettings(
    string Host,
    int Port,
    string? User,
    string? Password,
    MailboxAddress From,
    SecureSocketOptions Security
)
{
    private static readonly string[] Parts = ["Port", "User", "Password", "From", "Security"];

    /// <summary>The settings from the configuration; null if no SMTP server is set.</summary>
    /// <exception cref="SettingException">A value is missing or invalid.</exception>
    public static SmtpSettings? Of(IConfiguration configuration)
    {
        string? Text(string name) => configuration[$"Smtp:{name}"]?.Trim() is { Length: > 0 } text ? text : null;
        if (Text("Host") is not { } host)
        {
            var left = Parts.FirstOrDefault(x => Text(x) is not null);
            return left is null
                ? null
                : throw new SettingException($"Smtp:{left} is set, but Smtp:Host is not: the name of the server that takes mail.");
        }
        var security = (Text("Security") ?? "startTls").ToLowerInvariant() switch
        {
            "none" => SecureSocketOptions.None,
            "starttls" => SecureSocketOptions.StartTls,
            "tls" => SecureSocketOptions.SslOnConnect,
            _ => throw new SettingException("Smtp:Security must be none, startTls or tls."),
        };
        var usual = security switch
        {
            SecureSocketOptions.None => 25,
            SecureSocketOptions.SslOnConnect => 465,
            _ => 587,
        };
        var port =
            Text("Port") is not { } number ? usual
            : int.TryParse(number, System.Globalization.CultureInfo.InvariantCulture, out var given) && given is > 0 and < 65536 ? given
            : throw new SettingException("Smtp:Port must be a port, as 587.");
        var from = configuration.Require("Smtp:From", "the address that digests come from, as FollowUp <followup@example.org>");
        if (!MailboxAddress.TryParse(from, out var sender) || !sender.Address.Contains('@'))
            throw new SettingException("Smtp:From must be an e-mail address, as FollowUp <followup@example.org>.");
        if (Text("User") is null != Text("Password") is null)
            throw new SettingException("Smtp:User and Smtp:Password belong together: set both, or neither.");
        return new(host, port, Text("User"), Text("Password"), sender, security);
    }
}

/// <summary>The mail server's settings; null if no mail is sent.</summary>
internal sealed record Mailer(SmtpSettings? Settings);
