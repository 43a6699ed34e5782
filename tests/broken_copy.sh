#!/bin/bash
# A label that is missing in one language, or a name for what may never be asked, stops the build: tried on a copy of the tables, each table and language,
# by the build's own rules. One line of TAP a case; exit 1 when something passes that may not.
cd "$(dirname "$0")/.." || exit 2
work=$(mktemp -d "${TMPDIR:-/tmp}/broken-copy-XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
unset MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES
mkdir "$work/tree" && tar -cf - Makefile proto nodes/cli adapters/http tests/tests.mk tests/sample.proto | tar -xf - -C "$work/tree" || exit 2
n=0 bad=0

# What the build makes of this copy now: these sources of tables and maps, nothing else.
made() {
    rm -rf "$work/build"
    make --no-print-directory -C "$work/tree" B="$work/build" "${@/#/$work/build/gen/}" >"$work/said" 2>&1
}
# The source that is made of a table.
made_of() {
    case $1 in
        proto/vocab/code.tsv) echo code_gen.c ;;
        proto/*.proto) basename "$1" .proto | sed 's/$/_wire.c/' ;;
        nodes/*) echo text_gen.c ;;
        *) echo vocab_gen.c ;;
    esac
}
# name of the case, file, what sed does to it, what the build must say
broken() {
    n=$((n + 1))
    cp "$work/tree/$2" "$work/whole" && sed -E -i "$3" "$work/tree/$2"
    if cmp -s "$work/whole" "$work/tree/$2"; then
        echo "not ok $n - $1: nothing of $2 was changed"
    elif made "$(made_of "$2")"; then
        echo "not ok $n - $1: the build goes on"
    elif ! grep -qF "$4" "$work/said"; then
        echo "not ok $n - $1: it does not say \"$4\""
        sed 's/^/# /' "$work/said" | tail -n 3
    else
        echo "ok $n - $1"
    fi
    cp "$work/whole" "$work/tree/$2"
}

all() {
    n=1
    made {vocab_gen,code_gen,text_gen,content_wire,gateway_wire,bus_wire}.c && echo "ok 1 - the copy is whole" || { echo "not ok 1 - the copy is whole"; tail -n 5 "$work/said" | sed 's/^/# /'; }
    # The second line of each table loses one of its labels: where the columns nl, fr and en stand is said by the first.
    local table lang column
    for table in proto/vocab/*.tsv nodes/cli/text.tsv nodes/cli/receipt.tsv; do
        for lang in nl fr en; do
            column=$(head -n 1 "$table" | tr '\t' '\n' | grep -nx "$lang" | cut -d: -f1)
            broken "$table without its $lang" "$table" "2s/^(([^\t]*\t){$((column - 1))})[^\t]*/\1/" "$table:2:"
        done
    done
    broken "a field for a religion" proto/content.proto 's/^message Person \{/&\n  string religion = 200;  \/\/ <=40/' 'nobody is asked for "religion"'
    broken "a field for a country of birth" proto/gateway.proto 's/^message RaiseSignal \{/&\n  string country_of_birth = 200;  \/\/ <=2/' 'nobody is asked for "country"'
    broken "a message about a trade union" proto/bus.proto '$ s/$/\nmessage TradeUnion {\n  uint32 v = 1;\n}/' 'nobody is asked for "union"'
    broken "a code for an origin" proto/vocab/observation.tsv '$ s/$/\nforeign_accent\tx\tx\tx/' 'nobody is asked for "foreign"'
    broken "no words that may not be asked" proto/forbidden.txt '/^[^#]/d' 'holds no words'
}
all | tee "$work/tap"
bad=$(grep -c '^not ok' "$work/tap")
echo "1..$(grep -c 'ok ' "$work/tap")"
exit $((bad > 0))
