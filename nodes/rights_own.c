/* rights_own.c - erasing and correcting the own case when a person asks for it. */
#include "nodes/rights_own.h"

#include <stdio.h>

#include "nodes/rights.h"
#include "nodes/vault.h"

static bool still_runs(struct node *node, const struct spool_case *file, bool *runs,
        struct err *err)
{
    struct spool_offer offers[SPOOL_OFFERS_MAX];
    size_t n_offers;
    if (!spool_offers(node->db, file->number, offers, &n_offers, err))
        return false;
    *runs = false;
    for (size_t i = 0; i < n_offers; i++)
        *runs |= !lifecycle_is_terminal(offers[i].state);
    return true;
}

bool rights_own_check(struct node *node, struct gateway_call *call,
        const struct spool_case *file, struct err *err)
{
    bool runs;
    if (!file->key.there)
        return gateway_wrong(call, E_NOT_FOUND, "own", WORDS_NOTHING_OWN);
    if (!still_runs(node, file, &runs, err))
        return false;
    if (runs)
        return gateway_wrong(call, E_TRANSITION, "own", WORDS_STILL_RUNNING);
    if (file->retention > RETENTION_BASIS_NONE)
        return gateway_wrong(call, E_FIELD, "own", WORDS_KEPT_ON_GROUND);
    return true;
}

bool rights_own_erase(struct node *node, struct gateway_call *call,
        struct spool_case *file, struct spool_right *row, struct err *err)
{
    int64_t now = node_now(node);
    *row = (struct spool_right){
            .ours = true,
            .right = LETTER_TYPE_ERASE,
            .request_id = node_random_id(),
            .case_number = file->number,
            .offer_id = file->offer_id,
            .asked_ms = now,
            .due_ms = now,
            .answer = RIGHTS_ANSWER_DONE,
            .answered_ms = now,
    };
    snprintf(row->other, sizeof row->other, "%s", node->partner);
    return spool_put_right(node->db, row, err) &&
           spool_save_right(node->db, row, err) &&
           vault_destroy_case(node, file, err) &&
           node_trace(node, file->number, gateway_actor(node, call), "erased_own", "",
                   NULL, err);
}

bool rights_own_correct(struct node *node, struct gateway_call *call,
        const struct spool_party *parties, size_t n_parties, bool *corrected,
        struct err *err)
{
    const struct rights_ask *ask = call->request->rights_ask;
    uint64_t last = 0;
    bool named = false;
    *corrected = false;
    for (size_t i = 0; i <= n_parties; i++) {
        uint64_t number = i < n_parties ? parties[i].case_number : ask->case_number;
        struct spool_case file;
        bool found, done = false;
        if (number == last || (i == n_parties && named))
            continue;
        last = number;
        named = named || number == ask->case_number;
        if (!spool_get_case(node->db, number, &found, &file, err) ||
                (found && !(number == ask->case_number ? rights_correct_case
                                                       : rights_correct_other)(node,
                                  gateway_actor(node, call), &file, ask->corrected,
                                  &done, err)))
            return false;
        *corrected |= done;
        if (done && !node_trace(node, number, gateway_actor(node, call),
                            "corrected_own", "", NULL, err))
            return false;
    }
    return true;
}
