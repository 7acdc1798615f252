using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Scheduler;

namespace FollowUp.Specs.Domain;

/// <summary>Given events, when a command is decided, then events or a refusal. No mocks: the aggregates need none.</summary>
internal sealed record Specification<T>(T State, Func<T, object, T> Evolve, object[] Events, RefusedException? Refusal = null)
{
    public Specification<T> Given(params object[] events) => this with { State = events.Aggregate(State, Evolve) };

    public Specification<T> When(Func<T, object[]> decide)
    {
        try
        {
            var events = decide(State);
            return this with { State = events.Aggregate(State, Evolve), Events = events, Refusal = null };
        }
        catch (RefusedException refusal)
        {
            return this with { Events = [], Refusal = refusal };
        }
    }

    public Specification<T> Then(params object[] expected)
    {
        Assert.Null(Refusal);
        Assert.Equal(expected.Select(Text), Events.Select(Text)); // compared as text: records compare their lists by reference
        return this;
    }

    public Specification<T> Then(string names)
    {
        Assert.Null(Refusal);
        Assert.Equal(names, string.Join(' ', Events.Select(x => x.GetType().Name)));
        return this;
    }

    public Specification<T> ThenRefused(string code)
    {
        Assert.Equal(code, Refusal?.Code ?? Events.OfType<Refused>().LastOrDefault()?.Reason.Code);
        return this;
    }

    public Specification<T> And(Action<T> check)
    {
        check(State);
        return this;
    }

    private static string Text(object domainEvent) =>
        $"{domainEvent.GetType().Name} {JsonSerializer.Serialize(domainEvent, domainEvent.GetType(), Json.Lenient)}";
}
