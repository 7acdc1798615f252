using System.Collections.Immutable;
using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Scheduler.Planning;

namespace FollowUp.Scheduler.TeamPolicies;

// The events of a team's policy. Every version is kept, so that each decision under a version can be explained for ever.

public sealed record PolicyChanged(int Version, Policy Policy, string By, DateTimeOffset At);

/// <summary>Replaces the policy.</summary>
/// <param name="Policy">The whole new policy.</param>
/// <param name="Instead">The version that the new policy is based on, if the caller gives it.</param>
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

/// <summary>The current policy, which planning reads. Written in the transaction of the event that changed the policy.</summary>
public sealed record CurrentPolicy
{
    /// <summary>The stream's id.</summary>
    public required Guid Id { get; init; }

    public required int Version { get; init; }
    public required TeamPolicy Policy { get; init; }

    /// <summary>How many applications were open to replanning when the policy was changed.</summary>
    public long OpenThen { get; init; }

    /// <summary>Changes that arrived from a replay before their predecessors.</summary>
    public ImmutableSortedDictionary<long, CloudEvent> Early { get; init; } = ImmutableSortedDictionary<long, CloudEvent>.Empty;
}
