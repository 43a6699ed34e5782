/* finder.c - facts about each partner, and the order that follows from them. */
#include "nodes/finder.h"

#include <stdlib.h>

#include "core/time.h"
#include "core/vocab.h"

/* What a rank is compared by, in this order. */
enum {
    POINT_ASKABLE,
    POINT_OURS,
    POINT_SERVICE,
    POINT_AREA,
    POINT_LANGUAGE,
    POINT_ROOM,
    POINT_RECORD
};

/* How each of them is told, from the best to the worst. The code is the reason, its
 * place the points. */
static const uint16_t SERVICES[] = {FIND_REASON_SERVES, FIND_REASON_SERVES_PERHAPS,
        FIND_REASON_SERVES_NOT};
static const uint16_t AREAS[] = {FIND_REASON_AREA_SECTOR, FIND_REASON_AREA_HERE,
        FIND_REASON_AREA_PART, FIND_REASON_AREA_UNKNOWN, FIND_REASON_AREA_ELSEWHERE};
static const uint16_t LANGUAGES[] = {FIND_REASON_LANGUAGE_SPOKEN,
        FIND_REASON_LANGUAGE_UNKNOWN, FIND_REASON_LANGUAGE_NOT};
static const uint16_t ROOMS[] = {FIND_REASON_CAPACITY_OPEN,
        FIND_REASON_CAPACITY_ASSESSMENT, FIND_REASON_CAPACITY_WAITLIST,
        FIND_REASON_CAPACITY_UNKNOWN, FIND_REASON_CAPACITY_FULL};
static const uint16_t RECORDS[] = {FIND_REASON_ANSWERS_WELL, FIND_REASON_ANSWERS_MIXED,
        FIND_REASON_ANSWERS_UNKNOWN, FIND_REASON_ANSWERS_BADLY};

enum { AREA_SECTOR, AREA_HERE, AREA_PART, AREA_UNKNOWN, AREA_ELSEWHERE };
enum { LANGUAGE_SPOKEN, LANGUAGE_UNKNOWN, LANGUAGE_NOT };
enum { SERVES, SERVES_PERHAPS, SERVES_NOT };
enum { ROOM_OPEN, ROOM_ASSESSMENT, ROOM_WAITLIST, ROOM_UNKNOWN, ROOM_FULL };
enum { RECORD_WELL, RECORD_MIXED, RECORD_UNKNOWN, RECORD_BADLY };

enum {
    WELL_PER_CENT = 80, /* of its answers in time */
    BADLY_PER_CENT = 50,
};

/* One partner that is looked at. */
struct looking {
    const struct directory *directory;
    const struct finder_ask *ask;
    int64_t now_ms;
    int32_t day; /* in Brussels */
    struct finder_rank *rank;
};

static void add_reason(struct finder_rank *rank, uint16_t reason)
{
    if (rank->n_reasons < FINDER_REASONS_MAX)
        rank->reasons[rank->n_reasons++] = reason;
}

/* The worst of several needs counts. */
static void worsen(uint32_t *points, uint32_t by)
{
    if (by > *points)
        *points = by;
}

/* --- service, area, language --- */

/* How near one place that is named is to the one that is asked. */
static uint32_t area_points(const struct looking *look, const char *named)
{
    const char *asked = look->ask->place;
    bool same = strcmp(named, asked) == 0;
    if (same && !ids_area_ok(asked))
        return AREA_SECTOR;
    if (same || directory_within(look->directory, asked, named, look->day))
        return AREA_HERE;
    return directory_within(look->directory, named, asked, look->day) ? AREA_PART
                                                                      : AREA_ELSEWHERE;
}

static uint32_t areas_of_service(const struct looking *look,
        const struct service *service)
{
    uint32_t best = AREA_ELSEWHERE;
    for (size_t i = 0; i < service->n_areas; i++) {
        uint32_t points = area_points(look, service->areas[i]);
        best = points < best ? points : best;
    }
    return best;
}

