/* cases.c - making cases, keeping and reading what was said in them. */
#include "nodes/cases.h"

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

bool cases_never_was(const struct spool_offer *offer)
{
    return offer->state == OFFER_STATE_CANCELLED && offer->version == 0;
}

bool cases_was_refused(const struct spool_case *file, const struct spool_offer *offer)
{
    return cases_never_was(offer) && offer->code[0] != '\0' && file->cancelling == 0;
}

enum referral_state cases_referral_of(const struct spool_case *file,
        const struct spool_offer *offers, size_t n_all, size_t *n_offers)
{
    enum offer_state states[SPOOL_OFFERS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < n_all; i++)
        if (!cases_never_was(&offers[i]))
            states[n++] = offers[i].state;
    *n_offers = n;
    return n == 0 && n_all > 0 ? REFERRAL_REVOKED
                               : lifecycle_referral(states, n, file->confirmed);
}

bool cases_referral(struct node *node, const struct spool_case *file,
        enum referral_state *state, size_t *n_offers, struct err *err)
{
    struct spool_offer offers[SPOOL_OFFERS_MAX];
    size_t n_all;
    if (!spool_offers(node->db, file->number, offers, &n_all, err))
        return false;
    *state = cases_referral_of(file, offers, n_all, n_offers);
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

/* ------------------------------------------------------------- our own record */

/* Cancelled already, and still there: it stayed then. */
bool cases_stays(const struct spool_case *file, enum offer_state before,
        enum offer_event event)
{
    bool begun =
            before == OFFER_STATE_IN_PROGRESS || before == OFFER_STATE_ON_HOLD ||
            before == OFFER_STATE_CANCELLED || before == OFFER_STATE_EXPIRED ||
            (before == OFFER_STATE_ACCEPTED && event != OFFER_EVENT_CONSENT_WITHDRAWN);
    bool ends = event == OFFER_EVENT_CANCEL || event == OFFER_EVENT_EXPIRE ||
                event == OFFER_EVENT_CONSENT_WITHDRAWN;
    return begun && ends && file->retention != 0 && file->key.there;
}

/* The work is done, and the target's record of it stays for its term. */
static bool content_stays(enum offer_state state)
{
    return state == OFFER_STATE_COMPLETED || state == OFFER_STATE_FAILED;
}

bool cases_stayed(const struct spool_case *file, enum offer_state state)
{
    bool ended = state == OFFER_STATE_CANCELLED || state == OFFER_STATE_EXPIRED;
    return ended && file->key.there;
}

bool cases_may_keep(const struct spool_case *file, enum offer_state state, bool none)
{
    bool done = file->key.there && file->retention > RETENTION_BASIS_NONE &&
                content_stays(state);
    return cases_role(file) == LIFECYCLE_TARGET &&
           (lifecycle_is_taken(state) || (none && (done || cases_stayed(file, state))));
}
