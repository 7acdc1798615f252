using FollowUp.Hosting.Store;
using Marten;
using Npgsql;

namespace FollowUp.Applications.Reading;

/// <summary>
/// What an older version wrote lacks what this one finds and sorts it by. It is written anew, a few at a time while everything else goes
/// on,
/// by one node: the plans from what the Scheduler said, the listings from the facts.
/// </summary>
internal sealed partial class OlderRows(
    IDocumentStore store,
    NpgsqlDataSource database,
    IHostApplicationLifetime lifetime,
    ILogger<OlderRows> log
) : BackgroundService
{
    private const int AtOnce = 100;
    private const string Plans = "select tenant_id, id from followup.mt_doc_planview where urgency is null and data -> 'slots' <> '{}'";
    private const string Listings = "select tenant_id, id from followup.mt_doc_listing where not data ? 'stages'";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The tables are made while it starts.
        await Task.Delay(
                Timeout.Infinite,
                CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStarted).Token
            )
            .ContinueWith(_ => { }, TaskScheduler.Default);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var turn = await Line.StandIn(database, "followup: rows of an older version", stoppingToken);
                var (plans, listings) = (await Renew(Plans, Plan, stoppingToken), await Renew(Listings, Listed, stoppingToken));
                if (plans + listings > 0)
                    LogRenewed(log, plans, listings);
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, exception.Message);
                await Task.Delay(TimeSpan.FromSeconds(10), stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<int> Renew(string older, Func<string, Guid, CancellationToken, Task> renew, CancellationToken ct)
    {
        for (var (renewed, last) = (0, (Team: "", Id: Guid.Empty)); ; )
        {
            var found = new List<(string Team, Guid Id)>();
            await using (
                var command = database.CreateCommand($"{older} and (tenant_id, id) > (@team, @id) order by tenant_id, id limit @most")
            )
            {
                command.Parameters.AddText("team", last.Team);
                command.Parameters.AddId("id", last.Id);
                command.Parameters.AddNumber("most", AtOnce);
                await using var reader = await command.ExecuteReaderAsync(ct);
                while (await reader.ReadAsync(ct))
                    found.Add((reader.GetString(0), reader.GetGuid(1)));
            }
            if (found.Count == 0)
                return renewed;
            foreach (var (team, id) in found)
                await renew(team, id, ct);
            (renewed, last) = (renewed + found.Count, found[^1]);
        }
    }

    private async Task Plan(string team, Guid id, CancellationToken ct)
    {
        await using var session = store.LightweightSession(team);
        if (await session.LoadAsync<PlanView>(id, ct) is not { } plan)
            return;
        session.Store(plan);
        try
        {
            await session.SaveChangesAsync(ct);
        }
        catch (JasperFx.ConcurrencyException) { } // written meanwhile, and so by this version
    }

    // The stream is held meanwhile, so that what is recorded at this moment isn't overwritten by what was read before.
    private async Task Listed(string team, Guid id, CancellationToken ct)
    {
        await using var session = store.LightweightSession(team);
        var stream = await session.Events.FetchForExclusiveWriting<JobApplication>(id, ct);
        if (stream.Aggregate is not { } application)
            return;
        session.Store(Listing.Of(application with { Id = id }, stream.CurrentVersion ?? 0));
        await session.SaveChangesAsync(ct);
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Written anew, as an older version had written them: {Plans} plans and {Listings} listings"
    )]
    private static partial void LogRenewed(ILogger log, int plans, int listings);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What an older version wrote could not be written anew yet; trying again: {Reason}")]
    private static partial void LogFailed(ILogger log, string reason);
}
