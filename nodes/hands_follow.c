/* hands_follow.c - taking back what was handed on. Nothing is kept for it: where the
 * offers stand says what is still to be done, also after a crash or a restore. */
#include "nodes/hands_follow.h"

#include "nodes/acts.h"
#include "nodes/batch.h"
#include "nodes/hands.h"
#include "nodes/spool_hands.h"

enum { FOLLOW_AT_ONCE = 100 }; /* cases in one round of upkeep */

/* How the case that came has ended: by a cancel, as an error; NONE: it runs, or its end
 * is no reason to take anything back. A withdrawal ends every hand at the broker. */
static bool taken_back(struct node *node, const struct spool_case *onward,
        enum offer_event *event, struct err *err)
{
    struct spool_case came = {.number = 0};
    bool withdrawn;
    bool found = true;
    enum offer_event how = OFFER_EVENT_NONE;
    if (!spool_is_withdrawn(node->db, &onward->consent_id, &withdrawn, err))
        return false;
    while (found && !withdrawn) {
        struct spool_offer offer;
        bool there;
        if (!spool_case_of_consent(node->db, &onward->consent_id, came.number, &found,
                    &came, err))
            return false;
        if (!found || came.kind != CASE_KIND_REFERRAL_IN)
            continue;
        if (!spool_get_offer(node->db, &came.offer_id, &there, &offer, err))
            return false;
        if (there && offer.state == OFFER_STATE_IN_ERROR)
            how = OFFER_EVENT_IN_ERROR;
        else if (there && offer.state == OFFER_STATE_CANCELLED &&
                 how == OFFER_EVENT_NONE)
            how = OFFER_EVENT_CANCEL;
    }
    *event = how;
    return true;
}

static bool take_back(struct node *node, struct spool_case *file,
        struct spool_offer *offer, enum offer_event event, struct err *err)
{
    const struct event_content said = {
            .note = "",
            .cancel_reason =
                    event == OFFER_EVENT_CANCEL ? CANCEL_REASON_SOURCE_CANCELLED : 0,
            .in_error_reason =
                    event == OFFER_EVENT_IN_ERROR ? IN_ERROR_REASON_SOURCE_IN_ERROR : 0,
    };
    struct acts_order order = {
            .file = file,
            .offer = offer,
            .type = LETTER_TYPE_EVENT,
            .event = event,
            .said = &said,
            .who = node->partner,
    };
    enum code code;
    if (!acts_take(node, &order, &code, err))
        return false;
    if (code != CODE_OK)
        return true;
    file->unread = true;
    return spool_save_case(node->db, file, err) &&
           node_trace(node, file->number, node->partner, "source_taken_back", "", NULL,
                   err);
}

static bool follow(struct node *node, struct spool_case *file, struct err *err)
{
    struct spool_offer offer;
    enum offer_event event;
    bool found;
    if (!spool_get_offer(node->db, &file->offer_id, &found, &offer, err))
        return false;
    bool open = found && offer.state != OFFER_STATE_NONE &&
                !lifecycle_is_terminal(offer.state);
    bool stuck = found && lifecycle_moves_on(offer.state) && !file->confirmed;
    if ((!open && !stuck) || offer.pending != OFFER_EVENT_NONE)
        return true;
    if (!taken_back(node, file, &event, err))
        return false;
    /* What nobody took cannot be called an error any more: it is given up. */
    if (stuck && event == OFFER_EVENT_IN_ERROR)
        event = OFFER_EVENT_CANCEL;
    return event == OFFER_EVENT_NONE || take_back(node, file, &offer, event, err);
}

bool hands_moved(struct node *node, const struct spool_case *file,
        enum offer_event event, struct err *err)
{
    struct spool_case onward = *file;
    struct hands hands;
    bool ends = event == OFFER_EVENT_CANCEL || event == OFFER_EVENT_IN_ERROR;
    if (hands_is_onward(file))
        return follow(node, &onward, err);
    if (file->kind != CASE_KIND_REFERRAL_IN || !ends)
        return true;
    if (!hands_find(node, file, &hands, err))
        return false;
    for (size_t i = 0; i < hands.n_as; i++) {
        bool found;
        if (!spool_get_case(node->db, hands.as[i], &found, &onward, err) ||
                (found && !follow(node, &onward, err)))
            return false;
    }
    return true;
}

bool hands_upkeep(struct node *node, struct err *err)
{
    uint64_t numbers[FOLLOW_AT_ONCE];
    size_t n;
    if (!spool_hands_open(node->db, numbers, FOLLOW_AT_ONCE, &n, err))
        return false;
    if (n > 0 && !batch_begin(node, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct spool_case file;
        bool found;
        if (!spool_get_case(node->db, numbers[i], &found, &file, err) ||
                (found && !follow(node, &file, err)))
            return false;
    }
    return true;
}
