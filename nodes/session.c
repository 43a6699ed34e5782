/* session.c - hello, welcome, credit; and what is sent after each commit. */
#include "nodes/session.h"

#include <stdio.h>

#include "nodes/audit.h"
#include "nodes/batch.h"
#include "nodes/inbox.h"
#include "nodes/outbox.h"
#include "nodes/registry.h"
#include "nodes/words.h"

enum {
    BROKER_CONN = 1, /* a client link has one connection */
    ACK_MAIL_MAX = 64,
    HANDSHAKES_TELL = 3, /* failed in a row: the broker's key does not match */
    ENDED_DAYS = 60,     /* a lost store hears for so long of what has ended */
    RECEIPT_DAYS = 30,   /* and of letters as long as a broker keeps them */
    ERASE_AGAIN_DAYS = 3,
    ERASE_AGAIN_MAX = 64,
};

bool session_is_refusal(const struct err *err)
{
    return err->code != CODE_OK && err->code < ERR_USAGE;
}

bool session_verify(struct node *node, enum kind kind, struct span bytes,
        struct signed_ *thing, struct err *err)
{
    return signed_get(node->cache, node->directory, node_now(node), kind, bytes,
            &node->scratch, thing, err);
}

void session_up(struct node *node)
{
    node->session = (struct session){
            .up = true,
            .hello_due = true,
            .last_contact_ms = node->session.last_contact_ms,
            .clock_skew_ms = node->session.clock_skew_ms,
    };
    log_info(node->log, node_now(node), "link_up", "broker=%s", node->bus_address);
}

void session_again(struct node *node)
{
    struct session *session = &node->session;
    if (session->up && !session->welcomed && session->refused != CODE_OK)
        session->hello_due = true;
    if (session->up && session->put_off)
        link_cut(node->bus, BROKER_CONN);
}

void session_down(struct node *node)
{
    if (node->session.up)
        log_info(node->log, node_now(node), "link_down", "broker=%s",
                node->bus_address);
    node->session = (struct session){
            .last_contact_ms = node->session.last_contact_ms,
            .clock_skew_ms = node->session.clock_skew_ms,
    };
}

/* What the link says of a broker that does not answer. */
static enum words link_words(const struct node *node)
{
    struct link_report report = {.up = false};
    link_report(node->bus, &report);
    if (!report.up && report.refused)
        return WORDS_LINK_UNKNOWN;
    if (!report.up && report.failed_handshakes >= HANDSHAKES_TELL)
        return WORDS_LINK_MISMATCH;
    return WORDS_LINK_AWAY;
}

void session_words(const struct node *node, enum lang lang, char *words, size_t cap)
{
    words[0] = '\0';
    if (node->bus == NULL)
        snprintf(words, cap, "%s",
                words_text(directory_network(node->directory) == NULL
                                   ? WORDS_LINK_NOT_JOINED
                                   : WORDS_LINK_NO_MEMBER,
                        lang));
    else if (!node->session.welcomed && node->session.refused != CODE_OK)
        snprintf(words, cap, "%s %s", words_text(WORDS_LINK_REFUSED, lang),
                code_sentence(node->session.refused, lang));
    else if (!node->session.welcomed)
        snprintf(words, cap, "%s (%s)", words_text(link_words(node), lang),
                node->bus_address);
}

/* ------------------------------------------------------------- sending */

/* By how much our clock was set since it was so much ahead of the one that nobody sets;
 * 0: by nothing that matters. */
static int64_t set_since(const struct node *node, int64_t lead_ms)
{
    int64_t set_ms = loop_clock_lead_ms(node->loop) - lead_ms;
    return set_ms > NODE_CLOCK_SKEW_MS || set_ms < -NODE_CLOCK_SKEW_MS ? set_ms : 0;
}

bool session_clock_holds(const struct node *node)
{
    uint64_t up_us = loop_monotonic_us(node->loop) - node->opened_us;
    bool alone = node->bus != NULL && up_us >= (uint64_t)TIME_DAY_MS * 1000;
    return !node->clock_refused && set_since(node, node->clock_lead_ms) == 0 &&
           (node->session.welcomed || alone);
}

