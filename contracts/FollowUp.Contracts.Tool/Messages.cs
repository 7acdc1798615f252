namespace FollowUp.Contracts.Tool;

/// <summary>The direction of a message.</summary>
public enum Kind
{
    /// <summary>A service publishes the message for all subscribers.</summary>
    Event,

    /// <summary>Any client sends the message to a service.</summary>
    Command,

    /// <summary>A service sends the message to the sender of a command.</summary>
    Answer,
}

/// <summary>A message of the bus.</summary>
/// <param name="Name">The type name, as <c>followup.application.submitted.v1</c>.</param>
/// <param name="Kind">The direction.</param>
/// <param name="Contract">The record in the message.</param>
/// <param name="Sources">The possible sources; empty if any client may send the message.</param>
/// <param name="Address">An event's exchange and routing key, a command's queue, or <c>reply_to</c> for an answer.</param>
public sealed record Message(string Name, Kind Kind, Type Contract, string[] Sources, string Address)
{
    /// <summary>
    /// The unique key of the message, which is also the name of its schema's file. An answer may have the type of an event, but not its
    /// sequence: only the sender of the command receives it.
    /// </summary>
    public string Key => Kind == Kind.Answer && !Catalogue.Answers.ContainsKey(Contract) ? $"{Name}.answer" : Name;

    /// <summary>The message's name in documents, as <c>applicationSubmitted</c>.</summary>
    public string Title => Schemas.Camel(Contract.Name) + (Key == Name ? "" : "Answer");
}

/// <summary>All messages.</summary>
public static class Messages
{
    /// <summary>All events, commands and answers.</summary>
    public static IReadOnlyList<Message> All { get; } =
    [
        .. Events(Catalogue.Applications, Catalogue.ApplicationEvents),
        .. Events(Catalogue.Scheduler, Catalogue.SchedulerEvents),
        .. Addresses
            .Commands.OrderBy(x => x.Key, StringComparer.Ordinal)
            .SelectMany(queue =>
                queue
                    .Value.OrderBy(x => x.Value, StringComparer.Ordinal)
                    .Select(x => new Message(x.Value, Kind.Command, x.Key, [], queue.Key))
            ),
        .. Addresses
            .Commands.OrderBy(x => x.Key, StringComparer.Ordinal)
            .SelectMany(queue =>
                queue
                    .Value.Keys.Select(x => Addresses.Answers[x])
                    .Distinct()
                    .Select(x => new Message(Catalogue.NameOf(x), Kind.Answer, x, [ServiceOf(queue.Key)], "reply_to"))
            )
            .OrderBy(x => x.Name, StringComparer.Ordinal),
        new(Catalogue.Rejected, Kind.Answer, typeof(CommandRejected), [Catalogue.Applications, Catalogue.Scheduler], "reply_to"),
    ];

    /// <summary>The service to which a command queue belongs.</summary>
    public static string ServiceOf(string queue) =>
        queue switch
        {
            Addresses.ApplicationsCommands => Catalogue.Applications,
            Addresses.SchedulerCommands => Catalogue.Scheduler,
            _ => throw new ArgumentException($"{queue} isn't a queue of a service.", nameof(queue)),
        };

    /// <summary>The <see cref="Message.Key"/> of a received message.</summary>
    /// <param name="type">The type name.</param>
    /// <param name="isPublished">Whether it was published over the exchange; otherwise it was an answer.</param>
    public static string KeyOf(string type, bool isPublished) =>
        isPublished || Catalogue.Answers.Values.Contains(type) ? type : $"{type}.answer";

    private static IEnumerable<Message> Events(string source, IReadOnlyDictionary<Type, string> events) =>
        events
            .OrderBy(x => x.Value, StringComparer.Ordinal)
            .Select(x => new Message(
                x.Value,
                Kind.Event,
                x.Key,
                [source],
                $"{Addresses.Events} {Catalogue.RoutingKey("{team}", x.Value)}"
            ));
}
