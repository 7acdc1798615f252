using Marten;

namespace FollowUp.Platform.Outbox;

/// <summary>Subscribes the outbox publisher to the event store.</summary>
internal sealed class OutboxRegistration(OutboxPublisher publisher) : IConfigureMarten
{
    public void Configure(IServiceProvider services, StoreOptions options) => options.Projections.Subscribe(publisher);
}
