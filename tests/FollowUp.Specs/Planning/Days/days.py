#!/usr/bin/env python3
"""Writes days.csv beside it: when follow-ups should be due, and until when they are possible, worked out without the Scheduler's code.

Standard library only (datetime, zoneinfo), and as simple as can be: one day after the other, one question a day. Every case lies before
2026, where no release of the time zone data differs from another. Run it again after changing a case: ./days.py
"""
import csv
import datetime as dt
import pathlib
import zoneinfo

DAY = dt.timedelta(days=1)
WEEK = "mon tue wed thu fri sat sun".split()
CASES = []


def case(name, zone="Etc/UTC", country="", region="", kind="submission", at="", on="", wait=7, window=10, hours="09:00-18:00",
         working="mon tue wed thu fri", holidays="", off="", quiet=""):
    """kind says what is counted from: submission, closing, promised, named (by the employer), interview (its end), cancelled.
    `at` is the instant of the submission, interview's end or cancellation; `on` the date named."""
    CASES.append(dict(name=name, zone=zone, country=country, region=region, kind=kind, at=at, on=on, wait=wait, window=window, hours=hours,
                      working=working, holidays=holidays, off=off, quiet=quiet))


# Weeks, weekends, months and years
case("a week and two days", at="2025-03-03T10:00:00Z")
case("submitted on a Saturday", at="2025-03-08T10:00:00Z", wait=1)
case("submitted on a Sunday, wait 5", at="2025-03-09T10:00:00Z", wait=5)
case("window of nothing ends the same day", at="2025-03-03T10:00:00Z", wait=2, window=0)
case("over the end of a year", at="2024-12-27T10:00:00Z", wait=4)
case("15 days over a year's end, with holidays", "Europe/Berlin", "DE", at="2024-12-16T10:00:00Z", wait=15, window=15,
     holidays="DE:2024-12-25 DE:2024-12-26 DE:2025-01-01")
case("366 days", "Europe/Paris", at="2021-06-15T10:00:00Z", wait=366, window=366)
case("260 days over two years' ends", "America/Chicago", at="2021-11-30T10:00:00Z", wait=260)
case("over 29 February", at="2024-02-28T10:00:00Z", wait=1)
case("from 29 February", at="2024-02-29T10:00:00Z", wait=1, window=0)
case("over the end of February in a common year", at="2025-02-27T10:00:00Z", wait=2)
case("submitted on 29 February at 23:59 in Tokyo", "Asia/Tokyo", at="2024-02-29T14:59:00Z", wait=7)
case("due on 29 February 2000", "Europe/Vienna", at="2000-02-21T08:00:00Z", wait=6)
case("promised for 29 February 2020, a Saturday", at="2020-02-20T08:00:00Z", kind="promised", on="2020-02-29", wait=0)

# Wait 0: the same day, if there is any of it left
case("wait 0, submitted before work begins", at="2025-03-03T06:00:00Z", wait=0)
case("wait 0, submitted at work's first minute", at="2025-03-03T09:00:00Z", wait=0)
case("wait 0, submitted at noon", at="2025-03-03T12:34:56Z", wait=0)
case("wait 0, submitted as work ends", at="2025-03-03T18:00:00Z", wait=0)
case("wait 0, submitted after work", at="2025-03-03T18:00:01Z", wait=0)
case("wait 0, submitted on Friday evening", at="2025-03-07T21:00:00Z", wait=0)
case("wait 0, submitted on a Saturday noon", at="2025-03-08T12:00:00Z", wait=0)
case("wait 0, in the evening before a holiday", "Europe/Berlin", "DE", at="2025-04-30T20:00:00Z", wait=0, holidays="DE:2025-05-01")
case("wait 1, submitted at 23:59:59", at="2025-03-03T23:59:59Z", wait=1)

# Both sides of the date line
case("23:59 in Kiritimati is yesterday in UTC", "Pacific/Kiritimati", at="2025-03-03T09:59:00Z", wait=1)
case("00:01 in Kiritimati", "Pacific/Kiritimati", at="2025-03-02T10:01:00Z", wait=1)
case("23:59 in Pago Pago is tomorrow in UTC", "Pacific/Pago_Pago", at="2025-03-04T10:59:00Z", wait=1)
case("Monday in UTC, still Sunday in Honolulu", "Pacific/Honolulu", at="2025-03-03T05:00:00Z", wait=1)
case("Friday in UTC, Saturday in Auckland", "Pacific/Auckland", at="2025-03-07T12:00:00Z", wait=1)
case("23:59 in Auckland on a Friday, wait 0", "Pacific/Auckland", at="2025-03-07T10:59:00Z", wait=0)
case("14 hours ahead, over a weekend", "Pacific/Kiritimati", at="2025-03-07T23:30:00Z", wait=0)
case("Samoa had no 30 December 2011: wait 1", "Pacific/Apia", at="2011-12-29T20:00:00Z", wait=1)
case("Samoa: wait 5 over the lost Friday", "Pacific/Apia", at="2011-12-27T20:00:00Z", wait=5)
case("Samoa: window over the lost Friday", "Pacific/Apia", at="2011-12-27T20:00:00Z", wait=1, window=1)
case("Samoa: promised for the day that wasn't", "Pacific/Apia", at="2011-12-20T20:00:00Z", kind="promised", on="2011-12-30", wait=0)
case("Samoa: the window ends as the lost day begins", "Pacific/Apia", at="2011-12-28T20:00:00Z", wait=1, window=0)
case("Tokelau lost the same day", "Pacific/Fakaofo", at="2011-12-28T20:00:00Z", wait=2)

