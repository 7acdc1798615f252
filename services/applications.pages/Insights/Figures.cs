using System.Globalization;

namespace FollowUp.Applications.Pages.Insights;

/// <summary>How figures are written, and when they mean something.</summary>
internal static class Figures
{
    /// <summary>Of fewer, a share or a median says nothing.</summary>
    public const int Enough = 5;

    public static string Share(int part, int whole) => ((double)part / whole).ToString("P0", CultureInfo.CurrentCulture);

    /// <summary>A number, and its share where there are enough to have one.</summary>
    public static string Part(int part, int whole) =>
        whole >= Enough ? $"{part.ToString(CultureInfo.CurrentCulture)} ({Share(part, whole)})" : part.ToString(CultureInfo.CurrentCulture);

    public static string Days(double? days) => days?.ToString("0.#", CultureInfo.CurrentCulture) ?? "–";
}
