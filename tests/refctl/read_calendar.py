"""Reads calendars of refctl with two other implementations of iCalendar, and compares them with its
lists.

usage: read_calendar.py FOLDER [GREW...]

FOLDER holds one or more exports of a store, in order of time: NAME.ics (everybody's), NAME.fixtures
and NAME.assignments (the lists as JSON), and NAME.REFEREE.ics for single referees. From one export
to the next no entry vanishes, no SEQUENCE falls, and it grows where time, place, status or role
changed. GREW is NAME:FIXTURE:REFEREE: there it must have grown.
"""
import datetime
import glob
import json
import os
import re
import sys
import uuid

import icalendar
import vobject

# icalendar 4 takes escapes off twice, in several passes, so that a backslash before an n or a quote
# is lost; vobject reads them right and stays as it is.
icalendar.parser.escape_string = icalendar.parser.unescape_string = lambda text: text
icalendar.prop.unescape_char = lambda text: re.sub(
    r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], text
)

DURATION = datetime.timedelta(minutes=120)
checks = 0


def check(good, *about):
    global checks
    checks += 1
    if not good:
        raise SystemExit("read_calendar.py: " + " ".join(str(a) for a in about))


def uid_of(fixture, referee):
    return str(uuid.uuid5(uuid.UUID(fixture), referee))


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).replace(microsecond=0)


def check_lines(path, octets):
    check(octets.endswith(b"END:VCALENDAR\r\n"), path, "does not end with its end")
    check(b"\n" not in octets.replace(b"\r\n", b""), path, "has bare line feeds")
    check(b"\r" not in octets.replace(b"\r\n", b""), path, "has bare carriage returns")
    for line in octets[:-2].split(b"\r\n"):
        check(0 < len(line) <= 75, path, "has a line of", len(line), "octets")
        line.decode("utf-8")  # no sequence is torn


def text(event, name):
    return str(event[name]) if name in event else None


def parse(path):
    """uid -> event of icalendar; vobject must see the same."""
    octets = open(path, "rb").read()
    check_lines(path, octets)
    calendar = icalendar.Calendar.from_ical(octets)
    check(calendar["VERSION"] == "2.0" and calendar["METHOD"] == "PUBLISH", path, "head")
    check(str(calendar["PRODID"]).startswith("-//refdomain//"), path, "PRODID")
    events = {}
    for event in calendar.walk("VEVENT"):
        check(not event.errors, path, event.errors)
        check(text(event, "UID") not in events, path, "has twice", text(event, "UID"))
        events[text(event, "UID")] = event
    others = vobject.readOne(octets.decode("utf-8")).contents.get("vevent", [])
    check(len(others) == len(events), path, "vobject sees", len(others), "of", len(events))
    for other in others:
        event = events[other.uid.value]
        for name in ("summary", "description", "location", "status", "sequence"):
            value = getattr(other, name).value
            check(value == text(event, name), path, name, repr(value), repr(text(event, name)))
        check(other.dtstart.value == event["DTSTART"].dt, path, "DTSTART")
    return events


ROLES = {"First": "first referee", "Second": "second referee"}


def check_fixture(event, fixture, about):
    check(event["DTSTART"].dt == instant(fixture["date"]), about, "DTSTART")
    check(event["DTEND"].dt - event["DTSTART"].dt == DURATION, about, "DTEND")
    check(event["DTSTART"].dt.tzinfo is not None, about, "is not UTC")
    home, away, venue = fixture["team_home"], fixture["team_away"], fixture["venue"]
    check(text(event, "SUMMARY").startswith(home["name"] + " - " + away["name"] + " ("), about)
    town = " ".join(part for part in (venue["zip"], venue["city"]) if part)
    place = ", ".join(part for part in (venue["name"], venue["street"], town) if part)
    check(text(event, "LOCATION") == place, about, repr(text(event, "LOCATION")), repr(place))
    if "GEO" in event:
        check(abs(event["GEO"].latitude) <= 90 and abs(event["GEO"].longitude) <= 180, about)
    check("URL" not in event, about, "has an URL nobody gave")
    for name in ("DTSTAMP", "LAST-MODIFIED", "CREATED"):
        check(event[name].dt.tzinfo is not None, about, name)
    check(event["CREATED"].dt <= event["LAST-MODIFIED"].dt, about)


