#!/bin/bash
# What the tests reached: lines and branches of each source, and in sum; fails below the goals. cover.sh BUILD_DIR
#
# All branches of what decides, checks and seals; of core, broker and nodes together as many as stand in "sum". A branch is one way out of a condition,
# counted by gcov; inline functions of headers count where they are used.
cd "$(dirname "$0")/.." || exit 2
for note in $(find "$1/core" "$1/broker" "$1/nodes" "$1/adapters" -name '*.gcda' | sort); do
    gcov -b -n -o "$(dirname "$note")" "$note" 2>/dev/null
done | awk '
    BEGIN { sum = 85; whole = "^(broker/decide|core/(consent[a-z_]*|fields|lifecycle|wire[a-z_]*|seal))[.]c$"; faults = 0 }
    # "Lines executed:97.46% of 118": how many of how many.
    function read_share(line,    part) { split(line, part, /[:% ]+/); all = part[5]; hit = int(part[3] * all / 100 + 0.5) }
    function share(hit, all) { return all == 0 ? 100 : 100 * hit / all }
    function row(name, hit, all, bhit, ball) {
        printf "%-34s lines %6.2f %%   branches %6.2f %%  %5d of %5d\n", name, share(hit, all), share(bhit, ball), bhit, ball
    }
    function fault(words) { print "not ok - " words; faults++ }
    function end_file() {
        if (file == "") return
        row(file, lhit, lall, bhit, ball)
        if (file ~ whole && bhit < ball) missing = missing " " file
        if (file ~ whole) n_whole++
        if (file !~ /^adapters/) { slhit += lhit; slall += lall; sbhit += bhit; sball += ball }
        file = ""
    }
    /^File / { end_file(); split($0, q, "\047"); if (q[2] ~ /^(core|broker|nodes|adapters)\/.*[.]c$/) { file = q[2]; lhit = lall = bhit = ball = 0 } }
    /^Lines executed/ && file != "" && lall == 0 { read_share($0); lhit = hit; lall = all }
    /^Taken at least once/ && file != "" { sub(/Taken at least once/, "Taken it"); read_share($0); bhit = hit; ball = all }
    END {
        end_file()
        row("core, broker and nodes", slhit, slall, sbhit, sball)
        if (n_whole == 0) fault("nothing was measured")
        if (missing != "") fault("not all branches of" missing)
        if (share(sbhit, sball) < sum) fault(sprintf("%.2f %% of the branches; the goal is %d %%", share(sbhit, sball), sum))
        if (faults == 0) print "ok - the goals of coverage are met"
        exit faults > 0
    }'
