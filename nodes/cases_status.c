/* cases_status.c - the broker's word on an offer: where it stands, and where its case
 * does. */
#include <stdio.h>

#include "core/fields.h"
#include "nodes/audit.h"
#include "nodes/awaited.h"
#include "nodes/cancels.h"
#include "nodes/cases.h"
#include "nodes/coordinators.h"
#include "nodes/hands.h"
#include "nodes/hands_follow.h"
#include "nodes/session.h"
#include "nodes/signals.h"
#include "nodes/spool_answers.h"
#include "nodes/vault.h"

static bool said_by_us(const struct spool_case *file, enum offer_event event)
{
    enum letter_type type = lifecycle_letter_type(event);
    return type != LETTER_TYPE_NONE &&
           lifecycle_sender_of(type, event) == cases_role(file);
}

/* A step of the broker's own, or of ours, says which candidate of a list it was about.
 */
static bool trace_step(struct node *node, const struct spool_case *file,
        const struct spool_offer *offer, const struct offer_status *status,
        struct err *err)
{
    bool by_broker = lifecycle_letter_type(status->event) == LETTER_TYPE_NONE;
    bool ours = !by_broker && said_by_us(file, status->event);
    bool out = cases_role(file) == LIFECYCLE_SENDER;
    const char *candidate =
            offer->on_behalf_of[0] != '\0' ? offer->on_behalf_of : offer->target;
    const struct spool_trace trace = {
            .case_number = file->number,
            .at_ms = node_now(node),
            .who = by_broker ? "broker"
                   : ours    ? node->partner
                   : out     ? offer->target
                             : file->other,
            .what = offer_event_name(status->event),
            .code = status->code,
            .msg_id = status->msg_id,
            .other = offer->mode > MODE_DIRECT && (by_broker || ours) ? candidate : "",
    };
    return spool_put_trace(node->db, &trace, err);
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
    bool left = strcmp(status->code, code_name(E_LEFT)) == 0;
    if (status->event == OFFER_EVENT_SKIP || left)
        snprintf(offer->code, sizeof offer->code, "%s", status->code);
    if (offer->pending == status->event || lifecycle_is_terminal(status->state))
        offer->pending = OFFER_EVENT_NONE;
}

/* What came of the person goes, or its sender hears why it does not. */
static bool let_go(struct node *node, struct spool_case *file, enum offer_state before,
        enum offer_event event, struct err *err)
{
    if (cases_stays(file, before, event))
        return vault_keep_case(node, file, err);
    return vault_destroy_case(node, file, err) && hands_let_go(node, file, event, err);
}

/* How near an offer is to being what the case is about: who has the work, who waits for
 * our answer, who decides, who waits for a turn, who had it, then who was asked last,
 * and behind all whoever another one went before, and whoever was never asked. */
static int nearness(const struct spool_offer *offer)
{
    return cases_never_was(offer)                       ? -2
           : lifecycle_is_taken(offer->state)           ? 5
           : offer->state == OFFER_STATE_INFO_REQUESTED ? 4
           : lifecycle_is_undecided(offer->state)       ? 3
           : !lifecycle_is_terminal(offer->state)       ? 2
           : offer->state == OFFER_STATE_COMPLETED || offer->state == OFFER_STATE_FAILED
                   ? 1
                   : -(offer->state == OFFER_STATE_NOT_SELECTED);
}

/* A referral with several candidates stands on one of them. *live: somebody may still
 * take it, or has. */
static bool stand(struct node *node, struct spool_case *file, bool *live,
        struct err *err)
{
    struct spool_offer offers[SPOOL_OFFERS_MAX];
    size_t n_offers;
    size_t best = 0;
    if (!spool_offers(node->db, file->number, offers, &n_offers, err))
        return false;
    if (n_offers == 0)
        return err_set(err, ERR_INTERNAL, "a case without its offer");
    for (size_t i = 1; i < n_offers; i++) {
        int nearer = nearness(&offers[i]) - nearness(&offers[best]);
        bool ended = lifecycle_is_terminal(offers[i].state);
        if (nearer > 0 || (nearer == 0 && ended))
            best = i;
    }
    *live = !lifecycle_is_terminal(offers[best].state);
    file->offer_id = offers[best].offer_id;
    snprintf(file->other, sizeof file->other, "%s", offers[best].target);
    snprintf(file->on_behalf_of, sizeof file->on_behalf_of, "%s",
            offers[best].on_behalf_of);
    return true;
}

/* The list of candidates goes on by itself: nobody has to look. */
static bool is_routine(enum offer_event event)
{
    return event == OFFER_EVENT_TURN || event == OFFER_EVENT_SKIP ||
           event == OFFER_EVENT_DECLINE || event == OFFER_EVENT_EXPIRE ||
           event == OFFER_EVENT_NOT_SELECTED;
}

