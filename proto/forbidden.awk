# forbidden.awk - no name asks for what may never be asked of a person; the words are in forbidden.txt, named by the variable `forbidden`. POSIX awk.

function read_forbidden(    line, got)
{
    while ((got = (getline line < forbidden)) > 0)
        if (line !~ /^(#|$)/) {
            forbidden_begins[++n_forbidden] = sub(/\*$/, "", line)
            forbidden_word[n_forbidden] = line
        }
    close(forbidden)
    if (got < 0 || n_forbidden == 0)
        stop("forbidden.awk: \"" forbidden "\" holds no words")
}

# The word that this name may not have; trade_union and tradeUnion are the same two words. "": none.
function forbidden_in(name,    words, n, i, k)
{
    if (n_forbidden == 0)
        read_forbidden()
    while (match(name, /[a-z][A-Z]/))
        name = substr(name, 1, RSTART) " " substr(name, RSTART + 1)
    gsub(/[^A-Za-z0-9]+/, " ", name)
    n = split(tolower(name), words, " ")
    for (i = 1; i <= n; i++)
        for (k = 1; k <= n_forbidden; k++)
            if (forbidden_begins[k] ? index(words[i], forbidden_word[k]) == 1 : words[i] == forbidden_word[k])
                return words[i]
    return ""
}
