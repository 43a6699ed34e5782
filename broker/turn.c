/* turn.c - one turn: note what is to be signed and sent, then sign once, write, commit,
 * and only then send. */
#include "broker/state.h"

#include "core/db.h"
#include "core/time.h"
#include "core/wire.h"

/* A frame signs less than this; with less room than that in the batch, what is there is
 * signed first. */
enum { FRAME_SLIPS_MAX = 512 };

void turn_die(struct broker *broker, const struct err *err)
{
    if (broker->dead)
        return;
    broker->dead = true;
    log_error(broker->log, broker->now_ms, "stopping", "code=%s why=\"%s\"",
            code_name(err->code), err->msg);
    loop_die(broker->loop, err);
}

/* Each node's clock was compared with ours at its hello. When ours was set since, what
 * is judged by it could be judged wrongly: all compare anew before anything else. */
static void compare_clock(struct broker *broker)
{
    int64_t lead_ms = loop_clock_lead_ms(broker->loop);
    int64_t set_ms = lead_ms - broker->clock_lead_ms;
    struct partner *partner;

    if (set_ms <= DECIDE_CLOCK_MS && set_ms >= -DECIDE_CLOCK_MS)
        return;
    log_warn(broker->log, broker->now_ms, "clock_was_set", "by_s=%lld",
            (long long)(set_ms / TIME_SECOND_MS));
    broker->clock_lead_ms = lead_ms;
    for (size_t i = 0; (partner = partners_at(broker->partners, i)) != NULL; i++) {
        if (partner->session.live)
            link_cut(broker->bus, partner->session.conn);
        partner->session.live = false;
    }
}

bool turn_open(struct broker *broker)
{
    struct turn *turn = &broker->turn;
    struct err err = {0};

    if (broker->dead)
        return false;
    broker->now_ms = loop_now(broker->loop);
    if (turn->open)
        return true;
    if (!db_begin(ledger_db(broker->ledger), &err)) {
        turn_die(broker, &err);
        return false;
    }
    compare_clock(broker);
    turn->open = true;
    turn->started_us = loop_monotonic_us(broker->loop);
    arena_reset(&turn->arena, 0);
    turn->n_slips = 1;
    turn->n_mails = turn->n_sends = turn->leaves_len = 0;
    return true;
}

/* ---- signing ---- */

bool turn_sign(struct broker *broker, enum kind kind, struct span body, uint32_t *slip,
        struct err *err)
{
    struct turn *turn = &broker->turn;
    uint32_t ticket;

    if (turn->n_slips == TURN_SLIPS_MAX)
        return err_set(err, E_BUSY, "too much to sign in one turn");
    if (!signer_add(broker->signer, kind, body, &ticket, err))
        return false;
    turn->slips[turn->n_slips] = (struct slip){.ticket = ticket};
    *slip = (uint32_t)turn->n_slips++;
    return true;
}

static bool take_slips(struct broker *broker, struct err *err)
{
    struct turn *turn = &broker->turn;

    if (signer_count(broker->signer) == 0)
        return true;
    if (!signer_sign(broker->signer, err))
        return false;
    for (size_t i = 1; i < turn->n_slips; i++) {
        struct slip *slip = &turn->slips[i];
        if (slip->made)
            continue;
        if (!signer_take(broker->signer, slip->ticket, &turn->arena, &slip->bytes, err))
            return false;
        slip->made = true;
    }
    signer_clear(broker->signer);
    return true;
}

static void mail_is_due(struct broker *broker, uint32_t no)
{
    struct partner *partner = partners_get(broker->partners, no);

    if (partner != NULL)
        partner->session.mail_due = true;
}

/* Sign what was noted, and write the rows that hold it. Never inside a frame: rows of
 * other frames would be undone with it. */
static bool seal(struct broker *broker, struct err *err)
{
    struct turn *turn = &broker->turn;

    if (!take_slips(broker, err))
        return false;
    for (size_t i = 0; i < turn->n_mails; i++) {
        struct mail_note *note = &turn->mails[i];
        note->row.bytes = turn->slips[note->slip].bytes;
        bool ok = note->row.kind == MAIL_LETTER
                          ? ledger_mail_fill(broker->ledger, &note->row,
                                    note->row.bytes, err)
                          : ledger_mail_add(broker->ledger, &note->row, err);
        if (!ok)
            return false;
        mail_is_due(broker, note->row.partner);
    }
    turn->n_mails = 0;
    return true;
}

/* ---- frames ---- */

