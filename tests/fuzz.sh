#!/bin/bash
# Run every input of one fuzzer's committed corpus, then the fuzzer from there for some seconds (0: not); what it finds is kept beside the program and
# named. fuzz.sh PROGRAM SECONDS [SEED] With a SEED it makes the same inputs each time; without one, others each time.
program=$1 seconds=$2 seed=${3:-0}
name=$(basename "$program")
corpus=tests/corpus/$name
log=$(mktemp)
new=$(mktemp -d)
trap 'rm -rf "$new" "$log"' EXIT
cd "$(dirname "$0")/.." || exit 2

failed() {
    tail -n 40 "$log"
    echo "not ok - $name: $1"
    exit 1
}

n=$(find "$corpus" -type f 2>/dev/null | wc -l)
[ "$n" -gt 0 ] || failed "it has no corpus"
[ "$n" -le 50 ] && [ -z "$(find "$corpus" -type f -size +4)" ] || failed "its corpus is larger than 50 files of 2 KiB"
# One after the other, so that the last name in the log is the one that fails.
"$program" -timeout=10 -rss_limit_mb=2048 "$corpus"/* >"$log" 2>&1 || failed "an input of its corpus does harm"
echo "ok - $name: $n inputs of its corpus"
[ "$seconds" -gt 0 ] || exit 0
"$program" -max_total_time="$seconds" -seed="$seed" -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$(dirname "$program")/" -print_final_stats=1 "$new" "$corpus" \
    >"$log" 2>&1 || failed "it found something"
echo "ok - $name: $(sed -n 's/stat::number_of_executed_units: *//p' "$log") inputs in $seconds s, nothing found"
