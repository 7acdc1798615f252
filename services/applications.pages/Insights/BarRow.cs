namespace FollowUp.Applications.Pages.Insights;

/// <summary>A bar of a chart.</summary>
/// <param name="Share">The share of the full width, 0 to 1; null if the sample is too small.</param>
/// <param name="Words">The number, as text.</param>
public sealed record BarRow(string Name, double? Share, string Words);
