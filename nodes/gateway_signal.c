/* gateway_signal.c - a needs-signal about one person: with the person's consent, or on
 * vital interest to a reporting point. */
#include <stdio.h>

#include "nodes/cases.h"
#include "nodes/consents_explain.h"
#include "nodes/disclose.h"
#include "nodes/gateway_confidence.h"
#include "nodes/gateway_neighbours.h"
#include "nodes/gateway_signals.h"
#include "nodes/letters.h"
#include "nodes/whose.h"

struct signalling {
    const struct raise_signal *raise; /* as it was asked, or said */
    struct raise_signal said;         /* with the municipality of its sector */
    struct signal signal;             /* with its correlation id */
    struct consents_record record;
    struct consents_known known;
    struct key32 salt; /* in its record_hash */
    const char *senders[1];
    const char *recipients[1];
    uint16_t purposes[1];
    uint16_t categories[24];
    struct spool_case file;
    struct spool_judged judged;
    struct letter_plan plan;
    struct confidence confidence; /* what stays here */
    struct whose_ask whose;
};

static bool is_shop(const struct node *node)
{
    const struct member *self = node_self(node);
    return self != NULL && self->partner_type == PARTNER_TYPE_SHOP;
}

/* A shop tells what it saw, and not of whom: the reporting point calls it. */
static void check_alert(struct node *node, struct gateway_call *call,
        const struct signal *signal)
{
    if (signal == NULL)
        return;
    if (signal->person[0] != '\0')
        gateway_wrong(call, E_ALERT, "signal.person", WORDS_ALERT_NAMES);
    if (signal->phone[0] != '\0')
        gateway_wrong(call, E_ALERT, "signal.phone", WORDS_ALERT_NAMES);
    gateway_open_text(node, call, "signal.text", signal->text, true);
}

/* A sector says its municipality by the steward's table of today; that pair goes along
 * from here on, whatever the table says later. */
static void take_place(struct node *node, struct gateway_call *call,
        struct signalling *work)
{
    const char *place = work->signal.place;
    const char *area = work->said.area;
    bool sector = place[0] != '\0' && !ids_area_ok(place);
    int32_t today = time_brussels_day(node_now(node));
    if (sector)
        gateway_place(node, call, "signal.place", place);
    const char *lies_in =
            sector ? directory_area_of(node->directory, place, today) : place;
    if (lies_in == NULL)
        return;
    if (area[0] == '\0')
        work->said.area = lies_in;
    else if (lies_in[0] != '\0' && strcmp(area, lies_in) != 0)
        gateway_wrong(call, E_FIELD, "area", WORDS_AREA_OF_SECTOR);
    gateway_area(node, call, "area", work->said.area);
    work->signal.place = sector ? place : "";
}

static void check_fields(struct node *node, struct gateway_call *call,
        struct signalling *work)
{
    const struct raise_signal *raise = work->raise;
    const struct signal *signal = raise->signal;
    const struct member *server =
            gateway_partner(node, call, "recipient", raise->recipient);
    if (server != NULL && strcmp(server->partner, raise->recipient) != 0)
        gateway_wrong(call, E_FIELD, "recipient", WORDS_PARTNER);
    if (raise->urgency == 0)
        gateway_wrong(call, E_FIELD, "urgency", WORDS_MISSING);
    if (signal == NULL || (signal->n_needs == 0 && signal->n_observations == 0))
        gateway_wrong(call, E_FIELD, "signal.needs", WORDS_MISSING);
    if (is_shop(node))
        check_alert(node, call, signal);
    else if (signal == NULL || text_is_blank(signal->person))
        gateway_wrong(call, E_FIELD, "signal.person", WORDS_MISSING);
}

uint16_t gateway_signal_purpose(const struct consent_give *given)
{
    for (size_t i = 0; i < given->n_purposes; i++)
        if (given->purposes[i] == PURPOSE_CARE_COORDINATION)
            return given->purposes[i];
    return given->n_purposes > 0 ? given->purposes[0] : 0;
}

