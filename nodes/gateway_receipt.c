/* gateway_receipt.c - what a person is given to take home: the record of the consent,
 * who has a part in it, and what has left under it. */
#include <stdlib.h>

#include "nodes/consents.h"
#include "nodes/gateway.h"

enum { ORGANISATIONS_MAX = 64, HANDED_MAX = 200 };

struct receipting {
    struct consents_record record;
    struct consent_line line;
    struct consent_receipt receipt;
    struct organisation organisations[ORGANISATIONS_MAX];
    struct handed_letter handed[HANDED_MAX];
    struct id letters[HANDED_MAX]; /* of handed */
    struct id capsules[CONSENTS_USES_MAX];
    size_t n_capsules;
};

/* ------------------------------------------------------------- who has a part */

static void add_organisation(struct node *node, struct receipting *work,
        const char *partner)
{
    size_t n = work->receipt.n_organisations;
    for (size_t i = 0; i < n; i++)
        if (strcmp(work->organisations[i].partner, partner) == 0)
            return;
    if (n == ORGANISATIONS_MAX || partner == NULL || partner[0] == '\0')
        return;
    const struct member *member = directory_member(node->directory, partner);
    work->organisations[n] = (struct organisation){
            .partner = partner,
            .name = member != NULL ? member->name : partner,
            .partner_type = member != NULL ? member->partner_type : 0,
    };
    work->receipt.n_organisations++;
}

static void add_organisations(struct node *node, struct receipting *work)
{
    const struct consent_give *given = &work->record.given;
    add_organisation(node, work, node->partner);
    for (size_t i = 0; i < given->n_recipients; i++)
        add_organisation(node, work, given->recipients[i]);
    for (size_t i = 0; i < work->line.n_uses; i++)
        add_organisation(node, work, work->line.uses[i].recipient);
    for (size_t i = 0; i < work->receipt.n_handed; i++) {
        add_organisation(node, work, work->handed[i].partner);
        add_organisation(node, work, work->handed[i].on_behalf_of);
    }
}

/* ------------------------------------------------------------- what has left */

static bool is_handed(const struct receipting *work, const struct id *msg_id)
{
    for (size_t i = 0; i < work->receipt.n_handed; i++)
        if (id_equal(&work->letters[i], msg_id))
            return true;
    return false;
}

static bool is_ours(const struct receipting *work, const struct id *consent_id)
{
    for (size_t i = 0; i < work->n_capsules; i++)
        if (id_equal(&work->capsules[i], consent_id))
            return true;
    return false;
}

/* When the reader opened it, in the reader's own words. */
static bool opened_at(struct node *node, const struct id *msg_id, uint64_t *at_ms,
        struct err *err)
{
    struct span bytes;
    struct signed_ thing;
    struct receipt receipt;
    if (!spool_sent_receipt(node->db, msg_id, &node->scratch, &bytes, err))
        return false;
    if (bytes.len == 0)
        return true;
    /* Verified when it was kept. */
    if (!wire_get(&WIRE_SIGNED, bytes, &node->scratch, &thing, err) ||
            !wire_get(&WIRE_RECEIPT, thing.body, &node->scratch, &receipt, err))
        return err_wrap(err, "a kept receipt");
    *at_ms = receipt.at_ms;
    return true;
}

static void add_handed(struct receipting *work, const struct id *msg_id,
        struct handed_letter handed)
{
    size_t n = work->receipt.n_handed;
    if (n == HANDED_MAX || is_handed(work, msg_id))
        return;
    work->letters[n] = *msg_id;
    work->handed[n] = handed;
    work->receipt.n_handed++;
}

/* A letter of ours, by what its core declared. */
static bool add_letter(struct node *node, struct receipting *work,
        const struct id *msg_id, struct err *err)
{
    struct spool_sent sent;
    struct letter_core core;
    bool found;
    if (!spool_get_sent_core(node->db, msg_id, &node->scratch, &found, &sent, err))
        return false;
    if (!found)
        return true;
    if (!wire_get(&WIRE_LETTER_CORE, sent.core, &node->scratch, &core, err))
        return err_wrap(err, "a kept letter");
    if (!is_ours(work, &core.consent_id))
        return true;
    struct handed_letter handed = {
            .partner = core.recipient,
            .on_behalf_of = core.on_behalf_of,
            .type = core.type,
            .at_ms = core.created_ms,
            .data_categories = core.data_categories,
            .n_data_categories = core.n_data_categories,
            .purpose = core.purpose,
            .case_number = sent.case_number,
    };
    if (!opened_at(node, msg_id, &handed.at_ms, err))
        return false;
    add_handed(work, msg_id, handed);
    return true;
}

