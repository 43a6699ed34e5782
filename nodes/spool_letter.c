/* spool_letter.c - letters out, with the submissions they travel in, and letters that
 * came. */
#include "nodes/spool_inner.h"

_Static_assert(LETTER_TYPE_PREVIEW == 1 && LETTER_TYPE_CONTENT == 2 &&
                       LETTER_TYPE_INFO_REQUEST == 3 && LETTER_TYPE_INFO_REPLY == 4 &&
                       LETTER_TYPE_TEXT == 5 && LETTER_TYPE_VISIT == 6 &&
                       LETTER_TYPE_SIGNAL == 7 && LETTER_TYPE_OVERVIEW == 13,
        "letters that go under a consent have these types in SQL");
_Static_assert(RECEIPT_STATE_ACCEPTED == 1 && RECEIPT_STATE_PROCESSED == 4 &&
                       RECEIPT_STATE_FAILED == 5 && RECEIPT_STATE_RECALLED == 7,
        "how a letter ended has these numbers in SQL");

/* ------------------------------------------------------------- submissions */

bool spool_put_submission(struct db *db, const struct spool_submission *submission,
        uint64_t *seq, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SUBMISSION_PUT);
    db_bind_id(stmt, 1, &submission->submission_id);
    db_bind_int(stmt, 2, (int64_t)submission->case_number);
    if (id_is_none(&submission->consent_id))
        db_bind_null(stmt, 3);
    else
        db_bind_id(stmt, 3, &submission->consent_id);
    db_bind_int(stmt, 4, (int64_t)submission->mode);
    db_bind_int(stmt, 5, submission->at_ms);
    db_bind_int(stmt, 6, submission->unsent);
    if (!db_do(db, stmt, NULL, err))
        return false;
    *seq = (uint64_t)db_last_rowid(db);
    return true;
}

static bool take_submission(struct db *db, struct sqlite3_stmt *stmt, bool *found,
        struct spool_submission *submission, bool *answered, struct err *err)
{
    bool ok = db_row(db, stmt, found, err);
    if (ok && *found) {
        struct spool_submission got = {
                .seq = (uint64_t)db_int(stmt, 0),
                .case_number = (uint64_t)db_int(stmt, 2),
                .mode = (enum mode)db_int(stmt, 4),
                .at_ms = db_int(stmt, 5),
                .held = db_int(stmt, 7) != 0,
        };
        *answered = db_int(stmt, 6) != 0;
        ok = db_id(stmt, 1, &got.submission_id, err) &&
             (db_is_null(stmt, 3) || db_id(stmt, 3, &got.consent_id, err));
        if (ok)
            *submission = got;
    }
    db_end(stmt);
    return ok;
}

bool spool_next_submission(struct db *db, uint32_t lane, uint64_t after, bool *found,
        struct spool_submission *submission, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SUBMISSION_NEXT);
    db_bind_int(stmt, 1, (int64_t)after);
    db_bind_int(stmt, 2, lane);
    bool answered;
    return take_submission(db, stmt, found, submission, &answered, err);
}

bool spool_get_submission(struct db *db, uint64_t seq, bool *found,
        struct spool_submission *submission, bool *answered, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SUBMISSION_GET);
    db_bind_int(stmt, 1, (int64_t)seq);
    return take_submission(db, stmt, found, submission, answered, err);
}

bool spool_submission_answered(struct db *db, uint64_t seq, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SUBMISSION_ANSWERED);
    db_bind_int(stmt, 1, (int64_t)seq);
    if (!db_do(db, stmt, NULL, err))
        return false;
    stmt = db_use(db, SPOOL_PARCEL_DROP_ALL);
    db_bind_int(stmt, 1, (int64_t)seq);
    return db_do(db, stmt, NULL, err);
}

bool spool_stop_submissions(struct db *db, const struct id *consent_id, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SUBMISSION_STOP);
    db_bind_id(stmt, 1, consent_id);
    if (!db_do(db, stmt, NULL, err))
        return false;
    stmt = db_use(db, SPOOL_SENT_STOP);
    db_bind_id(stmt, 1, consent_id);
    if (!db_do(db, stmt, NULL, err))
        return false;
    stmt = db_use(db, SPOOL_PARCEL_STOP);
    db_bind_id(stmt, 1, consent_id);
    return db_do(db, stmt, NULL, err);
}

bool spool_may_have_left(struct db *db, struct err *err)
{
    return spool_leaves(db, err) &&
           db_do(db, db_use(db, SPOOL_SENT_MAY_HAVE_LEFT), NULL, err);
}