static bool with_consent(struct node *node, struct gateway_call *call,
        struct signalling *work, struct err *err)
{
    bool found;
    if (!consents_get(node, work->raise->consent_number, &found, &work->record, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_CONSENT_NONE, "consent_number", WORDS_CONSENT);
    work->known.withdrawn = work->record.row.withdrawn_ms != 0;
    consents_mint(node, &work->record, work->senders, &work->known.capsule,
            &work->salt);
    work->file.consent = work->raise->consent_number;
    work->file.purpose = gateway_signal_purpose(&work->record.given);
    return true;
}

static void without_consent(struct node *node, struct gateway_call *call,
        struct signalling *work)
{
    const struct member *recipient =
            directory_member(node->directory, work->raise->recipient);
    struct content content = {.signal = &work->signal};
    const struct member *self = node_self(node);
    bool from_point = self != NULL && self->partner_type == PARTNER_TYPE_MELDPUNT;
    bool to_point =
            recipient != NULL &&
            (recipient->partner_type == PARTNER_TYPE_MELDPUNT ||
                    (from_point && recipient->partner_type == PARTNER_TYPE_CRISIS));
    if (!to_point) {
        gateway_wrong(call, E_SECRECY, "recipient", WORDS_MELDPUNT);
        return;
    }
    size_t n = disclose_rows(disclose_content(&content).categories, work->categories,
            COUNT_OF(work->categories));
    work->recipients[0] = work->raise->recipient;
    work->purposes[0] = work->file.purpose = PURPOSE_CRISIS_HELP;
    consents_mint_vital(node, work->senders, work->recipients, work->purposes,
            work->categories, n, &work->known.capsule);
}

static bool plan(struct node *node, struct gateway_call *call, struct signalling *work,
        struct err *err)
{
    enum code code;
    work->known.there = true;
    work->file.consent_id = work->known.capsule.consent_id;
    work->plan.file = &work->file;
    work->plan.type = LETTER_TYPE_SIGNAL;
    work->plan.content.signal = &work->signal;
    memcpy(work->plan.recipient, work->file.other, sizeof work->plan.recipient);
    if (!letters_plan(node, &work->plan, &code, err))
        return false;
    if (code == E_UNREACHABLE)
        return gateway_wrong(call, code, "recipient", WORDS_NO_KEY);
    if (code != CODE_OK)
        return gateway_refuse(call, code);
    struct consents_ask ask = {
            .core = &work->plan.core,
            .known = &work->known,
            .actual_categories = work->plan.disclosure.categories,
    };
    code = consents_judge(node, &ask);
    if (!consents_judged(node, &ask, SPOOL_POINT_SENDING, code, &work->judged, err))
        return false;
    if (code != CODE_OK)
        call->judged = work->judged;
    bool partnership = code == E_PARTNERSHIP || code == E_SECRECY;
    if (partnership && work->raise->consent_number == 0)
        return gateway_wrong(call, code, "recipient", WORDS_CRISIS_PARTNERSHIP);
    return gateway_refuse(call, code);
}

static bool write_case(struct node *node, struct gateway_call *call,
        struct signalling *work, struct err *err)
{
    struct spool_case *file = &work->file;
    const char *who = gateway_actor(node, call);
    uint64_t seq;
    if (!cases_new(node, file, err) ||
            !cases_keep(node, file, who, OFFER_EVENT_NONE, LETTER_TYPE_SIGNAL,
                    work->plan.packed, &file->content, err))
        return false;
    struct spool_submission submission = {
            .submission_id = node_random_id(),
            .case_number = file->number,
            .consent_id = file->consent_id,
            .at_ms = node_now(node),
    };
    work->judged.case_number = file->number;
    return spool_save_case(node->db, file, err) &&
           signals_begin(node, file, &work->signal, file->consent != 0, err) &&
           spool_put_judged(node->db, &work->judged, err) &&
           consents_put(node, &work->known.capsule,
                   file->consent != 0 ? &work->record : NULL, &work->salt, err) &&
           spool_put_submission(node->db, &submission, &seq, err) &&
           letters_send(node, &work->plan, seq, 0, file->content, err) &&
           letters_trace(node, &work->plan, who, "sent", err) &&
           gateway_confidence_keep(node, call, file, &work->confidence, err);
}

/* Seal it for one reader, once everything else was looked at; a refusal leaves nothing.
 */
static bool send_one(struct node *node, struct gateway_call *call,
        struct signalling *work, struct err *err)
{
    if (id_is_none(&work->signal.correlation_id))
        work->signal.correlation_id = node_random_id();
    work->senders[0] = node->partner;
    work->file = (struct spool_case){
            .kind = CASE_KIND_SIGNAL_OUT,
            .referral_id = node_random_id(),
            .urgency = work->raise->urgency,
    };
    snprintf(work->file.other, sizeof work->file.other, "%s", work->raise->recipient);
    snprintf(work->file.area, sizeof work->file.area, "%s", work->raise->area);
    if (work->raise->consent_number == 0)
        without_consent(node, call, work);
    else if (!with_consent(node, call, work, err))
        return false;
    if (call->code == CODE_OK && !plan(node, call, work, err))
        return false;
    return call->code != CODE_OK || write_case(node, call, work, err);
}

bool gateway_signal_send(struct node *node, const struct gateway_call *call,
        const struct raise_signal *raise, struct share *share, struct err *err)
{
    struct gateway_call one = {.request = call->request, .lang = call->lang};
    struct signalling *work = arena_take(&node->scratch, sizeof *work);
    if (work == NULL)
        return err_set(err, ERR_NOMEM, "no room for a signal");
    *work = (struct signalling){.raise = raise, .signal = *raise->signal};
    *share = (struct share){.partner = raise->recipient, .code = ""};
    if (!send_one(node, &one, work, err))
        return false;
    if (one.code != CODE_OK)
        share->code = code_name(one.code);
    else
        share->case_number = work->file.number;
    return true;
}

/* With the person's consent it goes to who subscribed as well, as far as that consent
 * names them; without it, to nobody but the reporting point. */
static bool reply_with(struct node *node, struct gateway_call *call,
        const struct signalling *work, struct err *err)
{
    struct made made = {.case_number = work->file.number, .state = "sent"};
    struct raise_signal raise = *work->raise;
    raise.signal = &work->signal;
    return gateway_signal_share(node, call, &raise, raise.recipient, NULL, &made,
                   err) &&
           gateway_made(node, call, &made, err);
}

static bool is_theirs(struct node *node, struct gateway_call *call,
        struct signalling *work, struct err *err)
{
    const struct raise_signal *raise = work->raise;
    return raise->consent_number == 0 ||
           whose_check_signal(node, call, raise->consent_number, &work->signal,
                   raise->same_person, &work->whose, err);
}

static bool send_and_reply(struct node *node, struct gateway_call *call,
        struct signalling *work, struct err *err)
{
    return send_one(node, call, work, err) &&
           (call->code != CODE_OK ||
                   (whose_keep(node, call, &work->whose, work->file.number, err) &&
                           reply_with(node, call, work, err)));
}

bool gateway_signal(struct node *node, struct gateway_call *call, struct err *err)
{
    struct signalling *work = arena_take(&node->scratch, sizeof *work);
    if (work == NULL)
        return err_set(err, ERR_NOMEM, "no room for a signal");
    work->raise = call->request->signal;
    if (node_disk_low(node))
        return gateway_refuse(call, E_DISK);
    if (directory_age_days(node->directory, node_now(node)) >=
            DIRECTORY_NO_REFERRALS_DAYS)
        return gateway_refuse(call, E_DIRECTORY);
    check_fields(node, call, work);
    if (work->raise->signal == NULL)
        return true;
    work->signal = *work->raise->signal;
    work->said = *work->raise;
    work->raise = &work->said;
    take_place(node, call, work);
    if (!is_theirs(node, call, work, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    if (!gateway_confidence_take(node, call, "signal.text", &work->signal.text,
                &work->confidence, err) ||
            !gateway_confidence_list(work->raise->confidence, work->raise->n_confidence,
                    &work->confidence, err))
        return false;
    return call->code != CODE_OK || send_and_reply(node, call, work, err);
}
