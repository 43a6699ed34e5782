/* gateway_areas.c - the steward's tables of municipalities and sectors, as this node
 * knows them. */
#include "nodes/gateway.h"

enum { AREAS_SHOWN = 300 };

static bool is_wanted(const struct list_areas *asked, const struct area *area)
{
    bool of_day = asked->day == 0 || directory_area_holds(area->from_day,
                                             area->until_day, (int32_t)asked->day);
    if (asked->place[0] == '\0')
        return of_day && strcmp(area->nis, asked->after) > 0;
    return of_day &&
           (!ids_area_ok(asked->place) || strcmp(area->nis, asked->place) == 0);
}

/* All sectors of the municipality that was asked for, or the one sector wherever it
 * stands. */
static bool fill_sectors(struct node *node, const struct list_areas *asked,
        const struct area *area, struct area_line *line, struct err *err)
{
    bool one = !ids_area_ok(asked->place);
    struct sector *sectors =
            arena_take(&node->scratch, (area->n_sectors + 1) * sizeof *sectors);
    if (sectors == NULL)
        return err_set(err, E_SIZE, "no room for the sectors");
    for (size_t i = 0; i < area->n_sectors; i++) {
        const struct sector *sector = &area->sectors[i];
        bool holds = asked->day == 0 || directory_area_holds(sector->from_day,
                                                sector->until_day, (int32_t)asked->day);
        if (holds && (!one || strcmp(sector->code, asked->place) == 0))
            sectors[line->n_sectors++] = *sector;
    }
    line->sectors = sectors;
    return true;
}

bool gateway_areas(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct list_areas *asked = call->request->areas;
    const struct directory *directory = node->directory;
    struct area_list *list = arena_take(&node->scratch, sizeof *list);
    struct area_line *lines = arena_take(&node->scratch, AREAS_SHOWN * sizeof *lines);
    if (list == NULL || lines == NULL)
        return err_set(err, E_SIZE, "no room for the areas");
    if (asked->place[0] != '\0' && !ids_place_ok(asked->place))
        return gateway_wrong(call, E_FIELD, "place", WORDS_PLACE);
    if (asked->day > INT32_MAX)
        return gateway_wrong(call, E_FIELD, "day", WORDS_DUE);
    *list = (struct area_list){.areas = lines};
    for (size_t i = 0; i < directory_area_count(directory); i++) {
        const struct area *area = directory_area_at(directory, i);
        if (area == NULL || !is_wanted(asked, area))
            continue;
        struct area_line line = {.nis = area->nis,
                .nl = area->nl,
                .fr = area->fr,
                .en = area->en,
                .from_day = area->from_day,
                .until_day = area->until_day,
                .sector_count = (uint32_t)area->n_sectors};
        if (asked->place[0] != '\0' && !fill_sectors(node, asked, area, &line, err))
            return false;
        if (asked->place[0] != '\0' && !ids_area_ok(asked->place) &&
                line.n_sectors == 0)
            continue;
        if (list->n_areas == AREAS_SHOWN) {
            list->more = true;
            break;
        }
        lines[list->n_areas++] = line;
    }
    call->reply.areas = list;
    return true;
}