# Zones and their changes
case("New York before the change", "America/New_York", "US", at="2025-03-05T15:00:00Z", wait=2)
case("New York over the change of March", "America/New_York", at="2025-03-05T15:00:00Z", wait=3)
case("New York over the change of November", "America/New_York", at="2025-10-30T15:00:00Z", wait=2)
case("Berlin over the change of March, window too", "Europe/Berlin", at="2025-03-25T15:00:00Z", wait=3, window=2)
case("Berlin over the change of October", "Europe/Berlin", at="2025-10-23T15:00:00Z", wait=2)
case("Lord Howe changes by half an hour", "Australia/Lord_Howe", at="2025-04-03T02:00:00Z", wait=2)
case("Chatham is 12:45 ahead", "Pacific/Chatham", at="2025-09-25T02:00:00Z", wait=2)
case("Kathmandu is 5:45 ahead", "Asia/Kathmandu", at="2025-09-25T02:00:00Z", wait=2)
case("Casablanca goes back for Ramadan", "Africa/Casablanca", at="2025-02-20T10:00:00Z", wait=3)
case("Moscow left summer time for good in 2014", "Europe/Moscow", at="2014-10-23T10:00:00Z", wait=3)
case("Istanbul stayed on summer time in 2016", "Europe/Istanbul", at="2016-10-27T10:00:00Z", wait=3)
case("Caracas came forward half an hour on Sunday 1 May 2016", "America/Caracas", at="2016-04-28T15:00:00Z", wait=3)
case("Pyongyang changed on Saturday 5 May 2018", "Asia/Pyongyang", at="2018-05-02T05:00:00Z", wait=3)

# Times that are skipped, or come twice
case("09:00 was skipped in Athens on Sunday 1 April 1979", "Europe/Athens", at="1979-03-30T10:00:00Z", wait=2, working=" ".join(WEEK))
case("the same, with work from 09:30", "Europe/Athens", at="1979-03-30T10:00:00Z", wait=2, working=" ".join(WEEK), hours="09:30-17:00")
case("work from 02:30 on the night that Berlin skips it", "Europe/Berlin", at="2025-03-29T10:00:00Z", wait=1, working=" ".join(WEEK), hours="02:30-12:00")
case("work from 02:30 on the night that has it twice", "Europe/Berlin", at="2025-10-25T10:00:00Z", wait=1, working=" ".join(WEEK), hours="02:30-12:00")
case("work until 02:30, twice: the first counts, wait 0", "Europe/Berlin", at="2025-10-26T01:15:00Z", wait=0, working=" ".join(WEEK), hours="00:00-02:30")
case("midnight is skipped in Beirut: the window's end", "Asia/Beirut", at="2025-03-27T10:00:00Z", wait=1, window=1, working=" ".join(WEEK))
case("midnight is skipped in Beirut: the day after", "Asia/Beirut", at="2025-03-28T10:00:00Z", wait=1, window=1, working=" ".join(WEEK))
case("midnight is skipped in Cairo on Friday 25 April 2025", "Africa/Cairo", at="2025-04-23T10:00:00Z", wait=1, window=0, working="sun mon tue wed thu")
case("midnight is skipped in Havana", "America/Havana", at="2024-03-08T15:00:00Z", wait=1, window=0, working=" ".join(WEEK))
case("midnight comes twice in Havana: the window ends at the first", "America/Havana", at="2024-11-01T15:00:00Z", wait=1, window=0, working=" ".join(WEEK))
case("work from 00:30, which is skipped, in Asuncion", "America/Asuncion", at="2023-09-30T15:00:00Z", wait=1, working=" ".join(WEEK), hours="00:30-09:00")

