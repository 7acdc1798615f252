using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FollowUp.Contracts.MassTransit;

/// <summary>Registers the client.</summary>
public static class FollowUpClientExtensions
{
    /// <summary>Makes a <see cref="FollowUpClient"/> available for injection, in <c>AddMassTransit(x => …)</c>.</summary>
    /// <param name="services">The configurator of the bus.</param>
    /// <param name="user">The broker user that the bus connects as: the broker refuses any other, and FollowUp identifies the sender by
    /// it.</param>
    /// <param name="team">The team that the commands are for.</param>
    /// <param name="source">The sender of the commands, as a URI reference of its own: <c>/acme/crm</c>.</param>
    public static void AddFollowUpClient(this IBusRegistrationConfigurator services, string user, string team, string source) =>
        services.TryAddSingleton(provider => new FollowUpClient(
            new RequestClient(provider.GetRequiredService<IBus>(), user),
            team,
            source,
            provider.GetService<TimeProvider>() ?? TimeProvider.System
        ));
}
