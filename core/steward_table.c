/* steward_table.c - the steward's tables as texts: each line by itself, then all of
 * them together. */
#include "core/steward_table.h"

#include <stdlib.h>

#include "core/time.h"
#include "core/wire.h"

enum { AREA_COLUMNS = 6, SECTOR_COLUMNS = 5, COLUMNS_MAX = 8, NAME_BYTES = 60 };

static const char *const AREA_HEAD[AREA_COLUMNS] = {"nis", "nl", "fr", "en",
        "valid_from", "valid_until"};
static const char *const SECTOR_HEAD[SECTOR_COLUMNS] = {"sector", "nis", "name",
        "valid_from", "valid_until"};

/* One text on its way in. */
struct reading {
    struct span text;
    size_t at;
    uint32_t line; /* of the last one that was read */
    bool sectors;
    struct arena *arena;
    struct table_trouble *trouble;
    struct err *err;
};

static bool refuse(const struct reading *in, enum table_fault fault, uint32_t line,
        uint32_t other_line, const char *code)
{
    struct table_trouble *trouble = in->trouble;
    *trouble = (struct table_trouble){.fault = fault,
            .sectors = in->sectors,
            .line = line,
            .other_line = other_line};
    strncpy(trouble->code, code, sizeof trouble->code - 1);
    return err_set(in->err, E_FIELD, "line %u of the %s", (unsigned)line,
            in->sectors ? "sectors" : "areas");
}

/* ------------------------------------------------------------- one line */

/* The next line that says something, without its end; false: that was the last. */
static bool next_line(struct reading *in, struct span *line)
{
    while (in->at < in->text.len) {
        const uint8_t *start = in->text.at + in->at;
        const uint8_t *end = memchr(start, '\n', in->text.len - in->at);
        size_t len = end != NULL ? (size_t)(end - start) : in->text.len - in->at;
        in->at += len + (end != NULL);
        in->line++;
        if (len > 0 && start[len - 1] == '\r')
            len--;
        *line = (struct span){start, len};
        if (len > 0 && start[0] != '#')
            return true;
    }
    return false;
}

/* The cells of a line, each with its NUL, in the arena. */
static bool cells_of(const struct reading *in, struct span line, size_t n_columns,
        const char **cells)
{
    char *copy = arena_take(in->arena, line.len + 1);
    size_t n = 0;
    if (copy == NULL)
        return err_set(in->err, ERR_NOMEM, "no room for these tables");
    memcpy(copy, line.at, line.len);
    copy[line.len] = '\0';
    bool text = wire_text_ok(line);
    for (size_t i = 0; i < line.len; i++)
        text = text && ((uint8_t)copy[i] >= ' ' || copy[i] == '\t');
    if (!text)
        return refuse(in, TABLE_FAULT_TEXT, in->line, 0, "");
    for (char *cell = copy; cell != NULL; n++) {
        char *tab = strchr(cell, '\t');
        if (n == n_columns)
            return refuse(in, TABLE_FAULT_COLUMNS, in->line, 0, "");
        cells[n] = cell;
        if (tab != NULL)
            *tab++ = '\0';
        cell = tab;
    }
    return n == n_columns || refuse(in, TABLE_FAULT_COLUMNS, in->line, 0, "");
}

static bool read_head(struct reading *in, const char *const *head, size_t n_columns)
{
    const char *cells[COLUMNS_MAX];
    struct span line;
    if (!next_line(in, &line))
        return refuse(in, TABLE_FAULT_HEAD, 1, 0, "");
    if (!cells_of(in, line, n_columns, cells))
        return in->trouble->fault != TABLE_FAULT_NONE &&
               refuse(in, TABLE_FAULT_HEAD, in->line, 0, "");
    for (size_t i = 0; i < n_columns; i++)
        if (strcmp(cells[i], head[i]) != 0)
            return refuse(in, TABLE_FAULT_HEAD, in->line, 0, "");
    return true;
}

static bool read_day(const char *text, uint32_t *day)
{
    int32_t read;
    *day = 0;
    if (strcmp(text, "open") == 0)
        return true;
    if (!time_day_parse(text, &read) || read <= 0)
        return false;
    *day = (uint32_t)read;
    return true;
}

