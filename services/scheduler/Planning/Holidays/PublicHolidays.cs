using System.Collections.Concurrent;
using System.Collections.Frozen;
using PublicHoliday;

namespace FollowUp.Scheduler.Planning;

// See docs/decisions/0028-public-holidays.md
/// <summary>
/// The public holidays that FollowUp knows, by ISO 3166 code. The list of a region is whole: it has what is also a holiday in all of its
/// country. They come from the library PublicHoliday; where that differs from the law, our own rules stand beside it.
/// </summary>
internal static class PublicHolidays
{
    private static readonly (int First, int Last) Years = (2010, 2050);

    private static readonly Lazy<FrozenDictionary<string, Func<int, IEnumerable<Holiday>>>> Rules = new(() =>
        All().ToFrozenDictionary(x => x.Code, x => x.Of, StringComparer.OrdinalIgnoreCase)
    );

    private static readonly ConcurrentDictionary<string, FrozenDictionary<DateOnly, string?>> Days = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The countries and regions whose holidays are known.</summary>
    public static IEnumerable<string> Codes => Rules.Value.Keys.Order(StringComparer.Ordinal);

    /// <summary>The holidays of a country or region with their names; null if none are known.</summary>
    public static IReadOnlyDictionary<DateOnly, string?>? Of(string code) =>
        Rules.Value.TryGetValue(code, out var rules)
            ? Days.GetOrAdd(
                code,
                static (_, rules) =>
                    Enumerable
                        .Range(Years.First, Years.Last - Years.First + 1)
                        .SelectMany(rules)
                        .DistinctBy(x => x.On)
                        .ToFrozenDictionary(x => x.On, x => x.Name),
                rules
            )
            : null;

    private static IEnumerable<(string Code, Func<int, IEnumerable<Holiday>> Of)> All()
    {
        foreach (
            var (code, library) in new (string, IPublicHolidays)[]
            {
                ("AT", new AustriaPublicHoliday()),
                ("BE", new BelgiumPublicHoliday()),
                ("CH", new SwitzerlandPublicHoliday()),
                ("CZ", new CzechRepublicPublicHoliday()),
                ("DE", new GermanPublicHoliday()),
                // Constitution Day, Labour Day and the eves are no holidays by law
                ("DK", new DenmarkPublicHoliday(false, false, false, false, false)),
                ("EE", new EstoniaPublicHoliday()),
                ("ES", new SpainPublicHoliday()),
                ("FI", new FinlandPublicHoliday(false)),
                ("FR", new FrancePublicHoliday()),
                ("GR", new GreecePublicHoliday()),
                ("HR", new CroatiaPublicHoliday()),
                ("HU", new HungaryPublicHoliday()),
                ("IE", new IrelandPublicHoliday()),
                ("LT", new LithuaniaPublicHoliday()),
                ("LU", new LuxembourgPublicHoliday()),
                ("LV", new LatviaPublicHoliday()),
                ("NL", new DutchPublicHoliday()),
                ("NO", new NorwayPublicHoliday()),
                ("NZ", new NewZealandPublicHoliday()),
                ("PL", new PolandPublicHoliday()),
                ("RO", new RomanianPublicHoliday()),
                ("SE", new SwedenPublicHoliday()),
                ("SI", new SloveniaPublicHoliday()),
                ("US", new USAPublicHoliday()),
                ("ZA", new SouthAfricaPublicHoliday()),
            }
        )
            yield return (code, year => Read(library, year));

        foreach (var state in Enum.GetValues<GermanPublicHoliday.States>().Where(x => x != GermanPublicHoliday.States.ALL))
            yield return ($"DE-{state}", Reads(new GermanPublicHoliday { State = state }));
        foreach (var department in new[] { "57", "67", "68" })
            yield return ($"FR-{department}", Reads(new FrancePublicHoliday { Region = FrancePublicHoliday.Regions.AlsaceMoselle }));
        foreach (var (code, district) in NewZealand)
            yield return ($"NZ-{code}", Reads(new NewZealandPublicHoliday { ProvincialDistrict = district }));

        // Saint Francis has been a holiday again since 2026 (Law 151 of 8 October 2025).
        yield return (
            "IT",
            year => [.. Read(new ItalyPublicHoliday(), year), .. year < 2026 ? [] : new[] { On(10, 4, "San Francesco")(year) }]
        );
        // Carnival is optional (Código do Trabalho, 235).
        yield return ("PT", year => Read(new PortugalPublicHoliday(), year).Where(x => x.On != Easter(-47, "Carnaval")(year).On));

        var kingdom = Enum.GetValues<UKBankHoliday.UkCountries>().ToDictionary(x => x, x => Reads(new UKBankHoliday(x)));
        foreach (var (code, nation) in UnitedKingdom)
            yield return ($"GB-{code}", kingdom[nation]);
        // Without a nation, what all of them share.
        yield return (
            "GB",
            year =>
                kingdom.Values.Select(of => of(year).Select(x => x.On)).Aggregate((a, b) => a.Intersect(b)).ToHashSet() is var shared
                    ? kingdom[UKBankHoliday.UkCountries.England](year).Where(x => shared.Contains(x.On))
                    : []
        );

        yield return ("AU", Reads(new AustraliaPublicHoliday { State = AustraliaPublicHoliday.States.All }));
        foreach (var state in Enum.GetValues<AustraliaPublicHoliday.States>().Where(x => x != AustraliaPublicHoliday.States.All))
            yield return ($"AU-{state}", year => Australian(state, year));

        foreach (var (code, days) in Canada)
            yield return (code, year => days.Split(' ').SelectMany(x => Canadian[x](year)));
        foreach (var (canton, days) in Switzerland)
            yield return ($"CH-{canton}", year => days.Split(' ').Select(x => Swiss[x](year)));
    }

