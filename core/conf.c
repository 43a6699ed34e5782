/* conf.c - settings: text by way of libconfuse into a checked struct. */
#include "core/conf.h"

#include <assert.h>
#include <confuse.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/conf_inner.h"

enum {
    CONF_FILE_BYTES = 64 * 1024,
    CONF_WORDS_BYTES = 160,
};

/* What the file says of one key. libconfuse knows the slot by the address of its first
 * member, and so its callbacks, which get no pointer of ours, find the way here. */
struct slot {
    char *text; /* libconfuse's heap; NULL: not in the file */
    int line;
    const struct conf_key *key;
    struct reading *reading;
    bool in_section; /* one slot for all sections: what is read goes to items at once */
};

struct reading {
    const char *name; /* of the file, for messages */
    const struct conf_key *keys;
    size_t n_keys, n_inner; /* in a section */
    struct slot *slots;     /* one a key, then one a key in a section */
    cfg_opt_t *options;     /* likewise, each with its end */
    struct conf_sections sections;
    struct err fault; /* the first one; CODE_OK: none */
};

static struct slot *slot_of(const cfg_opt_t *option)
{
    return (struct slot *)(void *)option->simple_value.string;
}

/* What a setting may be called, as far as a message holds it. */
static void list_names(const struct conf_key *keys, size_t n_keys, char *words,
        size_t cap)
{
    size_t used = 0;
    words[0] = '\0';
    for (size_t at = 0; at < n_keys; at++) {
        const char *name = keys[at].name;
        if (used + strlen(name) + sizeof ", ..." > cap) {
            memcpy(words + used, ", ...", sizeof ", ...");
            return;
        }
        used += (size_t)snprintf(words + used, cap - used, "%s%s", at == 0 ? "" : ", ",
                name);
    }
}

/* The parser's own complaint: an unknown key, or a line that is not name = value. */
__attribute__((format(printf, 2, 0))) static void on_fault(cfg_t *cfg,
        const char *format, va_list args)
{
    const struct slot *slot = slot_of(&cfg->opts[0]);
    struct reading *reading = slot->reading;
    if (reading->fault.code != CODE_OK)
        return;
    const struct conf_section *section =
            slot->in_section ? reading->sections.key->section : NULL;
    char complaint[CONF_WORDS_BYTES / 2];
    char names[CONF_WORDS_BYTES];
    vsnprintf(complaint, sizeof complaint, format, args);
    list_names(section != NULL ? section->keys : reading->keys,
            section != NULL ? section->n_keys : reading->n_keys, names, sizeof names);
    err_set(&reading->fault, ERR_CONFIG,
            "%s:%d: %s; allowed is name = value with the names %s", reading->name,
            cfg->line, complaint, names);
}

/* A section is read: it may have had nothing in it. */
static int on_section(cfg_t *cfg, cfg_opt_t *option)
{
    struct reading *reading = slot_of(&cfg->opts[0])->reading;
    cfg_t *section = cfg_opt_getnsec(option, cfg_opt_size(option) - 1);
    char words[CONF_WORDS_BYTES];
    size_t item;
    if (conf_sections_item(&reading->sections, cfg_title(section), &item, words,
                sizeof words))
        return 0;
    err_set(&reading->fault, ERR_CONFIG, "%s:%d: %s", reading->name, cfg->line, words);
    return 1;
}

/* One value of a section. */
static bool section_value(cfg_t *cfg, const struct slot *slot, const char *value)
{
    struct reading *reading = slot->reading;
    struct conf_sections *sections = &reading->sections;
    char words[CONF_WORDS_BYTES * 2];
    size_t item;
    if (conf_sections_item(sections, cfg_title(cfg), &item, words, sizeof words) &&
            conf_sections_value(sections, item,
                    (size_t)(slot->key - sections->key->section->keys), value,
                    cfg->line, words, sizeof words))
        return true;
    return err_set(&reading->fault, ERR_CONFIG, "%s:%d: %s", reading->name, cfg->line,
            words);
}

