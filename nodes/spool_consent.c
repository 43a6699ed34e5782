/* spool_consent.c - consent records, capsules, withdrawals, and what is said again to a
 * broker that lost its store. */
#include "nodes/spool_inner.h"

bool spool_next_consent(struct db *db, uint64_t *number, struct err *err)
{
    return spool_number(db, db_use(db, SPOOL_CONSENT_NEXT), number, err);
}

bool spool_put_consent(struct db *db, const struct spool_consent *consent,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CONSENT_PUT);
    db_bind_int(stmt, 1, (int64_t)consent->number);
    db_bind_int(stmt, 2, consent->recorded_ms);
    db_bind_int(stmt, 3, consent->withdrawn_ms);
    db_bind_int(stmt, 4, consent->from_day);
    db_bind_int(stmt, 5, consent->until_day);
    spool_bind_key(stmt, 6, &consent->key);
    db_bind_blob(stmt, 7, consent->content);
    db_bind_int(stmt, 8, (int64_t)consent->renews);
    db_bind_int(stmt, 9, consent->keep_days);
    return db_do(db, stmt, NULL, err);
}

/* The row that a statement stands on, or found false. */
static bool take_consent(struct db *db, struct sqlite3_stmt *stmt, struct arena *arena,
        bool *found, struct spool_consent *consent, struct err *err)
{
    bool ok = db_row(db, stmt, found, err);
    if (ok && *found) {
        struct spool_consent got = {
                .number = (uint64_t)db_int(stmt, 0),
                .recorded_ms = db_int(stmt, 1),
                .withdrawn_ms = db_int(stmt, 2),
                .from_day = (int32_t)db_int(stmt, 3),
                .until_day = (int32_t)db_int(stmt, 4),
                .renews = (uint64_t)db_int(stmt, 7),
                .keep_days = (uint32_t)db_int(stmt, 8),
        };
        ok = spool_key_column(stmt, 5, &got.key, err) &&
             spool_keep(arena, db_blob(stmt, 6), &got.content, err);
        if (ok)
            *consent = got;
    }
    db_end(stmt);
    return ok;
}

bool spool_get_consent(struct db *db, uint64_t number, struct arena *arena, bool *found,
        struct spool_consent *consent, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CONSENT_GET);
    db_bind_int(stmt, 1, (int64_t)number);
    return take_consent(db, stmt, arena, found, consent, err);
}

bool spool_consent_after(struct db *db, uint64_t after, struct arena *arena,
        bool *found, struct spool_consent *consent, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CONSENT_AFTER);
    db_bind_int(stmt, 1, (int64_t)after);
    return take_consent(db, stmt, arena, found, consent, err);
}

bool spool_consent_renewed_by(struct db *db, uint64_t number, uint64_t *by,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CONSENT_RENEWED_BY);
    db_bind_int(stmt, 1, (int64_t)number);
    return spool_number(db, stmt, by, err);
}

bool spool_consents_ending(struct db *db, int32_t from_day, int32_t until_day,
        uint64_t *n_consents, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CONSENT_ENDING);
    db_bind_int(stmt, 1, from_day);
    db_bind_int(stmt, 2, until_day);
    return spool_number(db, stmt, n_consents, err);
}

bool spool_consent_live(struct db *db, uint64_t number, int32_t before_day,
        uint64_t *n_cases, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CONSENT_LIVE);
    db_bind_int(stmt, 1, (int64_t)number);
    db_bind_int(stmt, 2, before_day);
    return spool_number(db, stmt, n_cases, err);
}

bool spool_consent_withdrawn(struct db *db, uint64_t number, int64_t now_ms,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CONSENT_WITHDRAWN);
    db_bind_int(stmt, 1, (int64_t)number);
    db_bind_int(stmt, 2, now_ms);
    return db_do(db, stmt, NULL, err);
}

bool spool_put_said(struct db *db, const struct spool_said *said, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SAID_PUT);
    db_bind_id(stmt, 1, &said->said_id);
    db_bind_int(stmt, 2, (int64_t)said->consent);
    db_bind_int(stmt, 3, said->at_ms);
    db_bind_blob(stmt, 4, said->content);
    return db_do(db, stmt, NULL, err);
}

bool spool_said_of(struct db *db, uint64_t consent, struct arena *arena,
        struct spool_said *said, size_t max, size_t *n_said, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SAID_OF);
    db_bind_int(stmt, 1, (int64_t)consent);
    db_bind_int(stmt, 2, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        rows.ok = db_id(stmt, 0, &said[rows.at].said_id, err) &&
                  spool_keep(arena, db_blob(stmt, 1), &said[rows.at].content, err);
    return db_rows_end(&rows, n_said);
}

