using FollowUp.Applications.Candidates;
using FollowUp.Applications.Commands;
using FollowUp.Applications.Pages.Shared;
using FollowUp.InternalContracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Security;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FollowUp.Applications.Pages.Settings.Calendars;

/// <summary>Calendar subscriptions: make, list, revoke. A candidate can make a calendar only of their own follow-ups.</summary>
internal static class CalendarsRoutes
{
    private const string Address = "/settings/calendars";
    private const int SchedulerPort = 8081;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.Page(
                Address,
                async (Reader reader, SchedulerClient scheduler, IDocumentStore store, string? done, CancellationToken ct) =>
                    await Show(reader, scheduler, store, ct, done: done)
            )
            .ForCandidatesToo();

        app.Form(
                Address,
                async Task<IResult> (
                    Reader reader,
                    Form form,
                    SchedulerClient scheduler,
                    IDocumentStore store,
                    IConfiguration configuration,
                    HttpRequest request,
                    CancellationToken ct
                ) =>
                {
                    try
                    {
                        if (form.Id("revoke") is { } id)
                        {
                            await scheduler.Ask<CalendarRevoked>(reader.Caller, id, new RevokeCalendar(id, reader.Candidate), ct);
                            return TypedResults.Redirect($"{Address}?done=revoked");
                        }

                        new InputChecks().Text(form.Text("name"), "name", 100).Refuse();
                        var made = await scheduler.Ask<MadeCalendar>(
                            reader.Caller,
                            Guid.Empty,
                            new MakeCalendar(
                                form.Text("name")!,
                                reader.Candidate ?? await Candidate(form, reader, store, ct),
                                form.Id("attempt"),
                                form.Flag("interviews"),
                                form.Flag("names"),
                                $"{request.Scheme}://{request.Host}"
                            ),
                            ct
                        );
                        return await Show(reader, scheduler, store, ct, new(made.Name, Scheduler(configuration, request) + made.Path));
                    }
                    catch (RefusedException refused)
                    {
                        return await Show(reader, scheduler, store, ct, entered: form.ToEntered(refused));
                    }
                },
                Scopes.Claim
            )
            .ForCandidatesToo();
    }

    private static async Task<string?> Candidate(Form form, Reader reader, IDocumentStore store, CancellationToken ct)
    {
        if (form.Text("candidate") is not { } text)
            return null;
        await using var session = store.QuerySession(reader.Team);
        return await session.Candidates(text, ct) switch
        {
            [var one] => one.Id,
            [] => throw RefusedException.BadInput("candidate", "Your team has no such candidate."),
            _ => throw RefusedException.BadInput("candidate", "Several candidates are called that. Please enter the reference."),
        };
    }

    // Only the operator knows the address at which calendar programs reach the Scheduler.
    private static string Scheduler(IConfiguration configuration, HttpRequest request) =>
        configuration["Pages:SchedulerUrl"] is { Length: > 0 } url
            ? url.TrimEnd('/')
            : new UriBuilder(request.Scheme, request.Host.Host, SchedulerPort).Uri.GetLeftPart(UriPartial.Authority);

    private static async Task<RazorComponentResult<CalendarsPage>> Show(
        Reader reader,
        SchedulerClient scheduler,
        IDocumentStore store,
        CancellationToken ct,
        CalendarAddress? made = null,
        Entered? entered = null,
        string? done = null
    )
    {
        IReadOnlyList<CalendarItem>? items = null;
        var refused = entered?.Refused;
        try
        {
            items = (await scheduler.Ask<CalendarList>(reader.Caller, Guid.Empty, new ListCalendars(reader.Candidate), ct)).Items;
        }
        catch (RefusedException unreachable) when (unreachable.Code == SchedulerClient.Unreachable)
        {
            refused ??= unreachable;
        }
        await using var session = store.QuerySession(reader.Team);
        var people = await session.LoadManyAsync<Candidate>(
            ct,
            [.. (items ?? []).Select(x => x.Candidate).OfType<string>().Distinct(StringComparer.Ordinal)]
        );
        var names = people.Where(x => x.Name is not null).ToDictionary(x => x.Id, x => x.Name!, StringComparer.Ordinal);
        return new(
            new
            {
                Reader = reader,
                Items = items,
                Names = names,
                Made = made,
                Entered = entered,
                Refused = refused,
                Done = done,
            }
        )
        {
            StatusCode = refused?.HttpStatus() ?? 200,
        };
    }
}

/// <summary>A calendar that was just made.</summary>
/// <param name="Url">The address to subscribe to. It is shown once.</param>
public sealed record CalendarAddress(string Name, string Url)
{
    /// <summary>The address with the scheme <c>webcal</c>, which opens the device's calendar program.</summary>
    public string Subscription => "webcal" + Url[Url.IndexOf(':', StringComparison.Ordinal)..];
}
