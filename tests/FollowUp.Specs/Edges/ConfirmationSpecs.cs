using FollowUp.Contracts;
using FollowUp.Platform.Concurrency;
using FollowUp.Platform.Messaging;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using PublishException = RabbitMQ.Client.Exceptions.PublishException;

namespace FollowUp.Specs.Edges;

/// <summary>What counts as unconfirmed, and when the bus gives its connection up. An end-to-end test has a broker refuse events.</summary>
public sealed class ConfirmationSpecs : IDisposable
{
    private readonly AwakeTime _awake = new(isTicking: false);
    private readonly Confirmations _confirmations;

    public ConfirmationSpecs() => _confirmations = new(_awake);

    public void Dispose() => _awake.Dispose();

    [Fact]
    public async Task A_broker_that_is_silent_for_5_seconds_and_delivers_other_messages()
    {
        await _confirmations.PreSend(Message("inbox"));

        Pass(1.9);
        Assert.Null(_confirmations.Unconfirmed);
        Pass(0.1);
        Assert.Equal("inbox", _confirmations.Unconfirmed);
        Pass(2.9);
        Assert.False(_confirmations.MustGiveUp(delivers: true));
        Pass(0.1);
        Assert.False(_confirmations.MustGiveUp(delivers: false));
        Assert.True(_confirmations.MustGiveUp(delivers: true));
        Assert.False(_confirmations.MustGiveUp(delivers: true));
    }

    [Fact]
    public async Task A_broker_that_refuses_a_message_for_2_seconds()
    {
        await IsRefused("inbox");
        Assert.Null(_confirmations.Unconfirmed);
        Pass(1);
        await IsRefused("inbox");
        Assert.False(_confirmations.MustGiveUp(delivers: true));
        Pass(1);

        Assert.Equal("inbox", _confirmations.Unconfirmed);
        Assert.True(_confirmations.MustGiveUp(delivers: true));
    }

    [Fact]
    public async Task From_the_third_time_on_it_comes_twice_as_late_until_all_is_confirmed()
    {
        var times = new List<int>();
        for (var second = 0; second < 60; second++)
        {
            await IsRefused("inbox");
            if (_confirmations.MustGiveUp(delivers: true))
                times.Add(second);
            Pass(1);
        }
        Assert.Equal([2, 4, 8, 16, 32, 48], times);

        await IsConfirmed("inbox");
        Assert.False(_confirmations.MustGiveUp(delivers: true));
        await IsRefused("inbox");
        Pass(2);
        Assert.True(_confirmations.MustGiveUp(delivers: true));
    }

    [Fact]
    public async Task Only_a_confirmation_of_the_same_queue_ends_it()
    {
        await IsRefused("inbox");
        Pass(2);

        await IsConfirmed("requests");
        Assert.Equal("inbox", _confirmations.Unconfirmed);
        await IsConfirmed("inbox");
        Assert.Null(_confirmations.Unconfirmed);
    }

    [Fact]
    public async Task What_timed_out_counts_until_it_is_sent_again_and_what_is_not_sent_again_is_forgotten()
    {
        var message = Message("inbox");
        await _confirmations.PreSend(message);
        Pass(4);
        await _confirmations.SendFault(message, new OperationCanceledException());

        Pass(4.9);
        Assert.Equal("inbox", _confirmations.Unconfirmed);
        Pass(0.1);
        Assert.Null(_confirmations.Unconfirmed);
    }

    [Fact]
    public async Task A_connection_that_is_lost_and_a_message_that_no_queue_takes_say_nothing()
    {
        foreach (
            var exception in new Exception[]
            {
                new AlreadyClosedException(new(ShutdownInitiator.Library, 320, "closed")),
                new MessageReturnedException("returned", new PublishException(1, isReturn: true)),
                new OperationCanceledException(),
            }
        )
        {
            var message = Message("inbox");
            await _confirmations.PreSend(message);
            await _confirmations.SendFault(message, exception);
        }

        Pass(3);
        Assert.Null(_confirmations.Unconfirmed);
    }

    private static RabbitMqMessageSendContext<CloudEvent> Message(string queue) =>
        new(new BasicProperties(), "", new CloudEvent { Id = "1", Source = "/specs", Type = "spec" }, default)
        {
            RoutingKey = queue,
            Mandatory = true,
        };

    private async Task IsConfirmed(string queue)
    {
        var message = Message(queue);
        await _confirmations.PreSend(message);
        await _confirmations.PostSend(message);
    }

    private async Task IsRefused(string queue)
    {
        var message = Message(queue);
        await _confirmations.PreSend(message);
        await _confirmations.SendFault(message, new RabbitMqConnectionException("refused", new PublishException(1, isReturn: false)));
    }

    private void Pass(double seconds)
    {
        for (var ticks = 0; ticks < Math.Round(seconds / AwakeTime.Tick.TotalSeconds); ticks++)
            _awake.Advance();
    }
}
