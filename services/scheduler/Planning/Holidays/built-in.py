#!/usr/bin/env python3
"""Writes US.ics, DE.ics, GB.ics, AT.ics and CH.ics beside this script: the built-in public holidays of FollowUp.

They are the holidays of the whole country only (federal holidays in the United States, the bank holidays that all parts of the United
Kingdom share); a team that needs more, or those of a region, adds them to its policy. A holiday is a rule if iCalendar can express it,
and otherwise a list of dates: holidays that depend on Easter (computed below by the anonymous Gregorian algorithm), and holidays that
are also observed on another day if they fall on a weekend. Holidays of a single year (a coronation, a funeral) are left out, except
one anniversary.
"""
import datetime
import pathlib

YEARS = range(2010, 2051)


def easter(year):
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * l) // 451
    month, day = divmod(h + l - 7 * m + 114, 31)
    return datetime.date(year, month, day + 1)


def from_easter(days):
    return [easter(year) + datetime.timedelta(days) for year in YEARS]


def fixed(month, day, since=YEARS[0]):
    return [datetime.date(since, month, day)], "FREQ=YEARLY"


def weekday(month, nth, since=YEARS[0]):
    """The nth weekday of a month, as 3MO, or -1MO for the last."""
    want, n = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].index(nth[-2:]), int(nth[:-2])
    days = [x for x in (datetime.date(since, month, 1) + datetime.timedelta(i) for i in range(31)) if x.month == month and x.weekday() == want]
    return [days[n - 1 if n > 0 else n]], f"FREQ=YEARLY;BYMONTH={month};BYDAY={nth}"


def observed(month, day, since=YEARS[0]):
    """The United States' way: a Saturday's also on the Friday before, a Sunday's also on the Monday after."""
    days = [datetime.date(year, month, day) for year in range(since, YEARS[-1] + 1)]
    return sorted({*days, *(x + datetime.timedelta({5: -1, 6: 1}.get(x.weekday(), 0)) for x in days)})


def substituted(*days):
    """The kingdom's way: a weekend's also on the next weekday that isn't one already (Christmas and Boxing Day go together)."""
    found = []
    for year in YEARS:
        taken = {datetime.date(year, month, day) for month, day in days if datetime.date(year, month, day).weekday() < 5}
        for month, day in days:
            on = datetime.date(year, month, day)
            while on.weekday() >= 5 or (on in taken and on != datetime.date(year, month, day)):
                on += datetime.timedelta(1)
            taken.add(on)
        found += sorted(taken | {datetime.date(year, month, day) for month, day in days})
    return found


def moved(rule, changes):
    """A rule's dates, with some years moved by law."""
    _, text = rule
    month, nth = int(text.split("BYMONTH=")[1].split(";")[0]), text.split("BYDAY=")[1]
    return sorted(changes.get(year, weekday(month, nth, year)[0][0]) for year in YEARS)


COUNTRIES = {
    "US": [
        ("New Year's Day", observed(1, 1)), ("Martin Luther King Jr. Day", weekday(1, "3MO")), ("Washington's Birthday", weekday(2, "3MO")),
        ("Memorial Day", weekday(5, "-1MO")), ("Juneteenth", observed(6, 19, 2021)), ("Independence Day", observed(7, 4)),
        ("Labor Day", weekday(9, "1MO")), ("Columbus Day", weekday(10, "2MO")), ("Veterans Day", observed(11, 11)),
        ("Thanksgiving Day", weekday(11, "4TH")), ("Christmas Day", observed(12, 25)),
    ],
    "DE": [
        ("Neujahr", fixed(1, 1)), ("Karfreitag", from_easter(-2)), ("Ostermontag", from_easter(1)), ("Tag der Arbeit", fixed(5, 1)),
        ("Christi Himmelfahrt", from_easter(39)), ("Pfingstmontag", from_easter(50)), ("Tag der Deutschen Einheit", fixed(10, 3)),
        ("Reformationstag (500 Jahre)", [datetime.date(2017, 10, 31)]), ("1. Weihnachtstag", fixed(12, 25)), ("2. Weihnachtstag", fixed(12, 26)),
    ],
    "GB": [
        ("New Year's Day", substituted((1, 1))), ("Good Friday", from_easter(-2)),
        ("Early May bank holiday", moved(weekday(5, "1MO"), {2020: datetime.date(2020, 5, 8)})),
        ("Spring bank holiday", moved(weekday(5, "-1MO"), {2012: datetime.date(2012, 6, 4), 2022: datetime.date(2022, 6, 2)})),
        ("Christmas Day and Boxing Day", substituted((12, 25), (12, 26))),
    ],
    "AT": [
        ("Neujahr", fixed(1, 1)), ("Heilige Drei Könige", fixed(1, 6)), ("Ostermontag", from_easter(1)), ("Staatsfeiertag", fixed(5, 1)),
        ("Christi Himmelfahrt", from_easter(39)), ("Pfingstmontag", from_easter(50)), ("Fronleichnam", from_easter(60)),
        ("Mariä Himmelfahrt", fixed(8, 15)), ("Nationalfeiertag", fixed(10, 26)), ("Allerheiligen", fixed(11, 1)),
        ("Mariä Empfängnis", fixed(12, 8)), ("Christtag", fixed(12, 25)), ("Stefanitag", fixed(12, 26)),
    ],
    "CH": [
        ("Neujahr", fixed(1, 1)), ("Auffahrt", from_easter(39)), ("Bundesfeier", fixed(8, 1)), ("Weihnachtstag", fixed(12, 25)),
    ],
}


def folded(line):
    """Lines of at most 75 octets."""
    out = line.encode()
    while len(out) > 75:
        cut = 75
        while out[cut] & 0xC0 == 0x80:
            cut -= 1
        yield out[:cut]
        out = b" " + out[cut:]
    yield out


def calendar(country, holidays):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//FollowUp//built-in.py//EN"]
    for i, (name, days) in enumerate(holidays):
        days, rule = days if isinstance(days, tuple) else (days, None)
        lines += ["BEGIN:VEVENT", f"UID:{country}-{i + 1}@followup", "DTSTAMP:20260101T000000Z", f"SUMMARY:{name}", f"DTSTART;VALUE=DATE:{days[0]:%Y%m%d}"]
        if rule:
            lines.append(f"RRULE:{rule}")
        elif days[1:]:
            lines.append("RDATE;VALUE=DATE:" + ",".join(f"{x:%Y%m%d}" for x in days[1:]))
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\n" for line in lines for part in folded(line))


for country, holidays in COUNTRIES.items():
    (pathlib.Path(__file__).parent / f"{country}.ics").write_bytes(calendar(country, holidays))