static uint32_t areas_of_member(const struct looking *look)
{
    const struct member *member = look->rank->member;
    uint32_t best = member->n_areas == 0 ? AREA_UNKNOWN : AREA_ELSEWHERE;
    for (size_t i = 0; i < member->n_areas; i++) {
        uint32_t points = area_points(look, member->areas[i]);
        best = points < best ? points : best;
    }
    return best;
}

/* The same language, or a kind of it: nl-BE is spoken by who speaks nl. */
static uint32_t language_points(const struct service *service, const char *asked)
{
    size_t len = strcspn(asked, "-");
    for (size_t i = 0; i < service->n_languages; i++) {
        const char *named = service->languages[i];
        if (strcmp(named, asked) == 0 ||
                (strncmp(named, asked, len) == 0 && named[len] == '\0'))
            return LANGUAGE_SPOKEN;
    }
    return service->n_languages == 0 ? LANGUAGE_UNKNOWN : LANGUAGE_NOT;
}

/* What the partner says that it does for one need. */
static void look_at_need(const struct looking *look, uint16_t need)
{
    const struct finder_ask *ask = look->ask;
    const struct member *member = look->rank->member;
    uint32_t *points = look->rank->points;
    const struct service *found = NULL;
    const struct statement *statement;
    /* Another that coordinates offers only what it says. */
    bool says_any = member->partner_type == PARTNER_TYPE_REGISSEUR &&
                    strcmp(member->partner, ask->self) != 0;
    struct directory_walk walk = directory_walk_about(look->directory, member->partner,
            STATEMENT_KIND_SERVICE, look->now_ms);
    while (found == NULL && (statement = directory_next(&walk)) != NULL) {
        says_any = true;
        if (statement->service->need == need)
            found = statement->service;
    }
    worsen(&points[POINT_SERVICE], found != NULL ? SERVES
                                   : says_any    ? SERVES_NOT
                                                 : SERVES_PERHAPS);
    worsen(&points[POINT_AREA], found != NULL && found->n_areas > 0
                                        ? areas_of_service(look, found)
                                        : areas_of_member(look));
    if (ask->language[0] != '\0')
        worsen(&points[POINT_LANGUAGE], found != NULL
                                                ? language_points(found, ask->language)
                                                : LANGUAGE_UNKNOWN);
}

/* --- room --- */

static uint32_t room_of(const struct capacity_fact *fact)
{
    if (!fact->known)
        return ROOM_UNKNOWN;
    switch (fact->state) {
    case CAPACITY_STATE_OPEN: return ROOM_OPEN;
    case CAPACITY_STATE_NEEDS_ASSESSMENT: return ROOM_ASSESSMENT;
    case CAPACITY_STATE_WAITLIST: return ROOM_WAITLIST;
    case CAPACITY_STATE_FULL: return ROOM_FULL;
    default: return ROOM_UNKNOWN;
    }
}

/* Less room is more points: by the state, then by the days of waiting or the places. */
static uint32_t room_points(const struct capacity_fact *fact)
{
    uint32_t room = room_of(fact);
    uint32_t within = room == ROOM_WAITLIST ? fact->waitlist_days
                      : room == ROOM_OPEN ? (uint32_t)(CAPACITY_BAND_6_UP - fact->band)
                                          : 0;
    return room << 16 | (within & 0xFFFF);
}

static void look_at_room(const struct looking *look)
{
    const struct finder_ask *ask = look->ask;
    struct finder_rank *rank = look->rank;
    for (size_t i = 0; i < ask->n_needs; i++) {
        struct capacity_fact fact =
                directory_capacity(look->directory, rank->member->partner,
                        ask->needs[i], ask->place, ask->language, look->now_ms);
        uint32_t points = room_points(&fact);
        if (i > 0 && points <= rank->points[POINT_ROOM])
            continue;
        rank->points[POINT_ROOM] = points;
        rank->capacity = fact;
    }
}

/* --- how it answered us --- */

