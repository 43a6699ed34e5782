/* directory_supply.c - what partners take and offer, and who coordinates where: intake,
 * services, mandates. */
#include "core/directory_inner.h"
#include "core/vocab.h"

uint16_t directory_intake(const struct directory *directory, const char *partner,
        int64_t now_ms)
{
    const struct statement *statement = directory_live_statement(directory, partner,
            STATEMENT_KIND_INTAKE, "", now_ms);
    if (statement == NULL)
        return INTAKE_STATE_OPEN;
    const struct intake *intake = statement->intake;
    if (intake->state == INTAKE_STATE_PAUSED && intake->paused_until_ms > 0 &&
            (int64_t)intake->paused_until_ms <= now_ms)
        return INTAKE_STATE_OPEN;
    return intake->state;
}

bool directory_serves(const struct directory *directory, const char *partner,
        uint16_t need, int64_t now_ms)
{
    const struct statement *statement;
    bool says_any = false;
    if (directory_live_member(directory, partner, now_ms) == NULL)
        return false;
    for (size_t i = 0;
            (statement = directory_statement_at(directory, partner, i, now_ms)) != NULL;
            i++) {
        if (statement->kind != STATEMENT_KIND_SERVICE)
            continue;
        if (statement->service->need == need)
            return true;
        says_any = true;
    }
    return !says_any;
}

/* --- coordinators --- */

/* Does a list of NIS codes name this one? */
static bool names_area(const char *const *areas, size_t n_areas, const char *area)
{
    for (size_t i = 0; i < n_areas; i++)
        if (strcmp(areas[i], area) == 0)
            return true;
    return false;
}

/* A mandate that names no area is for those of the membership. */
static bool covers(const struct member *member, const struct mandate *mandate,
        const char *area)
{
    if (mandate->n_areas > 0)
        return names_area(mandate->areas, mandate->n_areas, area);
    for (size_t i = 0; i < member->n_areas; i++)
        if (strcmp(member->areas[i], area) == 0)
            return true;
    return false;
}

static bool coordinates(const struct directory *directory, const struct member *member,
        const char *area, int64_t now_ms)
{
    const struct statement *statement;
    if (member->partner_type != PARTNER_TYPE_REGISSEUR ||
            directory_live_member(directory, member->partner, now_ms) == NULL)
        return false;
    for (size_t i = 0; (statement = directory_statement_at(directory, member->partner,
                                i, now_ms)) != NULL;
            i++)
        if (statement->kind == STATEMENT_KIND_MANDATE &&
                covers(member, statement->mandate, area))
            return true;
    return false;
}

size_t directory_coordinators(const struct directory *directory, const char *area,
        int64_t now_ms, const char *out[DIRECTORY_COORDINATORS_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < directory->n_members && n < DIRECTORY_COORDINATORS_MAX;
            i++) {
        const struct member *member = &directory->members[i]->member;
        if (coordinates(directory, member, area, now_ms))
            out[n++] = member->partner;
    }
    return n;
}