/* ------------------------------------------------------------- capsules */

bool spool_put_capsule(struct db *db, const struct spool_capsule *capsule,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CAPSULE_PUT);
    db_bind_id(stmt, 1, &capsule->consent_id);
    if (capsule->consent == 0)
        db_bind_null(stmt, 2);
    else
        db_bind_int(stmt, 2, (int64_t)capsule->consent);
    db_bind_int(stmt, 3, capsule->own);
    db_bind_int(stmt, 4, capsule->conflict);
    db_bind_int(stmt, 5, capsule->at_ms);
    db_bind_blob(stmt, 6, capsule->bytes);
    db_bind_blob(stmt, 7, capsule->salt);
    return db_do(db, stmt, NULL, err);
}

bool spool_get_capsule(struct db *db, const struct id *consent_id, struct arena *arena,
        bool *found, struct spool_capsule *capsule, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CAPSULE_GET);
    db_bind_id(stmt, 1, consent_id);
    bool ok = db_row(db, stmt, found, err);
    if (ok && *found) {
        struct spool_capsule got = {
                .consent_id = *consent_id,
                .consent = (uint64_t)db_int(stmt, 1),
                .own = db_int(stmt, 2) != 0,
                .conflict = db_int(stmt, 3) != 0,
                .at_ms = db_int(stmt, 4),
        };
        ok = spool_keep(arena, db_blob(stmt, 5), &got.bytes, err) &&
             spool_keep(arena, db_blob(stmt, 6), &got.salt, err);
        if (ok)
            *capsule = got;
    }
    db_end(stmt);
    return ok;
}

bool spool_capsule_conflict(struct db *db, const struct id *consent_id, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CAPSULE_CONFLICT);
    db_bind_id(stmt, 1, consent_id);
    return db_do(db, stmt, NULL, err);
}

bool spool_capsules_of(struct db *db, uint64_t consent, struct id *ids, size_t max,
        size_t *n_ids, struct err *err)
{
    return spool_ids(db, SPOOL_CAPSULE_OF, consent, ids, max, n_ids, err);
}

bool spool_capsules_left(struct db *db, uint64_t consent, struct id *ids, size_t max,
        size_t *n_ids, struct err *err)
{
    return spool_ids(db, SPOOL_CAPSULE_LEFT, consent, ids, max, n_ids, err);
}

bool spool_sent_under(struct db *db, uint64_t consent, struct id *msg_ids, size_t max,
        size_t *n_msg_ids, struct err *err)
{
    return spool_ids(db, SPOOL_SENT_UNDER, consent, msg_ids, max, n_msg_ids, err);
}

bool spool_sent_receipt(struct db *db, const struct id *msg_id, struct arena *arena,
        struct span *receipt, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SENT_RECEIPT);
    bool found;
    db_bind_id(stmt, 1, msg_id);
    *receipt = (struct span){NULL, 0};
    bool ok = db_row(db, stmt, &found, err) &&
              (!found || spool_keep(arena, db_blob(stmt, 0), receipt, err));
    db_end(stmt);
    return ok;
}

/* ------------------------------------------------------------- withdrawals */

bool spool_put_withdrawal(struct db *db, const struct spool_withdrawal *withdrawal,
        bool *fresh, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_WITHDRAWAL_PUT);
    db_bind_id(stmt, 1, &withdrawal->consent_id);
    db_bind_int(stmt, 2, withdrawal->own);
    db_bind_int(stmt, 3, withdrawal->at_ms);
    db_bind_int(stmt, 4, withdrawal->registered_ms);
    db_bind_blob(stmt, 5, withdrawal->bytes);
    int64_t changed;
    if (!db_do(db, stmt, &changed, err))
        return false;
    *fresh = changed > 0;
    return true;
}

bool spool_own_withdrawal(struct db *db, const struct spool_withdrawal *withdrawal,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_WITHDRAWAL_OWN);
    db_bind_id(stmt, 1, &withdrawal->consent_id);
    db_bind_blob(stmt, 2, withdrawal->bytes);
    return db_do(db, stmt, NULL, err);
}

bool spool_get_withdrawal(struct db *db, const struct id *consent_id,
        struct arena *arena, bool *found, struct spool_withdrawal *withdrawal,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_WITHDRAWAL_GET);
    db_bind_id(stmt, 1, consent_id);
    bool ok = db_row(db, stmt, found, err);
    if (ok && *found) {
        struct spool_withdrawal got = {
                .consent_id = *consent_id,
                .own = db_int(stmt, 1) != 0,
                .at_ms = db_int(stmt, 2),
                .registered_ms = db_int(stmt, 3),
        };
        ok = spool_keep(arena, db_blob(stmt, 4), &got.bytes, err) &&
             spool_keep(arena, db_blob(stmt, 5), &got.handed_over, err);
        if (ok)
            *withdrawal = got;
    }
    db_end(stmt);
    return ok;
}

