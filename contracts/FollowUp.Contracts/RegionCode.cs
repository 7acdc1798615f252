using System.Collections.Frozen;

namespace FollowUp.Contracts;

/// <summary>The codes of countries (ISO 3166-1 alpha-2, as <c>DE</c>) and of their regions (ISO 3166-2, as <c>DE-BY</c>).</summary>
public static class RegionCode
{
    // ISO 3166-1, the 249 codes that are officially assigned (iso.org, 2026). UK and EU are reserved, and no countries.
    private static readonly FrozenSet<string> Countries = """
        AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD
        CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF
        GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN
        KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
        NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI
        SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI
        VN VU WF WS YE YT ZA ZM ZW
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a text is the code of a country in ISO 3166-1.</summary>
    /// <param name="text">The code, in capital letters.</param>
    public static bool IsCountry(string? text) => text is not null && Countries.Contains(text);

    /// <summary>Whether a text has the form of a region's code, of a country in ISO 3166-1.</summary>
    /// <param name="text">The code.</param>
    public static bool IsRegion(string? text) =>
        text is { Length: >= 4 and <= 6 }
        && IsCountry(text[..2])
        && text[2] == '-'
        && text[3..].All(x => char.IsAsciiLetterUpper(x) || char.IsAsciiDigit(x));
}
