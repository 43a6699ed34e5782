/* conf_write.c - what values a key allows, and settings written as a file. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "core/conf_inner.h"
#include "core/file.h"

enum { ALLOWED_BYTES = 160 };

static const struct {
    const char *word;
    bool flag;
} flag_words[] = {
        {"true",  true },
        {"false", false},
        {"yes",   true },
        {"no",    false},
        {"on",    true },
        {"off",   false},
};

static bool read_number(const struct conf_key *key, const char *text, int64_t *number)
{
    /* strtoll would pass over spaces and take a plus. */
    const char *digits = text[0] == '-' ? text + 1 : text;
    if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0')
        return false;
    errno = 0;
    long long value = strtoll(text, NULL, 10);
    if (errno != 0 || value < key->min || value > key->max)
        return false;
    *number = value;
    return true;
}

static bool read_flag(const char *text, bool *flag)
{
    for (size_t at = 0; at < COUNT_OF(flag_words); at++) {
        if (strcmp(text, flag_words[at].word) != 0)
            continue;
        *flag = flag_words[at].flag;
        return true;
    }
    return false;
}

bool conf_value_read(const struct conf_key *key, const char *text,
        struct conf_value *value)
{
    struct conf_value out = {.text = text};
    bool ok = false;
    switch (key->type) {
    case CONF_TEXT:
        ok = strlen(text) < key->cap && conf_bad_character(span_text(text)) == NULL;
        break;
    case CONF_NUMBER: ok = read_number(key, text, &out.number); break;
    case CONF_BOOL: ok = read_flag(text, &out.flag); break;
    case CONF_LENGTH:
        ok = time_length_parse(text, &out.length) &&
             time_length_within(out.length, key->most);
        break;
    case CONF_SECTION: break;
    }
    if (ok)
        *value = out;
    return ok;
}

void conf_value_allowed(const struct conf_key *key, char *words, size_t cap)
{
    switch (key->type) {
    case CONF_TEXT:
        snprintf(words, cap, "one line of text of at most %zu bytes", key->cap - 1);
        break;
    case CONF_NUMBER:
        snprintf(words, cap, "a number from %" PRId64 " to %" PRId64, key->min,
                key->max);
        break;
    case CONF_BOOL: snprintf(words, cap, "true or false"); break;
    case CONF_LENGTH: {
        char most[TIME_TEXT_BYTES];
        time_length_text(key->most, most);
        snprintf(words, cap,
                "a length of time in s, min, h, d or wd (working days), from 1s and "
                "never longer than %s",
                most);
        break;
    }
    case CONF_SECTION: snprintf(words, cap, "a section"); break;
    }
}

bool conf_value_get(const struct conf_key *key, const void *values,
        struct conf_value *value)
{
    const uint8_t *member = (const uint8_t *)values + key->offset;
    struct conf_value out = {.text = (const char *)member};
    bool ok = true;
    switch (key->type) {
    case CONF_TEXT:
        ok = memchr(member, '\0', key->cap) != NULL &&
             conf_bad_character(span_text(out.text)) == NULL;
        break;
    case CONF_NUMBER:
        memcpy(&out.number, member, sizeof out.number);
        ok = out.number >= key->min && out.number <= key->max;
        break;
    case CONF_BOOL: memcpy(&out.flag, member, sizeof out.flag); break;
    case CONF_LENGTH:
        memcpy(&out.length, member, sizeof out.length);
        ok = out.length.n > 0 && time_length_within(out.length, key->most);
        break;
    case CONF_SECTION: ok = false; break;
    }
    if (ok)
        *value = out;
    return ok;
}

