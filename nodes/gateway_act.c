/* gateway_act.c - staff takes a step in a case. */
#include "core/fields.h"
#include "nodes/acts.h"
#include "nodes/cancels.h"
#include "nodes/cases.h"
#include "nodes/gateway_confidence.h"
#include "nodes/gateway_offer.h"
#include "nodes/vault.h"
#include "nodes/volunteers.h"

/* Steps of the target need the right to decide, those of the referrer the right to
 * send. */
static bool may(const struct gateway_call *call, const struct spool_case *file)
{
    return gateway_has_scope(call, cases_role(file) == LIFECYCLE_TARGET
                                           ? SCOPE_REFERRAL_DECIDE
                                           : SCOPE_REFERRAL_SEND);
}

/* Questions, or their answer, where no letter would carry them. */
static bool asks_beside(const struct act *act)
{
    bool said = act->info != NULL &&
                (act->info->n_questions > 0 || act->info->text[0] != '\0');
    return said && act->event != OFFER_EVENT_INFO_REQUEST &&
           act->event != OFFER_EVENT_INFO_REPLY;
}

/* What a step says, beside a look, a ground or a note: nobody would hear of it. */
static bool says_beside(const struct act *act, struct fields_fault *fault)
{
    bool step = act->event != OFFER_EVENT_NONE && act->event != OFFER_EVENT_SEEN;
    return !step && act->said != NULL &&
           fields_said_wrong(act->event, act->said, fault);
}

/* Exactly one of an event, a text, a ground to keep our own record. */
static bool read_order(struct gateway_call *call, struct acts_order *order)
{
    const struct act *act = call->request->act;
    struct fields_fault fault;
    if (asks_beside(act)) {
        gateway_wrong(call, E_FIELD, "info", WORDS_NOT_OF_STEP);
        return false;
    }
    int said = (act->event != OFFER_EVENT_NONE) + (act->text != NULL) +
               (act->retention != 0);
    order->is_note = said == 0 && act->n_confidence > 0;
    if (said != 1 && !order->is_note) {
        gateway_wrong(call, E_FIELD, "event", WORDS_ONE_OF);
        return false;
    }
    if (says_beside(act, &fault)) {
        gateway_wrong(call, E_FIELD, fault.name,
                fault.field == SAID_NOTE ? WORDS_NOTE_NOT_HERE : WORDS_NOT_OF_STEP);
        return false;
    }
    if (order->is_note)
        return true;
    order->event = act->event;
    order->said = act->said;
    order->info = act->info;
    order->text = act->text;
    order->expected_version = act->expected_version;
    if (act->retention != 0)
        return true;
    order->type =
            act->text != NULL ? LETTER_TYPE_TEXT : lifecycle_letter_type(act->event);
    /* The broker's own words, a new offer and handing on are no steps of this kind. */
    bool ours = order->type != LETTER_TYPE_NONE && order->type != LETTER_TYPE_PREVIEW &&
                order->event != OFFER_EVENT_FORWARD;
    if (!ours)
        gateway_refuse(call, E_TRANSITION);
    return ours;
}

/* Opening a case is marked here; the referrer hears of it the first time. */
static bool only_look(const struct acts_order *order)
{
    return order->event == OFFER_EVENT_SEEN &&
           (order->offer == NULL || cases_role(order->file) == LIFECYCLE_SENDER ||
                   order->offer->state != OFFER_STATE_REQUESTED ||
                   order->offer->pending != OFFER_EVENT_NONE);
}

/* Of candidates that are asked at once several may have a question. All else is about
 * the referral: what ends one candidate by its sender ends the list. */
static bool find_candidate(struct node *node, struct gateway_call *call,
        const struct spool_case *file, struct spool_offer *offer, bool *has_offer,
        struct err *err)
{
    const struct act *act = call->request->act;
    struct spool_offer offers[SPOOL_OFFERS_MAX];
    size_t n_offers;
    if (act->event != OFFER_EVENT_INFO_REPLY)
        return gateway_wrong(call, E_FIELD, "partner", WORDS_WHOLE_LIST);
    if (!spool_offers(node->db, file->number, offers, &n_offers, err))
        return false;
    for (size_t i = n_offers; i > 0 && !*has_offer; i--) {
        const struct spool_offer *one = &offers[i - 1];
        const char *name =
                one->on_behalf_of[0] != '\0' ? one->on_behalf_of : one->target;
        *has_offer = strcmp(name, act->partner) == 0;
        *offer = *one;
    }
    return *has_offer || gateway_wrong(call, E_NOT_FOUND, "partner", WORDS_NOT_ASKED);
}

