#!/bin/bash
# Run the test programs and scripts named on the command line, each in a temporary folder's care, and count what they say in TAP ("ok", "not ok").
# The last line is the count.
cd "$(dirname "$0")/.." || exit 2
export CMOCKA_MESSAGE_OUTPUT=TAP ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1
out=$(mktemp)
trap 'rm -f "$out"' EXIT
passed=0 failed=0 skipped=0
for test in "$@"; do
    begin=$(date +%s.%N)
    # A test that stands still has failed.
    timeout -k 5 "${LIMIT:-900}" bash -c "$test" >"$out" 2>&1 </dev/null
    status=$?
    # cmocka says "not ok" of what it skips.
    bad=$(grep '^not ok ' "$out" | grep -vci '# skip')
    skip=$(grep -ciE '^(not )?ok .*# skip' "$out")
    good=$(grep '^ok ' "$out" | grep -vci '# skip')
    # A program that dies, or says nothing, has failed whatever it counted.
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    if [ "$status" -eq 0 ] && [ $((good + bad + skip)) -eq 0 ]; then bad=1; fi
    printf '%-52s %4d passed %3d failed  %5.1f s\n' "${test##*build/}" "$good" "$bad" "$(echo "$(date +%s.%N) $begin" | awk '{print $1-$2}')"
    if [ "$bad" -gt 0 ]; then
        grep -v '^ok ' "$out" | head -c 20000
        echo "   (exit status $status of: $test)"
    fi
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + skip))
done
[ "$skipped" -eq 0 ] || more=", $skipped skipped"
echo "$passed passed, $failed failed${more:-}"
[ "$failed" -eq 0 ]