/* The broker has compared our clock at the hello. When it was set since, keys that are
 * good may seem not to count yet or any more, and what is refused for that would be
 * lost: so nothing more is taken or said before the broker has compared it again. */
static bool clock_was_set(struct node *node)
{
    struct session *session = &node->session;
    int64_t set_ms = set_since(node, session->clock_lead_ms);
    if (!session->welcomed || set_ms == 0)
        return false;
    log_warn(node->log, node_now(node), "clock_was_set", "by_s=%lld",
            (long long)(set_ms / TIME_SECOND_MS));
    session->welcomed = false;
    link_cut(node->bus, BROKER_CONN);
    return true;
}

/* One frame to the broker. When it cannot be said the link is cut: it is said again on
 * the next connection. */
static bool say(struct node *node, const struct frame *frame)
{
    struct err err = {.code = CODE_OK};
    struct span bytes;
    size_t used = node->scratch.used;
    if (!wire_put_arena(&WIRE_FRAME, frame, &node->scratch, &bytes, &err)) {
        log_error(node->log, node_now(node), "frame_unsaid", "code=%s words=\"%s\"",
                code_name(err.code), err.msg);
        link_cut(node->bus, BROKER_CONN);
        return false;
    }
    enum sent sent = link_send(node->bus, BROKER_CONN, bytes);
    arena_reset(&node->scratch, used);
    if (sent == SENT_FULL)
        link_cut(node->bus, BROKER_CONN);
    return sent == SENT_OK;
}

static bool hello(struct node *node, struct err *err)
{
    struct hello_body body = {
            .v = 1,
            .partner = node->partner,
            .incarnation = node->incarnation,
            .store_id = node->store_id,
            .directory_serial = directory_serial(node->directory),
            .clock_ms = (uint64_t)node_now(node),
            .program = NODE_PROGRAM,
    };
    struct span bytes;
    struct hello frame;
    if (!spool_get_number(node->db, SPOOL_DIRECTORY_SEQ, &body.directory_seq, err) ||
            !spool_get_number(node->db, SPOOL_REGISTER_VERSION, &body.register_version,
                    err) ||
            !spool_get_bytes(node->db, SPOOL_BROKER_STORE_ID, body.broker_store_id.b,
                    sizeof body.broker_store_id.b, err) ||
            !wire_put_arena(&WIRE_HELLO_BODY, &body, &node->scratch, &bytes, err) ||
            !signed_make(node->partner, node->home.identity, KIND_HELLO, bytes,
                    &node->scratch, &frame.hello, err))
        return err_wrap(err, "hello");
    node->session.clock_lead_ms = loop_clock_lead_ms(node->loop);
    node->session.hello_due = !say(node, &(struct frame){.v = 1, .hello = &frame});
    return true;
}

static void say_acks(struct node *node, const struct batch_ack *acks, size_t n_acks)
{
    uint64_t mail_ids[ACK_MAIL_MAX];
    struct span receipts[ACK_MAIL_MAX];
    for (size_t at = 0; at < n_acks;) {
        struct ack ack = {.mail_ids = mail_ids, .receipts = receipts};
        for (size_t n = 0; n < ACK_MAIL_MAX && at < n_acks; n++, at++) {
            if (acks[at].mail_id != 0)
                mail_ids[ack.n_mail_ids++] = acks[at].mail_id;
            if (acks[at].receipt.len > 0)
                receipts[ack.n_receipts++] = acks[at].receipt;
        }
        if (!say(node, &(struct frame){.v = 1, .ack = &ack}))
            return;
    }
}

static void say_sync(struct node *node)
{
    const struct sync sync = {.since = node->session.directory_upto};
    node->session.sync_due = !say(node, &(struct frame){.v = 1, .sync = &sync});
}

