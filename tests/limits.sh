#!/bin/bash
# Every limit has its row in tests/limits.tsv: what it bounds, and the test that goes one past it. Each MAX of the code must be there, each limit named there must
# be in its file, and each test must exist. Prints the first faults; exit 1.
cd "$(dirname "$0")/.." || exit 2
rows=tests/limits.tsv
faults=$(
    git ls-files 'core/*.[ch]' 'broker/*.[ch]' 'nodes/*.[ch]' 'nodes/cli/*.[ch]' 'adapters/*.[ch]' |
        xargs grep -oHE '\b[A-Z][A-Z0-9_]*_MAX(_[A-Z]+)? =[^=]' | sed -E 's/^([^:]*):(.*) =.$/\2\t\1/' | sort -u |
        while IFS=$'\t' read -r limit file; do
            grep -q -P "^$limit\t$file\t" "$rows" || echo "$file: $limit has no row in $rows"
        done
    grep -v '^#' "$rows" | while IFS=$'\t' read -r limit file what past test; do
        [ -n "$what" ] && [ -n "$past" ] && [ -n "$test" ] || echo "$rows: the row of $limit is not whole"
        grep -qw "$limit" "$file" 2>/dev/null || echo "$rows: $limit is not in $file"
        case $test in
        -:\ ?*) ;;
        *) grep -qE "^static .*\b${test#*:}\(" "tests/${test%%:*}.c" 2>/dev/null || echo "$rows: there is no test $test" ;;
        esac
    done
)
[ -z "$faults" ] || { echo "not ok - ${faults%%$'\n'*}"; echo "$faults" | head -20; exit 1; }
echo "ok - each of $(grep -vc '^#' "$rows") limits has its row, and its test is there"
