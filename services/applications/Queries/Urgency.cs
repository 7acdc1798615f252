using System.Globalization;
using FollowUp.Applications.Projections;
using FollowUp.Contracts;

namespace FollowUp.Applications.Queries;

/// <summary>
/// The urgency of a slot, as text that sorts: first due slots, the one whose window ends first before the others; then claimed slots; then
/// planned slots by due date; then withheld slots; then slots that need no action. It consists of digits only, so that every collation
/// sorts it the same.
/// </summary>
internal static class Urgency
{
    private const string Never = "99999999999999";

    public static string Of(SlotView slot) =>
        slot.Status is SlotStatus.Due or SlotStatus.Claimed
            ? $"{Rank(slot.Status)}{Text(slot.WindowEndsAt)}{Text(slot.DueAt)}"
            : $"{Rank(slot.Status)}{Text(slot.DueAt)}{Text(slot.WindowEndsAt)}";

    public static char Rank(SlotStatus status) =>
        status switch
        {
            SlotStatus.Due => '0',
            SlotStatus.Claimed => '1',
            SlotStatus.Planned => '2',
            SlotStatus.Withheld => '3',
            SlotStatus.Lapsed => '4',
            SlotStatus.Made => '5',
            _ => '6',
        };

    /// <summary>The statuses that need a person's attention, the most urgent first.</summary>
    public static IReadOnlyList<SlotStatus> Open { get; } = [SlotStatus.Due, SlotStatus.Claimed, SlotStatus.Planned, SlotStatus.Withheld];

    private static string Text(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture) ?? Never;
}
