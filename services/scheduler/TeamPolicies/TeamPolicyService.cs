using System.Collections.Immutable;
using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Scheduler.DueSlots;
using FollowUp.Scheduler.Planning;

namespace FollowUp.Scheduler.TeamPolicies;

/// <summary>
/// The operations on a team's policy, for every kind of caller: read, replace as a whole, import holidays. Every policy that comes from
/// outside is checked here.
/// </summary>
internal sealed class TeamPolicyService(TeamPolicyStore policies, Replanning replanning, DatabaseClock clock)
{
    /// <summary>The current policy, or one of its earlier versions.</summary>
    public async Task<TeamPolicy> Read(string team, int? version, CancellationToken ct) =>
        version is { } n
            ? await policies.Version(team, n, ct) ?? throw new RefusedException("unknownVersion", "Your team's policy had no such version.")
            : (await policies.Find(team, ct)).Policy;

    public async Task<IReadOnlyList<PolicyVersion>> Versions(string team, CancellationToken ct) =>
        [
            .. (await policies.History(team, ct)).Select(x => new PolicyVersion(
                x.Policy.Version,
                x.ChangedBy,
                x.ChangedAt?.ToUniversalTime()
            )),
        ];

    /// <summary>
    /// How many applications were open to replanning at the last change, and how many of those still have a plan by an older version.
    /// </summary>
    public async Task<(int Version, long Open, long Remaining)> Progress(string team, CancellationToken ct)
    {
        var policy = await policies.Find(team, ct);
        return (policy.Version, policy.OpenThen, await policies.Open(team, ct, policy.Version));
    }

    /// <param name="instead">The versions that it may replace; by default the version that the body contains, if any.</param>
    public async Task<CurrentPolicy> Replace(string team, string by, JsonElement body, IfMatch? instead, CancellationToken ct)
    {
        var change = new ChangePolicy(Read(body), instead is null ? VersionIn(body) : null, by, await clock.Now(ct));
        var after = await policies.Change(
            team,
            by,
            before => instead?.Admits(before.Version) is false ? change with { Instead = Matching(instead) } : change,
            ct
        );
        replanning.Begin();
        return after;
    }

    public async Task<FeedHolidays> TakeHolidays(string team, string by, string region, string feed, bool dryRun, CancellationToken ct)
    {
        var now = await clock.Now(ct);
        var read = HolidayFeed.Read(feed, DateOnly.FromDateTime(now.UtcDateTime));
        if (dryRun)
            // a dry run checks the policy as well, so that it shows only holidays that could be saved
            Taken((await policies.Find(team, ct)).Policy.Policy);
        else
            await Change(team, by, now, Taken, ct);
        return read;

        Policy Taken(Policy before) =>
            Checked(
                before with
                {
                    Holidays = before.Holidays.ToImmutableSortedDictionary(StringComparer.Ordinal).SetItem(region, read.Days),
                },
                before
            );
    }

    public async Task ForgetHolidays(string team, string by, string region, CancellationToken ct) =>
        await Change(
            team,
            by,
            await clock.Now(ct),
            x => Checked(x with { Holidays = x.Holidays.ToImmutableSortedDictionary(StringComparer.Ordinal).Remove(region) }, x),
            ct
        );

    /// <summary>Parses the policy that a caller sent.</summary>
    /// <exception cref="RefusedException"><c>badInput</c>, with every error.</exception>
    /// <exception cref="JsonException">The body isn't a policy.</exception>
    public static Policy Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw RefusedException.BadInput("$", "A policy must be an object, as GET /policy shows it.");
        return Checked(body.Deserialize<Policy>(Json.Strict)!);
    }

    private async Task Change(string team, string by, DateTimeOffset now, Func<Policy, Policy> change, CancellationToken ct)
    {
        await policies.Change(team, by, before => new(change(before), null, by, now), ct);
        replanning.Begin();
    }

    private static Policy Checked(Policy policy, Policy? before = null)
    {
        PolicyChecks.Refuse(policy, before);
        return policy;
    }

    // Any version that isn't the current one is refused.
    private static int Matching(IfMatch instead) => instead.Versions is [var first, ..] && first <= int.MaxValue ? (int)first : 0;

    private static int? VersionIn(JsonElement body) =>
        body.TryGetProperty("version", out var said) && said.ValueKind == JsonValueKind.Number && said.TryGetInt32(out var version)
            ? version
            : null;
}
