"""Bad command lines: every command with each of its arguments spoiled, one at a time.

usage: bad_lines.py REFCTL [every|plant]

Whatever it is, the exit code is the documented one, standard output stays empty, standard error says
what is wrong by the name of the option or the value, and neither the store nor its folder changes.
Every second line is given, or every one with `every`. With `plant` one good line goes among the bad
ones; the program fails unless that is seen.
"""
import collections
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

REFCTL = sys.argv[1]
PLANT = sys.argv[2:] == ["plant"]
EVERY = sys.argv[2:] == ["every"]
FOLDER = tempfile.mkdtemp(prefix="refctl-bad-")
DB = FOLDER + "/season.db"
NOW = "2025-09-01T00:00:00Z"
CODES = {
    "REFUSED": 1, "LOCKED": 1, "LATE": 1, "INVALID": 2, "NOT_FOUND": 3, "ALREADY_EXISTS": 4,
    "CONFLICT": 4, "UNAVAILABLE": 5, "UNKNOWN": 5, "NO_MEMORY": 5, "CORRUPT": 6, "DENIED": 7,
    "UNSUPPORTED": 8, "BACKEND": 9, "MISUSE": 9,
}


def uuid(number):
    return "00000000-0000-4000-8000-%012d" % number


ANNA, BERTA, CLARA = uuid(1), uuid(2), uuid(3)
HOME, AWAY, LIONS, BEARS = uuid(11), uuid(12), uuid(13), uuid(14)
HALL, SPARE = uuid(21), uuid(22)
OPEN, PLAYED_BY = uuid(31), uuid(32)
NEW, NOBODY, ACCEPTED = uuid(91), uuid(99), uuid(98)
NIL = "00000000-0000-0000-0000-000000000000"


def refctl(words, db=None, globals_=()):
    usual = {"--db": "sqlite:" + (db or DB), "--now": NOW}
    line = [REFCTL, *globals_, *words]
    for option, value in usual.items():
        if option not in words:
            line[1:1] = [option, value]
    return subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def season():
    for line in (
        "db init",
        f"referee add --name Anna --club R --id {ANNA}",
        f"referee add --name Berta --club R --id {BERTA}",
        f"referee add --name Clara --club R --id {CLARA}",
        f"team add --name Home --club A --id {HOME} --command-id {ACCEPTED}",
        f"team add --name Away --club B --id {AWAY}",
        f"team add --name Lions --club C --id {LIONS}",
        f"team add --name Bears --club D --id {BEARS}",
        f"venue add --name Hall --id {HALL}",
        f"venue add --name Spare --id {SPARE}",
        f"fixture add --home {HOME} --away {AWAY} --venue {HALL} --at 2025-10-01T18:00:00Z --id {OPEN}",
        f"fixture add --home {LIONS} --away {BEARS} --venue {HALL} --at 2025-10-08T18:00:00Z"
        f" --id {PLAYED_BY}",
        f"availability declare --fixture {OPEN} --referee {ANNA}",
        f"availability declare --fixture {OPEN} --referee {BERTA}",
        f"availability declare --fixture {PLAYED_BY} --referee {ANNA}",
        f"availability declare --fixture {PLAYED_BY} --referee {BERTA}",
        f"assignment stage --fixture {PLAYED_BY} --referee {ANNA} --role first",
        "assignment commit",
        f"assignment stage --fixture {OPEN} --referee {BERTA} --role first",
        f"availability lock --fixture {PLAYED_BY}",
    ):
        done = refctl(line.split())
        assert done.returncode == 0, (line, done)


