#!/bin/bash
# The demo as a test: all of it must go well, and when it was kept, TERM must leave nothing behind. test.sh BIN_DIR
out=$(mktemp)
trap 'rm -f "$out"' EXIT
fail() {
    cat "$out"
    echo "not ok - the demo story: $*"
    exit 1
}
exec {demo}< <(exec "$(dirname "$0")/demo.sh" "$1" keep 2>&1)
pid=$! kept= asked=
while IFS= read -r line <&"$demo"; do
    printf '%s\n' "$line" >>"$out"
    # What it says to paste does what it says.
    [[ $line == "   curl "* ]] && eval "$line" >>"$out" 2>&1 && grep -q '^{.*"items":\[{"number"' "$out" && asked=yes
    [[ $line == *"Ctrl-C stops it"* ]] && kill -TERM "$pid" && kept=yes
done
wait "$pid" || fail "it ended with $?"
[ -n "$asked" ] || fail "its line for curl did not work"
[ -n "$kept" ] || fail "it did not say how to look at it"
work=$(sed -n 's/^Buurtbus demo, .*, in \([^ ]*\)\. .*/\1/p' "$out")
[ -n "$work" ] || fail "it did not say where it works"
[ -e "$work" ] && fail "$work is still there"
pgrep -f -- "--home $work/" >/dev/null && fail "processes are still there"
echo "ok - the demo story"
