namespace FollowUp.Contracts.Tool;

/// <summary>Which way a message goes.</summary>
public enum Kind
{
    /// <summary>Published for everybody.</summary>
    Event,

    /// <summary>Sent to a service by anybody.</summary>
    Command,

    /// <summary>Sent to whoever commanded.</summary>
    Answer,
}

/// <summary>A message of the bus.</summary>
/// <param name="Name">Its type, as <c>followup.application.submitted.v1</c>.</param>
/// <param name="Kind">Which way it goes.</param>
/// <param name="Contract">The record in it.</param>
/// <param name="Sources">Who sends it; empty where anybody may.</param>
/// <param name="Address">The exchange and the routing key of an event, the queue of a command, <c>reply_to</c> of an answer.</param>
public sealed record Message(string Name, Kind Kind, Type Contract, string[] Sources, string Address)
{
    /// <summary>
    /// What tells it from all others, and the name of its schema's file. An answer may have the type of an event, but not its sequence: it
    /// went to nobody else.
    /// </summary>
    public string Key => Kind == Kind.Answer && !Catalogue.Answers.ContainsKey(Contract) ? $"{Name}.answer" : Name;

    /// <summary>Its name in documents, as <c>applicationSubmitted</c>.</summary>
    public string Title => Schemas.Camel(Contract.Name) + (Key == Name ? "" : "Answer");
}

/// <summary>Every message there is.</summary>
public static class Messages
{
    /// <summary>Events, commands, answers.</summary>
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

    /// <summary>The service that a command queue belongs to.</summary>
    public static string ServiceOf(string queue) =>
        queue switch
        {
            Addresses.ApplicationsCommands => Catalogue.Applications,
            Addresses.SchedulerCommands => Catalogue.Scheduler,
            _ => throw new ArgumentException($"{queue} is nobody's queue.", nameof(queue)),
        };

    /// <summary>The key of a message that was seen: what <see cref="Message.Key"/> is of one that is known.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="isPublished">Whether it came over the exchange, or else as an answer.</param>
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
