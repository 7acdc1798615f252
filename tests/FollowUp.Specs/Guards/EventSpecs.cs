using System.Text;
using FollowUp.Applications;
using FollowUp.Applications.ApiKeys;
using FollowUp.Applications.Candidates;
using FollowUp.Applications.Integrations;
using FollowUp.Platform.Outbox;
using FollowUp.Scheduler;
using FollowUp.Scheduler.TeamPolicies;
using FollowUp.Specs.Domain;
using JasperFx.Events.Aggregation;
using ApplicationsDescription = FollowUp.Applications.ApplicationsService;
using SchedulerDescription = FollowUp.Scheduler.SchedulerService;

namespace FollowUp.Specs.Guards;

/// <summary>An event type that one place omits is lost without an error, so these specs check every place.</summary>
public sealed class EventSpecs
{
    private static string[] Names(IEnumerable<Type> types) => [.. types.Select(x => x.FullName!).Order(StringComparer.Ordinal)];

    // The types that Marten's source generator found in Evolve: it overlooks an arm that names a type without a designator.
    private static Type[] Generated<T>()
    {
        var evolver = typeof(T)
            .Assembly.GetCustomAttributesData()
            .Where(x => x.AttributeType == typeof(GeneratedEvolverAttribute))
            .Select(x => x.ConstructorArguments.Select(a => (Type)a.Value!).ToArray())
            .Single(x => x[0] == typeof(T))[1];
        return (Type[])evolver.GetProperty("EventTypes")!.GetValue(Activator.CreateInstance(evolver, nonPublic: true))!;
    }

    [Fact]
    public void Every_event_of_Applications_is_found_by_the_generator() =>
        Assert.Equal(
            Names(ApplicationsDescription.Facts),
            Names([.. Generated<JobApplication>(), .. Generated<TeamKeys>(), .. Generated<TeamIntegrations>(), typeof(Erased)])
        ); // an erasure changes no aggregate

    [Fact]
    public void Every_event_of_the_Scheduler_is_found_by_the_generator() =>
        Assert.Equal(Names(SchedulerDescription.Facts), Names([.. Generated<FollowUpPlan>(), .. Generated<TeamPolicy>()]));

    [Fact]
    public void There_is_a_sample_of_every_event()
    {
        Assert.Equal(Names(ApplicationsDescription.Facts), Names(Samples.OfApplications.Select(x => x.GetType())));
        Assert.Equal(Names(SchedulerDescription.Facts), Names(Samples.OfScheduler.Select(x => x.GetType())));
    }

    [Fact]
    public void Every_event_changes_its_aggregate()
    {
        var application = new JobApplication().Evolve(Samples.OfApplications[0]).Evolve(Samples.OfApplications[4]);
        foreach (var domainEvent in Samples.OfApplications.Where(x => Generated<JobApplication>().Contains(x.GetType())))
            Assert.NotSame(application, application.Evolve(domainEvent));
        foreach (var domainEvent in Samples.OfApplications.Where(x => Generated<TeamKeys>().Contains(x.GetType())))
            Assert.NotEmpty(new TeamKeys().Evolve(domainEvent).Keys);
        foreach (var domainEvent in Samples.OfApplications.Where(x => Generated<TeamIntegrations>().Contains(x.GetType())))
            Assert.NotEmpty(new TeamIntegrations().Evolve(domainEvent).Integrations);
        var plan = new FollowUpPlan { Proposed = new(1, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch) };
        foreach (var domainEvent in Samples.OfScheduler.Where(x => Generated<FollowUpPlan>().Contains(x.GetType())))
            Assert.NotEqual(plan, plan.Evolve(domainEvent));
        foreach (var domainEvent in Samples.OfScheduler.Where(x => Generated<TeamPolicy>().Contains(x.GetType())))
            Assert.Equal(2, new TeamPolicy().Evolve(domainEvent).Policy.Version);
        Assert.Same(application, application.Evolve("something else"));
    }

    [Fact]
    public void Every_event_is_read_from_the_store_as_it_was_written()
    {
        foreach (var domainEvent in Samples.OfApplications.Concat(Samples.OfScheduler))
        {
            var json = Samples.Stored.ToJson(domainEvent);
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
            var read = Samples.Stored.FromJson(domainEvent.GetType(), stream);
            Assert.Equal(json, Samples.Stored.ToJson(read));
            Assert.Equal(Samples.Text(domainEvent), Samples.Text(read)); // the serializer omitted no field
        }
    }

    [Fact]
    public void The_store_writes_words_not_numbers_and_reads_them_however_they_are_cased()
    {
        var json = Samples.Stored.ToJson(Samples.OfApplications[0]);
        Assert.Contains("\"MassMailing\"", json, StringComparison.OrdinalIgnoreCase);
        foreach (var word in new[] { "MassMailing", "massMailing" })
        {
            using var stream = new MemoryStream(
                Encoding.UTF8.GetBytes(json.Replace("MassMailing", word, StringComparison.OrdinalIgnoreCase))
            );
            Assert.Equal(FollowUp.Contracts.Approach.MassMailing, Samples.Stored.FromJson<Submitted>(stream).Approach);
        }
    }

    [Fact]
    public void Every_event_is_published_and_has_its_time()
    {
        foreach (var domainEvent in Samples.OfApplications)
        {
            Assert.NotNull(Samples.Announced(domainEvent));
            if (Generated<JobApplication>().Contains(domainEvent.GetType()))
                Assert.NotNull(FollowUp.Applications.Publishing.ContractMapper.When(domainEvent));
        }
        foreach (var domainEvent in Samples.OfScheduler)
            Assert.NotNull(Samples.Announced(domainEvent));
        Assert.All(
            Samples.OfApplications.Where(x => x is KeyMade or KeyRevoked or IntegrationMade or IntegrationRevoked),
            x => Assert.IsType<SiblingMessage>(Samples.Announced(x))
        );
    }

    [Fact]
    public void Every_event_of_a_service_has_a_unique_name()
    {
        foreach (var events in new[] { ApplicationsDescription.Facts, SchedulerDescription.Facts })
            Assert.Equal(events.Length, events.Select(x => x.Name).Distinct().Count());
        Assert.Equal(Slots.Subject, ((FollowUp.Contracts.IApplicationEvent)Samples.Announced(Samples.OfApplications[0])!).Application);
    }
}
