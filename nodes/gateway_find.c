/* gateway_find.c - who could help with this? Asked of the directory and of our own
 * store alone: nobody else learns that it was asked. */
#include "nodes/consents.h"
#include "nodes/finder.h"
#include "nodes/gateway.h"
#include "nodes/spool_answers.h"

enum { CANDIDATES_SHOWN = 500 };

static void check_fields(struct node *node, struct gateway_call *call,
        const struct find *find)
{
    if (find->n_needs == 0)
        gateway_wrong(call, E_FIELD, "needs", WORDS_MISSING);
    gateway_place(node, call, "place", find->place);
    if (find->consent_number != 0 && !gateway_has_scope(call, SCOPE_REFERRAL_SEND) &&
            !gateway_has_scope(call, SCOPE_CONSENT_WRITE))
        gateway_refuse(call, E_SCOPE);
}

/* Whom the consent names; one that is over names nobody any more. */
static bool find_consent(struct node *node, struct gateway_call *call, uint64_t number,
        struct finder_consent *consent, struct err *err)
{
    struct consents_record *record = arena_take(&node->scratch, sizeof *record);
    bool found;
    if (record == NULL)
        return err_set(err, E_SIZE, "no room for a consent");
    if (!consents_get(node, number, &found, record, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_CONSENT_NONE, "consent_number", WORDS_CONSENT);
    const char *state = consents_state(&record->row, node_now(node));
    if (strcmp(state, "active") != 0)
        return gateway_refuse(call, strcmp(state, "withdrawn") == 0
                                            ? E_CONSENT_WITHDRAWN
                                            : E_CONSENT_EXPIRED);
    *consent = (struct finder_consent){
            .recipients = record->given.recipients,
            .n_recipients = record->given.n_recipients,
            .recipient_types = record->given.recipient_types,
            .n_recipient_types = record->given.n_recipient_types,
            .area = record->given.area,
    };
    return true;
}

static bool find_records(struct node *node, struct finder_ask *ask, struct err *err)
{
    struct finder_record *records =
            arena_take(&node->scratch, DIRECTORY_MEMBERS_MAX * sizeof *records);
    int64_t since = node_now(node) - (int64_t)SPOOL_ANSWERS_DAYS * TIME_DAY_MS;
    ask->records = records;
    return records == NULL ? err_set(err, E_SIZE, "no room to look for partners")
                           : spool_answers(node->db, since, records,
                                     DIRECTORY_MEMBERS_MAX, &ask->n_records, err);
}

static struct candidate candidate_of(const struct finder_rank *rank)
{
    const struct member *member = rank->member;
    bool via = rank->server != NULL && rank->server != member;
    bool known = rank->record.asked >= FINDER_RECORD_LEAST;
    return (struct candidate){
            .partner = member->partner,
            .name = member->name,
            .partner_type = member->partner_type,
            .via = via ? rank->server->partner : "",
            .askable = rank->askable,
            .own = rank->own,
            .reasons = rank->reasons,
            .n_reasons = rank->n_reasons,
            .capacity_state = rank->capacity.state,
            .band = rank->capacity.band,
            .waitlist_days = rank->capacity.waitlist_days,
            .capacity_until_ms = (uint64_t)rank->capacity.until_ms,
            .absent_until_day = (uint32_t)rank->absent_until_day,
            .asked = rank->record.asked,
            .in_time = rank->record.in_time,
            .median_ms = known ? (uint64_t)rank->record.median_ms : 0,
    };
}

bool gateway_find(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct find *find = call->request->find;
    struct finder_consent consent;
    struct candidate_list *list = arena_take(&node->scratch, sizeof *list);
    struct candidate *candidates =
            arena_take(&node->scratch, CANDIDATES_SHOWN * sizeof *candidates);
    struct finder_rank *ranks =
            arena_take(&node->scratch, DIRECTORY_MEMBERS_MAX * sizeof *ranks);
    struct finder_ask ask = {
            .self = node->partner,
            .needs = find->needs,
            .n_needs = find->n_needs,
            .place = find->place,
            .language = find->language,
    };
    if (list == NULL || candidates == NULL || ranks == NULL)
        return err_set(err, E_SIZE, "no room to look for partners");
    check_fields(node, call, find);
    if (call->code != CODE_OK)
        return true;
    if (find->consent_number != 0) {
        if (!find_consent(node, call, find->consent_number, &consent, err))
            return false;
        ask.consent = &consent;
    }
    if (call->code != CODE_OK)
        return true;
    if (!find_records(node, &ask, err))
        return false;
    size_t n = finder_rank(node->directory, &ask, node_now(node), ranks);
    size_t max = find->limit != 0 && find->limit < CANDIDATES_SHOWN ? find->limit
                                                                    : CANDIDATES_SHOWN;
    *list = (struct candidate_list){.candidates = candidates, .total = (uint32_t)n};
    while (list->n_candidates < n && list->n_candidates < max) {
        candidates[list->n_candidates] = candidate_of(&ranks[list->n_candidates]);
        list->n_candidates++;
    }
    call->reply.found = list;
    return true;
}
