#!/bin/bash
# What judges the HTTP API comes from npm: exactly what package-lock.json names, nothing of it run while it is installed. Prints the folder of the modules; it is
# kept under build/ by the lockfile's hash and reused.
cd "$(dirname "$0")" || exit 2
root=../../build/npm
folder=$root/$(sha256sum package-lock.json | cut -c 1-16)
mkdir -p "$root" || exit 2
# Two runs at once: the second one waits for the first.
exec 9>"$root/lock"
flock 9
if [ ! -e "$folder/whole" ]; then
    for program in node npm; do
        command -v $program >/dev/null || { echo "$program is not there: make test-packages installs it" >&2; exit 1; }
    done
    rm -rf "$folder"
    mkdir -p "$folder"
    cp package.json package-lock.json "$folder"
    if ! npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error --fetch-retries=5 >"$folder/log" 2>&1; then
        grep -v '^npm warn' "$folder/log" | tail -n 20 >&2
        echo "npm could not install what the tests of the HTTP API need. They are fetched from its registry once: is that reachable from here (npm ping), and are its settings (npm config list) right?" >&2
        rm -rf "$folder"
        exit 1
    fi
    touch "$folder/whole"
fi
readlink -f "$folder/node_modules"
