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
