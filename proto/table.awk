# table.awk - what the generators share: stopping with a place and words, and C strings. POSIX awk.

function stop(words)
{
    print words | "cat 1>&2"
    close("cat 1>&2")
    failed = 1
    exit 1
}

function refuse(column, words)
{
    stop(FILENAME ":" FNR ":" column ": " words)
}

# A C string; a backslash never gets here.
function quote(text)
{
    gsub(/"/, "\\\"", text)
    return "\"" text "\""
}

# French has a space before : ; ? ! and within its quotation marks. It may not break there, or a line would begin with a
# mark: so it is U+00A0, which every terminal and font knows. In the tables there may be any space or none. A mark counts
# when it ends a word: not in an address or a time, and not at the start, where another text goes before.
function french(text,    out, before, mark, rest)
{
    out = ""
    while (match(text, / *[:;?!]+/)) {
        before = substr(text, 1, RSTART - 1)
        mark = substr(text, RSTART, RLENGTH)
        rest = substr(text, RSTART + RLENGTH)
        sub(/\302\240$/, "", before)
        out = out before
        if (out != "" && (rest == "" || rest ~ /^[ ")\n]/ || rest ~ /^\\n/ || rest ~ /^\302/)) {
            sub(/^ +/, "", mark)
            mark = "\302\240" mark
        }
        out = out mark
        text = rest
    }
    out = out text
    gsub(/\302\253( |\302\240)?/, "\302\253\302\240", out)
    gsub(/( |\302\240)?\302\273/, "\302\240\302\273", out)
    return out
}
