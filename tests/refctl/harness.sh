# What the tests of refctl share: a fresh store, and checks that say what was expected.
# Sourced with REFCTL and DATA set; the first argument may be `postgres`, then the store is a schema on
# the server of REFDOMAIN_TEST_POSTGRES, or on one started for this test (POSTGRES_SH).
set -u
dir=$(mktemp -d)
server=
trap clean EXIT
trap 'exit 1' HUP INT TERM
unset REFCTL_DB
checks=0

clean()
{
	[ -z "${schema-}" ] || psql -X -q "$url" -c "SET client_min_messages = error" \
		-c "DROP SCHEMA IF EXISTS $schema CASCADE" >/dev/null
	[ -z "$server" ] || sh "$POSTGRES_SH" stop "$server"
	rm -rf "$dir"
}

home=sqlite:$dir/test.db
if [ "${1-}" = postgres ]; then
	url=${REFDOMAIN_TEST_POSTGRES-}
	if [ -z "$url" ]; then
		server=$(mktemp -d /tmp/refd-refctl-XXXXXX)
		url=$(sh "$POSTGRES_SH" start "$server" $$) || exit 1
	fi
	schema=refctl_$$
	home=$url#$schema
fi

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
# the files out and err. $store names another store, $now another time.
run()
{
	wanted=$1
	shift
	got=0
	"$REFCTL" --db "${store:-$home}" --now "${now:-2025-09-01T00:00:00Z}" "$@" \
		>"$dir/out" 2>"$dir/err" || got=$?
	[ "$got" = "$wanted" ] || fail "refctl $* ended with $got instead of $wanted"
	checks=$((checks + 1))
}

# json FILE EXPRESSION: a Python expression over v, the JSON value in the file out or err. All of
# them are judged by finish, in one go.
json()
{
	checks=$((checks + 1))
	cp "$dir/$1" "$dir/json.$checks"
	printf '%s' "$2" >"$dir/expression.$checks"
}

judge_json()
{
	python3 -IS - "$dir" <<-'EOF' || fail "not every JSON value is as expected"
		import glob, json, sys
		bad = 0
		for path in glob.glob(sys.argv[1] + "/json.*"):
		    text = open(path, encoding="utf-8").read()
		    expression = open(path.replace("/json.", "/expression."), encoding="utf-8").read()
		    try:
		        v = json.loads(text)
		        good = eval(expression)
		    except Exception as e:
		        good, text = False, "%r in %s" % (e, text)
		    if not good:
		        bad += 1
		        print("not true: %s\nof: %s" % (expression, text[:3000]), file=sys.stderr)
		sys.exit(bad > 0)
	EOF
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
	id=$(sed -n 's/^{"id":"\([^"]*\)".*/\1/p' "$dir/out")
	[ -n "$id" ] || fail "out is no object with an id"
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
	judge_json
	echo "$checks passed, 0 failed"
}
