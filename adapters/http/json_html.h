/* json_html.h - values and schemas of the contract as HTML. */
#ifndef ADAPTERS_HTTP_JSON_HTML_H
#define ADAPTERS_HTTP_JSON_HTML_H

#include <jansson.h>
#include <stdio.h>

/* Text, whatever is in it; the same as an element. */
void html_put(FILE *out, const char *text);
void html_put_in(FILE *out, const char *tag, const char *text);
/* A text as it is, anything else as JSON. */
void html_put_json(FILE *out, const json_t *value);

/* A member that is a text; "": it has none. */
const char *html_text_of(const json_t *object, const char *name);
/* The last word of a reference, which is the name of what it means; NULL: it is none.
 */
const char *html_ref_name(const json_t *value);

/* What a value of this schema is, in a few words; the codes it may be; its fields as a
 * table, nothing when it has none. */
void html_put_kind(FILE *out, const json_t *schema);
void html_put_codes(FILE *out, const json_t *codes);
void html_put_fields(FILE *out, const json_t *schema);

#endif
