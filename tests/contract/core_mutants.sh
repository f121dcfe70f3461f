#!/bin/sh
# The kit over a core that breaks one promise. usage: core_mutants.sh SOURCE_DIR CONTRACT MEMORY CORE CC...
#
# Each mutant is one source file of lib/ with one line changed, linked before the archive of the core.
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
	sed "$script" "$root/lib/$file" >"$work/mutant.c"
	if cmp -s "$root/lib/$file" "$work/mutant.c"; then
		echo "FAILED $file has nothing to change by $script"
		missed=$((missed + 1))
		return
	fi
	(cd "$work" && "$@" -std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -g \
		-I"$root/include" -I"$root/lib" -c mutant.c -o mutant.o)
	"$@" -o "$work/contract" "$work"/*.o "$contract" "$memory" "$core" -lpthread -lm
	if "$work/contract" memory "$cases" >"$work/log" || ! grep -q '^FAILED' "$work/log" ||
		grep -q '^ok' "$work/log"; then
		echo "FAILED $cases does not see $script in $file"
		cat "$work/log"
		missed=$((missed + 1))
	fi
}

mutant app/unit.c 's/unit->poisoned = true;/unit->poisoned = false;/' poison__ "$@"
mutant app/unit.c 's/return false;/return true;/' unit__refusal "$@"
mutant app/clashes.c 's/if (other->status != REFD_FIXTURE_SCHEDULED ||/if (link->node->fixture->fate != REFD__CLEAN ||/' \
	overlay__unit_sees "$@"
mutant app/runner.c 's/run->look_up = true;/run->look_up = false;/' fault__nth_answer "$@"

echo "$planted planted faults, $missed missed"
[ "$missed" -eq 0 ]
