/* conf.h - a configuration file in, a checked struct out; the only door to libconfuse.
 *
 * One table of keys feeds the parser, the default file that init writes and the man
 * page. A key is a setting, name = value, or a kind of section: name "title" { settings
 * of its own, one a line }. */
#ifndef CONF_H
#define CONF_H

#include <stdio.h>

#include "core/err.h"
#include "core/span.h"
#include "core/time.h"

enum conf_type {
    CONF_TEXT,   /* char[cap] in the struct */
    CONF_NUMBER, /* int64_t, min..max */
    CONF_BOOL,   /* bool */
    CONF_LENGTH, /* struct time_length, 1s..most */
    CONF_SECTION,
};

/* A kind of section. Each one in the file fills the next item of an array in the
 * program's struct. What it is silent about stays zero. */
struct conf_section {
    const struct conf_key *keys; /* offset: in the item; none is a section */
    size_t n_keys;
    size_t item_bytes, items_max;
    size_t n_offset; /* of the size_t that counts them, in the struct */
    bool (*title_ok)(const char *title); /* it is the first member of the item: */
    size_t title_bytes;
    const char *title_words; /* "an area" */
};

/* One key. offset and cap describe the member of the program's own struct; words is a
 * plain English sentence for the default file and the man page. */
struct conf_key {
    const char *name;
    enum conf_type type;
    size_t offset;
    size_t cap;
    const char *initial; /* default, as text; never NULL; in a section only shown */
    int64_t min, max;
    const char *words;
    struct time_length most;            /* CONF_LENGTH */
    const struct conf_section *section; /* CONF_SECTION: cap is not used */
};

/* Read path (NULL: only the defaults) into out. ERR_CONFIG names file, line and key,
 * and says what is allowed: unknown key, given twice, wrong type, out of range, text
 * too long, file over 64 KiB; a pipe or a device is never waited for. */
MUST_USE bool conf_load(const char *path, const struct conf_key *keys, size_t n_keys,
        void *out, struct err *err);

/* The same from text in memory; name stands for the file in messages. */
MUST_USE bool conf_parse(struct span text, const char *name,
        const struct conf_key *keys, size_t n_keys, void *out, struct err *err);

/* The default file: each key commented with its words and range. */
MUST_USE bool conf_write(FILE *file, const char *title, const struct conf_key *keys,
        size_t n_keys);

/* The same with the values of the program's struct (NULL: the defaults); false when one
 * is not allowed or the file cannot be written. */
MUST_USE bool conf_print(FILE *file, const char *title, const struct conf_key *keys,
        size_t n_keys, const void *values);

/* For init: writes the whole default file with these values, in the place of what is
 * there (0640). ERR_CONFIG when a value is not allowed; nothing is written then. What
 * it writes, conf_load reads back as it was. */
MUST_USE bool conf_save(const char *path, const char *title,
        const struct conf_key *keys, size_t n_keys, const void *values,
        struct err *err);

#endif