static bool read_days(const struct reading *in, const char *from, const char *until,
        uint32_t *from_day, uint32_t *until_day)
{
    if (!read_day(from, from_day) || !read_day(until, until_day))
        return refuse(in, TABLE_FAULT_DAY, in->line, 0, "");
    return *until_day == 0 || *from_day <= *until_day ||
           refuse(in, TABLE_FAULT_DAYS, in->line, 0, "");
}

/* ------------------------------------------------------------- both texts */

static bool read_area(struct reading *in, const char *const *cells,
        struct table_area *area)
{
    *area = (struct table_area){.nis = cells[0],
            .nl = cells[1],
            .fr = cells[2],
            .en = cells[3],
            .line = in->line};
    if (!ids_area_ok(cells[0]))
        return refuse(in, TABLE_FAULT_NIS, in->line, 0, "");
    for (size_t i = 1; i <= 3; i++)
        if (strlen(cells[i]) > NAME_BYTES)
            return refuse(in, TABLE_FAULT_TEXT, in->line, 0, "");
    return read_days(in, cells[4], cells[5], &area->from_day, &area->until_day);
}

static bool read_areas(struct reading *in, struct steward_table *table)
{
    const char *cells[COLUMNS_MAX];
    struct span line;
    if (!read_head(in, AREA_HEAD, AREA_COLUMNS))
        return false;
    while (next_line(in, &line)) {
        if (table->n_areas == DIRECTORY_AREAS_MAX)
            return refuse(in, TABLE_FAULT_MANY, in->line, 0, "");
        if (!cells_of(in, line, AREA_COLUMNS, cells) ||
                !read_area(in, cells, &table->areas[table->n_areas]))
            return false;
        table->n_areas++;
    }
    return table->n_areas > 0 || refuse(in, TABLE_FAULT_EMPTY, in->line, 0, "");
}

static bool read_sectors(struct reading *in, struct steward_table *table)
{
    const char *cells[COLUMNS_MAX];
    struct span line;
    if (!read_head(in, SECTOR_HEAD, SECTOR_COLUMNS))
        return false;
    while (next_line(in, &line)) {
        struct table_sector *sector = &table->sectors[table->n_sectors];
        if (table->n_sectors == STEWARD_SECTOR_ROWS_MAX)
            return refuse(in, TABLE_FAULT_MANY, in->line, 0, "");
        if (!cells_of(in, line, SECTOR_COLUMNS, cells))
            return false;
        *sector = (struct table_sector){.code = cells[0],
                .nis = cells[1],
                .line = in->line};
        if (!ids_place_ok(cells[0]) || ids_area_ok(cells[0]))
            return refuse(in, TABLE_FAULT_SECTOR, in->line, 0, "");
        if (!ids_area_ok(cells[1]))
            return refuse(in, TABLE_FAULT_NIS, in->line, 0, "");
        if (!read_days(in, cells[3], cells[4], &sector->from_day, &sector->until_day))
            return false;
        table->n_sectors++;
    }
    return true;
}

/* ------------------------------------------------------------- all of them */

static int by_nis(const void *a, const void *b)
{
    const struct table_area *one = a, *other = b;
    int by = strcmp(one->nis, other->nis);
    return by != 0 ? by : (one->line > other->line) - (one->line < other->line);
}

static int by_days(const struct table_sector *a, const struct table_sector *b)
{
    if (a->from_day != b->from_day)
        return a->from_day > b->from_day ? 1 : -1;
    return (a->line > b->line) - (a->line < b->line);
}

static int by_code(const void *a, const void *b)
{
    const struct table_sector *one = a, *other = b;
    int by = strcmp(one->code, other->code);
    return by != 0 ? by : by_days(one, other);
}

static int by_area(const void *a, const void *b)
{
    const struct table_sector *one = a, *other = b;
    int by = strcmp(one->nis, other->nis);
    return by != 0 ? by : by_code(one, other);
}

static int find_by_nis(const void *key, const void *row)
{
    const struct table_area *area = row;
    return strcmp(key, area->nis);
}

