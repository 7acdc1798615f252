using FollowUp.Applications.ApiKeys;
using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Modules.Replays;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Outbox;
using JasperFx.Events;
using Marten;
using Npgsql;

namespace FollowUp.Applications.SchedulerRebuild;

// See docs/decisions/0009-replay-and-scheduler-rebuild.md
/// <summary>
/// The messages from which a Scheduler that lost its store is rebuilt: the keys and the policies, and for each application first the
/// Scheduler's own decisions, as this service received them, then the application's events. So the Scheduler restores every claim and every
/// made follow-up before it knows of the application, decides nothing a second time, and continues its sequence numbers where they ended.
/// </summary>
internal sealed class SchedulerRebuildSource(
    IDocumentStore store,
    NpgsqlDataSource database,
    IContractMapper mapper,
    StoreLives lives,
    TimeProvider time
) : IRebuildSource
{
    private const int FactsOfAStream = 5; // the usual number: submission, cover letter, contact, answer, follow-up

    public async Task<ReplayPart> Next(Replay replay, int facts, CancellationToken ct)
    {
        var take = Math.Max(1, facts / FactsOfAStream);
        var streams = await Streams(replay, take, ct);
        if (streams.Count == 0)
            return new(
                replay.For is null
                    ? []
                    :
                    [
                        [Ended(replay)],
                    ],
                0,
                replay.Until
            ); // after all other messages
        // The chains of a part are sent concurrently, and a team's policy must arrive before its applications, so a part ends with the
        // stream of a team's keys, with which the policy is sent.
        if (
            streams.Index().Where(x => x.Item.Id == TeamKeys.StreamOf(x.Item.Team)).Select(x => x.Index + 1).FirstOrDefault(streams.Count)
                is var end
            && end < streams.Count
        )
            streams = [.. streams.Take(end)];
        var (chains, read) = (new List<IReadOnlyList<AddressedMessage>>(), 0);
        foreach (var team in streams.GroupBy(x => x.Team))
        {
            foreach (var (chain, events) in await Chains(replay, team.Key, [.. team.Select(x => x.Id)], ct))
            {
                read += events;
                chains.Add(chain);
            }
        }
        return new(chains, read, streams[^1].First, HasMore: true);
    }

    /// <summary>The messages about single applications, also about those that this service doesn't have.</summary>
    /// <param name="wanted">The request.</param>
    /// <param name="ct">Ends the attempt.</param>
    public async Task<IReadOnlyList<IReadOnlyList<AddressedMessage>>> Of(SendAgain wanted, CancellationToken ct)
    {
        var (replay, chains) = (For(wanted.For, 0, 0), new List<IReadOnlyList<AddressedMessage>>());
        foreach (var team in (wanted.Applications ?? []).GroupBy(x => x.Team))
            chains.AddRange((await Chains(replay, team.Key, [.. team.Select(x => x.Application).Distinct()], ct)).Select(x => x.Chain));
        return chains;
    }

    private async Task<IReadOnlyList<(AddressedMessage[] Chain, int Events)>> Chains(
        Replay replay,
        string team,
        Guid[] ids,
        CancellationToken ct
    )
    {
        await using var session = store.QuerySession(team);
        var (keys, policy) = (TeamKeys.StreamOf(team), DeterministicId.OfPolicy(team));
        // before the events: an application's decisions are about events that exist
        var plans = (await session.LoadManyAsync<SchedulerPlan>(ct, [.. ids, policy])).ToDictionary(x => x.Id);
        var chains = new List<(AddressedMessage[], int)>();
        foreach (var id in ids)
        {
            var history = await session.Events.FetchStreamAsync(id, token: ct);
            var chain = Chain(replay, team, id, history, plans.GetValueOrDefault(id == keys ? policy : id))
                .Select(x => x with { Message = x.Message with { ReplayFor = replay.For, ReplayIncarnation = lives.Incarnation } });
            chains.Add(([.. chain], history.Count));
        }
        return chains;
    }

    private AddressedMessage Ended(Replay replay) =>
        new(replay.Queue, PairMessages.Message(PairMessages.AllSent, Catalogue.Applications, lives, new SendAgain(replay.For!, null)));

    private AddressedMessage[] Chain(Replay replay, string team, Guid id, IReadOnlyList<IEvent> history, SchedulerPlan? plan)
    {
        var mark = replay.Id.ToString();
        if (history.Count == 0)
            return
            [
                new(
                    replay.Queue,
                    PairMessages.Message(PairMessages.Extent, Catalogue.Applications, lives, new { }) with
                    {
                        Subject = id.ToString(),
                        Team = team,
                        Replay = mark,
                        ReplayLast = 0,
                        ReplayDecided = 0,
                    }
                ),
            ];
        if (mapper.ToContract(history[0]) is SiblingMessage)
            return
            [
                .. history
                    .Select(x => (Fact: x, Contract: mapper.ToContract(x) as SiblingMessage))
                    .Where(x => x.Contract is not null)
                    .Select(x => new AddressedMessage(
                        x.Contract!.Queue,
                        mapper.Envelope(x.Fact, x.Contract, lives) with
                        {
                            Replay = mark,
                        }
                    )),
                .. Decided(plan, team)
                    .Select(x => new AddressedMessage(
                        replay.Queue,
                        x with
                        {
                            Replay = mark,
                            ReplayLast = 0,
                            ReplayDecided = plan!.Version,
                        }
                    )),
            ];
        var last = history[^1].Version;
        var happened = history.Select(x => mapper.PublicEnvelope(x, lives)).OfType<CloudEvent>();
        return
        [
            .. Decided(plan, team)
                .Concat(happened)
                .Select(x => new AddressedMessage(
                    replay.Queue,
                    x with
                    {
                        Replay = mark,
                        ReplayLast = last,
                        ReplayDecided = plan?.Version ?? 0,
                    }
                )),
        ];
    }

    private static IEnumerable<CloudEvent> Decided(SchedulerPlan? plan, string team) =>
        (plan?.Decisions ?? []).Select(x => new CloudEvent
        {
            Id = x.Id ?? Guid.CreateVersion7().ToString(),
            Source = Catalogue.Scheduler,
            Type = x.Type,
            Subject = plan!.Id.ToString(),
            Time = x.At,
            Team = team,
            Sequence = x.Sequence,
            SequenceType = "Integer",
            Incarnation = x.Incarnation,
            RecordedBy = x.By,
            CorrelationId = x.CorrelationId,
            CausationId = x.CausationId,
            TraceParent = x.TraceParent,
            Principal = x.Principal,
            DataContentType = "application/json",
            Data = x.Data,
        });

    // In the order of their first events, so that a part ends at a sequence number.
    private async Task<IReadOnlyList<(Guid Id, string Team, long First)>> Streams(Replay replay, int take, CancellationToken ct)
    {
        var streams = new List<(Guid, string, long)>(take);
        await using var command = database.CreateCommand(
            """
            select stream_id, tenant_id, seq_id from followup.mt_events
            where version = 1 and seq_id > $1 and seq_id <= $2 order by seq_id limit $3
            """
        );
        command.Parameters.Add(new() { Value = replay.Position });
        command.Parameters.Add(new() { Value = replay.Until });
        command.Parameters.Add(new() { Value = take });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            streams.Add((reader.GetGuid(0), reader.GetString(1), reader.GetInt64(2)));
        return streams;
    }

    /// <summary>Starts to send everything. A comparison that has started already goes on.</summary>
    /// <param name="comparison">The Scheduler's comparison; null if a person starts it.</param>
    /// <param name="ct">Ends the attempt.</param>
    public async Task<Replay> Start(string? comparison, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select coalesce(max(seq_id), 0), count(*) from followup.mt_events");
        long until,
            of;
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            await reader.ReadAsync(ct);
            (until, of) = (reader.GetInt64(0), reader.GetInt64(1));
        }
        var replay = For(comparison, until, of);
        await using var session = store.LightweightSession();
        if (await session.LoadAsync<Replay>(replay.Id, ct) is { } started)
            return started;
        session.Insert(replay);
        try
        {
            await session.SaveChangesAsync(ct);
        }
        catch (JasperFx.DocumentAlreadyExistsException) { } // asked twice at once
        return replay;
    }

    private Replay For(string? comparison, long until, long of) =>
        new()
        {
            Id = comparison is null ? Guid.CreateVersion7() : DeterministicId.From("comparison", comparison),
            Queue = Topology.SchedulerInbox,
            IsRebuild = true,
            For = comparison,
            PerSecond = 2000,
            Until = until,
            Total = of,
            By = comparison is null ? "command line" : "scheduler",
            StartedAt = time.GetUtcNow(),
        };

    /// <summary>
    /// Requests a rebuild, and writes its progress until it has ended. A running instance of Applications sends the messages.
    /// </summary>
    /// <returns>The exit code: 0 if the rebuild is done, 1 if it was stopped.</returns>
    public async Task<int> Run(TextWriter tell)
    {
        var replay = await Start(null, CancellationToken.None);
        await tell.WriteLineAsync(
            "The rebuild doesn't restore calendars and the notes on overrides, which only the Scheduler's database has. "
                + "Restore them from a backup of it, or create the calendars again."
        );
        while (true)
        {
            await using var session = store.QuerySession();
            var now = await session.LoadAsync<Replay>(replay.Id) ?? replay;
            await tell.WriteLineAsync(
                $"{now.Read} of {now.Total} events read, {now.Sent} messages sent: {now.State}"
                    + (now.Reason is { } reason ? $". {reason}" : "")
            );
            if (now.State != ReplayState.Running)
                return now.State == ReplayState.Done ? 0 : 1;
            await Task.Delay(TimeSpan.FromSeconds(1), time);
        }
    }
}
