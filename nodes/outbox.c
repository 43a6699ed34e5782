/* outbox.c - submissions to the broker, its answers, receipts. */
#include "nodes/outbox.h"

#include "nodes/audit.h"
#include "nodes/awaited.h"
#include "nodes/cases.h"
#include "nodes/coordinators.h"
#include "nodes/rights.h"
#include "nodes/session.h"
#include "nodes/violations.h"

/* ------------------------------------------------------------- sending */

/* One submission as a frame in the scratch arena; *empty: none of its letters is left.
 */
static bool put_frame(struct node *node, const struct spool_submission *submission,
        struct put *put, bool *empty, struct err *err)
{
    struct letter letters[SPOOL_LETTERS_MAX];
    struct span *packed =
            arena_take(&node->scratch, SPOOL_LETTERS_MAX * sizeof *packed);
    struct span *consent = arena_take(&node->scratch, sizeof *consent);
    size_t n_letters;
    if (packed == NULL || consent == NULL)
        return err_set(err, ERR_NOMEM, "no room for a submission");
    if (!spool_letters(node->db, submission->seq, &node->scratch, letters, &n_letters,
                err))
        return false;
    for (size_t i = 0; i < n_letters; i++)
        if (!wire_put_arena(&WIRE_LETTER, &letters[i], &node->scratch, &packed[i], err))
            return false;
    *put = (struct put){
            .submission_id = submission->submission_id,
            .letters = packed,
            .n_letters = n_letters,
            .mode = submission->mode,
    };
    if (!id_is_none(&submission->consent_id)) {
        struct spool_capsule capsule;
        bool found;
        if (!spool_get_capsule(node->db, &submission->consent_id, &node->scratch,
                    &found, &capsule, err))
            return false;
        *consent = capsule.bytes;
        put->consents = consent;
        put->n_consents = found ? 1 : 0;
    }
    *empty = n_letters == 0;
    return true;
}

/* The most urgent one that may leave now: routine work leaves some room. */
static bool next_submission(struct node *node, bool *found, uint32_t *lane,
        struct spool_submission *submission, struct err *err)
{
    const struct session *session = &node->session;
    *found = false;
    for (*lane = 0; *lane < SPOOL_LANES; ++*lane) {
        uint32_t room =
                *lane == 0 ? NODE_PUT_WINDOW : NODE_PUT_WINDOW - NODE_PUT_CRISIS;
        if (session->in_flight >= room)
            return true;
        if (!spool_next_submission(node->db, *lane, session->sent_upto[*lane], found,
                    submission, err))
            return false;
        if (*found)
            return true;
    }
    node->session.outbox_due = false;
    return true;
}

bool outbox_say(struct node *node, bool (*say)(struct node *, const struct frame *),
        struct err *err)
{
    struct session *session = &node->session;
    while (true) {
        struct spool_submission submission;
        struct put put;
        uint32_t lane;
        bool found;
        bool empty = false;
        size_t used = node->scratch.used;
        if (!next_submission(node, &found, &lane, &submission, err))
            return false;
        if (!found)
            return true;
        /* It may also never have left: then it goes nowhere. */
        if (submission.held) {
            session->sent_upto[lane] = submission.seq;
            session->retry_ms = node_now(node) + SESSION_RETRY_MS;
            continue;
        }
        if (!put_frame(node, &submission, &put, &empty, err))
            return false;
        bool said = empty || say(node, &(struct frame){.v = 1, .put = &put});
        arena_reset(&node->scratch, used);
        if (!said)
            return true;
        session->sent_upto[lane] = submission.seq;
        if (!empty)
            node->flights[session->in_flight++] =
                    (struct flight){submission.submission_id, submission.seq};
    }
}

/* ------------------------------------------------------------- receipts */

bool outbox_trace(struct node *node, const struct spool_sent *sent, const char *who,
        const char *what, const char *code, struct err *err)
{
    const struct trace_letter letter = {
            .type = sent->type,
            .event = sent->event,
            .other = sent->on_behalf_of[0] != '\0' ? sent->on_behalf_of
                                                   : sent->recipient,
            .msg_id = sent->msg_id,
    };
    return node_trace_letter(node, sent->case_number, who, what, code, &letter, err);
}

/* The reader's own word for the end. */
static bool is_readers(enum receipt_state state)
{
    return state == RECEIPT_STATE_PROCESSED || state == RECEIPT_STATE_FAILED;
}

static bool is_terminal(enum receipt_state state)
{
    return is_readers(state) || state == RECEIPT_STATE_REFUSED ||
           state == RECEIPT_STATE_EXPIRED || state == RECEIPT_STATE_RECALLED;
}

/* Who may say this of a letter of ours: its reader what the reader did, the broker the
 * rest. */
