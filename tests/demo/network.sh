# The network of the demo, by real processes in a temporary folder: a steward, a broker, eight partners; sourced by the stories that are told with it.
# Wants: bin, the folder of the programs. A failed expectation ends the story with 1; however it ends, nothing is left.
# A socket's path has little room, so the folder lies directly under the temporary directory.
work=$(mktemp -d "${TMPDIR:-/tmp}/buurtbus-demo.XXXXXX")
declare -A process url token
# The day by the calendar that the nodes keep, whatever that of this machine is.
today() { TZ=CET-1CEST,M3.5.0,M10.5.0/3 date +%F; }
hurried_area=21015
started=$(date +%s)

say() { printf '\n%s\n' "$*"; }
line() { printf '   %s\n' "$*"; }
fail() {
    printf '\nSomething else was expected: %s\n' "$*" >&2
    for log in "$work"/*/log "$work"/*/http.log; do
        [ -s "$log" ] && printf -- '--- %s\n' "$log" >&2 && tail -n 5 "$log" >&2
    done
    exit 1
}
stop_all() {
    for name in "${!process[@]}"; do kill "${process[$name]}" 2>/dev/null; done
    wait 2>/dev/null
}
finish() {
    local status=$?
    # A second Ctrl-C must not leave processes behind.
    trap - EXIT
    trap '' INT TERM
    stop_all
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# Ask a partner's node (or the broker) through the command line, as its staff would; what was asked is noted.
as() {
    local who=$1
    shift
    printf '%s\n' "$*" >>"$work/asked"
    "$bin/buurtbus" --home "$work/$who" --lang en --actor "demo" "$@"
}
# One value of a JSON answer.
value() { sed -n 's/.*"'"$1"'": *"\{0,1\}\([^",}]*\).*/\1/p' | head -n 1; }
# Ask until the answer holds the words, for at most a minute.
until_says() {
    local words=$1 tries=600 answer
    shift
    while [ $((tries--)) -gt 0 ]; do
        answer=$("$@" 2>&1)
        [[ $answer == *"$words"* ]] && return 0
        sleep 0.1
    done
    printf '%s\n' "$answer" >&2
    fail "\"$words\" from: ${*:1}"
}
must() { "$@" >"$work/out" 2>&1 || { cat "$work/out" >&2; fail "success of: $*"; }; }
refused() { # code, then a command that must be refused with it
    local code=$1
    shift
    "$@" >"$work/out" 2>&1 && fail "a refusal of: $*"
    grep -q "$code" "$work/out" || { cat "$work/out" >&2; fail "$code from: $*"; }
}
start_broker() {
    "$bin/buurtbus-broker" --home "$work/broker" >>"$work/broker/log" 2>&1 &
    process[broker]=$!
}
start_node() {
    "$bin/buurtbus-node" --home "$work/$1" >>"$work/$1/log" 2>&1 &
    process[$1]=$!
}
stop_node() {
    kill "${process[$1]}"
    wait "${process[$1]}" 2>/dev/null
}
scopes=referral_send,referral_read,referral_decide,signal_send,signal_read,consent_write,directory_read,report_read
# The HTTP API of a partner, on a port that the kernel names, and a token for an application: scopes besides the usual ones.
start_http() {
    local home=$work/$1 tries=200 port=
    printf 'listen = "127.0.0.1:0"\n' >"$home/http.conf"
    : >"$home/http.log"
    "$bin/buurtbus-http" --home "$home" 2>>"$home/http.log" &
    process[http-$1]=$!
    while [ -z "$port" ] && [ $((tries--)) -gt 0 ]; do
        sleep 0.05
        port=$(sed -n 's/.* port=\([0-9]*\).*/\1/p' "$home/http.log" | head -n 1)
    done
    [ -n "$port" ] || fail "the HTTP API of $1"
    url[$1]=http://127.0.0.1:$port
    token[$1]=$(as "$1" --json token new klantdossier --scopes "$scopes${2:+,$2}" | value text)
    [ -n "${token[$1]}" ] || fail "a token for an application of $1"
}

partners=(
    "thuiszorg-zenne|HOMECARE|Thuiszorg Zenne"
    "ldc-aksant|LDC|Dienstencentrum Aksant"
    "buurthuis-chambry|NEIGHBOURHOUSE|Buurthuis Chambry"
    "ldc-noord|LDC|Dienstencentrum Noord"
    "caw-brussel-demo|CAW|CAW Brussel Demo"
    "ocmw-demo|OCMW|OCMW Demo"
    "meldpunt-noord|MELDPUNT|Meldpunt Noord"
    "regie-noord|REGISSEUR|Regie Noord"
)

found_network() {
    say "1. A steward founds the network brussel and admits eight partners."
    printf 'a demo passphrase, not a secret\n' >"$work/passphrase"
    chmod 600 "$work/passphrase"
    local steward=(--home "$work/steward" --passphrase-file "$work/passphrase")
    must "$bin/buurtbus" steward init --network brussel "${steward[@]}"
    local port bundle=$work/steward/network.bundle
    port=$(free_port)
    must "$bin/buurtbus" broker init --home "$work/broker" --partner makelaar-brussel --name "Makelaar Brussel" \
        --address "tcp://127.0.0.1:$port" --listen "tcp://127.0.0.1:$port"
    must "$bin/buurtbus" steward admit "$work/broker/broker.request" --yes "${steward[@]}"
    local row id type name
    for row in "${partners[@]}"; do
        IFS='|' read -r id type name <<<"$row"
        must "$bin/buurtbus" node init --home "$work/$id" --partner "$id" --type "$type" --name "$name" --areas 21004,$hurried_area
        must "$bin/buurtbus" steward admit "$work/$id/node.request" --yes "${steward[@]}"
    done
    must "$bin/buurtbus" steward admit --supported antenne-noord --by ldc-noord --name "Antenne Noord" --type ANTENNA "${steward[@]}"
    fingerprint=$("$bin/buurtbus" --json steward publish "${steward[@]}" | value fingerprint)
    [ -n "$fingerprint" ] || fail "a fingerprint of the steward"
    line "The steward's fingerprint, compared by phone: $fingerprint"
    must "$bin/buurtbus" broker join "$bundle" --home "$work/broker" --fingerprint "$fingerprint"
    # In one area nobody waits for days, so that the demo can show what happens then.
    cp "$work/broker/broker.conf" "$work/unhurried.conf"
    cat >>"$work/broker/broker.conf" <<EOF
timers "$hurried_area" {
    on_device_routine = 1s
    seen_routine = 2s
    decision_routine = 4s
}
EOF
    start_broker
    for row in "${partners[@]}"; do
        id=${row%%|*}
        must "$bin/buurtbus" node join "$bundle" --home "$work/$id" --fingerprint "$fingerprint"
        start_node "$id"
    done
    for row in "${partners[@]}"; do
        id=${row%%|*}
        until_says '"connected":true' as "$id" --json status
        until_says '"hasKey":true' as "$id" --json directory ldc-aksant
    done
    line "Nine processes run; each node has fetched the signed directory from the broker."
}
free_port() { # the kernel names one; the broker binds it at once
    perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen=>1,LocalAddr=>"127.0.0.1")->sockport'
}
# Two partners agree on purposes and data.
agree() { # who proposes, who agrees, purposes, data
    must as "$1" partnership propose "$2" --secrecy own,theirs --purposes "$3" --data "$4" \
        --own-reason "staff bound by professional secrecy" --their-reason "staff bound by professional secrecy"
    until_says '"partnership":"to_agree"' as "$2" --json directory "$1"
    must as "$2" partnership agree "$1"
    until_says '"partnership":"active"' as "$1" --json directory "$2"
}