/* What the broker named when a capsule was withdrawn: handed over, though its reader
 * may not have said so yet; and what partners wrote to each other about it. */
static bool add_named(struct node *node, struct receipting *work,
        const struct id *consent_id, struct err *err)
{
    struct spool_withdrawal withdrawal;
    struct answer answer = {.n_handed_over = 0};
    bool found;
    if (!spool_get_withdrawal(node->db, consent_id, &node->scratch, &found, &withdrawal,
                err))
        return false;
    if (!found || withdrawal.handed_over.len == 0)
        return true;
    if (!wire_get(&WIRE_ANSWER, withdrawal.handed_over, &node->scratch, &answer, err))
        return err_wrap(err, "a kept answer");
    for (size_t i = 0; i < answer.n_handed_over; i++) {
        const struct handed_over *over = &answer.handed_over[i];
        if (!add_letter(node, work, &over->msg_id, err))
            return false;
        add_handed(work, &over->msg_id,
                (struct handed_letter){.partner = over->partner,
                        .on_behalf_of = "",
                        .type = over->type,
                        .at_ms = over->at_ms});
    }
    return true;
}

static int by_time(const void *a, const void *b)
{
    const struct handed_letter *one = a;
    const struct handed_letter *other = b;
    if (one->at_ms != other->at_ms)
        return one->at_ms < other->at_ms ? -1 : 1;
    return (int)one->type - (int)other->type;
}

static bool find_handed(struct node *node, struct receipting *work, struct err *err)
{
    struct id msg_ids[HANDED_MAX];
    size_t n;
    if (!spool_sent_under(node->db, work->record.row.number, msg_ids, HANDED_MAX, &n,
                err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!add_letter(node, work, &msg_ids[i], err))
            return false;
    for (size_t i = 0; i < work->n_capsules; i++)
        if (!add_named(node, work, &work->capsules[i], err))
            return false;
    qsort(work->handed, work->receipt.n_handed, sizeof *work->handed, by_time);
    return true;
}

/* ------------------------------------------------------------- the receipt */

static bool compare(struct node *node, struct receipting *work, struct err *err)
{
    for (size_t i = 0; i < work->n_capsules; i++) {
        bool matches;
        if (!consents_matches(node, &work->record, &work->capsules[i], &matches, err))
            return false;
        work->receipt.capsules++;
        work->receipt.capsules_match += matches;
    }
    return true;
}

static void name(struct node *node, struct receipting *work)
{
    const struct network *network = directory_network(node->directory);
    uint8_t random[16];
    hash_random(random, sizeof random);
    work->receipt.receipt_id = ids_v4(random);
    work->receipt.made_ms = (uint64_t)node_now(node);
    work->receipt.collector = node->partner;
    work->receipt.network = network == NULL ? "" : network->name;
    work->receipt.line = &work->line;
    work->receipt.organisations = work->organisations;
    work->receipt.handed = work->handed;
}

bool gateway_consent_receipt(struct node *node, struct gateway_call *call,
        struct err *err)
{
    uint64_t number = call->request->consent_receipt->number;
    struct receipting *work = arena_take(&node->scratch, sizeof *work);
    bool found;
    if (work == NULL)
        return err_set(err, E_SIZE, "no room for a receipt");
    *work = (struct receipting){.n_capsules = 0};
    if (!consents_get(node, number, &found, &work->record, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_NOT_FOUND, "number", WORDS_CONSENT);
    if (!gateway_consent_line(node, &work->record, &work->line, err) ||
            !spool_capsules_of(node->db, number, work->capsules, CONSENTS_USES_MAX,
                    &work->n_capsules, err) ||
            !find_handed(node, work, err) || !compare(node, work, err))
        return false;
    name(node, work);
    add_organisations(node, work);
    call->reply.consent_receipt = &work->receipt;
    return true;
}
