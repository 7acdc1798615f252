using System.Globalization;
using FollowUp.Applications.Pages.Me;
using FollowUp.Platform.Security;
using MailKit.Net.Smtp;
using Marten;
using Microsoft.Extensions.Localization;
using MimeKit;
using NodaTime;

namespace FollowUp.Applications.Pages.Digest;

// See docs/decisions/0018-digest-at-most-once.md
/// <summary>
/// Sends digests: at most one a day to each person, with any number of nodes. A node stores <see cref="DigestOutcome.Begun"/> before it
/// sends a digest, and other nodes then skip this digest. A failure after that point is shown at /me, and the next attempt is the next
/// morning's digest.
/// </summary>
internal sealed partial class DigestSender(
    Mailer mailer,
    PagesAddress address,
    DigestUnsubscribe unsubscribe,
    PersonalSettingsStore settings,
    ApiKeyValidator keys,
    Queries.Today today,
    IDocumentStore store,
    IServiceProvider services,
    TimeProvider time,
    ILogger<DigestSender> log
) : BackgroundService
{
    private const int BatchSize = 50,
        LongestReason = 300;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5),
        SendTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The issuer confirms a person only at sign-in. A person whose last sign-in is older than this gets no digest: they may have left.
    /// </summary>
    public static readonly TimeSpan SeenWithin = TimeSpan.FromDays(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (mailer.Settings is not { } smtp)
            return;
        using var timer = new PeriodicTimer(PollInterval, time);
        do
        {
            try
            {
                foreach (var id in await Due(stoppingToken))
                    await Send(id, smtp, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, exception.GetType().Name);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<IReadOnlyList<Guid>> Due(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var session = store.QuerySession();
        return await session
            .Query<PersonalSettings>()
            .Where(x => x.NextDigestAt <= now)
            .OrderBy(x => x.NextDigestAt)
            .Take(BatchSize)
            .Select(x => x.Id)
            .ToListAsync(ct);
    }

    private async Task Send(Guid id, SmtpSettings smtp, CancellationToken ct)
    {
        if (await StoreBegun(id, ct) is not { Digest: { } subscription } person)
            return;
        try
        {
            var message = await Compose(person, subscription, smtp, ct);
            if (message is not null)
                await SendMail(message, smtp, ct);
            await StoreOutcome(id, message is null ? DigestOutcome.Nothing : DigestOutcome.Sent, null);
        }
        catch (Exception exception)
        {
            LogNotSent(log, person.Team, exception.GetType().Name); // the server's message contains the address
            await StoreOutcome(
                id,
                DigestOutcome.Failed,
                exception.Message.Split('\n', 2)[0] is { Length: > LongestReason } text
                    ? text[..LongestReason]
                    : exception.Message.Split('\n', 2)[0]
            );
        }
    }

    // Stores that this node sends the digest. Of two nodes at the same time, one gets a conflict.
    private async Task<PersonalSettings?> StoreBegun(Guid id, CancellationToken ct)
    {
        var isBegun = false;
        var person = await settings.Change(
            id,
            stored =>
            {
                isBegun = false;
                var now = time.GetUtcNow();
                if (stored is not { Digest: { } subscription } || stored.NextDigestAt is null || stored.NextDigestAt > now)
                    return stored;
                isBegun = DigestClock.IsDue(
                    Instant.FromDateTimeOffset(now),
                    stored.LastDigest is { } last ? Instant.FromDateTimeOffset(last.At) : null,
                    subscription.At,
                    stored.DigestZone
                );
                return (isBegun ? stored with { LastDigest = new(now, DigestOutcome.Begun) } : stored).WithNextDigest(now);
            },
            ct
        );
        return isBegun && person is not null && await MayStillRead(person, ct) ? person : null;
    }

    private async ValueTask<bool> MayStillRead(PersonalSettings person, CancellationToken ct)
    {
        if (person.Subject is not null ? person.SeenAt + SeenWithin > time.GetUtcNow() : person.Key is { } key && await keys.Holds(key, ct))
            return true;
        await settings.Change(person.Id, stored => stored is null ? null : stored with { Digest = null, NextDigestAt = null }, ct);
        return false;
    }

    private Task<PersonalSettings?> StoreOutcome(Guid id, DigestOutcome outcome, string? reason) =>
        settings.Change(
            id,
            stored =>
                stored is { LastDigest: { } last } ? stored with { LastDigest = last with { Outcome = outcome, Reason = reason } } : stored,
            CancellationToken.None
        );

    private async Task<MimeMessage?> Compose(
        PersonalSettings person,
        DigestSubscription subscription,
        SmtpSettings smtp,
        CancellationToken ct
    )
    {
        var now = time.GetUtcNow();
        var content = await DigestContent.Read(today, person, now, ct);
        if (content.IsEmpty && subscription.OnlyWithNews)
            return null;
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture =
            Languages.Find(person.DigestLanguage) ?? CultureInfo.GetCultureInfo("en-GB");
        await using var scope = services.CreateAsyncScope();
        var words = new DigestWords(
            scope.ServiceProvider.GetRequiredService<IStringLocalizer<Words>>(),
            scope.ServiceProvider.GetRequiredService<Terms>(),
            content,
            person.DigestZone,
            address.Url
        );
        var unsubscribeAddress = unsubscribe.AddressFor(person.Id);
        await using var renderer = new Microsoft.AspNetCore.Components.Web.HtmlRenderer(
            scope.ServiceProvider,
            scope.ServiceProvider.GetRequiredService<ILoggerFactory>()
        );
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
            (
                await renderer.RenderComponentAsync<DigestMail>(
                    Microsoft.AspNetCore.Components.ParameterView.FromDictionary(
                        new Dictionary<string, object?>(StringComparer.Ordinal)
                        {
                            [nameof(DigestMail.Content)] = content,
                            [nameof(DigestMail.Words)] = words,
                            [nameof(DigestMail.Stop)] = unsubscribeAddress,
                        }
                    )
                )
            ).ToHtmlString()
        );
        var message = new MimeMessage
        {
            Subject = words.Subject,
            Body = new BodyBuilder { TextBody = words.Text(unsubscribeAddress), HtmlBody = html }.ToMessageBody(),
            Date = now,
        };
        message.From.Add(smtp.From);
        message.To.Add(MailboxAddress.Parse(subscription.Address));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add(HeaderId.ContentLanguage, CultureInfo.CurrentUICulture.Name);
        if (unsubscribeAddress is not null)
        {
            message.Headers.Add(HeaderId.ListUnsubscribe, $"<{unsubscribeAddress}>");
            message.Headers.Add(HeaderId.ListUnsubscribePost, "List-Unsubscribe=One-Click");
        }
        return message;
    }

    private static async Task SendMail(MimeMessage message, SmtpSettings smtp, CancellationToken ct)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(SendTimeout);
        using var client = new SmtpClient();
        await client.ConnectAsync(smtp.Host, smtp.Port, smtp.Security, timeout.Token);
        if (smtp is { User: { } user, Password: { } password })
            await client.AuthenticateAsync(user, password, timeout.Token);
        await client.SendAsync(message, timeout.Token);
        await client.DisconnectAsync(quit: true, timeout.Token);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Sending a digest of team {Team} failed; the next attempt is the next morning's digest: {Kind}"
    )]
    private static partial void LogNotSent(ILogger log, string team, string kind);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reading the due digests failed; the next attempt is in 5 seconds: {Kind}")]
    private static partial void LogFailed(ILogger log, string kind);
}
