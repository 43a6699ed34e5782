#!/bin/bash
# The sandbox as a vendor meets it: installed programs, one command, HTTP. It starts, its partners answer, a second one runs beside it; what cannot be is
# refused in a sentence; and when it ends, also by kill -9, nothing is left.
#   sandbox.sh BIN_DIR
set -uo pipefail
work=$(mktemp -d "${TMPDIR:-/tmp}/bb-sbx.XXXXXX")
export TMPDIR=$work
# As a package puts them: without the source tree beside them.
bin=$work/usr/bin
mkdir -p "$bin"
cp "${1:?the folder of the programs}"/buurtbus{,-broker,-node,-http} "$bin"
pids=()
tests=0
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; done
    wait 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT
fail() {
    echo "not ok - the sandbox: $*"
    for said in "$work"/said.*; do [ -s "$said" ] && sed 's/^/# /' "$said" | tail -n 8; done
    exit 1
}
ok() { echo "ok - the sandbox: $*"; tests=$((tests + 1)); }

# Starts one, with arguments of its own; its answer lies in $said, its process is $pid.
start() {
    said=$work/said.${#pids[@]}
    "$bin/buurtbus" --lang en --json sandbox "$@" >"$said" 2>&1 &
    pid=$!
    pids+=("$pid")
    local tries=600
    while [ $((tries--)) -gt 0 ]; do
        grep -q '"token"' "$said" && break
        kill -0 "$pid" 2>/dev/null || fail "it has ended"
        sleep 0.1
    done
    url=$(jq -r .url "$said")
    token=$(jq -r .token "$said")
    folder=$(jq -r .folder "$said")
    [ -d "$folder" ] || fail "it says where it works"
}
programs_of() { pgrep -f -- "--home $1/" | wc -l; }
until_none() { # a folder: no program of it runs any more
    local tries=200
    while [ $((tries--)) -gt 0 ]; do
        [ "$(programs_of "$1")" -eq 0 ] && return 0
        sleep 0.1
    done
    fail "programs of $1 are still there"
}
get() { curl -sS -m 20 -H "Authorization: Bearer $token" "$url$1"; }
until_is() { # path, condition of jq
    local tries=400
    while [ $((tries--)) -gt 0 ]; do
        get "$1" | jq -e "$2" >/dev/null && return 0
        sleep 0.1
    done
    fail "$2 of $1: $(get "$1" | jq -c "if .items then [.items[] | [.number, .state, .other, .updatedMs]] else . end" | cut -c1-400)"
}
refer() { # consent, candidates (JSON), need, area (else that of the partners) ; the number of the referral
    local body names=('' 'Rosa Voorbeeld' 'Jan Proef' 'Mia Voorbeeld')
    body=$(jq -n -c --arg name "${names[$1]}" --arg area "${4:-21004}" --argjson consent "$1" --argjson to "$2" --arg need "$3" '{consentNumber: $consent, candidates: $to, mode: (if ($to | length) > 1 then
        "sequential" else "direct" end), purpose: "care_coordination", urgency: "routine", area: $area, referral: {person: {name: $name, language: "nl",
        ageBand: "80_89"}, needs: [$need], strengths: "Zingt graag", reason: "Woont alleen", reasonLanguage: "nl", handoverMode: "warm_visit"}}')
    curl -sS -m 20 -H "Authorization: Bearer $token" -H "Content-Type: application/json" -H "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" \
        --data-binary "$body" "$url/v1/referrals" >"$work/made"
    jq -r '.caseNumber // .type' "$work/made"
}
step() { # number, step, body: of the state that is there
    local seen tries=100 code
    while [ $((tries--)) -gt 0 ]; do
        seen=$(curl -sS -m 20 -D - -o /dev/null -H "Authorization: Bearer $token" "$url/v1/referrals/$1" | sed -n 's/^ETag: *\([^\r]*\).*/\1/p')
        code=$(curl -sS -m 20 -o "$work/stepped" -w '%{http_code}' -H "Authorization: Bearer $token" -H "Content-Type: application/json" -H "If-Match: $seen" \
            -H "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" --data-binary "$3" "$url/v1/referrals/$1/$2")
        [ "$code" = 200 ] && return 0
        [ "$code" = 409 ] || [ "$code" = 412 ] || break
        sleep 0.1
    done
    fail "$2 of $1: $(cat "$work/stepped")"
}
refused() { # a word of the sentence, then arguments
    local word=$1 status
    shift
    "$bin/buurtbus" --lang en sandbox "$@" >"$work/refused" 2>&1 </dev/null
    status=$?
    [ "$status" -ne 0 ] && grep -q "$word" "$work/refused" || fail "refused with \"$word\": $* ($status, $(head -n 2 "$work/refused"))"
}

