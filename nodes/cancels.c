/* cancels.c - cancelling what the broker may not have yet. What was asked is kept with
 * the case, and follows from where its offers stand: so no crash and no order of
 * answers can lose it, or make it overtake its referral. */
#include "nodes/cancels.h"

#include "nodes/cases.h"
#include "nodes/coordinators.h"
#include "nodes/outbox.h"
#include "nodes/signals.h"

bool cancels_may(const struct spool_case *file, const struct spool_offer *offer)
{
    return cases_role(file) == LIFECYCLE_SENDER && offer->state == OFFER_STATE_NONE &&
           file->cancelling == 0;
}

bool cancels_is_early(const struct acts_order *order)
{
    return order->event == OFFER_EVENT_CANCEL &&
           cases_role(order->file) == LIFECYCLE_SENDER &&
           order->offer->state == OFFER_STATE_NONE;
}

bool cancels_waits(const struct spool_case *file, enum offer_state state)
{
    return file->cancelling != 0 &&
           (state == OFFER_STATE_NONE || state == OFFER_STATE_QUEUED ||
                   lifecycle_is_undecided(state));
}

/* The reason may tell of the person's health: it lies with all else that was said. */
static bool keep_said(struct node *node, const struct acts_order *order,
        uint64_t *moment, struct err *err)
{
    const struct content content = {
            .v = 1,
            .msg_id = node_random_id(),
            .sender = node->partner,
            .event = order->said,
    };
    struct span packed;
    return wire_put_arena(&WIRE_CONTENT, &content, &node->scratch, &packed, err) &&
           cases_keep(node, order->file, order->who, order->event, order->type, packed,
                   moment, err);
}

/* ------------------------------------------------------------- it never left */

/* The submission that offers it; 0: it may have left. What was offered before is known
 * to the broker, which must hear that nobody is asked any more. */
static bool find_unsent(struct node *node, const struct spool_case *file,
        const struct spool_offer *offers, size_t n_offers, uint64_t *seq,
        struct err *err)
{
    *seq = 0;
    for (size_t i = 0; i < n_offers; i++)
        if (offers[i].version > 0)
            return true;
    return spool_unsent(node->db, file->number, seq, err);
}

/* What was to hand on a case that came is not said to its sender either. */
static bool stop_letters(struct node *node, const struct spool_case *file, uint64_t seq,
        struct err *err)
{
    struct spool_sent sent[SPOOL_LETTERS_MAX];
    size_t n_sent;
    if (!spool_sent_of(node->db, seq, sent, &n_sent, err))
        return false;
    for (size_t i = 0; i < n_sent; i++) {
        const struct spool_sent *one = &sent[i];
        if (!spool_sent_ends(node->db, &one->msg_id, RECEIPT_STATE_RECALLED,
                    (struct span){NULL, 0}, err) ||
                !outbox_trace(node, one, node->partner, "recalled", "", err))
            return false;
        if (one->case_number != file->number &&
                !cases_event_answered(node, &one->offer_id, one->event, err))
            return false;
    }
    return spool_submission_answered(node->db, seq, err);
}

static bool stop_offers(struct node *node, struct spool_offer *offers, size_t n_offers,
        struct err *err)
{
    for (size_t i = 0; i < n_offers; i++) {
        if (offers[i].state != OFFER_STATE_NONE)
            continue;
        offers[i].state = OFFER_STATE_CANCELLED;
        if (!spool_save_offer(node->db, &offers[i], (struct span){NULL, 0}, err))
            return false;
    }
    return true;
}

static bool end_here(struct node *node, struct acts_order *order,
        struct spool_offer *offers, size_t n_offers, uint64_t seq, struct err *err)
{
    struct spool_case *file = order->file;
    order->offer->state = OFFER_STATE_CANCELLED;
    return stop_letters(node, file, seq, err) &&
           stop_offers(node, offers, n_offers, err) &&
           spool_save_case(node->db, file, err) &&
           coordinators_moved(node, file, err) && signals_follow(node, file, err) &&
           spool_attempts_over(node->db, file->number, node_now(node), err) &&
           node_trace(node, file->number, order->who, offer_event_name(order->event),
                   "", NULL, err);
}

bool cancels_take(struct node *node, struct acts_order *order, enum code *code,
        struct err *err)
{
    struct spool_case *file = order->file;
    struct spool_offer offers[SPOOL_OFFERS_MAX];
    size_t n_offers;
    uint64_t moment, seq;
    bool older = order->expected_version > CANCELS_VERSION;
    *code = file->cancelling != 0 ? E_PENDING : older ? E_CONFLICT : CODE_OK;
    if (*code != CODE_OK)
        return true;
    if (!keep_said(node, order, &moment, err) ||
            !spool_offers(node->db, file->number, offers, &n_offers, err) ||
            !find_unsent(node, file, offers, n_offers, &seq, err))
        return false;
    file->unread = false;
    file->updated_ms = node_now(node);
    if (seq != 0)
        return end_here(node, order, offers, n_offers, seq, err);
    file->cancelling = moment;
    return spool_save_case(node->db, file, err) &&
           node_trace(node, file->number, order->who, "to_cancel", "", NULL, err);
}

/* ------------------------------------------------------------- it may have left */

/* Somebody has taken it, or cannot be told: a person looks, and decides. */
static bool give_way(struct node *node, struct spool_case *file, enum code code,
        struct err *err)
{
    file->cancelling = 0;
    file->unread = true;
    return spool_save_case(node->db, file, err) &&
           node_trace(node, file->number, node->partner, "not_cancelled",
                   code != CODE_OK ? code_name(code) : "", NULL, err);
}

static bool follow(struct node *node, struct spool_case *file,
        struct spool_offer *offer, struct err *err)
{
    struct content content;
    struct span packed;
    bool found;
    if (!cases_read(node, file, file->cancelling, &found, &packed, &content, err))
        return false;
    if (!found)
        return give_way(node, file, E_NOT_FOUND, err);
    struct acts_order order = {
            .file = file,
            .offer = offer,
            .type = LETTER_TYPE_EVENT,
            .event = OFFER_EVENT_CANCEL,
            .said = content.event,
            .who = node->partner,
    };
    enum code code;
    /* From here on it is a cancel like any other. */
    file->cancelling = 0;
    return acts_take(node, &order, &code, err) &&
           (code == CODE_OK || give_way(node, file, code, err));
}

bool cancels_moved(struct node *node, uint64_t case_number, struct err *err)
{
    struct spool_case file;
    struct spool_offer offer;
    bool found;
    if (!spool_get_case(node->db, case_number, &found, &file, err))
        return false;
    if (!found || file.cancelling == 0)
        return true;
    if (!spool_get_offer(node->db, &file.offer_id, &found, &offer, err))
        return false;
    if (!found || offer.pending != OFFER_EVENT_NONE)
        return true;
    /* Whose turn comes is said in the same breath as that it is on the list: a cancel
     * of the list as it was before would come too late. */
    if (lifecycle_is_undecided(offer.state) || lifecycle_moves_on(offer.state))
        return follow(node, &file, &offer, err);
    bool taken = lifecycle_is_taken(offer.state) ||
                 offer.state == OFFER_STATE_COMPLETED ||
                 offer.state == OFFER_STATE_FAILED;
    return !taken || give_way(node, &file, CODE_OK, err);
}
