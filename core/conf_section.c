/* conf_section.c - sections of a settings file: name "title" { settings }. */
#include <stdio.h>
#include <stdlib.h>

#include "core/conf_inner.h"

/* ---- reading ---- */

bool conf_sections_begin(struct conf_sections *sections, const struct conf_key *key)
{
    const struct conf_section *section = key->section;

    sections->key = key;
    sections->items = calloc(section->items_max, section->item_bytes);
    sections->lines =
            calloc(section->items_max * section->n_keys, sizeof *sections->lines);
    return sections->items != NULL && sections->lines != NULL;
}

bool conf_sections_item(struct conf_sections *sections, const char *title, size_t *item,
        char *words, size_t cap)
{
    const struct conf_section *section = sections->key->section;
    const char *name = sections->key->name;

    for (size_t i = 0; i < sections->n; i++) {
        *item = i;
        if (strcmp((const char *)sections->items + i * section->item_bytes, title) == 0)
            return true;
    }
    if (strlen(title) >= section->title_bytes || !section->title_ok(title)) {
        snprintf(words, cap, "%s \"%.40s\" is not %s", name, title,
                section->title_words);
        return false;
    }
    if (sections->n == section->items_max) {
        snprintf(words, cap, "there are more than %zu sections of %s",
                section->items_max, name);
        return false;
    }
    *item = sections->n++;
    memcpy(sections->items + *item * section->item_bytes, title, strlen(title));
    return true;
}

bool conf_sections_value(struct conf_sections *sections, size_t item, size_t key,
        const char *text, int line, char *words, size_t cap)
{
    const struct conf_section *section = sections->key->section;
    const struct conf_key *of = &section->keys[key];
    int *given = &sections->lines[item * section->n_keys + key];
    struct conf_value value;
    char allowed[160];

    if (*given != 0) {
        snprintf(words, cap, "%s: given twice, first on line %d; keep one", of->name,
                *given);
        return false;
    }
    if (!conf_value_read(of, text, &value)) {
        conf_value_allowed(of, allowed, sizeof allowed);
        snprintf(words, cap, "%s: '%.40s' is not %s", of->name, text, allowed);
        return false;
    }
    *given = line;
    conf_value_put(of, &value, sections->items + item * section->item_bytes);
    return true;
}

void conf_sections_store(const struct conf_sections *sections, void *out)
{
    if (sections->key == NULL)
        return;
    const struct conf_section *section = sections->key->section;
    memcpy((uint8_t *)out + sections->key->offset, sections->items,
            section->items_max * section->item_bytes);
    memcpy((uint8_t *)out + section->n_offset, &sections->n, sizeof sections->n);
}

void conf_sections_done(struct conf_sections *sections)
{
    free(sections->items);
    free(sections->lines);
    *sections = (struct conf_sections){0};
}

/* ---- writing ---- */

static size_t count_of(const struct conf_key *key, const void *values)
{
    size_t n = 0;

    if (values != NULL)
        memcpy(&n, (const uint8_t *)values + key->section->n_offset, sizeof n);
    return n;
}

static const char *item_at(const struct conf_key *key, const void *values, size_t i)
{
    return (const char *)values + key->offset + i * key->section->item_bytes;
}

/* What a section is silent about is zero. */
static bool is_said(const struct conf_key *key, const void *item)
{
    struct time_length length;

    if (key->type != CONF_LENGTH)
        return true;
    memcpy(&length, (const uint8_t *)item + key->offset, sizeof length);
    return length.n != 0;
}

bool conf_section_allowed(const struct conf_key *key, const void *values)
{
    const struct conf_section *section = key->section;
    size_t n = count_of(key, values);
    struct conf_value value;

    if (n > section->items_max)
        return false;
    for (size_t i = 0; i < n; i++) {
        const char *item = item_at(key, values, i);
        if (memchr(item, '\0', section->title_bytes) == NULL ||
                !section->title_ok(item))
            return false;
        for (size_t at = 0; at < section->n_keys; at++)
            if (is_said(&section->keys[at], item) &&
                    !conf_value_get(&section->keys[at], item, &value))
                return false;
    }
    return true;
}

static void print_item(FILE *file, const struct conf_key *key, const void *item)
{
    const struct conf_section *section = key->section;
    struct conf_value value;

    fprintf(file, "%s \"%s\" {\n", key->name, (const char *)item);
    for (size_t at = 0; at < section->n_keys; at++) {
        if (!is_said(&section->keys[at], item) ||
                !conf_value_get(&section->keys[at], item, &value))
            continue;
        fprintf(file, "    %s = ", section->keys[at].name);
        conf_value_print(file, &section->keys[at], &value);
        fputc('\n', file);
    }
    fputs("}\n", file);
}

void conf_section_print(FILE *file, const struct conf_key *key, const void *values)
{
    const struct conf_section *section = key->section;

    fprintf(file,
            "\n# %s\n# It is a section, %s \"...\" { with settings of its own, one a "
            "line } for %s.\n# What it may say, and what holds without it:\n",
            key->words, key->name, section->title_words);
    for (size_t at = 0; at < section->n_keys; at++)
        fprintf(file, "#     %s = %s\n", section->keys[at].name,
                section->keys[at].initial);
    for (size_t i = 0; i < count_of(key, values); i++)
        print_item(file, key, item_at(key, values, i));
}
