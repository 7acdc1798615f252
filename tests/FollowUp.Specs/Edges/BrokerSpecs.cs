using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using FollowUp.Contracts;
using FollowUp.Modules.DeadLetters;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Security;
using FollowUp.Specs.Domain;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;

namespace FollowUp.Specs.Edges;

/// <summary>
/// The permissions at the broker, and the data of a dead letter. The end-to-end tests prove that the broker enforces the permissions.
/// </summary>
public sealed class BrokerSpecs
{
    private const string Ours = "followup",
        Queue = "followup.scheduler.commands";
    private static readonly Integration Crm = new()
    {
        Id = "acme.crm",
        Team = "acme",
        Name = "crm",
        MayRead = true,
        MayCommand = true,
        MadeAt = Slots.DueAt,
    };

    private static BusSettings Bus(string uri = "amqp://followup:s%40cret@broker:5673/%2F") => BusSettings.Parse(uri, "applications");

    // Permissions

    private static bool Permits(string pattern, string name) => Regex.IsMatch(name, pattern, RegexOptions.None, TimeSpan.FromSeconds(1));

    [Theory]
    [InlineData(true, true, @"^(followup\.commands|acme\.crm\.events)$", @"^(followup\.events|acme\.crm\.events)$", @"^acme\.")]
    [InlineData(true, false, @"^(acme\.crm\.events)$", @"^(followup\.events|acme\.crm\.events)$", @"^acme\.")]
    [InlineData(false, true, @"^(followup\.commands)$", "^$", "^$")]
    public void Permissions_are_no_wider_than_what_was_asked(bool mayRead, bool mayCommand, string write, string read, string topics) =>
        Assert.Equal(new(write, read, topics), BrokerPermissions.Of(Crm with { MayRead = mayRead, MayCommand = mayCommand }));

    [Theory]
    [InlineData("followup.commands", true), InlineData("acme.crm.events", true)]
    [
        InlineData("amq.default", false),
        InlineData("followup.events", false),
        InlineData("followup-commands", false),
        InlineData("followup.commands.x", false),
        InlineData("xfollowup.commands", false)
    ]
    [
        InlineData("acme.crm.eventsx", false),
        InlineData("acmexcrmxevents", false),
        InlineData("other.crm.events", false),
        InlineData("followup.scheduler.commands", false),
        InlineData("", false)
    ]
    public void It_may_write_to_two_names_alone(string name, bool isPermitted) =>
        Assert.Equal(isPermitted, Permits(BrokerPermissions.Of(Crm).Write, name));

    [
        Theory,
        InlineData("acme.follow-up.due", true),
        InlineData("acme.#", true),
        InlineData("#", false),
        InlineData("*.follow-up.due", false),
        InlineData("acme", false),
        InlineData("acmex.follow-up.due", false),
        InlineData("x.acme.y", false)
    ]
    public void It_may_bind_its_own_teams_keys_alone(string key, bool isPermitted) =>
        Assert.Equal(isPermitted, Permits(BrokerPermissions.Of(Crm).Topics, key));

    // The commands for an operator where there is no management API