bool spool_leaves(struct db *db, struct err *err)
{
    return db_do(db, db_use(db, SPOOL_SUBMISSION_LEAVES), NULL, err);
}

bool spool_unsent(struct db *db, uint64_t case_number, uint64_t *seq, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SUBMISSION_UNSENT);
    db_bind_int(stmt, 1, (int64_t)case_number);
    return spool_number(db, stmt, seq, err);
}

/* ------------------------------------------------------------- letters out */

bool spool_put_sent(struct db *db, const struct spool_sent *sent, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SENT_PUT);
    db_bind_id(stmt, 1, &sent->msg_id);
    db_bind_int(stmt, 2, (int64_t)sent->submission);
    db_bind_int(stmt, 3, sent->position);
    db_bind_int(stmt, 4, (int64_t)sent->case_number);
    db_bind_int(stmt, 5, (int64_t)sent->moment);
    db_bind_id(stmt, 6, &sent->offer_id);
    db_bind_text(stmt, 7, sent->recipient);
    db_bind_text(stmt, 8, sent->on_behalf_of);
    db_bind_int(stmt, 9, (int64_t)sent->type);
    db_bind_int(stmt, 10, (int64_t)sent->event);
    db_bind_int(stmt, 11, sent->expires_ms);
    db_bind_blob(stmt, 12, SPAN_OF(sent->core_hash));
    db_bind_blob(stmt, 13, sent->core);
    if (!db_do(db, stmt, NULL, err))
        return false;
    stmt = db_use(db, SPOOL_PARCEL_PUT);
    db_bind_int(stmt, 1, db_last_rowid(db));
    db_bind_blob(stmt, 2, sent->signed_);
    db_bind_blob(stmt, 3, sent->sealed);
    return db_do(db, stmt, NULL, err);
}

static bool read_sent(struct sqlite3_stmt *stmt, struct spool_sent *sent,
        struct err *err)
{
    struct spool_sent got = {
            .number = (uint64_t)db_int(stmt, 0),
            .submission = (uint64_t)db_int(stmt, 2),
            .position = (uint32_t)db_int(stmt, 3),
            .case_number = (uint64_t)db_int(stmt, 4),
            .moment = (uint64_t)db_int(stmt, 5),
            .type = (enum letter_type)db_int(stmt, 9),
            .event = (enum offer_event)db_int(stmt, 10),
            .state = (enum receipt_state)db_int(stmt, 11),
            .terminal = db_int(stmt, 12) != 0,
            .expires_ms = db_int(stmt, 13),
    };
    spool_text(stmt, 7, got.recipient, sizeof got.recipient);
    spool_text(stmt, 8, got.on_behalf_of, sizeof got.on_behalf_of);
    if (!db_id(stmt, 1, &got.msg_id, err) || !db_id(stmt, 6, &got.offer_id, err) ||
            !db_fixed(stmt, 14, got.core_hash.b, sizeof got.core_hash.b, err))
        return false;
    *sent = got;
    return true;
}

bool spool_get_sent(struct db *db, const struct id *msg_id, bool *found,
        struct spool_sent *sent, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SENT_GET);
    db_bind_id(stmt, 1, msg_id);
    bool ok = db_row(db, stmt, found, err) && (!*found || read_sent(stmt, sent, err));
    db_end(stmt);
    return ok;
}

static bool sent_with_core(struct db *db, struct sqlite3_stmt *stmt,
        struct arena *arena, bool *found, struct spool_sent *sent, struct err *err)
{
    bool ok = db_row(db, stmt, found, err) &&
              (!*found ||
                      (read_sent(stmt, sent, err) &&
                              spool_keep(arena, db_blob(stmt, 15), &sent->core, err)));
    db_end(stmt);
    return ok;
}

bool spool_get_sent_core(struct db *db, const struct id *msg_id, struct arena *arena,
        bool *found, struct spool_sent *sent, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SENT_GET);
    db_bind_id(stmt, 1, msg_id);
    return sent_with_core(db, stmt, arena, found, sent, err);
}

bool spool_last_sent(struct db *db, uint64_t case_number, const struct id *offer_id,
        enum letter_type type, struct arena *arena, bool *found,
        struct spool_sent *sent, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SENT_LAST);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_id(stmt, 2, offer_id);
    db_bind_int(stmt, 3, (int64_t)type);
    return sent_with_core(db, stmt, arena, found, sent, err);
}

