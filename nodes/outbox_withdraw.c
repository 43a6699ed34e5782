/* outbox_withdraw.c - withdrawals on their way to the broker, and its answers to them.
 */
#include "nodes/outbox.h"

#include "nodes/audit.h"
#include "nodes/awaited.h"
#include "nodes/consents.h"

enum { WITHDRAWALS_A_TIME = 200 };

bool outbox_say_withdrawals(struct node *node,
        bool (*say)(struct node *, const struct frame *), struct err *err)
{
    struct span bytes[WITHDRAWALS_A_TIME];
    size_t n_bytes;
    if (!spool_open_withdrawals(node->db, &node->scratch, bytes, WITHDRAWALS_A_TIME,
                &n_bytes, err))
        return false;
    node->session.n_withdrawing = n_bytes;
    for (size_t i = 0; i < n_bytes; i++) {
        struct withdraw withdraw = {.withdrawal = bytes[i]};
        if (!say(node, &(struct frame){.v = 1, .withdraw = &withdraw}))
            return true;
    }
    return true;
}

/* The withdrawal that the broker's leaf is about; of one that was registered before by
 * somebody else it names none. */
static bool keep_withdrawal(struct node *node, const struct answer *answer,
        const struct spool_withdrawal *withdrawal, struct err *err)
{
    const struct audit_thing word = {
            .kind = KIND_WITHDRAWAL,
            .bytes = withdrawal->bytes,
            .about = withdrawal->consent_id,
            .log_leaf = answer->log_leaf,
    };
    return answer->log_leaf == 0 || audit_keep(node, &word, err);
}

/* Only the list of what was handed over is kept of the answer to a withdrawal. */
static bool keep_registered(struct node *node, const struct answer *answer,
        struct err *err)
{
    struct session *session = &node->session;
    struct answer kept = {
            .id = answer->id,
            .code = answer->code,
            .words = "",
            .register_version = answer->register_version,
            .handed_over = answer->handed_over,
            .n_handed_over = answer->n_handed_over,
    };
    struct span bytes;
    if (answer->register_version > session->register_version)
        session->register_version = answer->register_version;
    return awaited_handed(node, answer->handed_over, answer->n_handed_over, err) &&
           wire_put_arena(&WIRE_ANSWER, &kept, &node->scratch, &bytes, err) &&
           spool_withdrawal_registered(node->db, &answer->id, bytes, node_now(node),
                   err) &&
           spool_set_number(node->db, SPOOL_REGISTER_VERSION, session->register_version,
                   err);
}

/* Is it ours to take back, whatever the broker says? It may not know that yet: somebody
 * else can have shown it a consent under this id after it lost its store. */
static bool is_collected_here(struct node *node, const struct id *consent_id,
        bool *collected, struct err *err)
{
    struct consents_known known;
    if (!consents_known(node, consent_id, &known, err))
        return false;
    *collected = known.there && strcmp(known.capsule.collector, node->partner) == 0;
    return true;
}

bool outbox_registered(struct node *node, const struct answer *answer, struct err *err)
{
    struct spool_withdrawal withdrawal;
    bool found, collected = false;
    if (!spool_get_withdrawal(node->db, &answer->id, &node->scratch, &found,
                &withdrawal, err))
        return false;
    if (!found || withdrawal.registered_ms != 0)
        return true;
    enum code code = answer->code[0] == '\0' ? CODE_OK : code_find(answer->code);
    if (code != CODE_OK)
        log_warn(node->log, node_now(node), "withdrawal_refused",
                "code=%s words=\"%s\"", answer->code, answer->words);
    /* A temporary no: it goes again on the next connection or round of upkeep. */
    if (code != CODE_OK && code != N_CODES && code_retry(code))
        return true;
    if (code == E_AUTH && withdrawal.own &&
            !is_collected_here(node, &answer->id, &collected, err))
        return false;
    /* With the last answer it is time for those that did not fit beside these. */
    struct session *session = &node->session;
    if (session->n_withdrawing > 0 && --session->n_withdrawing == 0) {
        session->publish_due = true;
        session->withdraw_due = !collected;
    }
    /* What a person took back of us is not given up: it goes again with the next round
     * of upkeep, and by then the broker has heard what else we bring. */
    if (collected)
        return true;
    /* Whoever had taken it back is no member any more: then the word of who asked the
     * person stands for it. */
    if (code == E_AUTH && !withdrawal.own)
        return consents_withdraw_again(node, &withdrawal, err);
    return keep_withdrawal(node, answer, &withdrawal, err) &&
           keep_registered(node, answer, err);
}