    // The library

    private static Func<int, IEnumerable<Holiday>> Reads(IPublicHolidays library) => year => Read(library, year);

    // A holiday that is observed on another day is a holiday on both.
    private static IEnumerable<Holiday> Read(IPublicHolidays library, int year)
    {
        var names = library.PublicHolidayNames(year);
        return library
            .PublicHolidaysInformation(year)
            .Where(x => x.IsPublic)
            .SelectMany(x =>
            {
                var name =
                    names.TryGetValue(x.ObservedDate, out var known) && !string.IsNullOrWhiteSpace(known)
                        ? Usual.GetValueOrDefault(known, known)
                        : null;
                return new[] { x.HolidayDate, x.ObservedDate }.Distinct().Select(on => new Holiday(DateOnly.FromDateTime(on), name));
            });
    }

    // As people call them, where the library doesn't.
    private static readonly FrozenDictionary<string, string> Usual = new Dictionary<string, string>
    {
        ["Neujahrstag"] = "Neujahr",
        ["Weihnachtstag"] = "1. Weihnachtstag",
        ["Zweiter Weihnachtsfeiertag"] = "2. Weihnachtstag",
    }.ToFrozenDictionary();

    private static readonly (string Code, UKBankHoliday.UkCountries Nation)[] UnitedKingdom =
    [
        ("ENG", UKBankHoliday.UkCountries.England),
        ("SCT", UKBankHoliday.UkCountries.Scotland),
        ("WLS", UKBankHoliday.UkCountries.Wales),
        ("NIR", UKBankHoliday.UkCountries.NorthernIreland),
    ];

    private static readonly (string Code, NewZealandPublicHoliday.ProvincialDistricts District)[] NewZealand =
    [
        ("AUK", NewZealandPublicHoliday.ProvincialDistricts.AUCKLAND),
        ("CAN", NewZealandPublicHoliday.ProvincialDistricts.CANTERBURY),
        ("CIT", NewZealandPublicHoliday.ProvincialDistricts.CHATHAM_ISLANDS),
        ("HKB", NewZealandPublicHoliday.ProvincialDistricts.HAWKES_BAY),
        ("MBH", NewZealandPublicHoliday.ProvincialDistricts.MARLBOROUGH),
        ("NSN", NewZealandPublicHoliday.ProvincialDistricts.NELSON),
        ("NTL", NewZealandPublicHoliday.ProvincialDistricts.NORTHLAND),
        ("OTA", NewZealandPublicHoliday.ProvincialDistricts.OTAGO),
        ("STL", NewZealandPublicHoliday.ProvincialDistricts.SOUTHLAND),
        ("TKI", NewZealandPublicHoliday.ProvincialDistricts.TARANAKI),
        ("WGN", NewZealandPublicHoliday.ProvincialDistricts.WELLINGTON),
        ("WTC", NewZealandPublicHoliday.ProvincialDistricts.WESTLAND),
    ];