# Other weekends
FRI_SAT = "sun mon tue wed thu"
case("Friday and Saturday off: Thursday plus 1", "Africa/Cairo", at="2024-03-14T10:00:00Z", wait=1, working=FRI_SAT)
case("Friday and Saturday off: submitted on Friday", "Asia/Riyadh", at="2024-03-15T10:00:00Z", wait=0, working=FRI_SAT)
case("Friday and Saturday off: 10 days", "Asia/Riyadh", at="2024-03-12T10:00:00Z", wait=10, window=7, working=FRI_SAT)
case("six days a week", "Asia/Kolkata", at="2024-03-14T10:00:00Z", wait=7, working="mon tue wed thu fri sat")
case("one day a week", "Europe/Lisbon", at="2024-03-14T10:00:00Z", wait=3, window=1, working="wed")

# Holidays of country and region
PALATINATE = "DE:2025-05-01 DE:2025-05-29 DE:2025-06-09 DE-RP:2025-06-19 DE-BY:2025-06-19 DE-BY:2025-08-15"
case("a country's holiday counts in its region", "Europe/Berlin", "DE", "DE-BY", at="2025-04-30T10:00:00Z", wait=1, holidays=PALATINATE)
case("a region's holiday counts there", "Europe/Berlin", "DE", "DE-BY", at="2025-06-18T10:00:00Z", wait=1, holidays=PALATINATE)
case("and nowhere else", "Europe/Berlin", "DE", "DE-BE", at="2025-06-18T10:00:00Z", wait=1, holidays=PALATINATE)
case("a region without its country has the country's", "Europe/Berlin", "", "DE-BY", at="2025-05-28T10:00:00Z", wait=1, holidays=PALATINATE)
case("the country follows from the zone", "Europe/Berlin", "", "", at="2025-04-30T10:00:00Z", wait=1, holidays=PALATINATE)
case("another country", "Europe/Vienna", "AT", "", at="2025-04-30T10:00:00Z", wait=1, holidays=PALATINATE)
case("a holiday inside the window makes it longer", "Europe/Berlin", "DE", "DE-BY", at="2025-05-20T10:00:00Z", wait=5, window=10, holidays=PALATINATE)
case("a holiday on a weekend changes nothing", "America/New_York", "US", at="2021-06-30T15:00:00Z", wait=4, holidays="US:2021-07-04")
case("two holidays around a weekend", "Europe/London", "GB", at="2025-04-17T10:00:00Z", wait=1, holidays="GB:2025-04-18 GB:2025-04-21")

# Ranges
case("days off of a fortnight", "Europe/Zurich", "CH", at="2024-12-18T10:00:00Z", wait=3, off="2024-12-21..2025-01-05")
case("a single day off", at="2025-03-03T10:00:00Z", wait=3, off="2025-03-05")
case("quiet dates count as days of waiting", at="2024-12-16T10:00:00Z", wait=7, quiet="2024-12-20..2025-01-06")
case("due on the day before the quiet dates", at="2024-12-10T10:00:00Z", wait=7, quiet="2024-12-20..2025-01-06")
case("the window runs on into quiet dates", at="2024-12-10T10:00:00Z", wait=7, window=3, quiet="2024-12-20..2025-01-06")
case("out of quiet dates into a holiday", "Europe/Berlin", "DE", at="2024-12-16T10:00:00Z", wait=5, quiet="2024-12-20..2024-12-31", holidays="DE:2025-01-01")
case("quiet dates one after the other", at="2025-03-03T10:00:00Z", wait=1, quiet="2025-03-04..2025-03-05 2025-03-06..2025-03-10")
case("wait 0 on a quiet date", at="2025-03-04T12:00:00Z", wait=0, quiet="2025-03-04..2025-03-05")
case("after work before a quiet date", at="2025-03-03T20:00:00Z", wait=0, quiet="2025-03-04")
case("quiet and off overlap", at="2025-03-03T10:00:00Z", wait=2, off="2025-03-05..2025-03-06", quiet="2025-03-06..2025-03-10")

# Closing dates
case("closing on a Saturday", kind="closing", at="2025-03-03T10:00:00Z", on="2025-03-15", wait=5)
case("closing on a Sunday, wait 0", kind="closing", at="2025-03-03T10:00:00Z", on="2025-03-16", wait=0)
case("closing on a holiday", "Europe/Berlin", "DE", kind="closing", at="2025-04-03T10:00:00Z", on="2025-05-01", wait=1, holidays="DE:2025-05-01")
case("closing today, submitted after work, wait 0", kind="closing", at="2025-03-03T20:00:00Z", on="2025-03-03", wait=0)
case("closing on 29 February", kind="closing", at="2024-02-03T10:00:00Z", on="2024-02-29", wait=5)
case("closing on the last day of a year", "Asia/Tokyo", kind="closing", at="2024-12-03T10:00:00Z", on="2024-12-31", wait=5, window=10)

