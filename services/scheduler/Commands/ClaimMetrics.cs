using System.Diagnostics.Metrics;
using FollowUp.Platform.Observability;

namespace FollowUp.Scheduler.Commands;

/// <summary>Counts claims, their releases and their settlements by their outcome.</summary>
internal static class ClaimMetrics
{
    private static readonly Counter<long> Answers = Telemetry.Meter.CreateCounter<long>(
        "followup.claims",
        "{claim}",
        "Claims, by what was asked and answered"
    );

    public static void Count(string asked, string? answer) => Answers.Add(1, new("asked", asked), new("answer", answer));
}
