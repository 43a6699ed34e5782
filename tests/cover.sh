#!/bin/bash
# What the tests reached: lines and branches of each source, and of all. cover.sh BUILD_DIR
cd "$(dirname "$0")/.." || exit 2
for note in $(find "$1/core" "$1/broker" "$1/nodes" "$1/adapters" -name '*.gcda' | sort); do
    gcov -b -n -o "$(dirname "$note")" "$note" 2>/dev/null
done | awk '
    /^File /{ file = $2; gsub("\047", "", file); own = file !~ /^\/|gen\/|tests\//; next }
    /^Lines executed/ && own { split($0, a, /[:% ]+/); lines = a[3]; n = a[5]; hit += lines * n / 100; all += n }
    /^Taken at least once/ && own { match($0, /:[0-9.]+/); b = substr($0, RSTART + 1, RLENGTH - 1); match($0, /of [0-9]+/); m = substr($0, RSTART + 3, RLENGTH - 3)
        printf "%-36s lines %6.2f %%  branches %6.2f %%\n", file, lines, b; bhit += b * m / 100; ball += m; own = 0 }
    END { if (all) printf "%-36s lines %6.2f %%  branches %6.2f %%\n", "all", 100 * hit / all, 100 * bhit / ball }'
