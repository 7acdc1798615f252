using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace FollowUp.Harness;

/// <summary>A message that the mail server received, as parsed by Python's own mail library.</summary>
/// <param name="From">The sender in the envelope.</param>
/// <param name="To">The recipient in the envelope.</param>
/// <param name="Headers">The decoded headers, by name in lower case.</param>
/// <param name="Text">The body in plain text, or null.</param>
/// <param name="Html">The body in HTML, or null.</param>
/// <param name="Raw">The message as received.</param>
public sealed record Mail(
    string From,
    IReadOnlyList<string> To,
    IReadOnlyDictionary<string, string> Headers,
    string? Text,
    string? Html,
    string Raw
)
{
    public string Subject => Headers.GetValueOrDefault("subject", "");
}

/// <summary>
/// A real mail server (aiosmtpd, from the distribution) that keeps the messages that it receives. It offers no encryption.
/// </summary>
public sealed class Mailbox : IAsyncDisposable
{
    private const string Server = """
        import asyncio, email, email.policy, json, sys
        from aiosmtpd.smtp import SMTP, AuthResult

        kept, user, password = sys.argv[1:4]
        seconds, held = float(sys.argv[4]), sys.argv[5]

        def body(mail, kind):
            part = mail.get_body(preferencelist=(kind,))
            return part.get_content() if part else None

        class Keeper:
            async def handle_DATA(self, server, session, envelope):
                if held and held in envelope.rcpt_tos:
                    print("held", flush=True)
                    await asyncio.sleep(3600)
                await asyncio.sleep(seconds)
                mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
                line = json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos,
                    "headers": {k.lower(): str(v) for k, v in mail.items()},
                    "text": body(mail, "plain"), "html": body(mail, "html"), "raw": envelope.content.decode("utf-8", "replace")})
                with open(kept, "a") as file:
                    file.write(line + "\n")
                return "250 Kept"

        def known(server, session, envelope, mechanism, data):
            return AuthResult(handled=False, success=(data.login, data.password) == (user.encode(), password.encode()))

        secured = dict(authenticator=known, auth_required=True, auth_require_tls=False) if user else {}

        async def serve():
            loop = asyncio.get_running_loop()
            server = await loop.create_server(lambda: SMTP(Keeper(), enable_SMTPUTF8=True, loop=loop, **secured), "127.0.0.1", 0)
            print(server.sockets[0].getsockname()[1], flush=True)
            await loop.run_in_executor(None, sys.stdin.read)

        asyncio.run(serve())
        """;

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly Process _process;
    private bool _isClosed;
    private readonly string _kept;

    private Mailbox(Process process, string kept) => (_process, _kept) = (process, kept);

    public string Host => "127.0.0.1";

    /// <summary>The port, which the operating system chose.</summary>
    public int Port { get; private set; }

    /// <param name="user">The user that may send, with <paramref name="password"/>; without a user, everyone may send.</param>
    /// <param name="password">The user's password.</param>
    /// <param name="takes">How long the server takes to answer each message.</param>
    /// <param name="holds">
    /// The address whose messages the server never answers; <see cref="Holds"/> completes when it has such a message.
    /// </param>
    public static async Task<Mailbox> Start(string? user = null, string? password = null, TimeSpan takes = default, string? holds = null)
    {
        var kept = Path.GetTempFileName();
        var process = Process.Start(
            new ProcessStartInfo(
                Python.With("aiosmtpd"),
                ["-c", Server, kept, user ?? "", password ?? "", takes.TotalSeconds.ToString(CultureInfo.InvariantCulture), holds ?? ""]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        var trouble = process.StandardError.ReadToEndAsync();
        var mailbox = new Mailbox(process, kept);
        var first = await process.StandardOutput.ReadLineAsync().WaitAsync(Eventually.PatienceAtStart);
        if (int.TryParse(first, CultureInfo.InvariantCulture, out var port))
        {
            mailbox.Port = port;
            mailbox.Holds = process.StandardOutput.ReadLineAsync();
            return mailbox;
        }

        await mailbox.DisposeAsync();
        throw new InvalidOperationException($"The mail server did not start: {await trouble}");
    }

    /// <summary>The messages that the server has received so far, in that order.</summary>
    public IReadOnlyList<Mail> Messages()
    {
        using var file = new StreamReader(new FileStream(_kept, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = file.ReadToEnd();
        return
        [
            .. text[..(text.LastIndexOf('\n') + 1)]
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(x => JsonSerializer.Deserialize<Mail>(x, Web)!),
        ];
    }

    /// <summary>Completes when the server has a message that it holds.</summary>
    public Task Holds { get; private set; } = Task.CompletedTask;

    /// <summary>Waits until a message has arrived.</summary>
    public async Task<Mail> Receives(Func<Mail, bool> isIt, TimeSpan? deadline = null) =>
        (await Eventually.Get(() => Task.FromResult(Messages().FirstOrDefault(isIt)), x => x is not null, deadline, "the mail has come"))!;

    /// <summary>The server ends when its standard input closes, and so also when the tests are killed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Eventually.Patience);
        _process.Dispose();
        File.Delete(_kept);
    }
}
