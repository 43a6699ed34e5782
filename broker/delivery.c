/* delivery.c - mail leaves, the most urgent first, as far as the credits reach. */
#include "broker/hand_over.h"

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
        hand_over_hold(session, &facts.mail);
        return true;
    }
    leaving.log_leaf = facts.mail.log_leaf;
    if (facts.mail.kind == MAIL_LETTER &&
            !hand_over_letter(broker, partner, &facts, &leaving, err))
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
