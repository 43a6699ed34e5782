/* ingress.c - frames of the bus: who speaks, what it says, one savepoint each. */
#include <stdio.h>

#include "broker/state.h"
#include "core/time.h"
#include "core/wire.h"

/* ---- frames that cannot be read ---- */

static void malformed(struct broker *broker, struct partner *partner,
        const struct peer *peer, const struct err *err)
{
    struct session *session = &partner->session;
    bool known = session->live && session->conn == peer->conn;

    /* What there was no room to read is said again on the next connection. */
    if (!known || err->code == ERR_NOMEM ||
            ++session->malformed >= SESSION_MALFORMED_MAX) {
        log_warn(broker->log, broker->now_ms, "cut", "peer=%s why=malformed code=%s",
                partner->name, code_name(err->code));
        link_cut(broker->bus, peer->conn);
        return;
    }
    if (session->malformed == 1)
        log_warn(broker->log, broker->now_ms, "malformed", "peer=%s code=%s why=\"%s\"",
                partner->name, code_name(err->code), err->msg);
}

/* ---- hello ---- */

static bool welcome(struct broker *broker, uint64_t conn, enum code code,
        struct err *err)
{
    struct welcome body = {
            .incarnation = broker->store.incarnation,
            .store_id = broker->store.store_id,
            .directory_seq = broker->directory_seq,
            .directory_serial = directory_serial(broker->directory),
            .register_version = broker->store.register_version,
            .clock_ms = (uint64_t)broker->now_ms,
            .program = BROKER_PROGRAM,
            .code = code == CODE_OK ? "" : code_name(code),
            .log_from = broker->store.log_from,
    };
    struct frame frame = {.v = 1, .welcome = &body};
    return turn_send(broker, broker->bus, conn, &frame, err);
}

static bool read_hello(struct broker *broker, const struct partner *partner,
        const struct hello *hello, struct hello_body *body, struct err *err)
{
    struct signed_ thing;

    if (!signed_get(broker->cache, broker->directory, broker->now_ms, KIND_HELLO,
                hello->hello, &broker->frame, &thing, err) ||
            !wire_get(&WIRE_HELLO_BODY, thing.body, &broker->frame, body, err))
        return false;
    if (strcmp(thing.signer, partner->name) != 0 ||
            strcmp(body->partner, partner->name) != 0)
        return err_set(err, E_AUTH, "a hello in somebody else's name");
    int64_t skew_ms = (int64_t)(body->clock_ms - (uint64_t)broker->now_ms);
    if (skew_ms > DECIDE_CLOCK_MS || skew_ms < -DECIDE_CLOCK_MS)
        return err_set(err, E_CLOCK, "its clock is %lld s off",
                (long long)(skew_ms / TIME_SECOND_MS));
    return true;
}

/* A node that last spoke with another store has to bring back what that one knew. It
 * is the same when the file was put back to an older state behind our back: what this
 * node collected may have been withdrawn since, and waits until it has said so. */
static bool keep_step(struct broker *broker, struct partner *partner,
        const struct hello_body *body, struct err *err)
{
    bool same = id_equal(&body->broker_store_id, &broker->store.store_id);
    bool older = same && body->register_version > broker->store.register_version;

    if (older) {
        log_error(broker->log, broker->now_ms, "older_store", "peer=%s ours=%llu",
                partner->name, (unsigned long long)broker->store.register_version);
        return ledger_consent_doubt(broker->ledger, partner->no, err) &&
               record_step(broker, partner, false, err);
    }
    /* Half of it may have come on an earlier connection: whether all has, the node's
     * own words tell, which it says last. */
    if (same)
        return true;
    return record_step(broker, partner, id_is_none(&body->broker_store_id), err);
}

/* The node is told why, and its connection is no session. Who was welcomed before and
 * then speaks in another's name is cut. */
static bool refuse_hello(struct broker *broker, struct partner *partner, uint64_t conn,
        const struct err *why, struct err *err)
{
    struct session *session = &partner->session;

    if (!record_refusal(broker, partner, "hello", why->code, why->msg, err))
        return false;
    if (!session->live || session->conn != conn)
        return welcome(broker, conn, why->code, err);
    session->live = false;
    link_cut(broker->bus, conn);
    return true;
}