void conf_value_put(const struct conf_key *key, const struct conf_value *value,
        void *out)
{
    uint8_t *member = (uint8_t *)out + key->offset;
    switch (key->type) {
    case CONF_TEXT:
        memset(member, 0, key->cap);
        memcpy(member, value->text, strlen(value->text));
        break;
    case CONF_NUMBER: memcpy(member, &value->number, sizeof value->number); break;
    case CONF_BOOL: memcpy(member, &value->flag, sizeof value->flag); break;
    case CONF_LENGTH: memcpy(member, &value->length, sizeof value->length); break;
    case CONF_SECTION: break;
    }
}

/* Always in quotes, so that any text comes back as it was; see conf_shape.c. */
static void print_text(FILE *file, const char *text)
{
    fputc('"', file);
    for (; *text != '\0'; text++) {
        if (strchr("\"\\$", *text) != NULL)
            fputc('\\', file);
        fputc(*text, file);
    }
    fputc('"', file);
}

void conf_value_print(FILE *file, const struct conf_key *key,
        const struct conf_value *value)
{
    switch (key->type) {
    case CONF_TEXT: print_text(file, value->text); break;
    case CONF_NUMBER: fprintf(file, "%" PRId64, value->number); break;
    case CONF_BOOL: fputs(value->flag ? "true" : "false", file); break;
    case CONF_LENGTH: {
        char text[TIME_TEXT_BYTES];
        time_length_text(value->length, text);
        fputs(text, file);
        break;
    }
    case CONF_SECTION: break;
    }
}

bool conf_print(FILE *file, const char *title, const struct conf_key *keys,
        size_t n_keys, const void *values)
{
    fprintf(file,
            "# %s\n#\n# One setting a line: name = value. Text with spaces or signs "
            "stands in double quotes,\n# with \\ before each \" \\ and $ in it.\n",
            title);
    for (size_t at = 0; at < n_keys; at++) {
        const struct conf_key *key = &keys[at];
        struct conf_value value;
        struct conf_value initial;
        if (key->type == CONF_SECTION) {
            conf_section_print(file, key, values);
            continue;
        }
        if (!conf_value_read(key, key->initial, &initial))
            return false;
        value = initial;
        if (values != NULL && !conf_value_get(key, values, &value))
            return false;

        char allowed[ALLOWED_BYTES];
        conf_value_allowed(key, allowed, sizeof allowed);
        fprintf(file, "\n# %s\n# It is %s; without this line ", key->words, allowed);
        conf_value_print(file, key, &initial);
        fprintf(file, ".\n%s = ", key->name);
        conf_value_print(file, key, &value);
        fputc('\n', file);
    }
    return ferror(file) == 0;
}

bool conf_write(FILE *file, const char *title, const struct conf_key *keys,
        size_t n_keys)
{
    return conf_print(file, title, keys, n_keys, NULL);
}

bool conf_save(const char *path, const char *title, const struct conf_key *keys,
        size_t n_keys, const void *values, struct err *err)
{
    for (size_t at = 0; at < n_keys; at++) {
        struct conf_value value;
        char allowed[ALLOWED_BYTES];
        conf_value_allowed(&keys[at], allowed, sizeof allowed);
        bool section = keys[at].type == CONF_SECTION;
        if (section ? !conf_section_allowed(&keys[at], values)
                    : !conf_value_get(&keys[at], values, &value))
            return err_set(err, ERR_CONFIG, "%s: %s must be %s", path, keys[at].name,
                    allowed);
    }
    char *text = NULL;
    size_t len = 0;
    FILE *memory = open_memstream(&text, &len);
    if (memory == NULL)
        return err_set(err, ERR_NOMEM, "%s: no memory", path);
    bool printed = conf_print(memory, title, keys, n_keys, values);
    bool ok = fclose(memory) == 0 && printed;
    if (!ok)
        err_set(err, ERR_INTERNAL, "%s: the settings cannot be written as text", path);
    else if (!(ok = file_write(path, (struct span){(const uint8_t *)text, len})))
        err_set(err, errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_IO,
                "%s: cannot be written (%s). Check the folder and the disk.", path,
                strerror(errno));
    free(text);
    return ok;
}
