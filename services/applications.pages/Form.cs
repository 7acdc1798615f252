using System.Globalization;
using System.Text.Json;
using FollowUp.Platform;
using Microsoft.AspNetCore.Antiforgery;
using NodaTime;
using NodaTime.Text;

namespace FollowUp.Applications.Pages;

/// <summary>The fields of a posted form. A value of the wrong type is refused with the field's name.</summary>
public sealed class Form
{
    private readonly IFormCollection _fields;

    private Form(IFormCollection fields) => _fields = fields;

    internal static RefusedException Expired() =>
        new("formExpired", "The form was open for too long, or isn't of this site. Please load the page again and send it once more.");

    /// <summary>Lets a page's handler take a <see cref="Form"/> as a parameter.</summary>
    /// <exception cref="RefusedException">The antiforgery token is missing, invalid or expired, or the body is not a readable
    /// form.</exception>
    public static async ValueTask<Form?> BindAsync(HttpContext http)
    {
        if (http.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: true })
            throw Expired();
        if (!http.Request.HasFormContentType)
            throw new RefusedException("notAForm", "A form is expected here.");
        try
        {
            return new(await http.Request.ReadFormAsync(http.RequestAborted));
        }
        catch (InvalidDataException)
        {
            throw new RefusedException("badRequest", "The form can't be read.");
        }
    }

    /// <summary>A trimmed text; null if the field is empty.</summary>
    public string? Text(string name) => _fields[name].ToString().Trim() is { Length: > 0 } text ? text : null;

    /// <summary>All trimmed texts of fields with this name.</summary>
    public IReadOnlyList<string> Texts(string name) => [.. _fields[name].Where(x => !string.IsNullOrWhiteSpace(x)).Select(x => x!.Trim())];

    public IEnumerable<string> Names => _fields.Keys;

    public bool Flag(string name) => _fields[name].Count > 0;

    public int? Number(string name) =>
        Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw RefusedException.BadInput(name, "It must be a whole number.");

    public Guid? Id(string name) =>
        Text(name) is not { } text ? null
        : Guid.TryParse(text, out var id) ? id
        : throw RefusedException.BadInput(name, "It must be an id.");

    /// <summary>A date, in the format of a date input.</summary>
    public DateOnly? Day(string name) =>
        Text(name) is not { } text ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw RefusedException.BadInput(name, MomentForms.Date);

    /// <summary>A point in time, in the format of a datetime-local input, interpreted in the reader's zone.</summary>
    public DateTimeOffset? Moment(string name, DateTimeZone zone)
    {
        if (Text(name) is not { } text)
            return null;
        var parsed = LocalDateTimePattern
            .CreateWithInvariantCulture(text.Length > 16 ? "uuuu-MM-dd'T'HH:mm:ss" : "uuuu-MM-dd'T'HH:mm")
            .Parse(text);
        return parsed.Success ? In(zone, parsed.Value, name) : throw RefusedException.BadInput(name, MomentForms.Local);
    }

    /// <summary>A point in time in the format of a datetime-local input, which has minutes.</summary>
    public static string Local(DateTimeOffset at, DateTimeZone zone) =>
        Instant.FromDateTimeOffset(at).InZone(zone).ToString("uuuu-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The point in time of a local date and time in a zone.</summary>
    /// <exception cref="RefusedException">The year is outside 1901 to 2199.</exception>
    internal static DateTimeOffset In(DateTimeZone zone, LocalDateTime local, string name) =>
        local.Year is > 1900 and < 2200
            ? local.InZoneLeniently(zone).ToDateTimeOffset()
            : throw RefusedException.BadInput(name, MomentForms.Local);

    /// <summary>An enum value by its name in the API.</summary>
    public T? Word<T>(string name)
        where T : struct, Enum =>
        Text(name) is not { } text
            ? null
            : Enum.GetValues<T>().Cast<T?>().FirstOrDefault(x => JsonNamingPolicy.CamelCase.ConvertName(x.ToString()!) == text)
                ?? throw RefusedException.BadInput(name, "It must be one of those offered.");

    /// <summary>The uploaded file; null if none was chosen.</summary>
    public IFormFile? File(string name) => _fields.Files[name] is { Length: > 0 } file ? file : null;

    /// <summary>All values, so that a page can show the form again for correction.</summary>
    public Entered ToEntered(RefusedException? refused = null) =>
        new(
            _fields
                .Where(x => x.Key != "__RequestVerificationToken")
                .ToDictionary(x => x.Key, x => x.Value.ToString(), StringComparer.Ordinal),
            refused
        );

    /// <summary>
    /// The address to redirect to afterwards: the form's field <c>return</c> if it is an address of this site, otherwise
    /// <paramref name="fallback"/>.
    /// </summary>
    public string ReturnAddress(string fallback) => SafeReturn(Text("return")) ?? fallback;

    /// <summary>The address if it belongs to this site, otherwise null: no link redirects to another site.</summary>
    internal static string? SafeReturn(string? address) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && address.All(x => x is > ' ' and < (char)127) ? address : null;
}

/// <summary>Entered values, and the refusal of the form.</summary>
public sealed record Entered(IReadOnlyDictionary<string, string> Values, RefusedException? Refused)
{
    public string? Value(string name) => Values.GetValueOrDefault(name, "");

    /// <summary>Whether a checkbox was checked.</summary>
    public bool Has(string name) => Values.ContainsKey(name);

    /// <summary>The same without a secret, which no page shows again.</summary>
    public Entered Without(string name) => this with { Values = Values.Where(x => x.Key != name).ToDictionary(StringComparer.Ordinal) };

    /// <summary>The error message of a field.</summary>
    /// <param name="path">The field's path in the check.</param>
    public Sentence? Error(string path) => Refused?.Errors?.GetValueOrDefault(path)?[0];
}
