#!/bin/bash
# The demo story, by real processes in a temporary folder: every step is done and checked; a failed expectation ends the demo with 1.
#   demo.sh BIN_DIR [keep]
set -uo pipefail
bin=$(cd "$1" && pwd)
keep=${2:-}
here=$(dirname "$0")
# shellcheck source=tests/demo/network.sh
. "$here/network.sh"

# The number of the newest case of a partner in a state.
newest_case() { as "$1" --json inbox --box "$2" | grep -o '"number": *[0-9]*' | tail -n 1 | grep -o '[0-9]*$'; }
agree_partnerships() {
    local other
    for other in ldc-noord ldc-aksant ocmw-demo regie-noord; do
        agree thuiszorg-zenne "$other" care_coordination,contact_and_visit,feedback_to_referrer \
            contact,area,age_band,birth_date,language,household,network,needs,strengths,service_history
    done
    line "Thuiszorg Zenne has agreed a partnership with two service centres, the OCMW and the coordinator."
}
give_consent() { # recipients... ; prints the number of the consent record
    as thuiszorg-zenne --json consent give --person "Mevrouw Voorbeeld" --how in_person --recipients "$1" \
        --purposes care_coordination,contact_and_visit --data contact,area,age_band,birth_date,language,household,network,needs,strengths \
        --preview area,age_band,language,needs,strengths --level s1 --basis consent_explicit | value consentNumber
}
refer_to() { # consent, candidates, area (else that of the story) ; prints the case number
    as thuiszorg-zenne --json refer --consent "$1" --to "$2" --need loneliness_isolation,social_contact_visit \
        --purpose care_coordination --urgency routine --area "${3:-21004}" --name "Mevrouw Voorbeeld" --birth-date 1942-03-01 --age-band 80_89 \
        --address "Voorbeeldstraat 12, 1000 Brussel" --phone "02 000 00 00" --language nl --household alone \
        --strengths "Kan prachtig vertellen over de wijk" --goal "Weer onder de mensen komen" \
        --reason "Woont alleen, ziet sinds de winter niemand meer" --handover warm_visit | value caseNumber
}

lonely_woman() {
    say "2. Home care refers a woman of 84 who lives alone: first to the antenna, and if that cannot, to Dienstencentrum Aksant."
    consent=$(give_consent ldc-noord,antenne-noord,ldc-aksant)
    [ -n "$consent" ] || fail "a consent number"
    line "Her consent is recorded at Thuiszorg Zenne (consent $consent); the record never leaves it."
    second=$(refer_to "$consent" antenne-noord,ldc-aksant)
    [ -n "$second" ] || fail "a case number for the referral"
    until_says '"state":"requested"' as ldc-noord --json inbox --box to-decide
    case=$(newest_case ldc-noord to-decide)
    as ldc-noord show "$case" >"$work/out" 2>&1 || fail "ldc-noord sees the preview"
    grep -q "Voorbeeld" "$work/out" && fail "a preview without her name"
    line "Dienstencentrum Noord, which reads for the antenna, sees a preview: needs, age band, language. No name, no address."
    as ldc-aksant --json inbox --box to-decide | grep number >/dev/null && fail "Aksant knows of nothing before its turn"
    until_says "2. ldc-aksant: waits for its turn" as thuiszorg-zenne show "$second"
    stop_node thuiszorg-zenne
    line "Thuiszorg Zenne switches its computer off."
    must as ldc-noord decline "$case" --reason volunteers_at_limit
    line "The antenna's volunteers are at their limit: it declines. What it held is destroyed, and the broker asks the next one."
    until_says '"state":"requested"' as ldc-aksant --json inbox --box to-decide
    case=$(newest_case ldc-aksant to-decide)
    must as ldc-aksant seen "$case"
    must as ldc-aksant accept "$case"
    until_says "Voorbeeldstraat" as ldc-aksant show "$case"
    line "Dienstencentrum Aksant accepts; only now it can open the content with her name and address."
    start_node thuiszorg-zenne
    until_says "1. antenne-noord: declined" as thuiszorg-zenne show "$second"
    until_says "2. ldc-aksant: accepted" as thuiszorg-zenne show "$second"
    line "Thuiszorg Zenne is back, and sees who declined and who has it."
    must as ldc-aksant visit plan "$case" --on "$(today)" --goes volunteer,referrer --aim get_acquainted --agreed
    until_says "volunteer" as thuiszorg-zenne show "$second"
    must as ldc-aksant visit report "$case" --result met --text "Een goed gesprek, ze komt donderdag eten"
    must as ldc-aksant start "$case" --result met
    must as ldc-aksant outcome "$case" --outcome loneliness_isolation=network_strengthened,social_contact_visit=help_started
    until_says '"state":"completed"' as thuiszorg-zenne --json show "$second"
    must as thuiszorg-zenne confirm "$second" --result met
    until_says '"referralState":"closed"' as thuiszorg-zenne --json show "$second"
    line "A visit (planned, and met), an outcome (network strengthened), and home care confirms: the loop is closed."
    until_says '"outbox":0' as thuiszorg-zenne --json status
    printf '\n'
    must as thuiszorg-zenne trace "$second"
    sed 's/^/   | /' "$work/out"
    grep -q "processed by ldc-aksant: content" "$work/out" || fail "a trace that says who has read what"
    grep -q ' $' "$work/out" && fail "lines without blanks at their end"
}