static bool may_say(const struct node *node, const struct signed_ *thing,
        const struct receipt *receipt, const struct spool_sent *sent)
{
    bool reader = receipt->state == RECEIPT_STATE_DELIVERED ||
                  is_readers(receipt->state) || receipt->state == RECEIPT_STATE_ERASED;
    const struct member *broker = directory_broker(node->directory, node_now(node));
    return strcmp(receipt->sender, node->partner) == 0 &&
           key32_equal(&receipt->core_hash, &sent->core_hash) &&
           (reader ? strcmp(thing->signer, sent->recipient) == 0
                   : broker != NULL && strcmp(thing->signer, broker->partner) == 0);
}

/* A receipt as it came, read and verified. */
struct came {
    struct signed_ thing;
    struct receipt receipt;
    struct span bytes;
    uint64_t log_leaf; /* a reader does not know its leaf: the broker says it beside */
};

static bool keep_word(struct node *node, const struct came *came,
        const struct spool_sent *sent, struct err *err)
{
    const struct audit_thing word = {
            .kind = KIND_RECEIPT,
            .bytes = came->bytes,
            .about = sent->msg_id,
            .said = came->receipt.state,
            .case_number = sent->case_number,
            .log_leaf = came->log_leaf,
    };
    return audit_keep(node, &word, err);
}

static bool take_receipt(struct node *node, const struct came *came,
        struct spool_sent *sent, bool *taken, struct err *err)
{
    const struct receipt *receipt = &came->receipt;
    const char *signer = came->thing.signer;
    bool found;
    *taken = false;
    if (!spool_get_sent(node->db, &receipt->msg_id, &found, sent, err))
        return false;
    if (!found)
        return true;
    if (!may_say(node, &came->thing, receipt, sent))
        return err_set(err, E_AUTH, "a receipt by %s that is not theirs to give",
                signer);
    bool erased = receipt->state == RECEIPT_STATE_ERASED;
    bool kept = erased && receipt->retention > RETENTION_BASIS_NONE;
    if (!awaited_receipt(node, sent, receipt->state, kept, err))
        return false;
    /* What a withdrawal has stopped here may have been with the broker all the same;
     * and what the broker had ended may have been read. What its reader has said of it
     * stands: a broker that says an older word again changes nothing. */
    if (sent->terminal && !erased) {
        if (!is_terminal(receipt->state) || receipt->state == sent->state ||
                is_readers(sent->state))
            return true;
        return keep_word(node, came, sent, err) &&
               spool_sent_ends(node->db, &receipt->msg_id, receipt->state, came->bytes,
                       err) &&
               rights_ended(node, sent, receipt->state, receipt->code, err) &&
               outbox_trace(node, sent, signer, receipt_state_name(receipt->state),
                       receipt->code, err);
    }
    *taken = true;
    if (!keep_word(node, came, sent, err))
        return false;
    if (is_terminal(receipt->state) &&
            (!spool_sent_ends(node->db, &receipt->msg_id, receipt->state, came->bytes,
                     err) ||
                    !rights_ended(node, sent, receipt->state, receipt->code, err)))
        return false;
    enum code code = code_find(receipt->code);
    if (receipt->state == RECEIPT_STATE_FAILED && violations_is(code) &&
            !violations_heard(node, sent, code, err))
        return false;
    if (!coordinators_receipt(node, sent, receipt->state, code, err))
        return false;
    return outbox_trace(node, sent, signer,
            kept ? "kept" : receipt_state_name(receipt->state),
            kept ? vocab_code(VOCAB_RETENTION_BASIS, receipt->retention)
                 : receipt->code,
            err);
}

static bool read_receipt(struct node *node, struct span bytes, struct came *came,
        struct err *err)
{
    struct signed_ *thing = &came->thing;
    struct receipt *receipt = &came->receipt;
    if (!session_verify(node, KIND_RECEIPT, bytes, thing, err) ||
            !wire_get(&WIRE_RECEIPT, thing->body, &node->scratch, receipt, err) ||
            !signed_in_time(node->directory, thing, (int64_t)receipt->at_ms, err))
        return false;
    came->bytes = bytes;
    came->log_leaf = receipt->log_leaf;
    return true;
}

bool outbox_receipt(struct node *node, struct span bytes, uint64_t log_leaf,
        struct err *err)
{
    struct came came;
    struct spool_sent sent;
    bool taken;
    if (!read_receipt(node, bytes, &came, err))
        return false;
    if (log_leaf != 0)
        came.log_leaf = log_leaf;
    return take_receipt(node, &came, &sent, &taken, err);
}

/* ------------------------------------------------------------- answers */

/* What the refusal of a letter means for its case. */
static bool refused(struct node *node, const struct spool_sent *sent, const char *code,
        struct err *err)
{
    if (sent->type == LETTER_TYPE_PREVIEW)
        return cases_offer_refused(node, &sent->offer_id, code, err);
    return sent->event == OFFER_EVENT_NONE ||
           cases_event_refused(node, &sent->offer_id, sent->event, err);
}

