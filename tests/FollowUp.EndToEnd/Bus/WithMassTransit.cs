using System.Collections.Concurrent;
using FollowUp.Contracts;
using FollowUp.Contracts.MassTransit;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FollowUp.EndToEnd.Bus;

/// <summary>Another .NET system, with MassTransit and nothing of FollowUp except its two packages.</summary>
public sealed class With_MassTransit(SharedPair shared) : BusStory(shared)
{
    private readonly string _queue = $"tests.masstransit.{Guid.NewGuid():n}";
    private readonly ReceivedEvents _received = new();
    private IHost _other = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private FollowUpClient Client => _other.Services.GetRequiredService<FollowUpClient>();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(_received);
        builder.Services.AddMassTransit(x =>
        {
            x.DisableUsageTelemetry(); // a race in it can fail the start of the bus
            x.AddConsumer<WhenPlanned>();
            x.AddConsumer<WhenAnythingOfASlot>();
            x.AddFollowUpClient(Pair.BrokerUser, "default", "/tests/masstransit");
            x.UsingRabbitMq(
                (context, bus) =>
                {
                    bus.Host(Pair.Bus);
                    bus.SubscribeToFollowUp(_queue, "default", endpoint => endpoint.ConfigureConsumer<WhenPlanned>(context));
                    bus.SubscribeToFollowUp(
                        $"{_queue}.slots",
                        "default",
                        endpoint => endpoint.ConfigureConsumer<WhenAnythingOfASlot>(context)
                    );
                }
            );
        });
        builder.Services.Configure<MassTransitHostOptions>(x => x.WaitUntilStarted = true);
        _other = builder.Build();
        await _other.StartAsync(Ct);
    }

    public override async ValueTask DisposeAsync()
    {
        await _other.StopAsync(CancellationToken.None);
        _other.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_plain_consumer_hears_what_was_planned_with_its_envelope()
    {
        var application = await Team.Submit();

        var (planned, message) = await Eventually.Get(
            () => Task.FromResult(_received.Planned.FirstOrDefault(x => x.Planned.Application == application.Id)),
            x => x.Planned is not null
        );

        var onTheWire = await Wire.Hears(application.Id, "follow-up.planned");
        Assert.Equal(onTheWire.Id, message.Id);
        Assert.Equal(
            ("default", 1L, application.Id.ToString(), Catalogue.Scheduler),
            (message.Team, message.Sequence, message.Subject, message.Source)
        );
        Assert.Equal((await application.Slot(1, "planned")).DueAt, planned.DueAt);
        Assert.Equal([Channel.Email, Channel.Phone], planned.Channels);
        Assert.NotEmpty(planned.Reasons);
    }

    [Fact]
    public async Task A_command_is_answered()
    {
        var application = await Team.Submit();
        await application.Slot(1, "planned");
        var claim = new ClaimFollowUp(1, Guid.NewGuid(), "desk");
        var id = Guid.NewGuid().ToString();

        var granted = await Client.Ask<FollowUpClaimed>(application.Id, claim, id, Ct);
        var again = await Client.Ask<FollowUpClaimed>(application.Id, claim, id, Ct);

        Assert.Equal((claim.ClaimId, "desk", 1), (granted.ClaimId, granted.By, granted.Stage));
        Assert.Equal((granted.ClaimId, granted.Epoch, granted.ExpiresAt), (again.ClaimId, again.Epoch, again.ExpiresAt));
        Assert.True(granted.Early);
        Assert.Equal(granted.Channels, again.Channels);
        (await application.Claim(by: "ana")).Refused(409, "claimedByAnother");

        var rejected = await Assert.ThrowsAsync<CommandRejectedException>(() =>
            Client.Ask<FollowUpClaimed>(application.Id, new ClaimFollowUp(1, Guid.NewGuid(), "ben"), ct: Ct)
        );
        Assert.Equal((409, "claimedByAnother"), (rejected.Rejected.Status, rejected.Rejected.Code));

        await Client.Send(application.Id, new ReleaseClaim(1, claim.ClaimId), ct: Ct);
        await Eventually.Holds(() => _received.OfSlots.Any(x => x is ClaimReleased released && released.Application == application.Id));
        Assert.Contains(_received.OfSlots, x => x is FollowUpClaimed claimed && claimed.Application == application.Id);
    }

    [Fact]
    public async Task A_command_that_is_none_is_refused_before_it_is_sent()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Client.Send(Guid.NewGuid(), "a text", ct: Ct));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            Client.Ask<FollowUpSettled>(Guid.NewGuid(), new ReleaseClaim(1, Guid.NewGuid()), ct: Ct)
        );
    }

    [Fact]
    public void A_queue_without_a_consumer_is_reported_when_the_bus_is_built()
    {
        Assert.Throws<ConfigurationException>(() =>
            MassTransit.Bus.Factory.CreateUsingRabbitMq(bus => bus.SubscribeToFollowUp("tests.nobody", "default", _ => { }))
        );
        foreach (var team in new[] { "", " ", "a.b", "#" })
            Assert.Throws<ArgumentException>(() =>
                MassTransit.Bus.Factory.CreateUsingRabbitMq(bus => bus.SubscribeToFollowUp("tests.nobody", team, _ => { }))
            );
    }

    [Fact]
    public async Task A_consumer_is_not_given_what_it_does_not_take()
    {
        var application = await Team.Submit();
        (await application.Close("withdrawn")).Expect(204);
        await Eventually.Holds(() => _received.OfSlots.Any(x => x is FollowUpWaived waived && waived.Application == application.Id));

        Assert.Single(_received.Planned, x => x.Planned.Application == application.Id);
        Assert.Equal(
            [typeof(FollowUpPlanned), typeof(FollowUpWaived)],
            _received.OfSlots.Where(x => x.Application == application.Id).Select(x => x.GetType())
        );
    }

    [Fact]
    public async Task An_unreadable_message_is_dead_lettered_and_delays_no_other()
    {
        var good = new
        {
            specversion = "1.0",
            id = "1",
            source = "/tests",
            type = "followup.follow-up.planned.v1",
            team = "default",
            subject = Guid.NewGuid(),
            data = new { stage = 1 },
        };
        foreach (var bad in new object[] { "", "{", "null", "{}", good })
        {
            await Other.Send("", _queue, bad);
            Assert.NotNull(await Eventually.Get(Moved, x => x is not null, null, $"{bad} is moved away"));
        }

        // A message type that is newer than its reader is no error.
        await Other.Send(
            "",
            _queue,
            new
            {
                specversion = "1.0",
                id = "1",
                source = "/tests",
                type = "followup.follow-up.planned.v2",
                data = new { },
            }
        );
        var application = await Team.Submit();
        await Eventually.Holds(() => _received.Planned.Any(x => x.Planned.Application == application.Id));
        Assert.Null(await Moved());
        Assert.DoesNotContain(_received.Planned, x => x.Planned is null || x.Planned.Application == Guid.Empty);
    }

    // MassTransit creates its error queue when it first needs that queue.
    private async Task<Message?> Moved()
    {
        await using var reader = await Integration.Connect(Pair);
        try
        {
            return await reader.Take($"{_queue}_error");
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return null;
        }
    }

    private sealed class ReceivedEvents
    {
        public ConcurrentQueue<(FollowUpPlanned Planned, CloudEvent Message)> Planned { get; } = [];
        public ConcurrentQueue<ISlotEvent> OfSlots { get; } = [];
    }

    private sealed class WhenPlanned(ReceivedEvents received) : IConsumer<FollowUpPlanned>
    {
        public Task Consume(ConsumeContext<FollowUpPlanned> context)
        {
            received.Planned.Enqueue((context.Message, context.CloudEvent()));
            return Task.CompletedTask;
        }
    }

    private sealed class WhenAnythingOfASlot(ReceivedEvents received) : IConsumer<ISlotEvent>
    {
        public Task Consume(ConsumeContext<ISlotEvent> context)
        {
            received.OfSlots.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }
}
