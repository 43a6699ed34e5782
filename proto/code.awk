# code.awk - from vocab/code.tsv to the table of core/code.h, or a refusal that names the place.
#
#   awk -v part=header|source -f table.awk -f code.awk vocab/code.tsv
#
# Columns: code, exit (1 refused, 2 bad use, 3 could not), retry (yes, no) and a sentence in nl, fr
# and en. Row n of the file is number n; 0 is CODE_OK, which is no row. POSIX awk.

BEGIN {
    FS = "\t"
    n = 0
    if (part != "header" && part != "source")
        stop("code.awk: part is header or source")
}

FNR == 1 {
    if ($0 != "code\texit\tretry\tnl\tfr\ten")
        refuse(1, "the columns must be code, exit, retry, nl, fr, en")
    next
}

{
    if (NF != 6)
        refuse((NF < 6 ? NF : 6) + 1, NF " columns where 6 are needed")
    if ($0 ~ /[\\\r]/)
        refuse(1, "a backslash or a carriage return stands in this line")
    if ($1 !~ /^E(RR)?_[A-Z0-9_]+$/)
        refuse(1, "a code begins with E_ or ERR_ and has capitals, digits and underscores only")
    if ($1 in line_of)
        refuse(1, "the code \"" $1 "\" is there already, at line " line_of[$1])
    if ($2 !~ /^[123]$/)
        refuse(2, "exit is 1 (refused), 2 (bad use) or 3 (could not)")
    if ($3 != "yes" && $3 != "no")
        refuse(3, "retry is yes or no")
    for (i = 4; i <= 6; i++)
        if ($i ~ /^ *$/)
            refuse(i, "a sentence is empty")
    line_of[$1] = FNR
    code[++n] = $1
    leave[n] = $2
    retry[n] = $3 == "yes" ? "true" : "false"
    for (i = 4; i <= 6; i++)
        sentence[n, i] = i == 5 ? french($i) : $i
}

END {
    if (failed)
        exit 1
    if (n == 0)
        stop("code.awk: no codes")
    if (part == "header")
        put_header()
    else
        put_source()
}

function put_header(    i, words)
{
    print "/* code_gen.h - every refusal and error code. Made by proto/code.awk from proto/vocab/code.tsv; do not edit. */"
    print "#ifndef GEN_CODE_H\n#define GEN_CODE_H\n\n#include <stdbool.h>\n"
    print "enum code {\n    CODE_OK = 0,"
    for (i = 1; i <= n; i++) {
        words = sentence[i, 6]
        gsub(/\*\//, "* /", words)
        print "    " code[i] ", /* " words " */"
    }
    print "    N_CODES\n};\n"
    print "/* One row of the table; only core/code.c looks inside. */"
    print "struct code_row {"
    print "    const char *name;"
    print "    int exit;"
    print "    bool retry;"
    print "    const char *sentence[3]; /* nl, fr, en */"
    print "};\n"
    print "extern const struct code_row CODE_ROWS[N_CODES];\n"
    print "#endif"
}

function put_source(    i)
{
    print "/* code_gen.c - the rows of the code table. Made by proto/code.awk; do not edit. */"
    print "#include \"gen/code_gen.h\"\n"
    print "const struct code_row CODE_ROWS[N_CODES] = {"
    print "    {\"CODE_OK\", 0, false, {\"Gelukt.\", \"C'est fait.\", \"Done.\"}},"
    for (i = 1; i <= n; i++)
        printf "    {\"%s\", %d, %s,\n        {%s,\n         %s,\n         %s}},\n", code[i], leave[i], retry[i],
            quote(sentence[i, 4]), quote(sentence[i, 5]), quote(sentence[i, 6])
    print "};"
}
