using System.Collections.Frozen;

namespace FollowUp.Contracts;

/// <summary>The exchanges and queues: one exchange for all events, one command queue for each service.</summary>
public static class Addresses
{
    /// <summary>The durable topic exchange of all events; the routing key is <see cref="Catalogue.RoutingKey"/>.</summary>
    public const string Events = "followup.events";

    /// <summary>
    /// The durable direct exchange for commands: the routing key is the name of a command queue. A sender that may write to the default
    /// exchange can also send directly to the queue.
    /// </summary>
    public const string CommandExchange = "followup.commands";

    /// <summary>The queue of the commands that record what happened.</summary>
    public const string ApplicationsCommands = "followup.applications.commands";

    /// <summary>The queue of the commands about slots: claim, release, settle, assign, snooze and override.</summary>
    public const string SchedulerCommands = "followup.scheduler.commands";

    /// <summary>Every command and its type name, by the queue that takes the command.</summary>
    public static FrozenDictionary<string, FrozenDictionary<Type, string>> Commands { get; } =
        new Dictionary<string, FrozenDictionary<Type, string>>
        {
            [ApplicationsCommands] = Catalogue.ApplicationCommands,
            [SchedulerCommands] = Catalogue.SchedulerCommands,
        }.ToFrozenDictionary();

    /// <summary>The answer to each command that was carried out. A refused command is answered by <see cref="CommandRejected"/>.</summary>
    public static FrozenDictionary<Type, Type> Answers { get; } =
        new Dictionary<Type, Type>(Catalogue.ApplicationCommands.Keys.Select(x => KeyValuePair.Create(x, typeof(Commands.CommandAccepted))))
        {
            [typeof(ClaimFollowUp)] = typeof(FollowUpClaimed),
            [typeof(ReleaseClaim)] = typeof(ClaimReleased),
            [typeof(SettleFollowUp)] = typeof(FollowUpSettled),
            [typeof(AssignFollowUp)] = typeof(FollowUpAssigned),
            [typeof(SnoozeFollowUp)] = typeof(FollowUpSnoozed),
            [typeof(OverrideFollowUp)] = typeof(FollowUpOverridden),
        }.ToFrozenDictionary();

    /// <summary>The queue that takes a command.</summary>
    /// <param name="command">One of the records of this library.</param>
    /// <exception cref="ArgumentException">The type is not a command.</exception>
    public static string QueueOf(Type command) =>
        Commands.FirstOrDefault(x => x.Value.ContainsKey(command)).Key
        ?? throw new ArgumentException($"{command} is not a command of FollowUp.", nameof(command));

    /// <summary>The queue for messages of a queue that could not be handled; the reason is in their headers.</summary>
    /// <param name="queue">The queue of the messages.</param>
    public static string ErrorQueue(string queue) => $"{queue}.error";
}