# Promised dates
case("promised for a Saturday", kind="promised", at="2025-03-03T10:00:00Z", on="2025-03-15", wait=0, window=5)
case("promised for a holiday", "Europe/Berlin", "DE", kind="promised", at="2025-04-15T10:00:00Z", on="2025-05-01", wait=0, holidays="DE:2025-05-01")
case("promised for a quiet date", kind="promised", at="2025-03-03T10:00:00Z", on="2025-03-12", wait=0, quiet="2025-03-12..2025-03-14")
case("promised for a date before the submission", kind="promised", at="2025-03-12T10:00:00Z", on="2025-03-05", wait=0)
case("the employer named a Friday", kind="named", at="2025-03-03T10:00:00Z", on="2025-03-14", wait=2, window=7)
case("the employer named a Sunday", kind="named", at="2025-03-03T10:00:00Z", on="2025-03-16", wait=2, window=7)
case("the employer named a date in the past", kind="named", at="2025-03-12T10:00:00Z", on="2025-03-05", wait=2, window=7)
case("the employer named a holiday, wait 0", "Europe/London", "GB", kind="named", at="2025-03-12T10:00:00Z", on="2025-04-18", wait=0, holidays="GB:2025-04-18 GB:2025-04-21")

# Interviews
case("5 days after an interview", "America/Denver", kind="interview", at="2025-03-06T22:00:00Z", wait=5, window=7)
case("wait 0 after an interview that ends at work", "America/Denver", kind="interview", at="2025-03-06T22:00:00Z", wait=0, window=7)
case("wait 0 after an interview that ends late", "America/Denver", kind="interview", at="2025-03-07T02:30:00Z", wait=0, window=7)
case("wait 0 after an interview on a Saturday", "America/Denver", kind="interview", at="2025-03-08T22:00:00Z", wait=0, window=7)
case("wait 0 after an interview before work", "Asia/Singapore", kind="interview", at="2025-03-06T00:30:00Z", wait=0, window=7)
case("an interview that ends at midnight belongs to the new day", "Asia/Singapore", kind="interview", at="2025-03-05T16:00:00Z", wait=1, window=7)
case("a cancellation on a Friday night", "Europe/Madrid", kind="cancelled", at="2025-03-07T22:59:59Z", wait=3, window=7)
case("a cancellation a second later is a Saturday's", "Europe/Madrid", kind="cancelled", at="2025-03-07T23:00:00Z", wait=0, window=7)


def work_out(c):
    zone = zoneinfo.ZoneInfo(c["zone"])
    utc = dt.timezone.utc
    hours_from, hours_to = (dt.time.fromisoformat(x) for x in c["hours"].split("-"))

    def instant(day, time):
        """A time that is skipped is as much later; of two, the first: this is what fold=0 means."""
        return dt.datetime.combine(day, time, zone).astimezone(utc)

    def ranges(text):
        for part in text.split():
            first, _, last = part.partition("..")
            day = dt.date.fromisoformat(first)
            while day <= dt.date.fromisoformat(last or first):
                yield day
                day += DAY

    off, quiet = set(ranges(c["off"])), set(ranges(c["quiet"]))
    places = {c["country"] or c["region"][:2], c["region"]}
    holidays = {dt.date.fromisoformat(x.split(":")[1]) for x in c["holidays"].split() if x.split(":")[0] in places}

    def exists(day):
        noon = dt.datetime.combine(day, dt.time(12), zone)
        return noon.astimezone(utc).astimezone(zone).date() == day

    def counts(day):
        return WEEK[day.weekday()] in c["working"].split() and day not in holidays and day not in off and exists(day)

    def nth(day, days):
        while days > 0 or not counts(day):
            day += DAY
            if counts(day):
                days -= 1
                if days <= 0:
                    break
        return day

    at = dt.datetime.fromisoformat(c["at"])
    anchor = dt.date.fromisoformat(c["on"]) if c["on"] else at.astimezone(zone).date()
    day = nth(anchor, c["wait"])
    # The first moment of work, day after day, that isn't before what it asks about.
    while True:
        opens, closes = instant(day, hours_from), instant(day, hours_to)
        if counts(day) and day not in quiet and closes >= at:
            break
        day += DAY
    due = max(opens, at)
    last = nth(day, c["window"])
    return due, instant(last + DAY, dt.time(0))


with open(pathlib.Path(__file__).parent / "days.csv", "w", newline="", encoding="utf-8") as file:
    columns = [*CASES[0], "due", "window_ends"]
    writer = csv.writer(file, lineterminator="\n", delimiter=";")
    writer.writerow(columns)
    for c in CASES:
        due, ends = (x.strftime("%Y-%m-%dT%H:%M:%SZ") for x in work_out(c))
        writer.writerow([*c.values(), due, ends])
