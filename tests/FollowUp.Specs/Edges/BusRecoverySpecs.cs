using System.Net.Sockets;
using FollowUp.Platform.Messaging;
using FollowUp.Platform.Security;
using MassTransit;
using RabbitMQ.Client.Exceptions;

namespace FollowUp.Specs.Edges;

/// <summary>When the bus connects again, and what counts as its silence. The end-to-end tests break a real broker.</summary>
public sealed class BusRecoverySpecs
{
    [Fact]
    public void The_transports_of_a_configured_bus_have_our_policy()
    {
        IRetryPolicy? before = null,
            after = null;
        Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            before = TransportRetries.PolicyOf(bus);
            bus.RetryEverySecond();
            after = TransportRetries.PolicyOf(bus);
        });

        Assert.False(before!.IsHandled(Refused()));
        Assert.Same(TransportRetries.Policy, after);
    }

    [Fact]
    public void A_refused_password_a_lost_connection_and_a_closed_channel_are_retried_for_ever()
    {
        Exception[] errors =
        [
            Refused(),
            new RabbitMqConnectionException("Broker unreachable", new BrokerUnreachableException(new SocketException())),
            new RabbitMqConnectionException("ReceiveTransport faulted", new OperationInterruptedException(new(default, 403, "refused"))),
        ];

        Assert.All(errors, x => Assert.True(TransportRetries.Policy.IsHandled(x)));
        Assert.False(TransportRetries.Policy.IsHandled(new MessageReturnedException("No queue is bound.")));
    }

    private static RabbitMqConnectionException Refused() =>
        new("Broker unreachable", new BrokerUnreachableException(new AuthenticationFailureException("ACCESS_REFUSED")));

    [Theory]
    [InlineData(8, false, true, true)]
    [InlineData(7, false, true, false)] // MassTransit may still come back by itself
    [InlineData(60, true, true, false)]
    [InlineData(60, false, false, false)] // there is no broker to hear from
    public void Consumers_that_hear_nothing_although_the_broker_answers_are_restarted(
        int seconds,
        bool hears,
        bool brokerAnswers,
        bool restarts
    )
    {
        var deaf = new DeafConsumers();

        deaf.MustRestart(At(0), hears, brokerAnswers);

        Assert.Equal(restarts, deaf.MustRestart(At(seconds), hears, brokerAnswers));
    }

    [Fact]
    public void A_restart_gets_the_same_patience_and_a_message_that_arrives_ends_the_wait()
    {
        var deaf = new DeafConsumers();
        deaf.MustRestart(At(0), hears: false, brokerAnswers: true);

        Assert.True(deaf.MustRestart(At(8), hears: false, brokerAnswers: true));
        Assert.False(deaf.MustRestart(At(9), hears: false, brokerAnswers: true));
        Assert.True(deaf.MustRestart(At(16), hears: false, brokerAnswers: true));
        Assert.False(deaf.MustRestart(At(17), hears: true, brokerAnswers: true));
        Assert.False(deaf.MustRestart(At(30), hears: false, brokerAnswers: true));
    }

    private static TimeSpan At(int seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void The_queue_of_an_integration_is_bound_to_what_it_chose_and_a_name_is_its_identity()
    {
        var crm = new Integration
        {
            Id = "acme.crm",
            Team = "acme",
            Name = "crm",
            MayRead = true,
            MayCommand = false,
            Events = ["follow-up.due"],
            MadeAt = default,
        };

        Assert.Equal(
            [
                new BrokerQueue("acme.crm.events", new Dictionary<string, object?>()),
                new BrokerBinding("acme.crm.events", "followup.events", "acme.follow-up.due"),
            ],
            Topology.ObjectsOf(crm).ToArray()
        );
        Assert.Contains(new BrokerBinding("acme.crm.events", "followup.events", "acme.#"), Topology.ObjectsOf(crm with { Events = null }));
        Assert.Empty(Topology.ObjectsOf(crm with { MayRead = false }));
    }
}
