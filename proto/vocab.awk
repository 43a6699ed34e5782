# vocab.awk - from vocab/*.tsv to the tables of core/vocab.h, or a refusal that names the place.
#
#   awk -v part=header|source -v forbidden=forbidden.txt -f table.awk -f forbidden.awk -f vocab.awk vocab/*.tsv
#
# Every table has the columns code (the first), nl, fr and en, and may have more. Fails with
# "file:line:column: what is wrong" when a label is missing or empty, a code is there twice or has a
# character that it may not have, or a line has not as many columns as its first line.
# POSIX awk: no extension of gawk or mawk.

BEGIN {
    FS = "\t"
    CODE_BYTES_MAX = 47 # VOCAB_CODE_BYTES of core/vocab.h without the NUL
    n_tables = n_cells = 0
    split("nl fr en", languages, " ")
    if (part != "header" && part != "source")
        stop("vocab.awk: part is header or source")
}

FNR == 1 {
    begin_table()
    next
}

{
    if (NF != n_columns[t])
        refuse((NF < n_columns[t] ? NF : n_columns[t]) + 1,
            NF " columns where the first line has " n_columns[t])
    if ($0 ~ /[\\\r]/)
        refuse(1, "a backslash or a carriage return stands in this line")
    check_code($1)
    row = ++n_rows[t]
    for (i = 1; i <= NF; i++)
        cell[t, row, i] = i == label_at[t, 2] ? french($i) : $i
    for (i = 1; i <= 3; i++)
        if (cell[t, row, label_at[t, i]] ~ /^ *$/)
            refuse(label_at[t, i], "the label \"" languages[i] "\" is empty")
}

END {
    if (failed)
        exit 1
    if (n_tables == 0)
        stop("vocab.awk: no tables")
    for (t = 1; t <= n_tables; t++)
        if (n_rows[t] == 0)
            stop(file[t] ": the table has no rows")
    if (part == "header")
        put_header()
    else
        put_source()
}

function begin_table(    i, k, found)
{
    t = ++n_tables
    file[t] = FILENAME
    name[t] = FILENAME
    sub(/^.*\//, "", name[t])
    sub(/\.tsv$/, "", name[t])
    if (name[t] !~ /^[a-z][a-z0-9_]*$/)
        refuse(1, "the name of a table has small letters, digits and underscores only")
    if (forbidden_in(name[t]) != "")
        refuse(1, "\"" name[t] "\": nobody is asked for \"" forbidden_in(name[t]) "\", see forbidden.txt")
    n_columns[t] = NF
    n_rows[t] = 0
    if ($1 != "code")
        refuse(1, "the first column must be \"code\"")
    for (i = 1; i <= NF; i++) {
        if ($i !~ /^[a-z0-9_]+$/)
            refuse(i, "the name of column " i " is empty or has other characters than a-z, 0-9 and _")
        if ((t, $i) in column_at)
            refuse(i, "the column \"" $i "\" is there twice")
        column_at[t, $i] = i
        column[t, i] = $i
    }
    for (k = 1; k <= 3; k++) {
        found = (t, languages[k]) in column_at
        if (!found)
            refuse(NF + 1, "the column \"" languages[k] "\" is missing")
        label_at[t, k] = column_at[t, languages[k]]
    }
}

function check_code(code)
{
    if (code == "")
        refuse(1, "the code is empty")
    if (code !~ /^[A-Za-z0-9_]+$/)
        refuse(1, "the code \"" code "\" has other characters than A-Z, a-z, 0-9 and _")
    if (length(code) > CODE_BYTES_MAX)
        refuse(1, "the code \"" code "\" is longer than " CODE_BYTES_MAX " characters")
    if ((t, code) in line_of)
        refuse(1, "the code \"" code "\" is there already, at line " line_of[t, code])
    # What the program answers asks for nothing.
    if (name[t] != "code" && forbidden_in(code) != "")
        refuse(1, "\"" code "\": nobody is asked for \"" forbidden_in(code) "\", see forbidden.txt")
    line_of[t, code] = FNR
}

function put_header(    t, row, label)
{
    print "/* vocab_gen.h - the coded vocabularies. Made by proto/vocab.awk from proto/vocab/; do not edit. */"
    print "#ifndef GEN_VOCAB_H\n#define GEN_VOCAB_H\n\n#include <stdint.h>\n"
    print "enum vocab {"
    for (t = 1; t <= n_tables; t++)
        print "    VOCAB_" toupper(name[t]) ","
    print "    N_VOCABS\n};"
    for (t = 1; t <= n_tables; t++) {
        print "\nenum vocab_" name[t] " {"
        for (row = 1; row <= n_rows[t]; row++) {
            label = cell[t, row, label_at[t, 3]]
            gsub(/\*\//, "* /", label)
            print "    " toupper(name[t] "_" cell[t, row, 1]) (row == 1 ? " = 1" : "") ", /* " label " */"
        }
        print "    N_" toupper(name[t]) "\n};"
    }
    print "\n/* One table as it stands in its file; only core/vocab.c looks inside. */"
    print "struct vocab_table {"
    print "    const char *name;"
    print "    uint16_t n_rows;"
    print "    uint16_t n_columns;"
    print "    uint16_t labels[3];         /* columns of nl, fr, en */"
    print "    const char *const *columns; /* their names */"
    print "    const char *const *cells;   /* row after row; row 1 is the first */"
    print "    const uint16_t *sorted;     /* row numbers in the byte order of their codes */"
    print "};\n"
    print "extern const struct vocab_table VOCAB_TABLES[N_VOCABS];\n"
    print "#endif"
}

# Rows in the byte order of their codes, so that core/vocab.c can search by halves.
function put_sorted(t,    i, k, row, order)
{
    for (i = 1; i <= n_rows[t]; i++) {
        for (k = i; k > 1 && cell[t, order[k - 1], 1] "" > cell[t, i, 1] ""; k--)
            order[k] = order[k - 1]
        order[k] = i
    }
    printf "static const uint16_t sorted_%s[] = {", name[t]
    for (i = 1; i <= n_rows[t]; i++)
        printf "%s%d", (i == 1 ? "" : ", "), order[i]
    print "};"
}

function put_source(    t, row, i)
{
    print "/* vocab_gen.c - the rows of the coded vocabularies. Made by proto/vocab.awk; do not edit. */"
    print "#include \"gen/vocab_gen.h\""
    for (t = 1; t <= n_tables; t++) {
        printf "\nstatic const char *const columns_%s[] = {", name[t]
        for (i = 1; i <= n_columns[t]; i++)
            printf "%s%s", (i == 1 ? "" : ", "), quote(column[t, i])
        print "};\nstatic const char *const cells_" name[t] "[] = {"
        for (row = 1; row <= n_rows[t]; row++) {
            printf "   "
            for (i = 1; i <= n_columns[t]; i++)
                printf " %s,", quote(cell[t, row, i])
            print ""
        }
        print "};"
        put_sorted(t)
    }
    print "\nconst struct vocab_table VOCAB_TABLES[N_VOCABS] = {"
    for (t = 1; t <= n_tables; t++)
        printf "    {\"%s\", %d, %d, {%d, %d, %d}, columns_%s, cells_%s, sorted_%s},\n", name[t], n_rows[t],
            n_columns[t], label_at[t, 1] - 1, label_at[t, 2] - 1, label_at[t, 3] - 1, name[t], name[t], name[t]
    print "};"
}
