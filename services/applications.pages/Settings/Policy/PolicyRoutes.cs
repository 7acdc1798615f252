using FollowUp.Applications.Commands;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace FollowUp.Applications.Pages.Settings.Policy;

/// <summary>The team's policy: every reader of the team sees it, administrators change it, and only after a preview.</summary>
internal static class PolicyRoutes
{
    private const string Place = "/settings/policy";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.Page(
            Place,
            async (Reader reader, PolicyLooking looking, int? from, string? month, string? region, string? done, CancellationToken ct) =>
            {
                try
                {
                    return Show(reader, await looking.Look(reader, from, month, region, done, ct));
                }
                catch (RefusedException refused) when (refused.Code == SchedulerClient.Unreachable)
                {
                    return Show(reader, null, refused);
                }
            }
        );

        app.Form(
            Place,
            async Task<IResult> (Reader reader, Form form, PolicyLooking looking, CancellationToken ct) =>
            {
                var shown = await looking.Look(reader, form, ct);
                if (shown.Entered.Refused is not null)
                    return Show(reader, shown);
                try
                {
                    var (isSave, isSeen) = (form.Text("act") == "save", form.Text("previewed") == PolicyFields.Mark(shown.Entered.Values));
                    if (isSave && isSeen)
                        return TypedResults.Redirect(
                            $"{Place}?done={((await looking.Save(reader, shown, ct)).Version == shown.Instead ? "same" : "saved")}"
                        );
                    return Show(
                        reader,
                        isSave || form.Text("act") == "preview"
                            ? await looking.WithPreview(reader, shown with { IsChangedSincePreview = isSave }, ct)
                            : shown
                    );
                }
                catch (RefusedException refused) when (refused.Code == "changedMeanwhile")
                {
                    var theirs = await looking.Read(reader, ct);
                    if (PolicyFields.IsSame(PolicyLooking.ObjectOf(theirs), shown.Policy))
                        return TypedResults.Redirect($"{Place}?done=saved"); // the form was sent twice
                    return Show(reader, await looking.Against(reader, shown, theirs, ct), refused);
                }
                catch (RefusedException refused)
                {
                    return Show(reader, shown with { Entered = shown.Entered with { Refused = refused } });
                }
            },
            Scopes.Admin
        );
    }

    private static RazorComponentResult<PolicyPage> Show(Reader reader, PolicyShown? shown, RefusedException? refused = null) =>
        new(
            new
            {
                Reader = reader,
                Shown = shown,
                Refused = refused,
            }
        )
        {
            StatusCode = (refused ?? shown?.Entered.Refused)?.Status ?? 200,
        };
}

/// <summary>All versions of the policy: the person, the time and the changes.</summary>
internal static class VersionsRoutes
{
    private const int AtOnce = 10;

    public static void Map(IEndpointRouteBuilder app) =>
        app.Page(
            "/settings/policy/versions",
            async (Reader reader, PolicyLooking looking, int? before, CancellationToken ct) =>
            {
                try
                {
                    var now = await looking.Read(reader, ct);
                    var wanted = now
                        .Versions.Where(x => x.Version < (before ?? int.MaxValue))
                        .OrderByDescending(x => x.Version)
                        .Take(AtOnce + 1)
                        .ToArray();
                    var policies = (await Task.WhenAll(wanted.Select(x => looking.Read(reader, ct, x.Version)))).ToDictionary(
                        x => x.Version,
                        PolicyLooking.ObjectOf
                    );
                    return new RazorComponentResult<VersionsPage>(
                        new
                        {
                            Reader = reader,
                            Now = now.Version,
                            Versions = wanted.Take(AtOnce).ToArray(),
                            Policies = policies,
                            More = wanted.Length > AtOnce ? wanted[AtOnce - 1].Version : (int?)null,
                        }
                    );
                }
                catch (RefusedException refused) when (refused.Code == SchedulerClient.Unreachable)
                {
                    return new RazorComponentResult<VersionsPage>(new { Reader = reader, Refused = refused })
                    {
                        StatusCode = refused.Status,
                    };
                }
            }
        );
}

/// <summary>The team's own lists of holidays: imported from an iCalendar file, deleted.</summary>
internal static class HolidaysRoutes
{
    private const string Place = "/settings/policy/holidays";

    // The feed is sent to the Scheduler in a message of at most 1 MB.
    private const int MostBytes = 700_000;

    // Larger than the limit, so that a slightly larger file is refused with a message beside the field.
    private const int MostSent = 4 * MostBytes;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.Page(
            Place,
            async (Reader reader, PolicyLooking looking, string? done, string? region, CancellationToken ct) =>
                await Show(reader, looking, ct, done: done, region: region)
        );

        app.Form(
                Place,
                async Task<IResult> (Reader reader, Form form, PolicyLooking looking, SchedulerClient desk, CancellationToken ct) =>
                {
                    var (region, feed) = (form.Text("region")?.ToUpperInvariant(), form.Text("feed"));
                    try
                    {
                        if (form.Text("act") == "forget")
                        {
                            await desk.Ask<PolicyAnswer>(reader.Caller, Guid.Empty, new ForgetHolidays(form.Text("region") ?? ""), ct);
                            return TypedResults.Redirect($"{Place}?done=forgotten");
                        }

                        if (form.File("file") is { } file)
                            feed = await Read(file, ct);
                        new InputChecks().Text(region, "region", 20).That(feed is not null, "holidays", "A file must be chosen.").Refuse();
                        var days = await desk.Ask<HolidaysAnswer>(
                            reader.Caller,
                            Guid.Empty,
                            new TakeHolidays(region!, feed!, form.Text("act") != "take"),
                            ct,
                            deadline: TimeSpan.FromSeconds(20)
                        );
                        return form.Text("act") == "take"
                            ? TypedResults.Redirect($"{Place}?done=taken")
                            : await Show(reader, looking, ct, new(region!, feed!, days.Days), form.Again());
                    }
                    catch (RefusedException refused)
                    {
                        return await Show(reader, looking, ct, entered: form.Again(refused));
                    }
                },
                Scopes.Admin
            )
            .WithMetadata(new RequestSizeLimitAttribute(MostSent));
    }

    private static async Task<string> Read(IFormFile file, CancellationToken ct)
    {
        if (file.Length > MostBytes)
            throw RefusedException.BadInput("holidays", "It must not be larger than 700 KB.");
        using var reader = new StreamReader(file.OpenReadStream());
        return await reader.ReadToEndAsync(ct);
    }

    private static async Task<RazorComponentResult<HolidaysPage>> Show(
        Reader reader,
        PolicyLooking looking,
        CancellationToken ct,
        HolidaysRead? read = null,
        Entered? entered = null,
        string? done = null,
        string? region = null
    )
    {
        PolicyAnswer? now = null;
        var refused = entered?.Refused;
        try
        {
            now = await looking.Read(reader, ct);
        }
        catch (RefusedException unreachable) when (unreachable.Code == SchedulerClient.Unreachable)
        {
            refused ??= unreachable;
        }
        return new(
            new
            {
                Reader = reader,
                Now = now,
                Read = read,
                Entered = entered,
                Refused = refused,
                Done = done,
                Region = region,
            }
        )
        {
            StatusCode = refused?.Status ?? 200,
        };
    }
}

/// <summary>The days of a feed, before it is imported.</summary>
public sealed record HolidaysRead(string Region, string Feed, IReadOnlyList<NamedDay> Days);
