#!/bin/bash
# The demo story told a second time, by software of the partners: over HTTP only, with nothing but curl and jq. Only what has no API is done otherwise: founding
# the network, starting and stopping programs. Each step is checked; a failed expectation ends it with 1.
#   http.sh BIN_DIR
set -uo pipefail
bin=$(cd "$1" && pwd)
here=$(dirname "$0")
# shellcheck source=tests/demo/network.sh
. "$here/network.sh"

# --- the client: curl and jq ---

# Partner, method, path, body (may be none), further arguments of curl. The status is in $status, the answer in the file $answer, its headers in $head.
answer=$work/answer
lang=en
head=$work/head
ask() {
    local who=$1 method=$2 path=$3 body=${4:-}
    shift 3
    [ $# -gt 0 ] && shift
    local with=(-H "Authorization: Bearer ${token[$who]}" -H "Buurtbus-Actor: demo" -H "Accept-Language: $lang")
    [ -n "$body" ] && with+=(-H "Content-Type: application/json" --data-binary "$body")
    status=$(curl -sS -m 20 -X "$method" "${with[@]}" "$@" -D "$head" -o "$answer" -w '%{http_code}' "${url[$who]}$path")
}
wants() { # statuses, then what failed
    local wanted=$1
    shift
    [[ " $wanted " == *" $status "* ]] || { cat "$answer" >&2; fail "$wanted from $*, and not $status"; }
}
get() { # partner, path, filter of jq: prints what it finds
    ask "$1" GET "$2"
    wants 200 "GET $2 at $1"
    jq -r "${3:-.}" "$answer"
}
until_is() { # partner, path, condition of jq: ask until it holds, for at most 40 s
    local tries=400
    while [ $((tries--)) -gt 0 ]; do
        ask "$1" GET "$2"
        [ "$status" = 200 ] && jq -e "$3" "$answer" >/dev/null && return 0
        sleep 0.1
    done
    cat "$answer" >&2
    fail "$3 from GET $2 at $1"
}
until_down() {
    local tries=400
    while [ $((tries--)) -gt 0 ]; do
        ask "$1" GET /health
        [ "$status" = 503 ] && [ "$(jq -r .status "$answer")" = DOWN ] && return 0
        sleep 0.1
    done
    fail "that the node of $1 is down"
}
new_key() { read -r key </proc/sys/kernel/random/uuid; }
post() { # partner, path, body: what was made lies in $answer
    new_key
    ask "$1" POST "$2" "$3" -H "Idempotency-Key: $key"
    wants "200 201" "POST $2 at $1"
}
made() { jq -r ".$1" "$answer"; }
# A step of a case: of the state that was seen. What is still on its way (409), or has changed while we looked (412), is looked at again.
step() { # partner, number, step, body
    local tries=400 seen body=$4
    new_key
    while [ $((tries--)) -gt 0 ]; do
        ask "$1" GET "/v1/referrals/$2"
        wants 200 "referral $2 at $1"
        seen=$(sed -n 's/^[Ee][Tt]ag: *\([^\r]*\).*/\1/p' "$head")
        ask "$1" POST "/v1/referrals/$2/$3" "$body" -H "Idempotency-Key: $key" -H "If-Match: $seen"
        [ "$status" = 409 ] || [ "$status" = 412 ] || break
        sleep 0.1
    done
    wants 200 "$3 of referral $2 at $1"
}
refused() { # status, end of the type, partner, path, body
    new_key
    ask "$3" POST "$4" "$5" -H "Idempotency-Key: $key"
    wants "$1" "POST $4 at $3"
    jq -e --arg type "$2" '.type | endswith(":" + $type)' "$answer" >/dev/null || { cat "$answer" >&2; fail "a problem of type $2"; }
}
first() { get "$1" "$2" '.items[-1].number'; } # partner, path of a list: the number of the newest

# --- the story ---

serve() {
    local row id
    for row in "${partners[@]}"; do
        id=${row%%|*}
        start_http "$id" admin
        until_is "$id" /health '.status == "UP"'
    done
    line "Beside each node runs buurtbus-http; an application of each partner has a token. From here on: curl and jq."
}

agree() { # who proposes, who agrees, purposes, data
    local terms
    terms=$(jq -n --arg purposes "$3" --arg data "$4" '{purposes: ($purposes / ","), dataCategories: ($data / ","), ownSecrecyBound: true,
        theirSecrecyBound: true, ownReason: "staff bound by professional secrecy", theirReason: "staff bound by professional secrecy"}')
    post "$1" /v1/own/partnerships "$(jq -c --arg partner "$2" '. + {verb: "propose", partner: $partner}' <<<"$terms")"
    until_is "$2" "/v1/directory/organizations/$1" '.partnership == "to_agree"'
    post "$2" /v1/own/partnerships "$(jq -n -c --arg partner "$1" '{verb: "agree", partner: $partner}')"
    until_is "$1" "/v1/directory/organizations/$2" '.partnership == "active"'
}
agree_partnerships() {
    local other
    for other in ldc-noord ldc-aksant ocmw-demo regie-noord; do
        agree thuiszorg-zenne "$other" care_coordination,contact_and_visit,feedback_to_referrer \
            contact,area,age_band,birth_date,language,household,network,needs,strengths,service_history
    done
    line "Thuiszorg Zenne has agreed a partnership with two service centres, the OCMW and the coordinator."
}

give_consent() { # partner, person, recipients, purposes, data, preview ; the number is in $consent
    post "$1" /v1/consents "$(jq -n -c --arg person "$2" --arg to "$3" --arg purposes "$4" --arg data "$5" --arg preview "$6" '{person: $person, how: "in_person",
        recipients: ($to / ","), purposes: ($purposes / ","), dataCategories: ($data / ","), levelMax: "s1", legalBasis: "consent_explicit"}
        + if $preview == "" then {} else {previewCategories: ($preview / ",")} end')"
    consent=$(made consentNumber)
}
consent_of_woman() {
    give_consent thuiszorg-zenne "Mevrouw Voorbeeld" "$1" care_coordination,contact_and_visit \
        contact,area,age_band,birth_date,language,household,network,needs,strengths area,age_band,language,needs,strengths
}
referral_of_woman() { # consent, candidates, area ; the body
    jq -n -c --argjson consent "$1" --arg to "$2" --arg area "$3" '{consentNumber: $consent, candidates: ($to / ","), mode: (if ($to / "," | length) > 1 then
        "sequential" else "direct" end), purpose: "care_coordination", urgency: "routine", area: $area, referral: {person: {name: "Mevrouw Voorbeeld",
        birthDate: "1942-03-01", ageBand: "80_89", address: "Voorbeeldstraat 12, 1000 Brussel", phone: "02 000 00 00", language: "nl", household: "alone"},
        needs: ["loneliness_isolation", "social_contact_visit"], strengths: "Kan prachtig vertellen over de wijk", ownGoal: "Weer onder de mensen komen",
        reason: "Woont alleen, ziet sinds de winter niemand meer", reasonLanguage: "nl", handoverMode: "warm_visit"}}'
}

