/* cases.c - making cases, keeping and reading what was said in them, and where their
 * offers stand. */
#include "nodes/cases.h"

#include <stdio.h>

#include "nodes/audit.h"
#include "nodes/awaited.h"
#include "nodes/session.h"
#include "nodes/vault.h"

bool cases_new(struct node *node, struct spool_case *file, struct err *err)
{
    if (!spool_next_case(node->db, &file->number, err))
        return false;
    struct spool_binding owner = spool_bind(SPOOL_OWNER_CASE, file->number);
    file->created_ms = file->updated_ms = node_now(node);
    return vault_new_key(node, &owner, &file->key, err) &&
           spool_add_case(node->db, file, err);
}

bool cases_keep(struct node *node, const struct spool_case *file, const char *who,
        enum offer_event event, enum letter_type type, struct span packed,
        uint64_t *number, struct err *err)
{
    struct spool_moment moment = {
            .case_number = file->number,
            .at_ms = node_now(node),
            .who = who,
            .event = event,
            .type = type,
    };
    struct spool_binding owner = spool_bind(SPOOL_OWNER_CASE, file->number);
    if (!spool_next_moment(node->db, &moment.number, err))
        return false;
    if (packed.len > 0 && file->key.there &&
            !vault_seal(node, &owner, &file->key, moment.number, packed, &node->scratch,
                    &moment.content, err))
        return false;
    if (!spool_put_moment(node->db, &moment, err))
        return false;
    *number = moment.number;
    return true;
}

bool cases_read(struct node *node, const struct spool_case *file, uint64_t number,
        bool *found, struct span *packed, struct content *content, struct err *err)
{
    struct spool_moment moment;
    *found = false;
    if (number == 0 || !file->key.there)
        return true;
    bool there;
    if (!spool_get_moment(node->db, number, &node->scratch, &there, &moment, err))
        return false;
    if (!there || moment.content.len == 0)
        return true;
    struct spool_binding owner = spool_bind(SPOOL_OWNER_CASE, file->number);
    if (!vault_open(node, &owner, &file->key, number, moment.content, &node->scratch,
                packed, err) ||
            !wire_get(&WIRE_CONTENT, *packed, &node->scratch, content, err))
        return err_wrap(err, "case %llu", (unsigned long long)file->number);
    *found = true;
    return true;
}

enum lifecycle_role cases_role(const struct spool_case *file)
{
    bool out =
            file->kind == CASE_KIND_REFERRAL_OUT || file->kind == CASE_KIND_SIGNAL_OUT;
    return out ? LIFECYCLE_SENDER : LIFECYCLE_TARGET;
}

struct lifecycle_offer cases_machine(const struct spool_case *file,
        const struct spool_offer *offer, bool pending)
{
    bool ahead = pending && offer->pending != OFFER_EVENT_NONE;
    return (struct lifecycle_offer){
            .state = ahead ? offer->pending_state : offer->state,
            .before_hold = offer->before_hold,
            .version = offer->version + ahead,
            .info_rounds = offer->info_rounds,
            .closed = file->confirmed,
            .urgency = file->urgency,
    };
}

/* ------------------------------------------------------------- where an offer stands
 */

static bool said_by_us(const struct spool_case *file, enum offer_event event)
{
    enum letter_type type = lifecycle_letter_type(event);
    return type != LETTER_TYPE_NONE &&
           lifecycle_sender_of(type, event) == cases_role(file);
}

static const char *who_said(const struct node *node, const struct spool_case *file,
        enum offer_event event)
{
    enum letter_type type = lifecycle_letter_type(event);
    if (type == LETTER_TYPE_NONE)
        return "broker";
    return said_by_us(file, event) ? node->partner : file->other;
}

/* These end an offer without work done: the target keeps nothing of it. */
static bool target_erases(enum offer_state state)
{
    return state == OFFER_STATE_DECLINED || state == OFFER_STATE_NOT_SELECTED ||
           state == OFFER_STATE_EXPIRED || state == OFFER_STATE_CANCELLED ||
           state == OFFER_STATE_IN_ERROR;
}