static bool can_be_told(const struct node *node, const struct spool_offer *offer)
{
    return directory_epoch_key(node->directory, offer->target, node_now(node)) != NULL;
}

/* Who is no member any more cannot be told, and keeps nobody from ending the list: an
 * end that is said of any other candidate ends it too, and who was not asked hears
 * nothing of it. */
static bool find_reachable(struct node *node, const struct gateway_call *call,
        const struct spool_case *file, struct spool_offer *offer, struct err *err)
{
    enum offer_event event = call->request->act->event;
    struct spool_offer offers[SPOOL_OFFERS_MAX];
    size_t n_offers;
    if ((event != OFFER_EVENT_CANCEL && event != OFFER_EVENT_IN_ERROR) ||
            cases_role(file) != LIFECYCLE_SENDER || can_be_told(node, offer))
        return true;
    if (!spool_offers(node->db, file->number, offers, &n_offers, err))
        return false;
    for (size_t i = 0; i < n_offers; i++)
        if (!lifecycle_is_terminal(offers[i].state) && can_be_told(node, &offers[i])) {
            *offer = offers[i];
            break;
        }
    return true;
}

static bool find(struct node *node, struct gateway_call *call, struct spool_case *file,
        struct spool_offer *offer, bool *has_offer, struct err *err)
{
    bool found;
    *has_offer = false;
    uint64_t number = call->request->act->case_number;
    if (!spool_get_case(node->db, number, &found, file, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_NOT_FOUND, "case_number", WORDS_CASE);
    call->case_number = number;
    if (!may(call, file))
        return gateway_refuse(call, E_SCOPE);
    if (call->request->act->partner[0] != '\0')
        return find_candidate(node, call, file, offer, has_offer, err);
    if (id_is_none(&file->offer_id))
        return true;
    return spool_get_offer(node->db, &file->offer_id, has_offer, offer, err) &&
           (!*has_offer || find_reachable(node, call, file, offer, err));
}

static bool done(struct node *node, struct gateway_call *call,
        const struct acts_order *order, struct err *err)
{
    struct made made = {.case_number = order->file->number};
    if (order->offer != NULL && cancels_waits(order->file, order->offer->state))
        made.state = "to_cancel";
    else if (order->offer != NULL &&
             lifecycle_gives_up(order->offer->pending, order->offer->state))
        made.state = "given_up";
    else if (order->offer != NULL)
        made.state = offer_state_name(order->offer->pending != OFFER_EVENT_NONE
                                              ? order->offer->pending_state
                                              : order->offer->state);
    return gateway_made(node, call, &made, err);
}

/* On what ground our own record stays when the referral is cancelled or the consent
 * withdrawn: named while the work is ours to do. "none" takes it back, and destroys
 * what had stayed. */
static bool name_basis(struct node *node, struct gateway_call *call,
        const struct acts_order *order, struct err *err)
{
    struct spool_case *file = order->file;
    uint16_t basis = call->request->act->retention;
    enum offer_state state =
            order->offer != NULL ? order->offer->state : OFFER_STATE_NONE;
    bool none = basis == RETENTION_BASIS_NONE;
    if (!cases_may_keep(file, state, none))
        return gateway_refuse(call, E_TRANSITION);
    file->retention = none ? 0 : basis;
    file->updated_ms = node_now(node);
    if (!spool_save_case(node->db, file, err) ||
            !node_trace(node, file->number, order->who, "retention",
                    vocab_code(VOCAB_RETENTION_BASIS, basis), NULL, err))
        return false;
    bool stayed = none && cases_stayed(file, state);
    return (!stayed || vault_destroy_case(node, file, err)) &&
           done(node, call, order, err);
}

/* What a step says, without what stays here. */
struct saying {
    struct text text;
    struct info info;
    struct confidence confidence;
};

static bool take_confidence(struct node *node, struct gateway_call *call,
        struct acts_order *order, struct saying *saying, struct err *err)
{
    const struct act *act = call->request->act;
    if (order->text != NULL) {
        saying->text = *order->text;
        order->text = &saying->text;
        if (!gateway_confidence_take(node, call, "text.text", &saying->text.text,
                    &saying->confidence, err))
            return false;
    }
    if (order->info != NULL) {
        saying->info = *order->info;
        order->info = &saying->info;
        if (!gateway_confidence_take(node, call, "info.text", &saying->info.text,
                    &saying->confidence, err))
            return false;
    }
    return gateway_confidence_list(act->confidence, act->n_confidence,
            &saying->confidence, err);
}

/* An answer reaches who has not accepted yet: like a preview it names nobody. */
static bool answer_names(struct node *node, struct gateway_call *call,
        const struct acts_order *order, struct err *err)
{
    return order->event != OFFER_EVENT_INFO_REPLY || order->info == NULL ||
           gateway_names(node, call, order->file, "info.text", order->info->text, err);
}

/* Volunteers at their limit take on nothing more, also of what was offered before. */
static bool check_volunteers(struct node *node, struct gateway_call *call,
        const struct acts_order *order, struct err *err)
{
    bool full = false;
    if (order->event != OFFER_EVENT_ACCEPT)
        return true;
    if (!volunteers_full(node, order->file->on_behalf_of, &full, err))
        return false;
    return !full || gateway_wrong(call, E_BUSY, "case_number", WORDS_VOLUNTEERS_FULL);
}

bool gateway_act(struct node *node, struct gateway_call *call, struct err *err)
{
    struct spool_case file;
    struct spool_offer offer;
    struct acts_order order = {.file = &file, .who = gateway_actor(node, call)};
    struct saying *saying = arena_take(&node->scratch, sizeof *saying);
    struct case_line line = {.n_needs = 0};
    const char *field;
    enum words words;
    enum code code;
    bool has_offer;
    if (saying == NULL)
        return err_set(err, ERR_NOMEM, "no room for a step");
    if (!find(node, call, &file, &offer, &has_offer, err))
        return false;
    if (call->code != CODE_OK || !read_order(call, &order))
        return true;
    order.offer = has_offer ? &offer : NULL;
    /* Whatever is refused later takes this back with it. */
    if (!take_confidence(node, call, &order, saying, err) ||
            !answer_names(node, call, &order, err))
        return false;
    if (saying->confidence.n_parts > 0 && !file.key.there)
        gateway_refuse(call, E_TRANSITION);
    if (call->code != CODE_OK)
        return true;
    if (!gateway_confidence_keep(node, call, &file, &saying->confidence, err))
        return false;
    /* A note changes nothing of where the referral stands. */
    if (order.is_note)
        return gateway_made(node, call, &(struct made){.case_number = file.number},
                err);
    if (call->request->act->retention != 0)
        return name_basis(node, call, &order, err);
    if (only_look(&order)) {
        file.unread = false;
        return spool_save_case(node->db, &file, err) && done(node, call, &order, err);
    }
    if (!has_offer)
        return gateway_refuse(call, E_TRANSITION);
    /* Each need has its outcome; nothing else looks into the case. */
    if (order.event == OFFER_EVENT_OUTCOME && !cases_line(node, &file, &line, err))
        return false;
    if (acts_field_wrong(&order, line.needs, line.n_needs, &field, &words))
        return gateway_wrong(call, E_FIELD, field, words);
    if (!check_volunteers(node, call, &order, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    bool ok = cancels_is_early(&order) ? cancels_take(node, &order, &code, err)
                                       : acts_take(node, &order, &code, err);
    if (!ok)
        return false;
    if (code != CODE_OK) {
        call->judged = order.judged;
        /* Of what a step says only its date is judged by where the offer stands. */
        return code == E_FIELD ? gateway_wrong(call, code, "said.due_ms", WORDS_DUE)
                               : gateway_refuse(call, code);
    }
    return volunteers_settle(node, err) && done(node, call, &order, err);
}
