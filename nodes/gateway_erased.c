/* gateway_erased.c - staff closes the alarm about an erase receipt that did not come.
 */
#include <stdio.h>

#include "nodes/coordinators.h"
#include "nodes/gateway.h"
#include "nodes/rights.h"

enum { SETTLED_MAX = 20 }; /* partners of one case at once; the rest by name */

/* One partner: the register says why, and the trace who said so. */
static bool settle(struct node *node, struct gateway_call *call,
        const struct spool_case *file, const char *partner, int64_t since_ms,
        struct spool_right *row, struct err *err)
{
    uint16_t reason = call->request->erase_settle->reason;
    *row = (struct spool_right){
            .ours = true,
            .right = LETTER_TYPE_ERASE,
            .request_id = node_random_id(),
            .case_number = file->number,
            .offer_id = file->offer_id,
            .asked_ms = since_ms,
            .due_ms = since_ms,
            .answer = RIGHTS_ANSWER_SETTLED,
            .reason = reason,
            .answered_ms = node_now(node),
    };
    snprintf(row->other, sizeof row->other, "%s", partner);
    struct spool_sent letters = {.case_number = file->number};
    snprintf(letters.recipient, sizeof letters.recipient, "%s", partner);
    /* The coordinators that were called hear that it is over. */
    return spool_settle_awaited(node->db, file->number, partner, node_now(node), err) &&
           coordinators_heard(node, &letters, err) &&
           spool_put_right(node->db, row, err) &&
           spool_save_right(node->db, row, err) &&
           node_trace(node, file->number, gateway_actor(node, call), "erase_settled",
                   vocab_code(VOCAB_RIGHTS_REASON, reason), NULL, err);
}

static bool settle_all(struct node *node, struct gateway_call *call,
        const struct spool_case *file, struct err *err)
{
    const struct settle_erase *asked = call->request->erase_settle;
    struct rights *rights = arena_take(&node->scratch, sizeof *rights);
    struct rights_line *lines = arena_take(&node->scratch, SETTLED_MAX * sizeof *lines);
    struct spool_right *rows = arena_take(&node->scratch, SETTLED_MAX * sizeof *rows);
    bool found = true;
    size_t n = 0;
    if (rights == NULL || lines == NULL || rows == NULL)
        return err_set(err, E_SIZE, "no room for the register");
    while (found && n < SETTLED_MAX) {
        char partner[PARTNER_BYTES];
        int64_t since_ms;
        if (!spool_next_missing(node->db, file->number, asked->partner, &found, partner,
                    &since_ms, err))
            return false;
        if (!found)
            break;
        if (!settle(node, call, file, partner, since_ms, &rows[n], err))
            return false;
        lines[n] = rights_line_of(node, &rows[n]);
        n++;
    }
    if (n == 0)
        return gateway_wrong(call, E_NOT_FOUND, "case_number", WORDS_NO_ERASE_ALARM);
    *rights = (struct rights){.lines = lines, .n_lines = n};
    call->reply.rights = rights;
    return true;
}

bool gateway_erase_settle(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct settle_erase *asked = call->request->erase_settle;
    struct spool_case file;
    bool found;
    if (!rights_settles(asked->reason))
        return gateway_wrong(call, E_FIELD, "reason", WORDS_SETTLE_REASON);
    if (!spool_get_case(node->db, asked->case_number, &found, &file, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_NOT_FOUND, "case_number", WORDS_CASE);
    call->case_number = file.number;
    return settle_all(node, call, &file, err);
}