/* What the step of one offer means for the referral that it is part of. */
static bool move_referral(struct node *node, struct spool_case *file,
        const struct spool_offer *offer, enum offer_event event, struct err *err)
{
    bool live;
    if (!stand(node, file, &live, err))
        return false;
    file->unread |= is_routine(event) ? !live : !said_by_us(file, event);
    bool used_up = is_routine(event) && !live && offer->mode > MODE_DIRECT;
    return !used_up ||
           node_trace(node, file->number, node->partner, "used_up", "", NULL, err);
}

/* Whoever referred is a member no more, and we were at work: no word of ours can reach
 * it, so the referral is over. The person is helped on by us, and our record stays as
 * it does after an outcome. */
static bool goes_on_here(const struct node *node, const struct spool_case *file,
        enum offer_state before, const struct offer_status *status)
{
    return lifecycle_is_taken(before) && strcmp(status->code, code_name(E_LEFT)) == 0 &&
           directory_live_member(node->directory, file->other, node_now(node)) == NULL;
}

static bool move_case(struct node *node, struct spool_case *file,
        const struct spool_offer *offer, enum offer_state before,
        const struct offer_status *status, struct err *err)
{
    bool out = cases_role(file) == LIFECYCLE_SENDER;
    file->updated_ms = node_now(node);
    bool given_up = lifecycle_gives_up(status->event, status->state);
    file->confirmed |= status->event == OFFER_EVENT_CONFIRM || given_up;
    /* What had ended goes on, in another life of the broker's store: it is not over. */
    if (lifecycle_is_terminal(before) && !lifecycle_is_terminal(status->state))
        file->confirmed = false;
    file->stop_contact |= status->event == OFFER_EVENT_CONSENT_WITHDRAWN;
    if (out && !move_referral(node, file, offer, status->event, err))
        return false;
    file->unread |= !out && !said_by_us(file, status->event);
    /* Of who took the consent back what was planned stays in sight, to stop it. */
    bool ended = lifecycle_is_terminal(status->state) && !file->stop_contact &&
                 id_equal(&file->offer_id, &offer->offer_id);
    if (!spool_save_case(node->db, file, err) || !coordinators_moved(node, file, err) ||
            !signals_follow(node, file, err) ||
            (ended &&
                    !spool_attempts_over(node->db, file->number, node_now(node), err)))
        return false;
    if (!target_erases(status->state) || given_up)
        return true;
    if (!out && goes_on_here(node, file, before, status))
        return node_trace(node, file->number, node->partner, "sender_left", "", NULL,
                err);
    return out ? awaited_begin(node, file, &offer->offer_id, err)
               : let_go(node, file, before, status->event, err);
}

/* The referrer never said what came of it: closed by the broker. */
static bool is_closed(const struct offer_status *status)
{
    bool over = status->state == OFFER_STATE_COMPLETED ||
                status->state == OFFER_STATE_FAILED;
    return over && strcmp(status->code, code_name(E_TTL)) == 0;
}

/* What a notice is called in the trace. */
static const char *notice_word(const struct offer_status *status)
{
    if (is_closed(status))
        return vocab_code(VOCAB_CLOSE_REASON, CLOSE_REASON_NOT_CONFIRMED);
    if (strcmp(status->code, code_name(E_TTL)) == 0)
        return "ends_soon";
    if (strcmp(status->code, code_name(E_COORDINATOR)) == 0)
        return "no_coordinator";
    if (status->code[0] != '\0')
        return "not_reached";
    if (status->state == OFFER_STATE_WAITLISTED)
        return "waits_long";
    if (status->state == OFFER_STATE_COMPLETED || status->state == OFFER_STATE_FAILED)
        return "confirm_it";
    return lifecycle_is_taken(status->state) ? "reminder" : "overdue";
}

