using System.Security.Claims;
using System.Text;
using System.Text.Json;
using FollowUp.Applications.Commands;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Scheduler.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace FollowUp.Specs.Guards;

/// <summary>
/// A command is one record with one registration: the body of the message on the bus consists of the HTTP route's body and the values in
/// its path.
/// </summary>
public sealed class CommandSpecs
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);
    private static readonly Guid Id = Guid.Parse("0195a4c2-6b1f-7e4a-9d3c-5a8f1e2b4c6d");

    private static readonly ICommandRegistration[] Registrations = [.. ApplicationCommands.All, .. SchedulerCommands.All];

    /// <summary>One of each command of Applications, with every field filled in.</summary>
    private static readonly object[] OfApplications =
    [
        new SubmitApplication(
            "c-1",
            new("Acme", HiringProcess.OwnerRun, "Europe/Berlin", "DE", "DE-BY"),
            new("Clerk", "https://example.org/1", new(2026, 12, 1), new(true, true, SubmitBy.Embed)),
            Approach.Referral,
            [new("R. Roe", ContactRole.Owner, "roe@example.org", "+49 30 1", "https://example.org/roe")],
            At,
            true
        ),
        new SendCoverLetter(new(2026, 3, 9), At),
        new RecordContact("R. Roe", ContactRole.Owner, "roe@example.org", "+49 30 1", "https://example.org/roe", At),
        new RecordResponse(new(2026, 3, 9), At, ResponseKind.Offer),
        new ScheduleInterview(At.AddDays(1), At.AddDays(1).AddHours(2), Id, At, InterviewKind.Video),
        new RecordStep(StepKind.Offer, new(2026, 3, 2), new(2026, 3, 6), "Trial day", At),
        new RescheduleInterview(2, At.AddDays(1), At.AddDays(1).AddHours(2), At),
        new CancelInterview(2, At),
        new RecordFollowUp(Channel.Phone, "ana", 1, At, Id, "a note", true),
        new RecordNote("a note", At),
        new AmendApplication(new("Acme"), new("Clerk"), Approach.Referral, "c-2", At, true, At),
        new CloseApplication(ClosingReason.Withdrawn, At),
        new ReopenApplication(At, true),
        new CorrectContact(Id, "R. Roe", ContactRole.Owner, "roe@example.org", "+49 30 1", "https://example.org/roe"),
        new RetractFact(3, "a slip", true),
        new VoidApplication("a test"),
    ];

    [Fact]
    public void Every_command_of_the_catalogue_has_one_registration()
    {
        Assert.Equal(Catalogue.ApplicationCommands.Keys.Select(Name).Order(), ApplicationCommands.All.Select(x => Name(x.Command)).Order());
        Assert.Equal(Catalogue.ApplicationCommands.Keys.Select(Name).Order(), OfApplications.Select(x => Name(x.GetType())).Order());
        Assert.All(OfApplications, x => Assert.Equal(x.GetType(), ApplicationCommands.Of(x).Command));
        Assert.Equal("unknownType", Assert.Throws<RefusedException>(() => ApplicationCommands.Of(new ReleaseClaim(1, Id))).Code);

        Assert.Equal(Catalogue.SchedulerCommands.Keys.Select(Name).Order(), SchedulerCommands.All.Select(x => Name(x.Command)).Order());
        Assert.All(Samples.Commands, x => Assert.Equal(x.GetType(), SchedulerCommands.Of(x).Command));
        Assert.Equal("unknownType", Assert.Throws<RefusedException>(() => SchedulerCommands.Of(new RecordNote("a note"))).Code);
    }

    [Fact]
    public void Every_registration_has_its_routes_which_take_the_record_itself()
    {
        var endpoints = Endpoints(app =>
        {
            foreach (var command in Registrations)
                command.Map(app);
        });
        var routes = Registrations.SelectMany(x => x.HttpRoutes.Select(route => (x.Command, route.Method, route.Pattern))).ToArray();
        Assert.Equal(routes.Length, routes.Select(x => (x.Method, x.Pattern)).Distinct().Count());
        Assert.Equal(routes.Length, endpoints.Count);
        foreach (var (command, method, pattern) in routes)
        {
            var endpoint = Assert.Single(
                endpoints,
                x => x.RoutePattern.RawText == pattern && x.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Contains(method)
            );
            Assert.NotEmpty(endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()!.Summary);
            Assert.Equal(method == "DELETE" ? null : command, endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType);
        }
    }

    [Fact]
    public async Task Path_values_are_part_of_the_record_and_not_of_the_body()
    {
        var moved = new RescheduleInterview(2, At.AddDays(1), At.AddDays(1).AddHours(2), At);
        var body = JsonSerializer.SerializeToNode(moved, Json.Strict)!.AsObject();
        Assert.True(body.Remove("interview"));
        var request = await Send(RescheduleInterviewHandler.Definition.Routes[0], body.ToJsonString(), ("n", "2"));
        Assert.Equal((Id, moved), (request.Application, request.Command));

        Assert.Equal(["interview"], await Refusal("interview", 2));
        Assert.Equal(["colour"], await Refusal("colour", 2));
        body.Remove("startsAt");
        Assert.Equal(["startsAt"], await Refusal("at", System.Text.Json.Nodes.JsonValue.Create(At)!));

        var cancel = CancelInterviewHandler.Definition.Routes[0];
        Assert.Equal(new CancelInterview(2), (await Send(cancel, "", ("n", "2"))).Command);
        Assert.Equal(new CancelInterview(2, At), (await Send(cancel, $$"""{ "at": "{{At:O}}" }""", ("n", "2"))).Command);
        Assert.Equal(new CancelInterview(2, At), (await Send(cancel, "", ("n", "2"), ("?at", $"{At:O}"))).Command);
        Assert.Equal(
            "badInput",
            (await Record.ExceptionAsync(() => Send(cancel, $$"""{ "at": "{{At:O}}" }""", ("n", "2"), ("?at", $"{At.AddDays(1):O}"))))
                is RefusedException differing
                ? differing.Code
                : null
        );
        Assert.Equal(400, Problems.Explain((await Record.ExceptionAsync(() => Send(cancel, """{ "on": 1 }""", ("n", "2"))))!).HttpStatus());

        async Task<IEnumerable<string>> Refusal(string name, System.Text.Json.Nodes.JsonNode value)
        {
            var bad = body.DeepClone().AsObject();
            bad[name] = value;
            var exception = await Record.ExceptionAsync(() =>
                Send(RescheduleInterviewHandler.Definition.Routes[0], bad.ToJsonString(), ("n", "2"))
            );
            var refused = Problems.Explain(exception!);
            Assert.Equal(400, refused.HttpStatus());
            return refused.Errors!.Keys;
        }
    }

    [Fact]
    public async Task An_amendment_goes_on_as_it_was_written()
    {
        const string Patch = """{"employer":{"country":null},"approach":"referral"}""";
        var request = await Send(AmendApplicationHandler.Definition.Routes[0], Patch);
        Assert.Equal((Patch, Approach.Referral), (request.Written!.Value.GetRawText(), request.Command.Approach));
    }

    [Fact]
    public async Task A_body_is_needed()
    {
        foreach (var body in new[] { "", "null" })
        {
            Assert.Equal(400, await Status(() => Send(CloseApplicationHandler.Definition.Routes[0], body)));
            Assert.Equal(400, await Status(() => Send(RescheduleInterviewHandler.Definition.Routes[0], body, ("n", "1"))));
            Assert.Equal(400, await Status(() => Send(AmendApplicationHandler.Definition.Routes[0], body)));
        }

        static async Task<int> Status(Func<Task> send) => Problems.Explain((await Record.ExceptionAsync(send))!).HttpStatus();
    }

    private static string Name(Type type) => type.Name;

    /// <summary>The values that a route reads from a request.</summary>
    private static async Task<CommandRequest<TCommand>> Send<TCommand>(
        CommandRoute<TCommand> route,
        string body,
        params (string Name, string Value)[] path
    )
    {
        CommandRequest<TCommand>? seen = null;
        var services = Services();
        var endpoint = Assert.Single(
            Endpoints(
                app =>
                    route.Map(
                        app,
                        (request, _) =>
                        {
                            seen = request;
                            return Task.FromResult<IResult>(TypedResults.NoContent());
                        }
                    ),
                services
            )
        );
        var http = new DefaultHttpContext { RequestServices = services.Services };
        http.User = new ClaimsPrincipal(new ClaimsIdentity([new("team", "t1"), new("name", "a key")]));
        http.Request.Method = route.Method;
        http.Request.ContentType = "application/json";
        http.Request.ContentLength = Encoding.UTF8.GetByteCount(body);
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        http.Features.Set<IHttpRequestBodyDetectionFeature>(new Body(body.Length > 0));
        http.Request.RouteValues["id"] = Id.ToString();
        foreach (var (name, value) in path.Where(x => !x.Name.StartsWith('?')))
            http.Request.RouteValues[name] = value;
        http.Request.QueryString = QueryString.Create(
            path.Where(x => x.Name.StartsWith('?')).Select(x => KeyValuePair.Create(x.Name[1..], (string?)x.Value))
        );
        await endpoint.RequestDelegate!(http);
        return seen ?? throw new InvalidOperationException($"The route answered {http.Response.StatusCode}.");
    }

    private sealed record Body(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;

    private static WebApplication Services()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddAuthorization();
        builder.Services.ConfigureHttpJsonOptions(x =>
            Json.Configure(x.SerializerOptions, System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow)
        );
        builder.Services.Configure<RouteHandlerOptions>(x => x.ThrowOnBadRequest = true);
        return builder.Build();
    }

    private static IReadOnlyList<RouteEndpoint> Endpoints(Action<IEndpointRouteBuilder> map, WebApplication? services = null)
    {
        IEndpointRouteBuilder app = services ?? Services();
        map(app);
        return [.. app.DataSources.SelectMany(x => x.Endpoints).Cast<RouteEndpoint>()];
    }
}
