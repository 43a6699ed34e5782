/* gateway_offer.c - what every new offer of ours is asked before it is sealed. */
#include "nodes/gateway_offer.h"

#include <stdio.h>

#include "nodes/cases.h"
#include "nodes/consents_explain.h"
#include "nodes/disclose.h"

/* What cannot be the name of a partner may be that of a person who was put in the wrong
 * field: it is not repeated. */
bool gateway_wrong_about(struct node *node, struct gateway_call *call, enum code code,
        const char *field, const char *candidate, enum words words)
{
    char text[600];
    if (!ids_partner_ok(candidate))
        return gateway_wrong(call, code, field, words);
    snprintf(text, sizeof text, "%s: %s", candidate, words_text(words, call->lang));
    return gateway_wrong_text(node, call, code, field, text);
}

static bool takes_nothing(const struct node *node, const char *name, const char *server)
{
    int64_t now = node_now(node);
    return directory_intake(node->directory, name, now) != INTAKE_STATE_OPEN ||
           directory_intake(node->directory, server, now) != INTAKE_STATE_OPEN;
}

static bool serves_all(const struct node *node, const char *name,
        const struct referral *referral)
{
    for (size_t i = 0; i < referral->n_needs; i++)
        if (!directory_serves(node->directory, name, referral->needs[i],
                    node_now(node)))
            return false;
    return true;
}

void gateway_candidate_of(struct node *node, struct gateway_call *call,
        const char *name, const struct referral *referral, struct spool_offer *offer)
{
    enum words words;
    enum code code;
    const struct member *server = gateway_find_partner(node, name, &code, &words);
    if (server == NULL) {
        gateway_wrong_about(node, call, code, "candidates", name, words);
        return;
    }
    snprintf(offer->target, sizeof offer->target, "%s", server->partner);
    if (strcmp(server->partner, name) != 0)
        snprintf(offer->on_behalf_of, sizeof offer->on_behalf_of, "%s", name);
    if (offer->mode == MODE_DIRECT && takes_nothing(node, name, server->partner))
        gateway_wrong_about(node, call, E_BUSY, "candidates", name, WORDS_FULL);
    if (!serves_all(node, name, referral))
        gateway_wrong_about(node, call, E_FIELD, "candidates", name, WORDS_NOT_SERVED);
}

void gateway_uncovered(struct node *node, struct gateway_call *call, uint64_t actual,
        uint64_t agreed)
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

/* What a person is told besides the code. */
static void say_why(struct node *node, struct gateway_call *call,
        const struct consent *capsule, const struct letter_plan *plan, enum code code)
{
    const char *name =
            plan->on_behalf_of[0] != '\0' ? plan->on_behalf_of : plan->recipient;
    bool preview = plan->type == LETTER_TYPE_PREVIEW;
    if (code == E_CONSENT_DATA)
        gateway_uncovered(node, call, plan->disclosure.categories,
                preview ? consent_bits(capsule->preview_categories,
                                  capsule->n_preview_categories)
                        : consent_bits(capsule->data_categories,
                                  capsule->n_data_categories));
    if (code == E_NISS)
        gateway_wrong_about(node, call, code, "referral.person.niss", name,
                WORDS_NISS_OFF);
    if (code == E_CONSENT_RECIPIENT || code == E_CONSENT_AREA)
        gateway_wrong_about(node, call, code, "candidates", name, WORDS_NOT_NAMED);
    struct partnership_fact with = directory_partnership(node->directory, node->partner,
            plan->recipient, node_now(node));
    /* Secrecy is part of a partnership: say first that there is none. */
    if ((code == E_SECRECY || code == E_PARTNERSHIP) &&
            with.state != PARTNERSHIP_ACTIVE)
        gateway_wrong_about(node, call, code, "candidates", name, WORDS_NO_PARTNERSHIP);
    else if (code == E_SECRECY && plan->file->mode == MODE_FIRST_CLAIM &&
             plan->core.level == LEVEL_S2)
        gateway_wrong(call, code, "mode", WORDS_NOT_AT_ONCE);
    else if (code == E_SECRECY)
        gateway_wrong_about(node, call, code, "candidates", name, WORDS_NO_SECRECY);
}

bool gateway_judge(struct node *node, struct gateway_call *call,
        const struct gateway_judging *judging, struct spool_judged *judged,
        struct err *err)
{
    const struct letter_plan *plan = judging->plan;
    struct consents_ask ask = {
            .core = &plan->core,
            .known = judging->known,
            .offer_sender = node->partner,
            .offer_target = plan->recipient,
            .lodging = true,
            .first_claim = plan->file->mode == MODE_FIRST_CLAIM,
            .actual_categories = plan->disclosure.categories,
            .hands = judging->hands,
    };
    enum code code = consents_judge(node, &ask);
    if (!consents_judged(node, &ask, SPOOL_POINT_SENDING, code, judged, err))
        return false;
    if (code == CODE_OK)
        return true;
    if (id_is_none(&call->judged.msg_id))
        call->judged = *judged;
    gateway_refuse(call, code);
    say_why(node, call, &judging->known->capsule, plan, code);
    return true;
}

bool gateway_names(struct node *node, struct gateway_call *call,
        const struct spool_case *file, const char *field, const char *text,
        struct err *err)
{
    struct content content;
    struct span packed;
    bool found;
    if (!cases_read(node, file, file->content, &found, &packed, &content, err))
        return false;
    const struct person *person =
            found && content.referral != NULL ? content.referral->person : NULL;
    return person == NULL || !disclose_text_names(text, person) ||
           gateway_wrong(call, E_CONSENT_DATA, field, WORDS_NAMES);
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
