#!/usr/bin/python3
"""Mutation test of the domain: changes its code in one place at a time and wants a test to fail.
usage: run.py [BUILD_DIR]

All mutants are compiled at once, each behind a switch (places.py, switch.c), so that trying one costs a
fork of a test program. What survives stands in survivors.txt with the reason; a survivor that is not
there fails, and so does a line there that names no mutant, or one that is killed.
"""
import concurrent.futures
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import places

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WANTED = 90  # per cent killed, of those that are not equivalent
MUTATED = [*sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "lib/domain").glob("*.[ch]")),
           "lib/app/judging.c", "lib/app/rule_book.c"]
FLAGS = [f"-I{ROOT / 'include'}", f"-I{ROOT / 'lib'}", "-D_POSIX_C_SOURCE=200809L", "-D_DEFAULT_SOURCE"]


class Program:
    """Tests that are tried in one go."""

    def __init__(self, path, arguments=(), **patterns):
        self.path, self.arguments, self.patterns = path, list(arguments), patterns
        self.title = " ".join([path.split("/")[-1], *arguments, *(f"{k} {v}" for k, v in patterns.items())])

    def environment(self, **more):
        settings = {**self.patterns, **more}
        return {**os.environ, **{f"REFD_MUTANTS_{k.upper()}": str(v) for k, v in settings.items()}}


# In this order: what is quick and near comes first. Thousands of random facts take too long for every mutant.
PROGRAMS = [Program(f"tests/unit/unit_{name}") for name in (
    "assignment", "availability", "board", "event", "fixture", "referee", "rules", "team", "venue", "violations",
    "travel")]
PROGRAMS += [Program("tests/unit/unit_validation", skip="*_agrees_with_a_plain_reading")]
PROGRAMS += [Program(f"tests/app/app_{name}", ["memory"]) for name in (
    "rule_book", "assigning", "scheduling", "committing", "unit", "trips")]
PROGRAMS += [Program("tests/app/app_breaches")]


def say(*words, **options):
    print(*words, flush=True, **options)


def run(command, log, **options):
    with open(log, "w") as file:
        status = subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, **options).returncode
    if status != 0:
        say("".join(open(log, errors="replace").readlines()[-20:]))
        raise SystemExit(f"{command[0]}: {status}")


def put(path, content):
    """Write what is not there yet, so that nothing is built twice."""
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def build(sources, where):
    """A copy of the tree with the mutated sources, and its test programs."""
    tree, out = where / "tree", where / "out"
    for name in ("include", "lib", "adapters", "tests", "examples", "cmake", "docs"):
        for path in (ROOT / name).rglob("*"):
            inside = path.relative_to(ROOT)
            if path.is_file() and inside.as_posix() not in MUTATED:
                content = path.read_bytes()
                if inside.as_posix() == "lib/domain/meson.build":
                    content += b"core_sources += files('../../switch.c')\n"
                put(tree / inside, content)
    for name in ("meson.build", "meson_options.txt", "LICENSE"):
        put(tree / name, (ROOT / name).read_bytes())
    for name in ("switch.c", "switch.h"):
        put(tree / name, (HERE / name).read_bytes())
    for source in sources:
        put(tree / source.path, source.switched().encode("latin-1"))
    if not (out / "build.ninja").exists():
        shutil.rmtree(out, ignore_errors=True)
        # What a mutant leaves unset is the same each time.
        run(["meson", "setup", out, tree, "-Dsqlite=disabled", "-Dpostgres=disabled", "-Djson=enabled",
             "-Dexamples=disabled", "-Dtests=enabled", "-Dwarning_level=0", "-Doptimization=1", "-Ddebug=false",
             f"-Dc_args=-w -ftrivial-auto-var-init=pattern -include {tree / 'switch.h'}"], where / "setup.log", env={**os.environ, "CC": "gcc"})
    run(["ninja", "-C", out, *sorted({program.path for program in PROGRAMS})], where / "ninja.log")
    return out


def trace(program, out, where):
    """The mutants a program comes by, and how many switches it passes."""
    note = where / "trace"
    note.unlink(missing_ok=True)
    run([out / program.path, *program.arguments], where / "trace.log", env=program.environment(trace=note))
    passed, *met = map(int, note.read_text().split())
    return passed, met