# ---- what an argument may be, and what it must not be: (value, exit codes)
MALFORMED_ID = [("", 2), ("x", 2), (NIL, 2), (OPEN[:-1] + "g", 2), (OPEN + "0", 2)]
TEXT = [("a\x01b", 2), ("\udcff", 2), ("x" * 121, 2), ("a\nb", 2)]
BAD = {
    "id": MALFORMED_ID + [(NOBODY, 3), (ACCEPTED, 3)],
    "filter": MALFORMED_ID,
    "new": MALFORMED_ID + [(None, 4)],  # None: one that is taken
    "command": MALFORMED_ID + [(ACCEPTED, 2)],
    "unit": MALFORMED_ID + [(ACCEPTED, 4)],
    "version": [("", 2), ("0", 2), ("-1", 2), ("x", 2), ("99999999999999999999", 2), ("77", 4)],
    "time": [("", 2), ("yesterday", 2), ("2025-10-01", 2), ("2025-13-01T00:00:00Z", 2),
             ("2025-02-29T00:00:00Z", 2), ("10000-01-01T00:00:00Z", 2),
             ("1970-01-01T00:00:00Z", 2), ("2025-10-01T18:00:00+25:00", 2)],
    "number": [("", 2), ("0", 2), ("-1", 2), ("10001", 2), ("5x", 2), ("99999999999999999999", 2)],
    "key": [("x", 2), ("A" * 56, 2), ("\udcff", 2), ("x" * 704, 2)],
    "word": [("", 2), ("nonsense", 2), ("FIRST ", 2)],
    "name": TEXT + [("", 2), ("  ", 2)],
    "line": TEXT,
    "phone": [("12", 2), ("none", 2), ("1" * 41, 2), ("\udcff", 2)],
    "email": [("a", 2), ("a@", 2), ("a b@c.org", 2), ("a@b..org", 2), ("\udcff", 2)],
    "latitude": [("x", 2), ("90.1", 2), ("52,5", 2), ("1e3", 2)],
    "longitude": [("x", 2), ("-180.1", 2), ("13,4", 2), ("nan", 2)],
    "age": [("", 2), ("x", 2), ("90", 2), ("-3d", 2), ("1d", 2), ("99999999999999999999d", 2)],
    "any age": [("", 2), ("x", 2), ("90", 2), ("-3d", 2), ("99999999999999999999d", 2)],
    "kickoff": [("2025-08-01T00:00:00Z", 1)],
    "rule": [("", 2), ("shoe_size=5", 2), ("match_duration", 2), ("match_duration=0", 2),
             ("match_duration=9x", 2), ("exclusivity=never", 2), ("day_zone=Mars/Olympus", 2),
             ("day_zone=../../etc/passwd", 2), ("version=3", 2), ("travel_speed=1001", 2)],
    "override": [("", 2), ("x", 2), ("REFEREE_TOO_CLOSE", 2), (f"NONE,{OPEN},{BERTA}", 2),
                 (f"ROLE_TAKEN,{OPEN},{BERTA}", 1), (f"REFEREE_TOO_CLOSE,{OPEN},x", 2),
                 (f"REFEREE_TOO_CLOSE,{OPEN},{NOBODY}", 2)],
    "spool": [("", 2), ("/no/such/folder", 3), ("/dev/null", 2)],
    "out": [("/no/such/folder/page", 3), ("/dev", 2)],
    "backup": [("/no/such/folder/copy", 3), (FOLDER, 2), (DB, None)],
    "import": [("/no/such/file", 3), (FOLDER, 2), ("", 3)],
}
BAD["kickoff"] += BAD["time"]
CHANGE = {"--command-id": ("", "command"), "--expected-version": ("", "version")}
PAGE = {"--limit": ("", "number"), "--after": ("", "key")}
RANGE = {"--from": ("", "time"), "--to": ("", "time")}
MAKE = {"--command-id": ("", "command")}
PAIR = {"--fixture": (OPEN, "id"), "--referee": (BERTA, "id")}
PLACES = {"--street": ("", "line"), "--zip": ("", "line"), "--city": ("", "line"),
          "--phone": ("", "phone"), "--email": ("", "email")}

Command = collections.namedtuple("Command", "words argument options required")


