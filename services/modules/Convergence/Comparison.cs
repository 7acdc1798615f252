using FollowUp.Platform;
using FollowUp.Platform.Outbox;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FollowUp.Modules.Convergence;

/// <summary>A comparison of all streams that an operator asked for. The stored document has its progress.</summary>
public sealed record Comparison
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How many streams were compared.</summary>
    public long Compared { get; init; }

    /// <summary>How many streams were complete after the sibling sent them again.</summary>
    public long Repaired { get; init; }

    /// <summary>How many streams diverge: what this service lacks of them can't be had, or is refused again and again.</summary>
    public long Diverging { get; init; }

    /// <summary>When all was compared, and what was lacking has arrived or diverges.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>The command <c>compare</c> of both services.</summary>
public static class ComparisonTool
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Asks the running service to compare all streams at once, and writes its progress until it has ended.</summary>
    /// <typeparam name="TContractMapper">Maps the service's events to contracts.</typeparam>
    /// <param name="service">The service.</param>
    /// <returns>The exit code: 0 if both services agree, 1 if some streams diverge, 2 if the command can't run.</returns>
    public static async Task<int> Run<TContractMapper>(ServiceDefinition service)
        where TContractMapper : class, IContractMapper
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        try
        {
            builder.AddStore<TContractMapper>(service);
            builder.AddModules();
            await using var app = builder.Build();
            return await Run(app.Services.GetRequiredService<IDocumentStore>(), service);
        }
        catch (SettingException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 2;
        }
        catch (NpgsqlException exception)
        {
            await Console.Error.WriteLineAsync($"The database can't be used: {exception.Message}");
            return 2;
        }
    }

    private static async Task<int> Run(IDocumentStore store, ServiceDefinition service)
    {
        var asked = new Comparison { Id = Guid.CreateVersion7(), StartedAt = TimeProvider.System.GetUtcNow() };
        await using (var session = store.LightweightSession())
        {
            session.Insert(asked);
            await session.SaveChangesAsync();
        }
        for (var told = (Comparison?)null; ; await Task.Delay(Interval))
        {
            await using var session = store.QuerySession();
            var now = await session.LoadAsync<Comparison>(asked.Id) ?? asked;
            if (now != told)
                await Console.Out.WriteLineAsync(
                    $"{service.Name}: {now.Compared} streams compared with {service.Sibling}, {now.Repaired} repaired, "
                        + $"{now.Diverging} diverge: {(now.EndedAt is null ? "Running" : "Done")}"
                );
            if (now.EndedAt is not null)
                return now.Diverging == 0 ? 0 : 1;
            told = now;
        }
    }
}
