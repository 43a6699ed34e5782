/* gateway_supply.c - what we say of ourselves and of the antennas that we support:
 * intake, services, capacity, absence, a mandate. */
#include <stdio.h>

#include "nodes/gateway.h"
#include "nodes/registry.h"

enum { STATEMENT_DAYS = 365, DETAIL_BYTES = DIRECTORY_SUBJECT_BYTES };

/* Publish a statement; what the directory does not take is a refusal with its words. */
static bool say(struct node *node, struct gateway_call *call,
        struct statement *statement, const char *state, struct err *err)
{
    return registry_statement(node, statement, err) &&
           gateway_made(node, call, &(struct made){.state = state}, err);
}

static uint64_t days_on(const struct node *node, int64_t days)
{
    return (uint64_t)(node_now(node) + days * TIME_DAY_MS);
}

/* What still counts under this subject, or NULL. */
static const struct statement *said_before(const struct node *node,
        enum statement_kind kind, const char *subject)
{
    const struct statement *statement;
    struct directory_walk walk =
            directory_walk_by(node->directory, node->partner, kind, node_now(node));
    while ((statement = directory_next(&walk)) != NULL)
        if (strcmp(statement->subject, subject) == 0)
            break;
    return statement;
}

/* Take back what was said under this subject. */
static bool take_back(struct node *node, struct gateway_call *call,
        enum statement_kind kind, const char *subject, const char *field,
        struct err *err)
{
    struct statement statement = {.kind = kind,
            .subject = subject,
            .until_ms = days_on(node, STATEMENT_DAYS),
            .ended = true};
    if (said_before(node, kind, subject) == NULL)
        return gateway_wrong(call, E_NOT_FOUND, field, WORDS_NOT_SAID);
    return say(node, call, &statement, "ended", err);
}

/* The subject of what is said of ourselves or of an antenna of ours; false: the call is
 * refused. */
static bool subject_of(struct node *node, struct gateway_call *call,
        const char *antenna, const char *detail, char subject[DIRECTORY_SUBJECT_BYTES])
{
    const struct member *member =
            directory_live_member(node->directory, antenna, node_now(node));
    if (antenna[0] != '\0' &&
            (member == NULL || member->role != ROLE_SUPPORTED ||
                    strcmp(member->supported_by, node->partner) != 0)) {
        gateway_wrong(call, E_NOT_FOUND, "antenna",
                member == NULL ? WORDS_PARTNER : WORDS_NOT_OUR_ANTENNA);
        return false;
    }
    if (!directory_subject(antenna, detail, subject))
        gateway_refuse(call, E_SIZE);
    return call->code == CODE_OK;
}

/* What was said of a place that is no more can still be taken back. */
static bool places_ok(struct node *node, struct gateway_call *call, bool end,
        const char *field, const char *const *places, size_t n_places)
{
    if (!end)
        gateway_places(node, call, field, places, n_places);
    return call->code == CODE_OK;
}

/* ------------------------------------------------------------- intake, services */

bool gateway_intake(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct set_intake *set = call->request->intake;
    char subject[DIRECTORY_SUBJECT_BYTES];
    bool paused = set->state == INTAKE_STATE_PAUSED;
    struct intake intake = {.state = set->state,
            .paused_until_ms = set->paused_until_ms};
    struct statement statement = {
            .kind = STATEMENT_KIND_INTAKE,
            .subject = subject,
            .until_ms = days_on(node, STATEMENT_DAYS),
            .intake = &intake,
    };
    if (set->state == 0)
        return gateway_wrong(call, E_FIELD, "state", WORDS_MISSING);
    if (paused != (set->paused_until_ms != 0) ||
            (paused && set->paused_until_ms <= (uint64_t)node_now(node)))
        return gateway_wrong(call, E_FIELD, "paused_until_ms", WORDS_PAUSE);
    if (!subject_of(node, call, set->antenna, "", subject))
        return true;
    return say(node, call, &statement, vocab_code(VOCAB_INTAKE_STATE, set->state), err);
}

bool gateway_service(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct set_service *set = call->request->service;
    char subject[DIRECTORY_SUBJECT_BYTES];
    struct service service = {
            .need = set->need,
            .areas = set->areas,
            .n_areas = set->n_areas,
            .languages = set->languages,
            .n_languages = set->n_languages,
            .hours = set->hours,
            .contact = set->contact,
    };
    struct statement statement = {
            .kind = STATEMENT_KIND_SERVICE,
            .subject = subject,
            .until_ms = days_on(node, STATEMENT_DAYS),
            .service = &service,
    };
    if (set->need == 0)
        return gateway_wrong(call, E_FIELD, "need", WORDS_MISSING);
    if (!places_ok(node, call, set->end, "areas", set->areas, set->n_areas) ||
            !subject_of(node, call, set->antenna,
                    vocab_code(VOCAB_NEED_CATEGORY, set->need), subject))
        return true;
    if (set->end)
        return take_back(node, call, STATEMENT_KIND_SERVICE, subject, "need", err);
    return say(node, call, &statement, "published", err);
}

/* ------------------------------------------------------------- capacity */

static void check_capacity(struct node *node, struct gateway_call *call,
        const struct set_capacity *set)
{
    const char *whom = set->antenna[0] != '\0' ? set->antenna : node->partner;
    bool waits = set->state == CAPACITY_STATE_WAITLIST;
    if (set->state == 0)
        gateway_wrong(call, E_FIELD, "state", WORDS_MISSING);
    if (waits != (set->waitlist_days > 0) ||
            set->waitlist_days > DIRECTORY_WAITLIST_DAYS_MAX)
        gateway_wrong(call, E_FIELD, "waitlist_days", WORDS_WAITING);
    if ((set->state == CAPACITY_STATE_OPEN && set->band == CAPACITY_BAND_0) ||
            (set->state == CAPACITY_STATE_FULL && set->band > CAPACITY_BAND_0))
        gateway_wrong(call, E_FIELD, "band", WORDS_PLACES);
    if (!directory_serves(node->directory, whom, set->need, node_now(node)))
        gateway_wrong(call, E_FIELD, "need", WORDS_NOT_OFFERED);
}