/* An answer speaks of the letters that it answers, and of no others. */
static bool answer_receipt(struct node *node, const struct spool_submission *submission,
        struct span bytes, struct err *err)
{
    struct came came;
    struct spool_sent sent;
    bool found, taken;
    if (!read_receipt(node, bytes, &came, err) ||
            !spool_get_sent(node->db, &came.receipt.msg_id, &found, &sent, err))
        return false;
    if (!found || sent.submission != submission->seq)
        return err_set(err, E_AUTH, "an answer that tells of another letter");
    if (!take_receipt(node, &came, &sent, &taken, err))
        return false;
    return !taken || came.receipt.state != RECEIPT_STATE_REFUSED ||
           refused(node, &sent, came.receipt.code, err);
}

/* The whole was refused without a word for each letter: nothing of it is sent again. */
static bool refuse_all(struct node *node, const struct spool_submission *submission,
        const char *code, struct err *err)
{
    struct spool_sent sent[SPOOL_LETTERS_MAX];
    size_t n_sent;
    if (!spool_sent_of(node->db, submission->seq, sent, &n_sent, err))
        return false;
    for (size_t i = 0; i < n_sent; i++)
        if (!spool_sent_ends(node->db, &sent[i].msg_id, RECEIPT_STATE_REFUSED,
                    (struct span){NULL, 0}, err) ||
                !rights_ended(node, &sent[i], RECEIPT_STATE_REFUSED, code, err) ||
                !outbox_trace(node, &sent[i], "broker", "refused", code, err) ||
                !refused(node, &sent[i], code, err))
            return false;
    return true;
}

/* The status says where the offer stands by now. When the first answer was lost that
 * may be what another did since, and no word of what was sent. */
static bool nothing_waits(struct node *node, const struct spool_submission *submission,
        struct err *err)
{
    struct spool_sent sent[SPOOL_LETTERS_MAX];
    size_t n_sent;
    if (!spool_sent_of(node->db, submission->seq, sent, &n_sent, err))
        return false;
    for (size_t i = 0; i < n_sent; i++)
        if (sent[i].event != OFFER_EVENT_NONE &&
                !cases_event_answered(node, &sent[i].offer_id, sent[i].event, err))
            return false;
    return true;
}

static bool take_put(struct node *node, const struct spool_submission *submission,
        const struct answer *answer, struct err *err)
{
    struct session *session = &node->session;
    enum code code = answer->code[0] == '\0' ? CODE_OK : code_find(answer->code);
    if (code != CODE_OK)
        log_warn(node->log, node_now(node), "put_refused", "code=%s words=\"%s\"",
                answer->code, answer->words);
    if (code != CODE_OK && answer->n_receipts == 0) {
        /* A temporary no is no answer: the same bytes go again a little later. */
        if (code != N_CODES && code_retry(code)) {
            session->retry_ms = node_now(node) + SESSION_RETRY_MS;
            return true;
        }
        if (!refuse_all(node, submission, answer->code, err))
            return false;
    }
    /* Nothing is safe there before the broker has signed that it is. */
    if (answer->n_receipts == 0 && code == CODE_OK) {
        session->retry_ms = node_now(node) + SESSION_RETRY_MS;
        return true;
    }
    for (size_t i = 0; i < answer->n_receipts; i++)
        if (!answer_receipt(node, submission, answer->receipts[i], err))
            return false;
    /* A status that cannot be believed or read is no answer: what waits for it would
     * wait for ever. The same is asked again on the next connection. */
    for (size_t i = 0; i < answer->n_statuses; i++)
        if (!cases_answer(node, answer->statuses[i], err))
            return false;
    return nothing_waits(node, submission, err) &&
           spool_submission_answered(node->db, submission->seq, err);
}

/* The submission that is answered, off the list of those under way; 0: none of them.
 * Answers come in the order of the questions, so the first one is looked at first. */
static uint64_t land(struct node *node, const struct id *submission_id)
{
    struct session *session = &node->session;
    for (uint32_t i = 0; i < session->in_flight; i++) {
        struct flight landed = node->flights[i];
        if (!id_equal(&landed.submission_id, submission_id))
            continue;
        session->in_flight--;
        memmove(&node->flights[i], &node->flights[i + 1],
                (session->in_flight - i) * sizeof landed);
        return landed.seq;
    }
    return 0;
}

bool outbox_answered(struct node *node, const struct answer *answer, struct err *err)
{
    struct spool_submission submission;
    bool found;
    bool answered;
    uint64_t seq = land(node, &answer->id);
    if (seq == 0)
        return outbox_registered(node, answer, err);
    if (!spool_get_submission(node->db, seq, &found, &submission, &answered, err))
        return false;
    node->session.outbox_due = true;
    return !found || answered || take_put(node, &submission, answer, err);
}
