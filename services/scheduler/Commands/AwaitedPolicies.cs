using System.Collections.Concurrent;

namespace FollowUp.Scheduler.Commands;

/// <summary>
/// A rebuild brought a plan by a version of the team's policy that isn't restored yet. The version lies in another partition of the inbox,
/// or with another node, and arrives without any action.
/// </summary>
internal sealed class PolicyAwaitedException(string team, int version)
    : TimeoutException($"Version {version} of the policy of team {team} isn't restored yet.");

/// <summary>
/// How long a rebuild waits for a version of a policy. A version that Applications never received, or that is a dead letter, doesn't
/// arrive, and every event that waits for it takes a place in the inbox from the events of all teams.
/// </summary>
internal sealed partial class AwaitedPolicies(TimeProvider time, ILogger<AwaitedPolicies> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<(string Team, int Version), long> _since = [];
    private readonly ConcurrentDictionary<(string Team, int Version), bool> _givenUp = [];

    public bool MustWait(string team, int version)
    {
        if (time.GetElapsedTime(_since.GetOrAdd((team, version), _ => time.GetTimestamp())) < Patience)
            return true;
        if (_givenUp.TryAdd((team, version), true))
            LogGivenUp(log, version, team); // once, however many applications wait
        return false;
    }

    public void Arrived(string team, int version) => _since.TryRemove((team, version), out _);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Version {Version} of the policy of team {Team} was not restored within a minute; "
            + "the current version plans instead. Look for it among the dead letters"
    )]
    private static partial void LogGivenUp(ILogger log, int version, string team);
}
