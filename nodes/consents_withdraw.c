/* consents_withdraw.c - taking a consent back: ours, or one that comes by mail. */
#include "nodes/audit.h"
#include "nodes/awaited.h"
#include "nodes/cases.h"
#include "nodes/consents.h"
#include "nodes/hands.h"
#include "nodes/session.h"
#include "nodes/vault.h"

/* Once a partner's work is done, its own record stays; before that, what came under the
 * consent goes. */
static bool content_goes(enum offer_state state)
{
    return state != OFFER_STATE_COMPLETED && state != OFFER_STATE_FAILED;
}

static bool stop_case(struct node *node, struct spool_case *file, bool registered,
        struct err *err)
{
    struct spool_offer offer = {.state = OFFER_STATE_NONE};
    bool found = false;
    bool in = file->kind == CASE_KIND_REFERRAL_IN ||
              file->kind == CASE_KIND_SIGNAL_IN || hands_is_onward(file);
    /* A coordinator contacts nobody; what it was shown goes. */
    if (file->kind == CASE_KIND_ESCALATION)
        return vault_destroy_case(node, file, err);
    file->stop_contact = true;
    file->unread = true;
    file->updated_ms = node_now(node);
    if (!id_is_none(&file->offer_id) &&
            !spool_get_offer(node->db, &file->offer_id, &found, &offer, err))
        return false;
    if (!node_trace(node, file->number, node->partner, "stop_contact",
                code_name(E_CONSENT_WITHDRAWN), NULL, err))
        return false;
    bool stays = cases_stays(file, offer.state, OFFER_EVENT_CONSENT_WITHDRAWN);
    if (in && stays && !vault_keep_case(node, file, err))
        return false;
    /* A signal has no offer whose end would say so. */
    if (file->kind == CASE_KIND_SIGNAL_OUT && registered &&
            !awaited_begin(node, file, &file->offer_id, err))
        return false;
    if (in && !stays && content_goes(offer.state) &&
            !vault_destroy_case(node, file, err))
        return false;
    return spool_save_case(node->db, file, err);
}

/* Letters that never left do not leave any more, and their offers never were. */
static bool stop_offers(struct node *node, struct spool_case *file, struct err *err)
{
    struct spool_offer offers[SPOOL_OFFERS_MAX];
    size_t n_offers;
    bool any = false;
    if (!spool_offers(node->db, file->number, offers, &n_offers, err))
        return false;
    for (size_t i = 0; i < n_offers; i++) {
        if (offers[i].version > 0 || offers[i].state != OFFER_STATE_NONE)
            continue;
        offers[i].state = OFFER_STATE_CANCELLED;
        if (!spool_save_offer(node->db, &offers[i], (struct span){NULL, 0}, err))
            return false;
        any = true;
    }
    return !any || cases_stand_again(node, file, err);
}

/* What a withdrawal means here, whoever signed it. registered: the broker knows it. */
static bool take_effect(struct node *node, const struct id *consent_id, bool registered,
        struct err *err)
{
    struct spool_case file = {.number = 0};
    bool found = true;
    if (!spool_stop_submissions(node->db, consent_id, err))
        return false;
    while (found) {
        if (!spool_case_of_consent(node->db, consent_id, file.number, &found, &file,
                    err))
            return false;
        if (found && (!stop_case(node, &file, registered, err) ||
                             !stop_offers(node, &file, err)))
            return false;
    }
    return true;
}

static bool sign_own(struct node *node, const struct id *consent_id, uint16_t reason,
        struct spool_withdrawal *row, struct err *err)
{
    int64_t now = node_now(node);
    struct withdrawal body = {
            .v = 1,
            .consent_id = *consent_id,
            .at_ms = (uint64_t)now,
            .by = node->partner,
            .reason = reason,
    };
    struct span packed;
    *row = (struct spool_withdrawal){.consent_id = *consent_id,
            .own = true,
            .at_ms = now};
    return (wire_put_arena(&WIRE_WITHDRAWAL, &body, &node->scratch, &packed, err) &&
                   signed_make(node->partner, node->home.identity, KIND_WITHDRAWAL,
                           packed, &node->scratch, &row->bytes, err)) ||
           err_wrap(err, "withdrawal");
}

bool consents_withdraw(struct node *node, const struct id *consent_id, uint16_t reason,
        struct err *err)
{
    struct spool_withdrawal row;
    bool fresh;
    if (!sign_own(node, consent_id, reason, &row, err) ||
            !spool_put_withdrawal(node->db, &row, &fresh, err))
        return false;
    node->session.withdraw_due = true;
    return !fresh || take_effect(node, consent_id, false, err);
}

