#!/bin/sh
# Wrapper for meson test: programs run under valgrind, scripts as they are.
case $(head -c 4 "$1" | tr -d '\177') in
ELF) ;;
*) exec "$@" ;;
esac
exec valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect \
	--max-stackframe=16777216 "$@"
