using FollowUp.Applications.ApiKeys;
using FollowUp.Applications.Import;
using FollowUp.Applications.Publishing;
using FollowUp.Modules.Convergence;
using FollowUp.Platform;
using FollowUp.Platform.EventStore;
using FollowUp.Platform.Observability;
using FollowUp.Platform.Security;
using Npgsql;

namespace FollowUp.Applications.Host;

/// <summary>The commands of the executable besides serving: <c>key</c>, <c>health</c>, <c>sample</c>, <c>compare</c>.</summary>
internal static class Tools
{
    public static async Task<int?> Run(string[] args)
    {
        switch (args.FirstOrDefault())
        {
            case "key":
                return await Key(args);
            case "compare":
                return await ComparisonTool.Run<ContractMapper>(ApplicationsService.Definition);
            case "health":
                return await HealthProbe.Run(args.ElementAtOrDefault(1));
            case "sample":
                SampleSheet.Write(Console.Out, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));
                return 0;
            default:
                return null;
        }
    }

    // For the operator: makes a key for each team given with --team (which may be repeated), in that order, and so creates the team. It
    // needs the database, but no key.
    private static async Task<int> Key(string[] args)
    {
        string Option(string name, string otherwise) =>
            Array.IndexOf(args, name) is var i and >= 0 && i + 1 < args.Length ? args[i + 1] : otherwise;
        var (name, scope) = (Option("--name", "made on the command line"), Option("--scope", Scopes.Admin));
        string[] teams = [.. args.Index().Where(x => x.Item == "--team" && x.Index + 1 < args.Length).Select(x => args[x.Index + 1])];
        if (teams is [])
            teams = [ApiKeyService.FirstTeam];
        if (!teams.All(TeamName.IsValid))
            return await Fail("A team's name has 1 to 40 of a-z, 0-9 and -, and starts with a letter or digit.");
        if (!Scopes.All.Contains(scope))
            return await Fail($"A scope is one of {string.Join(", ", Scopes.All)}.");
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders(); // standard output must contain only the keys
        try
        {
            builder.AddStore<ContractMapper>(ApplicationsService.Definition);
            builder.Services.AddSingleton<ApiKeyService>();
            await using var app = builder.Build();
            foreach (var team in teams)
            {
                var (secret, _) = await app.Services.GetRequiredService<ApiKeyService>().Make(team, name, [scope], "command line");
                await Console.Out.WriteLineAsync(secret);
            }

            return 0;
        }
        catch (SettingException exception)
        {
            return await Fail(exception.Message);
        }
        catch (NpgsqlException exception)
        {
            return await Fail($"The database can't be used: {exception.Message}");
        }
    }

    private static async Task<int> Fail(string reason)
    {
        await Console.Error.WriteLineAsync(reason);
        return 2;
    }
}
