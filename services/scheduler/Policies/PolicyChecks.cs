namespace FollowUp.Scheduler.Policies;

internal static class PolicyChecks
{
    public static void Check(Policy policy) => _ = policy;
}
