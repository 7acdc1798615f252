using System.Collections.Immutable;
using System.Text.Json;
using CsCheck;
using FollowUp.Applications.Projections;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Scheduler;
using FollowUp.Scheduler.Planning;
using ContractMapper = FollowUp.Scheduler.Publishing.ContractMapper;

namespace FollowUp.Specs.Domain;

internal enum Act
{
    Claim,
    Settle,
    SettleWithEpoch,
    Release,
    Wait,
    Tick,
    Replan,
    Assign,
    Snooze,
    Override,
}

/// <summary>
/// A step of an actor: with which claim, in which stage, how many versions behind the stored one, and a number that parameterises the step.
/// </summary>
internal sealed record Step(Act Act, int Stage, int Claim, int Channel, int Number, int Behind)
{
    private static readonly Gen<Act> Acts = Gen.Frequency(
        (5, Gen.Const(Act.Claim)),
        (4, Gen.Const(Act.Settle)),
        (2, Gen.Const(Act.SettleWithEpoch)),
        (2, Gen.Const(Act.Release)),
        (4, Gen.Const(Act.Wait)),
        (2, Gen.Const(Act.Tick)),
        (3, Gen.Const(Act.Replan)),
        (1, Gen.Const(Act.Assign)),
        (2, Gen.Const(Act.Snooze)),
        (2, Gen.Const(Act.Override))
    );

    /// <summary>Few claim ids, so that they collide and repeat.</summary>
    public static readonly Gen<Step> Any = Gen.Select(
        Acts,
        Gen.Int[1, 2],
        Gen.Int[0, 7],
        Gen.Int[0, 3],
        Gen.Int[0, 999],
        Gen.Int[0, 3],
        (act, stage, claim, channel, number, behind) => new Step(act, stage, claim, channel, number, behind)
    );
}

/// <summary>
/// The Scheduler with a store that behaves like the real one: an append on an outdated version is rejected, and the command is decided
/// again; a command that appends no event is answered from the version that it loaded.
/// </summary>
internal sealed class World
{
    private static readonly Channel?[] Channels = [null, Channel.Phone, Channel.Email, Channel.Letter];
    private readonly List<(FollowUpPlan Plan, DesiredPlan Desired)> _versions = [(new FollowUpPlan { Id = Slots.Subject }, Slots.Want())];
    private readonly Dictionary<Guid, Dictionary<string, string>> _answers = [];

    public DateTimeOffset Now { get; private set; } = Slots.DueAt.AddDays(-1);
    public FollowUpPlan Plan => _versions[^1].Plan;
    public DesiredPlan Desired => _versions[^1].Desired;
    public List<object> Events { get; } = [];
    public SchedulerPlan View { get; private set; } = new() { Id = Slots.Subject };
    public int Rejected { get; private set; }

    public static World After(IEnumerable<Step> steps)
    {
        var world = new World();
        world.Append(
            plan => plan.Decide(new Replan(Slots.Want(Slots.Open(), Slots.Open(2)), world.Now)),
            Slots.Want(Slots.Open(), Slots.Open(2))
        );
        foreach (var step in steps)
            world.Do(step);
        return world;
    }