notice_bills() { # whose bills, consent or nothing ; prints the number of the signal at home care
    as thuiszorg-zenne --json signal --to meldpunt-noord --person "$1" ${2:+--consent "$2"} --need debt \
        --observations unpaid_bills_seen --area 21004 --language nl --channel home_visit --text "Een stapel ongeopende rekeningen op de keukentafel" | value caseNumber
}

unpaid_bills() {
    say "3. A housekeeper of Thuiszorg Zenne notices unpaid bills at another address, and cannot ask for a consent."
    local with signal here mine
    for with in thuiszorg-zenne ocmw-demo caw-brussel-demo; do
        agree meldpunt-noord "$with" care_coordination,crisis_help,feedback_to_referrer contact,area,finance,language,needs
    done
    agree thuiszorg-zenne caw-brussel-demo care_coordination,feedback_to_referrer contact,area,finance,language,needs
    must as caw-brussel-demo subscribe --areas 21004 --needs debt
    until_says caw-brussel-demo as thuiszorg-zenne subscription list
    line "CAW Brussel Demo has subscribed to signals about debts in this municipality."
    refused E_SECRECY as thuiszorg-zenne signal --to ocmw-demo --person "Mijnheer Proef" --need debt --observations unpaid_bills_seen --area 21004
    line "Without the person's consent a signal goes to a reporting point and to nobody else; to the OCMW it is refused (E_SECRECY)."
    signal=$(notice_bills "Mijnheer Proef, Proefstraat 3")
    [ -n "$signal" ] || fail "a number for the signal"
    until_says '"kind":"signal_in"' as meldpunt-noord --json inbox --box new
    here=$(newest_case meldpunt-noord new)
    must as meldpunt-noord triage "$here" --confidence "We kennen de huisbaas"
    line "Meldpunt Noord looks at it: a named member of staff decides to go on. Thuiszorg Zenne hears that it is taken up."
    until_says "Proefstraat" as meldpunt-noord show "$here"
    must as meldpunt-noord visit report "$here" --result met --text "Hij opende de deur, en was opgelucht"
    mine=$(as meldpunt-noord --json consent give --person "Mijnheer Proef" --how in_person --recipients ocmw-demo,caw-brussel-demo \
        --purposes care_coordination --data contact,area,finance,language,needs --preview area,language,needs --level s1 \
        --basis consent_explicit | value consentNumber)
    line "Somebody goes by and asks him: he agrees that the OCMW helps. His consent is recorded at the reporting point (consent $mine)."
    must as meldpunt-noord convert "$here" --consent "$mine" --to ocmw-demo --name "Mijnheer Proef" --address "Proefstraat 3, 1000 Brussel"
    bills=$(newest_case meldpunt-noord sent)
    until_says '"state":"requested"' as ocmw-demo --json inbox --box to-decide
    mine=$(newest_case ocmw-demo to-decide)
    as ocmw-demo show "$mine" >"$work/out" 2>&1 || fail "the OCMW sees the preview"
    grep -q -e Proefstraat -e Mijnheer "$work/out" && fail "a preview without his name"
    must as ocmw-demo accept "$mine"
    until_says "Proefstraat" as ocmw-demo show "$mine"
    must as ocmw-demo start "$mine" --result met
    must as ocmw-demo outcome "$mine" --outcome debt=right_opened
    until_says '"state":"completed"' as meldpunt-noord --json show "$bills"
    must as meldpunt-noord confirm "$bills" --result met
    line "It becomes a referral, with what the signal says; the OCMW accepts it, and opens a right for him."
    until_says '"signalState":"closed"' as meldpunt-noord --json show "$here"
    until_says '"signalAnswer":"helped"' as thuiszorg-zenne --json show "$signal"
    line "The signal is closed, and Thuiszorg Zenne hears that he was helped: no more than that."
    as thuiszorg-zenne show "$signal" >"$work/out" 2>&1
    grep -qi -e ocmw -e right "$work/out" && fail "an answer that does not say how, or by whom"
    sed -n '1,4p' "$work/out" | sed 's/^/   | /; s/ *$//' | grep -v '^   |$'
}

