# consent_words.awk - from consent_words.tsv to the questions of core/consent_explain.c, or a refusal that names the place.
#
#   awk -v part=header -f table.awk -f consent_words.awk consent_words.tsv
#
# Columns: id (a rule of core/consent_inner.h), part (question, yes, no), nl, fr, en; three lines a rule. "{1}" is what is
# allowed, "{2}" what the letter has, "{3}" what is too much of it; all three languages must have the same ones. POSIX awk.

BEGIN {
    FS = "\t"
    n = 0
    split("question yes no", PARTS, " ")
    if (part != "header")
        stop("consent_words.awk: part is header")
}

FNR == 1 {
    if ($0 != "id\tpart\tnl\tfr\ten")
        refuse(1, "the columns must be id, part, nl, fr, en")
    next
}

{
    if (NF != 5)
        refuse((NF < 5 ? NF : 5) + 1, NF " columns where 5 are needed")
    if ($0 ~ /[\\\r]/)
        refuse(1, "a backslash or a carriage return stands in this line")
    if ($1 !~ /^[a-z][a-z_]*$/)
        refuse(1, "an id has small letters and underscores only")
    k = (FNR - 2) % 3 + 1
    if ($2 != PARTS[k])
        refuse(2, "the lines of a rule are question, yes, no, in this order")
    if (k == 1) {
        if ($1 in line_of)
            refuse(1, "the rule \"" $1 "\" is there already, at line " line_of[$1])
        line_of[$1] = FNR
        id[++n] = $1
    } else if ($1 != id[n])
        refuse(1, "the rule \"" id[n] "\" is not whole")
    for (i = 3; i <= 5; i++) {
        if ($i ~ /^ *$/)
            refuse(i, "a sentence is empty")
        if (holes($i) != holes($3))
            refuse(i, "not the same {1}, {2} and {3} as in the first language")
        text[n, k, i] = i == 4 ? french($i) : $i
    }
}

END {
    if (failed)
        exit 1
    if (n == 0 || k != 3)
        stop("consent_words.awk: the last rule is not whole")
    print "/* consent_words.h - the questions of consent with their answers. Made by proto/consent_words.awk; do not edit. */"
    print "#ifndef GEN_CONSENT_WORDS_H\n#define GEN_CONSENT_WORDS_H\n"
    print "/* Of each rule: question, yes, no; each in nl, fr, en. */"
    print "enum { N_CONSENT_WORDS = " n " };"
    for (j = 1; j <= n; j++) {
        line = ""
        for (k = 1; k <= 3; k++)
            line = line (k > 1 ? ", " : "") "{" quote(text[j, k, 3]) ", " quote(text[j, k, 4]) ", " quote(text[j, k, 5]) "}"
        print "#define CONSENT_WORDS_" id[j] " {" line "}"
    }
    print "\n#endif"
}

function holes(sentence)
{
    return (sentence ~ /\{1\}/) (sentence ~ /\{2\}/) (sentence ~ /\{3\}/)
}
