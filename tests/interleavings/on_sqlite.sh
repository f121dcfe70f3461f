#!/bin/sh
# The races on a new SQLite file. usage: on_sqlite.sh PROGRAM
set -eu
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT INT TERM
"$1" "sqlite:$directory/races.db"