bool turn_has_slips(const struct broker *broker, size_t n)
{
    const struct turn *turn = &broker->turn;
    return signer_count(broker->signer) + n <= SIGNED_BATCH_MAX &&
           turn->n_slips + n <= TURN_SLIPS_MAX && turn->n_mails + n <= TURN_MAILS_MAX;
}

bool turn_has_room(const struct broker *broker)
{
    return turn_has_slips(broker, FRAME_SLIPS_MAX) &&
           broker->turn.leaves_len <= TURN_LEAVES_BYTES / 2;
}

bool turn_frame(struct broker *broker)
{
    struct turn *turn = &broker->turn;
    struct err err = {0};

    if (!turn_open(broker))
        return false;
    if ((!turn_has_room(broker) && !seal(broker, &err)) ||
            !db_savepoint(ledger_db(broker->ledger), &err)) {
        turn_die(broker, &err);
        return false;
    }
    partners_mark(broker->partners);
    turn->mark = (struct turn_mark){
            .n_mails = turn->n_mails,
            .n_sends = turn->n_sends,
            .leaves_len = turn->leaves_len,
            .log = broker->store.log,
            .register_version = broker->store.register_version,
    };
    return true;
}

bool turn_keep(struct broker *broker)
{
    struct err err = {0};

    if (db_release(ledger_db(broker->ledger), &err))
        return true;
    turn_die(broker, &err);
    return false;
}

bool turn_undo(struct broker *broker)
{
    struct turn *turn = &broker->turn;
    struct err err = {0};

    if (!db_undo(ledger_db(broker->ledger), &err)) {
        turn_die(broker, &err);
        return false;
    }
    partners_undo(broker->partners);
    turn->n_mails = turn->mark.n_mails;
    turn->n_sends = turn->mark.n_sends;
    turn->leaves_len = turn->mark.leaves_len;
    broker->store.log = turn->mark.log;
    broker->store.register_version = turn->mark.register_version;
    return true;
}

/* ---- what is noted ---- */

bool turn_copy(struct broker *broker, struct span bytes, struct span *copy,
        struct err *err)
{
    uint8_t *at = arena_take(&broker->turn.arena, bytes.len);

    if (at == NULL)
        return err_set(err, E_BUSY, "no room for more in this turn");
    if (bytes.len > 0)
        memcpy(at, bytes.at, bytes.len);
    *copy = (struct span){at, bytes.len};
    return true;
}

static bool note_send(struct broker *broker, const struct send_note *note,
        struct err *err)
{
    struct turn *turn = &broker->turn;

    if (turn->n_sends == TURN_SENDS_MAX)
        return err_set(err, E_BUSY, "too much to send in one turn");
    turn->sends[turn->n_sends++] = *note;
    return true;
}

bool turn_send_bytes(struct broker *broker, struct link *link, uint64_t conn,
        struct span bytes, struct err *err)
{
    struct send_note note = {.link = link, .conn = conn, .bytes = bytes};
    return note_send(broker, &note, err);
}

bool turn_send(struct broker *broker, struct link *link, uint64_t conn,
        const struct frame *frame, struct err *err)
{
    struct span bytes;
    return wire_put_arena(&WIRE_FRAME, frame, &broker->turn.arena, &bytes, err) &&
           turn_send_bytes(broker, link, conn, bytes, err);
}

bool turn_answer(struct broker *broker, uint64_t conn, struct answer_note **note,
        struct err *err)
{
    struct answer_note *out = arena_take(&broker->turn.arena, sizeof *out);
    struct send_note send = {.link = broker->bus, .conn = conn, .answer = out};

    if (out == NULL)
        return err_set(err, E_BUSY, "no room for more in this turn");
    out->answer.code = "";
    out->answer.words = "";
    if (!note_send(broker, &send, err))
        return false;
    *note = out;
    return true;
}

bool turn_mail(struct broker *broker, struct mail_row *row, uint32_t slip,
        struct err *err)
{
    struct turn *turn = &broker->turn;

    if (turn->n_mails == TURN_MAILS_MAX)
        return err_set(err, E_BUSY, "too much mail in one turn");
    if (!partners_count(broker->partners, row->partner, 0, 1, row->size))
        return err_set(err, E_BUSY, "no room to count more mail");
    row->mail_id = ++broker->store.mail_id;
    /* A letter's row is there at once, so that the letter can be destroyed with it; its
     * status comes when it is signed. */
    if ((slip == NO_SLIP || row->kind == MAIL_LETTER) &&
            !ledger_mail_add(broker->ledger, row, err))
        return false;
    if (slip != NO_SLIP)
        turn->mails[turn->n_mails++] = (struct mail_note){*row, slip};
    mail_is_due(broker, row->partner);
    return true;
}