/* Of two live connections of one node the newest wins. */
static bool take_hello(struct broker *broker, struct partner *partner,
        const struct peer *peer, const struct hello *hello, struct err *err)
{
    struct session *session = &partner->session;
    struct hello_body body;
    struct err why = {0};

    bool ok = read_hello(broker, partner, hello, &body, &why);
    bool other = session->live && session->conn != peer->conn;
    if (ok && other && body.incarnation < session->incarnation)
        ok = err_set(&why, E_CONFLICT, "a newer connection of this node is open");
    if (!ok)
        return refuse_hello(broker, partner, peer->conn, &why, err);
    if (!keep_step(broker, partner, &body, err))
        return false;
    if (other)
        link_cut(broker->bus, session->conn);
    /* Leases of an older connection are void: everything is offered again from the
     * start. */
    *session = (struct session){
            .live = true,
            .conn = peer->conn,
            .incarnation = body.incarnation,
            .mail_due = true,
    };
    /* Without its own numbers: it could say others without end, each a line of its own.
     */
    log_info(broker->log, broker->now_ms, "hello", "peer=%s", partner->name);
    return welcome(broker, peer->conn, CODE_OK, err);
}

/* ---- small frames ---- */

static void take_credit(struct session *session, const struct credit *credit)
{
    uint32_t letters_max = (uint32_t)(SESSION_LETTERS_MAX - session->n_flight);
    uint64_t letters = (uint64_t)session->credit_letters + credit->letters;
    uint64_t room = SESSION_BYTES_MAX - session->credit_bytes;

    session->credit_letters = letters < letters_max ? (uint32_t)letters : letters_max;
    session->credit_bytes += credit->bytes < room ? credit->bytes : room;
    session->mail_due = true;
}

static bool take_ping(struct broker *broker, const struct partner *partner,
        const struct ping *ping, struct err *err)
{
    struct ping answer = {.answer = true};
    struct frame frame = {.v = 1, .ping = &answer};

    return ping->answer ||
           turn_send(broker, broker->bus, partner->session.conn, &frame, err);
}

/* Answered at the end of the turn, once however often it was asked. Who begins again
 * and again would fill the memory here with answers that it does not read. */
static bool take_sync(struct broker *broker, struct partner *partner,
        const struct sync *sync, struct err *err)
{
    struct session *session = &partner->session;

    if (sync->since < session->directory_upto &&
            ++session->n_restarts > SESSION_RESTARTS_MAX) {
        link_cut(broker->bus, session->conn);
        session->live = false;
        return err_set(err, E_BUSY, "it asks for the whole directory too often");
    }
    session->directory_upto = sync->since;
    session->sync_due = broker->sync_due = true;
    return true;
}

static bool take_frame(struct broker *broker, struct partner *partner,
        const struct frame *frame, struct err *err)
{
    if (frame->put != NULL)
        return put_take(broker, partner, frame->put, err);
    if (frame->ack != NULL)
        return ack_take(broker, partner, frame->ack, err);
    if (frame->withdraw != NULL)
        return withdraw_take(broker, partner, frame->withdraw, err);
    if (frame->publish != NULL)
        return publish_take(broker, partner, frame->publish, err);
    if (frame->sync != NULL)
        return take_sync(broker, partner, frame->sync, err);
    if (frame->ping != NULL)
        return take_ping(broker, partner, frame->ping, err);
    if (frame->audit_ask != NULL)
        return audit_ask_take(broker, partner, frame->audit_ask, err);
    if (frame->credit == NULL)
        return err_set(err, E_FORMAT, "a frame that is not a node's to send");
    take_credit(&partner->session, frame->credit);
    return true;
}

/* ---- refusals ---- */

/* Under which id a refusal of this frame is answered; none: there is no answer to it.
 */
static struct id answer_id(struct broker *broker, const struct frame *frame)
{
    struct id none = {{0}};
    struct signed_ thing;
    struct withdrawal withdrawal;
    struct err err;

    if (frame->put != NULL)
        return frame->put->submission_id;
    if (frame->publish != NULL)
        return frame->publish->submission_id;
    if (frame->withdraw == NULL)
        return none;
    /* Only to answer who asked; nothing of it is believed. */
    bool read =
            wire_get(&WIRE_SIGNED, frame->withdraw->withdrawal, &broker->frame, &thing,
                    &err) &&
            wire_get(&WIRE_WITHDRAWAL, thing.body, &broker->frame, &withdrawal, &err);
    return read ? withdrawal.consent_id : none;
}

