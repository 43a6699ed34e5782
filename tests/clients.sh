#!/bin/bash
# The clients for vendors against the real programs: a sandbox, and what tests/clients.mjs does with it. clients.sh BIN_DIR
bin=$(cd "${1:?the folder of the programs}" && pwd)
cd "$(dirname "$0")/.." || exit 2
said=$(mktemp)
"$bin/buurtbus" --lang en --json sandbox --port 0 >"$said" 2>&1 &
sandbox=$!
trap 'kill "$sandbox" 2>/dev/null; wait; rm -f "$said"' EXIT
tries=600
until grep -q '"token"' "$said"; do
    kill -0 "$sandbox" 2>/dev/null && [ $((tries--)) -gt 0 ] || { echo "not ok - clients: a sandbox"; sed 's/^/# /' "$said"; exit 1; }
    sleep 0.1
done
BUURTBUS_URL=$(jq -r .url "$said") BUURTBUS_TOKEN=$(jq -r .token "$said") node tests/clients.mjs adapters/http/clients