static int by_partner(const void *name, const void *record)
{
    return strcmp(name, ((const struct finder_record *)record)->partner);
}

static void look_at_record(const struct looking *look)
{
    const struct finder_ask *ask = look->ask;
    struct finder_rank *rank = look->rank;
    const struct finder_record *record =
            ask->n_records == 0 ? NULL
                                : bsearch(rank->member->partner, ask->records,
                                          ask->n_records, sizeof *record, by_partner);
    rank->points[POINT_RECORD] = RECORD_UNKNOWN;
    if (record == NULL)
        return;
    rank->record = *record;
    if (record->asked < FINDER_RECORD_LEAST)
        return;
    uint64_t share = (uint64_t)record->in_time * 100;
    rank->points[POINT_RECORD] =
            share >= (uint64_t)record->asked * WELL_PER_CENT    ? RECORD_WELL
            : share >= (uint64_t)record->asked * BADLY_PER_CENT ? RECORD_MIXED
                                                                : RECORD_BADLY;
}

/* --- what keeps it from being asked --- */

static bool names_text(const char *const *texts, size_t n_texts, const char *text)
{
    for (size_t i = 0; i < n_texts; i++)
        if (strcmp(texts[i], text) == 0)
            return true;
    return false;
}

static bool names_type(const struct finder_consent *consent, uint16_t type)
{
    for (size_t i = 0; i < consent->n_recipient_types; i++)
        if (consent->recipient_types[i] == type)
            return true;
    return false;
}

/* By name, an antenna with the partner whose node reads for it; or by its kind, where
 * the consent is for. */
static bool consent_names(const struct looking *look)
{
    const struct finder_ask *ask = look->ask;
    const struct member *member = look->rank->member, *server = look->rank->server;
    const struct finder_consent *consent = ask->consent;
    bool named =
            names_text(consent->recipients, consent->n_recipients, member->partner);
    if (member->role == ROLE_SUPPORTED)
        return named && server != NULL &&
               names_text(consent->recipients, consent->n_recipients, server->partner);
    if (named || !names_type(consent, member->partner_type) ||
            !directory_within(look->directory, ask->place, consent->area, look->day))
        return named;
    for (size_t i = 0; i < member->n_areas; i++)
        if (strcmp(member->areas[i], consent->area) == 0)
            return true;
    return false;
}

static void look_at_intake(const struct looking *look)
{
    struct finder_rank *rank = look->rank;
    const char *partner = rank->member->partner;
    uint16_t intake = directory_intake(look->directory, partner, look->now_ms);
    if (directory_absent(look->directory, partner, look->now_ms,
                &rank->absent_until_day))
        add_reason(rank, FIND_REASON_ABSENT);
    else if (intake == INTAKE_STATE_VOLUNTEERS_AT_LIMIT)
        add_reason(rank, FIND_REASON_INTAKE_LIMIT);
    else if (intake != INTAKE_STATE_OPEN)
        add_reason(rank, FIND_REASON_INTAKE_CLOSED);
}

/* Between two organisations; not for our own. */
static void look_between(const struct looking *look)
{
    struct finder_rank *rank = look->rank;
    const struct member *server = rank->server;
    if (server == NULL) {
        add_reason(rank, FIND_REASON_NO_KEY);
        return;
    }
    struct partnership_fact with = directory_partnership(look->directory,
            look->ask->self, server->partner, look->now_ms);
    if (with.state != PARTNERSHIP_ACTIVE)
        add_reason(rank, FIND_REASON_NO_PARTNERSHIP);
    else if (!with.secrecy_bound_of_recipient)
        add_reason(rank, FIND_REASON_NO_SECRECY);
    if (directory_epoch_key(look->directory, server->partner, look->now_ms) == NULL)
        add_reason(rank, FIND_REASON_NO_KEY);
    if (look->ask->consent != NULL && !consent_names(look))
        add_reason(rank, FIND_REASON_CONSENT_NOT);
}