def command(words, options=None, argument=None, required=()):
    """@p options: name to (value in a valid line, "" for none; kind)."""
    return Command(words.split(), argument, options or {}, required)


COMMANDS = [
    command("db backup", argument=(FOLDER + "/copy", "backup")),
    command("db purge", {"--older-than": ("90d", "age"), "--kind": ("", "word")},
            required=["--older-than"]),
    command("rules set", CHANGE, ("match_duration=90", "rule")),
    command("referee add", {"--name": ("N", "name"), "--club": ("C", "name"), "--id": (NEW, "new"),
                            "--phone": ("", "phone"), "--email": ("", "email"), **MAKE},
            required=["--name", "--club"]),
    command("referee list", {"--status": ("", "word"), **PAGE}),
    command("referee show", argument=(ANNA, "id")),
    command("referee correct", {"--name": ("N", "name"), "--club": ("", "name"),
                                "--phone": ("", "phone"), "--email": ("", "email"), **CHANGE},
            (ANNA, "id")),
    command("referee set-club", {"--club": ("C", "name"), **CHANGE}, (ANNA, "id"), ["--club"]),
    command("referee retire", CHANGE, (ANNA, "id")),
    command("referee load", {**RANGE, "--status": ("", "word"), **PAGE}),
    command("team add", {"--name": ("N", "name"), "--club": ("C", "name"), "--id": (NEW, "new"),
                         **MAKE}, required=["--name", "--club"]),
    command("team list", {"--status": ("", "word"), **PAGE}),
    command("team show", argument=(HOME, "id")),
    command("team correct", {"--name": ("N", "name"), "--club": ("", "name"), **CHANGE},
            (HOME, "id")),
    command("team retire", CHANGE, (HOME, "id")),
    command("venue add", {"--name": ("N", "name"), "--id": (NEW, "new"), **PLACES,
                          "--latitude": ("52.5", "latitude"), "--longitude": ("13.4", "longitude"),
                          **MAKE}, required=["--name"]),
    command("venue list", {"--status": ("", "word"), **PAGE}),
    command("venue show", argument=(HALL, "id")),
    command("venue correct", {"--name": ("N", "name"), **PLACES, **CHANGE}, (HALL, "id")),
    command("venue retire", CHANGE, (HALL, "id")),
    command("fixture add", {"--home": (HOME, "id"), "--away": (AWAY, "id"), "--venue": (SPARE, "id"),
                            "--at": ("2025-11-01T18:00:00Z", "kickoff"), "--id": (NEW, "new"),
                            **MAKE}, required=["--home", "--away", "--venue", "--at"]),
    command("fixture list", {**RANGE, "--venue": ("", "filter"), "--team": ("", "filter"),
                             "--referee": ("", "filter"), "--status": ("", "word"), **PAGE}),
    command("fixture unstaffed", {**RANGE, **PAGE}),
    command("fixture show", argument=(OPEN, "id")),
    command("fixture reschedule", {"--at": ("2025-11-01T18:00:00Z", "kickoff"), **CHANGE},
            (OPEN, "id"), ["--at"]),
    command("fixture move", {"--venue": (SPARE, "id"), **CHANGE}, (OPEN, "id"), ["--venue"]),
    command("fixture cancel", CHANGE, (OPEN, "id")),
    command("availability declare", {"--fixture": (OPEN, "id"), "--referee": (CLARA, "id"), **CHANGE},
            required=["--fixture", "--referee"]),
    command("availability withdraw", {"--fixture": (OPEN, "id"), "--referee": (ANNA, "id"), **CHANGE},
            required=["--fixture", "--referee"]),
    command("availability list", {"--fixture": (OPEN, "id"), **RANGE, **PAGE}),
    command("availability lock", {"--fixture": (OPEN, "id"), **CHANGE}, required=["--fixture"]),
    command("availability unlock", {"--fixture": (PLAYED_BY, "id"), **CHANGE},
            required=["--fixture"]),
    command("availability announce", {"--at": ("2025-09-20T00:00:00Z", "time"),
                                      "--fixture": (OPEN, "id"), **CHANGE},
            required=["--at", "--fixture"]),
    command("assignment stage", {"--fixture": (OPEN, "id"), "--referee": (ANNA, "id"),
                                 "--role": ("second", "word"), **CHANGE},
            required=["--fixture", "--referee", "--role"]),
    command("assignment unstage", {**PAIR, **CHANGE}, required=["--fixture", "--referee"]),
    command("assignment replace", {"--fixture": (PLAYED_BY, "id"), "--referee": (ANNA, "id"),
                                   "--new-referee": (BERTA, "id"), "--reason": ("ill", "line"),
                                   **CHANGE},
            required=["--fixture", "--referee", "--new-referee"]),
    command("assignment remove", {"--fixture": (PLAYED_BY, "id"), "--referee": (ANNA, "id"),
                                  **CHANGE}, required=["--fixture", "--referee"]),
    command("assignment list", {"--referee": (ANNA, "id"), **RANGE, "--status": ("", "word"),
                                **PAGE}),
    command("assignment validate", {"--override": (f"REFEREE_TOO_CLOSE,{OPEN},{BERTA}", "override"),
                                    "--reason": ("known", "name")}),
    command("assignment commit", {"--override": (f"REFEREE_TOO_CLOSE,{OPEN},{BERTA}", "override"),
                                  "--reason": ("known", "name"), **MAKE}),
    command("assignment what-if", {"--fixture": (OPEN, "id"), "--referee": (ANNA, "id"),
                                   "--role": ("second", "word")},
            required=["--fixture", "--referee", "--role"]),
    command("notice list", {"--status": ("", "word"), "--referee": ("", "filter"), **PAGE}),
    command("notice send", {"--spool": (FOLDER, "spool"), "--limit": ("", "number"),
                            "--format": ("", "word")}, required=["--spool"]),
    command("event list", {"--fixture": ("", "filter"), **RANGE, **PAGE}),
    command("command list", {"--older-than": ("", "any age"), **RANGE, **PAGE}),
    command("schedule", {**RANGE, **PAGE}, (ANNA, "id")),
    command("import", {"--kind": ("teams", "word"), "--encoding": ("", "word"),
                       "--delimiter": ("", "word"), "--command-id": ("", "unit")},
            (FOLDER + "/teams.csv", "import"), ["--kind"]),
    command("export fixtures", {"--format": ("", "word"), **RANGE}),
    command("export assignments", {"--format": ("", "word"), "--referee": ("", "filter"),
                                   "--status": ("", "word"), **RANGE}),
    command("report season", {"--format": ("", "word"), "--out": ("", "out"), **RANGE}),
]


