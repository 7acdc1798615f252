using FollowUp.Contracts;
using FollowUp.Hosting.Bus;
using FollowUp.Hosting.Store;
using FollowUp.Scheduler.Claiming;
using FollowUp.Scheduler.Clock;
using FollowUp.Scheduler.Policies;
using Marten;

namespace FollowUp.Scheduler.Listening;

/// <summary>
/// Takes in what happened to each application, in order and once, whatever the order and number in which it arrives, and brings its
/// slots to what they should be: many applications in one transaction.
/// </summary>
internal sealed class WhenSomethingHappened(IDocumentStore store, Planning planning, StoreClock clock, Arrivals arrivals) : IInbox
{
    private const int MostAttempts = 5; // then one by one

    public async Task Handle(string team, IReadOnlyList<Received> batch, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Try(team, batch, ct);
                return;
            }
            catch (JasperFx.ConcurrencyException) when (attempt < MostAttempts) { } // a claim or the clock was faster: decide again
            catch (Marten.Exceptions.ExistingStreamIdCollisionException) when (attempt < MostAttempts) { }
        }
    }

    private async Task Try(string team, IReadOnlyList<Received> batch, CancellationToken ct)
    {
        await using var session = store.Open(team, "scheduler");
        var now = await clock.Now(ct);
        var opened = await Planning.Open(session, [.. batch.Select(x => x.Application).Distinct()], ct);
        foreach (var message in batch) TakeIn(team, opened[message.Application], message, now);
        foreach (var application in opened.Values) planning.Write(team, session, application, now);
        await session.SaveChangesAsync(ct);
        foreach (var application in opened.Values)
        {
            planning.Committed(application);
            arrivals.Arrived(team, application.Watch.Id, application.Watch.Version);
        }
    }

    private void TakeIn(string team, Opened opened, Received message, DateTimeOffset now)
    {
        var watch = opened.Watch;
        if (message.Sequence <= watch.Version) return;
        if (message.Sequence > watch.Version + 1)
        {
            opened.Watch = watch with { Early = watch.Early.SetItem(message.Sequence, message.Event) };
            return;
        }
        Apply(team, opened, message.Sequence, message.Contract, message.Event, now);
        while (opened.Watch.Early.TryGetValue(opened.Watch.Version + 1, out var next))
        {
            var sequence = opened.Watch.Version + 1;
            opened.Watch = opened.Watch with { Early = opened.Watch.Early.Remove(sequence) };
            Apply(team, opened, sequence, Catalogue.Open(next)!, next, now);
        }
    }

    private void Apply(string team, Opened opened, long sequence, object contract, CloudEvent cause, DateTimeOffset now)
    {
        opened.Watch = opened.Watch with { Version = sequence, Situation = opened.Watch.Situation.Apply(contract) };
        opened.Add(opened.Plan.Decide(new Replan(planning.Wanted(team, opened.Watch), now, When(contract) ?? now)), cause);
    }

    private static DateTimeOffset? When(object contract) => contract switch
    {
        EmployerResponded x => x.RespondedAt,
        InterviewScheduled x => x.ScheduledAt,
        InterviewCancelled x => x.CancelledAt,
        ApplicationClosed x => x.ClosedAt,
        _ => null,
    };
}