/* A no stands before everything that speaks for the partner. */
static void look_at_doors(const struct looking *look)
{
    struct finder_rank *rank = look->rank;
    bool live = directory_live_member(look->directory, rank->member->partner,
                        look->now_ms) != NULL;
    if (!live)
        add_reason(rank, FIND_REASON_NO_MEMBER);
    if (live && !rank->own)
        look_between(look);
    if (live)
        look_at_intake(look);
    if (rank->points[POINT_SERVICE] == SERVES_NOT)
        add_reason(rank, FIND_REASON_SERVES_NOT);
    rank->askable = rank->n_reasons == 0;
    rank->points[POINT_ASKABLE] = !rank->askable;
}

/* --- the rank --- */

static void tell(const struct looking *look)
{
    struct finder_rank *rank = look->rank;
    if (rank->points[POINT_SERVICE] != SERVES_NOT)
        add_reason(rank, SERVICES[rank->points[POINT_SERVICE]]);
    add_reason(rank, AREAS[rank->points[POINT_AREA]]);
    if (look->ask->language[0] != '\0')
        add_reason(rank, LANGUAGES[rank->points[POINT_LANGUAGE]]);
    add_reason(rank, ROOMS[room_of(&rank->capacity)]);
    if (!rank->own)
        add_reason(rank, RECORDS[rank->points[POINT_RECORD]]);
    if (rank->askable && !rank->own && look->ask->consent != NULL)
        add_reason(rank, FIND_REASON_CONSENT_NAMES);
}

static void look_at(const struct looking *look)
{
    const struct finder_ask *ask = look->ask;
    struct finder_rank *rank = look->rank;
    const char *partner = rank->member->partner;
    rank->server = directory_node_of(look->directory, partner, look->now_ms);
    rank->own = strcmp(rank->server != NULL ? rank->server->partner : partner,
                        ask->self) == 0;
    for (size_t i = 0; i < ask->n_needs; i++)
        look_at_need(look, ask->needs[i]);
    look_at_room(look);
    look_at_record(look);
    look_at_doors(look);
    /* What we do not say that we offer is no offer of ours: we would stand in front of
     * others for what we are, such as who coordinates here. */
    rank->points[POINT_OURS] = rank->own && rank->points[POINT_SERVICE] != SERVES;
    tell(look);
    if (rank->own)
        add_reason(rank, FIND_REASON_OWN);
}

static int sign(int64_t difference)
{
    return difference < 0 ? -1 : difference > 0;
}

/* What is known decides; then who answers sooner, whose it is, and the name, so that
 * the same facts always give the same order. */
static int compare(const void *left, const void *right)
{
    const struct finder_rank *a = left;
    const struct finder_rank *b = right;
    for (size_t i = 0; i < COUNT_OF(a->points); i++)
        if (a->points[i] != b->points[i])
            return a->points[i] < b->points[i] ? -1 : 1;
    bool known = a->record.asked >= FINDER_RECORD_LEAST &&
                 b->record.asked >= FINDER_RECORD_LEAST;
    if (known && a->record.median_ms != b->record.median_ms)
        return sign(a->record.median_ms - b->record.median_ms);
    if (a->own != b->own)
        return a->own ? 1 : -1;
    return strcmp(a->member->partner, b->member->partner);
}

size_t finder_rank(const struct directory *directory, const struct finder_ask *ask,
        int64_t now_ms, struct finder_rank *ranks)
{
    size_t n = 0;
    int32_t day = time_brussels_day(now_ms);
    for (size_t i = 0; i < directory_member_count(directory); i++) {
        const struct member *member = directory_member_at(directory, i);
        if (member->role == ROLE_BROKER || member->revoked || member->clashed)
            continue;
        ranks[n] = (struct finder_rank){.member = member};
        const struct looking look = {directory, ask, now_ms, day, &ranks[n]};
        look_at(&look);
        n++;
    }
    qsort(ranks, n, sizeof *ranks, compare);
    return n;
}