def build(cmd, spoiled=None, value=None, left_out=None):
    """The words of a line; @p spoiled: an option, or "" for the argument."""
    words = list(cmd.words)
    if cmd.argument and left_out != "":
        words.append(value if spoiled == "" else cmd.argument[0])
    for option, (good, _) in cmd.options.items():
        put = value if option == spoiled else good
        if option != left_out and (put or option == spoiled):
            words += [option, put]
    return words


def taken(cmd):
    return {"referee": ANNA, "team": HOME, "venue": HALL, "fixture": OPEN}[cmd.words[0]]


# A line: words, exit codes, what standard error must say one of.
Line = collections.namedtuple("Line", "words codes says")


def field(option):
    return {"--older-than": "kept"}.get(option, option.lstrip("-"))


def bad_values(cmd):
    arguments = [("", cmd.argument)] if cmd.argument else []
    for option, (_, kind) in arguments + list(cmd.options.items()):
        for value, code in BAD[kind]:
            if value is None:
                value = taken(cmd)
            if option == "":
                noun = "referee" if cmd.words == ["schedule"] else cmd.words[0]
                says = [value, value.partition("=")[0], noun, "KEY=VALUE", "file"]
            else:
                says = [value, option, field(option), field(option).replace("-", " "),
                        *value.split(",")]
            yield Line(build(cmd, option, value), code, [x for x in says if x])


