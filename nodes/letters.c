/* letters.c - from a plan to a sealed letter in the batch. */
#include "nodes/letters.h"

#include <stdio.h>

#include "core/wire_find.h"
#include "nodes/audit_claim.h"
#include "nodes/batch.h"
#include "nodes/cases.h"
#include "nodes/disclose_confidence.h"
#include "nodes/epochs.h"
#include "nodes/session.h"

/* What the core declares of a personal letter, as the consent is asked about it; a
 * control letter says nothing of it. */
static void declare(struct letter_plan *plan)
{
    struct letter_core *core = &plan->core;
    core->level = LEVEL_S0;
    if (core->class_ != LETTER_CLASS_PERSONAL)
        return;
    plan->disclosure = disclose_content(&plan->content);
    core->consent_id = plan->file->consent_id;
    core->purpose = plan->file->purpose;
    core->data_categories = plan->categories;
    core->n_data_categories = disclose_rows(plan->disclosure.categories,
            plan->categories, COUNT_OF(plan->categories));
    core->level = plan->disclosure.level;
}

bool letters_plan(struct node *node, struct letter_plan *plan, enum code *code,
        struct err *err)
{
    int64_t now = node_now(node);
    const struct epoch_key *key = directory_epoch_key(node->directory,
            plan->for_nobody ? node->partner : plan->recipient, now);
    if (key == NULL) {
        *code = E_UNREACHABLE;
        return true;
    }
    plan->reader_key = key->key;
    plan->core = (struct letter_core){
            .v = 1,
            .msg_id = node_msg_id(node),
            .class_ = lifecycle_class(plan->type),
            .type = plan->type,
            .sender = node->partner,
            .recipient = plan->recipient,
            .on_behalf_of = plan->on_behalf_of,
            .created_ms = (uint64_t)now,
            .expires_ms = key->until_ms + (uint64_t)EPOCHS_LETTER_DAYS * TIME_DAY_MS,
            .recipient_ekid = key->ekid,
            .referral_id = plan->file->referral_id,
            .offer_id = plan->offer_id,
            .event = plan->event,
            .expected_version = plan->expected_version,
            .due_ms = (uint64_t)plan->due_ms,
            .urgency = plan->file->urgency,
            .area = plan->file->area,
    };
    declare(plan);
    static const struct wire_search marked = {confidence_is_marked, NULL, 0};
    char path[WIRE_PATH_BYTES];
    plan->content.v = 1;
    plan->content.msg_id = plan->core.msg_id;
    plan->content.sender = node->partner;
    if (!audit_claim_say(node, &plan->content.seen_log, err))
        return false;
    struct err why = {.code = CODE_OK};
    /* The last look before the seal: who forgets to take out what was said in
     * confidence sends nothing. */
    if (wire_find_text(&WIRE_CONTENT, &plan->content, &marked, path)) {
        *code = E_FIELD;
        return true;
    }
    if (!wire_put_arena(&WIRE_CONTENT, &plan->content, &node->scratch, &plan->packed,
                &why)) {
        *code = why.code;
        *err = why;
        return session_is_refusal(&why);
    }
    plan->core.size_class = seal_size_class(plan->packed.len);
    *code = plan->core.size_class == 0 ? E_SIZE : CODE_OK;
    return true;
}

bool letters_send(struct node *node, struct letter_plan *plan, uint64_t submission,
        uint32_t position, uint64_t moment, struct err *err)
{
    const struct letter_core *core = &plan->core;
    struct letter_body body;
    size_t sealed_len;
    uint8_t *sealed = arena_take(&node->scratch, seal_letter_bytes(core->size_class));
    struct span packed_body;
    if (sealed == NULL)
        return err_set(err, ERR_NOMEM, "no room to seal a letter");
    if (!wire_put_arena(&WIRE_LETTER_CORE, core, &node->scratch, &body.core, err) ||
            !seal_letter(&plan->reader_key, body.core, plan->packed, sealed,
                    &sealed_len, err))
        return err_wrap(err, "sealing for %s", plan->recipient);
    body.sealed_sha256 = hash_sha256_one((struct span){sealed, sealed_len});
    if (!wire_put_arena(&WIRE_LETTER_BODY, &body, &node->scratch, &packed_body, err))
        return false;
    struct spool_sent row = {
            .msg_id = core->msg_id,
            .submission = submission,
            .position = position,
            .case_number = plan->file->number,
            .moment = moment,
            .offer_id = plan->offer_id,
            .type = plan->type,
            .event = plan->event,
            .expires_ms = (int64_t)core->expires_ms,
            .core_hash = hash_sha256_one(body.core),
            .core = body.core,
            .sealed = {sealed, sealed_len},
    };
    snprintf(row.recipient, sizeof row.recipient, "%s", plan->recipient);
    snprintf(row.on_behalf_of, sizeof row.on_behalf_of, "%s", plan->on_behalf_of);
    node->session.outbox_due = true;
    return batch_letter(node, packed_body, &row, err);
}

bool letters_trace(struct node *node, const struct letter_plan *plan, const char *who,
        const char *what, struct err *err)
{
    const struct trace_letter letter = {
            .type = plan->type,
            .event = plan->event,
            .other = plan->on_behalf_of[0] != '\0' ? plan->on_behalf_of
                                                   : plan->recipient,
            .msg_id = plan->core.msg_id,
    };
    return node_trace_letter(node, plan->file->number, who, what, "", &letter, err);
}

bool letters_post(struct node *node, struct letter_plan *plan, const char *who,
        struct err *err)
{
    struct spool_submission submission = {
            .submission_id = node_random_id(),
            .case_number = plan->file->number,
            .consent_id = plan->core.consent_id,
            .at_ms = node_now(node),
    };
    uint64_t seq;
    return cases_keep(node, plan->file, who, plan->event, plan->type, plan->packed,
                   &plan->moment, err) &&
           spool_put_submission(node->db, &submission, &seq, err) &&
           letters_send(node, plan, seq, 0, plan->moment, err) &&
           letters_trace(node, plan, who, "sent", err);
}
