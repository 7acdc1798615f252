using FollowUp.Contracts;
using FollowUp.Hosting;
using FollowUp.Hosting.Keys;

namespace FollowUp.Applications.Pages.Acting;

/// <summary>
/// "I'll do it": the exclusive right to make a follow-up. The claim's id follows from the form, so a second click is the same claim.
/// </summary>
internal static class ClaimIt
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.Form(
                "/today/claim",
                (Reader reader, Form form, SlotActing acting, CancellationToken ct) =>
                    acting.Act(
                        Acted.Claimed,
                        reader,
                        form,
                        async x =>
                        {
                            if (x.Slot?.ClaimOf(reader.Person, acting.Commanding.Now) is not null)
                                return null; // on another page of theirs, a moment ago
                            var claim = Ids.From(
                                reader.Team,
                                "claim",
                                x.Application.ToString(),
                                $"{x.Stage}",
                                reader.Person,
                                $"{form.Id("key") ?? Guid.NewGuid()}"
                            );
                            await acting.Scheduler.Ask<FollowUpClaimed>(
                                reader.Caller,
                                x.Application,
                                new ClaimFollowUp(x.Stage, claim, reader.Person, AsOf: x.Listing.Version),
                                ct
                            );
                            return slot => slot.Claim?.ClaimId == claim;
                        },
                        ct
                    ),
                Scopes.Claim,
                page: "/"
            )
            .ForCandidatesToo();
}