lonely_woman() {
    local before case
    say "2. Home care refers a woman of 84 who lives alone: first to the antenna, and if that cannot, to Dienstencentrum Aksant."
    consent_of_woman ldc-noord,antenne-noord,ldc-aksant
    before=$(get ldc-aksant "/v1/events?cursor=0&pageSize=200" .last)
    post thuiszorg-zenne /v1/referrals "$(referral_of_woman "$consent" antenne-noord,ldc-aksant 21004)"
    second=$(made caseNumber)
    # The same wish under the same key: the same answer, byte for byte, and no second referral.
    cp "$answer" "$work/first"
    ask thuiszorg-zenne POST /v1/referrals "$(referral_of_woman "$consent" antenne-noord,ldc-aksant 21004)" -H "Idempotency-Key: $key"
    wants 201 "the same referral again"
    cmp -s "$answer" "$work/first" || fail "the same bytes for the same key"
    line "Her consent is recorded ($consent) and she is referred ($second); sent twice under one Idempotency-Key, it is done once."
    until_is ldc-noord "/v1/referrals?box=to_decide" '.items | length == 1 and .[0].state == "requested"'
    case=$(first ldc-noord "/v1/referrals?box=to_decide")
    get ldc-noord "/v1/referrals/$case" . | grep Voorbeeld >/dev/null && fail "a preview without her name"
    line "Dienstencentrum Noord, which reads for the antenna, sees a preview: needs, age band, language. No name, no address."
    get ldc-aksant "/v1/referrals?box=to_decide" '.items | length' | grep -qx 0 || fail "Aksant knows of nothing before its turn"
    stop_node thuiszorg-zenne
    until_down thuiszorg-zenne
    line "Thuiszorg Zenne switches its node off; its API goes on, and says that it is down."
    step ldc-noord "$case" decline '{"declineReason":"volunteers_at_limit"}'
    until_is ldc-aksant "/v1/referrals?box=to_decide" '.items | length == 1 and .[0].state == "requested"'
    line "The antenna's volunteers are at their limit: it declines, and the broker asks the next one."
    here=$(first ldc-aksant "/v1/referrals?box=to_decide")
    step ldc-aksant "$here" seen {}
    step ldc-aksant "$here" accept {}
    until_is ldc-aksant "/v1/referrals/$here" '.referral.person.address // "" | contains("Voorbeeldstraat")'
    line "Dienstencentrum Aksant accepts; only now it can open the content with her name and address."
    start_node thuiszorg-zenne
    until_is thuiszorg-zenne "/v1/referrals/$second" '[.offers[].state] == ["declined", "accepted"]'
    line "Thuiszorg Zenne is back, and sees who declined and who has it."
    post ldc-aksant "/v1/referrals/$here/visits" \
        "$(jq -n -c --argjson day "$(date +%s)000" '{plannedMs: $day, goes: ["volunteer", "referrer"], aim: "get_acquainted", agreed: true}')"
    until_is thuiszorg-zenne "/v1/referrals/$second" '[.moments[].content.visit.goes? // [] | .[]] | index("volunteer") != null'
    post ldc-aksant "/v1/referrals/$here/visits/report" '{"visit":{"result":"met","text":"Een goed gesprek, ze komt donderdag eten"}}'
    step ldc-aksant "$here" start '{"visitResult":"met"}'
    step ldc-aksant "$here" outcome '{"outcomes":[{"need":"loneliness_isolation","outcome":"network_strengthened"},{"need":"social_contact_visit","outcome":"help_started"}]}'
    until_is thuiszorg-zenne "/v1/referrals/$second" '.line.state == "completed"'
    step thuiszorg-zenne "$second" confirm '{"closeReason":"met"}'
    until_is thuiszorg-zenne "/v1/referrals/$second" '.line.referralState == "closed"'
    line "A visit (planned, and met), an outcome (network strengthened), and home care confirms: the loop is closed."
    events_tell "$before"
}
# What its application heard meanwhile, as pages and as a stream, and of nobody by name.
events_tell() {
    local types stream pid text found=
    types=$(get ldc-aksant "/v1/events?cursor=$1&pageSize=200" '[.items[].type | sub("^be.buurtbus.v1.referrals.notify."; "")] | join(" ")')
    for word in previewReceived seen accepted contentReceived started completed; do
        [[ " $types " == *" $word "* ]] || fail "an event $word among: $types"
    done
    grep -q Voorbeeld "$answer" && fail "events without a name"
    exec {stream}< <(exec curl -sS -N -m 20 -H "Authorization: Bearer ${token[ldc-aksant]}" -H "Accept: text/event-stream" -H "Last-Event-ID: $1" \
        "${url[ldc-aksant]}/v1/events" 2>/dev/null)
    pid=$!
    while IFS= read -r text <&"$stream"; do
        [[ $text == data:* ]] && [[ $(jq -r .type <<<"${text#data: }") == *.notify.completed ]] && found=yes && break
    done
    kill "$pid"
    exec {stream}<&-
    [ -n "$found" ] || fail "a stream that goes on behind an event that was seen"
    line "The software of Dienstencentrum Aksant heard each step as it happened, and no name: $types"
}

