using System.Globalization;

namespace FollowUp.Applications.Pages.Insights;

/// <summary>How figures are formatted, and from which sample size on they are shown.</summary>
internal static class Figures
{
    /// <summary>The smallest sample for which a share or a median is shown.</summary>
    public const int MinimumSample = 5;

    public static string Share(int part, int whole) => ((double)part / whole).ToString("P0", CultureInfo.CurrentCulture);

    /// <summary>A number, with its share if the sample is large enough.</summary>
    public static string Part(int part, int whole) =>
        whole >= MinimumSample
            ? $"{part.ToString(CultureInfo.CurrentCulture)} ({Share(part, whole)})"
            : part.ToString(CultureInfo.CurrentCulture);

    public static string Days(double? days) => days?.ToString("0.#", CultureInfo.CurrentCulture) ?? "–";
}
