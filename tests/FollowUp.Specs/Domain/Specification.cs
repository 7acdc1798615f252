using System.Text.Json;
using FollowUp.Contracts;
using FollowUp.Platform;
using FollowUp.Scheduler;

namespace FollowUp.Specs.Domain;

/// <summary>Given events, when a command is decided, then events or a refusal. No mocks: the aggregates need none.</summary>
internal sealed record Specification<T>(T State, Func<T, object, T> Evolve, object[] Facts, RefusedException? Refusal = null)
{
    public Specification<T> Given(params object[] facts) => this with { State = facts.Aggregate(State, Evolve) };

    public Specification<T> When(Func<T, object[]> decide)
    {
        try
        {
            var facts = decide(State);
            return this with { State = facts.Aggregate(State, Evolve), Facts = facts, Refusal = null };
        }
        catch (RefusedException refusal)
        {
            return this with { Facts = [], Refusal = refusal };
        }
    }

    public Specification<T> Then(params object[] expected)
    {
        Assert.Null(Refusal);
        Assert.Equal(expected.Select(Text), Facts.Select(Text)); // compared as text: records compare their lists by reference
        return this;
    }

    public Specification<T> Then(string names)
    {
        Assert.Null(Refusal);
        Assert.Equal(names, string.Join(' ', Facts.Select(x => x.GetType().Name)));
        return this;
    }

    public Specification<T> ThenRefused(string code)
    {
        Assert.Equal(code, Refusal?.Code ?? Facts.OfType<Refused>().LastOrDefault()?.Reason.Code);
        return this;
    }

    public Specification<T> And(Action<T> check)
    {
        check(State);
        return this;
    }

    private static string Text(object fact) => $"{fact.GetType().Name} {JsonSerializer.Serialize(fact, fact.GetType(), Json.Lenient)}";
}
