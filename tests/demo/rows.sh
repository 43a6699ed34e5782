#!/bin/bash
# What neighbourhood care asks of the product, row by row of the table in docs/product.md: each row is walked on real processes, with every command that the
# row names. A line of TAP a row; exit 1 when one fails.  rows.sh BIN_DIR
set -uo pipefail
bin=$(cd "$1" && pwd)
here=$(dirname "$0")
# shellcheck source=tests/demo/network.sh
. "$here/network.sh"
table=$here/../../docs/product.md
all=contact,area,age_band,language,household,network,needs,strengths,service_history,finance,housing
purposes=care_coordination,contact_and_visit,feedback_to_referrer,crisis_help,informal_support
person=(--name "Mevrouw Voorbeeld" --area 21004)
tomorrow=$(TZ=CET-1CEST,M3.5.0,M10.5.0/3 date -d tomorrow +%F)
walked=() bad=0

# --- one row ---
said() { # ok or not ok, its name
    walked+=("$2")
    echo "$1 ${#walked[@]} - $2"
    [ "$1" = ok ] && return
    bad=$((bad + 1))
    tail -n 20 "$work/row" | cut -c1-600 | sed 's/^/# /'
}
commands_of() { sed -n "s/^| $1 |.*| \(.*\) |\$/\1/p" "$table" | grep -o 'buurtbus [a-z -]*' | sed 's/^buurtbus //'; }
# Which command of its row was never asked; what was asked may begin with an option.
forgotten() {
    local command
    commands_of "$1" | while read -r command; do
        sed -E 's/^(--(json|yes|lang [a-z]+) )*//' "$work/asked" | grep "^$command\( \|\$\)" >/dev/null || echo "$command"
    done
}
# In a shell of its own, so that a row that fails ends nothing but itself.
row() { # name in the table, the function that walks it
    local left
    : >"$work/asked"
    if [ -z "$(commands_of "$1")" ]; then
        echo "no such row in $table" >"$work/row"
        said "not ok" "$1"
    elif ! (trap - EXIT; "$2") >"$work/row" 2>&1; then
        said "not ok" "$1"
    else
        left=$(forgotten "$1")
        echo "never asked: $left" >"$work/row"
        if [ -z "$left" ]; then said ok "$1"; else said "not ok" "$1"; fi
    fi
}
fail() {
    echo "expected: $*" >&2
    exit 1
}

# --- what rows do ---
says() { grep -qF -- "$1" "$work/out" || { cat "$work/out"; fail "\"$1\""; }; }
hides() { ! grep -qF -- "$1" "$work/out" || { cat "$work/out"; fail "nothing of \"$1\""; }; }
bus() { # a command that needs no node
    printf '%s\n' "$*" >>"$work/asked"
    "$bin/buurtbus" "$@"
}
latest() { # the newest case of a partner
    local number
    number=$(as "$1" --json inbox | grep -o '"number": *[0-9]*' | grep -o '[0-9]*$' | sort -n | tail -n 1)
    echo "${number:-0}"
}
comes_to() { # who, the newest case before; got is the one that comes
    local tries=600
    while [ $((tries--)) -gt 0 ]; do
        got=$(latest "$1")
        [ "$got" -gt "$2" ] && return
        sleep 0.1
    done
    fail "a case at $1"
}
consent_for() { # who asks, recipients, person ; prints the number
    as "$1" --json consent give --person "${3:-Mevrouw Voorbeeld}" --how in_person --recipients "$2" --purposes care_coordination,contact_and_visit,informal_support \
        --data $all --preview area,age_band,language,needs,strengths --level s1 --basis consent_explicit --onward 1 | value consentNumber
}
refer() { # consent, to, need, more... ; prints the case number
    local consent=$1 to=$2 need=$3
    shift 3
    as thuiszorg-zenne --json refer --consent "$consent" --to "$to" --need "$need" --purpose care_coordination --urgency routine "${person[@]}" "$@" >"$work/out"
    value caseNumber <"$work/out"
}
referred() { # to whom, consent, candidates, need, more... : sets sent and got
    local to=$1 before
    shift
    before=$(latest "$to")
    sent=$(refer "$@")
    [ -n "$sent" ] || { cat "$work/out"; fail "a referral to $to"; }
    comes_to "$to" "$before"
}
placed() { # need, more... : a referral of home care that Aksant has accepted
    consent=$(consent_for thuiszorg-zenne ldc-aksant,ldc-noord)
    referred ldc-aksant "$consent" ldc-aksant "$@"
    must as ldc-aksant accept "$got"
    until_says '"state":"accepted"' as thuiszorg-zenne --json show "$sent"
    until_says "Mevrouw Voorbeeld" as ldc-aksant show "$got"
}
signalled() { # more... : a signal of home care at the reporting point: sets sent and got
    local before
    before=$(latest meldpunt-noord)
    sent=$(as thuiszorg-zenne --json signal --to meldpunt-noord --person "Mijnheer Proef, Proefstraat 3" --area 21004 "$@" | value caseNumber)
    [ -n "$sent" ] || fail "a signal"
    comes_to meldpunt-noord "$before"
    until_says "Proefstraat" as meldpunt-noord show "$got"
}

