"""Reads a season report of refctl, and compares it with its lists.

usage: read_report.py NAME

NAME.html and NAME.svg are the reports, NAME.fixtures, NAME.assignments and NAME.referees the lists
as JSON.
"""
import collections
import datetime
import json
import re
import sys
import xml.etree.ElementTree as tree

SVG = "{http://www.w3.org/2000/svg}"
HTML = "{http://www.w3.org/1999/xhtml}"
checks = 0


def check(good, *about):
    global checks
    checks += 1
    if not good:
        raise SystemExit("read_report.py: " + " ".join(str(a) for a in about))


def monday(fixture):
    day = datetime.date.fromisoformat(fixture["date"][:10])
    return str(day - datetime.timedelta(days=day.weekday()))


def slots(fixture):
    return [fixture[name] for name in ("first_referee", "second_referee")]


def kind(fixture):
    if fixture["status"] == "Cancelled":
        return "cancelled"
    return ("open", "partly", "full")[sum(slot is not None for slot in slots(fixture))]


def bars(root):
    """shape -> sum of the parts of bars"""
    sums = collections.Counter()
    for rect in root.iter(SVG + "rect"):
        title = rect.find(SVG + "title")
        if title is not None:
            sums[rect.get("class")] += int(title.text.split()[0])
            check(0 < float(rect.get("width")[:-1]) <= 100, "a width of", rect.get("width"))
            right = float(rect.get("x")[:-1]) + float(rect.get("width")[:-1])
            check(right <= 100, "a bar ends at", right)
    return sums


def words(element):
    return "".join(element.itertext())


def rows(root, name):
    table = next((t for t in root.iter(HTML + "table") if t.get("id") == name), None)
    if table is None:
        return []
    return [[words(cell) for cell in row] for row in table.iter(HTML + "tr")][1:]


def check_alone(text):
    """Nothing is run and nothing is fetched."""
    check("<script" not in text.lower(), "a script")
    check(not re.search(r"\b(src|href|action|data|on\w+)\s*=", re.sub(r">[^<]*<", "><", text)), "links")
    check("@import" not in text, "an import")
    check(set(re.findall(r"url\(([^)]*)\)", text)) <= {"#hatched"}, "an url()")
    addresses = set(re.findall(r"https?://[^\"'\s<]*", re.sub(r">[^<]*<", "><", text)))
    check(addresses <= {SVG[1:-1], HTML[1:-1]}, addresses)


def check_bars(root, fixtures, where):
    sums = bars(root)
    kinds = collections.Counter(kind(f) for f in fixtures)
    for name in ("full", "partly", "open", "cancelled"):
        check(sums[name] == kinds[name], where, name, sums[name], "of", kinds[name])
    check(sum(sums[name] for name in kinds) == len(fixtures), where, "all bars")
    standing = [f for f in fixtures if f["status"] != "Cancelled"]
    for place, name in enumerate(("first", "second")):
        count = sum(slots(f)[place] is not None for f in standing)
        check(sums[name] == count, where, name, sums[name], "of", count)


def check_weeks(root, fixtures):
    weeks = {}
    for f in fixtures:
        weeks.setdefault(monday(f), collections.Counter())[kind(f)] += 1
    table = rows(root, "weeks")
    check([row[0] for row in table] == sorted(weeks) + ["Sum"] * bool(weeks), "weeks")
    for row in table:
        week = weeks.get(row[0]) or sum(weeks.values(), collections.Counter())
        numbers = [week["full"], week["partly"], week["open"]]
        wanted = numbers + [sum(numbers), week["cancelled"]]
        check([int(cell) for cell in row[1:]] == wanted, row, wanted)


def check_sums(root, picture, fixtures, referees):
    kinds = collections.Counter(kind(f) for f in fixtures)
    played = kinds["full"] + kinds["partly"] + kinds["open"]
    sums = [played, kinds["full"], kinds["partly"], kinds["open"],
            kinds["partly"] + 2 * kinds["open"], kinds["cancelled"]]
    shown = [int(words(number)) for number in root.iter(HTML + "dd")]
    check(shown == (sums if fixtures else []), "sums", shown, sums)
    description = picture.find(SVG + "desc").text
    shown = [int(number) for number in re.findall(r"\d+", description)]
    check(shown == sums + [len(referees)], "the picture in words", description, sums)


def check_open(root, fixtures):
    wanted = []
    for f in sorted(fixtures, key=lambda f: (f["date"], f["id"])):
        if kind(f) in ("partly", "open"):
            first, second = slots(f)
            role = "both" if not first and not second else "second" if first else "first"
            match = f["team_home"]["name"] + " - " + f["team_away"]["name"] + f["venue"]["name"]
            wanted.append([f["date"][:16].replace("T", " "), match, role])
    check(rows(root, "open") == wanted, "open slots", rows(root, "open"), wanted)


def check_loads(root, fixtures, assignments, referees):
    standing = {f["id"]: f for f in fixtures if f["status"] != "Cancelled"}
    loads = {r["id"]: [collections.Counter(), ""] for r in referees}
    for a in assignments:
        if a["status"] == "Committed" and a["fixture_id"] in standing:
            load = loads[a["referee_id"]]
            load[0][a["referee_role"]] += 1
            load[1] = max(load[1], standing[a["fixture_id"]]["date"][:10])
    wanted = sorted(
        [(r["name"] + r["club"]).replace("\uffff", "\ufffd"), load[1], str(load[0]["First"]), str(load[0]["Second"]),
         str(sum(load[0].values()))]
        for r in referees
        for load in [loads[r["id"]]]
    )
    table = rows(root, "loads")
    check(sorted(row[:5] for row in table) == wanted, "loads", table, wanted)
    sums = [int(row[4]) for row in table]
    check(sums == sorted(sums, reverse=True), "loads are not in order", sums)
    check(all(row[5].isdigit() for row in table), "kilometres")


def main():
    name = sys.argv[1]
    lists = [json.load(open(name + "." + kind, encoding="utf-8"))
             for kind in ("fixtures", "assignments", "referees")]
    page = open(name + ".html", encoding="utf-8").read()
    picture = open(name + ".svg", encoding="utf-8").read()
    check_alone(page)
    check_alone(picture)
    root = tree.fromstring(page)
    check(root.tag == HTML + "html" and root.get("lang") == "en", "html")
    labels = [svg.get("aria-label") for svg in root.iter(SVG + "svg") if svg.get("role") == "img"]
    check(all(labels), "a chart without words")
    check_bars(root, lists[0], "page")
    picture = tree.fromstring(picture)
    check(picture.get("{http://www.w3.org/XML/1998/namespace}lang") == "en", "the picture has no language")
    check_bars(picture, lists[0], "picture")
    check_sums(root, picture, lists[0], lists[2])
    check_weeks(root, lists[0])
    check_open(root, lists[0])
    check_loads(root, *lists)
    print("%d passed, 0 failed" % checks)


main()