def bad_shapes(cmd):
    good = build(cmd)
    for option in cmd.required:
        yield Line(build(cmd, left_out=option), 2, [option, field(option)])
    for option in [x for x in cmd.options if x != "--override"][:1]:
        value = cmd.options[option][0] or "x"
        yield Line(build(cmd, option, value) + [option, value], 2, [option])
        yield Line(build(cmd, left_out=option) + [option], 2, [option])
    if cmd.argument:
        yield Line(build(cmd, left_out=""), 2, [])
    if cmd.words != ["rules", "set"]:
        yield Line(good + ["superfluous"], 2, ["superfluous"])
    yield Line(good + ["--bogus"], 2, ["--bogus"])
    yield Line(good + ["--bogus=1"], 2, ["--bogus"])
    yield Line(["--now", "noon"] + good, 2, ["now"])
    yield Line(["--actor", "a\x07b"] + good, 2, ["actor"]) if "add" in good else \
        Line(["--color", "loud"] + good, 2, ["--color", "loud"])


CSV = {
    "teams": ["name,club\n,C\n", "name,club\nA\n", "name\nA\n", "name,club\n\"A,C\n",
              "name,club\nA,\"C\"x\n", "name,club,id\nA,C,x\n", f"name,club,id\nA,C,{HOME}\n",
              "name,club\n" + "x" * 121 + ",C\n", "name,club\nA\x01,C\n", "name,club\n\udcff,C\n"],
    "referees": ["name,club,phone\nA,C,none\n", "name,club,email\nA,C,a@\n", "nome,clube\nA,C\n"],
    "venues": ["name,latitude,longitude\nA,91,0\n", "name,latitude,longitude\nA,1,\n",
               "name,phone\nA,x\n"],
    "fixtures": [f"home,away,venue,kickoff\n{HOME},{AWAY},{HALL},noon\n",
                 f"home,away,venue,kickoff\n{HOME},{HOME},{HALL},2025-12-01T18:00:00Z\n",
                 f"home,away,venue,kickoff\n{HOME},{AWAY},{HALL},2025-08-01T18:00:00Z\n",
                 f"home,away,venue,kickoff\n{HOME},{AWAY},{HALL},2025-10-01T18:00:00Z\n",
                 f"home,away,venue,kickoff\n{NOBODY},{AWAY},{HALL},2025-12-01T18:00:00Z\n",
                 "home,away,venue,kickoff\nNobody,Away,Hall,2025-12-01T18:00:00Z\n"],
    "availabilities": [f"fixture,referee\n{OPEN},Nobody\n", f"fixture,referee\n{NOBODY},Anna\n",
                       f"fixture,referee\n{OPEN},Anna\n", "fixture,referee\nx,Anna\n"],
    "season": ["home,away,venue,kickoff\nA,A,H,2025-10-01T18:00:00Z\n",
               "home,away,venue,kickoff\nA,B,H,soon\n", "home,away,venue,kickoff\nA,B,,\n"],
}
ROWS = ["fixture,referee,role\nx,y,z\n", f"fixture,referee,role\n{OPEN},{ANNA},third\n",
        f"fixture,referee,role\n{NOBODY},{ANNA},first\n", f"fixture,referee\n{OPEN},{ANNA}\n",
        f"fixture,referee,role\n{PLAYED_BY},{ANNA},first\n", "fixture,referee,role\n\"\n", ""]


def write(name, text):
    path = FOLDER + "/" + name
    with open(path, "wb") as file:
        file.write(os.fsencode(text))
    return path