/* One value of the file: kept as text, once. Not 0: stop. */
static int on_value(cfg_t *cfg, cfg_opt_t *option, const char *value, void *result)
{
    struct slot *slot = slot_of(option);
    if (slot->in_section) {
        *(const char **)result = value;
        return section_value(cfg, slot, value) ? 0 : 1;
    }
    if (slot->line != 0) {
        err_set(&slot->reading->fault, ERR_CONFIG,
                "%s:%d: %s: given twice, first on line %d; keep one",
                slot->reading->name, cfg->line, slot->key->name, slot->line);
        return 1;
    }
    slot->line = cfg->line;
    *(const char **)result = value;
    return 0;
}

/* Tell libconfuse our keys. All are text to it: what is a number, and which, is for the
 * same rules that the default values and conf_save obey. */
static void fill_slots(struct reading *reading, const struct conf_key *keys, size_t n,
        bool in_section, struct slot *slots, cfg_opt_t *options)
{
    for (size_t at = 0; at < n; at++) {
        slots[at].key = &keys[at];
        slots[at].reading = reading;
        slots[at].in_section = in_section;
        options[at] = (cfg_opt_t){.name = keys[at].name,
                .type = CFGT_STR,
                .flags = CFGF_NODEFAULT,
                .simple_value = {.string = &slots[at].text},
                .parsecb = on_value};
        if (keys[at].type == CONF_SECTION)
            options[at] = (cfg_opt_t){.name = keys[at].name,
                    .type = CFGT_SEC,
                    .flags = CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES,
                    .subopts = reading->options + reading->n_keys + 1,
                    .validcb = on_section};
    }
    options[n] = (cfg_opt_t)CFG_END();
}

/* The kind of section of a table; it has one at most, and never as its first key. */
static const struct conf_key *section_of(const struct reading *reading)
{
    for (size_t at = 1; at < reading->n_keys; at++)
        if (reading->keys[at].type == CONF_SECTION)
            return &reading->keys[at];
    return NULL;
}

static bool make_slots(struct reading *reading)
{
    const struct conf_key *key = section_of(reading);
    if (key != NULL && !conf_sections_begin(&reading->sections, key))
        return false;
    size_t n = reading->n_keys;
    reading->n_inner = key != NULL ? key->section->n_keys : 0;
    reading->slots = calloc(n + reading->n_inner, sizeof *reading->slots);
    reading->options = calloc(n + reading->n_inner + 2, sizeof *reading->options);
    if (reading->slots == NULL || reading->options == NULL)
        return false;
    fill_slots(reading, reading->keys, n, false, reading->slots, reading->options);
    if (key != NULL)
        fill_slots(reading, key->section->keys, reading->n_inner, true,
                reading->slots + n, reading->options + n + 1);
    return true;
}

/* The file's text to slots. The text has the shape of conf_shape_check. */
static bool parse(struct reading *reading, const char *text)
{
    cfg_t *cfg = cfg_init(reading->options, CFGF_NONE);
    if (cfg == NULL)
        return err_set(&reading->fault, ERR_NOMEM, "%s: no memory", reading->name);
    cfg_set_error_function(cfg, on_fault);
    bool ok = cfg_parse_buf(cfg, text) == CFG_SUCCESS;
    if (!ok && reading->fault.code == CODE_OK)
        err_set(&reading->fault, ERR_CONFIG, "%s:%d: this is not name = value",
                reading->name, cfg->line);
    cfg_free(cfg);
    return ok;
}

/* The value of a slot, or its key's default. */
static bool slot_value(const struct slot *slot, struct conf_value *value,
        struct err *err)
{
    const struct conf_key *key = slot->key;
    const char *text = slot->text != NULL ? slot->text : key->initial;
    if (conf_value_read(key, text, value))
        return true;
    char allowed[CONF_WORDS_BYTES];
    conf_value_allowed(key, allowed, sizeof allowed);
    if (slot->text == NULL)
        return err_set(err, ERR_INTERNAL, "the default of %s is not %s", key->name,
                allowed);
    return err_set(err, ERR_CONFIG, "%s:%d: %s: '%.40s' is not %s", slot->reading->name,
            slot->line, key->name, text, allowed);
}

