using FollowUp.Contracts;

namespace FollowUp.Platform;

/// <summary>The order of steps that happen at one moment. It must not be the order in which they were recorded.</summary>
public static class StepOrder
{
    /// <summary>The place of a step among those that happen at the same moment; an interview comes first.</summary>
    /// <param name="kind">The kind of the step; null for an interview and for the submission.</param>
    public static int Of(StepKind? kind) =>
        kind switch
        {
            null => 0,
            StepKind.Assessment => 1,
            StepKind.ReferenceCheck => 2,
            StepKind.Offer => 4,
            _ => 3,
        };
}
