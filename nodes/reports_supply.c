/* reports_supply.c - what is offered where, how much room there is, and for how long
 * there was none: from what partners say in public. */
#include <stdio.h>

#include "nodes/reports.h"
#include "nodes/spool_tally.h"

/* Does a partner offer this need here, by its own word? Who says nothing of services
 * is not counted: it offers everything and nothing. */
static bool offers(const struct node *node, const struct member *member, uint16_t need,
        const char *place, int32_t day)
{
    const struct directory *directory = node->directory;
    const struct statement *said;
    bool offered = false;
    struct directory_walk walk = directory_walk_about(node->directory, member->partner,
            STATEMENT_KIND_SERVICE, node_now(node));
    while ((said = directory_next(&walk)) != NULL) {
        const struct service *service = said->service;
        if (service->need != need)
            continue;
        for (size_t i = 0; i < service->n_areas; i++)
            offered |= directory_within(directory, place, service->areas[i], day) ||
                       directory_within(directory, service->areas[i], place, day);
        for (size_t i = 0; service->n_areas == 0 && i < member->n_areas; i++)
            offered |= directory_within(directory, place, member->areas[i], day);
    }
    return offered;
}

static void count_partner(const struct node *node, const struct member *member,
        uint16_t need, const char *place, struct reports_supply *supply)
{
    int64_t now = node_now(node);
    struct capacity_fact room =
            directory_capacity(node->directory, member->partner, need, place, "", now);
    bool takes = directory_intake(node->directory, member->partner, now) ==
                 INTAKE_STATE_OPEN;
    supply->partners++;
    if (!takes || (room.known && room.state == CAPACITY_STATE_FULL))
        supply->full++;
    else if (!room.known || room.state == CAPACITY_STATE_NEEDS_ASSESSMENT)
        supply->unknown++;
    else if (room.state == CAPACITY_STATE_WAITLIST)
        supply->waiting++;
    else
        supply->open++;
}

struct reports_supply reports_supply(const struct node *node, uint16_t need,
        const char *place, int32_t day)
{
    struct reports_supply supply = {.partners = 0};
    for (size_t i = 0; i < directory_member_count(node->directory); i++) {
        const struct member *member = directory_member_at(node->directory, i);
        if (directory_live_member(node->directory, member->partner, node_now(node)) !=
                        NULL &&
                member->role != ROLE_BROKER && offers(node, member, need, place, day))
            count_partner(node, member, need, place, &supply);
    }
    return supply;
}

/* ------------------------------------------------------------- municipalities */

enum { AREAS_MAX = 300, PLACE_BYTES = 10 };

/* Where somebody works or offers something, each once, in order. */
struct areas {
    char list[AREAS_MAX][PLACE_BYTES];
    size_t n;
};

/* Of a sector: the municipality in which it lies, if the tables say one. */
static void add_area(const struct node *node, struct areas *areas, const char *place,
        int32_t day)
{
    const char *area = directory_area_of(node->directory, place, day);
    size_t at = 0;
    if (area == NULL)
        return;
    while (at < areas->n && strcmp(areas->list[at], area) < 0)
        at++;
    if (areas->n == AREAS_MAX || (at < areas->n && strcmp(areas->list[at], area) == 0))
        return;
    memmove(areas->list[at + 1], areas->list[at],
            (areas->n - at) * sizeof *areas->list);
    snprintf(areas->list[at], sizeof areas->list[at], "%s", area);
    areas->n++;
}

static void find_areas(const struct node *node, struct areas *areas, int32_t day)
{
    areas->n = 0;
    for (size_t i = 0; i < directory_member_count(node->directory); i++) {
        const struct member *member = directory_member_at(node->directory, i);
        const struct statement *said;
        struct directory_walk walk = directory_walk_about(node->directory,
                member->partner, STATEMENT_KIND_SERVICE, node_now(node));
        for (size_t k = 0; k < member->n_areas; k++)
            add_area(node, areas, member->areas[k], day);
        while ((said = directory_next(&walk)) != NULL)
            for (size_t k = 0; k < said->service->n_areas; k++)
                add_area(node, areas, said->service->areas[k], day);
    }
}

/* ------------------------------------------------------------- the report */

