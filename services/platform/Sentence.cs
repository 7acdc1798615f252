using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using FollowUp.Contracts;

namespace FollowUp.Platform;

// See docs/decisions/0022-refusals-are-codes-with-values.md
/// <summary>
/// A sentence for a person, with the values that it names apart from its text, so that it can be translated. It is written as a string,
/// or as an interpolated string.
/// </summary>
[InterpolatedStringHandler]
public sealed class Sentence
{
    private readonly StringBuilder? _building;
    private readonly string _text = "";
    private readonly List<string>? _values;

    /// <summary>For the compiler: begins an interpolated string.</summary>
    /// <param name="literalLength">Characters of its text.</param>
    /// <param name="formattedCount">How many values it names.</param>
    public Sentence(int literalLength, int formattedCount) =>
        (_building, _values) = (new(literalLength + (3 * formattedCount)), new(formattedCount));

    /// <summary>For the compiler: begins an interpolated string that is needed only if a check fails.</summary>
    /// <param name="literalLength">Characters of its text.</param>
    /// <param name="formattedCount">How many values it names.</param>
    /// <param name="holds">Whether the check holds.</param>
    /// <param name="isNeeded">Whether the sentence is needed.</param>
    public Sentence(int literalLength, int formattedCount, bool holds, out bool isNeeded)
    {
        isNeeded = !holds;
        if (isNeeded)
            (_building, _values) = (new(literalLength + (3 * formattedCount)), new(formattedCount));
    }

    private Sentence(string text, IEnumerable<string>? values = null) => (_text, _values) = (text, values?.ToList());

    /// <summary>The English text, with <c>{0}</c>, <c>{1}</c> ... in the place of its values.</summary>
    public string Text => _building?.ToString() ?? _text;

    /// <summary>The values in their order, formatted culture-invariantly: a day as 2026-11-30.</summary>
    public IReadOnlyList<string> Values => _values ?? [];

    /// <summary>A sentence without values.</summary>
    /// <param name="text">The English text.</param>
    public static implicit operator Sentence(string text) => new(text);

    /// <summary>A sentence of a contract, with its values apart if the contract has them.</summary>
    /// <param name="sentence">The English sentence.</param>
    /// <param name="texts">The texts of those sentences that name values.</param>
    public static Sentence Find(string sentence, IReadOnlyList<RefusalText>? texts) =>
        texts?.FirstOrDefault(x => x.Sentence == sentence) is { } text ? new Sentence(text.Text, text.Values) : sentence;

    /// <summary>For the compiler: appends text.</summary>
    /// <param name="value">The text.</param>
    public void AppendLiteral(string value) => _building!.Append(value);

    /// <summary>For the compiler: appends a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="format">Its format.</param>
    public void AppendFormatted<T>(T value, string? format = null)
    {
        _building!.Append(CultureInfo.InvariantCulture, $"{{{_values!.Count}}}");
        _values.Add(value is IFormattable x ? x.ToString(format, CultureInfo.InvariantCulture) : value?.ToString() ?? "");
    }

    /// <summary>The contract's record of it; null if it names no values.</summary>
    public RefusalText? ToContract() => Values.Count == 0 ? null : new(ToString(), Text, Values);

    /// <summary>The English sentence with its values.</summary>
    public override string ToString() => Values.Count == 0 ? Text : string.Format(CultureInfo.InvariantCulture, Text, [.. Values]);
}
