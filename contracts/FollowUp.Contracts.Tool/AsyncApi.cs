using System.Text.Json.Nodes;

namespace FollowUp.Contracts.Tool;

/// <summary>
/// The bus as an AsyncAPI 3 document, from FollowUp's side: "send" is what FollowUp sends, "receive" what others send to it.
/// </summary>
public static class AsyncApi
{
    private const string Answers = "answers",
        BindingVersion = "0.3.0";

    /// <summary>Builds the document.</summary>
    public static JsonObject Document() =>
        new()
        {
            ["asyncapi"] = "3.0.0",
            ["id"] = "urn:followup:bus",
            ["info"] = new JsonObject
            {
                ["title"] = "FollowUp",
                ["version"] = typeof(Catalogue).Assembly.GetName().Version!.ToString(3),
                ["description"] = string.Join(
                    "\n\n",
                    "The events that FollowUp publishes over RabbitMQ, and the commands that it accepts there. "
                        + "Every message is one CloudEvents 1.0 object in structured JSON.",
                    "No acknowledged message is lost. Every event arrives at least once, and the events of one application in the order "
                        + "of their `sequence`: 1, 2, 3 … without gaps in each `source`. Deduplicate by `id`, or keep the last "
                        + "`sequence` of each team, source and subject.",
                    "Within a `v1` changes are additive: ignore properties that you don't know. "
                        + "A breaking change is a new type, published beside the old one."
                ),
                ["license"] = new JsonObject { ["name"] = "Apache-2.0", ["url"] = "https://www.apache.org/licenses/LICENSE-2.0" },
            },
            ["defaultContentType"] = CloudEvent.MediaType,
            ["servers"] = new JsonObject
            {
                ["broker"] = new JsonObject
                {
                    ["host"] = "{host}",
                    ["pathname"] = "/{virtualHost}",
                    ["protocol"] = "amqp",
                    ["protocolVersion"] = "0.9.1",
                    ["description"] = "The RabbitMQ broker of the services.",
                    ["variables"] = new JsonObject
                    {
                        ["host"] = new JsonObject { ["default"] = "localhost:5672", ["description"] = "Host and port." },
                        ["virtualHost"] = new JsonObject { ["default"] = "%2F", ["description"] = "The virtual host, percent-encoded." },
                    },
                    ["security"] = new JsonArray(Reference("#/components/securitySchemes/account")),
                },
            },
            ["channels"] = Channels(),
            ["operations"] = Operations(),
            ["components"] = new JsonObject
            {
                ["messages"] = Named([.. Messages.All.Select(x => (x.Title, Described(x))), ("parked", Parked())]),
                ["securitySchemes"] = new JsonObject
                {
                    ["account"] = new JsonObject
                    {
                        ["type"] = "userPassword",
                        ["description"] =
                            "A user of the broker. "
                            + $"A reader's topic permission on {Addresses.Events} (`^acme\\.`) limits it to its team.",
                    },
                },
            },
        };

    private static JsonObject Channels()
    {
        var channels = new JsonObject
        {
            ["events"] = new JsonObject
            {
                ["address"] = "{team}.{topic}",
                ["title"] = "Events",
                ["description"] =
                    "Bind a queue of your own to the exchange: `acme.#` for all events of a team, "
                    + "`*.follow-up.due` for one topic of all teams. The address is the routing key.",
                ["messages"] = References(Of(Kind.Event)),
                ["parameters"] = new JsonObject
                {
                    ["team"] = new JsonObject
                    {
                        ["description"] = "The team, as in the message: 1 to 40 of a–z, 0–9 and -, not starting with -.",
                        ["examples"] = Schemas.Texts(["acme"]),
                    },
                    ["topic"] = new JsonObject
                    {
                        ["description"] = "The message's type without `followup.` and `.v1`.",
                        ["enum"] = Schemas.Texts(Of(Kind.Event).Select(x => Catalogue.Topic(x.Name)).Distinct()),
                    },
                },
                ["bindings"] = Amqp(
                    new()
                    {
                        ["is"] = "routingKey",
                        ["exchange"] = new JsonObject
                        {
                            ["name"] = Addresses.Events,
                            ["type"] = "topic",
                            ["durable"] = true,
                            ["autoDelete"] = false,
                        },
                    }
                ),
            },
        };
        foreach (var queue in Queues)
        {
            channels[Name(queue)] = Queue(
                queue,
                $"Commands, in a durable quorum queue. Publish to the direct exchange `{Addresses.CommandExchange}` with the queue's name "
                    + "as the routing key, and with the connection's own user in the AMQP property `user_id`. The broker checks that user, "
                    + "and the team is derived from it.",
                References(Of(Kind.Command).Where(x => x.Address == queue))
            );
            channels[Name(Addresses.ErrorQueue(queue))] = Queue(
                Addresses.ErrorQueue(queue),
                $"Dead letters: messages of `{queue}` that could not be handled, unchanged, with the reason in headers. "
                    + "No message is dropped.",
                new() { ["parked"] = Reference("#/components/messages/parked") }
            );
        }
        channels[Answers] = new JsonObject
        {
            ["address"] = null,
            ["title"] = "Answers",
            ["description"] =
                "The queue that a command names in its AMQP property `reply_to`, through the default exchange. "
                + "RabbitMQ's direct reply-to works too.",
            ["messages"] = References(Of(Kind.Answer)),
        };
        return channels;
    }