# --- the rows ---
analysis() {
    local steward=(--home "$work/steward" --passphrase-file "$work/passphrase")
    # A sector counts where the steward's table puts it, whatever its code begins with.
    printf 'nis\tnl\tfr\ten\tvalid_from\tvalid_until\n21004\tBrussel\tBruxelles\tBrussels\t1977-01-01\topen\n' >"$work/areas.tsv"
    printf 'sector\tnis\tname\tvalid_from\tvalid_until\n21099A01-\t21004\tEen wijk\t2011-01-01\topen\n' >"$work/sectors.tsv"
    must bus steward areas "$work/areas.tsv" "$work/sectors.tsv" "${steward[@]}"
    must as broker broker load "$work/steward/network.bundle"
    until_says "21099A01-" as ldc-aksant areas 21004
    refused E_SECTOR as ldc-aksant find --need social_contact_visit --area 21004A01-
    must as ldc-aksant capacity set social_contact_visit open --area 21004
    until_says "nl, fr" as meldpunt-noord service list ldc-aksant
    until_says "21004" as meldpunt-noord capacity list ldc-aksant
    until_says "there is room" as meldpunt-noord find --need social_contact_visit --area 21099A01-
    signalled --need loneliness_isolation --observations says_lonely
    must as meldpunt-noord report area --own --period "$(today | cut -d - -f 1)"
    says "21004  Loneliness"
    says "Signals, not people"
}
partnerships() {
    local consent
    consent=$(consent_for thuiszorg-zenne caw-brussel-demo)
    refused E_SECRECY as thuiszorg-zenne refer --consent "$consent" --to caw-brussel-demo --need debt --purpose care_coordination --urgency routine "${person[@]}"
    says "No partnership is agreed"
    agree thuiszorg-zenne caw-brussel-demo "$purposes" $all
    referred caw-brussel-demo "$consent" caw-brussel-demo debt
    must as thuiszorg-zenne partnership map
    says caw-brussel-demo
}
informing() {
    must as ldc-aksant campaign set --title "Koffie in de wijk" --text "Elke donderdag staat de koffie klaar." --audiences older_people --areas 21004 --languages nl
    until_says "Koffie in de wijk" as buurthuis-chambry campaign list
    must as buurthuis-chambry campaign list --area 21009
    hides "Koffie in de wijk"
    must as ldc-aksant campaign end 1
}
networks() {
    placed loneliness_isolation,social_contact_visit
    must as ldc-aksant start "$got" --result met
    must as ldc-aksant outcome "$got" --outcome loneliness_isolation=network_strengthened,social_contact_visit=help_started
    until_says '"state":"completed"' as thuiszorg-zenne --json show "$sent"
    must as thuiszorg-zenne show "$sent"
    says "network strengthened"
}
talents() {
    placed meaningful_role --strengths "Bakt brood voor de hele straat" --does-self "Doet zelf boodschappen" --goal "Iets betekenen" --help-wanted "Een plek om te bakken"
    must as ldc-aksant show "$got"
    says "Bakt brood"
    [[ $(<"$work/out") == *"Bakt brood"*Needs* ]] || { cat "$work/out"; fail "strengths that stand before needs"; }
    must as buurthuis-chambry ask post --need meaningful_role --area 21004 --text "Wie bakt er mee brood op woensdag?" --language nl
    until_says "Wie bakt er mee" as ldc-aksant ask list
    must as ldc-aksant ask claim buurthuis-chambry/1
    until_says ldc-aksant as buurthuis-chambry ask list
    must as ldc-aksant ask done buurthuis-chambry/1
}
needs() {
    local first consent before
    signalled --need debt --observations unpaid_bills_seen
    first=$got
    must as meldpunt-noord triage "$first"
    signalled --need debt --observations unpaid_bills_seen
    must as meldpunt-noord show "$got"
    says "about the same person"
    must as meldpunt-noord triage "$got"
    must as meldpunt-noord link "$got" --with "$first"
    must as meldpunt-noord attempt "$got" --kind phone --result no_answer_1
    must as meldpunt-noord visit plan "$got" --on "$tomorrow" --goes social_worker --aim check_signal
    must as meldpunt-noord visit report "$got" --result met --text "Hij opende de deur"
    # One digit more, and it is the consent of somebody else.
    refused E_CONSENT_PERSON as meldpunt-noord convert "$got" --consent "$(consent_for meldpunt-noord ocmw-demo)" --to ocmw-demo
    consent=$(consent_for meldpunt-noord ocmw-demo "Mijnheer Proef")
    before=$(latest ocmw-demo)
    must as meldpunt-noord convert "$got" --consent "$consent" --to ocmw-demo
    comes_to ocmw-demo "$before"
    must as meldpunt-noord show "$first"
    says "became a referral"
    until_says "somebody goes on with it" as thuiszorg-zenne show "$sent"
}
guiding() {
    local next consent
    until_says ldc-noord as thuiszorg-zenne find --need shopping_errands --area 21004
    consent=$(consent_for thuiszorg-zenne ldc-noord,ldc-aksant)
    next=$(latest ldc-aksant)
    referred ldc-noord "$consent" ldc-noord,ldc-aksant shopping_errands --handover warm_visit
    must as ldc-noord info-request "$got" --questions best_time
    until_says '"state":"info_requested"' as thuiszorg-zenne --json show "$sent"
    must as thuiszorg-zenne info-reply "$sent" --text "In de voormiddag"
    until_says '"state":"seen"' as ldc-noord --json show "$got"
    must as ldc-noord decline "$got" --reason no_capacity
    comes_to ldc-aksant "$next"
    must as ldc-aksant accept "$got"
    until_says "Mevrouw Voorbeeld" as ldc-aksant show "$got"
    agree ldc-aksant ldc-noord "$purposes" $all
    must as ldc-aksant forward "$got" --to ldc-noord
    says ldc-noord
}
advising() {
    must as buurthuis-chambry barrier set waiting_time --need debt --areas 21004 --text "Wie schulden heeft, wacht drie maanden."
    must as buurthuis-chambry barrier list
    says "wacht drie maanden"
    must as buurthuis-chambry advice post --title "Korter wachten" --text "Verdubbel het spreekuur." --to ocmw-demo --areas 21004
    until_says "Korter wachten" as ocmw-demo advice list
    must as ocmw-demo advice answer buurthuis-chambry/1 taken_up_partly --text "Vanaf maart een avond erbij."
    until_says "Vanaf maart" as buurthuis-chambry advice show buurthuis-chambry/1
}
antennas() {
    local consent steward=(--home "$work/steward" --passphrase-file "$work/passphrase")
    must bus steward admit --supported antenne-zuid --by ldc-noord --name "Antenne Zuid" --type ANTENNA "${steward[@]}"
    must bus steward publish "${steward[@]}"
    must as broker broker load "$work/steward/network.bundle"
    until_says "Antenne Zuid" as thuiszorg-zenne directory antenne-zuid
    consent=$(consent_for thuiszorg-zenne ldc-noord,antenne-zuid)
    referred ldc-noord "$consent" antenne-zuid loneliness_isolation
    must as ldc-noord show "$got"
    says "antenne-zuid"
    hides "Mevrouw Voorbeeld"
}
strain() {
    local consent
    must as ldc-noord intake set volunteers_at_limit --antenna antenne-noord
    until_says '"intake":"volunteers_at_limit"' as thuiszorg-zenne --json directory antenne-noord
    consent=$(consent_for thuiszorg-zenne ldc-noord,antenne-noord)
    refused E_BUSY as thuiszorg-zenne refer --consent "$consent" --to antenne-noord --need loneliness_isolation --purpose care_coordination --urgency routine "${person[@]}"
    must as ldc-noord intake set open --antenna antenne-noord
    must as ldc-noord capacity set loneliness_isolation open --places 1_2 --area 21004
    until_says "1 or 2 places" as thuiszorg-zenne capacity list ldc-noord
    must as ldc-noord absence set --from "$(date -d "$tomorrow + 30 days" +%F)" --until "$(date -d "$tomorrow + 31 days" +%F)"
    until_says "ldc-noord" as thuiszorg-zenne absence list ldc-noord
}
visits() {
    placed social_contact_visit
    must as ldc-aksant visit plan "$got" --on "$tomorrow" --goes volunteer,interpreter --aim talents_and_wishes --agreed
    until_says "volunteer" as thuiszorg-zenne show "$sent"
    must as ldc-aksant visit postpone "$got" --on "$(date -d "$tomorrow + 2 days" +%F)" --reason person_asked
    until_says "the person asked for it" as thuiszorg-zenne show "$sent"
    must as ldc-aksant visit report "$got" --result not_now --no-next other_contact
    until_says "not now" as thuiszorg-zenne show "$sent"
    must as ldc-aksant visit list "$got"
    says "not now"
}
solidarity() {
    local consent again number
    number=$(as buurthuis-chambry --json ask post --need odd_jobs_home --area 21004 --text "Wie helpt een kraan herstellen?" | value count)
    refused E_IDENTIFIES as buurthuis-chambry ask post --need odd_jobs_home --area 21004 --text "Bel Rosa op 0470 12 34 56"
    until_says "een kraan" as ldc-aksant ask list
    must as buurthuis-chambry ask withdraw "$number"
    # From neighbours to professionals, and back: each time under a consent that is newer.
    consent=$(consent_for thuiszorg-zenne ldc-aksant)
    must as thuiszorg-zenne ask post --need odd_jobs_home --area 21004 --text "Wie helpt met een zware kast?"
    refused "needs a new consent" as thuiszorg-zenne refer --from-ask 1 --consent "$consent" --to ldc-aksant --need odd_jobs_home --purpose care_coordination --urgency routine "${person[@]}"
    again=$(consent_for thuiszorg-zenne ldc-aksant)
    referred ldc-aksant "$again" ldc-aksant odd_jobs_home --from-ask 1
    must as thuiszorg-zenne trace "$sent"
    says "ask"
    refused "needs a new consent" as thuiszorg-zenne ask post --from-case "$sent" --consent "$again" --need odd_jobs_home --area 21004 --text "Wie helpt met een kast?"
    again=$(consent_for thuiszorg-zenne ldc-aksant)
    must as thuiszorg-zenne ask post --from-case "$sent" --consent "$again" --need odd_jobs_home --area 21004 --text "Wie helpt met een kast?"
    until_says "een kast" as ldc-aksant ask list
}
coordinator() {
    must as regie-noord mandate set --text "Buurtzorgregie voor Noord (een voorbeeld)" --areas "21004,$hurried_area"
    until_says '"author":"regie-noord"' as thuiszorg-zenne --json mandate show regie-noord
    sent=$(as thuiszorg-zenne --json refer --consent "$(consent_for thuiszorg-zenne ldc-noord,regie-noord)" --to ldc-noord --need loneliness_isolation \
        --purpose care_coordination --urgency routine --name "Mevrouw Voorbeeld" --area $hurried_area | value caseNumber)
    until_says '"cause":"unplaced"' as regie-noord --json escalations
    must as regie-noord escalations
    hides "Voorbeeld"
    must as regie-noord assign "$(as regie-noord --json escalations | value number)" --to ldc-aksant
    until_says ldc-aksant as thuiszorg-zenne show "$sent"
}
reporting_point() {
    refused E_SECRECY as thuiszorg-zenne signal --to ocmw-demo --person "Mijnheer Proef" --need debt --observations unpaid_bills_seen --area 21004
    signalled --need housing_quality --observations home_unsafe
    must as meldpunt-noord triage "$got"
    must as meldpunt-noord signal no-action "$got" --reason solved
    must as meldpunt-noord signal close "$got"
    until_says '"signalAnswer":"not_needed"' as thuiszorg-zenne --json show "$sent"
}
outreach() {
    local before
    before=$(latest meldpunt-noord)
    must as thuiszorg-zenne --yes signal --to meldpunt-noord --person "Mijnheer Proef, Proefstraat 9" --need safety_home --observations not_seen_recently --area 21004 --urgency crisis
    says "112"
    comes_to meldpunt-noord "$before"
    must as meldpunt-noord triage "$got"
    must as meldpunt-noord signal crisis "$got" --called emergency_112
    placed social_contact_visit
    must as ldc-aksant visit report "$got" --result refused
    refused E_QUIET as ldc-aksant visit plan "$got" --on "$tomorrow" --goes volunteer --aim check_signal
    must as ldc-aksant visit plan "$got" --on "$tomorrow" --goes nurse --aim check_signal --safety no_sign_of_life --override-reason "Het licht brandt al drie dagen"
}
following() {
    placed admin_help
    must as thuiszorg-zenne inbox --box sent
    must as thuiszorg-zenne trace "$sent"
    says "ldc-aksant"
    must as ldc-aksant inbox --box running
    says "Mevrouw Voorbeeld"
    must as ldc-aksant status
}
languages() {
    placed language_access --language ar --interpreter
    must as ldc-aksant show "$got"
    says "Interpreter needed        yes"
    must bus --lang en vocab contact_rule
    must "$bin/buurtbus" --lang en help refer
    hides nationality
}
cities() {
    must bus network new --network stad --kit antwerpen --dir "$work/stad" --address tcp://127.0.0.1:1 --passphrase-file "$work/passphrase"
    # What another steward signed is nothing here.
    refused E_ as ldc-aksant node load "$work/stad/steward/network.bundle"
}
platform() {
    local lang before=
    for lang in nl fr en; do
        must bus --lang $lang help refer
        [ "$before" != "$(cat "$work/out")" ] || fail "other words in $lang"
        before=$(cat "$work/out")
        must "$bin/buurtbus" --home "$work/ldc-aksant" --lang $lang inbox
    done
}

