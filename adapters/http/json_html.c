/* json_html.c - values and schemas of the contract as HTML. */
#include "adapters/http/json_html.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* --- pieces --- */

/* What stands in the contract is text here, whatever is in it. */
void html_put(FILE *out, const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        const char *safe = *text == '<'   ? "&lt;"
                           : *text == '>' ? "&gt;"
                           : *text == '&' ? "&amp;"
                           : *text == '"' ? "&quot;"
                                          : NULL;
        if (safe != NULL)
            fputs(safe, out);
        else
            fputc(*text, out);
    }
}

const char *html_text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text == NULL ? "" : text;
}

void html_put_in(FILE *out, const char *tag, const char *text)
{
    fprintf(out, "<%s>", tag);
    html_put(out, text);
    fprintf(out, "</%s>", tag);
}

/* The last word of a reference, which is the name of what it means; NULL: it is none.
 */
const char *html_ref_name(const json_t *value)
{
    const char *ref = json_string_value(json_object_get(value, "$ref"));
    const char *slash = ref == NULL ? NULL : strrchr(ref, '/');
    return slash == NULL ? NULL : slash + 1;
}

void html_put_json(FILE *out, const json_t *value)
{
    enum { INDENT = 2 };
    if (json_is_string(value)) {
        html_put_in(out, "pre", json_string_value(value));
        return;
    }
    char *text = json_dumps(value, JSON_INDENT(INDENT) | JSON_ENCODE_ANY);
    html_put_in(out, "pre", text);
    free(text);
}

/* --- what a value is --- */

/* A limit that the schema names, in words. */
static void put_limit(FILE *out, const json_t *schema, const char *name,
        const char *words)
{
    const json_t *limit = json_object_get(schema, name);
    if (limit != NULL)
        fprintf(out, ", %s %" JSON_INTEGER_FORMAT, words, json_integer_value(limit));
}

/* Codes in a line; the empty one means that nothing is said. */
void html_put_codes(FILE *out, const json_t *codes)
{
    const char *before = "one of ";
    const json_t *code;
    size_t i;
    json_array_foreach(codes, i, code)
    {
        const char *text = json_string_value(code);
        if (text == NULL || text[0] == '\0')
            continue;
        fputs(before, out);
        html_put_in(out, "code", text);
        before = ", ";
    }
}

void html_put_kind(FILE *out, const json_t *schema)
{
    const json_t *items = json_object_get(schema, "items");
    const json_t *type = json_object_get(schema, "type");
    const char *name = html_ref_name(schema), *format = html_text_of(schema, "format");
    if (name != NULL)
        fprintf(out, "<a href=\"#schema-%s\">%s</a>", name, name);
    else if (items != NULL) {
        fputs("list of ", out);
        html_put_kind(out, items);
        put_limit(out, schema, "maxItems", "at most");
    } else if (json_object_get(schema, "enum") != NULL) {
        html_put_codes(out, json_object_get(schema, "enum"));
    } else {
        html_put(out, json_string_value(
                              json_is_array(type) ? json_array_get(type, 0) : type));
        if (json_is_array(type))
            fputs(" or null", out);
        if (format[0] != '\0' && strcmp(format, "int64") != 0 &&
                strcmp(format, "int32") != 0)
            fprintf(out, " (%s)", format);
        put_limit(out, schema, "maxLength", "length at most");
    }
}

static bool is_required(const json_t *schema, const char *name)
{
    const json_t *one;
    size_t i;
    json_array_foreach(json_object_get(schema, "required"), i, one)
    {
        if (strcmp(json_string_value(one), name) == 0)
            return true;
    }
    return false;
}

void html_put_fields(FILE *out, const json_t *schema)
{
    const char *name;
    json_t *field, *properties = json_object_get(schema, "properties");
    if (json_object_size(properties) == 0)
        return;
    fputs("<table><tr><th>field</th><th>what it is</th></tr>", out);
    json_object_foreach(properties, name, field)
    {
        fputs("<tr><td>", out);
        html_put_in(out, "code", name);
        fputs(is_required(schema, name) ? " (required)</td><td>" : "</td><td>", out);
        html_put_kind(out, field);
        if (html_text_of(field, "description")[0] != '\0') {
            fputs("; ", out);
            html_put(out, html_text_of(field, "description"));
        }
        fputs("</td></tr>", out);
    }
    fputs("</table>", out);
}