/* The broker's word on an offer that has not moved: a limit has passed. */
static bool take_notice(struct node *node, struct spool_case *file,
        struct spool_offer *offer, const struct offer_status *status, struct err *err)
{
    bool closed = is_closed(status);
    const char *word = notice_word(status);
    /* A code says that something was refused or has ended. */
    const char *code = strcmp(word, "ends_soon") != 0 ? status->code : "";
    if ((!closed && status->event != OFFER_EVENT_OVERDUE) || file->confirmed)
        return true;
    file->confirmed = closed;
    file->unread = true;
    file->updated_ms = node_now(node);
    offer->due_ms = (int64_t)status->due_ms;
    return spool_save_offer(node->db, offer, (struct span){NULL, 0}, err) &&
           spool_save_case(node->db, file, err) &&
           (!closed || (coordinators_moved(node, file, err) &&
                               signals_follow(node, file, err))) &&
           node_trace(node, file->number, "broker", word, code, NULL, err);
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

/* How soon this partner answers: when it was asked, and its first answer or that there
 * was none in time. */
static bool note_answer(struct node *node, const struct spool_case *file,
        const struct spool_offer *offer, enum offer_state before,
        const struct offer_status *status, struct err *err)
{
    const char *partner =
            offer->on_behalf_of[0] != '\0' ? offer->on_behalf_of : offer->target;
    bool asked =
            status->event == OFFER_EVENT_OFFER || status->event == OFFER_EVENT_TURN;
    bool over = status->event == OFFER_EVENT_EXPIRE;
    bool answers = over || status->event == OFFER_EVENT_ACCEPT ||
                   status->event == OFFER_EVENT_DECLINE ||
                   status->event == OFFER_EVENT_WAITLIST;
    if (cases_role(file) != LIFECYCLE_SENDER)
        return true;
    if (asked && status->state == OFFER_STATE_REQUESTED)
        return spool_note_asked(node->db, &offer->offer_id, partner,
                (int64_t)status->at_ms, err);
    return !answers || !lifecycle_is_undecided(before) ||
           spool_note_answered(node->db, &offer->offer_id, (int64_t)status->at_ms,
                   !over, err);
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
        return spool_save_offer(node->db, &offer, bytes, err) &&
               note_answer(node, &file, &offer, offer.state, status, err);
    if (status->version == offer.version)
        return status->state != offer.state ||
               take_notice(node, &file, &offer, status, err);
    enum offer_state before = offer.state;
    move_offer(&offer, status);
    return spool_save_offer(node->db, &offer, bytes, err) &&
           note_answer(node, &file, &offer, before, status, err) &&
           trace_step(node, &file, &offer, status, err) &&
           move_case(node, &file, &offer, before, status, err) &&
           hands_moved(node, &file, status->event, err) &&
           cancels_moved(node, file.number, err);
}

static bool fits(const struct offer_status *status, struct err *err)
{
    enum code code = fields_of_status(status);
    return code == CODE_OK || err_set(err, code, "a status that is none");
}

bool cases_answer(struct node *node, struct span bytes, struct err *err)
{
    struct signed_ thing;
    struct offer_status status;
    return session_verify(node, KIND_OFFER_STATUS, bytes, &thing, err) &&
           wire_get(&WIRE_OFFER_STATUS, thing.body, &node->scratch, &status, err) &&
           fits(&status, err) &&
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

/* Somebody has to look: what they were told they had done was not taken. */
static bool mark_unread(struct node *node, uint64_t case_number, struct err *err)
{
    struct spool_case file;
    bool found;
    if (!spool_get_case(node->db, case_number, &found, &file, err))
        return false;
    if (!found)
        return true;
    file.unread = true;
    file.updated_ms = node_now(node);
    return spool_save_case(node->db, &file, err);
}

bool cases_event_answered(struct node *node, const struct id *offer_id,
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

bool cases_event_refused(struct node *node, const struct id *offer_id,
        enum offer_event event, struct err *err)
{
    struct spool_offer offer;
    bool found;
    if (!cases_event_answered(node, offer_id, event, err) ||
            !spool_get_offer(node->db, offer_id, &found, &offer, err))
        return false;
    if (!found)
        return true;
    /* That a case was opened here is marked here, whatever the broker says. */
    return event == OFFER_EVENT_SEEN || mark_unread(node, offer.case_number, err);
}

bool cases_stand_again(struct node *node, struct spool_case *file, struct err *err)
{
    bool live;
    return stand(node, file, &live, err) && spool_save_case(node->db, file, err) &&
           coordinators_moved(node, file, err) && signals_follow(node, file, err);
}

bool cases_offer_refused(struct node *node, const struct id *offer_id, const char *code,
        struct err *err)
{
    struct spool_offer offer;
    struct spool_case file;
    bool found;
    if (!spool_get_offer(node->db, offer_id, &found, &offer, err))
        return false;
    if (!found || offer.version > 0 || offer.state != OFFER_STATE_NONE)
        return true;
    offer.state = OFFER_STATE_CANCELLED;
    snprintf(offer.code, sizeof offer.code, "%s", code);
    if (!spool_save_offer(node->db, &offer, (struct span){NULL, 0}, err) ||
            !spool_get_case(node->db, offer.case_number, &found, &file, err))
        return false;
    if (!found)
        return true;
    file.unread = true;
    file.updated_ms = node_now(node);
    return cases_stand_again(node, &file, err) && cancels_moved(node, file.number, err);
}
