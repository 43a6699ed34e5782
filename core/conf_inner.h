/* conf_inner.h - what the files of conf share and nobody else includes. */
#ifndef CONF_INNER_H
#define CONF_INNER_H

#include "core/conf.h"

/* One value that its key allows. */
struct conf_value {
    const char *text; /* CONF_TEXT: borrowed */
    int64_t number;
    bool flag;
    struct time_length length;
};

/* Does text say a value that the key allows? */
MUST_USE bool conf_value_read(const struct conf_key *key, const char *text,
        struct conf_value *value);

/* The value in the program's own struct; false when the key does not allow it. */
MUST_USE bool conf_value_get(const struct conf_key *key, const void *values,
        struct conf_value *value);
void conf_value_put(const struct conf_key *key, const struct conf_value *value,
        void *out);
void conf_value_print(FILE *file, const struct conf_key *key,
        const struct conf_value *value);

/* conf_section.c. The sections of the program's struct: are they allowed? NULL values:
 * there are none. */
MUST_USE bool conf_section_allowed(const struct conf_key *key, const void *values);
/* What they may say, commented, and then what they say. */
void conf_section_print(FILE *file, const struct conf_key *key, const void *values);

/* The sections of a file while it is read; zeroed before. */
struct conf_sections {
    const struct conf_key *key; /* NULL: the table has no sections */
    uint8_t *items;
    int *lines; /* where each value of each item was given; 0: it was not */
    size_t n;
};
MUST_USE bool conf_sections_begin(struct conf_sections *sections,
        const struct conf_key *key);
/* The item with this title, made when it is new; false with words when there can be no
 * such one. */
MUST_USE bool conf_sections_item(struct conf_sections *sections, const char *title,
        size_t *item, char *words, size_t cap);
/* One value of it, given on a line of the file. */
MUST_USE bool conf_sections_value(struct conf_sections *sections, size_t item,
        size_t key, const char *text, int line, char *words, size_t cap);
void conf_sections_store(const struct conf_sections *sections, void *out);
void conf_sections_done(struct conf_sections *sections);

/* "a number from 1 to 65535", for messages and the default file. */
void conf_value_allowed(const struct conf_key *key, char *words, size_t cap);

/* The shape of a settings file: UTF-8, and nothing in it that libconfuse would take in
 * a way that a person does not expect. False with line and words. */
MUST_USE bool conf_shape_check(struct span text, const char *name, struct err *err);

/* Words for what a line of text may not hold (no UTF-8, a control character), or NULL.
 */
const char *conf_bad_character(struct span line);

#endif
