#!/bin/bash
# Break one rule at a time in a copy of the tree, and see that a test fails for it: a sabotage that no test notices is a promise that nobody keeps.
# The table is tests/mutants.tsv; names on the command line choose some of them. Says in TAP which test caught each.
cd "$(dirname "$0")/.." || exit 2
top=$PWD table=$PWD/tests/mutants.tsv
# In memory where there is such a place; what a test leaves behind that was caught goes with it.
root=/tmp
[ ! -w /dev/shm ] || root=/dev/shm
work=$(mktemp -d "${TMPDIR:-$root}/mutants-XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
tree=$work/tree build=$work/build log=$work/log
unset MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES
export CMOCKA_MESSAGE_OUTPUT=TAP ASAN_OPTIONS=detect_leaks=0
# What costs a test time costs it once for each sabotage.
mkdir "$work/homes" || exit 2
export TMPDIR=$work/homes BIN=$build/bin SEEDS=${SEEDS:-20} CUTS=${CUTS:-60} RACES=${RACES:-20} KILLS=${KILLS:-5}

# Only what a release is built from; a copy of the working files, so that what is not committed yet is tried as well.
mkdir "$tree" && git ls-files -z --cached --others --exclude-standard -- '*.c' '*.h' '*.sh' '*.awk' '*.mk' '*.proto' '*.tsv' '*.txt' '*.1' Makefile adapters proto tests deploy |
    xargs -0 -r sh -c 'for f; do [ -f "$f" ] && printf "%s\0" "$f"; done' sh | sort -zu | tar --null -cf - -T - | tar -xf - -C "$tree" || exit 2
cd "$tree" && git init -q . && git add -A || exit 2

# Warnings are no errors here: what a sabotage leaves unused is not the point.
made() { make --no-print-directory B="$build" P=release MODE_release=-O1 LINK_release= WARN=-w "$@" >"$log" 2>&1; }
# A test is a program of tests/, or a script; real_* start the programs themselves.
target() {
    case $1 in
        *.sh) ;;
        real_*) printf '%s programs ' "$build/tests/$1" ;;
        *) printf '%s ' "$build/tests/$1" ;;
    esac
}
# Who stands still has noticed too, after ten times what the test took before.
declare -A took
run() {
    local program=$build/tests/$1
    [ "${1%.sh}" = "$1" ] || program=tests/$1
    timeout -k 5 "${took[$1]:-300}" "$program" >"$log" 2>&1 </dev/null
}
# The first of these tests that fails, if any.
catcher() {
    local test
    for test in "$@"; do
        run "$test" || { echo "$test"; return 0; }
    done
    return 1
}
n=0 bad=0
say() { # ok|not-ok NAME WORDS
    n=$((n + 1))
    if [ "$1" = ok ]; then echo "ok $n - $2: $3"; else echo "not ok $n - $2: $3"; bad=$((bad + 1)); fi
}

rows() { awk -F'\t' -v want=" $* " '!/^#/ && NF { if (want == "  " || index(want, " " $1 " ")) print }' "$table"; }
mapfile -t chosen < <(rows "$@")
[ ${#chosen[@]} -gt 0 ] || { echo "not ok 1 - no such sabotage: $*"; exit 1; }
echo "1..$((${#chosen[@]} + 1))"

# Without a sabotage all of these pass; else catching one would mean nothing.
named=$(printf '%s\n' "${chosen[@]}" | awk -F'\t' '{ print $5 }' | tr ' ' '\n' | sort -u)
targets=$(for test in $named; do target "$test"; done)
# shellcheck disable=SC2086
if ! made "$build/libbuurtbus.a" $targets; then
    say not-ok baseline 'the tree does not build'
    tail -20 "$log"
    exit 1
fi
for test in $named; do
    begin=$SECONDS
    if ! run "$test"; then
        say not-ok baseline "$test fails without any sabotage"
        tail -20 "$log"
        exit 1
    fi
    took[$test]=$((10 * (SECONDS - begin) + 20))
done
say ok baseline 'every named test passes without a sabotage'

# Change one line; says how many differ.
sabotage() { # FILE CHANGE
    object=$build/${1%.c}.o
    rm -f "$work/object.kept"
    cp -p "$1" "$work/file.kept" && { [ ! -f "$object" ] || cp -p "$object" "$work/object.kept"; }
    sed -i -E "$2" "$1"
    changed=$(diff "$work/file.kept" "$1" | grep -c '^>')
}
# Back to what it was; its object is newer than the library then, and goes into it again.
mend() { # FILE
    cp -p "$work/file.kept" "$1"
    if [ "${1%.c}" != "$1" ] && [ -f "$work/object.kept" ]; then cp "$work/object.kept" "$object"; else touch "$1"; fi
}
# shellcheck disable=SC2046
build_tests() { made "$build/libbuurtbus.a" $(for test in "$@"; do target "$test"; done); }

survivors=()
for row in "${chosen[@]}"; do
    IFS=$'\t' read -r name file change what tests <<<"$row"
    sabotage "$file" "$change"
    # A second line may declare what the first needs.
    # shellcheck disable=SC2086
    if [ "$changed" -lt 1 ] || [ "$changed" -gt 2 ]; then
        say not-ok "$name" "does not apply: $changed lines of $file change"
    elif ! build_tests $tests; then
        say not-ok "$name" 'does not build'
        tail -5 "$log"
    elif by=$(catcher $tests); then
        say ok "$name" "$what - caught by $by"
    else
        survivors+=("$row")
    fi
    mend "$file"
done

# What the tests of the table do not notice may be noticed by another one that passes otherwise.
if [ ${#survivors[@]} -gt 0 ]; then
    mapfile -t all < <(find tests -maxdepth 1 \( -name 'unit_*.c' -o -name 'sim_*.c' \) ! -name sim_loop.c -printf '%f\n' | sed 's/\.c$//' | sort)
    build_tests "${all[@]}"
    sound=()
    for test in "${all[@]}"; do run "$test" && sound+=("$test"); done
fi
for row in "${survivors[@]}"; do
    IFS=$'\t' read -r name file change what tests <<<"$row"
    sabotage "$file" "$change"
    if build_tests "${sound[@]}" && by=$(catcher "${sound[@]}"); then
        say ok "$name" "$what - caught by $by, which the table does not name"
    else
        say not-ok "$name" "$what - LIVES"
    fi
    mend "$file"
done
cd "$top" || exit 2
echo "$((n - bad)) caught, $bad not"
[ "$bad" -eq 0 ]