bool spool_is_withdrawn(struct db *db, const struct id *consent_id, bool *withdrawn,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_WITHDRAWAL_THERE);
    db_bind_id(stmt, 1, consent_id);
    bool ok = db_row(db, stmt, withdrawn, err);
    db_end(stmt);
    return ok;
}

bool spool_withdrawals_full(struct db *db, const struct id *consent_id, size_t max,
        bool *full, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_WITHDRAWAL_FULL);
    db_bind_id(stmt, 1, consent_id);
    db_bind_int(stmt, 2, (int64_t)max);
    bool ok = db_row(db, stmt, full, err);
    db_end(stmt);
    return ok;
}

bool spool_withdrawal_registered(struct db *db, const struct id *consent_id,
        struct span answer, int64_t now_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_WITHDRAWAL_REGISTERED);
    db_bind_id(stmt, 1, consent_id);
    db_bind_blob(stmt, 2, answer);
    db_bind_int(stmt, 3, now_ms);
    return db_do(db, stmt, NULL, err);
}

/* Rows of one blob, copied into the arena. */
static bool take_blobs(struct db *db, struct sqlite3_stmt *stmt, struct arena *arena,
        struct span *bytes, size_t max, size_t *n_bytes, struct err *err)
{
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        rows.ok = spool_keep(arena, db_blob(stmt, 0), &bytes[rows.at], err);
    return db_rows_end(&rows, n_bytes);
}

bool spool_withdrawals_waiting(struct db *db, uint64_t *n, int64_t *oldest_ms,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_WITHDRAWAL_WAITING);
    bool row;
    if (!db_row(db, stmt, &row, err))
        return false;
    *n = (uint64_t)db_int(stmt, 0);
    *oldest_ms = db_int(stmt, 1);
    db_end(stmt);
    return true;
}

bool spool_open_withdrawals(struct db *db, struct arena *arena, struct span *bytes,
        size_t max, size_t *n_bytes, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_WITHDRAWAL_OPEN);
    db_bind_int(stmt, 1, (int64_t)max);
    return take_blobs(db, stmt, arena, bytes, max, n_bytes, err);
}

/* ------------------------------------------------------------- resync */

bool spool_mark_resend(struct db *db, int64_t offers_ms, int64_t letters_ms,
        struct err *err)
{
    const struct {
        enum spool_statement mark;
        int64_t since_ms; /* 0: all */
    } MARKS[] = {
            {SPOOL_RESEND_WITHDRAWALS, 0         },
            {SPOOL_RESEND_CAPSULES,    0         },
            {SPOOL_RESEND_OFFERS,      offers_ms },
            {SPOOL_RESEND_RECEIPTS,    letters_ms},
            {SPOOL_RESEND_SUBMISSIONS, 0         },
    };
    for (size_t i = 0; i < COUNT_OF(MARKS); i++) {
        struct sqlite3_stmt *stmt = db_use(db, MARKS[i].mark);
        if (MARKS[i].since_ms != 0)
            db_bind_int(stmt, 1, MARKS[i].since_ms);
        if (!db_do(db, stmt, NULL, err))
            return false;
    }
    return true;
}

bool spool_resend(struct db *db, bool capsules, struct arena *arena,
        struct span *things, struct spool_mark *marks, size_t max, size_t *n_things,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_RESEND_LIST);
    db_bind_int(stmt, 1, (int64_t)max);
    db_bind_int(stmt, 2, capsules);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err)) {
        marks[rows.at].of = (uint32_t)db_int(stmt, 0);
        rows.ok = db_id(stmt, 1, &marks[rows.at].id, err) &&
                  spool_keep(arena, db_blob(stmt, 2), &things[rows.at], err);
    }
    return db_rows_end(&rows, n_things);
}

bool spool_resent(struct db *db, const struct spool_mark *marks, size_t n_marks,
        struct err *err)
{
    static const enum spool_statement STATEMENTS[] = {
            [SPOOL_OF_CAPSULE] = SPOOL_RESENT_CAPSULE,
            [SPOOL_OF_OFFER] = SPOOL_RESENT_OFFER,
            [SPOOL_OF_RECEIPT] = SPOOL_RESENT_RECEIPT,
    };
    for (size_t i = 0; i < n_marks; i++) {
        struct sqlite3_stmt *stmt = db_use(db, STATEMENTS[marks[i].of]);
        db_bind_id(stmt, 1, &marks[i].id);
        if (!db_do(db, stmt, NULL, err))
            return false;
    }
    return true;
}
