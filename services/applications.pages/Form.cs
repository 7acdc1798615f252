using System.Globalization;
using System.Text.Json;
using FollowUp.Platform;
using Microsoft.AspNetCore.Antiforgery;
using NodaTime;
using NodaTime.Text;

namespace FollowUp.Applications.Pages;

/// <summary>What a form sent. What isn't of the kind that is expected is refused, with the field's name.</summary>
public sealed class Form
{
    private readonly IFormCollection _sent;

    private Form(IFormCollection sent) => _sent = sent;

    internal static RefusedException Expired() =>
        new("formExpired", "The form was open for too long, or isn't of this site. Please load the page again and send it once more.");

    /// <summary>Lets a page's handler take a <see cref="Form"/> as a parameter.</summary>
    /// <exception cref="RefusedException">It isn't this site's own form, or too old.</exception>
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

    /// <summary>A text, without blanks around it; null where nothing was entered.</summary>
    public string? Text(string name) => _sent[name].ToString().Trim() is { Length: > 0 } text ? text : null;

    /// <summary>Every text of that name.</summary>
    public IReadOnlyList<string> Texts(string name) => [.. _sent[name].Where(x => !string.IsNullOrWhiteSpace(x)).Select(x => x!.Trim())];

    public IEnumerable<string> Names => _sent.Keys;

    public bool Flag(string name) => _sent[name].Count > 0;

    public int? Number(string name) =>
        Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw RefusedException.BadInput(name, "It must be a whole number.");

    public Guid? Id(string name) =>
        Text(name) is not { } text ? null
        : Guid.TryParse(text, out var id) ? id
        : throw RefusedException.BadInput(name, "It must be an id.");

    /// <summary>A day, as a date field sends it.</summary>
    public DateOnly? Day(string name) =>
        Text(name) is not { } text ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw RefusedException.BadInput(name, "It must be a date.");

    /// <summary>A moment, as a field of date and time sends it: in the reader's zone.</summary>
    public DateTimeOffset? Moment(string name, DateTimeZone zone)
    {
        if (Text(name) is not { } text)
            return null;
        var parsed = LocalDateTimePattern
            .CreateWithInvariantCulture(text.Length > 16 ? "uuuu-MM-dd'T'HH:mm:ss" : "uuuu-MM-dd'T'HH:mm")
            .Parse(text);
        return parsed.Success ? In(zone, parsed.Value, name) : throw RefusedException.BadInput(name, "It must be a date and a time.");
    }

    /// <summary>A moment on a clock of that zone.</summary>
    /// <exception cref="RefusedException">It lies at the end of what can be reckoned with.</exception>
    internal static DateTimeOffset In(DateTimeZone zone, LocalDateTime local, string name) =>
        local.Year is > 1900 and < 2200
            ? local.InZoneLeniently(zone).ToDateTimeOffset()
            : throw RefusedException.BadInput(name, "It must be a date and a time.");

    /// <summary>One of the words of an enum, as the API writes it.</summary>
    public T? Word<T>(string name)
        where T : struct, Enum =>
        Text(name) is not { } text
            ? null
            : Enum.GetValues<T>().Cast<T?>().FirstOrDefault(x => JsonNamingPolicy.CamelCase.ConvertName(x.ToString()!) == text)
                ?? throw RefusedException.BadInput(name, "It must be one of those offered.");

    /// <summary>A file, if one was chosen.</summary>
    public IFormFile? File(string name) => _sent.Files[name] is { Length: > 0 } file ? file : null;

    /// <summary>All of it again, for a page on which it can be mended.</summary>
    public Entered Again(RefusedException? refused = null) =>
        new(
            _sent
                .Where(x => x.Key != "__RequestVerificationToken")
                .ToDictionary(x => x.Key, x => x.Value.ToString(), StringComparer.Ordinal),
            refused
        );

    /// <summary>Where to go afterwards: an address of this site that the form named, or another.</summary>
    public string Return(string otherwise) => SafeReturn(Text("return")) ?? otherwise;

    /// <summary>An address of this site, or null: nobody is sent elsewhere by a link.</summary>
    internal static string? SafeReturn(string? address) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && address.All(x => x is > ' ' and < (char)127) ? address : null;
}

/// <summary>What was entered, and what is wrong with it.</summary>
public sealed record Entered(IReadOnlyDictionary<string, string> Values, RefusedException? Refused)
{
    public string? Value(string name) => Values.GetValueOrDefault(name, "");

    /// <summary>Whether a box was ticked.</summary>
    public bool Has(string name) => Values.ContainsKey(name);

    /// <summary>Without a secret, which no page shows again.</summary>
    public Entered Without(string name) => this with { Values = Values.Where(x => x.Key != name).ToDictionary(StringComparer.Ordinal) };

    /// <summary>What is wrong with a field.</summary>
    /// <param name="path">As a check names it.</param>
    public Sentence? Error(string path) => Refused?.Errors?.GetValueOrDefault(path)?[0];
}