    public void Do(Step step)
    {
        var id = DeterministicId.From("claim", step.Claim.ToString(System.Globalization.CultureInfo.InvariantCulture));
        // now and then somebody else, who goes by the same name
        var principal = $"key:{(step.Number % 7 == 0 ? step.Claim + 1 : step.Claim) % 4}";
        var (by, length) = ($"claimer {step.Claim % 4}", TimeSpan.FromMinutes(1 + step.Number % 30));
        switch (step.Act)
        {
            case Act.Claim:
                Ask(
                    "claim",
                    id,
                    step,
                    (plan, desired) =>
                        plan.Decide(new ClaimSlot(step.Stage, id, by, Channels[step.Channel], length, desired, Now, null, principal)),
                    plan =>
                        plan.Find(step.Stage).Made?.ClaimId == id ? Used
                        : plan.Claims[id] is { Granted: { } x } ? $"granted {x.Stage} {x.Epoch} {x.ExpiresAt:O}"
                        : $"refused {plan.Claims[id].Refusal!.Code}"
                );
                break;
            case Act.Settle or Act.SettleWithEpoch:
                Ask(
                    "settle",
                    id,
                    step,
                    (plan, desired) =>
                        plan.Decide(
                            new SettleSlot(
                                step.Stage,
                                id,
                                by,
                                Channels[step.Channel] ?? Channel.Phone,
                                Now,
                                step.Act == Act.SettleWithEpoch
                                    ? plan.Claims.GetValueOrDefault(id)?.Granted?.Epoch + step.Number % 2
                                    : null,
                                length,
                                desired,
                                Now,
                                Happened: step.Number % 3 == 0,
                                principal
                            )
                        ),
                    plan =>
                        plan.Find(step.Stage).Made is { } made && made.ClaimId == id
                            ? $"settled {made.Epoch} {made.MadeAt:O}"
                            : $"refused {plan.Claims[id].Refusal!.Code}"
                );
                break;
            case Act.Release:
                Ask("release", id, step, (plan, desired) => plan.Decide(new ReleaseSlot(step.Stage, id, desired, Now, principal)), null);
                break;
            case Act.Assign:
                Ask(
                    "assign",
                    id,
                    step,
                    (plan, desired) => plan.Decide(new AssignSlot(step.Stage, step.Claim == 0 ? null : by, by, desired, Now)),
                    null
                );
                break;
            case Act.Snooze:
                Ask(
                    "snooze",
                    id,
                    step,
                    (plan, desired) => plan.Decide(new SnoozeSlot(step.Stage, Now.AddHours(step.Number), by, 2, desired, Now)),
                    null
                );
                break;
            case Act.Override:
                Ask(
                    "override",
                    id,
                    step,
                    (plan, desired) => plan.Decide(new OverrideSlot(step.Stage, OverrideReason.Judgement, by, desired, Now)),
                    null
                );
                break;
            case Act.Wait:
                Now += TimeSpan.FromMinutes(step.Number * step.Number / 100);
                break; // mostly minutes, sometimes days
            case Act.Tick:
                Append(plan => plan.Decide(new Tick(Desired, Now)), Desired);
                Settles();
                break;
            default:
                var desired = Likely(step.Number);
                Append(plan => plan.Decide(new Replan(desired, Now)), desired);
                Settles();
                break;
        }
    }

    private ImmutableList<Guid> _retracted = [];

    // A plan that the planner could want, given that a made slot stays made. The first stage is left behind once the second is desired.
    private DesiredPlan Likely(int number)
    {
        var (shift, silence) = (TimeSpan.FromHours(number % 200), Plan.Slots.Values.LastOrDefault(x => x.Made is not null)?.Made);
        if (number % 11 == 0 && silence is not null)
            _retracted = _retracted.Add(silence.ClaimId);
        DesiredSlot Slot(int stage, int kind) =>
            Plan.Slots.GetValueOrDefault(stage)?.Made is { } made && number % 3 > 0 && !_retracted.Contains(made.ClaimId)
                ? new DesiredSlot.Settled(stage, made.ClaimId, made.By, made.Channel, made.MadeAt)
                : (kind % 8) switch
                {
                    0 => Slots.Shut(stage) with { Otherwise = number % 2 == 0 ? _ => Slots.Open(stage) : null },
                    1 => Slots.Gone(Slots.Left, stage),
                    2 => Slots.Gone(Slots.Answered, stage),
                    3 => Slots.Open(stage, channels: Channel.Email),
                    4 => Slots.Open(stage, Now + shift, Now + shift + shift, anchor: 1 + number % 20),
                    5 => Slots.Open(stage, Now - shift, Now + shift, anchor: 1 + number % 20),
                    _ => Slots.Open(stage),
                };
        return Slots.Want(Slot(1, number), Slot(2, number / 8)) with
        {
            RetractedClaims = _retracted,
            Silence = silence is null ? null : new(silence.Stage, silence.MadeAt, silence.MadeAt.AddDays(3)),
        };
    }

