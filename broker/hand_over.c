/* hand_over.c - may a letter leave? What it needs is asked again in the transaction
 * that says it left. */
#include "broker/hand_over.h"
#include "broker/put.h"

/* What its target wrote while it held the offer still reaches who referred, when it has
 * said since how it ended. */
static bool was_held(const struct mail_facts *facts)
{
    bool reported = facts->offer_state == OFFER_STATE_COMPLETED ||
                    facts->offer_state == OFFER_STATE_FAILED;

    return lifecycle_is_taken(facts->offer_state) ||
           (reported && facts->letter.sender == facts->offer_target);
}

/* What consent_decide looks at, from what the mail was read with; it points into core
 * and capsule. */
static bool needs_of(struct broker *broker, const struct mail_facts *facts,
        struct letter_core *core, struct consent *capsule, struct consent_case *needs,
        struct err *err)
{
    const struct partner *collector = partners_get(broker->partners, facts->collector);
    struct arena *arena = &broker->frame;

    arena_reset(arena, 0);
    if (!put_core(facts->sealed, arena, core, err))
        return false;
    if (facts->consent.len > 0) {
        if (!capsules_get(broker->capsules, &facts->consent_hash, facts->consent,
                    capsule, err))
            return false;
        needs->capsule = capsule;
    }
    needs->withdrawn = facts->withdrawn;
    needs->conflict = facts->conflict;
    needs->stale = !facts->confirmed && (collector == NULL || !collector->in_step);
    if (facts->offer_state != OFFER_STATE_NONE) {
        needs->offer_sender = partners_name(broker->partners, facts->offer_sender);
        needs->offer_target = partners_name(broker->partners, facts->offer_target);
    }
    needs->offer_accepted = was_held(facts);
    needs->onward_used = facts->offer_depth;
    put_needs(broker, core, needs);
    return core->type != LETTER_TYPE_OVERVIEW ||
           put_overview_hands(broker, core, facts->letter.consent, &needs->onward_used,
                   err);
}

static bool judge(struct broker *broker, const struct mail_facts *facts,
        enum hand_over *verdict, enum code *code, struct err *err)
{
    const struct letter_row *letter = &facts->letter;
    const struct partner *sender = partners_get(broker->partners, letter->sender);
    struct letter_core core;
    struct consent capsule;
    struct hand_over_facts judged = {
            .now_ms = broker->now_ms,
            .expires_ms = letter->expires_ms,
            .recipient_live = true,
            .sender_live =
                    sender != NULL && directory_live_member(broker->directory,
                                              sender->name, broker->now_ms) != NULL,
            .sender_suspended = sender != NULL && sender->suspended,
            .class_ = lifecycle_class(letter->type),
    };

    if (judged.class_ == LETTER_CLASS_PERSONAL &&
            !needs_of(broker, facts, &core, &capsule, &judged.needs, err))
        return false;
    *verdict = decide_hand_over(&judged, code);
    return true;
}

/* It leaves: the lease, and for a personal letter that it can no longer be held back.
 * *log_leaf tells of it. */
static bool lease(struct broker *broker, const struct partner *partner,
        const struct mail_facts *facts, uint64_t *log_leaf, struct err *err)
{
    const struct letter_row *letter = &facts->letter;
    struct handed_row handed = {
            .msg_id = letter->msg_id,
            .partner = partner->no,
            .type = letter->type,
            .at_ms = broker->now_ms,
    };
    struct record record = {
            .kind = "hand_over",
            .msg_id = &letter->msg_id,
            .core_hash = &letter->core_hash,
            .actor = partners_name(broker->partners, letter->sender),
            .recipient = partner->name,
            .decision = "handed_over",
            .consent_hash = letter->consent != 0 ? &facts->consent_hash : NULL,
    };

    broker->n_handed++;
    /* Offered again on a new connection: it has left already. */
    *log_leaf = letter->last_leaf;
    if (letter->state == LETTER_HANDED)
        return true;
    if (!record_audit(broker, &record, err))
        return false;
    *log_leaf = record_leaf(broker);
    return ledger_letter_handed(broker->ledger, letter->no, *log_leaf, err) &&
           (letter->consent == 0 ||
                   ledger_handed_add(broker->ledger, letter->consent, &handed, err));
}

