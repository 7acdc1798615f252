using FollowUp.Applications.Candidates;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Platform.Http;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Security;

namespace FollowUp.Applications.Integrations;

/// <summary>The routes of integrations.</summary>
public static class IntegrationRoutes
{
    /// <summary>
    /// The body of a new integration. <paramref name="Events"/> are topics, as <c>follow-up.due</c>; by default all of the team's.
    /// </summary>
    public sealed record MakeIntegration(string Name, bool MayRead = true, bool MayCommand = false, IReadOnlyList<string>? Events = null)
    {
        public static IReadOnlyList<string> Topics { get; } =
        [
            .. Catalogue
                .ApplicationEvents.Values.Concat(Catalogue.SchedulerEvents.Values)
                .Select(Catalogue.Topic)
                .Order(StringComparer.Ordinal),
        ];

        public void Check() =>
            new InputChecks()
                .That(TeamName.IsValid(Name), "name", "It must have 1 to 40 of a-z, 0-9 and -, and start with a letter or digit.")
                .That(MayRead || MayCommand, "mayRead", "An integration must be allowed to read, to command, or both.")
                .That(Events is null || MayRead, "events", "They can be chosen only for an integration that may read.")
                .That(
                    Events is null || (Events.Count > 0 && Events.All(Topics.Contains)),
                    "events",
                    $"They must be some of {string.Join(", ", Topics)}."
                )
                .Refuse();
    }

    /// <summary>
    /// How the integration connects: as <paramref name="User"/> with <paramref name="Password"/> at <paramref name="Broker"/> (the address
    /// that this service uses; from outside it may differ). It reads events from <paramref name="Queue"/> and sends commands to
    /// <paramref name="CommandExchange"/>, with one of <paramref name="CommandQueues"/> as the routing key. If <paramref name="Run"/> is
    /// present, the operator must run these commands on the broker first.
    /// </summary>
    public sealed record MadeIntegration(
        string Name,
        string Team,
        bool MayRead,
        bool MayCommand,
        IReadOnlyList<string>? Events,
        string User,
        string Password,
        string Broker,
        string VirtualHost,
        string? Queue,
        string? EventExchange,
        string? CommandExchange,
        IReadOnlyList<string>? CommandQueues,
        IReadOnlyList<string>? Run
    )
    {
        public static MadeIntegration Of(Integration made, string password, BrokerUsers broker) =>
            new(
                made.Name,
                made.Team,
                made.MayRead,
                made.MayCommand,
                made.Events,
                made.Id,
                password,
                broker.Address,
                broker.VirtualHost,
                made.MayRead ? Topology.IntegrationQueue(made.Id) : null,
                made.MayRead ? Topology.Events : null,
                made.MayCommand ? Topology.Commands : null,
                made.MayCommand ? [Topology.ApplicationsCommands, Topology.SchedulerCommands] : null,
                broker.ToMake(made, password)
            );
    }

    /// <summary>
    /// An integration. <paramref name="BrokerUser"/> is its user as the broker's management API showed it last, a few seconds ago; without
    /// that API, and of a revoked integration, it is left out.
    /// </summary>
    public sealed record IntegrationItem(
        string Name,
        string User,
        bool MayRead,
        bool MayCommand,
        IReadOnlyList<string>? Events,
        DateTimeOffset MadeAt,
        string? MadeBy,
        DateTimeOffset? RevokedAt,
        IntegrationUserState? BrokerUser
    );

    /// <summary>
    /// The revoked integration. If <paramref name="Run"/> is present, the operator must run these commands on the broker.
    /// </summary>
    public sealed record RevokedIntegration(string Name, string User, DateTimeOffset RevokedAt, IReadOnlyList<string>? Run);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(
                "/integrations",
                async (MakeIntegration body, Caller caller, IntegrationService integrations, BrokerUsers broker, CancellationToken ct) =>
                {
                    body.Check();
                    var (made, password) = await integrations.Make(caller.Team, body, caller.Name, ct);
                    return TypedResults.Json(MadeIntegration.Of(made, password, broker), Json.Lenient, statusCode: 201);
                }
            )
            .RequireScope(Scopes.Admin)
            .Describe("Let another system join over the bus. This answer is the only time its password is shown.", typeof(MadeIntegration));

        app.MapGet(
                "/integrations",
                async (Caller caller, IntegrationService integrations, IntegrationUsers users, CancellationToken ct) =>
                    TypedResults.Json(
                        new Page<IntegrationItem>(
                            [
                                .. (await integrations.All(caller.Team, ct)).Select(x => new IntegrationItem(
                                    x.Name,
                                    x.Id,
                                    x.MayRead,
                                    x.MayCommand,
                                    x.Events,
                                    x.MadeAt,
                                    x.MadeBy,
                                    x.RevokedAt,
                                    x.RevokedAt is null ? users.StateOf(x.Id) : null
                                )),
                            ],
                            null
                        ),
                        Json.Lenient
                    )
            )
            .RequireScope(Scopes.Admin)
            .Describe("The team's integrations, without their passwords.", typeof(Page<IntegrationItem>));

        app.MapDelete(
                "/integrations/{name}",
                async (string name, Caller caller, IntegrationService integrations, BrokerUsers broker, CancellationToken ct) =>
                {
                    var revoked = await integrations.Revoke(caller.Team, name, caller.Name, ct);
                    return TypedResults.Json(
                        new RevokedIntegration(revoked.Name, revoked.Id, revoked.RevokedAt!.Value, broker.ToRemove(revoked)),
                        Json.Lenient
                    );
                }
            )
            .RequireScope(Scopes.Admin)
            .Describe(
                "Revoke an integration: its connections are closed and its commands refused, within a second.",
                typeof(RevokedIntegration)
            );
    }
}