void turn_due(struct broker *broker, int64_t due_ms)
{
    if (due_ms > 0 && (broker->next_due_ms == 0 || due_ms < broker->next_due_ms))
        broker->next_due_ms = due_ms;
}

/* ---- the end ---- */

static bool gather(const struct broker *broker)
{
    const struct turn *turn = &broker->turn;
    uint64_t gone_us = loop_monotonic_us(broker->loop) - turn->started_us;

    return loop_backlog(broker->loop) &&
           gone_us < (uint64_t)broker->conf.gather_ms * 1000 &&
           turn->arena.used < TURN_ARENA_FULL && turn->n_sends < TURN_SENDS_MAX / 2 &&
           turn_has_room(broker);
}

/* The answers, now that what they carry is signed. */
static bool pack_answers(struct broker *broker, struct err *err)
{
    struct turn *turn = &broker->turn;

    for (size_t i = 0; i < turn->n_sends; i++) {
        struct send_note *send = &turn->sends[i];
        if (send->answer == NULL)
            continue;
        struct answer_note *note = send->answer;
        struct span receipts[COUNT_OF(note->receipts)];
        for (size_t r = 0; r < note->answer.n_receipts; r++)
            receipts[r] = turn->slips[note->receipts[r]].bytes;
        note->answer.receipts = receipts;
        struct span statuses[COUNT_OF(note->statuses)];
        for (size_t s = 0; s < note->answer.n_statuses; s++)
            statuses[s] = turn->slips[note->statuses[s]].bytes;
        note->answer.statuses = statuses;
        struct frame frame = {.v = 1, .answer = &note->answer};
        bool ok = wire_put_arena(&WIRE_FRAME, &frame, &turn->arena, &send->bytes, err);
        note->answer.receipts = note->answer.statuses = NULL;
        if (!ok)
            return err_wrap(err, "an answer");
    }
    return true;
}

/* The leaves of this turn in one row, and the heads of the tree that they made. */
static bool write_leaves(struct broker *broker, struct err *err)
{
    struct turn *turn = &broker->turn;
    struct span leaves = {turn->leaves, turn->leaves_len};

    if (broker->store.log.size == broker->logged_size)
        return true;
    return ledger_audit_add(broker->ledger, broker->logged_size, leaves, err) &&
           ledger_audit_heads(broker->ledger, &broker->store.log, err);
}

/* What handing over has led to is written after its reader was looked at, and leaves in
 * the next turn. */
static bool seal_more(struct broker *broker, bool *more, struct err *err)
{
    *more = *more || broker->turn.n_mails > 0;
    return seal(broker, err);
}

static bool write_turn(struct broker *broker, bool *more, struct err *err)
{
    return seal(broker, err) && publish_push(broker, more, err) &&
           delivery_run(broker, more, err) && seal_more(broker, more, err) &&
           timers_checkpoint(broker, err) && pack_answers(broker, err) &&
           write_leaves(broker, err) && db_commit(ledger_db(broker->ledger), err);
}

static void send_all(struct broker *broker)
{
    struct turn *turn = &broker->turn;

    for (size_t i = 0; i < turn->n_sends; i++) {
        const struct send_note *send = &turn->sends[i];
        if (link_send(send->link, send->conn, send->bytes) != SENT_FULL)
            continue;
        /* Who does not read what it asked for starts anew: everything is on the disk.
         */
        log_warn(broker->log, broker->now_ms, "slow_reader", "conn=%llu",
                (unsigned long long)send->conn);
        link_cut(send->link, send->conn);
    }
}

void turn_end(struct broker *broker)
{
    struct err err = {0};
    bool more = false;

    if (broker->dead)
        return;
    if (broker->turn.open && gather(broker)) {
        loop_wake_at(broker->loop, broker->now_ms + 1);
        return;
    }
    if (!turn_open(broker))
        return;
    partners_mark(broker->partners);
    if (!write_turn(broker, &more, &err)) {
        turn_die(broker, &err);
        return;
    }
    broker->turn.open = false;
    broker->logged_size = broker->store.log.size;
    send_all(broker);
    publish_cut(broker);
    more = admin_backup_step(broker) || more;
    if (more)
        loop_wake_at(broker->loop, broker->now_ms);
    else
        timers_arm(broker);
}
