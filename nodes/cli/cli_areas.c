/* cli_areas.c - areas.tsv and sectors.tsv on their way to the steward's desk: what is
 * wrong with a line in plain words, and what changes. */
#include "nodes/cli/cli_areas.h"
#include "core/file.h"

/* The arena of the desk's tables: both texts, and their rows. */
enum { TABLES_ARENA = 2 * STEWARD_TABLE_FILE_MAX + 8 * 1024 * 1024 };

static const enum text_id FAULTS[N_TABLE_FAULTS] = {
        [TABLE_FAULT_HEAD] = TEXT_TABLE_HEAD,
        [TABLE_FAULT_EMPTY] = TEXT_TABLE_EMPTY,
        [TABLE_FAULT_COLUMNS] = TEXT_TABLE_COLUMNS,
        [TABLE_FAULT_TEXT] = TEXT_TABLE_TEXT,
        [TABLE_FAULT_NIS] = TEXT_TABLE_NIS,
        [TABLE_FAULT_SECTOR] = TEXT_TABLE_SECTOR,
        [TABLE_FAULT_DAY] = TEXT_TABLE_DAY,
        [TABLE_FAULT_DAYS] = TEXT_TABLE_DAYS,
        [TABLE_FAULT_REPEATED] = TEXT_TABLE_REPEATED,
        [TABLE_FAULT_MANY] = TEXT_TABLE_MANY,
        [TABLE_FAULT_UNKNOWN] = TEXT_TABLE_UNKNOWN,
        [TABLE_FAULT_OUTSIDE] = TEXT_TABLE_OUTSIDE,
        [TABLE_FAULT_OVERLAP] = TEXT_TABLE_OVERLAP,
        [TABLE_FAULT_LEFT_OUT] = TEXT_TABLE_LEFT_OUT,
};

/* "sectors.tsv, line 7: 21004A01- stands in line 5 on the same day already." */
static int tell_trouble(struct cli *cli, const struct table_trouble *trouble,
        const char *areas, const char *sectors)
{
    const char *file = trouble->sectors ? sectors : areas;
    const char *name = strrchr(file, '/') == NULL ? file : strrchr(file, '/') + 1;
    const char *where = trouble->line == 0 ? name
                                           : cli_format(cli, TEXT_TABLE_LINE, name,
                                                     cli_number(cli, trouble->line));
    const char *what = cli_format(cli, FAULTS[trouble->fault], trouble->code,
            cli_number(cli, trouble->other_line));
    return cli_fail_words(cli, code_name(E_FIELD),
            cli_format(cli, TEXT_TABLE_FAULT, where, what), "");
}

/* What comes of a municipality, in a few words. */
static const char *change_words(struct cli *cli, const struct area_change *change)
{
    const char *in = cli_number(cli, change->sectors_in);
    const char *out = cli_number(cli, change->sectors_out);
    if (change->is_new)
        return cli_format(cli, TEXT_AREA_NEW, in, NULL);
    if (change->sectors_in == 0 && change->sectors_out == 0)
        return cli_words(cli, TEXT_AREA_CHANGED);
    return cli_format(cli, TEXT_AREA_SECTORS, in, out);
}

static bool differs(const struct area_change *change)
{
    return change->changed || change->sectors_in > 0 || change->sectors_out > 0;
}

/* How many municipalities change; in JSON only that is said. */
static size_t show_changes(struct cli *cli, const struct steward_table *table,
        const struct area_change *changes)
{
    enum { COLUMNS = 3 };
    const char **cells =
            arena_take(&cli->arena, (table->n_areas + 1) * COLUMNS * sizeof *cells);
    size_t n = 0;
    if (cells == NULL)
        return 0;
    cells[0] = cli_words(cli, TEXT_H_NIS_CODE);
    cells[1] = cli_words(cli, TEXT_H_NAME);
    cells[2] = cli_words(cli, TEXT_H_CHANGE);
    for (size_t i = 0; i < table->n_areas; i++) {
        const struct table_area *area = changes[i].area;
        if (!differs(&changes[i]))
            continue;
        const char **row = &cells[++n * COLUMNS];
        row[0] = area->nis;
        row[1] = cli->lang == LANG_NL   ? area->nl
                 : cli->lang == LANG_FR ? area->fr
                                        : area->en;
        row[2] = change_words(cli, &changes[i]);
    }
    if (n > 0 && !cli->json)
        cli_table(cli, cells, n + 1, COLUMNS);
    return n;
}

static int set_tables(struct cli *cli, struct steward *steward, struct arena *arena,
        const char *areas, const char *sectors, struct areas_set *set)
{
    struct steward_table table;
    struct table_trouble trouble = {.fault = TABLE_FAULT_NONE};
    struct area_change *changes =
            arena_take(arena, DIRECTORY_AREAS_MAX * sizeof *changes);
    struct span texts[2];
    struct err err = {0};
    if (changes == NULL)
        return cli_no_room(cli);
    const char *const paths[] = {areas, sectors};
    for (size_t i = 0; i < COUNT_OF(paths); i++)
        if (!file_read(paths[i], STEWARD_TABLE_FILE_MAX, arena, &texts[i], &err))
            return cli_fail_file(cli, paths[i], STEWARD_TABLE_FILE_MAX, &err);
    bool ok = steward_table_read(texts[0], texts[1], arena, &table, &trouble, &err) &&
              steward_set_areas(steward, &table, false, cli->now_ms, changes, &trouble,
                      &err);
    if (!ok && trouble.fault != TABLE_FAULT_NONE)
        return tell_trouble(cli, &trouble, areas, sectors);
    if (!ok)
        return cli_fail(cli, &err);
    set->n_areas = table.n_areas;
    set->n_sectors = table.n_sectors;
    set->n_changed = set->quiet ? table.n_areas : show_changes(cli, &table, changes);
    if (set->n_changed == 0 || set->look)
        return EXIT_OK;
    if (!set->quiet && !cli_confirm(cli, TEXT_ASK_AREAS, NULL)) {
        set->n_changed = 0;
        return EXIT_OK;
    }
    return steward_set_areas(steward, &table, true, cli->now_ms, changes, &trouble,
                   &err)
                   ? EXIT_OK
                   : cli_fail(cli, &err);
}

int cli_set_areas(struct cli *cli, struct steward *steward, const char *areas,
        const char *sectors, struct areas_set *set)
{
    struct arena arena = arena_new(TABLES_ARENA);
    if (arena.at == NULL)
        return cli_no_room(cli);
    int status = set_tables(cli, steward, &arena, areas, sectors, set);
    arena_free(&arena);
    return status;
}