def check_role(event, row, fixture, about):
    status = {"Committed": "CONFIRMED", "Staged": "TENTATIVE"}[row["status"]]
    check(text(event, "STATUS") == status, about, text(event, "STATUS"), "instead of", status)
    lines = text(event, "DESCRIPTION").split("\n")
    check(lines[0] == "Role: " + ROLES[row["referee_role"]], about, lines)
    if status == "CONFIRMED":
        first = row["referee_role"] == "First"
        partner = fixture["second_referee" if first else "first_referee"]
        who = partner["name"] + ", " + partner["club"] if partner else "none yet"
        role = ROLES["Second" if first else "First"]
        check(lines[1] == "Partner: %s (%s)" % (who, role), about, lines)
        check("name" in fixture["first_referee" if first else "second_referee"], about)


def check_export(name):
    events = parse(name + ".ics")
    fixtures = {f["id"]: f for f in json.load(open(name + ".fixtures", encoding="utf-8"))}
    rows = json.load(open(name + ".assignments", encoding="utf-8"))
    standing = set()
    for row in rows:
        uid = uid_of(row["fixture_id"], row["referee_id"])
        check(uid in events, name, "lacks", row)
        check_fixture(events[uid], fixtures[row["fixture_id"]], (name, row))
        check_role(events[uid], row, fixtures[row["fixture_id"]], (name, row))
        standing.add(uid)
    for uid, event in events.items():
        if uid not in standing:
            check(text(event, "STATUS") == "CANCELLED", name, uid, "stands without assignment")
            check(text(event, "TRANSP") == "TRANSPARENT", name, uid)
    for path in glob.glob(glob.escape(name) + ".*.ics"):
        check_single(path, events, rows)
    return events


def check_single(path, events, rows):
    referee = path[: -len(".ics")].rsplit(".", 1)[1]
    own = parse(path)
    for row in rows:
        if row["referee_id"] == referee:
            check(uid_of(row["fixture_id"], referee) in own, path, "lacks", row)
    for uid, event in own.items():
        check(uid in events, path, "has more than everybody's")
        for name in ("DTSTART", "DTEND", "DTSTAMP", "LAST-MODIFIED", "CREATED"):
            check(event[name].dt == events[uid][name].dt, path, uid, name)
        for name in ("SEQUENCE", "STATUS", "LOCATION", "DESCRIPTION"):
            check(text(event, name) == text(events[uid], name), path, uid, name)


def told(event):
    return (event["DTSTART"].dt, event["DTEND"].dt, text(event, "LOCATION"), text(event, "STATUS"),
            text(event, "DESCRIPTION"))


def main():
    folder, grew = sys.argv[1], set(sys.argv[2:])
    before = {}
    names = sorted(path[: -len(".fixtures")] for path in glob.glob(folder + "/*.fixtures"))
    check(names, folder, "holds no export")
    for name in names:
        events = check_export(name)
        for uid, old in before.items():
            check(uid in events, name, "lost", uid)
            was, now = int(old["SEQUENCE"]), int(events[uid]["SEQUENCE"])
            check(now >= was, name, uid, "SEQUENCE fell")
            check(now > was or told(old) == told(events[uid]), name, uid, "changed in silence")
            check(events[uid]["DTSTAMP"].dt >= old["DTSTAMP"].dt, name, uid, "DTSTAMP fell")
        for wish in sorted(grew):
            step, fixture, referee = wish.split(":")
            if step != os.path.basename(name):
                continue
            uid = uid_of(fixture, referee)
            was = int(before[uid]["SEQUENCE"]) if uid in before else -1
            check(int(events[uid]["SEQUENCE"]) > was, wish, "did not grow")
            grew.discard(wish)
        before = events
    check(not grew, "nothing was seen of", grew)
    print("%d passed, 0 failed" % checks)


main()
