using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FollowUp.Applications.Import;

/// <summary>
/// The tables of a JSON document: each of its arrays of objects, with the properties as columns. A row's line is its number.
/// </summary>
internal static partial class JsonTables
{
    private const int Deepest = 3;

    /// <returns>Empty if the text isn't JSON.</returns>
    public static ImmutableArray<SheetTable> Find(string text)
    {
        if (text.AsSpan().TrimStart() is not ['{' or '[', ..])
            return [];
        return Parse(text) is { IsEmpty: false } found ? found
            : text.AsSpan().TrimStart()[0] == '{' ? Parse($"[{Between().Replace(text.Trim(), "},{")}]") // an object on each line
            : [];
    }

    private static ImmutableArray<SheetTable> Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            var tables = new List<SheetTable>();
            Collect(document.RootElement, "", 0, tables);
            return [.. tables];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    [GeneratedRegex(@"\}[ \t]*\r?\n\s*\{", RegexOptions.None, 10_000)]
    private static partial Regex Between();

    private static void Collect(JsonElement element, string name, int depth, List<SheetTable> tables)
    {
        if (element.ValueKind is JsonValueKind.Array && element.EnumerateArray().Any(x => x.ValueKind is JsonValueKind.Object))
            tables.Add(Table(element, name));
        else if (element.ValueKind is JsonValueKind.Object && depth < Deepest)
            foreach (var property in element.EnumerateObject())
                Collect(property.Value, name.Length == 0 ? property.Name : $"{name}.{property.Name}", depth + 1, tables);
    }

    private static CellTable Table(JsonElement array, string name)
    {
        var headers = new Dictionary<string, int>(StringComparer.Ordinal);
        var rows = new List<SheetRecord>();
        foreach (var item in array.EnumerateArray())
        {
            var cells = new SortedDictionary<int, string>();
            if (item.ValueKind is JsonValueKind.Object)
                Fill(item, "", 0);
            rows.Add(new(rows.Count + 1, [.. Enumerable.Range(0, headers.Count).Select(x => cells.GetValueOrDefault(x, ""))]));

            void Fill(JsonElement from, string prefix, int depth)
            {
                foreach (var property in from.EnumerateObject())
                {
                    var header = prefix + property.Name;
                    if (property.Value.ValueKind is JsonValueKind.Object)
                    {
                        if (depth < Deepest)
                            Fill(property.Value, $"{header}.", depth + 1);
                        continue;
                    }
                    // of a thing that has only a name, the name is the cell
                    if (prefix.Length > 0 && property.Name is "label" or "name" or "value")
                        header = prefix.TrimEnd('.');
                    if (!headers.TryGetValue(header, out var position))
                        headers[header] = position = headers.Count;
                    cells[position] = Text(property.Value);
                }
            }
        }
        return new(name.Length == 0 ? null : name, [new(0, [.. headers.Keys]), .. rows]);
    }

    private static string Text(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Null or JsonValueKind.Undefined => "",
            JsonValueKind.Array => string.Join(
                ", ",
                value.EnumerateArray().Where(x => x.ValueKind is not JsonValueKind.Object).Select(Text)
            ),
            JsonValueKind.Object => "",
            _ => value.GetRawText(),
        };
}
