#!/bin/bash
# What the package puts on a computer: every page that a page of it names is there, each unit starts a program of it, the same source gives the same package,
# and an upgrade starts again what ran.
#   package.sh BIN_DIR
set -uo pipefail
bin=$(cd "${1:?the folder of the programs}" && pwd)
cd "$(dirname "$0")/.." || exit 2
work=$(mktemp -d "${TMPDIR:-/tmp}/bb-package.XXXXXX")
trap 'rm -rf "$work"' EXIT
fail() {
    echo "not ok - the package: $*"
    exit 1
}
ok() { echo "ok - the package: $*"; }

root=$work/root
make -s --no-print-directory install B="${bin%/bin}" DESTDIR="$root" >"$work/said" 2>&1 || fail "it is put in place: $(tail -n 3 "$work/said")"
version=$("$root/usr/bin/buurtbus" --version | cut -d' ' -f2)
cp -a "$root" "$work/again"
for copy in root again; do deploy/make-deb "$work/$copy" "$version" "$work/$copy.deb" >"$work/said" 2>&1 || fail "it is made: $(tail -n 3 "$work/said")"; done
cmp -s "$work/root.deb" "$work/again.deb" || fail "the same source gives the same package"
dpkg-deb -f "$work/root.deb" Depends | grep -q libmicrohttpd12 || fail "it names what it needs"
ok "the same source gives the same one"

pages=0
while IFS= read -r page; do
    while IFS= read -r link; do
        pages=$((pages + 1))
        [ -e "$(dirname "$page")/${link%%#*}" ] || fail "${page#"$root"} names $link, which is not there"
    done < <(grep -o '](\([A-Za-z.][^):]*\))' "$page" | sed 's/^](//; s/)$//; /^http/d')
done < <(find "$root/usr/share/doc" -name '*.md')
[ "$pages" -gt 50 ] || fail "pages name others ($pages)"
# In English where everybody looks, in Dutch and French where man looks first for who reads those; whatever the language of who builds.
for page in man1/buurtbus.1 man8/buurtbus-node.8 man8/buurtbus-broker.8 man8/buurtbus-http.8; do
    for row in .:NAME nl:NAAM fr:NOM; do
        zcat "$root/usr/share/man/${row%:*}/$page.gz" >"$work/page" || fail "$page in ${row%:*}"
        [ "$(sed -n 2p "$work/page")" = ".SH ${row#*:}" ] || fail "$page in ${row%:*} begins with $(sed -n 2p "$work/page")"
    done
done
ok "each page that is named is there ($pages)"

while IFS= read -r program; do [ -x "$root$program" ] || fail "a unit starts $program, which is not there"; done \
    < <(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$root"/usr/lib/systemd/system/*.service)
ok "each unit starts a program of it"

# Who starts the broker by hand after the service was stopped, or asks it something, names no home and means that of the service.
home=$(sed -n 's@^ExecStart=.* --home \([^ ]*\).*@\1@p' "$root/usr/lib/systemd/system/buurtbus-broker.service")
[ -n "$home" ] || fail "the unit of the broker names its home"
"$root/usr/bin/buurtbus-broker" --help | grep -qF "is DIR ($home)." || fail "the broker itself takes $home: $("$root/usr/bin/buurtbus-broker" --help | sed -n 2p)"
grep -q "^buurtbus broker init --home $home " "$root/usr/share/doc/buurtbus/docs/operating.md" || fail "the page makes the home of the broker in $home"
ok "a broker has one home, whoever starts it"

# A service can write only what its unit opens to it: the folder that the page names for its backups is opened, and made.
for row in "node:backup" "broker:broker backup"; do
    folder=$(sed -n "s@^buurtbus ${row#*:} \(/[^ ]*\)/[^ /]* .*@\1@p" "$root/usr/share/doc/buurtbus/docs/operating.md" | head -n 1)
    [ -n "$folder" ] || fail "a page names where the backups of a ${row%%:*} go"
    grep -Eq "^ReadWritePaths=(.* )?-?$folder( |\$)" "$root/usr/lib/systemd/system/buurtbus-${row%%:*}.service" ||
        fail "a ${row%%:*} that runs as a service can write into $folder"
    grep -q "^d $folder 0700 buurtbus buurtbus " "$root/usr/lib/tmpfiles.d/buurtbus.conf" || fail "tmpfiles.d makes $folder"
    grep -q "^    install -d -m 0700 -o buurtbus -g buurtbus $folder\$" deploy/debian/postinst || fail "the package makes $folder"
done
ok "a service can write where its backups go"

# The script that runs after it was put in place, with commands that only say what they were asked.
mkdir -p "$work/commands" "$work/systemd"
for command in systemctl getent adduser install; do
    printf '#!/bin/sh\necho "%s $*" >>"%s/asked"\n' "$command" "$work" >"$work/commands/$command"
    chmod +x "$work/commands/$command"
done
sed "s@/run/systemd/system@$work/systemd@" deploy/debian/postinst >"$work/postinst"
configured() { # arguments; what it asked
    : >"$work/asked"
    PATH="$work/commands:$PATH" sh "$work/postinst" "$@" || fail "it is configured: $*"
}
configured configure ""
grep -q restart "$work/asked" && fail "nothing is started when it is new: $(cat "$work/asked")"
configured configure 0.0.9
grep -q '^systemctl try-restart buurtbus-broker.service buurtbus-node.service buurtbus-http.service$' "$work/asked" ||
    fail "an upgrade starts again what ran: $(cat "$work/asked")"
configured abort-upgrade 0.0.9
[ ! -s "$work/asked" ] || fail "an upgrade that was given up changes nothing"
ok "an upgrade starts again what ran, and nothing else"
