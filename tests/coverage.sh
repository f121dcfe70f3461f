#!/bin/sh
# Coverage gate for lib/: at least 95 % of the lines and 85 % of the branches; all branches of lib/domain
# and of lib/app.
# usage: coverage.sh BUILD_DIR (built with -Db_coverage=true, tests run)
#
# The branch of an assert that stops the program is not counted: it is there for misuse only.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
cd "$root"
gcovr --root "$root" --filter "$root/lib/" --exclude-branches-by-pattern '.*\bassert\(.*' \
	--exclude-unreachable-branches --json "$build/coverage.json" "$build"
gcovr --root "$root" --add-tracefile "$build/coverage.json" --txt "$build/coverage-lines.txt"
gcovr --root "$root" --add-tracefile "$build/coverage.json" --branches --txt "$build/coverage-branches.txt" \
	--print-summary --fail-under-line 95 --fail-under-branch 85 &&
	status=0 || status=$?
[ "$status" -eq 0 ] || cat "$build/coverage-lines.txt"
python3 - "$build/coverage.json" <<'EOF' || status=1
import json, sys

wanted = {"lib/domain/": 100, "lib/app/": 100}
files = json.load(open(sys.argv[1]))["files"]
short = False
for folder, least in wanted.items():
    taken = total = 0
    for file in files:
        if not file["file"].startswith(folder):
            continue
        text = open(file["file"], encoding="utf-8").read().split("\n")
        for line in file["lines"]:
            counts = [branch["count"] for branch in line["branches"]]
            total += len(counts)
            taken += sum(count > 0 for count in counts)
            if 0 in counts:
                number = line["line_number"]
                print(f"{file['file']}:{number}: {counts} {text[number - 1].strip()}")
    print(f"{folder}: {taken} of {total} branches, at least {least} % wanted")
    short = short or total == 0 or taken * 100 < least * total
sys.exit(short)
EOF
exit "$status"
