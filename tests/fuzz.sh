#!/bin/bash
# Run one fuzzer for some seconds from its committed corpus; what it finds is kept beside the program and named. fuzz.sh PROGRAM SECONDS
program=$1 seconds=$2
name=$(basename "$program")
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
corpus=tests/corpus/$name
[ -d "$corpus" ] || corpus=
if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$(dirname "$program")/" -print_final_stats=1 "$new" $corpus >"$new.log" 2>&1; then
    echo "ok - $name: $(sed -n 's/stat::number_of_executed_units: *//p' "$new.log") inputs in $seconds s, nothing found"
    rm -f "$new.log"
else
    tail -n 40 "$new.log"
    rm -f "$new.log"
    echo "not ok - $name found something"
    exit 1
fi
