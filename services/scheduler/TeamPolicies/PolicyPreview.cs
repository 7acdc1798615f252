using System.Collections.Immutable;
using System.Globalization;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Platform.Http;
using FollowUp.Scheduler.DueSlots;
using FollowUp.Scheduler.Planning;
using FollowUp.Scheduler.Projections;
using Marten;
using Npgsql;

namespace FollowUp.Scheduler.TeamPolicies;

/// <summary>
/// Computes the effects of another policy on every open slot of a team: each slot goes through the same decision as after a change of the
/// policy, but no event is written.
/// </summary>
internal sealed class PolicyPreview(NpgsqlDataSource database, IDocumentStore store, DatabaseClock clock)
{
    private const int AtOnce = 500;

    public async Task<PreviewAnswer> Of(string team, Policy policy, string? after, int limit, CancellationToken ct)
    {
        var cursor = Cursor.Read(after);
        var (items, counts, open, more) = (new List<PreviewItem>(limit), new Dictionary<PreviewChange, long>(), 0L, false);
        var now = await clock.Now(ct);
        await foreach (var (state, entries) in Open(team, ct))
        {
            open++;
            foreach (var item in Changes(state.Known, entries, policy, now))
            {
                counts[item.Change] = counts.GetValueOrDefault(item.Change) + 1;
                if (cursor is not null && IsBefore(item, cursor))
                    continue;
                if (items.Count < limit)
                    items.Add(item);
                else
                    more = true;
            }
        }

        return new(
            open,
            counts.GetValueOrDefault(PreviewChange.Moves),
            counts.GetValueOrDefault(PreviewChange.Withheld),
            counts.GetValueOrDefault(PreviewChange.Released),
            counts.GetValueOrDefault(PreviewChange.Lapses),
            items,
            more
                ? new Cursor(now, items[^1].Application.ToString("N"), items[^1].Stage.ToString(CultureInfo.InvariantCulture)).ToString()
                : null
        );
    }

    private static bool IsBefore(PreviewItem item, Cursor cursor) =>
        string.CompareOrdinal(item.Application.ToString("N"), cursor.Id) switch
        {
            0 => int.TryParse(cursor.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var stage) && item.Stage <= stage,
            var order => order < 0,
        };

    /// <summary>The changes to one application.</summary>
    internal static IEnumerable<PreviewItem> Changes(
        KnownApplication situation,
        IReadOnlyList<AgendaEntry> entries,
        Policy policy,
        DateTimeOffset now
    )
    {
        var plan = new FollowUpPlan
        {
            Id = situation.Application,
            Slots = entries.ToImmutableSortedDictionary(x => x.Stage, x => x.ToSlot()),
        };
        var facts = plan.Decide(new Replan(Planner.Plan(situation, policy, now), now, IsOtherPolicy: true));
        var then = facts.Aggregate(plan, (x, fact) => x.Evolve(fact));
        foreach (var (before, entry) in plan.Slots.Values.Zip(entries))
        {
            var slot = then.Slots[before.Stage];
            if (!facts.Any(x => x is Planned p && p.Stage == slot.Stage || x is Withheld w && w.Stage == slot.Stage))
                continue;
            PreviewChange? change = (before.Status, slot.Status) switch
            {
                (SlotStatus.Withheld, SlotStatus.Withheld) => null,
                (_, SlotStatus.Withheld) => PreviewChange.Withheld,
                (_, SlotStatus.Lapsed) => PreviewChange.Lapses,
                (SlotStatus.Withheld, _) => PreviewChange.Released,
                _ => PreviewChange.Moves,
            };
            if (change is { } what)
                yield return new(
                    situation.Application,
                    slot.Stage,
                    situation.Candidate,
                    situation.Employer.Name,
                    what,
                    LookOf(entry),
                    LookOf(AgendaEntry.Of(situation, slot, null))
                );
        }
    }

    internal static SlotLook LookOf(AgendaEntry x) =>
        new(x.Status, x.DueAt?.ToUniversalTime(), x.WindowEndsAt?.ToUniversalTime(), x.Channels, x.Situation, x.Reasons);

    private async IAsyncEnumerable<(ApplicationState State, IReadOnlyList<AgendaEntry> Entries)> Open(
        string team,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct
    )
    {
        var json = store.Options.Serializer();
        for (var last = Guid.Empty; ; )
        {
            var states = new List<ApplicationState>(AtOnce);
            await using (
                var command = database.CreateCommand(
                    """
                    select data from followup.mt_doc_applicationstate
                    where tenant_id = $1 and planned_under is not null and id > $2 order by id limit $3
                    """
                )
            )
            {
                command.Parameters.Add(new() { Value = team });
                command.Parameters.Add(new() { Value = last });
                command.Parameters.Add(new() { Value = AtOnce });
                await using var reader = await command.ExecuteReaderAsync(ct);
                while (await reader.ReadAsync(ct))
                    states.Add(await json.FromJsonAsync<ApplicationState>(reader, 0, ct));
            }

            if (states.Count == 0)
                yield break;
            var entries = new List<AgendaEntry>(AtOnce);
            await using (
                var command = database.CreateCommand("select data from followup.mt_doc_agendaentry where tenant_id = $1 and id = any($2)")
            )
            {
                command.Parameters.Add(new() { Value = team });
                command.Parameters.Add(
                    new() { Value = states.SelectMany(x => x.Known.Stages.Select(y => AgendaEntry.IdOf(x.Id, y.Stage))).ToArray() }
                );
                await using var reader = await command.ExecuteReaderAsync(ct);
                while (await reader.ReadAsync(ct))
                    entries.Add(await json.FromJsonAsync<AgendaEntry>(reader, 0, ct));
            }

            var byApplication = entries.ToLookup(x => x.Application);
            foreach (var state in states)
                yield return (state, [.. byApplication[state.Id].OrderBy(x => x.Stage)]);
            last = states[^1].Id;
        }
    }
}
