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
/// What a Scheduler that lost its store is rebuilt from: the keys and the policies, and of each application first what the Scheduler itself
/// had decided, as this service heard it, then what happened. So it knows of every claim and every follow-up made before it knows of the
/// application, nothing is decided a second time, and its numbers go on where they were.
/// </summary>
internal sealed class SchedulerRebuildSource(IDocumentStore store, NpgsqlDataSource database, IContractMapper border) : IRebuildSource
{
    private const int FactsOfAStream = 5; // about: submission, letter, contact, answer, follow-up

    public async Task<ReplayPart> Next(Replay replay, int facts, CancellationToken ct)
    {
        var take = Math.Max(1, facts / FactsOfAStream);
        var streams = await Streams(replay, take, ct);
        var whole = streams.Count < take;
        // The chains of a part go out side by side, and a team's policy must be there before its applications: a part ends where it is
        // sent.
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
        if (border.ToContract(history[0]) is SiblingMessage)
            return
            [
                .. history
                    .Select(x => (Fact: x, Contract: border.ToContract(x) as SiblingMessage))
                    .Where(x => x.Contract is not null)
                    .Select(x => new AddressedMessage(x.Contract!.Queue, border.Envelope(x.Fact, x.Contract) with { Replay = mark })),
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
        var happened = history.Select(border.PublicEnvelope).OfType<CloudEvent>();
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
            DataContentType = "application/json",
            Data = x.Data,
        });

    // In the order in which the streams began, so that a part ends where a number says.
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
    /// Asks for a rebuild, and tells how far it is until it has ended. A service of this kind must run: it is the one that sends.
    /// </summary>
    /// <returns>The exit code.</returns>
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
            "Calendars, and the notes beside overrides, are the Scheduler's alone: they aren't in it. "
                + "Take them from a backup of its database, or have the calendars made again."
        );
        while (true)
        {
            await using var session = store.QuerySession();
            var now = await session.LoadAsync<Replay>(replay.Id) ?? replay;
            await tell.WriteLineAsync(
                $"{now.Read} of {now.Total} facts, {now.Sent} messages sent: {now.State}{(now.Reason is { } reason ? $". {reason}" : "")}"
            );
            if (now.State != ReplayState.Running)
                return now.State == ReplayState.Done ? 0 : 1;
            await Task.Delay(TimeSpan.FromSeconds(1), time);
        }
    }
}
