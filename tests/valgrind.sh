#!/bin/sh
# Wrapper for meson test: our programs run under valgrind, the shell and scripts as they are.
case $(basename "$1") in
sh | *.sh) exec "$@" ;;
esac
exec valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect \
	--max-stackframe=16777216 "$@"
