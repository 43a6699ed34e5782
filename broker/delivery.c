/* delivery.c - hand-over: mail leaves as far as the credits reach, and what a letter
 * needs is asked again in the transaction that says it left. */
#include <stdio.h>

#include "broker/put.h"
#include "core/wire.h"

enum {
    DELIVER_FRAME_BYTES =
            900 * 1024, /* mail in one frame; the largest letter still fits behind it */
    DELIVER_FRAME_MAIL = 64,
    CRISIS_CREDITS = 8, /* that other mail leaves over while it is on its way */
};

/* One recipient's mail of this turn. */
struct delivery {
    struct partner *partner;
    struct mail mail[DELIVER_FRAME_MAIL];
    size_t n_mail;
    size_t frame_bytes;
    size_t *turn_bytes; /* of all recipients together */
    bool more;
};

static bool flush(struct broker *broker, struct delivery *delivery, struct err *err)
{
    struct deliver deliver = {.mail = delivery->mail, .n_mail = delivery->n_mail};
    struct frame frame = {.v = 1, .deliver = &deliver};

    if (delivery->n_mail == 0)
        return true;
    delivery->n_mail = 0;
    delivery->frame_bytes = 0;
    return turn_send(broker, broker->bus, delivery->partner->session.conn, &frame, err);
}

/* ---- may it leave? ---- */

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
    needs->offer_accepted = lifecycle_is_taken(facts->offer_state);
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

/* It stays where it is until delivery_again. */
static void hold(struct session *session, const struct mail_row *mail)
{
    uint64_t *held = &session->held[mail->priority];

    if (*held == 0 || mail->mail_id < *held)
        *held = mail->mail_id;
}

/* How a mail is in this delivery. */
struct leaving {
    bool go;                /* false: it waits, or has ended here */
    enum letter_state ends; /* see in_flight */
    enum code code;
    uint64_t log_leaf; /* of its hand-over, or of the receipt that it is */
};

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
        hold(&partner->session, &facts->mail);
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

static bool hand_over(struct broker *broker, struct partner *partner,
        const struct mail_facts *facts, struct leaving *leaving, struct err *err)
{
    const struct letter_row *letter = &facts->letter;
    enum hand_over verdict;
    enum code code;

    *leaving = (struct leaving){.go = false};
    if (may_have_come(facts))
        return ask_reader(broker, partner, facts, leaving, err);
    if (!judge(broker, facts, &verdict, &code, err))
        return false;
    switch (verdict) {
    case HAND_OVER_GO:
        leaving->go = true;
        return lease(broker, partner, facts, &leaving->log_leaf, err);
    case HAND_OVER_WAIT: hold(&partner->session, &facts->mail); return true;
    case HAND_OVER_RECALL:
        return deny(broker, letter, LETTER_RECALLED, code, leaving, err);
    case HAND_OVER_EXPIRE:
        return deny(broker, letter, LETTER_EXPIRED, code, leaving, err);
    }
    return err_set(err, ERR_INTERNAL, "a hand-over without a verdict");
}

/* ---- one mail, one recipient, all recipients ---- */

static struct mail ask_of(const struct broker *broker, const struct mail_facts *facts)
{
    return (struct mail){
            .mail_id = facts->mail.mail_id,
            .ask = facts->letter.msg_id,
            .ask_sender = partners_name(broker->partners, facts->letter.sender),
    };
}

static struct mail mail_of(const struct mail_facts *facts, uint64_t log_leaf)
{
    const struct mail_row *row = &facts->mail;
    struct mail mail = {.mail_id = row->mail_id, .log_leaf = log_leaf};

    switch (row->kind) {
    case MAIL_LETTER:
        mail.letter = facts->sealed;
        mail.status = row->bytes;
        if (facts->letter.consent != 0)
            mail.consent = facts->consent;
        break;
    case MAIL_RECEIPT: mail.receipt = row->bytes; break;
    case MAIL_STATUS: mail.status = row->bytes; break;
    case MAIL_WITHDRAWAL: mail.withdrawal = row->bytes; break;
    case MAIL_ESCALATION: mail.escalation = row->bytes; break;
    case MAIL_RESEAL:
        if (row->bytes.len == sizeof mail.reseal.b)
            memcpy(mail.reseal.b, row->bytes.at, sizeof mail.reseal.b);
        break;
    }
    return mail;
}

static bool add_mail(struct broker *broker, struct delivery *delivery,
        const struct mail_facts *facts, const struct leaving *leaving, size_t bytes,
        struct err *err)
{
    struct session *session = &delivery->partner->session;

    bool full = delivery->n_mail == DELIVER_FRAME_MAIL ||
                delivery->frame_bytes + bytes > DELIVER_FRAME_BYTES;
    if (full && !flush(broker, delivery, err))
        return false;
    delivery->mail[delivery->n_mail++] = leaving->ends != 0
                                                 ? ask_of(broker, facts)
                                                 : mail_of(facts, leaving->log_leaf);
    delivery->frame_bytes += bytes;
    *delivery->turn_bytes += bytes;
    session->flight[session->n_flight++] = (struct in_flight){
            .mail_id = facts->mail.mail_id,
            .priority = facts->mail.priority,
            .size = facts->mail.size,
            .letter = facts->mail.kind == MAIL_LETTER ? facts->letter.no : 0,
            .ends = leaving->ends,
            .code = leaving->code,
    };
    session->credit_letters--;
    session->credit_bytes -= bytes;
    return true;
}

/* Has this turn, or this session, no room for more? Then mail_due says whether to look
 * again by itself. */
