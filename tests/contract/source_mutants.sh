#!/bin/sh
# The kit over a core or memory store that breaks one promise.
# usage: source_mutants.sh SOURCE_DIR CONTRACT MEMORY CORE CC...
#
# Each mutant is one source file with one line changed, linked before the archives.
set -eu
root=$1
contract=$2
memory=$3
core=$4
shift 4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
missed=0
planted=0

for name in main adapters memory_adapter journal; do
	(cd "$work" && "$@" -std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -g \
		-I"$root/include" -c "$root/tests/contract/$name.c" -o "$name.o")
done

# mutant FILE SED-SCRIPT CASES
mutant()
{
	file=$1
	script=$2
	cases=$3
	shift 3
	planted=$((planted + 1))
	sed "$script" "$root/$file" >"$work/mutant.c"
	if cmp -s "$root/$file" "$work/mutant.c"; then
		echo "FAILED $file has nothing to change by $script"
		missed=$((missed + 1))
		return
	fi
	(cd "$work" && "$@" -std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -g \
		-I"$root/include" -I"$root/lib" -I"$root/adapters/memory" -c mutant.c -o mutant.o)
	"$@" -o "$work/contract" "$work"/*.o "$contract" "$memory" "$core" -lpthread -lm
	if "$work/contract" memory "$cases" >"$work/log" || ! grep -q '^FAILED' "$work/log" ||
		grep -q '^ok' "$work/log"; then
		echo "FAILED $cases does not see $script in $file"
		cat "$work/log"
		missed=$((missed + 1))
	fi
}

mutant lib/app/unit.c 's/unit->poisoned = true;/unit->poisoned = false;/' poison__ "$@"
mutant lib/app/unit.c 's/return false;/return true;/' unit__refusal "$@"
mutant lib/app/clashes.c 's/if (other->status != REFD_FIXTURE_SCHEDULED ||/if (link->node->fixture->fate != REFD__CLEAN ||/' \
	overlay__unit_sees "$@"
mutant lib/app/runner.c 's/run->look_up = true;/run->look_up = false;/' fault__nth_answer "$@"
mutant adapters/memory/changes.c 's/if (was->kickoff.us != is->kickoff.us)/if (false)/' \
	range__time_follows "$@"

echo "$planted planted faults, $missed missed"
[ "$missed" -eq 0 ]