    // The rules that are ours

    private static Func<int, Holiday> On(int month, int day, string name) => year => new(new(year, month, day), name);

    // The days after Easter, by the anonymous Gregorian algorithm.
    private static Func<int, Holiday> Easter(int days, string name) =>
        year =>
        {
            var (a, b, c) = (year % 19, year / 100, year % 100);
            var g = (8 * b + 13) / 25;
            var h = (19 * a + b - b / 4 - g + 15) % 30;
            var l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
            var m = (a + 11 * h + 22 * l) / 451;
            var day = h + l - 7 * m + 114;
            return new(new DateOnly(year, day / 31, day % 31 + 1).AddDays(days), name);
        };

    // The first such day of the week that isn't before a date.
    private static Func<int, Holiday> From(int month, int day, DayOfWeek weekday, string name, int later = 0) =>
        year => new(FirstFrom(new(year, month, day), weekday).AddDays(later), name);

    private static DateOnly FirstFrom(DateOnly date, DayOfWeek weekday) => date.AddDays(((int)weekday - (int)date.DayOfWeek + 7) % 7);

    // Australia: the library lacks Reconciliation Day, the Friday before the football final, and some Mondays for Anzac Day; it has a day
    // of the Capital Territory that was abolished in 2018.
    private static IEnumerable<Holiday> Australian(AustraliaPublicHoliday.States state, int year)
    {
        var anzac = new DateOnly(year, 4, 25);
        var (isSaturday, isSunday) = (anzac.DayOfWeek == DayOfWeek.Saturday, anzac.DayOfWeek == DayOfWeek.Sunday);
        var monday = FirstFrom(anzac, DayOfWeek.Monday);
        var days = Read(new AustraliaPublicHoliday { State = state }, year);
        return state switch
        {
            AustraliaPublicHoliday.States.ACT =>
            [
                .. days.Where(x => !(x.On.Month is 9 or 10 && x.On != FirstFrom(new(year, 10, 1), DayOfWeek.Monday))),
                From(5, 27, DayOfWeek.Monday, "Reconciliation Day")(year),
            ],
            AustraliaPublicHoliday.States.NT when isSaturday => days.Where(x => x.On != monday),
            AustraliaPublicHoliday.States.QLD when isSunday => [.. days, new(monday, "ANZAC Day")],
            // for these two years only
            AustraliaPublicHoliday.States.NSW when year is 2026 or 2027 => [.. days, new(monday, "ANZAC Day")],
            AustraliaPublicHoliday.States.VIC => [.. days, From(9, 24, DayOfWeek.Saturday, "AFL Grand Final Friday", later: -1)(year)],
            _ => days,
        };
    }

    private static Func<int, IEnumerable<Holiday>> Always(Func<int, Holiday> day) => year => [day(year)];

    // Of a weekend also the Monday after.
    private static Func<int, IEnumerable<Holiday>> Observed(Func<int, Holiday> day) =>
        year =>
            day(year) is { On.DayOfWeek: DayOfWeek.Saturday or DayOfWeek.Sunday } x
                ? [x, x with { On = FirstFrom(x.On, DayOfWeek.Monday) }]
                : [day(year)];

