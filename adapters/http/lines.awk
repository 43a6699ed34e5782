# lines.awk - from a file that the program gives out (openapi_base.json, the part of the contract that no table tells;
# docs_style.css) to its lines as C strings, named as the file is.
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
    file = FILENAME
    sub(/.*\//, "", file)
    name = file
    sub(/\..*/, "", name)
    upper = toupper(name)
    print "/* Made by lines.awk from " file "; do not edit. */"
    if (part == "header") {
        print "#ifndef " upper "_GEN_H\n#define " upper "_GEN_H\n#include <stddef.h>"
        print "extern const char *const " upper "[];\nextern const size_t N_" upper ";\n#endif"
        exit
    }
    print "#include \"gen/" name "_gen.h\"\nconst char *const " upper "[] = {"
    for (i = 1; i <= n; i++)
        print "    " quote(line[i]) ","
    print "};\nconst size_t N_" upper " = " n ";"
}
