#!/bin/bash
# The demo as a test: it must end with 0. test.sh BIN_DIR
out=$(mktemp)
trap 'rm -f "$out"' EXIT
if "$(dirname "$0")/demo.sh" "$1" >"$out" 2>&1; then
    echo "ok - the demo story"
else
    cat "$out"
    echo "not ok - the demo story"
    exit 1
fi