signal_about() { # consent (0: none), person
    jq -n -c --argjson consent "$1" --arg person "$2" '{recipient: "meldpunt-noord", consentNumber: $consent, urgency: "routine", area: "21004", signal:
        {person: $person, needs: ["debt"], observations: ["unpaid_bills_seen"], language: "nl", channel: "home_visit",
        text: "Een stapel ongeopende rekeningen op de keukentafel"}}'
}
unpaid_bills() {
    local with signal here mine bills
    say "3. A housekeeper of Thuiszorg Zenne notices unpaid bills at another address, and cannot ask for a consent."
    for with in thuiszorg-zenne ocmw-demo caw-brussel-demo; do
        agree meldpunt-noord "$with" care_coordination,crisis_help,feedback_to_referrer contact,area,finance,language,needs
    done
    agree thuiszorg-zenne caw-brussel-demo care_coordination,feedback_to_referrer contact,area,finance,language,needs
    post caw-brussel-demo /v1/own/subscriptions '{"areas":["21004"],"needs":["debt"]}'
    until_is thuiszorg-zenne /v1/directory/subscriptions '[.items[].partner] | index("caw-brussel-demo") != null'
    line "CAW Brussel Demo has subscribed to signals about debts in this municipality."
    refused 403 secrecy thuiszorg-zenne /v1/signals "$(signal_about 0 "Mijnheer Proef" | jq -c '.recipient = "ocmw-demo"')"
    line "Without the person's consent a signal goes to a reporting point and to nobody else: $(jq -r .title "$answer")"
    post thuiszorg-zenne /v1/signals "$(signal_about 0 "Mijnheer Proef, Proefstraat 3")"
    signal=$(made caseNumber)
    until_is meldpunt-noord "/v1/signals?box=new" '.items | length == 1'
    here=$(first meldpunt-noord "/v1/signals?box=new")
    post meldpunt-noord "/v1/signals/$here/triage" '{"confidence":["We kennen de huisbaas"]}'
    until_is meldpunt-noord "/v1/signals/$here" '.signal.person | contains("Proefstraat")'
    post meldpunt-noord "/v1/signals/$here/visits/report" '{"visit":{"result":"met","text":"Hij opende de deur"}}'
    line "Meldpunt Noord looks at it, goes by and asks him: he agrees that the OCMW helps."
    give_consent meldpunt-noord "Mijnheer Proef" ocmw-demo,caw-brussel-demo care_coordination contact,area,finance,language,needs area,language,needs
    post meldpunt-noord "/v1/signals/$here/convert" "$(jq -n -c --argjson consent "$consent" '{refer: {consentNumber: $consent, candidates: ["ocmw-demo"],
        mode: "direct", referral: {person: {name: "Mijnheer Proef", address: "Proefstraat 3, 1000 Brussel"}}}}')"
    bills=$(made caseNumber)
    until_is ocmw-demo "/v1/referrals?box=to_decide" '.items | length == 1 and .[0].state == "requested"'
    mine=$(first ocmw-demo "/v1/referrals?box=to_decide")
    get ocmw-demo "/v1/referrals/$mine" . | grep -e Proefstraat -e Mijnheer >/dev/null && fail "a preview without his name"
    step ocmw-demo "$mine" accept {}
    until_is ocmw-demo "/v1/referrals/$mine" '.referral.person.address // "" | contains("Proefstraat")'
    step ocmw-demo "$mine" start '{"visitResult":"met"}'
    step ocmw-demo "$mine" outcome '{"outcomes":[{"need":"debt","outcome":"right_opened"}]}'
    until_is meldpunt-noord "/v1/referrals/$bills" '.line.state == "completed"'
    step meldpunt-noord "$bills" confirm '{"closeReason":"met"}'
    line "It becomes a referral, with what the signal says; the OCMW accepts it, and opens a right for him."
    until_is meldpunt-noord "/v1/signals/$here" '.line.signalState == "closed"'
    until_is thuiszorg-zenne "/v1/signals/$signal" '.line.signalAnswer == "helped"'
    get thuiszorg-zenne "/v1/signals/$signal" . | grep -i -e ocmw -e right >/dev/null && fail "an answer that does not say how, or by whom"
    line "The signal is closed, and Thuiszorg Zenne hears that he was helped: no more than that."
    told_to_subscribers
}
told_to_subscribers() {
    local number
    give_consent thuiszorg-zenne "Mevrouw Proef" meldpunt-noord,caw-brussel-demo care_coordination contact,area,finance,language,needs ""
    post thuiszorg-zenne /v1/signals "$(signal_about "$consent" "Mevrouw Proef, Proefstraat 5")"
    until_is meldpunt-noord "/v1/signals?box=new" '.items | length == 1'
    until_is caw-brussel-demo "/v1/signals?box=new" '.items | length == 1'
    number=$(first caw-brussel-demo "/v1/signals?box=new")
    until_is caw-brussel-demo "/v1/signals/$number" '.signal.person | contains("Proefstraat 5")'
    [ "$number" -eq 1 ] || fail "nothing at the CAW of the signal without consent"
    line "A neighbour of his says yes: her signal also goes to the CAW, as it subscribed. Of his, the CAW was sent nothing."
}

