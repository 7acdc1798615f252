using FollowUp.Contracts;
using FollowUp.Platform.Security;
using RabbitMQ.Client;

namespace FollowUp.Platform.Messaging;

/// <summary>The exchanges and queues of both services, and their arguments.</summary>
public static class Topology
{
    /// <summary>The topic exchange that carries every event.</summary>
    public const string Events = Addresses.Events;

    /// <summary>
    /// The direct exchange through which integrations command: a command queue's name is its routing key. A user who may write to the
    /// broker's default exchange reaches every queue, the services' inboxes too, so integrations may not.
    /// </summary>
    public const string Commands = Addresses.CommandExchange;

    /// <summary>Commands for Applications.</summary>
    public const string ApplicationsCommands = Addresses.ApplicationsCommands;

    /// <summary>Commands for the Scheduler.</summary>
    public const string SchedulerCommands = Addresses.SchedulerCommands;

    /// <summary>
    /// Requests of Applications whose caller waits for the reply. They are behind no backlog of commands, and expire without a dead letter:
    /// their sender was told that nothing was done.
    /// </summary>
    public const string SchedulerRequests = "followup.scheduler.requests";

    /// <summary>The Scheduler's events for Applications.</summary>
    public const string ApplicationsInbox = "followup.applications.inbox";

    /// <summary>The events of Applications for the Scheduler.</summary>
    public const string SchedulerInbox = "followup.scheduler.inbox";

    /// <summary>
    /// New and revoked API keys and integrations, for the Scheduler. They don't go to the public exchange, because no other system may see
    /// them.
    /// </summary>
    public const string SchedulerKeys = "followup.scheduler.keys";

    /// <summary>
    /// The requests of the sibling service. A request that expires there is dropped, because the sibling asks again: so the queue has no
    /// dead letters, and nothing remains of an outage.
    /// </summary>
    /// <param name="service"><c>applications</c> or <c>scheduler</c>.</param>
    public static string SiblingRequests(string service) => $"followup.{service}.convergence";

    internal static readonly string[] Queues = [ApplicationsCommands, SchedulerCommands, ApplicationsInbox, SchedulerInbox, SchedulerKeys];

    /// <summary>The dead letters of a queue: its messages that could not be handled.</summary>
    /// <param name="queue">The queue.</param>
    public static string ErrorQueue(string queue) => Addresses.ErrorQueue(queue);

    /// <summary>The queue in which an integration receives its team's events.</summary>
    /// <param name="user">The integration's user.</param>
    public static string IntegrationQueue(string user) => $"{user}.events";

    /// <summary>
    /// Everything that both services need on the broker, in the order in which it can be declared. Each service declares all of it, so that
    /// neither has to start first and no event is published before a queue keeps it.
    /// </summary>
    internal static IReadOnlyList<BrokerObject> Objects { get; } =
    [
        new BrokerExchange(Events, ExchangeType.Topic),
        new BrokerExchange(Commands, ExchangeType.Direct),
        .. Queues.Select(x => new BrokerQueue(ErrorQueue(x), ErrorArguments())),
        .. Queues.Select(x => new BrokerQueue(x, Arguments(x))),
        new BrokerQueue(SchedulerRequests, RequestArguments()),
        new BrokerQueue(SiblingRequests("applications"), RequestArguments()),
        new BrokerQueue(SiblingRequests("scheduler"), RequestArguments()),
        new BrokerBinding(ApplicationsCommands, Commands, ApplicationsCommands),
        new BrokerBinding(SchedulerCommands, Commands, SchedulerCommands),
        .. Catalogue.ApplicationEvents.Values.Select(x => new BrokerBinding(SchedulerInbox, Events, Catalogue.RoutingKey("*", x))),
        .. Catalogue.SchedulerEvents.Values.Select(x => new BrokerBinding(ApplicationsInbox, Events, Catalogue.RoutingKey("*", x))),
    ];

    /// <summary>The queue of an integration and the queue's bindings; nothing for one that may not read.</summary>
    internal static IEnumerable<BrokerObject> ObjectsOf(Integration integration)
    {
        if (!integration.MayRead)
            return [];
        var queue = IntegrationQueue(integration.Id);
        return
        [
            new BrokerQueue(queue, IntegrationArguments()),
            .. (integration.Events ?? ["#"]).Select(x => new BrokerBinding(queue, Events, $"{integration.Team}.{x}")),
        ];
    }

    /// <summary>
    /// Listing the dead letters delivers each of them, and every delivery counts: with RabbitMQ 4's limit of 20 the twentieth listing would
    /// lose them. The versions in use don't agree on how to switch the limit off, so it is set out of reach.
    /// </summary>
    internal static Dictionary<string, object?> ErrorArguments() =>
        new(StringComparer.Ordinal) { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = int.MaxValue };

    /// <summary>No dead-letter exchange, so a request that expires is dropped; no delivery limit, because it lives for seconds.</summary>
    internal static Dictionary<string, object?> RequestArguments() => ErrorArguments();

    /// <summary>
    /// An integration's queue drops its oldest messages when the integration doesn't read them, and its publisher isn't told: a system that
    /// went away must neither fill the broker's disk nor hold up the outbox publisher. The dropped events are in the feed, and the sequence
    /// shows the gap.
    /// </summary>
    internal static Dictionary<string, object?> IntegrationArguments() =>
        new(StringComparer.Ordinal)
        {
            ["x-queue-type"] = "quorum",
            ["x-delivery-limit"] = int.MaxValue,
            ["x-max-length-bytes"] = 512L * 1024 * 1024, // some 800,000 events
            ["x-overflow"] = "drop-head",
        };

    /// <summary>
    /// A quorum queue that never drops a message: without a dead-letter exchange RabbitMQ 4 would drop one after 20 deliveries, and a
    /// dead-lettered message is kept until the error queue has it.
    /// </summary>
    /// <param name="queue">The queue.</param>
    internal static Dictionary<string, object?> Arguments(string queue) =>
        new(StringComparer.Ordinal)
        {
            ["x-queue-type"] = "quorum",
            ["x-delivery-limit"] = 100,
            ["x-dead-letter-exchange"] = "",
            ["x-dead-letter-routing-key"] = ErrorQueue(queue),
            ["x-dead-letter-strategy"] = "at-least-once",
            ["x-overflow"] = "reject-publish",
        };
}
