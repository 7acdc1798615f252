using FollowUp.Contracts;

namespace FollowUp.Platform;

// See docs/decisions/0022-refusals-are-codes-with-values.md
/// <summary>
/// A request is refused, with nothing changed. The one exception that reaches a caller: over HTTP as a problem, over the bus
/// as <c>followup.command.rejected.v1</c>, both with the same content.
/// </summary>
/// <param name="code">Stable, camelCase: for programs. <see cref="Http.RefusalStatus"/> has its HTTP status.</param>
/// <param name="detail">A sentence for a person.</param>
/// <param name="errors">Sentences by the field's path, for bad input.</param>
/// <param name="retryAfter">Seconds after which the same request may succeed, where it may.</param>
public sealed class RefusedException(
    string code,
    Sentence detail,
    IReadOnlyDictionary<string, Sentence[]>? errors = null,
    int? retryAfter = null
) : Exception(detail.ToString())
{
    /// <summary>Stable, camelCase: for programs.</summary>
    public string Code { get; } = code;

    /// <summary>A sentence for a person.</summary>
    public Sentence Detail { get; } = detail;

    /// <summary>Sentences by the field's path, for bad input.</summary>
    public IReadOnlyDictionary<string, Sentence[]>? Errors { get; } = errors;

    /// <summary>Seconds after which the same request may succeed, where it may.</summary>
    public int? RetryAfter { get; } = retryAfter;

    /// <summary>
    /// The rule that refuses, with its values, where it is one of the Scheduler's reasons: it can be said in another language.
    /// </summary>
    public Reason? Reason { get; init; }

    /// <summary>Whether the same request is accepted with <c>happened</c>: it states a fact that was against the plan.</summary>
    public bool CanBeRecorded { get; init; }

    /// <summary>What else a program may want to know, by name.</summary>
    public IDictionary<string, object?> More { get; } = new Dictionary<string, object?>(StringComparer.Ordinal);

    /// <summary>A rule refuses it.</summary>
    /// <param name="reason">The rule.</param>
    public static RefusedException Because(Reason reason) => new(reason.Code, reason.Sentence) { Reason = reason };

    /// <summary>One field of the input is bad.</summary>
    /// <param name="field">Its path, as <c>employer.name</c>.</param>
    /// <param name="sentence">What is wrong with it.</param>
    public static RefusedException BadInput(string field, Sentence sentence) =>
        new("badInput", sentence, new Dictionary<string, Sentence[]>(StringComparer.Ordinal) { [field] = [sentence] });

    /// <summary>A refusal by the other service.</summary>
    /// <param name="rejected">Its answer.</param>
    public static RefusedException Of(CommandRejected rejected)
    {
        return new(
            rejected.Code,
            Read(rejected.Detail),
            rejected.Errors?.ToDictionary(x => x.Key, x => x.Value.Select(Read).ToArray(), StringComparer.Ordinal),
            rejected.RetryAfter
        )
        {
            Reason = rejected.Reason,
            CanBeRecorded = rejected.CanBeRecorded is true,
        };

        Sentence Read(string sentence) => Sentence.Find(sentence, rejected.Texts);
    }

    /// <summary>The contract's record of it.</summary>
    public CommandRejected ToContract()
    {
        var status = Http.RefusalStatus.Of(Code);
        return new(
            status,
            Code,
            Http.Problems.TitleOf(status),
            Message,
            Errors?.ToDictionary(x => x.Key, x => x.Value.Select(y => y.ToString()).ToArray(), StringComparer.Ordinal),
            RetryAfter,
            Reason,
            Texts,
            CanBeRecorded ? true : null
        );
    }

    /// <summary>The sentences that name values, each once; null if there are none.</summary>
    internal IReadOnlyList<RefusalText>? Texts =>
        (Errors?.Values.SelectMany(x => x) ?? [])
            .Append(Detail)
            .Select(x => x.ToContract())
            .OfType<RefusalText>()
            .DistinctBy(x => x.Sentence)
            .ToArray()
            is { Length: > 0 } texts
            ? texts
            : null;
}
