using FollowUp.Contracts;

namespace FollowUp.Platform;

/// <summary>
/// What was asked is refused, with nothing changed. The one exception that reaches a caller: over HTTP as a problem, over the bus
/// as <c>followup.command.rejected.v1</c>, both with the same content.
/// </summary>
/// <param name="code">Stable, camelCase: for programs.</param>
/// <param name="detail">A sentence for a person.</param>
/// <param name="status">The HTTP status that goes with it.</param>
/// <param name="errors">Sentences by the field's path, for bad input.</param>
/// <param name="retryAfter">Seconds after which the same request may succeed, where it may.</param>
public sealed class RefusedException(
    string code,
    string detail,
    int status = 409,
    IReadOnlyDictionary<string, string[]>? errors = null,
    int? retryAfter = null
) : Exception(detail)
{
    /// <summary>Stable, camelCase: for programs.</summary>
    public string Code { get; } = code;

    /// <summary>The HTTP status that goes with it.</summary>
    public int Status { get; } = status;

    /// <summary>Sentences by the field's path, for bad input.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; } = errors;

    /// <summary>Seconds after which the same request may succeed, where it may.</summary>
    public int? RetryAfter { get; } = retryAfter;

    /// <summary>
    /// The rule that refuses, with its values, where it is one of the Scheduler's reasons: it can be said in another language.
    /// </summary>
    public Reason? Reason { get; init; }

    /// <summary>What else a program may want to know, by name.</summary>
    public IDictionary<string, object?> More { get; } = new Dictionary<string, object?>(StringComparer.Ordinal);

    /// <summary>A rule refuses it: 409.</summary>
    /// <param name="reason">The rule.</param>
    public static RefusedException Because(Reason reason) => new(reason.Code, reason.Sentence) { Reason = reason };

    /// <summary>What another service refused, as it said it.</summary>
    /// <param name="rejected">Its answer.</param>
    public static RefusedException Of(CommandRejected rejected) =>
        new(rejected.Code, rejected.Detail, rejected.Status, rejected.Errors, rejected.RetryAfter) { Reason = rejected.Reason };

    /// <summary>Nothing of the caller's team has that id: 404.</summary>
    /// <param name="code">As <c>unknownApplication</c>.</param>
    /// <param name="detail">A sentence for a person.</param>
    public static RefusedException NotFound(string code, string detail) => new(code, detail, 404);

    /// <summary>One field of the input is bad: 400.</summary>
    /// <param name="field">Its path, as <c>employer.name</c>.</param>
    /// <param name="sentence">What is wrong with it.</param>
    public static RefusedException BadInput(string field, string sentence) =>
        new("badInput", sentence, 400, new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [sentence] });
}

/// <summary>Collects everything that is wrong with an input, so that a caller can mend it all at once.</summary>
public sealed class InputChecks
{
    private readonly SortedDictionary<string, List<string>> _errors = new(StringComparer.Ordinal);

    /// <summary>Notes <paramref name="sentence"/> against <paramref name="field"/> unless <paramref name="holds"/>.</summary>
    /// <param name="holds">Whether the input is good in this respect.</param>
    /// <param name="field">The field's path, as <c>employer.name</c>.</param>
    /// <param name="sentence">What is wrong, for a person.</param>
    public InputChecks That(bool holds, string field, string sentence)
    {
        if (!holds)
        {
            if (!_errors.TryGetValue(field, out var sentences))
                _errors[field] = sentences = [];
            sentences.Add(sentence);
        }
        return this;
    }

    /// <summary>A text that must be there, not blank, and not longer than <paramref name="max"/> characters.</summary>
    /// <param name="value">The text.</param>
    /// <param name="field">The field's path.</param>
    /// <param name="max">Characters.</param>
    public InputChecks Text(string? value, string field, int max) =>
        string.IsNullOrWhiteSpace(value) ? That(false, field, "It must not be blank.") : OptionalText(value, field, max);

    /// <summary>A text that may be missing, but not blank or longer than <paramref name="max"/> characters.</summary>
    /// <param name="value">The text.</param>
    /// <param name="field">The field's path.</param>
    /// <param name="max">Characters.</param>
    public InputChecks OptionalText(string? value, string field, int max) =>
        value is null
            ? this
            : That(!string.IsNullOrWhiteSpace(value), field, "It must not be blank.")
                .That(value.Length <= max, field, $"It must not be longer than {max} characters.")
                .That(
                    !value.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')),
                    field,
                    "It must not contain control characters."
                );

    /// <summary>A moment that must not lie ahead. Clocks differ: a minute is forgiven.</summary>
    /// <param name="value">The moment.</param>
    /// <param name="field">The field's path.</param>
    /// <param name="now">The present.</param>
    public InputChecks NotInTheFuture(DateTimeOffset? value, string field, DateTimeOffset now) =>
        value is null
            ? this
            : That(value <= now.AddMinutes(1), field, "It must not lie in the future.")
                .That(value.Value.Year >= 1990, field, "It must not lie before 1990.");

    /// <summary>Refuses the input if anything is wrong with it.</summary>
    /// <exception cref="RefusedException"><c>badInput</c>, with every error.</exception>
    public void Refuse()
    {
        if (_errors.Count == 0)
            return;
        var (field, sentences) = _errors.First();
        throw new RefusedException(
            "badInput",
            _errors.Count == 1 ? $"{field}: {sentences[0]}" : $"{field}: {sentences[0]} And {_errors.Count - 1} more.",
            400,
            _errors.ToDictionary(x => x.Key, x => x.Value.ToArray(), StringComparer.Ordinal)
        );
    }
}