/* A sector is asked for by its own: else each municipality that is covered. */
static void choose_areas(const struct reports *reports, struct areas *areas)
{
    if (reports->place[0] == '\0' || ids_area_ok(reports->place)) {
        find_areas(reports->node, areas, reports->day);
        return;
    }
    snprintf(areas->list[0], sizeof areas->list[0], "%s", reports->place);
    areas->n = 1;
}

static bool tell_supply(struct reports *reports, const struct areas *areas,
        struct err *err)
{
    static const uint16_t columns[] = {REPORT_WORD_PLACE, REPORT_WORD_NEED,
            REPORT_WORD_PARTNERS, REPORT_WORD_WITH_ROOM, REPORT_WORD_WAITING,
            REPORT_WORD_FULL, REPORT_WORD_NOT_KNOWN};
    reports_table(reports, REPORT_WORD_SUPPLY, columns, COUNT_OF(columns));
    for (size_t i = 0; i < areas->n; i++)
        for (uint16_t need = 1; need <= vocab_count(VOCAB_NEED_CATEGORY); need++) {
            const char *area = areas->list[i];
            if (!reports_covers(reports, area))
                continue;
            struct reports_supply supply =
                    reports_supply(reports->node, need, area, reports->day);
            const char *cells[] = {area, vocab_code(VOCAB_NEED_CATEGORY, need),
                    reports_number(reports, supply.partners),
                    reports_number(reports, supply.open),
                    reports_number(reports, supply.waiting),
                    reports_number(reports, supply.full),
                    reports_number(reports, supply.unknown)};
            if (supply.partners > 0 && !reports_row(reports, cells, err))
                return false;
        }
    return true;
}

static bool tell_gaps(struct reports *reports, struct err *err)
{
    static const uint16_t columns[] = {REPORT_WORD_PLACE, REPORT_WORD_NEED,
            REPORT_WORD_DAYS};
    struct spool_lack *lacks =
            arena_take(&reports->node->scratch, REPORTS_ROWS_MAX * sizeof *lacks);
    size_t n_lacks;
    if (lacks == NULL)
        return err_set(err, E_SIZE, "no room for a report");
    reports_table(reports, REPORT_WORD_GAPS, columns, COUNT_OF(columns));
    if (!spool_lacks(reports->node->db, reports->from_day, reports->until_day, lacks,
                REPORTS_ROWS_MAX, &n_lacks, err))
        return false;
    for (size_t i = 0; i < n_lacks; i++) {
        const char *cells[] = {lacks[i].area,
                vocab_code(VOCAB_NEED_CATEGORY, lacks[i].need),
                reports_number(reports, lacks[i].days)};
        /* Days are looked at by municipality: of a sector, that in which it lies. */
        bool about = reports_covers(reports, lacks[i].area) ||
                     directory_within(reports->node->directory, reports->place,
                             lacks[i].area, reports->day);
        if (about && !reports_row(reports, cells, err))
            return false;
    }
    return true;
}

bool reports_capacity(struct reports *reports, struct err *err)
{
    struct areas *areas = arena_take(&reports->node->scratch, sizeof *areas);
    if (areas == NULL)
        return err_set(err, E_SIZE, "no room for a report");
    choose_areas(reports, areas);
    return tell_supply(reports, areas, err) && tell_gaps(reports, err);
}

/* ------------------------------------------------------------- each day */

bool reports_upkeep(struct node *node, struct err *err)
{
    int32_t today = time_brussels_day(node_now(node));
    size_t used = node->scratch.used;
    struct areas *areas = arena_take(&node->scratch, sizeof *areas);
    if (areas == NULL)
        return err_set(err, E_SIZE, "no room to look at capacity");
    bool ok = true;
    if (node_self(node) == NULL || node->looked_day == today)
        areas->n = 0;
    else
        find_areas(node, areas, today);
    node->looked_day = today;
    for (size_t i = 0; ok && i < areas->n; i++)
        for (uint16_t need = 1; ok && need <= vocab_count(VOCAB_NEED_CATEGORY);
                need++) {
            struct reports_supply supply =
                    reports_supply(node, need, areas->list[i], today);
            if (supply.partners > 0 && supply.open == 0)
                ok = spool_note_lack(node->db, areas->list[i], need, today, err);
        }
    arena_reset(&node->scratch, used);
    return ok;
}
