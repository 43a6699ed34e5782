/* directory_areas.c - the steward's tables of municipalities and their statistical
 * sectors: taken, counted, and asked on a day. */
#include <stdlib.h>

#include "core/directory_inner.h"
#include "core/hash.h"
#include "core/merkle.h"
#include "core/wire.h"

/* ------------------------------------------------------------- what one may say */

static bool days_ok(uint32_t from_day, uint32_t until_day)
{
    return from_day <= INT32_MAX && until_day <= INT32_MAX &&
           (until_day == 0 || from_day <= until_day);
}

bool directory_area_holds(uint32_t from_day, uint32_t until_day, int32_t day)
{
    return day >= (int32_t)from_day && (until_day == 0 || day <= (int32_t)until_day);
}

bool directory_areas_meet(const struct sector *a, const struct sector *b)
{
    bool a_before = a->until_day != 0 && a->until_day < b->from_day;
    bool b_before = b->until_day != 0 && b->until_day < a->from_day;
    return strcmp(a->code, b->code) == 0 && !a_before && !b_before;
}

/* In one order, so that one table has one spelling, and each day once. */
static bool sector_ok(const struct area *area, size_t at, struct err *err)
{
    const struct sector *sector = &area->sectors[at];
    if (!ids_place_ok(sector->code) || ids_area_ok(sector->code) ||
            !days_ok(sector->from_day, sector->until_day))
        return err_set(err, E_FIELD, "%s has a sector \"%s\" that is none, or its days",
                area->nis, sector->code);
    if (at == 0)
        return true;
    const struct sector *before = &area->sectors[at - 1];
    int order = strcmp(before->code, sector->code);
    if (order > 0 || (order == 0 && before->from_day >= sector->from_day))
        return err_set(err, E_FIELD, "the sectors of %s are not in their order",
                area->nis);
    return !directory_areas_meet(before, sector) ||
           err_set(err, E_FIELD, "%s has the sector %s twice on one day", area->nis,
                   sector->code);
}

bool directory_area_ok(const struct area *area, struct err *err)
{
    if (!ids_area_ok(area->nis) || area->version == 0)
        return err_set(err, E_FORMAT, "an area without a code or a version");
    if (!days_ok(area->from_day, area->until_day))
        return err_set(err, E_FIELD, "%s ends before it begins", area->nis);
    for (size_t i = 0; i < area->n_sectors; i++)
        if (!sector_ok(area, i, err))
            return false;
    return true;
}

/* ------------------------------------------------------------- taking */