void hand_over_hold(struct session *session, const struct mail_row *mail)
{
    uint64_t *held = &session->held[mail->priority];

    if (*held == 0 || mail->mail_id < *held)
        *held = mail->mail_id;
}

/* What may not leave ends here. Did it leave before, then only its reader knows whether
 * it came: no byte goes again, and the reader is asked. */
static bool deny(struct broker *broker, const struct letter_row *letter,
        enum letter_state state, enum code code, struct leaving *leaving,
        struct err *err)
{
    if (letter->state != LETTER_HANDED)
        return record_end_unread(broker, letter, state, code_name(code), err);
    *leaving = (struct leaving){.go = true, .ends = state, .code = code};
    return true;
}

/* A letter from before this store was put back to an older copy, whose offer has ended
 * since: it may have come to its reader in the time that is lost. */
static bool may_have_come(const struct mail_facts *facts)
{
    return facts->offer_restored && lifecycle_is_terminal(facts->offer_state) &&
           lifecycle_class(facts->letter.type) == LETTER_CLASS_PERSONAL;
}

/* Its reader is asked, when it has brought what it knows of; who never was handed
 * anything of the offer does not learn of it now. */
static bool ask_reader(struct broker *broker, struct partner *partner,
        const struct mail_facts *facts, struct leaving *leaving, struct err *err)
{
    const struct letter_row *letter = &facts->letter;
    enum code code = facts->withdrawn ? E_CONSENT_WITHDRAWN : E_TRANSITION;
    bool knows = true;
    struct record record = {
            .kind = "hand_over",
            .msg_id = &letter->msg_id,
            .core_hash = &letter->core_hash,
            .actor = partners_name(broker->partners, letter->sender),
            .recipient = partner->name,
            .decision = "asked",
            .code = code_name(code),
    };

    if (!partner->in_step) {
        hand_over_hold(&partner->session, &facts->mail);
        return true;
    }
    if (letter->state == LETTER_HANDED)
        return deny(broker, letter, LETTER_RECALLED, code, leaving, err);
    if (partner->no == facts->offer_target &&
            !ledger_handed_to(broker->ledger, letter->consent, partner->no, &knows,
                    err))
        return false;
    if (!knows)
        return deny(broker, letter, LETTER_RECALLED, code, leaving, err);
    *leaving = (struct leaving){.go = true, .ends = LETTER_RECALLED, .code = code};
    return record_audit(broker, &record, err) &&
           ledger_letter_handed(broker->ledger, letter->no, record_leaf(broker), err);
}

bool hand_over_letter(struct broker *broker, struct partner *partner,
        const struct mail_facts *facts, struct leaving *leaving, struct err *err)
{
    const struct letter_row *letter = &facts->letter;
    enum hand_over verdict;
    enum code code;

    *leaving = (struct leaving){.go = false};
    /* Its end is due already, and one of the next turns has room for it. */
    if (letter->check_ms == LEDGER_OWED_MS)
        return true;
    if (may_have_come(facts))
        return ask_reader(broker, partner, facts, leaving, err);
    if (!judge(broker, facts, &verdict, &code, err))
        return false;
    switch (verdict) {
    case HAND_OVER_GO:
        leaving->go = true;
        return lease(broker, partner, facts, &leaving->log_leaf, err);
    case HAND_OVER_WAIT: hand_over_hold(&partner->session, &facts->mail); return true;
    case HAND_OVER_RECALL:
        return deny(broker, letter, LETTER_RECALLED, code, leaving, err);
    case HAND_OVER_EXPIRE:
        return deny(broker, letter, LETTER_EXPIRED, code, leaving, err);
    }
    return err_set(err, ERR_INTERNAL, "a hand-over without a verdict");
}