told_to_subscribers() {
    local agreed number
    agreed=$(as thuiszorg-zenne --json consent give --person "Mevrouw Proef" --how in_person --recipients meldpunt-noord,caw-brussel-demo \
        --purposes care_coordination --data contact,area,finance,language,needs --level s1 --basis consent_explicit | value consentNumber)
    [ -n "$(notice_bills "Mevrouw Proef, Proefstraat 5" "$agreed")" ] || fail "a number for the second signal"
    until_says '"kind":"signal_in"' as meldpunt-noord --json inbox --box new
    until_says '"kind":"signal_in"' as caw-brussel-demo --json inbox --box new
    number=$(newest_case caw-brussel-demo new)
    until_says "Proefstraat 5" as caw-brussel-demo show "$number"
    [ "$number" -eq 1 ] || fail "nothing at the CAW of the signal without consent"
    line "A neighbour of his, asked at her own table, says yes (consent $agreed): her signal also goes to the CAW, as it subscribed."
    line "Of his signal, without a consent, the CAW was sent nothing."
}

nobody_answers() {
    say "4. A second referral: nobody looks at it in time (in this area that is four seconds, for the demo)."
    must as regie-noord mandate set --text "Buurtzorgregie voor Noord (een voorbeeld)" --areas "21004,$hurried_area"
    until_says '"author":"regie-noord"' as thuiszorg-zenne --json mandate show regie-noord
    local consent lost case found
    consent=$(give_consent ldc-noord,ldc-aksant,regie-noord)
    lost=$(refer_to "$consent" ldc-noord "$hurried_area")
    until_says '"state":"expired"' as thuiszorg-zenne --json show "$lost"
    line "The offer to Dienstencentrum Noord has expired, and nobody else is on the list."
    until_says '"cause":"unplaced"' as regie-noord --json escalations
    must as regie-noord escalations
    sed 's/^/   | /; s/ *$//' "$work/out"
    grep -q "Voorbeeld" "$work/out" && fail "an escalation without a name"
    # What is shown from here on must not depend on how fast this machine is.
    stop_node broker
    cp "$work/unhurried.conf" "$work/broker/broker.conf"
    start_broker
    line "The coordinator of the area hears of it: where, how urgent, since when. Who it is about is not said."
    found=$(as regie-noord --json escalations | value number)
    until_says loneliness_isolation as regie-noord --json unplaced
    line "She named the coordinator in her consent, so it also sees the preview; without that it would not."
    must as regie-noord assign "$found" --to ldc-aksant
    until_says ldc-aksant as thuiszorg-zenne show "$lost"
    must as thuiszorg-zenne reopen "$lost" --consent "$consent" --proposed
    until_says '"state":"requested"' as ldc-aksant --json inbox --box to-decide
    case=$(newest_case ldc-aksant to-decide)
    must as ldc-aksant accept "$case"
    until_says '"state":"accepted"' as thuiszorg-zenne --json show "$lost"
    line "It proposes Dienstencentrum Aksant; home care asks it, and there she has a place."
    until_says '"escalations":0' as regie-noord --json status
    line "Nothing waits at the coordinator any more."
}

without_consent() {
    say "5. A referral without consent, to a partner she did not name, is refused before anything is sealed."
    refused E_CONSENT_RECIPIENT as thuiszorg-zenne refer --consent "$consent" --to ocmw-demo --need debt \
        --purpose care_coordination --urgency routine --area 21004 --name "Mevrouw Voorbeeld"
    local lang
    for lang in nl fr en; do
        line "$lang: $("$bin/buurtbus" --home "$work/thuiszorg-zenne" --lang $lang refer --consent "$consent" --to ocmw-demo --need debt \
            --purpose care_coordination --urgency routine --area 21004 --name "Mevrouw Voorbeeld" 2>&1 | head -n 1)"
    done
}

broker_killed() {
    say "6. The broker is killed with -9 while referrals are on their way, and started again."
    local i before=() case sent=0
    stop_node ldc-aksant
    for i in 1 2 3 4 5 6; do
        [ "$i" -eq 4 ] && { kill -9 "${process[broker]}"; wait "${process[broker]}" 2>/dev/null; line "kill -9 after three of six referrals"; }
        case=$(refer_to "$(give_consent ldc-aksant)" ldc-aksant)
        [ -n "$case" ] || fail "a referral is taken while the broker is away"
        before+=("$case")
    done
    start_broker
    start_node ldc-aksant
    for case in "${before[@]}"; do until_says '"state":"requested"' as thuiszorg-zenne --json show "$case"; done
    until_says '"outbox":6' as thuiszorg-zenne --json status
    sent=$(as ldc-aksant --json inbox --box to-decide | grep -o '"state": *"requested"' | wc -l)
    [ "$sent" -eq 6 ] || fail "six referrals at Dienstencentrum Aksant, found $sent"
    line "All six arrived, each once: nothing lost, nothing twice."
    must "$bin/buurtbus" --home "$work/broker" broker status
}