/* Where the municipality stands among the areas, or where it would. */
static size_t find_area(const struct directory *directory, const char *nis)
{
    size_t low = 0, high = directory->n_areas;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(directory->areas[middle]->area.nis, nis) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct held_area *held(const struct directory *directory, const char *nis)
{
    size_t at = find_area(directory, nis);
    bool there =
            at < directory->n_areas && strcmp(directory->areas[at]->area.nis, nis) == 0;
    return there ? directory->areas[at] : NULL;
}

/* The same version once more: the same words are known, in whichever envelope; other
 * words make both void. */
static enum directory_news take_again(struct held_area *old,
        const struct held_area *again)
{
    if (old->clashed)
        return DIRECTORY_KNOWN;
    if (!key32_equal(&old->hash, &again->hash)) {
        old->clashed = true;
        return DIRECTORY_CLASH;
    }
    if (memcmp(again->leaf.b, old->leaf.b, sizeof old->leaf.b) >= 0)
        return DIRECTORY_KNOWN;
    old->leaf = again->leaf;
    return DIRECTORY_NEW;
}

/* What is kept lies in memory of its own. */
static struct held_area *held_new(struct span bytes, struct span body, size_t size,
        struct err *err)
{
    struct held_area *made = calloc(1, sizeof *made + size);
    if (made == NULL) {
        err_set(err, ERR_NOMEM, "no memory for an area");
        return NULL;
    }
    struct arena arena = {.at = made->memory, .size = size};
    if (!wire_get(&WIRE_AREA, body, &arena, &made->area, err)) {
        free(made);
        return NULL;
    }
    made->leaf = merkle_leaf(&bytes, 1);
    made->hash = hash_sha256_one(body);
    return made;
}

static bool put_in_place(struct directory *directory, struct held_area *made,
        struct err *err)
{
    size_t at = find_area(directory, made->area.nis);
    if (directory->n_areas == DIRECTORY_AREAS_MAX)
        return err_set(err, E_BUSY, "a network has at most %d municipalities",
                (int)DIRECTORY_AREAS_MAX);
    memmove(&directory->areas[at + 1], &directory->areas[at],
            (directory->n_areas - at) * sizeof *directory->areas);
    directory->areas[at] = made;
    directory->n_areas++;
    return true;
}

bool directory_take_area(struct directory *directory, struct span bytes,
        struct span body, enum directory_news *news, struct err *err)
{
    struct area area;
    if (!wire_get(&WIRE_AREA, body, &directory->scratch, &area, err) ||
            !directory_area_ok(&area, err))
        return false;
    struct held_area *made = held_new(bytes, body, directory->scratch.used, err);
    struct held_area *old = held(directory, area.nis);
    if (made == NULL)
        return false;
    if (old == NULL) {
        *news = DIRECTORY_NEW;
        if (put_in_place(directory, made, err))
            return true;
        free(made);
        return false;
    }
    if (area.version > old->area.version) {
        directory->areas[find_area(directory, area.nis)] = made;
        free(old);
        *news = DIRECTORY_NEW;
        return true;
    }
    *news = area.version == old->area.version ? take_again(old, made) : DIRECTORY_KNOWN;
    free(made);
    return true;
}

void directory_forget_areas(struct directory *directory)
{
    for (size_t i = 0; i < directory->n_areas; i++)
        free(directory->areas[i]);
    directory->n_areas = 0;
}

/* ------------------------------------------------------------- asking */

size_t directory_area_count(const struct directory *directory)
{
    return directory->n_areas;
}

const struct area *directory_area_at(const struct directory *directory, size_t index)
{
    bool there = index < directory->n_areas && !directory->areas[index]->clashed;
    return there ? &directory->areas[index]->area : NULL;
}

void directory_areas_head(const struct directory *directory, uint32_t *count,
        struct key32 *root)
{
    struct merkle_log log = {.size = 0};
    for (size_t i = 0; i < directory->n_areas; i++)
        if (!directory->areas[i]->clashed)
            merkle_log_append(&log, &directory->areas[i]->leaf);
    *count = (uint32_t)log.size;
    *root = log.size == 0 ? (struct key32){{0}} : merkle_log_head(&log);
}

/* Does this municipality hold on that day, and the sector under it? */
static bool says_sector(const struct held_area *entry, const char *code, int32_t day)
{
    const struct area *area = &entry->area;
    size_t low = 0, high = area->n_sectors;
    if (entry->clashed || !directory_area_holds(area->from_day, area->until_day, day))
        return false;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(area->sectors[middle].code, code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < area->n_sectors && strcmp(area->sectors[low].code, code) == 0; low++)
        if (directory_area_holds(area->sectors[low].from_day,
                    area->sectors[low].until_day, day))
            return true;
    return false;
}

const char *directory_area_of(const struct directory *directory, const char *place,
        int32_t day)
{
    const char *found = NULL;
    if (ids_area_ok(place))
        return place;
    for (size_t i = 0; i < directory->n_areas; i++) {
        if (!says_sector(directory->areas[i], place, day))
            continue;
        /* Two tables that both claim it say nothing. */
        if (found != NULL)
            return NULL;
        found = directory->areas[i]->area.nis;
    }
    return found;
}

bool directory_within(const struct directory *directory, const char *place,
        const char *area, int32_t day)
{
    if (strcmp(place, area) == 0)
        return true;
    const struct held_area *entry = held(directory, area);
    if (entry == NULL || ids_area_ok(place) || !says_sector(entry, place, day))
        return false;
    const char *found = directory_area_of(directory, place, day);
    return found != NULL && strcmp(found, area) == 0;
}

enum directory_place directory_place(const struct directory *directory,
        const char *place, int32_t day, const struct area **area)
{
    *area = NULL;
    if (!ids_area_ok(place))
        return directory_area_of(directory, place, day) != NULL
                       ? DIRECTORY_PLACE_FITS
                       : DIRECTORY_PLACE_UNKNOWN;
    const struct held_area *entry = held(directory, place);
    if (entry == NULL || entry->clashed)
        return DIRECTORY_PLACE_FITS;
    *area = &entry->area;
    if (directory_area_holds((*area)->from_day, (*area)->until_day, day))
        return DIRECTORY_PLACE_FITS;
    return day < (int32_t)(*area)->from_day ? DIRECTORY_PLACE_NOT_YET
                                            : DIRECTORY_PLACE_OVER;
}
