#!/bin/bash
# Every command of the command line, used wrongly: what is missing, unknown, too long, said twice or contradictory gets
# one sentence on standard error, nothing on standard output, and exit status 2.
#   cli_bad.sh BIN_DIR
bin=$(cd "${1:?the folder of the programs}" && pwd)/buurtbus
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
export BUURTBUS_HOME=$work/none
LINE_MAX=600
long=$(printf '%09000d' 0 | tr 0 x)
tries=0 faults=0

# Nobody sits at a terminal.
bad() {
    tries=$((tries + 1))
    "$bin" --lang en "$@" >out 2>err </dev/null
    local status=$? lines bytes
    lines=$(wc -l <err)
    bytes=$(wc -c <err)
    [ "$status" -eq 2 ] && [ ! -s out ] && [ "$lines" -eq 1 ] && [ "$bytes" -le $LINE_MAX ] && return
    faults=$((faults + 1))
    printf '# status %d, %d lines, %d bytes: buurtbus %s\n# %s\n' "$status" "$lines" "$bytes" "$(echo "$*" | cut -c1-150)" \
        "$(head -n 1 err | cut -c1-200)"
}
tell() {
    if [ "$faults" -eq 0 ]; then echo "ok - $1 ($tries)"; else echo "not ok - $1 ($faults of $tries)"; all_faults=1; fi
    tries=0 faults=0
}
commands() { "$bin" --lang en help | sed -n 's/^  \([a-z][a-z -]*[a-z]\)   *[A-Z].*/\1/p'; }
# "--to PARTNER,..." or "--interpreter" or "CASE", one a line.
arguments() { "$bin" --lang en help $1 | sed -n 's/^  \([-A-Z]\)/\1/p'; }
# What stands in the usage without brackets has to be given.
needs_something() { "$bin" --lang en help $1 | sed '/^    /,$d' | tr '\n' ' ' | sed 's/\[[^]]*\]//g; s/^buurtbus '"$1"'//' | grep -q '[A-Z]'; }

n_commands=0
while read -r command; do
    n_commands=$((n_commands + 1))
    bad $command --no-such-option
    bad $command --no-such-option=3
    bad $command a b c d
    bad $command --lang xx
    bad $command --home
    needs_something "$command" && bad $command
    while read -r name value; do
        case "$name" in
        --*)
            if [ -n "$value" ]; then
                bad $command "$name"
                bad $command "$name" x "$name" x
                # A file's name may be long; that there is no such file is no wrong use.
                case "$value" in FILE | DIR) ;; *) bad $command "$name" "$long" ;; esac
            else
                bad $command "$name=yes"
                bad $command "$name" "$name"
            fi
            ;;
        CASE | NUMBER | PARTNER | NAME)
            bad $command "$long"
            bad $command ""
            ;;
        esac
    done < <(arguments "$command")
done < <(commands)
[ "$n_commands" -ge 50 ] || { echo "not ok - only $n_commands commands were found"; exit 1; }
tell "each of $n_commands commands, with what is missing, unknown, too long or said twice"

while IFS= read -r line; do
    eval "bad $line"
done <<'LIST'
consent withdraw 3 --case 4
consent withdraw 0
token new phone-app
token revoke phone-app --scopes admin
token new phone-app --scopes everything
intake set full --until 2020-13-45
intake set nowhere
capacity set no_such_need open
capacity set social_contact_visit perhaps
capacity set social_contact_visit open --places 7
capacity set social_contact_visit open --wait 3
capacity set social_contact_visit open --area 2100
service set social_contact_visit --areas 21004a01-
absence set --until soon
find --need debt --area brussel
find --need no_such_need --area 21004
absence end soon
mandate set --areas 21004A01- --text X
steward admit node.request --supported antenne-noord --by ldc-noord
steward admit
refer --consent one --to ldc-noord
refer --consent 1 --to "LDC Noord"
refer --consent 1 --to ldc-noord --need no_such_need --area 21004 --name X
refer --consent 1 --to ldc-noord --need debt --area brussel --name X
refer --consent 1 --to ldc-noord --need debt --area 21004 --name X --birth-date 1942-02-30
show -3
show 99999999999999999999999
decline 3 --reason no_such_reason
hold 3 --reason hospitalised --until tomorrow
outcome 3 --outcome
outcome 3 --outcome debt=no_such_outcome
inbox --box nowhere
rights answer 1 --answer settled
rights answer 1 --answer refused --reason never_held
rights settle 1 --reason legal_claim
vocab no_such_list
help no such command
no-such-command
node
--lang
LIST
tell "values that cannot be, and arguments that contradict each other"

# What a command would refuse is no choice of it.
not_offered() { # command words; a code
    tries=$((tries + 1))
    "$bin" --lang en help $1 | grep -qw "$2" || return
    faults=$((faults + 1)); echo "# $1 offers $2"
}
not_offered "rights answer" settled
not_offered "rights answer" never_held
not_offered "rights settle" legal_claim
tell "what is offered can be chosen"

# What the system says of a file is said in the language of who reads, with a code and what to do.
system_says() { # status; what is to be read in nl, fr and en; command
    local status=$1 i=1 lang
    for lang in nl fr en; do
        i=$((i + 1))
        tries=$((tries + 1))
        "$bin" --lang $lang "${@:5}" >out 2>err </dev/null
        [ $? -eq "$status" ] && grep -q "(E[A-Z_]*)" err && grep -q "${!i}" err && ! grep -qi "no such\|denied\|is a directory" err && continue
        faults=$((faults + 1)); echo "# --lang $lang ${*:5}: $(tr '\n' ' ' <err)"
    done
}
consent=(consent give --person X --how in_person --recipients aksant --purposes care_coordination --data needs --explained-in nl --notice-title X --notice-version 1 --notice-language nl)
mkdir folder; : >empty
system_says 3 "bestaat niet" "n'existe pas" "does not exist" "${consent[@]}" --notice-file nowhere
system_says 1 "geen gewoon bestand" "pas un fichier" "no ordinary file" "${consent[@]}" --notice-file empty
system_says 1 "geen gewoon bestand" "pas un fichier" "no ordinary file" "${consent[@]}" --notice-file folder
system_says 3 "bestaat niet" "n'existe pas" "does not exist" verify nowhere
tell "what the system says of a file"

# The language of the terminal, as every program takes it: LC_ALL before LC_MESSAGES before LANG; what says nothing does not count.
in_language() { # the piece that is to be read; settings
    tries=$((tries + 1))
    env -u LC_ALL -u LC_MESSAGES -u LANG "${@:2}" "$bin" nowhere 2>err && return
    grep -q "$1" err || { faults=$((faults + 1)); echo "# ${*:2}: $(head -n 1 err)"; }
}
in_language "geen opdracht" LANG=nl_BE.UTF-8
in_language "pas une commande" LANG=nl_BE.UTF-8 LC_ALL=fr_BE.UTF-8
in_language "no command" LANG=nl_BE.UTF-8 LC_MESSAGES=en_US.UTF-8
in_language "pas une commande" LC_ALL= LC_MESSAGES=fr_BE LANG=en
in_language "geen opdracht" LC_ALL=C LANG=fr_BE.UTF-8
tell "the language of the terminal"
exit "${all_faults:-0}"