/* All values are looked at before the first is written: out is whole or untouched. */
static bool store(const struct reading *reading, void *out, struct err *err)
{
    struct conf_value value;
    for (size_t at = 0; at < reading->n_keys; at++)
        if (reading->keys[at].type != CONF_SECTION &&
                !slot_value(&reading->slots[at], &value, err))
            return false;
    for (size_t at = 0; at < reading->n_keys; at++)
        if (reading->keys[at].type != CONF_SECTION &&
                slot_value(&reading->slots[at], &value, err))
            conf_value_put(reading->slots[at].key, &value, out);
    conf_sections_store(&reading->sections, out);
    return true;
}

static void reading_done(struct reading *reading)
{
    for (size_t at = 0;
            reading->slots != NULL && at < reading->n_keys + reading->n_inner; at++)
        free(reading->slots[at].text);
    free(reading->slots);
    free(reading->options);
    conf_sections_done(&reading->sections);
}

bool conf_parse(struct span text, const char *name, const struct conf_key *keys,
        size_t n_keys, void *out, struct err *err)
{
    assert(n_keys > 0);
    if (text.len > CONF_FILE_BYTES)
        return err_set(err, ERR_CONFIG, "%s: longer than %d KiB; make it shorter", name,
                CONF_FILE_BYTES / 1024);
    if (!conf_shape_check(text, name, err))
        return false;

    struct reading reading = {.name = name, .keys = keys, .n_keys = n_keys};
    char *copy = strndup((const char *)text.at, text.len);
    bool ok = false;
    if (copy == NULL || !make_slots(&reading))
        err_set(err, ERR_NOMEM, "%s: no memory", name);
    else if (!parse(&reading, copy))
        err_set(err, reading.fault.code, "%s", reading.fault.msg);
    else
        ok = store(&reading, out, err);
    reading_done(&reading);
    free(copy);
    return ok;
}

static bool unread(const char *path, struct err *err)
{
    return err_set(err, ERR_CONFIG,
            "%s: cannot be read (%s). Check the path and who may read it.", path,
            strerror(errno));
}

/* The whole of an open file, or one byte more than is allowed. */
static bool read_whole(int fd, const char *path, uint8_t *bytes, size_t *len,
        struct err *err)
{
    size_t used = 0;
    ssize_t got = 0;
    struct stat info;
    if (fstat(fd, &info) != 0)
        return unread(path, err);
    if (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
        return err_set(err, ERR_CONFIG,
                "%s: is a pipe or a device. Put a file with the settings in its place.",
                path);
    do {
        got = read(fd, bytes + used, CONF_FILE_BYTES + 1 - used);
        if (got > 0)
            used += (size_t)got;
    } while (got > 0 && used < CONF_FILE_BYTES + 1);
    if (got < 0)
        return unread(path, err);
    *len = used;
    return true;
}

static bool read_file(const char *path, uint8_t *bytes, size_t *len, struct err *err)
{
    /* Who waits for a pipe to be written waits for ever. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return unread(path, err);
    bool ok = read_whole(fd, path, bytes, len, err);
    close(fd);
    return ok;
}

bool conf_load(const char *path, const struct conf_key *keys, size_t n_keys, void *out,
        struct err *err)
{
    if (path == NULL)
        return conf_parse((struct span){(const uint8_t *)"", 0}, "defaults", keys,
                n_keys, out, err);
    uint8_t *bytes = malloc(CONF_FILE_BYTES + 1);
    if (bytes == NULL)
        return err_set(err, ERR_NOMEM, "%s: no memory", path);
    size_t len = 0;
    bool ok = read_file(path, bytes, &len, err) &&
              conf_parse((struct span){bytes, len}, path, keys, n_keys, out, err);
    free(bytes);
    return ok;
}