    private static JsonObject Operations()
    {
        var operations = new JsonObject();
        foreach (var events in Of(Kind.Event).GroupBy(x => x.Sources.Single()))
        {
            operations[$"publish{Pascal(events.Key)}Events"] = new JsonObject
            {
                ["action"] = "send",
                ["channel"] = Reference("#/channels/events"),
                ["summary"] = $"The events of {events.Key}.",
                ["messages"] = Of("events", events),
                ["bindings"] = Amqp(
                    new()
                    {
                        ["deliveryMode"] = 2,
                        ["mandatory"] = true,
                        ["timestamp"] = true,
                    }
                ),
            };
        }
        foreach (var command in Of(Kind.Command))
        {
            var answer = Of(Kind.Answer).Single(x => x.Contract == Addresses.Answers[command.Contract]);
            operations[Schemas.Camel(command.Contract.Name)] = new JsonObject
            {
                ["action"] = "receive",
                ["channel"] = Reference($"#/channels/{Name(command.Address)}"),
                ["summary"] = Docs.Of(command.Contract),
                ["description"] =
                    "The message's `id` is its idempotency key: a command that is sent twice is carried out once, "
                    + "and gets the same answer twice.",
                ["messages"] = Of(Name(command.Address), [command]),
                ["bindings"] = Amqp(new() { ["ack"] = true }),
                ["reply"] = new JsonObject
                {
                    ["address"] = new JsonObject
                    {
                        ["location"] = "$message.header#/replyTo",
                        ["description"] =
                            "A command without it is carried out without an answer; if it is refused, it becomes a dead letter.",
                    },
                    ["channel"] = Reference($"#/channels/{Answers}"),
                    ["messages"] = Of(Answers, [answer, Of(Kind.Answer).Single(x => x.Name == Catalogue.Rejected)]),
                },
            };
        }
        foreach (var queue in Queues)
        {
            operations[$"park{Pascal(Name(queue))}"] = new JsonObject
            {
                ["action"] = "send",
                ["channel"] = Reference($"#/channels/{Name(Addresses.ErrorQueue(queue))}"),
                ["summary"] = $"The dead letters of {queue}.",
                ["messages"] = new JsonArray(Reference($"#/channels/{Name(Addresses.ErrorQueue(queue))}/messages/parked")),
            };
        }
        return operations;
    }

    private static JsonObject Described(Message message)
    {
        var described = new JsonObject
        {
            ["name"] = message.Name,
            ["title"] = message.Key,
            ["summary"] = Docs.Of(message.Contract),
            ["contentType"] = CloudEvent.MediaType,
        };
        if (message.Kind == Kind.Command)
            described["headers"] = Properties(
                ("userId", "The AMQP property `user_id`: the user of the connection. A command without it is refused."),
                ("replyTo", "The AMQP property `reply_to`: the queue that takes the answer."),
                (
                    "correlationId",
                    "The AMQP property `correlation_id`, which the answer repeats; without it the answer has the command's `id`."
                )
            );
        if (message.Kind == Kind.Answer)
            described["headers"] = Properties(("correlationId", "The AMQP property `correlation_id` of the command, or else its `id`."));
        described["correlationId"] =
            message.Kind == Kind.Event
                ? new JsonObject
                {
                    ["location"] = "$message.payload#/correlationid",
                    ["description"] = "The id that all messages caused by one request share, if known.",
                }
                : new JsonObject { ["location"] = "$message.header#/correlationId", ["description"] = "Assigns an answer to its command." };
        described["payload"] = Reference($"./schemas/{message.Key}.json");
        described["bindings"] = Amqp(new() { ["messageType"] = message.Name });
        described["examples"] = new JsonArray(new JsonObject { ["name"] = message.Title, ["payload"] = Examples.Of(message) });
        if (message.Kind == Kind.Event)
            described["x-routing-key"] = Catalogue.RoutingKey("{team}", message.Name);
        return described;
    }

