# wire.awk - from one .proto to C: plain structs and enums with the comments of the .proto, and one map per
# message for core/wire.c. What the comment behind a field may say is told in README.md.
#
#   awk -v part=header|source -v forbidden=forbidden.txt -f table.awk -f forbidden.awk -f wire.awk proto/NAME.proto
#
# Fails with "file:line: what is wrong" on anything that README.md does not allow. POSIX awk.

BEGIN {
    DEPTH_MAX = 4   # WIRE_DEPTH_MAX of core/wire.h
    ONEOFS_MAX = 31 # bits of a uint32_t in core/wire_check.c, and 0 for none
    if (part != "header" && part != "source")
        stop("wire.awk: part is header or source")
    number_type["uint32"] = "uint32_t"
    number_type["uint64"] = "uint64_t"
    number_type["bool"] = "bool"
    number_kind["uint32"] = "FIELD_U32"
    number_kind["uint64"] = "FIELD_U64"
    number_kind["bool"] = "FIELD_BOOL"
    fixed_type[8] = "struct tag8"
    fixed_type[16] = "struct id"
    fixed_type[32] = "struct key32"
    fixed_type[64] = "struct sig64"
    split("auto break case char class const continue default do double else enum extern float for goto if inline int long " \
        "register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while", words, " ")
    for (i in words)
        keyword[words[i]] = 1
    main_path = ARGV[1]
    folder = main_path
    if (!sub(/[^\/]*$/, "", folder))
        folder = ""
    main_name = base_name(main_path)
    n_types = n_imports = n_items = 0
    read_file(main_path)
    resolve()
    for (i = 1; i <= n_items; i++)
        if (item_kind[i] == "message")
            depth_of(item_full[i], 0)
    if (part == "header")
        put_header()
    else
        put_source()
    exit 0
}

function refuse_line(words)
{
    stop(path ":" line_number ": " words)
}

# What may never be asked has no name.
function check_name(name,    word)
{
    word = forbidden_in(name)
    if (word != "")
        refuse_line("\"" name "\": nobody is asked for \"" word "\", see forbidden.txt")
}

function trim(text)
{
    gsub(/^[ \t]+/, "", text)
    gsub(/[ \t]+$/, "", text)
    return text
}