static void say_credit(struct node *node)
{
    struct session *session = &node->session;
    struct credit credit = {.letters = session->used_letters,
            .bytes = session->used_bytes};
    if (say(node, &(struct frame){.v = 1, .credit = &credit}))
        session->used_letters = 0, session->used_bytes = 0;
}

static bool say_due(struct node *node, struct err *err)
{
    struct session *session = &node->session;
    if (session->sync_due)
        say_sync(node);
    if (session->used_letters > 0 && session->directory_whole)
        say_credit(node);
    /* By the steward's word a broker knows whose words the others are that it hears;
     * it makes no consent count. */
    if (session->steward_first && !registry_say(node, say, err))
        return false;
    if (session->withdraw_due && !session->steward_first) {
        session->withdraw_due = false;
        if (!outbox_say_withdrawals(node, say, err))
            return false;
    }
    /* A broker that lost its register hears all that was withdrawn before anything that
     * could make a consent count again. */
    bool register_first = session->resyncing && session->n_withdrawing > 0;
    if (!register_first && !registry_say(node, say, err))
        return false;
    if (session->directory_whole && !audit_say(node, say, err))
        return false;
    return !session->outbox_due || session->resyncing || outbox_say(node, say, err);
}

void session_say(struct node *node, const struct batch_ack *acks, size_t n_acks)
{
    struct session *session = &node->session;
    struct err err = {.code = CODE_OK};
    bool ok = true;
    if (node->bus == NULL || !session->up)
        return;
    if (session->hello_due)
        ok = hello(node, &err);
    if (ok && session->welcomed && !clock_was_set(node)) {
        say_acks(node, acks, n_acks);
        ok = say_due(node, &err);
    }
    if (!ok)
        node_die(node, &err);
}

/* ------------------------------------------------------------- what comes */

/* What a broker that lost its store, or was put back to an older one, must hear again:
 * also of what has ended lately, for the other party may not know it. */
static bool resync(struct node *node, const struct welcome *welcome, struct err *err)
{
    log_info(node->log, node_now(node), "resync", "register=%llu",
            (unsigned long long)welcome->register_version);
    int64_t offers_ms = node_now(node) - (int64_t)ENDED_DAYS * TIME_DAY_MS;
    int64_t letters_ms = node_now(node) - (int64_t)RECEIPT_DAYS * TIME_DAY_MS;
    return spool_mark_resend(node->db, offers_ms, letters_ms, err) &&
           spool_publish_again(node->db, node->partner, err) &&
           spool_publish_again(node->db, DIRECTORY_STEWARD, err) &&
           spool_set_number(node->db, SPOOL_DIRECTORY_SEQ, 0, err) &&
           spool_set_bytes(node->db, SPOOL_BROKER_STORE_ID, SPAN_OF(welcome->store_id),
                   err);
}

static bool erase_again(struct node *node, struct err *err)
{
    struct span receipts[ERASE_AGAIN_MAX];
    size_t n_receipts;
    int64_t since = node_now(node) - (int64_t)ERASE_AGAIN_DAYS * TIME_DAY_MS;
    if (!spool_erase_receipts(node->db, since, &node->scratch, receipts,
                ERASE_AGAIN_MAX, &n_receipts, err))
        return false;
    for (size_t i = 0; i < n_receipts; i++)
        if (!batch_ack(node, 0, receipts[i], err))
            return false;
    return true;
}