proof_for_others() {
    say "7. What became of the woman's case is proved to others: a file without any content, checked without a node."
    local lang
    must as thuiszorg-zenne audit export "$second" --out "$work/case.evidence"
    grep -qa -e Voorbeeld -e eenzaam "$work/case.evidence" && fail "evidence without a name in it"
    must env -i "$bin/buurtbus" --lang en verify "$work/case.evidence" --fingerprint "$fingerprint"
    grep -q '^All of it holds.$' "$work/out" || { cat "$work/out" >&2; fail "evidence that holds"; }
    line "$(grep -c 'signed that it was read' "$work/out") letters were read, and all of it holds under the steward's fingerprint alone."
    head -c 3000 "$work/case.evidence" >"$work/cut.evidence"
    refused E_ "$bin/buurtbus" --lang en verify "$work/cut.evidence" --fingerprint "$fingerprint"
    sed 's/ldc-aksant/ldc-aksand/g' "$work/case.evidence" >"$work/changed.evidence"
    refused '\[wrong_signature\]' "$bin/buurtbus" --lang en verify "$work/changed.evidence" --fingerprint "$fingerprint"
    line "A file that was cut off or changed is refused, and the check says what is wrong with it."
    must as ldc-aksant openings "$case"
    for lang in nl fr en; do
        must "$bin/buurtbus" --home "$work/thuiszorg-zenne" --lang $lang who-got-what "$second"
    done
    line "She herself gets a sheet in plain words:"
    printf '\n'
    sed 's/^/   | /; s/ *$//' "$work/out"
    grep -q "was given the full referral" "$work/out" || fail "a sheet that says who was given what"
}

signals_not_people() {
    say "8. What the reporting point knows of its neighbourhood: signals, not people."
    local year
    year=$(today | cut -d - -f 1)
    must as meldpunt-noord report area --own --period "$year"
    sed 's/^/   | /; s/ *$//' "$work/out"
    grep -q '^21004  *Debts  *2  *1  *0  *1 ' "$work/out" || fail "two signals about debts, one answered, one open"
    grep -q '^Signals, not people\. .*not to be handed on' "$work/out" || fail "a report that says what it counts, and for whom"
    must as buurthuis-chambry report area --period "$year"
    grep -q Debts "$work/out" && fail "numbers under five for nobody else"
    grep -q '^Signals, not people: one person can have several signals' "$work/out" || fail "a report that says what it counts"
    line "What another partner sees of it: nothing, as two is fewer than five."
}

serve_http() {
    local row
    for row in "${partners[@]}"; do start_http "${row%%|*}"; done
}
tell_how_to_look() {
    cat <<EOF

The network runs on. Look at it, for example:
   $bin/buurtbus --home $work/thuiszorg-zenne inbox --box sent
   $bin/buurtbus --home $work/ldc-aksant inbox
   $bin/buurtbus --home $work/ldc-aksant directory
   $bin/buurtbus --home $work/broker broker status
   $bin/buurtbus verify $work/case.evidence --fingerprint $fingerprint

Software of a partner connects by HTTP, each with its own token:
EOF
    local row id
    for row in "${partners[@]}"; do
        id=${row%%|*}
        printf '   %-18s %s   token %s\n' "$id" "${url[$id]}" "${token[$id]}"
    done
    cat <<EOF
For example, what waits for a decision of the service centre:
   curl -sS -H "Authorization: Bearer ${token[ldc-aksant]}" "${url[ldc-aksant]}/v1/referrals?box=to_decide"
and in a browser what can be asked: ${url[ldc-aksant]}/docs
Ctrl-C stops it and leaves nothing behind.
EOF
}

echo "Buurtbus demo, $(today), in $work. All people and organisations are fictitious. Buurtbus is not an emergency channel."
found_network
agree_partnerships
lonely_woman
unpaid_bills
told_to_subscribers
nobody_answers
without_consent
broker_killed
proof_for_others
signals_not_people
say "Done in $(($(date +%s) - started)) s: every step was really done by the running processes and checked."
if [ -n "$keep" ]; then
    trap 'exit 0' INT TERM
    serve_http
    tell_how_to_look
    wait
fi
