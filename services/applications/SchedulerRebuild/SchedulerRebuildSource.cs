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
internal sealed class SchedulerRebuildSource(IDocumentStore store, NpgsqlDataSource database, IContractMapper mapper) : IRebuildSource
{
    private const int FactsOfAStream = 5; // the usual number: submission, cover letter, contact, answer, follow-up

    public async Task<ReplayPart> Next(Replay replay, int facts, CancellationToken ct)
    {
        var take = Math.Max(1, facts / FactsOfAStream);
        var streams = await Streams(replay, take, ct);
        var whole = streams.Count < take;
        // The chains of a part are sent concurrently, and a team's policy must arrive before its applications, so a part ends with the
        // stream of a team's keys, with which the policy is sent.
        if (
            streams.Index().Where(x => x.Item.Id == TeamKeys.StreamOf(x.Item.Team)).Select(x => x.Index + 1).FirstOrDefault(streams.Count)
                is var end
            && end < streams.Count
        )
            (streams, whole) = ([.. streams.Take(end)], false);
        var (chains, read) = (new List<IReadOnlyList<AddressedMessage>>(), 0);
        foreach (var team in streams.GroupBy(x => x.Team))
        {
            await using var session = store.QuerySession(team.Key);
            var (ids, keys, policy) = (team.Select(x => x.Id).ToArray(), TeamKeys.StreamOf(team.Key), DeterministicId.OfPolicy(team.Key));
            var plans = (await session.LoadManyAsync<SchedulerPlan>(ct, [.. ids, policy])).ToDictionary(x => x.Id);
            foreach (var id in ids)
            {
                var history = await session.Events.FetchStreamAsync(id, token: ct);
                read += history.Count;
                chains.Add(Chain(replay, team.Key, history, plans.GetValueOrDefault(id == keys ? policy : id)));
            }
        }
        return new(chains, read, whole ? replay.Until : streams[^1].First);
    }

    private AddressedMessage[] Chain(Replay replay, string team, IReadOnlyList<IEvent> history, SchedulerPlan? plan)
    {
        var mark = replay.Id.ToString();
        if (history.Count == 0)
            return [];
        if (mapper.ToContract(history[0]) is SiblingMessage)
            return
            [
                .. history
                    .Select(x => (Fact: x, Contract: mapper.ToContract(x) as SiblingMessage))
                    .Where(x => x.Contract is not null)
                    .Select(x => new AddressedMessage(x.Contract!.Queue, mapper.Envelope(x.Fact, x.Contract) with { Replay = mark })),
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
        var happened = history.Select(mapper.PublicEnvelope).OfType<CloudEvent>();
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

    /// <summary>
    /// Requests a rebuild, and writes its progress until it has ended. A running instance of Applications sends the messages.
    /// </summary>
    /// <returns>The exit code: 0 if the rebuild is done, 1 if it was stopped.</returns>
    public static async Task<int> Run(IDocumentStore store, NpgsqlDataSource database, TimeProvider time, TextWriter tell)
    {
        await using var command = database.CreateCommand("select coalesce(max(seq_id), 0), count(*) from followup.mt_events");
        long until,
            of;
        await using (var reader = await command.ExecuteReaderAsync())
        {
            await reader.ReadAsync();
            (until, of) = (reader.GetInt64(0), reader.GetInt64(1));
        }
        var replay = new Replay
        {
            Id = Guid.CreateVersion7(),
            Queue = Topology.SchedulerInbox,
            IsRebuild = true,
            PerSecond = 2000,
            Until = until,
            Total = of,
            By = "command line",
            StartedAt = time.GetUtcNow(),
            State = until == 0 ? ReplayState.Done : ReplayState.Running,
        };
        await using (var session = store.LightweightSession())
        {
            session.Insert(replay);
            await session.SaveChangesAsync();
        }
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