    private static JsonObject Parked() =>
        new()
        {
            ["title"] = "Dead letter",
            ["summary"] = "A message that could not be handled, unchanged.",
            ["headers"] = Properties(
                ("parked-id", "The dead letter's id in `GET /parked`."),
                ("reason-code", "The reason as a stable code in camelCase, for programs."),
                ("reason", "The reason as an English sentence, for people."),
                ("parked-at", "When the message became a dead letter, as an RFC 3339 instant."),
                ("first-seen", "When the message first became a dead letter, if it was retried since."),
                ("original-queue", "The queue from which the message was read."),
                ("original-exchange", "The exchange to which the message was published."),
                ("original-routing-key", "The routing key with which it was published."),
                ("original-type", "Its AMQP property `type`, if it had one."),
                ("original-content-type", "Its AMQP property `content_type`, if it had one."),
                ("original-message-id", "Its AMQP property `message_id`, if it had one."),
                ("original-correlation-id", "Its AMQP property `correlation_id`, if it had one."),
                ("original-reply-to", "Its AMQP property `reply_to`, if it had one."),
                ("original-user-id", "Its AMQP property `user_id`, which the broker checked, if it had one.")
            ),
            ["payload"] = new JsonObject { ["description"] = "Any bytes." },
        };

    private static IEnumerable<string> Queues => Addresses.Commands.Keys.Order(StringComparer.Ordinal);

    private static IEnumerable<Message> Of(Kind kind) => Messages.All.Where(x => x.Kind == kind);

    private static JsonObject Reference(string to) => new() { ["$ref"] = to };

    private static JsonArray Of(string channel, IEnumerable<Message> messages) =>
        [.. messages.Select(x => Reference($"#/channels/{channel}/messages/{x.Title}"))];

    private static JsonObject References(IEnumerable<Message> messages) =>
        Named([.. messages.Select(x => (x.Title, Reference($"#/components/messages/{x.Title}")))]);

    private static JsonObject Named(IEnumerable<(string Name, JsonObject Value)> all) =>
        [.. all.Select(x => KeyValuePair.Create<string, JsonNode?>(x.Name, x.Value))];

    private static JsonObject Properties(params (string Name, string Description)[] all) =>
        new()
        {
            ["type"] = "object",
            ["properties"] = Named(all.Select(x => (x.Name, new JsonObject { ["type"] = "string", ["description"] = x.Description }))),
        };

    private static JsonObject Queue(string queue, string description, JsonObject messages) =>
        new()
        {
            ["address"] = queue,
            ["title"] = queue,
            ["description"] = description,
            ["messages"] = messages,
            ["bindings"] = Amqp(
                new()
                {
                    ["is"] = "queue",
                    ["queue"] = new JsonObject
                    {
                        ["name"] = queue,
                        ["durable"] = true,
                        ["exclusive"] = false,
                        ["autoDelete"] = false,
                    },
                }
            ),
        };

    private static JsonObject Amqp(JsonObject binding)
    {
        binding["bindingVersion"] = BindingVersion;
        return new() { ["amqp"] = binding };
    }

    // followup.scheduler.commands.error becomes schedulerCommandsError, /followup/scheduler becomes Scheduler
    private static string Name(string address) => Schemas.Camel(Pascal(address));

    private static string Pascal(string address) =>
        string.Concat(
            address.Split('.', '/').Where(x => x.Length > 0 && x != "followup").Select(x => char.ToUpperInvariant(x[0]) + x[1..])
        );
}
