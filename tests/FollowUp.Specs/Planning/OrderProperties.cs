using System.Collections.Immutable;
using System.Text.Json;
using CsCheck;
using FollowUp.Applications;
using FollowUp.Applications.Commands;
using FollowUp.Contracts;
using FollowUp.Contracts.Commands;
using FollowUp.Scheduler.Planning;
using FollowUp.Specs.Domain;
using JasperFx.Events;
using Mapper = FollowUp.Applications.Publishing.ContractMapper;

namespace FollowUp.Specs.Planning;

/// <summary>
/// Rule 14: the order in which facts are recorded never changes where the plan ends up. Facts go through both services, as they do in life:
/// Applications decides and numbers them, and the Scheduler plans from what was published.
/// </summary>
public sealed class OrderProperties
{
    private static readonly DateTimeOffset Start = Story.At("2026-03-02T10:00:00Z"),
        Now = Start.AddDays(200);

    private static readonly Gen<DateTimeOffset> Moment = Gen.Int[1, 150 * 24 * 60].Select(x => Start.AddMinutes(x));

    /// <summary>What is recorded: a decision of Applications.</summary>
    private sealed record Recorded(string What, Func<JobApplication, object[]> Decide);

    private static readonly Gen<Recorded> Any = Gen.OneOf(
        Gen.Select(Moment, Gen.Int[0, 30].Nullable(), Gen.Enum<ResponseKind>())
            .Select(
                (at, days, kind) =>
                {
                    var on =
                        days is { } later && kind is not (ResponseKind.Acknowledgement or ResponseKind.Rejection)
                            ? DateOnly.FromDateTime(at.AddDays(later + 1).UtcDateTime)
                            : (DateOnly?)null;
                    return new Recorded($"{kind} {at:O} {on}", x => x.Decide(new RecordResponse(on, at, kind), Now));
                }
            ),
        Gen.Select(Moment, Moment)
            .Select((at, startsAt) => new Recorded($"interview {startsAt:O}", x => x.Decide(new ScheduleInterview(startsAt, At: at), Now))),
        Gen.Select(Moment, Gen.Enum<ContactRole>(), Gen.Int[1, 1_000_000])
            .Select(
                (at, role, id) =>
                    new Recorded(
                        $"{role} {at:O}",
                        x => x.Decide(new Person(new Guid(id, 0, 0, new byte[8]), role, [Channel.Email, Channel.DirectMessage]), at)
                    )
            ),
        Gen.Select(Moment, Gen.Enum<HiringProcess>())
            .Select(
                (at, process) =>
                    new Recorded($"{process} {at:O}", x => Amended(x, at, $$$"""{"employer":{"hiringProcess":"{{{Word(process)}}}"}}"""))
            ),
        Gen.Select(Moment, Gen.Bool)
            .Select((at, noContact) => new Recorded($"noContact {noContact} {at:O}", x => Amended(x, at, noContact ? Forbidden : Allowed)))
    );

    private const string Forbidden = """{"posting":{"instructions":{"noContact":true}}}""",
        Allowed = """{"posting":{"instructions":{"noContact":false}}}""";

    private static object[] Amended(JobApplication x, DateTimeOffset at, string patch)
    {
        var json = JsonElement.Parse(patch);
        return AmendApplicationHandler.Decide(x, new AmendApplication { At = at }, json, Now);
    }

    private static Gen<(Recorded[] One, Recorded[] Other)> TwoOrders { get; } =
        Any.Array[0, 8]
            .Select(x => x.DistinctBy(y => y.What).ToArray())
            .SelectMany(facts => Gen.Shuffle(facts).Select(shuffled => (facts, shuffled)));

    [Fact]
    public void Whatever_the_order_in_which_facts_are_recorded_the_plan_is_the_same() =>
        Gen.Select(TwoOrders, Gen.Enum<Approach>(), Gen.Enum<HiringProcess>())
            .Sample(
                (orders, approach, process) => Assert.Equal(Ends(orders.One, approach, process), Ends(orders.Other, approach, process)),
                iter: 2000
            );

    // Where a life ends up, with each slot named by its step: the number of a stage is that of the recording.
    private static string[] Ends(Recorded[] life, Approach approach, HiringProcess process)
    {
        var application = new JobApplication { Id = Slots.Subject };
        var known = KnownApplication.Empty;
        object[] first = [new Submitted("c-1", new("Acme", process, "Etc/UTC", "US"), new("Clerk"), approach, [], Start, Basis.Declared)];
        foreach (var decide in life.Select(x => x.Decide).Prepend(_ => first))
        foreach (var fact in decide(application))
        {
            application = application.Evolve(fact);
            known = known.Apply(Published(fact));
        }

        var steps = known.Stages.ToDictionary(x => x.Stage, x => x.StartsAt);
        return
        [
            .. Planner.Plan(known, Policy.Default, Now).Slots.Select(x => $"{steps[x.Stage]:O}: {Said(x)}").Order(StringComparer.Ordinal),
        ];
    }

    private static string Said(DesiredSlot slot) =>
        slot switch
        {
            DesiredSlot.Planned x =>
                $"{x.DueAt:O} to {x.WindowEndsAt:O} by {string.Join(',', x.Channels)} to {x.Contact?.Id}, {Codes(x.Reasons)}",
            DesiredSlot.Withheld x => $"withheld, {Codes(x.Reasons)}",
            DesiredSlot.Waived x => $"waived at {x.At:O}, {x.Reason.Code}",
            _ => $"{slot}",
        };

    private static string Word(Enum value) => JsonNamingPolicy.CamelCase.ConvertName($"{value}");

    private static string Codes(ImmutableList<Reason> reasons) => string.Join(' ', reasons.Select(x => x.Code));

    private static object Published(object fact)
    {
        var stored = (IEvent)Activator.CreateInstance(typeof(Event<>).MakeGenericType(fact.GetType()), fact)!;
        stored.StreamId = Slots.Subject;
        return Mapper.Map(stored)!;
    }
}
