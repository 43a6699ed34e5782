/* steward_areas.c - the steward sets the tables of municipalities and sectors, whole or
 * not at all. */
#include <stdio.h>

#include "core/steward_inner.h"
#include "core/wire.h"

/* What the bundle says now, by NIS code. */
struct standing {
    struct area area;
    struct span bytes; /* as it is signed */
};

static bool read_standing(struct steward *steward, struct standing *standing,
        struct err *err)
{
    for (size_t i = 0; i < steward->bundle.n_areas; i++) {
        struct signed_ thing;
        standing[i].bytes = steward->bundle.areas[i];
        if (!wire_get(&WIRE_SIGNED, standing[i].bytes, &steward->work, &thing, err) ||
                !wire_get(&WIRE_AREA, thing.body, &steward->work, &standing[i].area,
                        err))
            return err_wrap(err, "the areas in %s", steward->bundle_path);
    }
    return true;
}

static const struct standing *find_standing(const struct standing *standing, size_t n,
        const char *nis)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(standing[i].area.nis, nis) == 0)
            return &standing[i];
    return NULL;
}

/* What was once said of a place is not dropped: reports of past months ask for it. */
static bool all_there(const struct steward *steward, const struct standing *standing,
        const struct steward_table *table, struct table_trouble *trouble,
        struct err *err)
{
    for (size_t i = 0; i < steward->bundle.n_areas; i++) {
        bool there = false;
        for (size_t k = 0; !there && k < table->n_areas; k++)
            there = strcmp(table->areas[k].nis, standing[i].area.nis) == 0;
        if (there)
            continue;
        *trouble = (struct table_trouble){.fault = TABLE_FAULT_LEFT_OUT};
        snprintf(trouble->code, sizeof trouble->code, "%s", standing[i].area.nis);
        return err_set(err, E_FIELD, "%s is left out", trouble->code);
    }
    return true;
}

static bool same_sector(const struct sector *a, const struct sector *b)
{
    return strcmp(a->code, b->code) == 0 && a->from_day == b->from_day &&
           a->until_day == b->until_day;
}

/* How many of these sectors the other does not have just so. */
static size_t sectors_only_in(const struct area *area, const struct area *other)
{
    size_t n = 0;
    for (size_t i = 0; i < area->n_sectors; i++) {
        bool there = false;
        for (size_t k = 0; !there && k < other->n_sectors; k++)
            there = same_sector(&area->sectors[i], &other->sectors[k]);
        n += !there;
    }
    return n;
}

static bool same_words(const struct area *a, const struct area *b)
{
    return a->from_day == b->from_day && a->until_day == b->until_day &&
           strcmp(a->nl, b->nl) == 0 && strcmp(a->fr, b->fr) == 0 &&
           strcmp(a->en, b->en) == 0;
}

static struct area_change change_of(const struct table_area *row,
        const struct area *area, const struct standing *before)
{
    static const struct area none = {.nis = ""};
    const struct area *old = before != NULL ? &before->area : &none;
    return (struct area_change){.area = row,
            .is_new = before == NULL,
            .changed = before == NULL || !same_words(area, old),
            .sectors_in = sectors_only_in(area, old),
            .sectors_out = sectors_only_in(old, area)};
}

/* The body of one municipality; *area points into the table and the arena. */
static bool area_of(struct steward *steward, const struct steward_table *table,
        const struct table_area *row, uint64_t version, struct area *area,
        struct err *err)
{
    size_t n;
    const struct table_sector *from = steward_table_sectors(table, row->nis, &n);
    struct sector *sectors = arena_take(&steward->work, (n + 1) * sizeof *sectors);
    if (sectors == NULL)
        return err_set(err, ERR_NOMEM, "no room for the areas");
    for (size_t i = 0; i < n; i++)
        sectors[i] = (struct sector){from[i].code, from[i].from_day, from[i].until_day};
    *area = (struct area){.v = 1,
            .nis = row->nis,
            .version = version,
            .from_day = row->from_day,
            .until_day = row->until_day,
            .nl = row->nl,
            .fr = row->fr,
            .en = row->en,
            .sectors = sectors,
            .n_sectors = n};
    return directory_area_ok(area, err);
}

static bool set_areas(struct steward *steward, const struct steward_table *table,
        bool keep, int64_t now_ms, struct area_change *changes,
        struct table_trouble *trouble, struct err *err)
{
    struct bundle next = steward->bundle;
    struct network network = steward->network;
    struct standing *standing =
            arena_take(&steward->work, (next.n_areas + 1) * sizeof *standing);
    struct span *bytes =
            arena_take(&steward->work, (table->n_areas + 1) * sizeof *bytes);
    bool any = false;
    if (standing == NULL || bytes == NULL)
        return err_set(err, ERR_NOMEM, "no room for the areas");
    if (!read_standing(steward, standing, err) ||
            !all_there(steward, standing, table, trouble, err))
        return false;
    for (size_t i = 0; i < table->n_areas; i++) {
        const struct table_area *row = &table->areas[i];
        const struct standing *before =
                find_standing(standing, steward->bundle.n_areas, row->nis);
        struct area area;
        if (!area_of(steward, table, row, before != NULL ? before->area.version + 1 : 1,
                    &area, err))
            return false;
        changes[i] = change_of(row, &area, before);
        bool other = changes[i].changed || changes[i].sectors_in > 0 ||
                     changes[i].sectors_out > 0;
        any |= other;
        if (!other && before != NULL)
            bytes[i] = before->bytes;
        else if (!steward_sign(steward, KIND_AREA, &WIRE_AREA, &area, &bytes[i], err))
            return err_wrap(err, "%s", row->nis);
    }
    next.areas = bytes;
    next.n_areas = table->n_areas;
    return !keep || !any || steward_keep(steward, &next, &network, now_ms, err);
}

bool steward_set_areas(struct steward *steward, const struct steward_table *table,
        bool keep, int64_t now_ms, struct area_change *changes,
        struct table_trouble *trouble, struct err *err)
{
    bool ok = set_areas(steward, table, keep, now_ms, changes, trouble, err);
    arena_reset(&steward->work, 0);
    return ok;
}
