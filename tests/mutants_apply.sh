#!/bin/bash
# Does each row of tests/mutants.tsv still break something? Code moves on, and a sabotage that changes nothing proves nothing: each changes one line of its file, or two; has a name of its own; and names tests that there are.
cd "$(dirname "$0")/.." || exit 2
table=tests/mutants.tsv
n=0 bad=0
fault() { echo "not ok $n - $1"; bad=$((bad + 1)); }
while IFS=$'\t' read -r name file change _ tests; do
    n=$((n + 1)) was=$bad
    lines=$(sed -E "$change" "$file" 2>/dev/null | diff "$file" - 2>/dev/null | grep -c '^>')
    [ "$lines" -ge 1 ] && [ "$lines" -le 2 ] || fault "$name: $lines lines of $file change"
    for test in $tests; do
        [ -f "tests/${test%.sh}.c" ] || [ -f "tests/$test" ] || fault "$name: there is no $test"
    done
    [ "$was" -ne "$bad" ] || echo "ok $n - $name"
done < <(grep -v '^#' $table | grep .)
for name in $(grep -v '^#' $table | cut -f1 | sort | uniq -d); do
    n=$((n + 1))
    fault "$name stands there twice"
done
[ "$n" -gt 0 ] && [ "$bad" -eq 0 ]
