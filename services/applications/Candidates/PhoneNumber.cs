using System.Text.RegularExpressions;
using PhoneNumbers;

namespace FollowUp.Applications.Candidates;

/// <summary>A telephone number as people write it.</summary>
internal static partial class PhoneNumber
{
    private const int FewestDigits = 3,
        MostDigits = 15, // ITU-T E.164
        LongestText = 250; // what libphonenumber reads
    private static readonly PhoneNumberUtil Util = PhoneNumberUtil.GetInstance();

    /// <summary>The link that dials a number, by RFC 3966: <c>tel:+49301234567;ext=6</c>.</summary>
    /// <param name="text">The number, with whatever stands around it.</param>
    /// <param name="country">The country, in which a number without a country's code is read; an ISO 3166-1 code.</param>
    /// <returns>Null if it can't be a number, or isn't certain to be the one that is meant.</returns>
    public static string? Link(string text, string? country)
    {
        if (text.Length > LongestText || Date().IsMatch(text))
            return null;
        if (Parse(text, country) is { } number)
            return $"tel:{Util.Format(number, PhoneNumberFormat.E164)}{(number.HasExtension ? $";ext={number.Extension}" : "")}";
        // A number of an unknown country is dialled as it stands, as from there; one that names its country must be right.
        return Local().IsMatch(text) && country is null && text.Count(char.IsAsciiDigit) is >= FewestDigits and <= MostDigits
            ? $"tel:{string.Concat(text.Where(char.IsAsciiDigit))}"
            : null;
    }

    /// <summary>Whether a text can be a telephone number.</summary>
    public static bool CanBe(string text, string? country) => Link(text, country) is not null;

    /// <summary>The employer's country, of its country or its region.</summary>
    public static string? CountryOf(string? country, string? region) => country ?? region?[..2];

    private static PhoneNumbers.PhoneNumber? Parse(string text, string? country)
    {
        var international = ZeroZero().Replace(text, "${before}+");
        try
        {
            var number = Util.Parse(international, country);
            return Util.IsPossibleNumberWithReason(number) switch
            {
                PhoneNumberUtil.ValidationResult.IS_POSSIBLE => number,
                // without its area's code it would be dialled as another number, unless it names its country itself
                PhoneNumberUtil.ValidationResult.IS_POSSIBLE_LOCAL_ONLY when international.Contains('+') => number,
                _ => null,
            };
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    // "0049 30 …" and "Tel. 0049 30 …": the prefix of international calls in most countries.
    [GeneratedRegex(@"^(?<before>[^0-9+]*)00(?=[1-9])", Options, 1000)]
    private static partial Regex ZeroZero();

    [GeneratedRegex(@"^[0-9 ()/.\-\u00A0\u2010-\u2015]+$", Options, 1000)]
    private static partial Regex Local();

    [GeneratedRegex(@"^\s*([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}(/|\.)[0-9]{1,2}(/|\.)([0-9]{4}|[0-9]{2}))(?![0-9./-])", Options, 1000)]
    private static partial Regex Date();
}
