#!/bin/bash
# Run the test programs and scripts named on the command line, as many at a time as there are processors (JOBS=n), and count what they say in TAP ("ok", "not ok").
# The last line is the count.
cd "$(dirname "$0")/.." || exit 2
export CMOCKA_MESSAGE_OUTPUT=TAP ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1
dir=$(mktemp -d) || exit 2
export dir
trap 'rm -rf "$dir"' EXIT

# One test: its line as soon as it ends, with all it said when it failed, and its sums into a file.
one() {
    local test=$1 out status bad skip good real user sys busy
    local TIMEFORMAT='%R %U %S'
    out=$(mktemp "$dir/out.XXXXXX") || exit 2
    # A test that stands still has failed.
    { time timeout -k 5 "${LIMIT:-900}" bash -c "$test" >"$out" 2>&1 </dev/null; } 2>"$out.time"
    status=$?
    # cmocka says "not ok" of what it skips.
    bad=$(grep '^not ok ' "$out" | grep -vci '# skip')
    skip=$(grep -ciE '^(not )?ok .*# skip' "$out")
    good=$(grep '^ok ' "$out" | grep -vci '# skip')
    # A program that dies, or says nothing, has failed whatever it counted.
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    if [ "$status" -eq 0 ] && [ $((good + bad + skip)) -eq 0 ]; then bad=1; fi
    exec 9>"$dir/lock"
    flock 9
    # How long it was waited for, and how long a processor was at it.
    read -r real user sys < <(tail -n 1 "$out.time")
    busy=$(echo "$user $sys" | awk '{ print $1 + $2 }')
    printf '%-52s %4d passed %3d failed  %5.1f s, busy %5.1f s\n' "${test##*build/}" "$good" "$bad" "$real" "$busy"
    if [ "$bad" -gt 0 ]; then
        grep -v '^ok ' "$out" | head -c 20000
        echo "   (exit status $status of: $test)"
    fi
    echo "$good $bad $skip $busy" >>"$dir/sums"
    rm -f "$out" "$out.time"
}
export -f one

printf '%s\0' "$@" | xargs -0 -P "${JOBS:-$(nproc)}" -n 1 bash -c 'one "$1"' _
# A test that left no sums was never counted: it has failed.
awk -v want=$# '{ good += $1; bad += $2; skip += $3; busy += $4 }
    END { bad += want - NR
          printf "%d programs, %.0f s of one processor\n", NR, busy
          printf "%d passed, %d failed%s\n", good, bad, skip ? ", " skip " skipped" : ""
          exit bad > 0 }' "$dir/sums"
