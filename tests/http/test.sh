#!/bin/bash
# The HTTP API against its contract, judged by what npm has for that.   test.sh BIN_DIR
here=$(dirname "$0")
why=$(mktemp)
trap 'rm -f "$why"' EXIT
if ! NODE_PATH=$("$here/install.sh" 2>"$why"); then
    sed 's/^/# /' "$why"
    echo "not ok - the judges of the HTTP API are there: $(tail -n 1 "$why")"
    exit 1
fi
export NODE_PATH
node "$here/contract.js" "$1"
