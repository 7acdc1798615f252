using System.Globalization;
using FollowUp.Applications.Pages;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FollowUp.Specs.Pages;

/// <summary>The texts of the pages in a reader's language.</summary>
internal static class Spoken
{
    private static readonly StringLocalizer<Words> Words = new(
        new ResourceManagerStringLocalizerFactory(Options.Create(new LocalizationOptions()), NullLoggerFactory.Instance)
    );

    public static T In<T>(string language, Func<IStringLocalizer<Words>, Terms, T> say)
    {
        var (format, words) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        try
        {
            return say(Words, new Terms(Words));
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (format, words);
        }
    }
}