bool consents_withdraw_again(struct node *node, const struct spool_withdrawal *theirs,
        struct err *err)
{
    struct spool_withdrawal row;
    struct signed_ thing;
    struct withdrawal said;
    if (!wire_get(&WIRE_SIGNED, theirs->bytes, &node->scratch, &thing, err) ||
            !wire_get(&WIRE_WITHDRAWAL, thing.body, &node->scratch, &said, err) ||
            !sign_own(node, &theirs->consent_id, said.reason, &row, err))
        return false;
    node->session.withdraw_due = true;
    return spool_own_withdrawal(node->db, &row, err);
}

/* Told to one partner, of what went there. Whether it was meant for the rest of the
 * record too, only the person can say: who collected it is to ask. */
static bool tell_of_rest(struct node *node, const struct withdrawal *withdrawal,
        uint64_t record, struct err *err)
{
    struct spool_consent row;
    struct spool_case file;
    bool found, used = false;
    if (record == 0 || strcmp(withdrawal->by, node->partner) == 0)
        return true;
    if (!spool_get_consent(node->db, record, &node->scratch, &found, &row, err) ||
            !spool_case_using(node->db, &withdrawal->consent_id, &used, &file, err))
        return false;
    return !found || !used || !consents_holds(&row, node_now(node)) ||
           node_trace(node, file.number, withdrawal->by, "withdrawn_there", "", NULL,
                   err);
}

/* Of a consent that is not known here nothing is here either, and to deny is the safe
 * side. */
static bool may_withdraw(const struct node *node, const struct consent *capsule,
        const char *by)
{
    const struct member *member = directory_member(node->directory, by);
    return consent_may_concern(capsule, by, member != NULL ? member->partner_type : 0);
}

/* What the broker's log holds was taken while its signer was a member. That it has left
 * or was revoked since changes nothing of what the person said. */
static bool read_recall(struct node *node, struct span bytes, uint64_t log_leaf,
        struct withdrawal *withdrawal, struct err *err)
{
    struct signed_ thing;
    bool logged = log_leaf != 0;
    bool ok = logged ? signed_get_registered(node->cache, node->directory,
                               KIND_WITHDRAWAL, bytes, &node->scratch, &thing, err)
                     : session_verify(node, KIND_WITHDRAWAL, bytes, &thing, err);
    if (!ok || !wire_get(&WIRE_WITHDRAWAL, thing.body, &node->scratch, withdrawal, err))
        return false;
    if (!logged &&
            !signed_in_time(node->directory, &thing, (int64_t)withdrawal->at_ms, err))
        return false;
    return strcmp(thing.signer, withdrawal->by) == 0 ||
           err_set(err, E_AUTH, "a withdrawal signed by somebody else");
}

bool consents_recall(struct node *node, struct span bytes, uint64_t log_leaf,
        struct err *err)
{
    struct withdrawal withdrawal;
    if (!read_recall(node, bytes, log_leaf, &withdrawal, err))
        return false;
    struct consents_known known;
    if (!consents_known(node, &withdrawal.consent_id, &known, err))
        return false;
    if (known.there && !may_withdraw(node, &known.capsule, withdrawal.by))
        return err_set(err, E_AUTH, "%s has no part in this consent", withdrawal.by);
    int64_t now = node_now(node);
    struct spool_withdrawal row = {
            .consent_id = withdrawal.consent_id,
            .at_ms = (int64_t)withdrawal.at_ms,
            .registered_ms = now,
            .bytes = bytes,
    };
    bool full;
    bool fresh;
    if (!spool_withdrawals_full(node->db, &row.consent_id, CONSENTS_EARLY_MAX, &full,
                err))
        return false;
    if (full)
        return err_set(err, E_BUSY, "too many withdrawals of consents not known here");
    if (!spool_put_withdrawal(node->db, &row, &fresh, err))
        return false;
    log_info(node->log, now, "recall", "by=%s", withdrawal.by);
    const struct audit_thing word = {
            .kind = KIND_WITHDRAWAL,
            .bytes = bytes,
            .about = row.consent_id,
            .log_leaf = log_leaf,
    };
    if (!audit_keep(node, &word, err))
        return false;
    /* Our own word, which this store has lost: what the person took back was the
     * record. */
    bool ours = fresh && known.record != 0 && strcmp(withdrawal.by, node->partner) == 0;
    if (ours && !spool_consent_withdrawn(node->db, known.record, row.at_ms, err))
        return false;
    return !fresh || (take_effect(node, &withdrawal.consent_id, true, err) &&
                             tell_of_rest(node, &withdrawal, known.record, err));
}
