using FollowUp.Applications.Commands;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace FollowUp.Applications.Pages.Settings.Policy;

/// <summary>The team's policy: every reader of the team sees it, administrators change it, and only after a preview.</summary>
internal static class PolicyRoutes
{
    private const string Address = "/settings/policy";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.Page(
            Address,
            async (
                Reader reader,
                PolicyPageService service,
                int? from,
                string? month,
                string? region,
                string? done,
                CancellationToken ct
            ) =>
            {
                try
                {
                    return Show(reader, await service.Load(reader, from, month, region, done, ct));
                }
                catch (RefusedException refused) when (refused.Code == SchedulerClient.Unreachable)
                {
                    return Show(reader, null, refused);
                }
            }
        );

        app.Form(
            Address,
            async Task<IResult> (Reader reader, Form form, PolicyPageService service, CancellationToken ct) =>
            {
                var model = await service.Load(reader, form, ct);
                if (model.Entered.Refused is not null)
                    return Show(reader, model);
                try
                {
                    var (isSave, isPreviewed) = (
                        form.Text("act") == "save",
                        form.Text("previewed") == PolicyFields.Hash(model.Entered.Values)
                    );
                    if (isSave && isPreviewed)
                        return TypedResults.Redirect(
                            $"{Address}?done={((await service.Save(reader, model, ct)).Version == model.Replaces ? "same" : "saved")}"
                        );
                    return Show(
                        reader,
                        isSave || form.Text("act") == "preview"
                            ? await service.WithPreview(reader, model with { IsChangedSincePreview = isSave }, ct)
                            : model
                    );
                }
                catch (RefusedException refused) when (refused.Code == "changedMeanwhile")
                {
                    var theirs = await service.Read(reader, ct);
                    if (PolicyFields.IsSame(PolicyPageService.ObjectOf(theirs), model.Policy))
                        return TypedResults.Redirect($"{Address}?done=saved"); // the form was sent twice
                    return Show(reader, await service.Rebase(reader, model, theirs, ct), refused);
                }
                catch (RefusedException refused)
                {
                    return Show(reader, model with { Entered = model.Entered with { Refused = refused } });
                }
            },
            Scopes.Admin
        );
    }

    private static RazorComponentResult<PolicyPage> Show(Reader reader, PolicyPageModel? model, RefusedException? refused = null) =>
        new(
            new
            {
                Reader = reader,
                Model = model,
                Refused = refused,
            }
        )
        {
            StatusCode = (refused ?? model?.Entered.Refused)?.HttpStatus() ?? 200,
        };
}

/// <summary>All versions of the policy: the person, the time and the changes.</summary>
internal static class VersionsRoutes
{
    private const int AtOnce = 10;

    public static void Map(IEndpointRouteBuilder app) =>
        app.Page(
            "/settings/policy/versions",
            async (Reader reader, PolicyPageService service, int? before, CancellationToken ct) =>
            {
                try
                {
                    var now = await service.Read(reader, ct);
                    var wanted = now
                        .Versions.Where(x => x.Version < (before ?? int.MaxValue))
                        .OrderByDescending(x => x.Version)
                        .Take(AtOnce + 1)
                        .ToArray();
                    var policies = (await Task.WhenAll(wanted.Select(x => service.Read(reader, ct, x.Version)))).ToDictionary(
                        x => x.Version,
                        PolicyPageService.ObjectOf
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
                        StatusCode = refused.HttpStatus(),
                    };
                }
            }
        );
}

/// <summary>The team's own lists of holidays: imported from an iCalendar file, deleted.</summary>
internal static class HolidaysRoutes
{
    private const string Address = "/settings/policy/holidays";

    // The feed is sent to the Scheduler in a message of at most 1 MB.
    private const int MaxBytes = 700_000;

    // Larger than the limit, so that a slightly larger file is refused with a message beside the field.
    private const int MaxRequestBytes = 4 * MaxBytes;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.Page(
            Address,
            async (Reader reader, PolicyPageService service, string? done, string? region, CancellationToken ct) =>
                await Show(reader, service, ct, done: done, region: region)
        );

        app.Form(
                Address,
                async Task<IResult> (
                    Reader reader,
                    Form form,
                    PolicyPageService service,
                    SchedulerClient scheduler,
                    CancellationToken ct
                ) =>
                {
                    var (region, feed) = (form.Text("region")?.ToUpperInvariant(), form.Text("feed"));
                    try
                    {
                        if (form.Text("act") == "forget")
                        {
                            await scheduler.Ask<PolicyAnswer>(reader.Caller, Guid.Empty, new ForgetHolidays(form.Text("region") ?? ""), ct);
                            return TypedResults.Redirect($"{Address}?done=forgotten");
                        }

                        if (form.File("file") is { } file)
                            feed = await Read(file, ct);
                        new InputChecks().Text(region, "region", 20).That(feed is not null, "holidays", "A file must be chosen.").Refuse();
                        var days = await scheduler.Ask<HolidaysAnswer>(
                            reader.Caller,
                            Guid.Empty,
                            new TakeHolidays(region!, feed!, form.Text("act") != "take"),
                            ct,
                            deadline: TimeSpan.FromSeconds(20)
                        );
                        return form.Text("act") == "take"
                            ? TypedResults.Redirect($"{Address}?done=taken")
                            : await Show(reader, service, ct, new(region!, feed!, days.Days, days.LeftOut), form.ToEntered());
                    }
                    catch (RefusedException refused)
                    {
                        return await Show(reader, service, ct, entered: form.ToEntered(refused));
                    }
                },
                Scopes.Admin
            )
            .WithMetadata(new RequestSizeLimitAttribute(MaxRequestBytes));
    }

    private static async Task<string> Read(IFormFile file, CancellationToken ct)
    {
        if (file.Length > MaxBytes)
            throw RefusedException.BadInput("holidays", "It must not be larger than 700 KB.");
        using var reader = new StreamReader(file.OpenReadStream());
        return await reader.ReadToEndAsync(ct);
    }

    private static async Task<RazorComponentResult<HolidaysPage>> Show(
        Reader reader,
        PolicyPageService service,
        CancellationToken ct,
        HolidaysPreview? read = null,
        Entered? entered = null,
        string? done = null,
        string? region = null
    )
    {
        PolicyAnswer? now = null;
        var refused = entered?.Refused;
        try
        {
            now = await service.Read(reader, ct);
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
            StatusCode = refused?.HttpStatus() ?? 200,
        };
    }
}

/// <summary>The days of a feed, before it is imported.</summary>
public sealed record HolidaysPreview(string Region, string Feed, IReadOnlyList<NamedDay> Days, IReadOnlyList<string> LeftOut);
