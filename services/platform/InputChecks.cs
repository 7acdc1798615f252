using System.Runtime.CompilerServices;

namespace FollowUp.Platform;

/// <summary>Collects everything that is wrong with an input, so that a caller can mend it all at once.</summary>
public sealed class InputChecks
{
    private readonly SortedDictionary<string, List<Sentence>> _errors = new(StringComparer.Ordinal);

    /// <summary>Notes <paramref name="sentence"/> against <paramref name="field"/> unless <paramref name="holds"/>.</summary>
    /// <param name="holds">Whether the input is good in this respect.</param>
    /// <param name="field">The field's path, as <c>employer.name</c>.</param>
    /// <param name="sentence">What is wrong, for a person.</param>
    public InputChecks That(bool holds, string field, string sentence) => holds ? this : That(false, field, (Sentence)sentence);

    /// <inheritdoc cref="That(bool, string, string)"/>
    /// <remarks>An interpolated string, whose values are formatted only if the check fails.</remarks>
    public InputChecks That(bool holds, string field, [InterpolatedStringHandlerArgument(nameof(holds))] Sentence sentence)
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
        var summary = _errors.Count == 1 ? $"{field}: {sentences[0]}" : $"{field}: {sentences[0]} And {_errors.Count - 1} more.";
        throw new RefusedException(
            "badInput",
            summary, // a string, as it only repeats what the errors say
            _errors.ToDictionary(x => x.Key, x => x.Value.ToArray(), StringComparer.Ordinal)
        );
    }
}
