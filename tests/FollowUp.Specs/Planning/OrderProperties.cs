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
    private sealed record Recorded(string What, Func<JobApplication, object[]> Decide, bool IsAmendment = false, bool IsMistake = false);

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
        Gen.Select(Moment, Gen.Enum<StepKind>(), Gen.Int[-20, 40], Gen.Int[0, 20])
            .Select(
                (at, kind, days, answer) =>
                {
                    var on = DateOnly.FromDateTime(at.AddDays(days).UtcDateTime);
                    on = on < DateOnly.FromDateTime(Start.UtcDateTime) ? DateOnly.FromDateTime(Start.UtcDateTime) : on;
                    var step = new RecordStep(
                        kind,
                        on,
                        kind == StepKind.Offer ? on.AddDays(answer) : null,
                        kind == StepKind.Other ? "Trial day" : null,
                        at
                    );
                    return new Recorded($"{step with { At = null }}", x => x.Decide(step, Now));
                }
            ),
        Gen.Select(Moment, Gen.Int[1, 30])
            .Select(
                (at, days) =>
                    new Recorded("letter", x => x.Decide(new SendCoverLetter(DateOnly.FromDateTime(at.AddDays(days).UtcDateTime), at), Now))
            ),
        Gen.Select(Moment, Gen.Enum<HiringProcess>())
            .Select(
                (at, process) =>
                    new Recorded(
                        $"{process} {at:O}",
                        x => Amended(x, at, $$$"""{"employer":{"hiringProcess":"{{{Word(process)}}}"}}"""),
                        IsAmendment: true
                    )
            ),
        Gen.Select(Moment, Gen.Bool)
            .Select(
                (at, noContact) =>
                    new Recorded($"noContact {noContact} {at:O}", x => Amended(x, at, noContact ? Forbidden : Allowed), IsAmendment: true)
            )
    );

    private const string Forbidden = """{"posting":{"instructions":{"noContact":true}}}""",
        Allowed = """{"posting":{"instructions":{"noContact":false}}}""";

    private static object[] Amended(JobApplication x, DateTimeOffset at, string patch)
    {
        var json = JsonElement.Parse(patch);
        return AmendApplicationHandler.Decide(x, new AmendApplication { At = at }, json, Now);
    }

    // An order, and how many other facts are recorded before each of those that are mistakes is taken back.
    private sealed record Life(Recorded[] Facts, int[] TakenBackAfter);

    private static Gen<(Life One, Life Other)> TwoOrders { get; } =
        Gen.Select(Any.Array[0, 8], Gen.Frequency((2, Gen.Const(false)), (1, Gen.Const(true))).Array[8])
            .Select((facts, mistakes) => facts.Zip(mistakes, (fact, isMistake) => fact with { IsMistake = isMistake && !fact.IsAmendment }))
            .Select(x => x.DistinctBy(y => y.What).ToArray())
            .SelectMany(facts =>
                Gen.Select(Gen.Shuffle(facts), Gen.Int[0, 3].Array[8], Gen.Int[0, 3].Array[8])
                    .Select((shuffled, one, other) => (new Life(facts, one), new Life(shuffled, other)))
            );

    [Fact]
    public void Whatever_the_order_in_which_facts_are_recorded_the_plan_is_the_same() =>
        Gen.Select(TwoOrders, Gen.Enum<Approach>(), Gen.Enum<HiringProcess>())
            .Sample(
                (orders, approach, process) => Assert.Equal(Ends(orders.One, approach, process), Ends(orders.Other, approach, process)),
                iter: 3000
            );

    [Fact]
    public void What_is_taken_back_is_as_if_it_had_never_been_recorded() =>
        Gen.Select(TwoOrders, Gen.Enum<Approach>(), Gen.Enum<HiringProcess>())
            .Sample(
                (orders, approach, process) =>
                {
                    var without = new Life([.. orders.One.Facts.Where(x => !x.IsMistake)], orders.One.TakenBackAfter);
                    Assert.Equal(Ends(without, approach, process), Ends(orders.Other, approach, process));
                },
                iter: 2000
            );

    // Where a life ends up, with each slot named by its step: the number of a stage is that of the recording.
    private static string[] Ends(Life life, Approach approach, HiringProcess process)
    {
        var (application, known) = (new JobApplication { Id = Slots.Subject }, KnownApplication.Empty);
        void Record(IEnumerable<object> facts)
        {
            foreach (var fact in facts)
            {
                application = application.Evolve(fact);
                known = known.Apply(Published(fact));
            }
        }

        Record([new Submitted("c-1", new("Acme", process, "Etc/UTC", "US"), new("Clerk"), approach, [], Start, Basis.Declared)]);
        var mistakes = new List<(int After, long Version)>();
        for (var i = 0; i < life.Facts.Length; i++)
        {
            var before = application.Facts.Count;
            Record(life.Facts[i].Decide(application));
            if (life.Facts[i].IsMistake && application.Facts.Count > before)
                mistakes.Add((i + life.TakenBackAfter[i], application.Facts.Count));
            foreach (var mistake in mistakes.Where(x => x.After == i).ToArray())
                Record(application.Decide(new RetractFact(mistake.Version), Now));
        }
        foreach (var mistake in mistakes)
            Record(application.Decide(new RetractFact(mistake.Version), Now));

        var steps = known.Stages.ToDictionary(x => x.Stage, x => $"{x.HappensAt:O} {x.Step?.Kind}");
        return
        [
            .. Planner.Plan(known, Policy.Default, Now).Slots.Select(x => $"{steps[x.Stage]}: {Said(x)}").Order(StringComparer.Ordinal),
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
