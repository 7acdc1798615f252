using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Scheduler.Planning;

namespace FollowUp.Specs.Planning;

/// <summary>A state that the version before stored has no events, only what they came to.</summary>
public sealed class StoredBeforeSpecs
{
    private static KnownApplication Stored(Story story)
    {
        var json = JsonSerializer.SerializeToNode(story.Situation, Json.Lenient)!.AsObject();
        json.Remove("facts");
        return json.Deserialize<KnownApplication>(Json.Lenient)!;
    }

    public static TheoryData<string> Stories =>
        ["submitted", "promised", "interviewed", "cancelled", "made", "answered", "closed", "reopened"];

    private static Story Of(string name) =>
        name switch
        {
            "promised" => Story.Submitted().Promised("2026-03-12"),
            "interviewed" => Story.Submitted().Interview("2026-03-10T14:00:00Z", "2026-03-10T15:00:00Z"),
            "cancelled" => Story.Submitted().Interview("2026-03-10T14:00:00Z", "2026-03-10T15:00:00Z").Cancelled("2026-03-09T10:00:00Z"),
            "made" => Story.Submitted().Made("2026-03-11T09:30:00Z"),
            "answered" => Story.Submitted().Responded("2026-03-04T10:00:00Z", promised: "2026-03-10"),
            "closed" => Story.Submitted().Closed(ClosingReason.Rejected),
            "reopened" => Story.Submitted().Closed(ClosingReason.Rejected).Reopened(),
            _ => Story.Submitted(
                HiringProcess.OwnerRun,
                Approach.Referral,
                country: "DE",
                contacts: Story.Contact(ContactRole.Owner, Channel.Email)
            ),
        };

    [Theory, MemberData(nameof(Stories))]
    public void It_is_planned_as_before_and_learns_what_comes(string name)
    {
        var story = Of(name).On("2026-03-05T00:00:00Z");
        var stored = new Story(Stored(story), story.Policy) { Now = story.Now };
        Assert.NotEmpty(stored.Situation.Facts);
        Assert.Equal(story.Plan().Slots, stored.Plan().Slots);
        var contact = Story.Contact(ContactRole.Recruiter, Channel.Email);
        Assert.Equal(story.Knows(contact).Plan().Slots, stored.Knows(contact).Plan().Slots);
    }
}
