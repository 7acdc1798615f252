using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace FollowUp.Browser.TestBed;

/// <summary>The test mail server accepts mail from an independent client library and returns it unchanged.</summary>
public sealed class TheMailbox
{
    [Fact]
    public async Task A_mail_is_read_back_with_its_headers_and_both_bodies()
    {
        await using var mailbox = await Mailbox.Start();
        await Send(mailbox, "Heute fällig: 3", "Grüße,\n.\neine Zeile mit Punkt", "<p>Grüße</p>");
        await Send(mailbox, "Second", "only text", null);

        var mail = await mailbox.Receives(x => x.Subject == "Heute fällig: 3");
        Assert.Equal(("digest@followup.example", "ana@careers.example"), (mail.From, Assert.Single(mail.To)));
        Assert.Equal("Ana Müller <ana@careers.example>", mail.Headers["to"]);
        Assert.Equal("Grüße,\n.\neine Zeile mit Punkt", mail.Text!.ReplaceLineEndings("\n").TrimEnd());
        Assert.Equal("<p>Grüße</p>", mail.Html!.TrimEnd());
        Assert.Contains("multipart/alternative", mail.Raw, StringComparison.Ordinal);
        Assert.Equal(["Heute fällig: 3", "Second"], mailbox.Messages().Select(x => x.Subject));
        Assert.Null(mailbox.Messages()[1].Html);
    }

    [Fact]
    public async Task A_server_with_a_password_refuses_mail_without_it()
    {
        await using var mailbox = await Mailbox.Start("followup", "a good one");
        await Assert.ThrowsAnyAsync<Exception>(() => Send(mailbox, "None", "text", null));
        await Assert.ThrowsAsync<AuthenticationException>(() => Send(mailbox, "Wrong", "text", null, "a bad one"));
        await Send(mailbox, "Right", "text", null, "a good one");
        Assert.Equal("Right", Assert.Single(mailbox.Messages()).Subject);
    }

    private static async Task Send(Mailbox mailbox, string subject, string text, string? html, string? password = null)
    {
        using var message = new MimeMessage();
        message.From.Add(new MailboxAddress("FollowUp", "digest@followup.example"));
        message.To.Add(new MailboxAddress("Ana Müller", "ana@careers.example"));
        message.Subject = subject;
        message.Body = new BodyBuilder { TextBody = text, HtmlBody = html }.ToMessageBody();
        using var client = new SmtpClient();
        await client.ConnectAsync(mailbox.Host, mailbox.Port, SecureSocketOptions.None);
        if (password is not null)
            await client.AuthenticateAsync("followup", password);
        await client.SendAsync(message);
        await client.DisconnectAsync(true);
    }
}
