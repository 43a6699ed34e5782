/* conf_shape.c - what a settings file may look like, before libconfuse reads it.
 *
 * Its lexer drops signs that it does not know, lets a string or comment that is not
 * closed run on (even into the next file it reads) and puts environment variables into
 * values. A line here is either empty, a comment after #, name = value, or opens or
 * closes a section: name "title" {, and }. Text with other signs stands in double
 * quotes, in which \" \\ and \$ stand for " \ and $. */
#include "core/conf_inner.h"

/* Signs with a meaning of their own to libconfuse; only within quotes. */
static const char only_quoted[] = "*(){},+|\\$'";

/* Bytes of the UTF-8 character at the start of text; 0 when there is none. */
static size_t utf8_len(struct span text)
{
    /* lead byte: its mask and value, the smallest character of that length */
    static const struct {
        uint8_t mask, lead;
        uint32_t least;
    } forms[] = {
            {0x80, 0x00, 0x0    },
            {0xE0, 0xC0, 0x80   },
            {0xF0, 0xE0, 0x800  },
            {0xF8, 0xF0, 0x10000},
    };
    for (size_t form = 0; form < COUNT_OF(forms) && form < text.len; form++) {
        if ((text.at[0] & forms[form].mask) != forms[form].lead)
            continue;
        uint32_t character = text.at[0] & (uint8_t)~forms[form].mask;
        for (size_t at = 1; at <= form; at++) {
            if ((text.at[at] & 0xC0) != 0x80)
                return 0;
            character = character << 6 | (text.at[at] & 0x3FU);
        }
        bool surrogate = character >= 0xD800 && character < 0xE000;
        return character < forms[form].least || character > 0x10FFFF || surrogate
                       ? 0
                       : form + 1;
    }
    return 0;
}

const char *conf_bad_character(struct span line)
{
    for (size_t at = 0; at < line.len;) {
        size_t len = utf8_len((struct span){line.at + at, line.len - at});
        uint8_t c = line.at[at];
        if (len == 0)
            return "this is not UTF-8; save the file as UTF-8";
        if ((c < ' ' && c != '\t') || c == 0x7F)
            return "there is a control character; take it out";
        at += len;
    }
    return NULL;
}

/* Past the closing quote of the string that begins at `at`, or words in *fault. */
static size_t skip_string(struct span line, size_t at, const char **fault)
{
    for (at++; at < line.len; at++) {
        if (line.at[at] == '"')
            return at + 1;
        bool last = at + 1 == line.len;
        if (line.at[at] == '$' && !last && line.at[at + 1] == '{') {
            *fault =
                    "write \\$ for a dollar before a brace; variables are not filled in";
            return line.len;
        }
        if (line.at[at] != '\\')
            continue;
        if (last || strchr("\"\\$", line.at[at + 1]) == NULL) {
            *fault = "a \\ in quotes stands before \" \\ or $ only";
            return line.len;
        }
        at++;
    }
    *fault = "a quote is not closed on its line";
    return line.len;
}

static const char *bad_sign(struct span line)
{
    const char *fault = NULL;
    size_t at = 0;
    while (at < line.len && line.at[at] != '#') {
        if (line.at[at] == '"') {
            at = skip_string(line, at, &fault);
            if (fault != NULL)
                return fault;
            continue;
        }
        if (strchr(only_quoted, line.at[at]) != NULL)
            return "put text with signs in double quotes";
        if (line.at[at] == '/' && at + 1 < line.len && line.at[at + 1] == '/')
            return "put text with // in double quotes; a comment begins with #";
        at++;
    }
    return NULL;
}

static size_t skip_space(struct span line, size_t at)
{
    while (at < line.len && (line.at[at] == ' ' || line.at[at] == '\t'))
        at++;
    return at;
}

/* Nothing more but perhaps a comment. */
static bool is_end(struct span line, size_t at)
{
    at = skip_space(line, at);
    return at == line.len || line.at[at] == '#';
}

static bool closes_section(struct span line)
{
    size_t at = skip_space(line, 0);
    return at < line.len && line.at[at] == '}' && is_end(line, at + 1);
}

/* name "title" { */
static bool opens_section(struct span line)
{
    static const char NAME[] = "abcdefghijklmnopqrstuvwxyz_";
    const char *fault = NULL;
    size_t begin = skip_space(line, 0);
    size_t at = begin;

    while (at < line.len && memchr(NAME, line.at[at], sizeof NAME - 1) != NULL)
        at++;
    bool named = at > begin;
    at = skip_space(line, at);
    if (!named || at == line.len || line.at[at] != '"')
        return false;
    at = skip_space(line, skip_string(line, at, &fault));
    return fault == NULL && at < line.len && line.at[at] == '{' && is_end(line, at + 1);
}

/* One line, within the section that was opened on line *opened, 0: none. */
static const char *bad_line(struct span line, size_t number, size_t *opened)
{
    const char *fault = conf_bad_character(line);
    if (fault != NULL)
        return fault;
    if (opens_section(line)) {
        if (*opened != 0)
            return "a section cannot stand in another one; close that one before";
        *opened = number;
        return NULL;
    }
    if (!closes_section(line))
        return bad_sign(line);
    if (*opened == 0)
        return "there is no section to close";
    *opened = 0;
    return NULL;
}

bool conf_shape_check(struct span text, const char *name, struct err *err)
{
    size_t begin = 0;
    size_t opened = 0;
    for (size_t number = 1; begin < text.len; number++) {
        const uint8_t *end = memchr(text.at + begin, '\n', text.len - begin);
        size_t len = end != NULL ? (size_t)(end - text.at) - begin : text.len - begin;
        struct span line = {text.at + begin, len};
        begin += len + 1;
        /* A file made on Windows is as good as any. */
        if (line.len > 0 && line.at[line.len - 1] == '\r')
            line.len--;

        const char *fault = bad_line(line, number, &opened);
        if (fault != NULL)
            return err_set(err, ERR_CONFIG, "%s:%zu: %s", name, number, fault);
    }
    return opened == 0 ||
           err_set(err, ERR_CONFIG,
                   "%s:%zu: this section is not closed; end it with a }", name, opened);
}
