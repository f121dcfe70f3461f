"""docs/threads.md tells of every handle, and every function without one says who may call it.
usage: threads.py SOURCE_DIR"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
failed = 0


def fail(words):
    global failed
    failed += 1
    print("FAIL: " + words)


headers = sorted((root / "include/refdomain").rglob("*.h"))
bare = "".join(re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S) for header in headers)
defined = set(re.findall(r"struct (refd_\w+) \{", bare))
# A comment, if any, and the declaration below it.
declaration = re.compile(r"(/\*\*(?:[^*]|\*(?!/))*\*/\s*)?^(?:REFD_NODISCARD )?REFD_API ([^;{]*?\b(refd_\w+)\s*\(([^;]*)\))[^;()]*;", re.M)

ends, silent, handles = set(), [], set()
for header in headers:
    text = header.read_text()
    about = re.search(r"/\*\*.*?\*/", text, re.S)[0]
    said = ""
    for comment, _, name, parameters in declaration.findall(text):
        said = comment or said
        opaque = {kind for kind in re.findall(r"struct (refd_\w+) \*(?!\*)", parameters) if kind not in defined}
        handles |= opaque
        if re.search(r"_(destroy|close)$", name):
            ends.add(name)
        elif not opaque and not re.search(r"[aA]ny thread|[oO]ne thread|[sS]ingle-threaded|[sS]hared between threads",
                                          re.sub(r"[\s*]+", " ", about + said)):
            silent.append("%s: %s" % (header.relative_to(root), name))

document = (root / "docs/threads.md").read_text()
table = " ".join(line for line in document.splitlines() if line.startswith("|"))
for name in sorted(handles | ends):
    if "`%s`" % name not in table and "`struct %s`" % name not in table:
        fail("docs/threads.md has no row for " + name)
for name in re.findall(r"`(?:struct )?(refd_\w+)`", table):
    if name not in bare:
        fail("docs/threads.md: no %s in the headers" % name)
for where in silent:
    fail(where + " does not say which thread may call it")
print("%d handles, %d functions that end one" % (len(handles), len(ends)))
sys.exit(failed > 0)