nobody_answers() {
    local lost found proposed
    say "4. A second referral: nobody looks at it in time (in this area that is four seconds, for the demo)."
    post regie-noord /v1/own/mandate "$(jq -n -c --arg area $hurried_area '{text: "Buurtzorgregie voor Noord (een voorbeeld)", areas: ["21004", $area]}')"
    until_is thuiszorg-zenne "/v1/directory/mandates?partner=regie-noord" '[.items[].author] | index("regie-noord") != null'
    consent_of_woman ldc-noord,ldc-aksant,regie-noord
    post thuiszorg-zenne /v1/referrals "$(referral_of_woman "$consent" ldc-noord $hurried_area)"
    lost=$(made caseNumber)
    until_is thuiszorg-zenne "/v1/referrals/$lost" '.line.state == "expired"'
    until_is regie-noord /v1/escalations '[.items[].cause] == ["unplaced"]'
    grep -q Voorbeeld "$answer" && fail "an escalation without a name"
    line "The offer has expired; the coordinator of the area hears of it: where, how urgent, since when. Not who."
    stop_node broker
    cp "$work/unhurried.conf" "$work/broker/broker.conf"
    start_broker
    found=$(get regie-noord /v1/escalations '.items[0].number')
    until_is regie-noord "/v1/escalations?unplaced=true" '.items[0].preview.needs // [] | index("loneliness_isolation") != null'
    post regie-noord "/v1/escalations/$found/assign" '{"candidates":["ldc-aksant"]}'
    until_is thuiszorg-zenne "/v1/referrals/$lost" '[.proposal.partners[]? | select(.state == "ready").partner] == ["ldc-aksant"]'
    proposed=$(jq -c '[.proposal.partners[].partner]' "$answer")
    post thuiszorg-zenne "/v1/referrals/$lost/reopen" "$(jq -n -c --argjson consent "$consent" --argjson to "$proposed" --arg area $hurried_area \
        '{consentNumber: $consent, candidates: $to, mode: "direct", purpose: "care_coordination", urgency: "routine", area: $area}')"
    until_is ldc-aksant "/v1/referrals?box=to_decide" '.items | length == 1 and .[0].state == "requested"'
    found=$(first ldc-aksant "/v1/referrals?box=to_decide")
    step ldc-aksant "$found" accept {}
    until_is thuiszorg-zenne "/v1/referrals/$lost" '.line.state == "accepted"'
    until_is regie-noord /v1/status '.escalations == 0'
    line "It proposes Dienstencentrum Aksant; home care asks it, and there she has a place. Nothing waits at the coordinator any more."
}

