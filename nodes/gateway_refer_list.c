/* gateway_refer_list.c - who is asked, in which order; and whether a case may be
 * offered anew. */
#include <stdio.h>

#include "nodes/cases.h"
#include "nodes/gateway_refer.h"

static bool is_twice(const struct refer *refer, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(refer->candidates[i], refer->candidates[at]) == 0)
            return true;
    return false;
}

static void add_candidate(struct node *node, struct gateway_call *call,
        struct referring *work, const char *name)
{
    struct referring_candidate *candidate = &work->candidates[work->n_candidates];
    candidate->offer = (struct spool_offer){
            .offer_id = node_random_id(),
            .position = (uint32_t)(work->n_before + work->n_candidates++),
            .mode = work->file.mode,
    };
    gateway_candidate_of(node, call, name, &work->referral, &candidate->offer);
}

void refer_candidates(struct node *node, struct gateway_call *call,
        struct referring *work)
{
    const struct refer *refer = work->refer;
    bool several = refer->n_candidates > 1;
    work->file.mode = refer->mode != MODE_NONE ? refer->mode
                      : several                ? MODE_SEQUENTIAL
                                               : MODE_DIRECT;
    if (refer->n_candidates == 0)
        gateway_wrong(call, E_FIELD, "candidates", WORDS_MISSING);
    if (several && work->file.mode == MODE_DIRECT)
        gateway_wrong(call, E_FIELD, "mode", WORDS_ONE_CANDIDATE);
    if (refer->n_candidates > REFER_CANDIDATES_MAX ||
            work->n_before + refer->n_candidates > SPOOL_OFFERS_MAX) {
        gateway_wrong(call, E_SIZE, "candidates", WORDS_TOO_MANY_CANDIDATES);
        return;
    }
    for (size_t i = 0; i < refer->n_candidates; i++) {
        if (is_twice(refer, i))
            gateway_wrong_about(node, call, E_FIELD, "candidates", refer->candidates[i],
                    WORDS_TWICE);
        else
            add_candidate(node, call, work, refer->candidates[i]);
    }
}

/* ------------------------------------------------------------- offering anew */

static bool is_over(const struct spool_offer *offers, size_t n_offers)
{
    for (size_t i = 0; i < n_offers; i++)
        if (!lifecycle_is_terminal(offers[i].state))
            return false;
    return true;
}

bool refer_reopened(struct node *node, struct gateway_call *call,
        struct referring *work, struct err *err)
{
    struct spool_offer offers[SPOOL_OFFERS_MAX];
    struct content content;
    struct span packed;
    bool found;
    uint64_t number = call->case_number = work->refer->reopens_case;
    if (!spool_get_case(node->db, number, &found, &work->file, err))
        return false;
    if (!found || work->file.kind != CASE_KIND_REFERRAL_OUT)
        return gateway_wrong(call, E_NOT_FOUND, "reopens_case", WORDS_CASE);
    /* What was to be cancelled was another round of it. */
    work->file.cancelling = 0;
    if (!spool_offers(node->db, number, offers, &work->n_before, err))
        return false;
    for (size_t i = 0; i < work->n_before; i++)
        if (lifecycle_gives_up(offers[i].pending, offers[i].state))
            return gateway_refuse(call, E_PENDING);
    int64_t last = work->file.updated_ms + (int64_t)LIFECYCLE_REOPEN_DAYS * TIME_DAY_MS;
    if (!is_over(offers, work->n_before) || work->file.confirmed)
        return gateway_refuse(call, E_TRANSITION);
    if (node_now(node) > last)
        return gateway_refuse(call, E_TTL);
    if (work->refer->referral != NULL)
        return true;
    if (!cases_read(node, &work->file, work->file.content, &found, &packed, &content,
                err))
        return false;
    if (found && content.referral != NULL)
        work->referral = *content.referral;
    return true;
}
