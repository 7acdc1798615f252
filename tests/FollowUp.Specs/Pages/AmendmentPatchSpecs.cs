using System.Text.Json;
using FollowUp.Applications.Pages.Pipeline.Forms;
using FollowUp.Applications.Queries;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using static FollowUp.Specs.Domain.Applications;

namespace FollowUp.Specs.Pages;

/// <summary>The merge patch of a form that has all its values.</summary>
public sealed class AmendmentPatchSpecs
{
    [Fact]
    public void An_emptied_field_is_removed()
    {
        var patch = AmendmentPatch.Of(new AmendApplication(Employer: new("Acme", HiringProcess.OwnerRun, "Europe/Berlin", "DE")));
        Assert.Equal(JsonValueKind.Null, patch.GetProperty("employer").GetProperty("region").ValueKind);
        Assert.False(patch.TryGetProperty("posting", out _));
    }

    [Fact]
    public void What_is_recorded_late_says_only_what_was_changed()
    {
        var application = new Applications.JobApplication { Id = Domain.Slots.Subject }.Evolve(Applied);
        var known = GetApplication.Of(application, 1, null, null, []);
        var patch = AmendmentPatch.Of(
            new AmendApplication(
                Employer: new("Acme", HiringProcess.Outsourced, "Europe/Berlin", "DE"),
                Posting: new("Clerk", "https://example.org/1", null, new(true, false)),
                Approach: Approach.Referral,
                At: Then
            ),
            known
        );
        var (employer, posting) = (patch.GetProperty("employer"), patch.GetProperty("posting"));
        Assert.Equal(["hiringProcess"], employer.EnumerateObject().Select(x => x.Name));
        Assert.Equal("outsourced", employer.GetProperty("hiringProcess").GetString());
        Assert.Equal(JsonValueKind.Null, posting.GetProperty("closesOn").ValueKind);
        Assert.Equal(["closesOn"], posting.EnumerateObject().Select(x => x.Name).Where(x => x != "instructions"));
        Assert.Empty(posting.GetProperty("instructions").EnumerateObject());
        Assert.False(patch.TryGetProperty("approach", out _));
    }
}
