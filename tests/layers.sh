#!/bin/bash
# The layers hold: includes go downward only, one door per library, broker and nodes never meet; and secrets are compared in constant time. Prints the first faults; exit 1.
cd "$(dirname "$0")/.." || exit 2
git ls-files --cached --others --exclude-standard 'core/*.[ch]' 'broker/*.[ch]' 'nodes/*.[ch]' 'nodes/cli/*.[ch]' 'adapters/*.[ch]' |
    xargs awk '
    # Rank of each file: the first pattern that fits counts.
    function rank(file) {
        if (file ~ /^gen\// || file ~ /^core\/(span|err|code|lang|hash[a-z0-9_]*|arena|vocab|version|folder|file)\./) return 0
        if (file ~ /^core\/(aggregate|ids|niss|time[a-z_]*|merkle|consent[a-z_]*|fields|lifecycle[a-z_]*)\./) return 1
        if (file ~ /^broker\/decide[a-z_]*\./ || file ~ /^nodes\/(disclose|finder)[a-z_]*\./) return 1
        if (file ~ /^core\/open_text[a-z_]*\./) return 1
        if (file ~ /^nodes\/(alike[a-z_]*|outreach|quiet|signals_life)\./) return 1
        if (file ~ /^core\/(wire[a-z_]*|seal|keys[a-z_]*|conf[a-z_]*|log|directory[a-z_]*|signed[a-z_]*|audit|evidence[a-z_]*)\./) return 2
        if (file ~ /^core\/(bundle|start|steward[a-z_]*|home[a-z_]*)\./) return 3
        if (file ~ /^core\/(loop|db)[a-z_]*\./ || file ~ /^broker\/ledger[a-z_]*\./ || file ~ /^nodes\/spool[a-z_]*\./) return 3
        if (file ~ /^adapters\//) return 4
        if (file ~ /^(broker|nodes)\/[a-z_]*\./ && file !~ /\/main\./) return 4
        if (file ~ /^nodes\/cli\// || file ~ /\/main\./) return 5
        return -1
    }
    function fault(words) { print FILENAME ":" FNR ": " words; faults++ }
    FNR == 1 { own = rank(FILENAME); split(FILENAME, part, "/"); top = part[1]
               if (own < 0) fault("this file has no layer; give it one in tests/layers.sh") }
    /^#include "/ {
        split($0, q, "\""); to = q[2]; other = rank(to)
        split(to, t, "/")
        if (to !~ /\//) fault("include \"" to "\" by its path from the top")
        else if (other < 0) fault("\"" to "\" has no layer")
        # What a pure function is told about members is plain data of the directory.
        else if (other > own && to != "core/directory.h") fault("includes upward: " to)
        if (top == "broker" && t[1] == "nodes" || top == "nodes" && t[1] == "broker") fault("broker and nodes never meet: " to)
        if (top == "core" && (t[1] == "broker" || t[1] == "nodes" || t[1] == "adapters")) fault("core knows nobody above it: " to)
        if (top == "adapters" && (t[1] == "broker" || t[1] == "nodes")) fault("adapters talk to a node only through its socket: " to)
    }
    /^#include </ {
        if (/<(uv|zmq)\.h>/ && FILENAME !~ /^core\/loop/) fault("libuv and libzmq live in core/loop only")
        if (/protobuf-c/ && FILENAME !~ /^core\/wire/) fault("protobuf-c lives in core/wire only")
        if (/<sodium/ && FILENAME !~ /^core\/(hash|seal|keys)/) fault("libsodium lives in core/hash, seal and keys only")
        if (/<nettle/ && FILENAME !~ /^core\/hash/) fault("nettle lives in core/hash only")
        if (/<sqlite3/ && FILENAME !~ /^(core\/db|broker\/ledger|nodes\/spool)/) fault("SQLite lives in core/db and the two stores only")
        if (/<confuse/ && FILENAME !~ /^core\/conf/) fault("libconfuse lives in core/conf only")
        if (/<jansson/ && FILENAME !~ /^(nodes\/cli|adapters|adapters\/http)\/json/) fault("jansson lives in json*.c of the command line and the adapters only")
        if (/<microhttpd/ && FILENAME !~ /^adapters\/http\/server/) fault("libmicrohttpd lives in adapters/http/server only")
        if (/<gnutls/ && FILENAME !~ /^adapters\/http\/server_tls/) fault("GnuTLS lives in adapters/http/server_tls only")
        if (/<curl/ && FILENAME !~ /^adapters\/http\/post/) fault("libcurl lives in adapters/http/post only")
        if (/<systemd/ && FILENAME !~ /^core\/loop/) fault("libsystemd lives in core/loop only")
    }
    # How long a comparison takes must not tell how much of a secret was right.
    /token_hash/ && /(memcmp|key32_equal|span_equal|strcmp)\(/ { fault("the hash of a token is compared by hash_equal") }
    FILENAME == "core/hash.c" && /[^_]memcmp\(/ { fault("secrets are compared by sodium_memcmp") }
    END { if (faults) { print faults " faults against the layers"; exit 1 } print "ok - the layers hold" }'