static bool is_full(struct broker *broker, struct delivery *delivery, uint32_t priority)
{
    const struct turn *turn = &broker->turn;
    struct session *session = &delivery->partner->session;

    uint32_t spare = priority > 0 && session->n_flight > 0 ? CRISIS_CREDITS : 0;
    if (session->credit_letters <= spare ||
            session->n_flight + spare >= SESSION_LETTERS_MAX) {
        session->mail_due = false;
        return true;
    }
    delivery->more = *delivery->turn_bytes > TURN_DELIVER_BYTES ||
                     turn->arena.size - turn->arena.used < TURN_ARENA_SPARE ||
                     turn->n_sends + 2 > TURN_SENDS_MAX || !turn_has_room(broker);
    return delivery->more;
}

/* What became of an offer is told after the letters that tell of the offer: while one
 * of them is held back from this reader, *waits. */
static bool status_waits(struct broker *broker, const struct partner *partner,
        const struct mail_row *mail, bool *waits, struct err *err)
{
    const struct session *session = &partner->session;
    uint64_t held = session->held[mail->priority];
    struct letter_row letter = {.no = 0};
    bool found = mail->kind == MAIL_STATUS && held != 0 && held < mail->mail_id;

    *waits = false;
    while (found && !*waits) {
        if (!ledger_letter_of_offer(broker->ledger, mail->ref, letter.no, &letter,
                    &found, err))
            return false;
        *waits = found && letter.recipient == partner->no && letter.mail_id != 0 &&
                 letter.mail_id < mail->mail_id &&
                 session_find_flight(session, letter.mail_id) == session->n_flight;
    }
    return true;
}

/* The next mail of that priority; *stop when the recipient's mail of this turn ends
 * here. */
static bool deliver_next(struct broker *broker, struct delivery *delivery,
        uint32_t priority, bool *found, bool *stop, struct err *err)
{
    struct partner *partner = delivery->partner;
    struct session *session = &partner->session;
    struct mail_facts facts;
    struct leaving leaving = {.go = true};
    bool waits, over;

    if (!ledger_mail_next(broker->ledger, partner->no, priority,
                session->cursor[priority], &broker->turn.arena, &facts, found, err))
        return false;
    if (!*found)
        return true;
    size_t bytes = facts.sealed.len + facts.consent.len + facts.mail.bytes.len;
    if (bytes > session->credit_bytes) {
        session->mail_due = false;
        *stop = true;
        return true;
    }
    session->cursor[priority] = facts.mail.mail_id;
    /* The cursor went back for what was held, and comes by what has left since. */
    if (session_find_flight(session, facts.mail.mail_id) < session->n_flight)
        return true;
    if (!status_waits(broker, partner, &facts.mail, &waits, err) ||
            !record_reseal_over(broker, partner, &facts.mail, &over, err))
        return false;
    if (over)
        return true;
    if (waits) {
        hold(session, &facts.mail);
        return true;
    }
    leaving.log_leaf = facts.mail.log_leaf;
    if (facts.mail.kind == MAIL_LETTER &&
            !hand_over(broker, partner, &facts, &leaving, err))
        return false;
    /* A question is not what the credit is for. */
    if (leaving.ends != 0)
        bytes = 0;
    return !leaving.go || add_mail(broker, delivery, &facts, &leaving, bytes, err);
}

/* The mail of these priorities, as far as there is room. */
static bool deliver_to(struct broker *broker, struct delivery *delivery,
        uint32_t priority, uint32_t end, struct err *err)
{
    struct session *session = &delivery->partner->session;
    bool found, stop = false;

    while (!stop && priority < end && !is_full(broker, delivery, priority)) {
        partners_mark(broker->partners);
        if (!deliver_next(broker, delivery, priority, &found, &stop, err))
            return false;
        if (!found)
            priority++;
    }
    if (priority == LEDGER_PRIORITIES)
        session->mail_due = false;
    return flush(broker, delivery, err);
}

void delivery_again(struct broker *broker)
{
    struct partner *partner;

    for (size_t i = 0; (partner = partners_at(broker->partners, i)) != NULL; i++)
        for (size_t priority = 0; priority < LEDGER_PRIORITIES; priority++) {
            struct session *session = &partner->session;
            uint64_t held = session->held[priority];
            if (held == 0)
                continue;
            session->cursor[priority] = held - 1;
            session->held[priority] = 0;
            session->mail_due = true;
        }
}

/* Of everybody, the mail of these priorities. */
static bool deliver_all(struct broker *broker, struct delivery *delivery,
        uint32_t priority, uint32_t end, bool *more, struct err *err)
{
    struct partner *partner;
    size_t *turn_bytes = delivery->turn_bytes;

    for (size_t i = 0; (partner = partners_at(broker->partners, i)) != NULL; i++) {
        if (!partner->session.live || !partner->session.mail_due)
            continue;
        /* Who is no member any more since this turn, or by the calendar, is handed
         * nothing: to be cut is not enough. */
        if (directory_live_member(broker->directory, partner->name, broker->now_ms) ==
                NULL)
            continue;
        *delivery = (struct delivery){.partner = partner, .turn_bytes = turn_bytes};
        if (!deliver_to(broker, delivery, priority, end, err))
            return err_wrap(err, "mail for %s", partner->name);
        *more = *more || delivery->more;
    }
    return true;
}

/* What belongs to a crisis leaves before the rest of anybody's mail. */
bool delivery_run(struct broker *broker, bool *more, struct err *err)
{
    struct delivery *delivery = arena_take(&broker->turn.arena, sizeof *delivery);
    size_t turn_bytes = 0;

    if (delivery == NULL)
        return err_set(err, ERR_NOMEM, "no room to deliver in");
    delivery->turn_bytes = &turn_bytes;
    return deliver_all(broker, delivery, 0, 1, more, err) &&
           deliver_all(broker, delivery, 1, LEDGER_PRIORITIES, more, err);
}
