using FollowUp.Contracts;
using FollowUp.Platform.EventStore;
using FollowUp.Scheduler.Projections;
using FollowUp.Specs.Domain;

namespace FollowUp.Specs.Export;

/// <summary>An imported event is the one that the other store recorded, and says that more belongs to it.</summary>
public sealed class ImportedEventSpecs
{
    private static readonly CloudEvent Published = new()
    {
        Id = Slots.Id("event").ToString(),
        Source = Catalogue.Applications,
        Type = "followup.application.voided.v1",
        Subject = Slots.Subject.ToString(),
        Time = Slots.DueAt,
        Sequence = 2,
        LastSequence = 3,
        CorrelationId = "correlation",
        CausationId = "causation",
        RecordedBy = "ana",
        Principal = "key:1",
        TraceParent = "trace",
    };

    [Fact]
    public void It_keeps_its_id_its_time_its_recorder_and_its_cause()
    {
        var imported = new FollowUp.Applications.Voided(Slots.DueAt).ImportedFrom(Published, "replay", 3, 5);
        Assert.Equal(
            (Slots.Id("event"), Slots.DueAt, "ana", "correlation", "causation"),
            (imported.Id, imported.Timestamp, imported.UserName, imported.CorrelationId, imported.CausationId)
        );
        Assert.Equal(
            ["key:1", "trace", "3", "replay", "3", "5"],
            new[]
            {
                SessionFactory.Principal,
                SessionFactory.TraceParent,
                SessionFactory.LastVersion,
                SessionFactory.Replay,
                SessionFactory.ReplayLast,
                SessionFactory.ReplayDecided,
            }.Select(x => imported.Headers![x].ToString())
        );
        Assert.False(imported.Headers!.ContainsKey(SessionFactory.Restored)); // it is published
    }

    [Fact]
    public void The_Scheduler_decides_nothing_before_it_has_all_that_belongs_to_it()
    {
        var first = Published with { Replay = "replay", ReplayLast = 3, ReplayDecided = 5 };
        Assert.Equal(
            new Rebuild(3, 5),
            new ApplicationState { Id = Slots.Subject }
                .Begin(first, 0)
                .Rebuild
        );
        // told again when all of it is there, it is no reason to wait
        Assert.Null(
            new ApplicationState { Id = Slots.Subject, Version = 4 }
                .Begin(first, 6)
                .Rebuild
        );
    }
}