start --port 0
first=$pid first_folder=$folder first_url=$url
get /health | jq -e '.status == "UP"' >/dev/null || fail "the API is up"
yes=$(refer 1 '["ldc-proef"]' loneliness_isolation)
list=$(refer 1 '["ldc-proef","meldpunt-proef"]' debt)
asks=$(refer 1 '["ldc-proef"]' meaningful_role)
waits=$(refer 1 '["ldc-proef"]' meals_food)
silent=$(refer 1 '["ldc-proef"]' mobility_transport)
[ "$(refer 2 '["meldpunt-proef"]' debt)" = urn:problem-type:buurtbus:consentRecipient ] || fail "who is not named is refused: $(cat "$work/made")"
[ "$(refer 3 '["ldc-proef"]' debt)" = urn:problem-type:buurtbus:consentWithdrawn ] || fail "what was withdrawn is refused: $(cat "$work/made")"
until_is "/v1/referrals/$yes" '.line.state == "completed"'
until_is "/v1/referrals/$list" '[.offers[].state] == ["declined", "completed"]'
until_is "/v1/referrals/$waits" '.line.state == "waitlisted"'
until_is "/v1/referrals/$asks" '.line.state == "info_requested"'
step "$asks" infoReply '{"text":"Liefst in de voormiddag"}'
until_is "/v1/referrals/$asks" '.line.state == "completed"'
get "/v1/referrals/$silent" | jq -e '.line.state == "requested"' >/dev/null || fail "one that is not answered"
ok "its partners accept, decline, ask, put on a waiting list and stay silent, as the table says"

# Refer there, and nobody has to wait for days.
late=$(refer 1 '["ldc-proef"]' mobility_transport 21015)
next=$(refer 1 '["ldc-proef","meldpunt-proef"]' mobility_transport 21015)
until_is "/v1/referrals/$late" '.line.state == "expired"'
until_is "/v1/referrals/$next" '[.offers[].state] == ["expired", "completed"]'
until_is "/v1/referrals/$next" '.line.referralState == "closed"'
get "/v1/referrals/$silent" | jq -e '.line.state == "requested"' >/dev/null || fail "elsewhere terms are as long as ever"
ok "in one municipality what is not answered or confirmed ends in seconds"

incoming='[.items[] | select(.kind == "referral_in")]'
until_is "/v1/referrals?box=to_decide" "$incoming | length == 1"
mine=$(get "/v1/referrals?box=to_decide" | jq "$incoming[0].number")
step "$mine" accept '{}'
until_is "/v1/referrals/$mine" '.referral.person.name == "Piet Proefpersoon"'
until_is "/v1/referrals?box=to_decide" "$incoming | length == 1 and .[0].number > $mine"
ok "somebody always waits for a decision"

start --port 0 --folder "$work/second"
second=$pid
[ "$url" != "$first_url" ] && get /health | jq -e '.status == "UP"' >/dev/null || fail "a second one"
[ "$(programs_of "$folder")" -eq 5 ] && [ "$(programs_of "$first_folder")" -eq 5 ] || fail "five programs of each"
ok "a second one beside it"

refused "already" --port 0 --folder "$work/second"
refused "already" --port "${first_url##*:}"
refused "no number" --port 65536
mkdir "$work/letters" && echo "not yours" >"$work/letters/letter"
refused "something else" --port 0 --folder "$work/letters"
[ "$(ls "$work/letters")" = letter ] || fail "a folder of somebody else is left as it is"
ok "a folder in use, a port that is taken, a folder with something else: each refused in a sentence"

kept=$(refer 1 '["ldc-proef"]' bereavement)
until_is "/v1/referrals/$kept" '.line.state == "completed"'
kill -TERM "$second"
wait "$second" || fail "asked to end, it ends with $?"
until_none "$work/second"
start --port 0 --folder "$work/second"
second=$pid
get "/v1/referrals/$kept" | jq -e '.line.state == "completed"' >/dev/null || fail "what was there before"
ok "a folder that was named goes on where it was"

# A program that dies takes the sandbox with it, and it says which.
kill -9 "$(pgrep -f -- "buurtbus-node --home $work/second/ldc-proef")"
wait "$second" && fail "it goes on without one of its programs"
grep -q 'ERR_AWAY' "$said" || fail "it says that a program has ended"
until_none "$work/second"
ok "a program that dies ends it, with a sentence"

kill -INT "$first" 2>/dev/null
kill -TERM "$first"
wait "$first" || fail "asked to end, it ends with $?"
until_none "$first_folder"
[ ! -e "$first_folder" ] || fail "$first_folder is still there"
ok "a temporary folder is gone when it ends"

start --port 0
kill -9 "$pid"
{ wait "$pid"; } 2>/dev/null
until_none "$folder"
ok "killed itself, it leaves no program behind"
