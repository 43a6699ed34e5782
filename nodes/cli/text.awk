# text.awk - from text.tsv, and receipt.tsv for what a person takes home, to the sentences of the command line, or a refusal that names the place.
#
#   awk -v part=header|source -f table.awk -f text.awk text.tsv receipt.tsv receipt.tsv receipt.tsv receipt.tsv receipt.tsv receipt.tsv receipt.tsv
#
# Columns: id, nl, fr, en. "{1}" and "{2}" in a sentence stand for what the program fills in; all three
# languages must have the same ones. "\n" is a new line. POSIX awk.

BEGIN {
    FS = "\t"
    n = 0
    if (part != "header" && part != "source")
        stop("text.awk: part is header or source")
}

FNR == 1 {
    if ($0 != "id\tnl\tfr\ten")
        refuse(1, "the columns must be id, nl, fr, en")
    next
}

{
    if (NF != 4)
        refuse((NF < 4 ? NF : 4) + 1, NF " columns where 4 are needed")
    if ($0 ~ /\r/)
        refuse(1, "a carriage return stands in this line")
    if ($1 !~ /^[a-z][a-z0-9_]*$/)
        refuse(1, "an id has small letters, digits and underscores only")
    if ($1 in line_of)
        refuse(1, "the id \"" $1 "\" is there already, at line " line_of[$1])
    for (i = 2; i <= 4; i++) {
        if ($i ~ /^ *$/)
            refuse(i, "a sentence is empty")
        if (holes($i) != holes($2))
            refuse(i, "not the same {1} and {2} as in the first language")
    }
    line_of[$1] = FNR
    id[++n] = $1
    for (i = 2; i <= 4; i++)
        text[n, i] = i == 3 ? french($i) : $i
}

END {
    if (failed)
        exit 1
    if (n == 0)
        stop("text.awk: no sentences")
    if (part == "header")
        put_header()
    else
        put_source()
}

function holes(sentence)
{
    return (sentence ~ /\{1\}/) (sentence ~ /\{2\}/)
}

function put_header(    i)
{
    print "/* text_gen.h - the sentences of the command line. Made by text.awk from text.tsv; do not edit. */"
    print "#ifndef GEN_TEXT_H\n#define GEN_TEXT_H\n\n#include \"core/lang.h\"\n"
    print "enum text_id {\n    TEXT_NONE,"
    for (i = 1; i <= n; i++)
        print "    TEXT_" toupper(id[i]) ","
    print "    N_TEXTS\n};\n"
    print "/* Row 0 is no sentence. */"
    print "struct text_row {\n    const char *id;\n    const char *in[N_LANGS];\n};"
    print "extern const struct text_row TEXT_ROWS[N_TEXTS];\n"
    print "#endif"
}

function put_source(    i)
{
    print "/* text_gen.c - the sentences of the command line. Made by text.awk; do not edit. */"
    print "#include \"gen/text_gen.h\"\n"
    print "const struct text_row TEXT_ROWS[N_TEXTS] = {"
    print "    {\"\", {\"\", \"\", \"\"}},"
    for (i = 1; i <= n; i++)
        print "    {" quote(id[i]) ", {" quote(text[i, 2]) ", " quote(text[i, 3]) ", " quote(text[i, 4]) "}},"
    print "};"
}
