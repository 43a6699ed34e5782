# lines.awk - from openapi_base.json, the part of the contract that no table tells, to its lines as C strings.
#
#   awk -v part=header|source -f table.awk -f lines.awk openapi_base.json
#
# POSIX awk.

/\r/ { refuse(1, "a carriage return stands in this line") }
{
    gsub(/\\/, "\\\\&")
    line[++n] = $0
}

END {
    if (failed)
        exit 1
    print "/* Made by lines.awk from openapi_base.json; do not edit. */"
    if (part == "header") {
        print "#ifndef OPENAPI_BASE_GEN_H\n#define OPENAPI_BASE_GEN_H\n#include <stddef.h>"
        print "extern const char *const OPENAPI_BASE[];\nextern const size_t N_OPENAPI_BASE;\n#endif"
        exit
    }
    print "#include \"gen/openapi_base_gen.h\"\nconst char *const OPENAPI_BASE[] = {"
    for (i = 1; i <= n; i++)
        print "    " quote(line[i]) ","
    print "};\nconst size_t N_OPENAPI_BASE = " n ";"
}
