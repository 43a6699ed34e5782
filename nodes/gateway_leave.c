/* gateway_leave.c - leaving the network: open cases are handed back first, with a
 * reason, and nothing new is taken. */

#include "nodes/acts.h"
#include "nodes/cancels.h"
#include "nodes/gateway.h"
#include "nodes/registry.h"

enum { LEAVE_A_TIME = 100, LEAVE_INTAKE_DAYS = 365 };

/* How an offer is handed back, by its state and our side of it. */
static bool way_out(const struct spool_case *file, const struct spool_offer *offer,
        enum offer_event *event, struct event_content *said)
{
    bool out = file->kind == CASE_KIND_REFERRAL_OUT;
    *said = (struct event_content){.note = ""};
    if (offer->pending != OFFER_EVENT_NONE)
        return false;
    if (out) {
        *event = OFFER_EVENT_CANCEL;
        said->cancel_reason = lifecycle_moves_on(offer->state)
                                      ? CANCEL_REASON_NO_PLACE_FOUND
                                      : CANCEL_REASON_REFERRER_ERROR;
    } else if (lifecycle_is_taken(offer->state)) {
        *event = OFFER_EVENT_FAIL;
        said->fail_reason = FAIL_REASON_SERVICE_STOPPED;
    } else {
        *event = OFFER_EVENT_DECLINE;
        said->decline_reason = DECLINE_REASON_NO_CAPACITY;
    }
    return true;
}

static bool hand_back(struct node *node, struct gateway_call *call,
        struct spool_case *file, uint64_t *n_done, struct err *err)
{
    struct spool_offer offer;
    struct event_content said;
    enum code code = CODE_OK;
    bool found;
    struct acts_order order = {
            .file = file,
            .offer = &offer,
            .type = LETTER_TYPE_EVENT,
            .said = &said,
            .who = gateway_actor(node, call),
    };
    if (!spool_get_offer(node->db, &file->offer_id, &found, &offer, err))
        return false;
    if (!found || !way_out(file, &offer, &order.event, &said))
        return true;
    bool ok = cancels_is_early(&order) ? cancels_take(node, &order, &code, err)
                                       : acts_take(node, &order, &code, err);
    if (!ok)
        return false;
    /* What is cancelled as soon as the broker has it is still open. */
    *n_done += code == CODE_OK && offer.state != OFFER_STATE_NONE;
    return true;
}

static bool close_intake(struct node *node, struct err *err)
{
    struct intake intake = {.state = INTAKE_STATE_FULL};
    struct statement statement = {
            .kind = STATEMENT_KIND_INTAKE,
            .subject = "",
            .until_ms = (uint64_t)(node_now(node) +
                                   (int64_t)LEAVE_INTAKE_DAYS * TIME_DAY_MS),
            .intake = &intake,
    };
    return registry_statement(node, &statement, err);
}

bool gateway_leave(struct node *node, struct gateway_call *call, struct err *err)
{
    uint64_t n_open;
    uint64_t n_done = 0;
    struct spool_case file = {.number = 0};
    bool found = true;
    if (!spool_count_open(node->db, &n_open, err))
        return false;
    if (n_open > 0 && !call->request->leave->confirmed)
        return gateway_wrong(call, E_FIELD, "confirmed", WORDS_OPEN_CASES);
    if (!close_intake(node, err))
        return false;
    while (found && n_done < LEAVE_A_TIME) {
        if (!spool_open_case(node->db, file.number, &found, &file, err))
            return false;
        if (found && !hand_back(node, call, &file, &n_done, err))
            return false;
    }
    /* What waits for an answer of the broker, or is more than one turn takes, is left:
     * asked again, it goes on. */
    struct made made = {
            .state = n_open > n_done ? "leaving" : "left",
            .count = n_open - n_done,
    };
    return gateway_made(node, call, &made, err);
}
