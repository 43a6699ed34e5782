/* fuzz_conf.c - any bytes as a settings file: refused in words, or taken; and what is
 * taken is the same after it was written and read once more. The same bytes as the
 * lines of the steward's tables of places, up to a form feed and behind it: refused
 * with what is wrong, or every line of them is found again. */
#include <stdlib.h>

#include "core/steward_table.h"
#include "tests/conf_sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void expect(bool holds)
{
    if (!holds)
        abort();
}

enum { TABLES_BYTES = 4 * 1024 * 1024 };

/* A table of these lines, with its head; on the heap. */
static struct span with_head(const char *head, struct span lines)
{
    size_t len = strlen(head);
    uint8_t *text = malloc(len + lines.len + 1);

    expect(text != NULL);
    memcpy(text, head, len);
    if (lines.len > 0)
        memcpy(text + len, lines.at, lines.len);
    return (struct span){text, len + lines.len};
}

static void check_table(const struct steward_table *table)
{
    size_t n_found = 0;

    for (size_t i = 0; i < table->n_areas; i++) {
        size_t n;
        const char *nis = table->areas[i].nis;
        bool again = i > 0 && strcmp(table->areas[i - 1].nis, nis) == 0;
        expect(strlen(nis) == 5 && strspn(nis, "0123456789") == 5 && !again);
        (void)steward_table_sectors(table, nis, &n);
        expect(n <= STEWARD_SECTORS_MAX);
        n_found += n;
    }
    expect(n_found == table->n_sectors);
}

static void read_tables(struct span bytes)
{
    struct arena arena = arena_new(TABLES_BYTES);
    const uint8_t *cut = bytes.len > 0 ? memchr(bytes.at, '\f', bytes.len) : NULL;
    size_t first = cut != NULL ? (size_t)(cut - bytes.at) : bytes.len;
    size_t behind = cut != NULL ? first + 1 : first;
    struct span areas = with_head("nis\tnl\tfr\ten\tvalid_from\tvalid_until\n",
            (struct span){bytes.at, first});
    struct span sectors = with_head("sector\tnis\tname\tvalid_from\tvalid_until\n",
            (struct span){bytes.at + behind, bytes.len - behind});
    struct table_trouble trouble = {.fault = TABLE_FAULT_NONE};
    struct steward_table table = {.n_areas = 0};
    struct err err = {CODE_OK, ""};

    expect(arena.at != NULL);
    if (steward_table_read(areas, sectors, &arena, &table, &trouble, &err))
        check_table(&table);
    else
        expect(err.code == E_FIELD && trouble.fault > TABLE_FAULT_NONE &&
                trouble.fault < N_TABLE_FAULTS);
    free((void *)(uintptr_t)areas.at);
    free((void *)(uintptr_t)sectors.at);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    read_tables((struct span){bytes, len});
    enum { N = COUNT_OF(sample_keys) };
    struct err err = {CODE_OK, ""};
    struct sample first = {.before = 7};
    struct sample second = {.before = 7};
    if (!conf_parse((struct span){bytes, len}, "fuzz", sample_keys, N, &first, &err)) {
        /* Nothing written, something said; and the next file is read as ever. */
        expect(memcmp(&first, &second, sizeof first) == 0);
        expect(err.code == ERR_CONFIG && strncmp(err.msg, "fuzz:", 5) == 0);
        expect(conf_parse(span_text("port = 8 # \""), "next", sample_keys, N, &first,
                &err));
        expect(first.port == 8);
        return 0;
    }
    char *text = NULL;
    size_t text_len = 0;
    FILE *file = open_memstream(&text, &text_len);
    expect(file != NULL && conf_print(file, "fuzz", sample_keys, N, &first));
    fclose(file);
    expect(conf_parse((struct span){(const uint8_t *)text, text_len}, "again",
            sample_keys, N, &second, &err));
    expect(strcmp(first.name, second.name) == 0 && first.port == second.port &&
            first.depth == second.depth && first.strict == second.strict);
    free(text);
    return 0;
}