without_consent() {
    say "5. A referral without consent, to a partner she did not name, is refused before anything is sealed."
    for lang in nl fr en; do
        new_key
        ask thuiszorg-zenne POST /v1/referrals "$(referral_of_woman "$consent" ocmw-demo 21004)" -H "Idempotency-Key: $key"
        wants 403 "a referral to whom she did not name"
        jq -e '.type == "urn:problem-type:buurtbus:consentRecipient"' "$answer" >/dev/null || fail "a problem of type consentRecipient"
        grep -q Voorbeeld "$answer" && fail "a problem that repeats no name"
        line "$lang: $(jq -r .title "$answer")"
    done
    lang=en
}

broker_killed() {
    local i before=() case
    say "6. The broker is killed with -9 while referrals are on their way, and started again."
    stop_node ldc-aksant
    for i in 1 2 3 4 5 6; do
        [ "$i" -eq 4 ] && { kill -9 "${process[broker]}"; wait "${process[broker]}" 2>/dev/null; line "kill -9 after three of six referrals"; }
        consent_of_woman ldc-aksant
        post thuiszorg-zenne /v1/referrals "$(referral_of_woman "$consent" ldc-aksant 21004)"
        before+=("$(made caseNumber)")
    done
    start_broker
    start_node ldc-aksant
    for case in "${before[@]}"; do until_is thuiszorg-zenne "/v1/referrals/$case" '.line.state == "requested"'; done
    until_is ldc-aksant "/v1/referrals?box=to_decide" '[.items[] | select(.state == "requested")] | length == 6'
    line "All six arrived, each once: nothing lost, nothing twice."
}