bool spool_sent_of(struct db *db, uint64_t submission,
        struct spool_sent sent[SPOOL_LETTERS_MAX], size_t *n_sent, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SENT_OF);
    db_bind_int(stmt, 1, (int64_t)submission);
    db_bind_int(stmt, 2, SPOOL_LETTERS_MAX);
    struct db_rows rows = db_rows(db, stmt, SPOOL_LETTERS_MAX);
    while (db_next(&rows, err))
        rows.ok = read_sent(stmt, &sent[rows.at], err);
    return db_rows_end(&rows, n_sent);
}

bool spool_letters(struct db *db, uint64_t submission, struct arena *arena,
        struct letter letters[SPOOL_LETTERS_MAX], size_t *n_letters, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SENT_LETTERS);
    db_bind_int(stmt, 1, (int64_t)submission);
    db_bind_int(stmt, 2, SPOOL_LETTERS_MAX);
    struct db_rows rows = db_rows(db, stmt, SPOOL_LETTERS_MAX);
    while (db_next(&rows, err)) {
        rows.ok = spool_keep(arena, db_blob(stmt, 0), &letters[rows.at].signed_, err) &&
                  spool_keep(arena, db_blob(stmt, 1), &letters[rows.at].sealed, err);
    }
    return db_rows_end(&rows, n_letters);
}

bool spool_sent_ends(struct db *db, const struct id *msg_id, enum receipt_state state,
        struct span receipt, struct err *err)
{
    int64_t changed;
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SENT_TERMINAL);
    db_bind_id(stmt, 1, msg_id);
    db_bind_int(stmt, 2, (int64_t)state);
    db_bind_blob(stmt, 3, receipt);
    if (!db_do(db, stmt, &changed, err))
        return false;
    if (changed == 0)
        return true;
    stmt = db_use(db, SPOOL_PARCEL_DROP);
    db_bind_id(stmt, 1, msg_id);
    return db_do(db, stmt, NULL, err);
}

bool spool_count_seals(struct db *db, const struct spool_sent *sent, int64_t since_ms,
        uint64_t *n_letters, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SENT_SEALS);
    db_bind_int(stmt, 1, (int64_t)sent->case_number);
    db_bind_int(stmt, 2, (int64_t)sent->moment);
    db_bind_int(stmt, 3, since_ms);
    db_bind_id(stmt, 4, &sent->offer_id);
    return spool_number(db, stmt, n_letters, err);
}

bool spool_open_contents(struct db *db, uint64_t case_number,
        struct id letters[SPOOL_OFFERS_MAX], size_t *n_letters, struct err *err)
{
    return spool_ids(db, SPOOL_SENT_CONTENTS, case_number, letters, SPOOL_OFFERS_MAX,
            n_letters, err);
}

bool spool_count_outbox(struct db *db, uint64_t *n_letters, struct err *err)
{
    return spool_number(db, db_use(db, SPOOL_SENT_COUNT), n_letters, err);
}

/* ------------------------------------------------------------- letters in */

bool spool_put_received(struct db *db, const struct spool_received *received,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_RECEIVED_PUT);
    db_bind_id(stmt, 1, &received->msg_id);
    db_bind_text(stmt, 2, received->sender);
    db_bind_blob(stmt, 3, SPAN_OF(received->letter_hash));
    db_bind_blob(stmt, 4, SPAN_OF(received->core_hash));
    db_bind_int(stmt, 5, (int64_t)received->case_number);
    db_bind_int(stmt, 6, (int64_t)received->type);
    db_bind_int(stmt, 7, (int64_t)received->state);
    db_bind_int(stmt, 8, received->at_ms);
    db_bind_blob(stmt, 9, received->receipt);
    return db_do(db, stmt, NULL, err);
}

bool spool_get_received(struct db *db, const struct id *msg_id, const char *sender,
        struct arena *arena, bool *found, struct spool_received *received,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_RECEIVED_GET);
    db_bind_id(stmt, 1, msg_id);
    db_bind_text(stmt, 2, sender);
    bool ok = db_row(db, stmt, found, err);
    if (ok && *found) {
        struct spool_received got = {
                .msg_id = *msg_id,
                .case_number = (uint64_t)db_int(stmt, 4),
                .type = (enum letter_type)db_int(stmt, 5),
                .state = (enum receipt_state)db_int(stmt, 6),
                .at_ms = db_int(stmt, 7),
        };
        spool_text(stmt, 1, got.sender, sizeof got.sender);
        ok = db_fixed(stmt, 2, got.letter_hash.b, sizeof got.letter_hash.b, err) &&
             db_fixed(stmt, 3, got.core_hash.b, sizeof got.core_hash.b, err) &&
             spool_keep(arena, db_blob(stmt, 8), &got.receipt, err);
        if (ok)
            *received = got;
    }
    db_end(stmt);
    return ok;
}