/* When it counts no more: a day is named whole, and the last one that may be named ends
 * later than what may be said now. 0: too late. */
static uint64_t capacity_until(const struct node *node, uint64_t wished_ms)
{
    int64_t now = node_now(node);
    uint64_t last_ms = days_on(node, DIRECTORY_CAPACITY_DAYS_MAX);
    if (wished_ms == 0)
        return last_ms;
    if (wished_ms > INT64_MAX || (int64_t)wished_ms <= now ||
            time_brussels_day((int64_t)wished_ms) >
                    time_brussels_day(now) + DIRECTORY_CAPACITY_DAYS_MAX)
        return 0;
    return wished_ms < last_ms ? wished_ms : last_ms;
}

bool gateway_capacity(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct set_capacity *set = call->request->capacity;
    char subject[DIRECTORY_SUBJECT_BYTES], detail[DETAIL_BYTES];
    struct capacity capacity = {
            .need = set->need,
            .area = set->area,
            .language = set->language,
            .state = set->state,
            .waitlist_days = set->waitlist_days,
            .band = set->band,
    };
    struct statement statement = {
            .kind = STATEMENT_KIND_CAPACITY,
            .subject = subject,
            .until_ms = capacity_until(node, set->until_ms),
            .capacity = &capacity,
    };
    if (set->need == 0)
        return gateway_wrong(call, E_FIELD, "need", WORDS_MISSING);
    if (set->area[0] != '\0' && !places_ok(node, call, set->end, "area", &set->area, 1))
        return true;
    snprintf(detail, sizeof detail, "%s/%s/%s",
            vocab_code(VOCAB_NEED_CATEGORY, set->need), set->area, set->language);
    if (!subject_of(node, call, set->antenna, detail, subject))
        return true;
    if (set->end)
        return take_back(node, call, STATEMENT_KIND_CAPACITY, subject, "need", err);
    check_capacity(node, call, set);
    if (statement.until_ms == 0)
        gateway_wrong(call, E_TTL, "until_ms", WORDS_CAPACITY_DAYS);
    return call->code != CODE_OK ||
           say(node, call, &statement, vocab_code(VOCAB_CAPACITY_STATE, set->state),
                   err);
}

/* ------------------------------------------------------------- absence, mandate */

bool gateway_absence(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct set_absence *set = call->request->absence;
    uint32_t today = (uint32_t)time_brussels_day(node_now(node));
    uint32_t from_day = set->from_day != 0 ? set->from_day : today;
    char subject[TIME_TEXT_BYTES];
    struct absence absence = {.from_day = from_day, .until_day = set->until_day};
    struct statement statement = {
            .kind = STATEMENT_KIND_ABSENCE,
            .subject = subject,
            .absence = &absence,
    };
    if (from_day > INT32_MAX)
        return gateway_wrong(call, E_FIELD, "from_day", WORDS_ABSENCE_DAYS);
    time_day_text((int32_t)from_day, subject);
    if (set->end)
        return take_back(node, call, STATEMENT_KIND_ABSENCE, subject, "from_day", err);
    /* It may have begun before, and may begin later. */
    if (set->until_day < from_day || set->until_day < today ||
            set->until_day - from_day >= DIRECTORY_ABSENCE_DAYS_MAX)
        return gateway_wrong(call, E_FIELD, "until_day", WORDS_ABSENCE_DAYS);
    statement.until_ms = (uint64_t)time_day_start((int32_t)set->until_day + 1);
    return say(node, call, &statement, "published", err);
}

bool gateway_mandate(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct set_mandate *set = call->request->mandate;
    const struct member *self = node_self(node);
    uint32_t today = (uint32_t)time_brussels_day(node_now(node));
    struct mandate mandate = {.text = set->text,
            .areas = set->areas,
            .n_areas = set->n_areas};
    struct statement statement = {
            .kind = STATEMENT_KIND_MANDATE,
            .subject = "",
            .until_ms = days_on(node, STATEMENT_DAYS),
            .mandate = &mandate,
    };
    if (self == NULL || self->partner_type != PARTNER_TYPE_REGISSEUR)
        return gateway_wrong(call, E_SCOPE, "mandate", WORDS_NO_COORDINATOR);
    if (set->end)
        return take_back(node, call, STATEMENT_KIND_MANDATE, "", "mandate", err);
    if (set->text[0] == '\0')
        gateway_wrong(call, E_FIELD, "text", WORDS_MISSING);
    if (set->n_areas == 0 && self->n_areas == 0)
        gateway_wrong(call, E_FIELD, "areas", WORDS_MANDATE_AREAS);
    for (size_t i = 0; i < set->n_areas; i++)
        gateway_area(node, call, "areas", set->areas[i]);
    if (set->until_day != 0) {
        if (set->until_day < today ||
                set->until_day >= today + DIRECTORY_MANDATE_DAYS_MAX)
            return gateway_wrong(call, E_TTL, "until_day", WORDS_TERMS_DAYS);
        statement.until_ms = (uint64_t)time_day_start((int32_t)set->until_day + 1);
    }
    return call->code != CODE_OK || say(node, call, &statement, "published", err);
}