static void move_offer(struct spool_offer *offer, const struct offer_status *status)
{
    offer->before_hold = status->before_hold;
    offer->info_rounds = status->info_rounds;
    offer->state = status->state;
    offer->version = status->version;
    offer->due_ms = (int64_t)status->due_ms;
    if (offer->pending == status->event || lifecycle_is_terminal(status->state))
        offer->pending = OFFER_EVENT_NONE;
}

/* Cancelled already, and still there: it stayed then. */
bool cases_stays(const struct spool_case *file, enum offer_state before,
        enum offer_event event)
{
    bool begun = before == OFFER_STATE_IN_PROGRESS || before == OFFER_STATE_ON_HOLD ||
                 before == OFFER_STATE_CANCELLED ||
                 (before == OFFER_STATE_ACCEPTED && event == OFFER_EVENT_CANCEL);
    bool ends = event == OFFER_EVENT_CANCEL || event == OFFER_EVENT_EXPIRE ||
                event == OFFER_EVENT_CONSENT_WITHDRAWN;
    return begun && ends && file->retention != 0 && file->key.there;
}

bool cases_may_keep(const struct spool_case *file, enum offer_state state, bool none)
{
    bool stayed = state == OFFER_STATE_CANCELLED && file->key.there;
    return cases_role(file) == LIFECYCLE_TARGET &&
           (lifecycle_is_taken(state) || (none && stayed));
}

/* What came of the person goes, or its sender hears why it does not. */
static bool let_go(struct node *node, struct spool_case *file, enum offer_state before,
        enum offer_event event, struct err *err)
{
    return cases_stays(file, before, event) ? vault_keep_case(node, file, err)
                                            : vault_destroy_case(node, file, err);
}

static bool move_case(struct node *node, struct spool_case *file,
        const struct spool_offer *offer, enum offer_state before,
        const struct offer_status *status, struct err *err)
{
    bool here = id_equal(&file->offer_id, &offer->offer_id);
    file->updated_ms = node_now(node);
    file->unread |= !said_by_us(file, status->event);
    file->confirmed |= status->event == OFFER_EVENT_CONFIRM;
    file->stop_contact |= status->event == OFFER_EVENT_CONSENT_WITHDRAWN;
    /* A referral with several candidates stands on the one whose turn it is. */
    if (!here && !lifecycle_is_terminal(status->state)) {
        file->offer_id = offer->offer_id;
        snprintf(file->other, sizeof file->other, "%s", offer->target);
        snprintf(file->on_behalf_of, sizeof file->on_behalf_of, "%s",
                offer->on_behalf_of);
    }
    if (!spool_save_case(node->db, file, err))
        return false;
    if (!target_erases(status->state))
        return true;
    return cases_role(file) == LIFECYCLE_TARGET
                   ? let_go(node, file, before, status->event, err)
                   : awaited_begin(node, file, &offer->offer_id, err);
}

/* The broker's word on an offer that has not moved: a limit has passed. */
static bool take_notice(struct node *node, struct spool_case *file,
        struct spool_offer *offer, const struct offer_status *status, struct err *err)
{
    bool over = status->state == OFFER_STATE_COMPLETED ||
                status->state == OFFER_STATE_FAILED;
    bool closed = over && strcmp(status->code, code_name(E_TTL)) == 0;
    bool overdue = status->event == OFFER_EVENT_OVERDUE;
    if ((!closed && !overdue) || file->confirmed)
        return true;
    bool taken = lifecycle_is_taken(status->state);
    const char *what =
            closed  ? vocab_code(VOCAB_CLOSE_REASON, CLOSE_REASON_NOT_CONFIRMED)
            : taken ? "reminder"
            : status->code[0] != '\0' ? "not_reached"
                                      : "overdue";
    file->confirmed = closed;
    file->unread = true;
    file->updated_ms = node_now(node);
    offer->due_ms = (int64_t)status->due_ms;
    return spool_save_offer(node->db, offer, (struct span){NULL, 0}, err) &&
           spool_save_case(node->db, file, err) &&
           node_trace(node, file->number, "broker", what, status->code, NULL, err);
}