/* Was there no room for something that was looked at? Then what was decided of it does
 * not count. */
static bool was_full(struct broker *broker)
{
    bool frame = arena_was_full(&broker->frame);
    bool turn = arena_was_full(&broker->turn.arena);
    return frame || turn;
}

static const char *what_of(const struct frame *frame)
{
    if (frame->put != NULL)
        return "put";
    if (frame->ack != NULL)
        return "ack";
    if (frame->withdraw != NULL)
        return "withdraw";
    return frame->publish != NULL ? "publish" : "frame";
}

static bool refuse(struct broker *broker, struct partner *partner,
        const struct frame *frame, const struct err *why, struct err *err)
{
    struct id id = answer_id(broker, frame);
    struct answer_note *note;
    struct span words;

    if (!record_refusal(broker, partner, what_of(frame), why->code, why->msg, err))
        return false;
    if (id_is_none(&id))
        return true;
    if (!turn_answer(broker, partner->session.conn, &note, err) ||
            !turn_copy(broker,
                    (struct span){(const uint8_t *)why->msg, strlen(why->msg) + 1},
                    &words, err))
        return false;
    note->answer.id = id;
    note->answer.code = code_name(why->code);
    note->answer.words = (const char *)words.at;
    return true;
}

/* What has no answer is said again on the next connection only. */
static void hear_again(struct broker *broker, struct partner *partner, uint64_t conn)
{
    link_cut(broker->bus, conn);
    if (partner->session.conn == conn)
        partner->session.live = false;
}

/* The frame left nothing; what is said of it is a part of its own. */
static void undo_and_refuse(struct broker *broker, struct partner *partner,
        uint64_t conn, const struct frame *frame, struct err *why)
{
    struct err err = {0};
    bool no_answer = frame->put == NULL && frame->withdraw == NULL;

    if (!turn_undo(broker))
        return;
    if (why->code == ERR_DISK_FULL)
        err_set(why, E_DISK, "the disk of the broker is full");
    /* What was published is in the view in memory already: only a new start makes the
     * disk and it agree. */
    if (code_exit(why->code) > 1 || frame->publish != NULL) {
        turn_die(broker, why);
        return;
    }
    if (!turn_frame(broker))
        return;
    bool refused = refuse(broker, partner, frame, why, &err);
    bool full = was_full(broker);
    if (refused && !full)
        turn_keep(broker);
    else if (turn_undo(broker) && !full && err.code != ERR_DISK_FULL &&
             code_exit(err.code) > 1)
        turn_die(broker, &err);
    if (full || (no_answer && code_retry(why->code)))
        hear_again(broker, partner, conn);
}

void ingress_frame(struct broker *broker, const struct peer *peer, struct span bytes)
{
    struct partner *partner = partners_find(broker->partners, peer->user);
    struct frame frame;
    struct err err = {0};

    if (!turn_open(broker))
        return;
    /* ZAP was asked once, at the handshake; the directory is asked for every frame. */
    if (partner == NULL || directory_live_member(broker->directory, peer->user,
                                   broker->now_ms) == NULL) {
        link_cut(broker->bus, peer->conn);
        return;
    }
    arena_reset(&broker->frame, 0);
    (void)was_full(broker);
    if (!wire_get(&WIRE_FRAME, bytes, &broker->frame, &frame, &err)) {
        malformed(broker, partner, peer, &err);
        return;
    }
    bool ours = partner->session.live && partner->session.conn == peer->conn;
    if (!ours && frame.hello == NULL) {
        link_cut(broker->bus, peer->conn);
        return;
    }
    if (!turn_frame(broker))
        return;
    bool ok = frame.hello != NULL ? take_hello(broker, partner, peer, frame.hello, &err)
                                  : take_frame(broker, partner, &frame, &err);
    if (broker->dead)
        return;
    if (was_full(broker))
        ok = err_set(&err, frame.publish != NULL ? ERR_NOMEM : E_BUSY,
                "no room to take this frame");
    if (ok)
        turn_keep(broker);
    else
        undo_and_refuse(broker, partner, peer->conn, &frame, &err);
}