taken_back() {
    local case
    say "7. She takes a consent back while a referral waits: it is destroyed before anybody could read who it is about."
    consent_of_woman ldc-noord
    stop_node ldc-noord
    post thuiszorg-zenne /v1/referrals "$(referral_of_woman "$consent" ldc-noord 21004)"
    case=$(made caseNumber)
    post thuiszorg-zenne "/v1/consents/$consent/withdraw" '{"reason":"person_asked"}'
    until_is thuiszorg-zenne "/v1/referrals/$case" '.line.consentState == "withdrawn"'
    until_is thuiszorg-zenne /v1/status '.withdrawalsOpen == 0'
    start_node ldc-noord
    until_is ldc-noord /v1/status '.connected'
    get ldc-noord "/v1/referrals?pageSize=200" . | grep "Mevrouw Voorbeeld" >/dev/null && fail "a recipient that never knew"
    line "Dienstencentrum Noord was away, and never knew her name."
}

evidence() {
    local year
    say "8. The evidence: who did what, what the broker's log proves, what the reporting point counts."
    get thuiszorg-zenne "/v1/referrals/$second/trace" '[.items[].what] | join(" ")' >"$work/out"
    for word in sent received confirm; do grep -qw "$word" "$work/out" || fail "$word in a trace of the whole story: $(cat "$work/out")"; done
    line "The trace: $(jq '.items | length' "$answer") lines of who did what, and when."
    until_is thuiszorg-zenne "/v1/audit?fresh=true" '.size > 0 and .proved > 0 and .wrong == 0 and (.auditCode // "") == ""'
    line "$(jq -r '"\(.proved) proofs of the broker'"'"'s log hold, of \(.size) lines; wrong: \(.wrong)"' "$answer")"
    get thuiszorg-zenne "/v1/referrals/$second/evidence" .file | perl -ne 'chomp; print pack("H*", $_)' >"$work/http.evidence"
    # Checked as by a stranger: the program and the file, no home, no node, no settings.
    env -i "$bin/buurtbus" --lang en verify "$work/http.evidence" --fingerprint "$fingerprint" >"$work/out" 2>&1
    grep -q '^All of it holds.$' "$work/out" || { cat "$work/out" >&2; fail "a file of evidence that holds"; }
    line "The file that proves her case, as the API gives it, holds wherever it is checked."
    year=$(today | cut -d - -f 1)
    get meldpunt-noord "/v1/reports/area?period=$year&own=true" . >"$work/out"
    jq -e '[.. | strings | select(. == "debt" or . == "Debts")] | length > 0' "$work/out" >/dev/null || fail "signals about debts in the report"
    get buurthuis-chambry "/v1/reports/area?period=$year" . | grep -i debt >/dev/null && fail "numbers under five for nobody else"
    line "Signals, not people: the reporting point counts its own; another partner sees nothing, as two is fewer than five."
}

# Nothing about a person stands in a log.
logs_tell_nobody() {
    grep -l -e Voorbeeld -e Proef -e ongeopende "$work"/*/http.log "$work"/*/log && fail "logs without a name"
    line "No name stands in any log."
}

echo "Buurtbus demo over HTTP, $(today), in $work. All people and organisations are fictitious. Buurtbus is not an emergency channel."
found_network
serve
agree_partnerships
lonely_woman
unpaid_bills
nobody_answers
without_consent
broker_killed
taken_back
evidence
logs_tell_nobody
say "ok - the demo story over HTTP, in $(($(date +%s) - started)) s: every step was really done by the running processes and checked."