static bool take_welcome(struct node *node, const struct welcome *welcome,
        struct err *err)
{
    struct session *session = &node->session;
    session->clock_skew_ms = (int64_t)(welcome->clock_ms - (uint64_t)node_now(node));
    if (welcome->code[0] != '\0') {
        enum code code = code_find(welcome->code);
        session->refused = code == N_CODES ? ERR_INTERNAL : code;
        node->clock_refused |= code == E_CLOCK;
        log_warn(node->log, node_now(node), "refused", "code=%s", welcome->code);
        return true;
    }
    struct id known;
    uint64_t register_version;
    if (!spool_get_bytes(node->db, SPOOL_BROKER_STORE_ID, known.b, sizeof known.b,
                err) ||
            !spool_get_number(node->db, SPOOL_REGISTER_VERSION, &register_version, err))
        return false;
    bool lost = !id_equal(&known, &welcome->store_id) ||
                welcome->register_version < register_version;
    if ((lost && !resync(node, welcome, err)) || !audit_meet(node, welcome, err))
        return false;
    session->welcomed = true;
    node->clock_lead_ms = session->clock_lead_ms;
    node->clock_refused = false;
    session->broker_store = welcome->store_id;
    session->register_version = welcome->register_version;
    session->used_letters = NODE_CREDIT_LETTERS;
    session->used_bytes = NODE_CREDIT_BYTES;
    session->sync_due = session->outbox_due = true;
    session->withdraw_due = session->publish_due = true;
    session->steward_first = session->resyncing = true;
    return spool_get_number(node->db, SPOOL_DIRECTORY_SEQ, &session->directory_upto,
                   err) &&
           spool_set_number(node->db, SPOOL_REGISTER_VERSION, welcome->register_version,
                   err) &&
           spool_leaves(node->db, err) && erase_again(node, err);
}

static bool take_deliver(struct node *node, const struct deliver *deliver,
        size_t frame_bytes, struct err *err)
{
    struct session *session = &node->session;
    for (size_t i = 0; i < deliver->n_mail; i++)
        if (!inbox_take(node, &deliver->mail[i], err))
            return false;
    session->used_letters += (uint32_t)deliver->n_mail;
    session->used_bytes += frame_bytes;
    return true;
}

/* An answer that cannot be believed has no effect. */
static bool take_answer(struct node *node, const struct answer *answer, struct err *err)
{
    struct err why = {.code = CODE_OK};
    if (id_equal(&answer->id, &node->session.publishing))
        return registry_answered(node, answer, err);
    if (!db_savepoint(node->db, err))
        return false;
    if (outbox_answered(node, answer, &why))
        return db_release(node->db, err);
    if (!session_is_refusal(&why)) {
        *err = why;
        return false;
    }
    log_warn(node->log, node_now(node), "answer_refused", "code=%s words=\"%s\"",
            code_name(why.code), why.msg);
    return db_undo(node->db, err);
}

static bool take_frame(struct node *node, const struct frame *frame, size_t frame_bytes,
        struct err *err)
{
    if (frame->welcome != NULL)
        return take_welcome(node, frame->welcome, err);
    if (!node->session.welcomed || clock_was_set(node))
        return true;
    if (frame->deliver != NULL)
        return take_deliver(node, frame->deliver, frame_bytes, err);
    if (frame->answer != NULL)
        return take_answer(node, frame->answer, err);
    if (frame->directory != NULL)
        return registry_take(node, frame->directory->things, frame->directory->n_things,
                frame->directory->upto, frame->directory->more, err);
    if (frame->audit_proof != NULL)
        return audit_take(node, frame->audit_proof, err);
    if (frame->ping != NULL && !frame->ping->answer)
        (void)say(node,
                &(struct frame){.v = 1, .ping = &(struct ping){.answer = true}});
    return true;
}

bool session_take(struct node *node, struct span bytes, struct err *err)
{
    struct frame frame;
    struct err why = {.code = CODE_OK};
    if (!wire_get(&WIRE_FRAME, bytes, &node->scratch, &frame, &why)) {
        log_warn(node->log, node_now(node), "frame_refused", "code=%s words=\"%s\"",
                code_name(why.code), why.msg);
        link_cut(node->bus, BROKER_CONN);
        return true;
    }
    node->session.last_contact_ms = node_now(node);
    (void)arena_was_full(&node->scratch);
    if (!take_frame(node, &frame, bytes.len, err))
        return false;
    /* Nothing that was decided without room to look stands: a new start hears it again.
     */
    return !arena_was_full(&node->scratch) ||
           err_set(err, ERR_NOMEM, "no room to take a frame of the broker");
}