    [Fact]
    public void Without_a_management_API_the_commands_are_listed_and_the_topics_come_before_the_permissions()
    {
        using var broker = new BrokerUsers(Bus(), new(null));
        var run = broker.ToMake(Crm, "0a1b")!;
        Assert.Equal(["add_user", "set_user_tags", "set_topic_permissions", "set_permissions"], run.Select(x => x.Split(' ')[1]));
        Assert.Equal("rabbitmqctl add_user 'acme.crm' '0a1b'", run[0]);
        Assert.Equal(@"rabbitmqctl set_topic_permissions --vhost='/' 'acme.crm' 'followup.events' '^$' '^acme\.'", run[2]);
        Assert.Equal(
            @"rabbitmqctl set_permissions --vhost='/' 'acme.crm' '^$' '^(followup\.commands|acme\.crm\.events)$' "
                + @"'^(followup\.events|acme\.crm\.events)$'",
            run[3]
        );
        Assert.Equal(["rabbitmqctl delete_user 'acme.crm'"], broker.ToRemove(Crm));
        Assert.Equal(("amqp://broker:5673/%2F", "/"), (broker.Address, broker.VirtualHost));
        Assert.DoesNotContain("impersonator", string.Concat(run), StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_management_API_there_is_nothing_to_run()
    {
        using var broker = new BrokerUsers(Bus(), new(new("http://broker:15672/")));
        Assert.Equal((null, null), (broker.ToMake(Crm, "0a1b"), broker.ToRemove(Crm)));
    }

    [Theory, InlineData("plain"), InlineData("it's"), InlineData("$HOME `id` \"x\" ; rm \\ * ' ''"), InlineData("-p"), InlineData("ä\t")]
    public void A_shell_reads_exactly_what_was_meant(string virtualHost)
    {
        using var broker = new BrokerUsers(Bus($"amqp://followup:secret@broker/{Uri.EscapeDataString(virtualHost)}"), new(null));
        var permissions = BrokerPermissions.Of(Crm);
        Assert.Equal(
            ["set_permissions", $"--vhost={virtualHost}", "acme.crm", "^$", permissions.Write, permissions.Read],
            Arguments(broker.ToMake(Crm, "0a1b")![3])
        );
    }

    private static string[] Arguments(string line)
    {
        using var shell = Process.Start(
            new ProcessStartInfo("sh", ["-c", $"rabbitmqctl() {{ for x; do printf '%s\\0' \"$x\"; done; }}\n{line}"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                StandardOutputEncoding = Encoding.UTF8,
            }
        )!;
        var text = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return text.TrimEnd('\0').Split('\0');
    }

    [Theory]
    [
        InlineData("amqp://a:b@h", "a", "b", "/"),
        InlineData("amqp://a:b@h/", "a", "b", "/"),
        InlineData("amqp://a:b@h/%2F", "a", "b", "/"),
        InlineData("amqp://a:b@h/one", "a", "b", "one")
    ]
    [InlineData("amqp://a%40x:b%3Ac@h/%2Fx", "a@x", "b:c", "/x"), InlineData("amqp://h", "guest", "guest", "/")]
    public void The_bus_is_read_from_its_URI(string uri, string user, string password, string virtualHost) =>
        Assert.Equal((user, password, virtualHost), (Bus(uri).User, Bus(uri).Password, Bus(uri).VirtualHost));

    [Fact]
    public void The_nodes_of_a_cluster_are_read_from_one_URI()
    {
        var bus = Bus("amqps://a:b%2C@one:5671,two,[::1]:7/%2Fx");
        Assert.Equal(["one:5671", "two", "[::1]:7"], bus.Nodes.Select(x => x.Authority));
        Assert.All(bus.Nodes, x => Assert.Equal(("amqps", "a:b%2C", "/%2Fx"), (x.Scheme, x.UserInfo, x.AbsolutePath)));
        Assert.Equal(("a", "b,", "/x"), (bus.User, bus.Password, bus.VirtualHost));
        using var broker = new BrokerUsers(bus, new(null));
        Assert.Equal("amqps://one:5671,two,[::1]:7/%2Fx", broker.Address);
    }

    [Theory, InlineData("one,two"), InlineData("http://one/"), InlineData("amqp://one,,two/"), InlineData("amqp://a:b@/"), InlineData("/")]
    public void Any_other_address_of_the_bus_is_refused(string uri) => Assert.Throws<SettingException>(() => Bus(uri));

    // Sender of a command

    private static readonly CloudEvent Command = new()
    {
        Id = "1",
        Source = "s",
        Type = "followup.follow-up.claim.v1",
        RecordedBy = "the owner",
    };

    private static string Refused(Sender sender, CloudEvent command, string? replyTo = null) =>
        Assert.Throws<RefusedException>(() => sender.Authorize(command, replyTo)) is var x && x.HttpStatus() == 403 ? x.Code : "not 403";

    [Fact]
    public void A_command_of_an_integration_has_its_team_and_its_name()
    {
        foreach (var team in new[] { null, "acme" })
            Assert.Equal(
                ("acme", "crm"),
                new Sender(false, Crm).Authorize(Command with { Team = team }, null) is var x ? (x.Team, x.RecordedBy) : default
            );
        Assert.Equal("the owner", new Sender(true, null).Authorize(Command with { Team = "other" }, "anywhere").RecordedBy);
    }

    [Fact]
    public void A_refused_sender_of_a_command_gets_the_reason()
    {
        Assert.Equal("unverifiedSender", Refused(Sender.Unknown, Command with { Team = "acme" }));
        Assert.Equal("unverifiedSender", Refused(new(false, Crm with { RevokedAt = Slots.DueAt }), Command));
        Assert.Equal("mayNotCommand", Refused(new(false, Crm with { MayCommand = false }), Command));
        Assert.Equal("foreignTeam", Refused(new(false, Crm), Command with { Team = "other" }));
        Assert.Equal("foreignTeam", Refused(new(false, Crm), Command with { Team = "" }));
    }

    [Theory]
    [InlineData(null, true), InlineData("", true), InlineData("amq.rabbitmq.reply-to.g1h2", true), InlineData("acme.crm.events", true)]
    [
        InlineData("other.crm.events", false),
        InlineData("acme.erp.events", false),
        InlineData("followup.scheduler.inbox", false),
        InlineData("amq.rabbitmq.reply-tox", false)
    ]
    public void A_reply_goes_to_the_sender(string? replyTo, bool isGood)
    {
        Assert.Equal(isGood, new Sender(false, Crm).MayBeAnsweredAt(replyTo));
        if (!isGood)
            Assert.Equal("foreignReplyTo", Refused(new(false, Crm), Command, replyTo));
        Assert.Equal(isGood && replyTo != "acme.crm.events", new Sender(false, Crm with { MayRead = false }).MayBeAnsweredAt(replyTo));
        Assert.Equal(isGood && replyTo != "acme.crm.events", Sender.Unknown.MayBeAnsweredAt(replyTo));
    }

    // Data of a dead letter

    private static DeadLetter Described(BasicProperties properties, string body = "{}") =>
        DeadLetterQueues.Parse(Queue, properties, Encoding.UTF8.GetBytes(body), Ours);

    private static BasicProperties Restored(BasicProperties properties) =>
        new DeadLetterQueues(Bus(), [Queue], null!, null!, NullLogger<DeadLetterQueues>.Instance).Restored(
            properties,
            Described(properties)
        );

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static BasicProperties DeadLetter(string? user = Ours) =>
        new()
        {
            UserId = user,
            Headers = new Dictionary<string, object?>
            {
                ["parked-id"] = Bytes("7"),
                ["parked-at"] = Bytes("2026-03-02T10:00:00.0000000+00:00"),
                ["first-seen"] = Bytes("2026-03-01T10:00:00.0000000+00:00"),
                ["reason-code"] = Bytes("malformedJson"),
                ["reason"] = Bytes("It is."),
                ["original-queue"] = Bytes(Queue),
                ["original-user-id"] = Bytes("acme.crm"),
                ["original-routing-key"] = Bytes("x.y"),
                ["original-content-type"] = Bytes("text/plain"),
                ["original-timestamp"] = new AmqpTimestamp(1_700_000_000),
                ["original-headers"] = new Dictionary<string, object?>
                {
                    ["mood"] = Bytes("good"),
                    ["CC"] = new List<object?> { Bytes("followup.scheduler.inbox") },
                    ["tries"] = 3,
                },
            },
        };

    [Fact]
    public void A_message_dead_lettered_by_the_service_keeps_all_its_properties()
    {
        var deadLetter = Described(DeadLetter(), """{ "team": "acme" }""");
        Assert.Equal(
            ("7", Queue, "malformedJson", "It is.", "acme"),
            (deadLetter.Id, deadLetter.Queue, deadLetter.Code, deadLetter.Reason, deadLetter.Team)
        );
        Assert.Equal(
            (Slots.At("2026-03-01T10:00:00Z"), Slots.At("2026-03-02T10:00:00Z")),
            (deadLetter.FirstSeen!.Value, deadLetter.ParkedAt!.Value)
        );
        Assert.Equal(
            ("acme.crm", "x.y", "text/plain"),
            (deadLetter.Properties["userId"], deadLetter.Properties["routingKey"], deadLetter.Properties["contentType"])
        );
        Assert.Equal(
            ("good", "[followup.scheduler.inbox]", "3"),
            (deadLetter.Headers["mood"], deadLetter.Headers["CC"], deadLetter.Headers["tries"])
        );
    }

    [Fact]
    public void A_retried_message_is_unchanged_but_for_its_user_and_without_copies()
    {
        var restored = Restored(DeadLetter());
        Assert.Equal((Ours, "text/plain", 1_700_000_000L), (restored.UserId, restored.ContentType, restored.Timestamp.UnixTime));
        Assert.Equal(
            ["mood", "retried-exchange", "retried-first-seen", "retried-routing-key", "retried-user-id", "tries"],
            restored.Headers!.Keys.Order(StringComparer.Ordinal)
        );
        Assert.Equal(("acme.crm", "x.y"), (restored.Headers["retried-user-id"], restored.Headers["retried-routing-key"]));
    }

    [Fact]
    public void Internal_headers_from_other_senders_are_ignored()
    {
        var forged = DeadLetter("acme.crm");
        forged.Headers!["original-user-id"] = Bytes(Ours);
        forged.Headers["retried-user-id"] = Bytes(Ours);
        Assert.Equal(("unknown", "acme.crm"), (Described(forged).Code, Described(forged).Properties["userId"]));
        Assert.Equal("acme.crm", Restored(forged).Headers!["retried-user-id"]);
        forged.UserId = null;
        Assert.Equal("", Restored(forged).Headers!["retried-user-id"]);
    }

    [Theory, InlineData("delivery_limit", "deadLettered"), InlineData("rejected", "deadLettered"), InlineData("expired", "expired")]
    public void A_message_dead_lettered_by_the_broker_has_the_brokers_reason(string reason, string code)
    {
        var death = new Dictionary<string, object?>
        {
            ["reason"] = Bytes(reason),
            ["count"] = 1L,
            ["time"] = new AmqpTimestamp(1_700_000_000),
            ["exchange"] = Bytes("followup.events"),
            ["routing-keys"] = new List<object?> { Bytes("acme.application.submitted") },
        };
        var properties = new BasicProperties
        {
            Headers = new Dictionary<string, object?>
            {
                ["x-death"] = new List<object?> { death },
                ["x-first-death-reason"] = Bytes(reason),
                ["mood"] = Bytes("good"),
            },
        };
        var deadLetter = Described(properties);
        Assert.Equal(
            (code, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), "acme.application.submitted"),
            (deadLetter.Code, deadLetter.ParkedAt!.Value, deadLetter.Properties["routingKey"])
        );
        Assert.Equal(["mood"], deadLetter.Headers.Keys);
        Assert.Equal(deadLetter.Id, Described(properties).Id);
        Assert.NotEqual(deadLetter.Id, Described(properties, "{ }").Id);
    }

    [Fact]
    public void A_message_moved_by_the_transport_has_the_exceptions_message() =>
        Assert.Equal(
            ("handlerFailed", "Oh."),
            Described(
                new()
                {
                    Headers = new Dictionary<string, object?> { ["MT-Fault-Message"] = Bytes("Oh."), ["MT-Reason"] = Bytes("fault") },
                }
            )
                is var x
                ? (x.Code, x.Reason)
                : default
        );

    // Headers that are too large for one AMQP frame

    private static Dictionary<string, object?> HeadersOf(string reason, Dictionary<string, object?>? theirs = null) =>
        DeadLetterPublisher.HeadersOf(
            Queue,
            new BasicProperties { Headers = theirs, ContentType = "text/plain" },
            new("acme.crm", "followup.commands", Queue, null),
            "unknownType",
            reason,
            Slots.DueAt
        );

    [Fact]
    public void A_reason_is_cut_and_never_in_the_middle_of_a_character()
    {
        Assert.Equal("It is.", HeadersOf("It is.")["reason"]);
        Assert.Equal(new string('x', 1000), HeadersOf(new string('x', 1000))["reason"]);
        Assert.Equal($"{new string('x', 1000)}…", HeadersOf(new string('x', 200_000))["reason"]);
        Assert.Equal($"{new string('x', 999)}…", HeadersOf($"{new string('x', 999)}😀y")["reason"]);
        Assert.Equal($"{new string('x', 998)}😀…", HeadersOf($"{new string('x', 998)}😀y")["reason"]);
    }

    [Fact]
    public void Headers_that_are_too_large_are_left_out_and_the_reason_says_so()
    {
        var small = new Dictionary<string, object?>
        {
            ["mood"] = Bytes("good"),
            ["tries"] = 3,
            ["retried-user-id"] = Bytes("x"),
        };
        Assert.Equal(["mood", "tries"], Assert.IsType<Dictionary<string, object?>>(HeadersOf("It is.", small)["original-headers"]).Keys);
        foreach (
            var large in new object[]
            {
                new byte[40_000],
                new string('ä', 20_000),
                new List<object?> { new Dictionary<string, object?> { ["deep"] = new byte[40_000] } },
                Enumerable.Repeat<object?>(1L, 4_000).ToList(),
            }
        )
        {
            var headers = HeadersOf(new string('x', 200_000), new() { ["mood"] = Bytes("good"), ["large"] = large });
            Assert.DoesNotContain("original-headers", headers.Keys);
            Assert.Matches(
                @"^x{1000}… \(The headers that it came with are left out here: at \d\d,\d{3} bytes they are too large to be kept\.\)$",
                (string)headers["reason"]!
            );
            Assert.InRange(AmqpHeaders.Bytes(headers), 1000, 8_000);
            Assert.Equal(("acme.crm", "text/plain"), (headers["original-user-id"], headers["original-content-type"]));
        }
    }

    [Theory]
    [
        InlineData("", null),
        InlineData("{", null),
        InlineData("[]", null),
        InlineData("""{ "team": 7 }""", null),
        InlineData("""{ "team": "No Team" }""", null),
        InlineData("""{ "team": "\ud800" }""", null),
        InlineData("""{ "team": "acme" }""", "acme")
    ]
    public void The_team_is_read_where_it_can_be(string body, string? team) => Assert.Equal(team, Described(new(), body).Team);

    [Fact]
    public void A_body_is_listed_up_to_64_KiB_and_never_with_half_a_character()
    {
        foreach (var ahead in Enumerable.Range(0, 4))
        {
            var deadLetter = Described(new(), new string('x', ahead) + string.Concat(Enumerable.Repeat("😀", 20_000)));
            Assert.Equal((80_000 + ahead, true, null), (deadLetter.Bytes, deadLetter.IsCut, deadLetter.Base64));
            Assert.InRange(Encoding.UTF8.GetByteCount(deadLetter.Text!), (64 * 1024) - 3, 64 * 1024);
            Assert.DoesNotContain('\ufffd', deadLetter.Text!);
        }
        Assert.Equal(("", false), (Described(new(), "").Text, Described(new(), "").IsCut));
    }
}
