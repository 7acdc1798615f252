using FollowUp.Applications.Pages.Digest;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using NodaTime;

namespace FollowUp.Specs.Pages;

public sealed class DigestContentSpecs
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 6, 30, 0, TimeSpan.Zero);

    private static TodayItem Item(SlotStatus status, double dueInHours, double endsInDays = 5, string? assignee = null) =>
        new(
            Guid.NewGuid(),
            1,
            1,
            null,
            "c-1",
            null,
            "Acme",
            "Clerk",
            null,
            new(1, status)
            {
                DueAt = Now.AddHours(dueInHours),
                WindowEndsAt = Now.AddDays(endsInDays),
                Assignee = assignee,
            },
            null,
            null,
            IsEarly: false
        );

    private static DigestContent Of(params TodayItem[] items) =>
        DigestContent.Of("ana", items, items.Count(x => x.Slot.Status == SlotStatus.Due), Now, DateTimeZoneProviders.Tzdb["Europe/Berlin"]);

    [Fact]
    public void Ones_own_come_first_then_what_ends_then_what_is_due_then_what_comes_due()
    {
        var (comes, due, ends, mine) = (
            Item(SlotStatus.Planned, 3),
            Item(SlotStatus.Due, -30),
            Item(SlotStatus.Due, -200, 0.2),
            Item(SlotStatus.Due, -10, assignee: "ana")
        );
        var content = Of(comes, due, ends, mine);
        Assert.Equal(
            [DigestGroup.Yours, DigestGroup.WindowEnds, DigestGroup.Due, DigestGroup.ComesDue],
            content.Groups.Select(x => x.Group)
        );
        Assert.Equal([mine, ends, due, comes], content.Groups.Select(x => Assert.Single(x.Items)));
        Assert.Equal((4, 0), (content.Count, content.More));
    }

    [Fact]
    public void Slots_due_tomorrow_and_claimed_slots_are_left_out() =>
        Assert.True(Of(Item(SlotStatus.Planned, 30), Item(SlotStatus.Claimed, -5), Item(SlotStatus.Planned, 40, assignee: "ana")).IsEmpty);

    [Fact]
    public void A_repeated_entry_is_listed_once()
    {
        var mine = Item(SlotStatus.Due, -1, assignee: "ana");
        Assert.Equal(1, Of(mine, mine).Count);
    }

    [Fact]
    public void More_than_fit_are_counted()
    {
        var content = DigestContent.Of(
            "ana",
            [.. Enumerable.Range(0, 70).Select(_ => Item(SlotStatus.Due, -1))],
            500,
            Now,
            DateTimeZone.Utc
        );
        Assert.Equal((DigestContent.MaxItems, 500 - DigestContent.MaxItems), (content.Count, content.More));
    }
}