function base_name(file)
{
    sub(/^.*\//, "", file)
    sub(/\.proto$/, "", file)
    return file
}

# LetterCore to letter_core, as protoc-c does it for its own names.
function snake(name,    i, c, out, was_upper, is_upper)
{
    was_upper = 1
    for (i = 1; i <= length(name); i++) {
        c = substr(name, i, 1)
        is_upper = c ~ /[A-Z]/
        out = out (is_upper && !was_upper ? "_" : "") tolower(c)
        was_upper = is_upper
    }
    return out
}

# A name that C (or C++) keeps for itself gets an underscore: struct signed_.
function c_name(name)
{
    return name (name in keyword ? "_" : "")
}

# ---------------------------------------------------------------- reading

# One file: lines into statements that end in ; { or }. An imported file is read in full, for its types.
function read_file(file,    line, at, words, code, got, saved_path, saved_line, saved_package)
{
    saved_path = path
    saved_line = line_number
    saved_package = package
    path = file
    line_number = 0
    package = ""
    statement = lead = block = ""
    last_item = 0
    while ((got = (getline line < file)) > 0) {
        line_number++
        at = index(line, "//")
        words = at ? trim(substr(line, at + 2)) : ""
        code = trim(at ? substr(line, 1, at - 1) : line)
        if (code == "") {
            if (at == 0)
                lead = ""
            else
                lead = lead (lead == "" ? "" : "\n") words
            continue
        }
        read_code(code, words)
    }
    if (got < 0)
        stop(file ": cannot be read")
    if (block != "" || statement != "")
        refuse_line("the file ends in the middle of something")
    close(file)
    path = saved_path
    line_number = saved_line
    package = saved_package
    statement = lead = block = ""
}

# The comment behind a line belongs to the last statement of the line.
function read_code(code, words,    at, mark)
{
    statement = statement (statement == "" ? "" : " ") code
    while ((at = match(statement, /[;{}]/)) > 0) {
        mark = substr(statement, at, 1)
        code = trim(substr(statement, 1, at - 1))
        statement = trim(substr(statement, at + 1))
        if (mark == "{")
            open_block(code, words)
        else if (mark == "}")
            close_block(code)
        else
            take_statement(code, statement == "" ? words : "")
        lead = ""
    }
}

function open_block(code, words,    part_of)
{
    split(code, part_of, " ")
    if (block == "" && (part_of[1] == "message" || part_of[1] == "enum")) {
        block = part_of[1]
        add_type(part_of[1], part_of[2], lead (lead != "" && words != "" ? "\n" : "") words)
    } else if (block == "message" && part_of[1] == "oneof") {
        block = "oneof"
        if (++n_oneofs > ONEOFS_MAX)
            refuse_line("a message has at most " ONEOFS_MAX " oneofs")
        oneof_name[current, n_oneofs] = part_of[2]
    } else
        refuse_line("\"" code "\" cannot be opened here; messages and enums stand on the top level")
}

function close_block(code)
{
    if (code != "" || block == "")
        refuse_line("a } without its {")
    block = block == "oneof" ? "message" : ""
}

function take_statement(code, words,    file)
{
    if (block == "enum")
        add_value(code, words)
    else if (block == "message" || block == "oneof")
        add_field(code, words)
    else if (code ~ /^syntax/) {
        if (code !~ /"proto3"/)
            refuse_line("only proto3 is read")
    } else if (code ~ /^package /)
        package = trim(substr(code, 9))
    else if (code ~ /^import /) {
        file = code
        gsub(/^[^"]*"|"[^"]*$/, "", file)
        add_import(file)
    } else if (code !~ /^option /)
        refuse_line("\"" code "\" is not understood")
}

function add_import(file)
{
    if (path == main_path)
        import[++n_imports] = base_name(file)
    if (file in imported)
        return
    imported[file] = 1
    read_file(folder file)
}

function add_type(kind, name, words,    full)
{
    if (name !~ /^[A-Z][A-Za-z0-9]*$/)
        refuse_line("the name \"" name "\" of the " kind " is not like LetterCore")
    check_name(name)
    if ((kind, snake(name)) in type_place)
        refuse_line("struct or enum " snake(name) " is there already, at " type_place[kind, snake(name)])
    type_place[kind, snake(name)] = path ":" line_number
    full = package "." name
    type_kind[full] = kind
    type_name[full] = name
    type_package[full] = package
    n_fields[full] = 0
    n_values[full] = 0
    n_oneofs = 0
    current = full
    if (path == main_path) {
        n_items++
        item_kind[n_items] = kind
        item_full[n_items] = full
        item_words[n_items] = words
    }
}

function add_value(code, words,    part_of, k)
{
    if (code ~ /^(option|reserved) /)
        return
    if (code !~ /^[A-Z][A-Z0-9_]* *= *[0-9]+$/)
        refuse_line("\"" code "\" is not like KIND_NONE = 0")
    split(code, part_of, /[ =]+/)
    check_name(part_of[1])
    k = ++n_values[current]
    if (k == 1 && part_of[2] != 0)
        refuse_line("the first value of an enum is 0")
    if (k == 1 && part_of[1] !~ /_NONE$/)
        refuse_line("the first value of an enum is called like it, and _NONE")
    if (index(part_of[1], substr(value_name[current, 1], 1, length(value_name[current, 1]) - length("NONE"))) != 1 && k > 1)
        refuse_line("\"" part_of[1] "\" does not begin with the name of its enum")
    value_name[current, k] = part_of[1]
    value_number[current, k] = part_of[2]
    value_words[current, k] = words
}

function add_field(code, words,    part_of, n, k, repeated, number)
{
    if (code ~ /^(option|reserved) /)
        return
    if (code ~ /\[/)
        refuse_line("options of a field are not read")
    repeated = sub(/^repeated +/, "", code)
    n = split(code, part_of, /[ =]+/)
    if (n != 3 || part_of[2] !~ /^[a-z][a-z0-9_]*$/ || part_of[3] !~ /^[1-9][0-9]*$/)
        refuse_line("\"" code "\" is not like bytes msg_id = 2")
    check_name(part_of[2])
    number = part_of[3] + 0
    k = ++n_fields[current]
    if (k > 1 && number <= field_number[current, k - 1])
        refuse_line("the numbers of the fields of a message must ascend")
    field_type[current, k] = part_of[1]
    field_name[current, k] = part_of[2]
    field_number[current, k] = number
    field_repeated[current, k] = repeated
    field_oneof[current, k] = block == "oneof" ? n_oneofs : 0
    field_words[current, k] = words
    field_lead[current, k] = lead
    field_package[current, k] = package
    field_place[current, k] = path ":" line_number
    if (repeated && block == "oneof")
        refuse_line("a member of a oneof is not repeated")
}

# ---------------------------------------------------------------- understanding

function refuse_field(full, k, words)
{
    stop(field_place[full, k] ": " field_name[full, k] ": " words)
}

# What the fields of the main file are in C, once all types are known.
function resolve(    i, k, full)
{
    for (i = 1; i <= n_items; i++) {
        full = item_full[i]
        if (item_kind[i] == "enum" && n_values[full] == 0)
            stop(main_path ": " type_name[full] ": an enum without values")
        for (k = 1; k <= n_fields[full]; k++)
            resolve_field(full, k)
    }
}

function resolve_field(full, k,    type, words, max)
{
    type = field_type[full, k]
    words = field_words[full, k]
    c_kind[full, k] = c_sub[full, k] = c_vocab[full, k] = c_first[full, k] = c_last[full, k] = ""
    c_limit[full, k] = c_max[full, k] = c_optional[full, k] = 0
    if (type in number_type) {
        c_type[full, k] = number_type[type]
        c_kind[full, k] = number_kind[type]
    } else if (type == "bytes")
        resolve_bytes(full, k, words)
    else if (type == "string")
        resolve_string(full, k, words)
    else
        resolve_named(full, k, type)
    if (field_oneof[full, k] && c_kind[full, k] != "FIELD_MESSAGE")
        refuse_field(full, k, "a member of a oneof is a message")
    if (!field_repeated[full, k])
        return
    if (type == "bool")
        refuse_field(full, k, "a list of bool is not supported")
    if (!match(words, /(^|[ ,])max [0-9]+/))
        refuse_field(full, k, "a list says in its comment how many elements it may have: max N")
    max = substr(words, RSTART, RLENGTH)
    gsub(/[^0-9]/, "", max)
    c_max[full, k] = max + 0
}

function resolve_bytes(full, k, words,    size)
{
    if (match(words, /^=(8|16|32|64)/)) {
        size = substr(words, 2, RLENGTH - 1)
        c_kind[full, k] = "FIELD_FIXED"
        c_type[full, k] = fixed_type[size]
        c_limit[full, k] = size
        c_optional[full, k] = substr(words, RLENGTH + 1, 1) == "?"
        if (substr(words, RLENGTH + 1, 1) ~ /[0-9]/)
            refuse_field(full, k, "exact sizes are 8, 16, 32 and 64")
    } else if (match(words, /^<=[0-9]+/)) {
        c_kind[full, k] = "FIELD_BYTES"
        c_type[full, k] = "struct span"
        c_limit[full, k] = substr(words, 3, RLENGTH - 2)
    } else
        refuse_field(full, k, "the comment behind bytes begins with =16 (or 8, 32, 64) or <=N")
}

function resolve_string(full, k, words,    name)
{
    if (match(words, /^<=[0-9]+/)) {
        c_kind[full, k] = "FIELD_TEXT"
        c_type[full, k] = "const char *"
        c_limit[full, k] = substr(words, 3, RLENGTH - 2)
    } else if (match(words, /^vocab [a-z0-9_]+/)) {
        name = substr(words, 7, RLENGTH - 6)
        c_kind[full, k] = "FIELD_VOCAB"
        c_type[full, k] = "uint16_t"
        c_vocab[full, k] = "VOCAB_" toupper(name)
        words = substr(words, RLENGTH + 1)
        if (match(words, /^ from [a-z0-9_]+/)) {
            c_first[full, k] = toupper(name "_" substr(words, 7, RLENGTH - 6))
            words = substr(words, RLENGTH + 1)
        }
        if (match(words, /^ to [a-z0-9_]+/))
            c_last[full, k] = toupper(name "_" substr(words, 5, RLENGTH - 4))
    } else
        refuse_field(full, k, "the comment behind a string begins with <=N or vocab NAME")
}

function resolve_named(full, k, type,    named)
{
    named = index(type, ".") ? type : field_package[full, k] "." type
    if (!(named in type_kind))
        refuse_field(full, k, "there is no type " type)
    c_sub[full, k] = named
    if (type_kind[named] == "enum") {
        c_kind[full, k] = "FIELD_ENUM"
        c_type[full, k] = "enum " c_name(snake(type_name[named]))
    } else {
        c_kind[full, k] = "FIELD_MESSAGE"
        c_type[full, k] = "struct " c_name(snake(type_name[named]))
    }
}

# Messages inside messages: never round, never deeper than DEPTH_MAX.
function depth_of(full, depth,    k, named)
{
    if (depth > DEPTH_MAX)
        stop(main_path ": " type_name[full] " lies more than " DEPTH_MAX " deep, or inside itself")
    for (k = 1; k <= n_fields[full]; k++) {
        named = field_type[full, k]
        if (index(named, ".") == 0)
            named = field_package[full, k] "." named
        if (type_kind[named] == "message")
            depth_of(named, depth + 1)
    }
}

# ---------------------------------------------------------------- writing

# Words of the .proto as a C comment; lines keep their ends.
function comment(words, indent)
{
    gsub(/\*\//, "* /", words)
    gsub(/\n/, "\n" indent " * ", words)
    return indent "/* " words " */"
}

function behind(words)
{
    return words == "" ? "" : " " comment(words, "")
}

function put_header(    i)
{
    print comment(main_name ".h - structs, enums and maps of " main_name ".proto. Made by proto/wire.awk; do not edit.", "")
    print "#ifndef GEN_" toupper(main_name) "_H\n#define GEN_" toupper(main_name) "_H\n"
    print "#include \"core/span.h\""
    for (i = 1; i <= n_imports; i++)
        print "#include \"gen/" import[i] ".h\""
    print "\nstruct wire_map;"
    for (i = 1; i <= n_items; i++)
        if (item_kind[i] == "enum")
            put_enum(item_full[i], item_words[i])
    for (i = 1; i <= n_items; i++)
        if (item_kind[i] == "message")
            put_struct(item_full[i], item_words[i])
    put_all_header()
    print "\n#endif"
}

function put_enum(full, words,    k, name)
{
    name = snake(type_name[full])
    print ""
    if (words != "")
        print comment(words, "")
    print "enum " c_name(name) " {"
    for (k = 1; k <= n_values[full]; k++)
        print "    " value_name[full, k] " = " value_number[full, k] "," behind(value_words[full, k])
    print "};"
    print "/* \"" short_value(full, n_values[full]) "\" for " value_name[full, n_values[full]] \
        "; \"unknown\" for a number that is not there. */"
    print "const char *" name "_name(enum " c_name(name) " value);"
}

# KIND_JOIN_REQUEST of enum Kind to join_request.
function short_value(full, k,    prefix, name)
{
    prefix = toupper(snake(type_name[full])) "_"
    name = value_name[full, k]
    if (index(name, prefix) == 1)
        name = substr(name, length(prefix) + 1)
    return tolower(name)
}

function put_struct(full, words,    k, oneof)
{
    print ""
    if (words != "")
        print comment(words, "")
    print "struct " c_name(snake(type_name[full])) " {"
    oneof = 0
    for (k = 1; k <= n_fields[full]; k++) {
        if (field_lead[full, k] != "")
            print comment(field_lead[full, k], "    ")
        if (field_oneof[full, k] && field_oneof[full, k] != oneof)
            print "    /* " oneof_name[full, field_oneof[full, k]] ": at most one of these */"
        oneof = field_oneof[full, k]
        put_member(full, k)
    }
    if (n_fields[full] == 0)
        stop(main_path ": " type_name[full] ": a message without fields has no struct in C")
    print "};"
    print "extern const struct wire_map WIRE_" toupper(snake(type_name[full])) ";"
}

function put_member(full, k,    type, name, words)
{
    type = c_type[full, k]
    name = c_name(field_name[full, k])
    words = behind(field_words[full, k])
    if (field_repeated[full, k]) {
        if (type == "const char *")
            print "    const char *const *" name ";" words
        else
            print "    const " type " *" name ";" words
        print "    size_t n_" field_name[full, k] ";"
    } else if (c_kind[full, k] == "FIELD_MESSAGE")
        print "    const " type " *" name ";" words
    else
        print "    " type (type ~ /\*$/ ? "" : " ") name ";" words
}

function put_all_header(    i, n)
{
    for (i = 1; i <= n_items; i++)
        n += item_kind[i] == "message"
    print "\n/* All maps of this file. */"
    print "enum { N_WIRE_ALL_" toupper(main_name) " = " n " };"
    print "extern const struct wire_map *const WIRE_ALL_" toupper(main_name) "[N_WIRE_ALL_" toupper(main_name) "];"
}

function put_source(    i)
{
    print comment(main_name "_wire.c - what core/wire.c knows of " main_name ".proto. Made by proto/wire.awk; do not edit.", "")
    print "#include \"core/wire_map.h\"\n#include \"gen/" main_name ".h\"\n#include \"gen/vocab_gen.h\"\n"
    print "#include <" main_name ".pb-c.h>"
    for (i = 1; i <= n_items; i++)
        if (item_kind[i] == "enum")
            put_names(item_full[i])
    for (i = 1; i <= n_items; i++)
        if (item_kind[i] == "message")
            put_map(item_full[i])
    print "\nconst struct wire_map *const WIRE_ALL_" toupper(main_name) "[] = {"
    for (i = 1; i <= n_items; i++)
        if (item_kind[i] == "message")
            print "    &WIRE_" toupper(snake(type_name[item_full[i]])) ","
    print "};"
}

function put_names(full,    k, name)
{
    name = snake(type_name[full])
    print "\nconst char *" name "_name(enum " c_name(name) " value)\n{\n    switch (value) {"
    for (k = 1; k <= n_values[full]; k++)
        print "    case " value_name[full, k] ": return \"" short_value(full, k) "\";"
    print "    }\n    return \"unknown\";\n}"
}

function put_map(full,    k, name, struct, type, c, prefix)
{
    name = snake(type_name[full])
    struct = c_name(name)
    prefix = type_package[full]
    gsub(/\./, "__", prefix)
    prefix = prefix == "" ? "" : snake(prefix) "__"
    print "\nstatic const struct wire_row " name "_rows[] = {"
    for (k = 1; k <= n_fields[full]; k++) {
        c = c_name(field_name[full, k])
        type = c_type[full, k] (c_kind[full, k] == "FIELD_MESSAGE" && !field_repeated[full, k] ? " *" : "")
        printf "    {.name = \"%s\", .kind = %s, .number = %d, .at = offsetof(struct %s, %s), .size = sizeof(%s)",
            field_name[full, k], c_kind[full, k], field_number[full, k], struct, c, type
        if (field_repeated[full, k])
            printf ",\n        .max = %d, .at_n = offsetof(struct %s, n_%s)", c_max[full, k], struct, field_name[full, k]
        if (c_limit[full, k])
            printf ", .limit = %d", c_limit[full, k]
        if (c_kind[full, k] == "FIELD_FIXED" && !c_optional[full, k] && !field_repeated[full, k])
            printf ", .required = true"
        if (c == "v" && c_kind[full, k] == "FIELD_U32" && !field_repeated[full, k])
            printf ", .required = true, .version = true"
        if (field_oneof[full, k])
            printf ", .oneof = %d", field_oneof[full, k]
        if (c_vocab[full, k] != "")
            printf ", .vocab = %s", c_vocab[full, k]
        if (c_first[full, k] != "")
            printf ", .first = %s", c_first[full, k]
        if (c_last[full, k] != "")
            printf ", .last = %s", c_last[full, k]
        if (c_kind[full, k] == "FIELD_MESSAGE")
            printf ", .sub = &WIRE_%s", toupper(snake(type_name[c_sub[full, k]]))
        print "},"
    }
    print "};"
    print "const struct wire_map WIRE_" toupper(name) " = {\n    .name = \"" type_name[full] "\",\n    .descriptor = &" prefix name "__descriptor,"
    print "    .rows = " name "_rows,\n    .n_rows = " n_fields[full] ",\n    .size = sizeof(struct " struct "),\n};"
}