    // Canada: by the employment standards of each province; the library lists what is observed anywhere in it.
    private static readonly FrozenDictionary<string, Func<int, IEnumerable<Holiday>>> Canadian = new Dictionary<
        string,
        Func<int, IEnumerable<Holiday>>
    >
    {
        ["newYear"] = Observed(On(1, 1, "New Year's Day")),
        ["family"] = Always(From(2, 15, DayOfWeek.Monday, "Family Day")),
        ["goodFriday"] = Always(Easter(-2, "Good Friday")),
        ["victoria"] = Always(From(5, 18, DayOfWeek.Monday, "Victoria Day")),
        ["indigenous"] = Observed(On(6, 21, "National Indigenous Peoples Day")),
        ["saintJohn"] = Observed(On(6, 24, "Fête nationale du Québec")),
        ["canada"] = Observed(On(7, 1, "Canada Day")),
        ["nunavut"] = Observed(On(7, 9, "Nunavut Day")),
        ["civic"] = Always(From(8, 1, DayOfWeek.Monday, "Civic Holiday")),
        ["discovery"] = Always(From(8, 15, DayOfWeek.Monday, "Discovery Day")),
        ["labour"] = Always(From(9, 1, DayOfWeek.Monday, "Labour Day")),
        ["truth"] = Observed(On(9, 30, "National Day for Truth and Reconciliation")),
        ["thanksgiving"] = Always(From(10, 8, DayOfWeek.Monday, "Thanksgiving")),
        ["remembrance"] = Observed(On(11, 11, "Remembrance Day")),
        ["christmas"] = Observed(On(12, 25, "Christmas Day")),
        ["boxing"] = BoxingDay,
    }.ToFrozenDictionary();

    // On a weekend, and on the Monday that is Christmas Day's, also the next day that is free for it.
    private static Holiday[] BoxingDay(int year)
    {
        var day = new Holiday(new(year, 12, 26), "Boxing Day");
        var later = day.On.DayOfWeek switch
        {
            DayOfWeek.Saturday or DayOfWeek.Sunday => 2,
            DayOfWeek.Monday => 1,
            _ => 0,
        };
        return later == 0 ? [day] : [day, day with { On = day.On.AddDays(later) }];
    }

    private static readonly (string Code, string Days)[] Canada =
    [
        ("CA", "newYear goodFriday victoria canada labour truth thanksgiving remembrance christmas boxing"),
        ("CA-AB", "newYear family goodFriday victoria canada labour thanksgiving remembrance christmas"),
        ("CA-BC", "newYear family goodFriday victoria canada civic labour truth thanksgiving remembrance christmas"),
        ("CA-MB", "newYear family goodFriday victoria canada labour truth thanksgiving christmas"),
        ("CA-NB", "newYear family goodFriday canada civic labour remembrance christmas"),
        ("CA-NL", "newYear goodFriday canada labour remembrance christmas"),
        ("CA-NS", "newYear family goodFriday canada labour remembrance christmas"),
        ("CA-NT", "newYear goodFriday victoria indigenous canada civic labour truth thanksgiving remembrance christmas"),
        ("CA-NU", "newYear goodFriday victoria canada nunavut civic labour thanksgiving remembrance christmas"),
        ("CA-ON", "newYear family goodFriday victoria canada labour thanksgiving christmas boxing"),
        ("CA-PE", "newYear family goodFriday canada labour truth remembrance christmas"),
        ("CA-QC", "newYear goodFriday victoria saintJohn canada labour thanksgiving christmas"),
        ("CA-SK", "newYear family goodFriday victoria canada civic labour thanksgiving remembrance christmas"),
        ("CA-YT", "newYear goodFriday victoria indigenous canada discovery labour truth thanksgiving remembrance christmas"),
    ];