def attempt(program, mutants, passed, out, where):
    """Which of the mutants the program kills; as many processes as cores."""
    at_once = []
    for share in range(os.cpu_count()):
        ids = mutants[share::os.cpu_count()]
        wanted, verdicts = where / f"wanted-{share}", where / f"verdicts-{share}"
        wanted.write_text("".join(f"{n}\n" for n in [10 * passed + 100000, *ids]))
        verdicts.unlink(missing_ok=True)
        at_once.append((verdicts, subprocess.Popen(
            [out / program.path, *program.arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=program.environment(**{"try": wanted, "verdicts": verdicts}))))
    killed, answered = set(), 0
    for verdicts, process in at_once:
        if process.wait() != 0:
            raise SystemExit(f"{program.title}: {process.returncode}")
        for line in verdicts.read_text().splitlines():
            number, verdict = line.split()
            answered += 1
            if verdict == "killed":
                killed.add(int(number))
    if answered != len(mutants):
        raise SystemExit(f"{program.title}: {answered} verdicts on {len(mutants)} mutants")
    return killed


def try_all(alive, out, where):
    """The ids of those that no program kills."""
    for program in PROGRAMS:
        started = time.monotonic()
        passed, met = trace(program, out, where)
        tried = sorted(alive.intersection(met))
        killed = attempt(program, tried, passed, out, where)
        alive = alive - killed
        say(f"{program.title}: {len(killed)} of {len(tried)} killed, {len(alive)} left "
            f"({time.monotonic() - started:.1f} s)")
    return alive


def compiled(text):
    """What the compiler makes of a source."""
    command = ["gcc", "-std=c11", "-w", "-O2", "-DNDEBUG", *FLAGS, "-S", "-x", "c", "-", "-o", "-"]
    return subprocess.run(command, input=text.encode("latin-1"), stdout=subprocess.PIPE, check=True).stdout


def identical(mutants):
    """The ids of those that the compiler makes the same of as of the original: no test can tell."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        sources = list({mutant.source for mutant in mutants})
        original = dict(zip(sources, pool.map(lambda source: compiled(source.text), sources)))
        changed = pool.map(lambda mutant: compiled(mutant.source.alone(mutant)), mutants)
        return {m.id for m, text in zip(mutants, changed) if text == original[m.source]}


def read_survivors():
    """The names in survivors.txt, each with its reason: the line with "= " above it."""
    survivors, reason = {}, None
    for line in (HERE / "survivors.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            reason = line[2:]
        elif line and not line.startswith("#"):
            if reason is None or line in survivors:
                raise SystemExit(f"survivors.txt: no reason, or twice: {line}")
            survivors[line] = reason
    return survivors


def main():
    where = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build-mutation").resolve()
    where.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    sources = places.find(MUTATED, ROOT, ["-std=c11", *FLAGS])
    mutants = places.number(sources)
    out = build(sources, where)
    say(f"{len(mutants)} mutants, built in {time.monotonic() - started:.0f} s")
    listed = read_survivors()
    known = {mutant.id for mutant in mutants if mutant.name() in listed}
    alive = try_all({mutant.id for mutant in mutants}, out, where)
    same = identical([mutant for mutant in mutants if mutant.id in alive - known])
    alive -= same

    faults = [f"no such mutant: {name}" for name in listed.keys() - {mutant.name() for mutant in mutants}]
    for mutant in mutants:
        if mutant.id in alive and mutant.id not in known:
            faults.append(f"survives, line {mutant.number}: {mutant.name()}")
        elif mutant.id in known and mutant.id not in alive:
            faults.append(f"does not survive, take it out of survivors.txt: {mutant.name()}")
    counted = len(mutants) - len(same)
    score = 100 * (counted - len(alive)) / counted
    if score < WANTED:
        faults.append(f"at least {WANTED} % are wanted")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    say(*faults, end="\n" if faults else "", sep="\n")
    say(f"{counted} mutants and {len(same)} the compiler sees no change in: {counted - len(alive)} killed "
        f"({score:.1f} %), {len(alive)} survive; {time.monotonic() - started:.0f} s, "
        f"{used.ru_utime + used.ru_stime:.0f} s of processor")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
