/* gateway_offer.c - what every new offer of ours is asked before it is sealed. */
#include "nodes/gateway_offer.h"

#include <stdio.h>

#include "nodes/consents_explain.h"
#include "nodes/disclose.h"

void gateway_candidate(struct node *node, struct gateway_call *call, const char *name,
        const struct referral *referral, struct spool_case *file)
{
    int64_t now = node_now(node);
    const struct member *server = gateway_partner(node, call, "candidates", name);
    if (server == NULL)
        return;
    snprintf(file->other, sizeof file->other, "%s", server->partner);
    if (strcmp(server->partner, name) != 0)
        snprintf(file->on_behalf_of, sizeof file->on_behalf_of, "%s", name);
    if (directory_intake(node->directory, name, now) != INTAKE_STATE_OPEN ||
            directory_intake(node->directory, server->partner, now) !=
                    INTAKE_STATE_OPEN)
        gateway_wrong(call, E_BUSY, "candidates", WORDS_FULL);
    for (size_t i = 0; i < referral->n_needs; i++)
        if (!directory_serves(node->directory, name, referral->needs[i], now)) {
            gateway_wrong(call, E_FIELD, "candidates", WORDS_NOT_SERVED);
            break;
        }
}

/* Each kind of data that is inside and was not agreed, by its name. */
static void name_uncovered(struct node *node, struct gateway_call *call,
        uint64_t actual, uint64_t agreed)
{
    uint16_t rows[24];
    char words[300];
    size_t n = disclose_rows(actual & ~agreed, rows, COUNT_OF(rows));
    for (size_t i = 0; i < n; i++) {
        snprintf(words, sizeof words, "%s %s",
                words_text(WORDS_NOT_COVERED, call->lang),
                vocab_label(VOCAB_DATA_CATEGORY, rows[i], call->lang));
        gateway_wrong_text(node, call, E_CONSENT_DATA,
                vocab_code(VOCAB_DATA_CATEGORY, rows[i]), words);
    }
}

bool gateway_judge(struct node *node, struct gateway_call *call,
        const struct consents_known *known, const struct letter_plan *plan,
        struct spool_judged *judged, struct err *err)
{
    const struct consent *capsule = &known->capsule;
    struct consents_ask ask = {
            .core = &plan->core,
            .known = known,
            .offer_sender = node->partner,
            .offer_target = plan->recipient,
            .lodging = true,
            .actual_categories = plan->disclosure.categories,
    };
    enum code code = consents_judge(node, &ask);
    if (!consents_judged(node, &ask, SPOOL_POINT_SENDING, code, judged, err))
        return false;
    if (code == CODE_OK)
        return true;
    if (id_is_none(&call->judged.msg_id))
        call->judged = *judged;
    gateway_refuse(call, code);
    bool preview = plan->type == LETTER_TYPE_PREVIEW;
    if (code == E_CONSENT_DATA)
        name_uncovered(node, call, plan->disclosure.categories,
                preview ? consent_bits(capsule->preview_categories,
                                  capsule->n_preview_categories)
                        : consent_bits(capsule->data_categories,
                                  capsule->n_data_categories));
    if (code == E_NISS)
        gateway_wrong(call, code, "referral.person.niss", WORDS_NISS_OFF);
    struct partnership_fact with = directory_partnership(node->directory, node->partner,
            plan->recipient, node_now(node));
    /* Secrecy is part of a partnership: say first that there is none. */
    if ((code == E_SECRECY || code == E_PARTNERSHIP) && call->n_issues == 0 &&
            with.state != PARTNERSHIP_ACTIVE)
        gateway_wrong(call, code, "candidates", WORDS_NO_PARTNERSHIP);
    return true;
}

bool gateway_tell_shared(struct node *node, const struct consent *capsule,
        const struct disclosure *disclosure, struct made *made, struct err *err)
{
    enum { ROWS_BYTES = 24 * sizeof(uint16_t) };
    /* The area stands on every core. */
    uint64_t shared = disclosure->categories | UINT64_C(1) << DATA_CATEGORY_AREA;
    uint64_t agreed =
            consent_bits(capsule->data_categories, capsule->n_data_categories);
    uint16_t *rows = arena_take(&node->scratch, ROWS_BYTES);
    uint16_t *rest = arena_take(&node->scratch, ROWS_BYTES);
    if (rows == NULL || rest == NULL)
        return err_set(err, ERR_NOMEM, "no room for a reply");
    made->shared = rows;
    made->n_shared = disclose_rows(shared & agreed, rows, ROWS_BYTES / sizeof *rows);
    made->not_used = rest;
    made->n_not_used = disclose_rows(agreed & ~shared, rest, ROWS_BYTES / sizeof *rest);
    return true;
}