found_network >/dev/null
for with in thuiszorg-zenne ocmw-demo; do agree meldpunt-noord "$with" "$purposes" $all; done
for with in ldc-noord ldc-aksant; do agree thuiszorg-zenne "$with" "$purposes" $all; done
for need in loneliness_isolation social_contact_visit meaningful_role odd_jobs_home admin_help language_access shopping_errands; do
    must as ldc-aksant service set $need --areas 21004 --languages nl,fr
    must as ldc-noord service set $need --areas 21004,$hurried_area
done
row "Neighbourhood analysis" analysis
row "Partnerships" partnerships
row "Informing" informing
row "Social networks" networks
row "Strengths and talents" talents
row "Detecting needs" needs
row "Guiding to help" guiding
row "Policy advice" advising
row "Informal networks, antennas, volunteers" antennas
row "Strain" strain
row "Activating home visits" visits
row "Warm and cold solidarity" solidarity
row "Neutral coordinator" coordinator
row "Reporting point" reporting_point
row "Outreach, crisis" outreach
row "Following up" following
row "People of every language" languages
row "Two cities" cities
row "Three languages for staff" platform
: >"$work/row"
sed -n '/^## Row by row/,/^## N/p' "$table" | grep '`buurtbus' | cut -d '|' -f 2 | sed 's/^ //; s/ $//' | while read -r name; do
    printf '%s\n' "${walked[@]}" | grep -xF "$name" >/dev/null || echo "not walked: $name"
done >"$work/row"
if [ -s "$work/row" ]; then said "not ok" "every row was walked"; else said ok "every row was walked"; fi
echo "1..${#walked[@]}"
exit $((bad > 0))