    // Switzerland: days that are equal to Sundays by the law of a canton, in all of it or nearly so.
    private static readonly FrozenDictionary<string, Func<int, Holiday>> Swiss = new Dictionary<string, Func<int, Holiday>>
    {
        ["newYear"] = On(1, 1, "Neujahr"),
        ["berchtold"] = On(1, 2, "Berchtoldstag"),
        ["epiphany"] = On(1, 6, "Dreikönigstag"),
        ["republic"] = On(3, 1, "Instauration de la République"),
        ["joseph"] = On(3, 19, "Josefstag"),
        ["goodFriday"] = Easter(-2, "Karfreitag"),
        ["easterMonday"] = Easter(1, "Ostermontag"),
        // The first Thursday of April, and a week later if that is in Holy Week.
        ["naefels"] = year =>
            From(4, 1, DayOfWeek.Thursday, "Näfelser Fahrt")(year) is var first && first.On == Easter(-3, "")(year).On
                ? first with
                {
                    On = first.On.AddDays(7),
                }
                : first,
        ["labour"] = On(5, 1, "Tag der Arbeit"),
        ["ascension"] = Easter(39, "Auffahrt"),
        ["whitMonday"] = Easter(50, "Pfingstmontag"),
        ["corpusChristi"] = Easter(60, "Fronleichnam"),
        ["independence"] = On(6, 23, "Commémoration du plébiscite"),
        ["peterAndPaul"] = On(6, 29, "Santi Pietro e Paolo"),
        ["nationalDay"] = On(8, 1, "Bundesfeiertag"),
        ["assumption"] = On(8, 15, "Mariä Himmelfahrt"),
        ["genevaFast"] = From(9, 1, DayOfWeek.Sunday, "Jeûne genevois", later: 4),
        ["fastMonday"] = From(9, 15, DayOfWeek.Sunday, "Lundi du Jeûne fédéral", later: 1),
        ["maurice"] = On(9, 22, "Mauritiustag"),
        ["brotherKlaus"] = On(9, 25, "Bruderklausenfest"),
        ["allSaints"] = On(11, 1, "Allerheiligen"),
        ["immaculate"] = On(12, 8, "Mariä Empfängnis"),
        ["christmas"] = On(12, 25, "Weihnachten"),
        ["stephen"] = On(12, 26, "Stephanstag"),
        ["restoration"] = On(12, 31, "Restauration de la République"),
    }.ToFrozenDictionary();

    private const string InAll = "newYear ascension nationalDay christmas",
        Protestant = $"{InAll} goodFriday easterMonday whitMonday stephen",
        Catholic = $"{InAll} goodFriday corpusChristi assumption allSaints immaculate";

    private static readonly (string Canton, string Days)[] Switzerland =
    [
        ("AG", $"{Protestant} berchtold labour corpusChristi assumption allSaints immaculate"),
        ("AI", $"{Catholic} easterMonday whitMonday stephen maurice"),
        ("AR", Protestant),
        ("BE", $"{Protestant} berchtold"),
        ("BL", $"{Protestant} labour"),
        ("BS", $"{Protestant} labour"),
        ("FR", Catholic),
        ("GE", $"{InAll} goodFriday easterMonday whitMonday genevaFast restoration"),
        ("GL", $"{Protestant} naefels allSaints"),
        ("GR", Protestant),
        ("JU", $"{InAll} berchtold goodFriday easterMonday labour whitMonday corpusChristi independence assumption allSaints"),
        ("LU", $"{Catholic} stephen"),
        ("NE", $"{InAll} republic goodFriday easterMonday labour"),
        ("NW", $"{Catholic} joseph"),
        ("OW", $"{Catholic} brotherKlaus"),
        ("SG", $"{Protestant} allSaints"),
        ("SH", $"{Protestant} labour"),
        ("SO", $"{InAll} joseph goodFriday labour corpusChristi assumption allSaints"),
        ("SZ", $"{Catholic} epiphany joseph easterMonday whitMonday stephen"),
        ("TG", $"{Protestant} berchtold labour"),
        (
            "TI",
            $"{InAll} epiphany joseph easterMonday labour whitMonday corpusChristi peterAndPaul assumption allSaints immaculate stephen"
        ),
        ("UR", $"{Catholic} epiphany joseph easterMonday whitMonday stephen"),
        ("VD", $"{InAll} berchtold goodFriday easterMonday whitMonday fastMonday"),
        ("VS", $"{InAll} joseph corpusChristi assumption allSaints immaculate"),
        ("ZG", Catholic),
        ("ZH", $"{Protestant} labour"),
    ];
}