    private void Ask(string what, Guid id, Step step, Func<FollowUpPlan, DesiredPlan, object[]> decide, Func<FollowUpPlan, string>? answer)
    {
        var (seen, desired) = _versions[Math.Max(0, _versions.Count - 1 - step.Behind)];
        while (true)
        {
            try
            {
                var events = decide(seen, desired);
                if (events.Length > 0 && !ReferenceEquals(seen, Plan))
                {
                    Rejected++; // a concurrent append came first: load and decide again
                    (seen, desired) = _versions[^1];
                    continue;
                }
                var after = events.Length > 0 ? Append(_ => events, desired) : seen;
                if (answer is not null)
                    Answered($"{what} {step.Stage}", id, answer(after), isStale: !ReferenceEquals(after, Plan));
            }
            catch (RefusedException refused)
            {
                Assert.Contains(
                    refused.Code,
                    new[]
                    {
                        "unknownStage",
                        "staleEpoch",
                        "differentContent",
                        "unknownClaim",
                        "alreadyMade",
                        "channelNotPermitted",
                        "claimedByAnother",
                        "withheld",
                        "waived",
                        "stageClosed",
                        "lapsed",
                        "outsideWindow",
                        "alreadySnoozed",
                        "notWithheld",
                        "cantBeOverridden",
                        "retracted",
                    }
                );
            }
            return;
        }
    }

    private FollowUpPlan Append(Func<FollowUpPlan, object[]> decide, DesiredPlan desired)
    {
        var events = decide(Plan);
        var plan = events.Aggregate(Plan, (current, domainEvent) => current.Evolve(domainEvent));
        foreach (var domainEvent in events)
        {
            Events.Add(domainEvent);
            var contract = ContractMapper.Map(Slots.Subject, domainEvent)!;
            View = View.Apply(
                new()
                {
                    Id = "1",
                    Source = Catalogue.Scheduler,
                    Type = Catalogue.NameOf(contract.GetType()),
                    Data = JsonSerializer.SerializeToElement(contract, contract.GetType(), Json.Lenient),
                },
                Events.Count,
                contract
            );
        }
        _versions.Add((plan, desired));
        return plan;
    }

    private void Answered(string what, Guid id, string answer, bool isStale)
    {
        if (!_answers.TryGetValue(id, out var answers))
            _answers[id] = answers = [];
        // Only what was recorded under a claim, and its retraction, ends the answer to it.
        const string retracted = "refused retracted";
        string[] last = [retracted, Used];
        if (
            answers.TryGetValue(what, out var before)
            && !last.Contains(answer)
            && !last.Contains(before)
            && !Opens(before, answer, isStale)
        )
            Assert.Equal(before, answer);
        if (before != retracted)
            answers[what] = answer;
    }

    private const string Used = "used";

    // What was refused because another had been made can be recorded once that is taken back.
    private bool Opens(string before, string answer, bool isStale) =>
        !_retracted.IsEmpty
        && (
            (before == AlreadyMade && answer.StartsWith("settled", StringComparison.Ordinal))
            // asked before it was taken back, and answered after
            || (isStale && answer == AlreadyMade && before.StartsWith("settled", StringComparison.Ordinal))
        );

    private const string AlreadyMade = "refused alreadyMade";

    // After a tick, the plan's next moment lies in the future: otherwise the due-slot scheduler would loop without a pause.
    private void Settles()
    {
        Assert.True(Plan.NextMoment(Desired) is not { } next || next > Now, $"{Plan.NextMoment(Desired):O} does not lie after {Now:O}");
        Assert.Empty(Plan.Decide(new Tick(Desired, Now)));
    }
}