/* Does it name the two parties that this offer lies between? */
static bool between_us(const struct node *node, const struct spool_case *file,
        const struct spool_offer *offer, const struct offer_status *status)
{
    bool out = cases_role(file) == LIFECYCLE_SENDER;
    const char *sender = out ? node->partner : file->other;
    return strcmp(status->sender, sender) == 0 &&
           strcmp(status->target, offer->target) == 0;
}

/* A step of the broker's own has no letter: then the offer stands for it. */
static bool keep_word(struct node *node, const struct offer_status *status,
        uint64_t case_number, struct span bytes, struct err *err)
{
    const struct audit_thing word = {
            .kind = KIND_OFFER_STATUS,
            .bytes = bytes,
            .about = id_is_none(&status->msg_id) ? status->offer_id : status->msg_id,
            .said = status->state,
            .case_number = case_number,
            .log_leaf = status->log_leaf,
    };
    return audit_keep(node, &word, err);
}

static bool take_status(struct node *node, const struct offer_status *status,
        struct span bytes, struct err *err)
{
    struct spool_offer offer;
    struct spool_case file;
    bool found;
    if (!spool_get_offer(node->db, &status->offer_id, &found, &offer, err))
        return false;
    if (!found || status->version < offer.version)
        return true;
    if (!spool_get_case(node->db, offer.case_number, &found, &file, err))
        return false;
    if (!found || !id_equal(&file.referral_id, &status->referral_id) ||
            !between_us(node, &file, &offer, status))
        return true;
    if (!keep_word(node, status, file.number, bytes, err))
        return false;
    /* The first comes with the letter that it is about; a lost store asks for it. */
    if (status->version == offer.version && status->event == OFFER_EVENT_OFFER)
        return spool_save_offer(node->db, &offer, bytes, err);
    if (status->version == offer.version)
        return status->state != offer.state ||
               take_notice(node, &file, &offer, status, err);
    enum offer_state before = offer.state;
    move_offer(&offer, status);
    return spool_save_offer(node->db, &offer, bytes, err) &&
           node_trace(node, file.number, who_said(node, &file, status->event),
                   offer_event_name(status->event), status->code, &status->msg_id,
                   err) &&
           move_case(node, &file, &offer, before, status, err);
}

bool cases_answer(struct node *node, struct span bytes, struct err *err)
{
    struct signed_ thing;
    struct offer_status status;
    return session_verify(node, KIND_OFFER_STATUS, bytes, &thing, err) &&
           wire_get(&WIRE_OFFER_STATUS, thing.body, &node->scratch, &status, err) &&
           signed_in_time(node->directory, &thing, (int64_t)status.at_ms, err) &&
           take_status(node, &status, bytes, err);
}

bool cases_status(struct node *node, struct span bytes, struct err *err)
{
    struct err why = {.code = CODE_OK};
    if (cases_answer(node, bytes, &why))
        return true;
    *err = why;
    if (!session_is_refusal(&why))
        return false;
    log_warn(node->log, node_now(node), "status_refused", "code=%s words=\"%s\"",
            code_name(why.code), why.msg);
    return true;
}

bool cases_event_refused(struct node *node, const struct id *offer_id,
        enum offer_event event, struct err *err)
{
    struct spool_offer offer;
    bool found;
    if (!spool_get_offer(node->db, offer_id, &found, &offer, err))
        return false;
    if (!found || offer.pending != event)
        return true;
    offer.pending = OFFER_EVENT_NONE;
    return spool_save_offer(node->db, &offer, (struct span){NULL, 0}, err);
}

bool cases_offer_refused(struct node *node, const struct id *offer_id, struct err *err)
{
    struct spool_offer offer;
    struct spool_case file;
    bool found;
    if (!spool_get_offer(node->db, offer_id, &found, &offer, err))
        return false;
    if (!found || offer.version > 0 || offer.state != OFFER_STATE_NONE)
        return true;
    offer.state = OFFER_STATE_CANCELLED;
    if (!spool_save_offer(node->db, &offer, (struct span){NULL, 0}, err) ||
            !spool_get_case(node->db, offer.case_number, &found, &file, err))
        return false;
    if (!found)
        return true;
    file.unread = true;
    file.updated_ms = node_now(node);
    return spool_save_case(node->db, &file, err);
}
