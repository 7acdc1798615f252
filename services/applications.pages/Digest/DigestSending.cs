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
internal sealed partial class DigestSending(
    Mailer post,
    PagesAddress address,
    DigestStop stop,
    PersonalSettingsStore settings,
    ApiKeyValidator keys,
    Queries.Today today,
    IDocumentStore store,
    IServiceProvider services,
    TimeProvider time,
    ILogger<DigestSending> log
) : BackgroundService
{
    private const int AtATime = 50,
        LongestReason = 300;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5),
        Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The issuer confirms a person only at sign-in. A person whose last sign-in is older than this gets no digest: they may have left.
    /// </summary>
    public static readonly TimeSpan SeenWithin = TimeSpan.FromDays(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (post.Settings is not { } smtp)
            return;
        using var timer = new PeriodicTimer(Look, time);
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
            .Take(AtATime)
            .Select(x => x.Id)
            .ToListAsync(ct);
    }

    private async Task Send(Guid id, SmtpSettings smtp, CancellationToken ct)
    {
        if (await Begin(id, ct) is not { Digest: { } wish } person)
            return;
        try
        {
            var message = await Message(person, wish, smtp, ct);
            if (message is not null)
                await Hand(message, smtp, ct);
            await End(id, message is null ? DigestOutcome.Nothing : DigestOutcome.Sent, null);
        }
        catch (Exception exception)
        {
            LogNotSent(log, person.Team, exception.GetType().Name); // the server's message contains the address
            await End(
                id,
                DigestOutcome.Failed,
                exception.Message.Split('\n', 2)[0] is { Length: > LongestReason } text
                    ? text[..LongestReason]
                    : exception.Message.Split('\n', 2)[0]
            );
        }
    }

    // Stores that this node sends the digest. Of two nodes at the same time, one gets a conflict.
    private async Task<PersonalSettings?> Begin(Guid id, CancellationToken ct)
    {
        var isBegun = false;
        var person = await settings.Change(
            id,
            kept =>
            {
                isBegun = false;
                var now = time.GetUtcNow();
                if (kept is not { Digest: { } wish } || kept.NextDigestAt is null || kept.NextDigestAt > now)
                    return kept;
                isBegun = DigestClock.IsDue(
                    Instant.FromDateTimeOffset(now),
                    kept.LastDigest is { } last ? Instant.FromDateTimeOffset(last.At) : null,
                    wish.At,
                    kept.DigestZone
                );
                return (isBegun ? kept with { LastDigest = new(now, DigestOutcome.Begun) } : kept).Timed(now);
            },
            ct
        );
        return isBegun && person is not null && await MayStillRead(person, ct) ? person : null;
    }

    private async ValueTask<bool> MayStillRead(PersonalSettings person, CancellationToken ct)
    {
        if (person.Subject is not null ? person.SeenAt + SeenWithin > time.GetUtcNow() : person.Key is { } key && await keys.Holds(key, ct))
            return true;
        await settings.Change(person.Id, kept => kept is null ? null : kept with { Digest = null, NextDigestAt = null }, ct);
        return false;
    }

    private Task<PersonalSettings?> End(Guid id, DigestOutcome outcome, string? reason) =>
        settings.Change(
            id,
            kept => kept is { LastDigest: { } last } ? kept with { LastDigest = last with { Outcome = outcome, Reason = reason } } : kept,
            CancellationToken.None
        );

    private async Task<MimeMessage?> Message(PersonalSettings person, DigestWish wish, SmtpSettings smtp, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var content = await DigestContent.Read(today, person, now, ct);
        if (content.IsEmpty && wish.OnlyWithNews)
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
        var stopAddress = stop.AddressFor(person.Id);
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
                            [nameof(DigestMail.Stop)] = stopAddress,
                        }
                    )
                )
            ).ToHtmlString()
        );
        var message = new MimeMessage
        {
            Subject = words.Subject,
            Body = new BodyBuilder { TextBody = words.Text(stopAddress), HtmlBody = html }.ToMessageBody(),
            Date = now,
        };
        message.From.Add(smtp.From);
        message.To.Add(MailboxAddress.Parse(wish.Address));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add(HeaderId.ContentLanguage, CultureInfo.CurrentUICulture.Name);
        if (stopAddress is not null)
        {
            message.Headers.Add(HeaderId.ListUnsubscribe, $"<{stopAddress}>");
            message.Headers.Add(HeaderId.ListUnsubscribePost, "List-Unsubscribe=One-Click");
        }
        return message;
    }

    private static async Task Hand(MimeMessage message, SmtpSettings smtp, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        using var client = new SmtpClient();
        await client.ConnectAsync(smtp.Host, smtp.Port, smtp.Security, patience.Token);
        if (smtp is { User: { } user, Password: { } password })
            await client.AuthenticateAsync(user, password, patience.Token);
        await client.SendAsync(message, patience.Token);
        await client.DisconnectAsync(quit: true, patience.Token);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A digest of team {Team} could not be sent: {Kind}")]
    private static partial void LogNotSent(ILogger log, string team, string kind);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Looking for digests to send failed: {Kind}")]
    private static partial void LogFailed(ILogger log, string kind);
}
