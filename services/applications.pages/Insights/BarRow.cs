namespace FollowUp.Applications.Pages.Insights;

/// <summary>A bar.</summary>
/// <param name="Share">Of the whole width, 0 to 1; null where there is too little to show.</param>
/// <param name="Words">Its number.</param>
public sealed record BarRow(string Name, double? Share, string Words);
