using System.Collections.Immutable;
using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Scheduler.Planning;

namespace FollowUp.Scheduler.TeamPolicies;

// What a team decided about its policy: every version stays, so that whatever was decided under one can be explained for ever.

public sealed record PolicyChanged(int Version, Policy Policy, string By, DateTimeOffset At);

/// <summary>Somebody wants another policy.</summary>
/// <param name="Policy">All of it.</param>
/// <param name="Instead">The version it was written from, where the caller says so.</param>
public sealed record ChangePolicy(Policy Policy, int? Instead, string By, DateTimeOffset Now);

/// <summary>A team's policy. The default is version 1. (It has no member named Version: the store would keep the stream's in it.)</summary>
public sealed partial record TeamPolicy
{
    public Guid Id { get; init; }
    public Policy Policy { get; init; } = Policy.Default;
    public string? ChangedBy { get; init; }
    public DateTimeOffset? ChangedAt { get; init; }

    public TeamPolicy Evolve(object fact) =>
        fact switch
        {
            PolicyChanged e => this with { Policy = e.Policy with { Version = e.Version }, ChangedBy = e.By, ChangedAt = e.At },
            _ => this,
        };

    public object[] Decide(ChangePolicy c)
    {
        if (c.Instead is { } instead && instead != Policy.Version)
            throw new RefusedException(
                "changedMeanwhile",
                $"The policy was changed meanwhile: it is at version {Policy.Version}, not {instead}. Read it again."
            );
        return IsSame(c.Policy) ? [] : [new PolicyChanged(Policy.Version + 1, c.Policy with { Version = Policy.Version + 1 }, c.By, c.Now)];
    }

    private bool IsSame(Policy other) =>
        JsonSerializer.Serialize(other with { Version = Policy.Version }, Json.Lenient) == JsonSerializer.Serialize(Policy, Json.Lenient);
}

/// <summary>The policy that holds, for whoever plans. Written with the fact that made it so.</summary>
public sealed record CurrentPolicy
{
    /// <summary>The stream's.</summary>
    public required Guid Id { get; init; }

    public required int Version { get; init; }
    public required TeamPolicy Policy { get; init; }

    /// <summary>How many applications had something open when it was changed: all of them are planned anew.</summary>
    public long OpenThen { get; init; }

    /// <summary>Changes that a replay brought before their predecessors.</summary>
    public ImmutableSortedDictionary<long, CloudEvent> Early { get; init; } = ImmutableSortedDictionary<long, CloudEvent>.Empty;
}
