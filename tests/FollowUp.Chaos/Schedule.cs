namespace FollowUp.Chaos;

/// <summary>What a fault strikes. Two faults at once strike different parts.</summary>
internal enum Part
{
    Node,
    Broker,
    Database,
}

/// <summary>A kind of fault.</summary>
/// <param name="Name">The name, as <c>--without</c> takes it.</param>
/// <param name="Shortest">How long the fault lasts at least, in seconds; a fault of a moment lasts 0.</param>
/// <param name="Longest">How long the fault lasts at most, in seconds.</param>
/// <param name="IsSurvived">
/// Whether the pair is to work again while the fault lasts: recovery then counts from the fault's beginning, otherwise from its end.
/// </param>
internal sealed record FaultKind(string Name, Part Part, double Shortest, double Longest, bool IsSurvived = false)
{
    public static readonly FaultKind NodeKilled = new("node-killed", Part.Node, 1, 6, IsSurvived: true),
        NodeFrozen = new("node-frozen", Part.Node, 2, 12),
        NodeRestarted = new("node-restarted", Part.Node, 0, 2, IsSurvived: true),
        ServiceKilled = new("service-killed", Part.Node, 0, 4),
        BrokerStopped = new("broker-stopped", Part.Broker, 0, 5),
        BrokerKilled = new("broker-killed", Part.Broker, 0, 5),
        BrokerFrozen = new("broker-frozen", Part.Broker, 2, 15),
        BrokerConnectionsClosed = new("broker-connections-closed", Part.Broker, 0, 0),
        PasswordRefused = new("password-refused", Part.Broker, 3, 15),
        QueuePurged = new("queue-purged", Part.Broker, 0, 0),
        QueueDeleted = new("queue-deleted", Part.Broker, 0, 0),
        BindingDeleted = new("binding-deleted", Part.Broker, 0, 0),
        ExchangeDeleted = new("exchange-deleted", Part.Broker, 0, 0),
        DatabaseStopped = new("database-stopped", Part.Database, 0, 5),
        DatabaseKilled = new("database-killed", Part.Database, 0, 5),
        DatabaseConnectionsClosed = new("database-connections-closed", Part.Database, 0, 0),
        TransactionLeftOpen = new("transaction-left-open", Part.Database, 2, 12);

    public static IReadOnlyList<FaultKind> All { get; } =
    [
        NodeKilled,
        NodeFrozen,
        NodeRestarted,
        ServiceKilled,
        BrokerStopped,
        BrokerKilled,
        BrokerFrozen,
        BrokerConnectionsClosed,
        PasswordRefused,
        QueuePurged,
        QueueDeleted,
        BindingDeleted,
        ExchangeDeleted,
        DatabaseStopped,
        DatabaseKilled,
        DatabaseConnectionsClosed,
        TransactionLeftOpen,
    ];
}

/// <summary>One fault of a schedule.</summary>
/// <param name="Target">Which of the nodes, services, queues or bindings: whatever number of them there is, a number modulo it.</param>
internal sealed record Fault(FaultKind Kind, int Target, TimeSpan Lasts)
{
    public override string ToString() =>
        Lasts == TimeSpan.Zero ? Kind.Name : FormattableString.Invariant($"{Kind.Name} for {Lasts.TotalSeconds:0.0} s");
}

/// <summary>One or two faults at once, and the pause after the pair has recovered.</summary>
internal sealed record Round(IReadOnlyList<Fault> Faults, TimeSpan Pause);

/// <summary>The faults in the order of a seed: every kind once before any kind comes again, some of them two at once.</summary>
internal static class Schedule
{
    private const int OneInSoManyIsAPair = 4;

    /// <returns>Rounds without end.</returns>
    public static IEnumerable<Round> Of(int seed, IReadOnlyCollection<FaultKind> kinds)
    {
        var random = new Random(seed);
        var bag = new List<FaultKind>();
        while (true)
        {
            if (bag.Count == 0)
            {
                var all = kinds.ToArray();
                random.Shuffle(all);
                bag.AddRange(all);
            }
            var first = bag[0];
            List<Fault> faults = [Take(first)];
            if (random.Next(OneInSoManyIsAPair) == 0 && bag.Find(x => x.Part != first.Part) is { } second)
                faults.Add(Take(second));
            yield return new(faults, Seconds(0.5, 3));
        }

        Fault Take(FaultKind kind)
        {
            bag.Remove(kind);
            return new(kind, random.Next(), Seconds(kind.Shortest, kind.Longest));
        }

        TimeSpan Seconds(double least, double most) => TimeSpan.FromSeconds(least + (random.NextDouble() * (most - least)));
    }
}
