# operations.awk - from operations.tsv to what is said of each operation of the API, or a refusal that names the place.
#
#   awk -v part=header|source -f table.awk -f operations.awk operations.tsv
#
# Columns: id (the operationId of its row in routes.c), summary, refusals (codes of the node that a client should be
# ready for, besides those that the row tells), request (the body of an example), answer (the result of the node in an
# example); "-" where there is none. POSIX awk.

BEGIN {
    FS = "\t"
    n = 0
    if (part != "header" && part != "source")
        stop("operations.awk: part is header or source")
}

FNR == 1 {
    if ($0 != "id\tsummary\trefusals\trequest\tanswer")
        refuse(1, "the columns must be id, summary, refusals, request, answer")
    next
}

{
    if (NF != 5)
        refuse((NF < 5 ? NF : 5) + 1, NF " columns where 5 are needed")
    if (/[\r\\]/)
        refuse(1, "a carriage return or a backslash stands in this line")
    if ($1 in line_of)
        refuse(1, "the id \"" $1 "\" is there already, at line " line_of[$1])
    line_of[$1] = FNR
    n++
    for (i = 1; i <= 5; i++)
        cell[n, i] = $i == "-" ? "" : $i
}

END {
    if (failed)
        exit 1
    if (n == 0)
        stop("operations.awk: no operations")
    if (part == "header")
        put_header()
    else
        put_source()
}

function put_header()
{
    print "/* operations_gen.h - what is said of each operation. Made by operations.awk from operations.tsv; do not edit. */"
    print "#ifndef OPERATIONS_GEN_H\n#define OPERATIONS_GEN_H\n#include <stddef.h>"
    print "/* \"\": there is none. */"
    print "struct operation_words {\n    const char *id, *summary, *refusals, *request, *answer;\n};"
    print "extern const struct operation_words OPERATION_WORDS[];\nextern const size_t N_OPERATION_WORDS;\n#endif"
}

function put_source(    i, j)
{
    print "/* operations_gen.c - made by operations.awk from operations.tsv; do not edit. */"
    print "#include \"gen/operations_gen.h\"\nconst struct operation_words OPERATION_WORDS[] = {"
    for (i = 1; i <= n; i++) {
        printf "    {"
        for (j = 1; j <= 5; j++)
            printf "%s%s", quote(cell[i, j]), j < 5 ? ", " : "},\n"
    }
    print "};\nconst size_t N_OPERATION_WORDS = " n ";"
}
