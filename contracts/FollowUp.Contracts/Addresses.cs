using System.Collections.Frozen;

namespace FollowUp.Contracts;

/// <summary>Where messages go: one exchange for every event, one queue a service for its commands.</summary>
public static class Addresses
{
    /// <summary>The durable topic exchange that carries every event, by <see cref="Catalogue.RoutingKey"/>.</summary>
    public const string Events = "followup.events";

    /// <summary>
    /// The durable direct exchange that takes commands: the routing key is the name of a command queue. Who may write to the default
    /// exchange may send to the queue as well.
    /// </summary>
    public const string CommandExchange = "followup.commands";

    /// <summary>The queue of commands to record something.</summary>
    public const string ApplicationsCommands = "followup.applications.commands";

    /// <summary>The queue of claim, release and settle.</summary>
    public const string SchedulerCommands = "followup.scheduler.commands";

    /// <summary>Every command, by the queue that takes it.</summary>
    public static FrozenDictionary<string, FrozenDictionary<Type, string>> Commands { get; } =
        new Dictionary<string, FrozenDictionary<Type, string>>
        {
            [ApplicationsCommands] = Catalogue.ApplicationCommands,
            [SchedulerCommands] = Catalogue.SchedulerCommands,
        }.ToFrozenDictionary();

    /// <summary>What answers a command that was carried out; one that wasn't is answered by <see cref="CommandRejected"/>.</summary>
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
    /// <exception cref="ArgumentException">It is not a command.</exception>
    public static string QueueOf(Type command) =>
        Commands.FirstOrDefault(x => x.Value.ContainsKey(command)).Key
        ?? throw new ArgumentException($"{command} is not a command of FollowUp.", nameof(command));

    /// <summary>Where the messages of a queue go that could not be handled, with the reason in headers.</summary>
    /// <param name="queue">The queue.</param>
    public static string ErrorQueue(string queue) => $"{queue}.error";
}