/* A municipality stands once: what it is called, and when it is, has one answer. */
static bool judge_areas(struct reading *in, struct steward_table *table)
{
    qsort(table->areas, table->n_areas, sizeof *table->areas, by_nis);
    for (size_t i = 1; i < table->n_areas; i++) {
        const struct table_area *before = &table->areas[i - 1], *area = before + 1;
        if (strcmp(before->nis, area->nis) == 0)
            return refuse(in, TABLE_FAULT_REPEATED, area->line, before->line,
                    area->nis);
    }
    return true;
}

/* On no day under two municipalities, and not twice under one. In the order of their
 * first days, whoever meets one meets the next as well. */
static bool judge_overlaps(struct reading *in, struct steward_table *table)
{
    const struct table_sector *last = NULL;
    qsort(table->sectors, table->n_sectors, sizeof *table->sectors, by_code);
    for (size_t i = 0; i < table->n_sectors; i++) {
        const struct table_sector *sector = &table->sectors[i];
        const struct sector now = {sector->code, sector->from_day, sector->until_day};
        if (last != NULL) {
            const struct sector then = {last->code, last->from_day, last->until_day};
            if (directory_areas_meet(&then, &now))
                return refuse(in, TABLE_FAULT_OVERLAP,
                        sector->line > last->line ? sector->line : last->line,
                        sector->line > last->line ? last->line : sector->line,
                        sector->code);
        }
        last = sector;
    }
    return true;
}

static bool judge_sectors(struct reading *in, struct steward_table *table)
{
    size_t n_of_one = 0;
    if (!judge_overlaps(in, table))
        return false;
    qsort(table->sectors, table->n_sectors, sizeof *table->sectors, by_area);
    for (size_t i = 0; i < table->n_sectors; i++) {
        const struct table_sector *sector = &table->sectors[i];
        const struct table_area *area = bsearch(sector->nis, table->areas,
                table->n_areas, sizeof *table->areas, find_by_nis);
        if (area == NULL)
            return refuse(in, TABLE_FAULT_UNKNOWN, sector->line, 0, sector->nis);
        bool ends_within =
                area->until_day == 0 ||
                (sector->until_day != 0 && sector->until_day <= area->until_day);
        if (sector->from_day < area->from_day || !ends_within)
            return refuse(in, TABLE_FAULT_OUTSIDE, sector->line, 0, sector->code);
        bool same = i > 0 && strcmp(sector[-1].nis, sector->nis) == 0;
        n_of_one = same ? n_of_one + 1 : 1;
        if (n_of_one > STEWARD_SECTORS_MAX)
            return refuse(in, TABLE_FAULT_MANY, sector->line, 0, sector->nis);
    }
    return true;
}

bool steward_table_read(struct span areas, struct span sectors, struct arena *arena,
        struct steward_table *table, struct table_trouble *trouble, struct err *err)
{
    struct table_trouble why = {.fault = TABLE_FAULT_NONE};
    struct reading in = {.text = areas, .arena = arena, .trouble = &why, .err = err};
    struct reading of_sectors = {.text = sectors,
            .sectors = true,
            .arena = arena,
            .trouble = &why,
            .err = err};
    struct steward_table made = {.areas = arena_take(arena,
                                         DIRECTORY_AREAS_MAX * sizeof *made.areas),
            .sectors = arena_take(arena,
                    (STEWARD_SECTOR_ROWS_MAX + 1) * sizeof *made.sectors)};
    if (made.areas == NULL || made.sectors == NULL)
        return err_set(err, ERR_NOMEM, "no room for these tables");
    if (!read_areas(&in, &made) || !read_sectors(&of_sectors, &made) ||
            !judge_areas(&in, &made) || !judge_sectors(&of_sectors, &made)) {
        *trouble = why;
        return false;
    }
    *table = made;
    return true;
}

const struct table_sector *steward_table_sectors(const struct steward_table *table,
        const char *nis, size_t *n_sectors)
{
    const struct table_sector *first = NULL;
    *n_sectors = 0;
    for (size_t i = 0; i < table->n_sectors; i++) {
        if (strcmp(table->sectors[i].nis, nis) != 0)
            continue;
        first = first == NULL ? &table->sectors[i] : first;
        (*n_sectors)++;
    }
    return first;
}
