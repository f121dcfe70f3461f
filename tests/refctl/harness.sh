# What the tests of refctl share: a fresh store, and checks that say what was expected.
# Sourced with REFCTL and DATA set.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset REFCTL_DB
checks=0

fail()
{
	echo "$0: $*" >&2
	echo "--- out" >&2
	head -c 2000 "$dir/out" >&2
	echo "--- err" >&2
	head -c 2000 "$dir/err" >&2
	exit 1
}

# run STATUS ARGUMENT...: refctl on the store of the test must exit with STATUS; its output goes to
# the files out and err.
run()
{
	wanted=$1
	shift
	got=0
	"$REFCTL" --db "sqlite:$dir/test.db" --now "${now:-2025-09-01T00:00:00Z}" "$@" \
		>"$dir/out" 2>"$dir/err" || got=$?
	[ "$got" = "$wanted" ] || fail "refctl $* ended with $got instead of $wanted"
	checks=$((checks + 1))
}

# json FILE EXPRESSION: a Python expression over v, the JSON value in the file out or err.
json()
{
	python3 - "$dir/$1" "$2" <<-'EOF' || fail "not true of $1: $2"
		import json, sys
		v = json.load(open(sys.argv[1], encoding="utf-8"))
		if not eval(sys.argv[2]):
		    print(json.dumps(v, indent=1, ensure_ascii=False)[:3000], file=sys.stderr)
		    sys.exit(1)
	EOF
	checks=$((checks + 1))
}

# says FILE TEXT: the file out or err holds TEXT.
says()
{
	grep -qF -- "$2" "$dir/$1" || fail "$1 does not say: $2"
	checks=$((checks + 1))
}

# silent FILE
silent()
{
	[ ! -s "$dir/$1" ] || fail "$1 is not empty"
	checks=$((checks + 1))
}

# made: sets id to the id of the object in the file out.
made()
{
	id=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["id"])' "$dir/out") ||
		fail "out is no object with an id"
}

# add NOUN ARGUMENT...: a new object; sets id.
add()
{
	noun=$1
	shift
	run 0 --json "$noun" add "$@"
	made
}

finish()
{
	echo "$checks passed, 0 failed"
}