def bad_files():
    for kind, texts in CSV.items():
        for i, text in enumerate(texts):
            path = write(f"{kind}-{i}.csv", text)
            yield Line(["import", path, "--kind", kind], (1, 2, 3, 4), ["line", path, "column"])
            for other in ("availabilities", "fixtures"):
                if other != kind:
                    yield Line(["import", path, "--kind", other], 2, ["column", "line", path])
    for i, text in enumerate(ROWS):
        path = write(f"rows-{i}.csv", text)
        for verb in ("stage", "what-if"):
            yield Line(["assignment", verb, "--file", path], (1, 2, 3), ["line", "file", NOBODY, PLAYED_BY])


def bad_heads():
    for words in ([], ["bogus"], ["team"], ["team", "bogus"], ["--bogus"], ["team", "list", "--", "x"],
                  ["--db"], ["--db", "", "team", "list"], ["--db", "nosuch:thing", "team", "list"],
                  ["--db", "sqlite:/no/such/folder/x", "team", "list"], ["", "list"]):
        yield Line(words, (2, 3), [])


def stored():
    """Every row of every table, and what lies beside the store."""
    with sqlite3.connect(f"file:{DB}?mode=ro", uri=True) as db:
        tables = [x[0] for x in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {x: sorted(map(repr, db.execute(f"SELECT * FROM {x}"))) for x in tables}
    db.close()
    beside = sorted(x for x in os.listdir(FOLDER) if not x.startswith("season.db-"))
    return rows, beside


def named(what, said):
    """Whole, not within another word."""
    what = what.encode(errors="surrogateescape").decode(errors="replace")
    return any(re.search(r"(?<![\w-])" + re.escape(x) + r"(?![\w-])", said)
               for x in (what, json.dumps(what)[1:-1]))


def judge(line, done, as_json):
    """What is wrong with the answer, None if nothing."""
    said = done.stderr.decode(errors="replace")
    codes = line.codes if isinstance(line.codes, tuple) else (line.codes,)
    if done.returncode not in (codes if line.codes else (1, 2, 4)):
        return f"ended with {done.returncode}, not {codes}"
    if done.stdout:
        return "standard output is not empty"
    if not said.strip():
        return "standard error is empty"
    if line.says and not any(named(x, said) for x in line.says):
        return f"standard error names none of {line.says}"
    if as_json:
        value = json.loads(said)
        if CODES[value["status"]] != done.returncode or not value["message"]:
            return "status and exit code do not fit"
        if len(value["violations"]) > value["total"]:
            return "more violations than there are"
    return None


def give(lines):
    before = stored()
    for i, line in enumerate(lines):
        as_json = i % 2 == 1
        done = refctl(line.words, globals_=["--json"] if as_json else [])
        wrong = judge(line, done, as_json)
        if wrong is None and (i % 100 == 99 or i + 1 == len(lines)) and stored() != before:
            wrong = "the store changed since the last hundred lines"
        if wrong:
            return f"{line.words}: {wrong}\n{done.stdout}\n{done.stderr}"
    return None


def try_valid_ones():
    for cmd in COMMANDS:
        copy = FOLDER + "/copied.db"
        shutil.copyfile(DB, copy)
        done = refctl(build(cmd), copy)
        assert done.returncode == 0, (build(cmd), done)
    for name in os.listdir(FOLDER):
        if not name.startswith("season.db") and not name.endswith(".csv"):
            os.unlink(FOLDER + "/" + name)


def main():
    write("teams.csv", "name,club\nA,C\n")
    season()
    try_valid_ones()
    lines = [x for cmd in COMMANDS for x in (*bad_values(cmd), *bad_shapes(cmd))]
    lines += [*bad_files(), *bad_heads()]
    if not EVERY:
        lines = lines[::2]
    if PLANT:
        lines = lines[:120]
        lines.insert(110, Line(["team", "retire", HOME], (0, 2), []))
    wrong = give(lines)
    print(f"{len(lines)} bad lines")
    if wrong:
        print(wrong, file=sys.stderr)
    return bool(wrong) != PLANT


try:
    sys.exit(main())
finally:
    shutil.rmtree(FOLDER)
