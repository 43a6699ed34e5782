/* awaited.c - timer T9: the word of a reader that it has destroyed a letter of ours; a
 * coordinator of the area hears when it is missing. */
#include "nodes/awaited.h"

#include "nodes/coordinators.h"
#include "nodes/outbox.h"

enum {
    GUARD_HOURS = 72,    /* after these the data-protection contact must hear of it */
    TELL_AT_ONCE = 1000, /* letters; the next round of upkeep goes on */
};

/* What people were told. */
enum told { TOLD_NOBODY, TOLD_STAFF, TOLD_GUARD };

static int64_t limit_of(const struct node *node, uint16_t urgency)
{
    return lifecycle_due(&LIFECYCLE_DEFAULTS, TIMER_ERASE,
            urgency != 0 ? urgency : URGENCY_ROUTINE, node_now(node));
}

bool awaited_begin(struct node *node, const struct spool_case *file,
        const struct id *offer_id, struct err *err)
{
    return spool_await(node->db, file->number, offer_id, node_now(node),
            limit_of(node, file->urgency), err);
}

bool awaited_handed(struct node *node, const struct handed_over *list, size_t n_list,
        struct err *err)
{
    for (size_t i = 0; i < n_list; i++) {
        struct spool_sent sent;
        struct spool_case file;
        bool found;
        if (!spool_get_sent(node->db, &list[i].msg_id, &found, &sent, err) ||
                (found && !spool_get_case(node->db, sent.case_number, &found, &file,
                                  err)))
            return false;
        if (found && !spool_await_handed(node->db, &sent.msg_id, node_now(node),
                             limit_of(node, file.urgency), err))
            return false;
    }
    return true;
}

bool awaited_receipt(struct node *node, const struct spool_sent *sent,
        enum receipt_state state, bool kept, struct err *err)
{
    if (state == RECEIPT_STATE_ERASED)
        return spool_awaited_heard(node->db, sent, kept, node_now(node), err) &&
               coordinators_heard(node, sent, err);
    bool never_held = state == RECEIPT_STATE_REFUSED || state == RECEIPT_STATE_FAILED ||
                      state == RECEIPT_STATE_RECALLED;
    return !never_held || spool_awaited_drop(node->db, &sent->msg_id, err);
}

static bool tell(struct node *node, const struct spool_awaited *late, struct err *err)
{
    struct spool_sent sent;
    struct spool_case file;
    bool has_letter, has_case;
    int64_t guard_ms = late->since_ms + (int64_t)GUARD_HOURS * TIME_HOUR_MS;
    bool guard = node_now(node) >= guard_ms;
    if (!spool_awaited_told(node->db, &late->msg_id, guard ? TOLD_GUARD : TOLD_STAFF,
                guard ? 0 : guard_ms, err) ||
            !spool_get_sent(node->db, &late->msg_id, &has_letter, &sent, err) ||
            !spool_get_case(node->db, late->case_number, &has_case, &file, err))
        return false;
    if (!has_letter || !has_case)
        return true;
    file.unread = true;
    file.updated_ms = node_now(node);
    return spool_save_case(node->db, &file, err) &&
           outbox_trace(node, &sent, node->partner,
                   guard ? "erase_guard" : "erase_missing", "", err) &&
           coordinators_concern(node, &file, sent.recipient, late->since_ms, err);
}

bool awaited_upkeep(struct node *node, struct err *err)
{
    for (size_t i = 0; i < TELL_AT_ONCE; i++) {
        struct spool_awaited late;
        bool found;
        if (!spool_awaited_due(node->db, node_now(node), &found, &late, err))
            return false;
        if (!found)
            return true;
        if (!tell(node, &late, err))
            return false;
    }
    return true;
}
