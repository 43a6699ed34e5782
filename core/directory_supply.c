/* directory_supply.c - what partners take and offer, and who coordinates where: intake,
 * absence, services, capacity, mandates. */
#include <stdio.h>

#include "core/directory_inner.h"
#include "core/time.h"
#include "core/vocab.h"

/* --- about whom a statement is --- */

size_t directory_antenna_len(const char *subject)
{
    char name[PARTNER_BYTES];
    size_t len = strcspn(subject, ":");
    if (subject[len] != ':' || len >= sizeof name)
        return 0;
    memcpy(name, subject, len);
    name[len] = '\0';
    return ids_partner_ok(name) ? len : 0;
}

bool directory_subject(const char *antenna, const char *detail,
        char out[DIRECTORY_SUBJECT_BYTES])
{
    int len = snprintf(out, DIRECTORY_SUBJECT_BYTES, "%s%s%s", antenna,
            antenna[0] != '\0' ? ":" : "", detail);
    return len >= 0 && len < DIRECTORY_SUBJECT_BYTES;
}

bool directory_is_about(const struct statement *statement, const char *antenna)
{
    bool may = statement->kind == STATEMENT_KIND_SERVICE ||
               statement->kind == STATEMENT_KIND_CAPACITY ||
               statement->kind == STATEMENT_KIND_INTAKE;
    size_t len = may ? directory_antenna_len(statement->subject) : 0;
    return strlen(antenna) == len && memcmp(statement->subject, antenna, len) == 0;
}

/* Who speaks for a partner: itself, or of an antenna the partner that supports it. */
static const char *author_of(const struct directory *directory, const char *partner,
        const char **antenna, int64_t now_ms)
{
    const struct member *member = directory_live_member(directory, partner, now_ms);
    bool supported = member != NULL && member->role == ROLE_SUPPORTED;
    *antenna = supported ? partner : "";
    return supported ? member->supported_by : partner;
}

struct directory_walk directory_walk_about(const struct directory *directory,
        const char *partner, enum statement_kind kind, int64_t now_ms)
{
    const char *antenna;
    const char *author = author_of(directory, partner, &antenna, now_ms);
    struct directory_walk walk = directory_walk_by(directory, author, kind, now_ms);
    walk.antenna = antenna;
    return walk;
}

/* --- intake, absence --- */

bool directory_absent(const struct directory *directory, const char *partner,
        int64_t now_ms, int32_t *until_day)
{
    const struct statement *statement;
    const char *antenna;
    const char *author = author_of(directory, partner, &antenna, now_ms);
    uint32_t today = (uint32_t)time_brussels_day(now_ms);
    uint32_t last = 0;
    struct directory_walk walk =
            directory_walk_by(directory, author, STATEMENT_KIND_ABSENCE, now_ms);
    while ((statement = directory_next(&walk)) != NULL) {
        const struct absence *absence = statement->absence;
        if (absence->from_day <= today && today <= absence->until_day &&
                absence->until_day > last)
            last = absence->until_day;
    }
    *until_day = (int32_t)last;
    return last != 0;
}

static uint16_t intake_said(const struct directory *directory, const char *author,
        const char *antenna, int64_t now_ms)
{
    char subject[DIRECTORY_SUBJECT_BYTES];
    if (!directory_subject(antenna, "", subject))
        return INTAKE_STATE_OPEN;
    const struct statement *statement = directory_live_statement(directory, author,
            STATEMENT_KIND_INTAKE, subject, now_ms);
    if (statement == NULL)
        return INTAKE_STATE_OPEN;
    const struct intake *intake = statement->intake;
    if (intake->state == INTAKE_STATE_PAUSED && intake->paused_until_ms > 0 &&
            (int64_t)intake->paused_until_ms <= now_ms)
        return INTAKE_STATE_OPEN;
    return intake->state;
}

uint16_t directory_intake(const struct directory *directory, const char *partner,
        int64_t now_ms)
{
    const char *antenna;
    const char *author = author_of(directory, partner, &antenna, now_ms);
    int32_t until_day;
    uint16_t state = intake_said(directory, author, antenna, now_ms);
    /* What closes the partner that supports an antenna closes its door too. */
    if (state == INTAKE_STATE_OPEN && antenna[0] != '\0')
        state = intake_said(directory, author, "", now_ms);
    if (state == INTAKE_STATE_OPEN &&
            directory_absent(directory, partner, now_ms, &until_day))
        state = INTAKE_STATE_PAUSED;
    return state;
}

/* --- services, capacity --- */

bool directory_serves(const struct directory *directory, const char *partner,
        uint16_t need, int64_t now_ms)
{
    const struct statement *statement;
    const struct member *member = directory_live_member(directory, partner, now_ms);
    bool says_any = false;
    struct directory_walk walk =
            directory_walk_about(directory, partner, STATEMENT_KIND_SERVICE, now_ms);
    if (member == NULL)
        return false;
    while ((statement = directory_next(&walk)) != NULL) {
        if (statement->service->need == need)
            return true;
        says_any = true;
    }
    /* Who coordinates is no party to a referral, unless it says that it offers this. */
    return !says_any && member->partner_type != PARTNER_TYPE_REGISSEUR;
}

/* How near a capacity is to what is asked; 0: it is about something else. */
static size_t nearness(const struct directory *directory,
        const struct capacity *capacity, const char *place, const char *language,
        int32_t day)
{
    bool placed = capacity->area[0] != '\0';
    bool spoken = capacity->language[0] != '\0';
    if ((placed && !directory_within(directory, place, capacity->area, day)) ||
            (spoken && strcmp(capacity->language, language) != 0))
        return 0;
    return 1 + 2 * strlen(capacity->area) + spoken;
}

struct capacity_fact directory_capacity(const struct directory *directory,
        const char *partner, uint16_t need, const char *place, const char *language,
        int64_t now_ms)
{
    struct capacity_fact fact = {.known = false};
    const struct statement *statement;
    size_t nearest = 0;
    int32_t day = time_brussels_day(now_ms);
    struct directory_walk walk =
            directory_walk_about(directory, partner, STATEMENT_KIND_CAPACITY, now_ms);
    while ((statement = directory_next(&walk)) != NULL) {
        const struct capacity *capacity = statement->capacity;
        if (capacity->need != need)
            continue;
        size_t near = nearness(directory, capacity, place, language, day);
        if (near <= nearest)
            continue;
        nearest = near;
        fact = (struct capacity_fact){.known = true,
                .state = capacity->state,
                .band = capacity->band,
                .waitlist_days = capacity->waitlist_days,
                .until_ms = (int64_t)statement->until_ms};
    }
    return fact;
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

bool directory_coordinates(const struct directory *directory, const char *partner,
        const char *area, int64_t now_ms)
{
    const struct member *member = directory_live_member(directory, partner, now_ms);
    const struct statement *statement;
    struct directory_walk walk =
            directory_walk_by(directory, partner, STATEMENT_KIND_MANDATE, now_ms);
    if (member == NULL || member->partner_type != PARTNER_TYPE_REGISSEUR)
        return false;
    while ((statement = directory_next(&walk)) != NULL)
        if (area == NULL || covers(member, statement->mandate, area))
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
        if (directory_coordinates(directory, member->partner, area, now_ms))
            out[n++] = member->partner;
    }
    return n;
}
