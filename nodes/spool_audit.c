/* spool_audit.c - the broker's audit log as it is kept at the node: what was promised a
 * leaf, the proofs, the checkpoints. */
#include "nodes/spool_inner.h"

_Static_assert(AUDIT_WAITING == 0 && AUDIT_PROVED == 1 && AUDIT_WRONG == 2 &&
                       AUDIT_LOST == 3,
        "the states of a proof have these numbers in SQL");
_Static_assert(KIND_SNAPSHOT == 4 && KIND_STATEMENT == 6 && KIND_WITHDRAWAL == 8 &&
                       KIND_LETTER == 9,
        "what was signed has these kinds in SQL");

/* ------------------------------------------------------------- logs */

bool spool_get_log(struct db *db, uint64_t number, struct arena *arena, bool *found,
        struct spool_log *log, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_LOG_GET);
    db_bind_int(stmt, 1, (int64_t)number);
    if (!db_row(db, stmt, found, err))
        return false;
    bool ok = true;
    if (*found) {
        struct spool_log got = {
                .number = number,
                .from_size = (uint64_t)db_int(stmt, 1),
                .size = (uint64_t)db_int(stmt, 2),
                .met_ms = db_int(stmt, 5),
                .seen_ms = db_int(stmt, 6),
        };
        ok = db_id(stmt, 0, &got.store_id, err) &&
             db_fixed(stmt, 3, got.root.b, sizeof got.root.b, err) &&
             spool_keep(arena, db_blob(stmt, 4), &got.checkpoint, err);
        if (ok)
            *log = got;
    }
    db_end(stmt);
    return ok;
}

bool spool_find_log(struct db *db, const struct id *store_id, bool *found,
        uint64_t *number, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_LOG_FIND);
    db_bind_id(stmt, 1, store_id);
    if (!spool_number(db, stmt, number, err))
        return false;
    *found = *number != 0;
    return true;
}

bool spool_add_log(struct db *db, struct spool_log *log, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_LOG_ADD);
    db_bind_id(stmt, 1, &log->store_id);
    db_bind_int(stmt, 2, (int64_t)log->from_size);
    db_bind_int(stmt, 3, (int64_t)log->size);
    db_bind_blob(stmt, 4, SPAN_OF(log->root));
    db_bind_blob(stmt, 5, log->checkpoint);
    db_bind_int(stmt, 6, log->met_ms);
    db_bind_int(stmt, 7, log->seen_ms);
    if (!db_do(db, stmt, NULL, err))
        return false;
    log->number = (uint64_t)db_last_rowid(db);
    return true;
}

bool spool_pin_log(struct db *db, const struct spool_log *log, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_LOG_PIN);
    db_bind_int(stmt, 1, (int64_t)log->number);
    db_bind_int(stmt, 2, (int64_t)log->size);
    db_bind_blob(stmt, 3, SPAN_OF(log->root));
    db_bind_blob(stmt, 4, log->checkpoint);
    db_bind_int(stmt, 5, log->seen_ms);
    return db_do(db, stmt, NULL, err);
}

bool spool_move_proofs(struct db *db, uint64_t from_log, const struct spool_log *to,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_PROOF_MOVE);
    db_bind_int(stmt, 1, (int64_t)from_log);
    db_bind_int(stmt, 2, (int64_t)to->number);
    db_bind_int(stmt, 3, (int64_t)to->from_size);
    if (!db_do(db, stmt, NULL, err))
        return false;
    stmt = db_use(db, SPOOL_PROOF_LOSE);
    db_bind_int(stmt, 1, (int64_t)from_log);
    return db_do(db, stmt, NULL, err);
}

/* ------------------------------------------------------------- proofs */

bool spool_put_proof(struct db *db, const struct spool_proof *proof, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_PROOF_PUT);
    db_bind_int(stmt, 1, (int64_t)proof->log);
    db_bind_int(stmt, 2, (int64_t)proof->log_leaf);
    db_bind_int(stmt, 3, (int64_t)proof->kind);
    db_bind_id(stmt, 4, &proof->about);
    db_bind_int(stmt, 5, (int64_t)proof->case_number);
    db_bind_int(stmt, 6, proof->at_ms);
    db_bind_blob(stmt, 7, proof->bytes);
    db_bind_int(stmt, 8, proof->said);
    return db_do(db, stmt, NULL, err);
}

/* What one row holds; its spans lie in the arena. */
static bool take_proof(struct sqlite3_stmt *stmt, struct arena *arena,
        struct spool_proof *proof, struct err *err)
{
    struct spool_proof got = {
            .number = (uint64_t)db_int(stmt, 0),
            .log = (uint64_t)db_int(stmt, 1),
            .log_leaf = (uint64_t)db_int(stmt, 2),
            .kind = (enum kind)db_int(stmt, 3),
            .case_number = (uint64_t)db_int(stmt, 5),
            .at_ms = db_int(stmt, 6),
            .state = (enum audit_state)db_int(stmt, 7),
    };
    if (!db_id(stmt, 4, &got.about, err) ||
            !spool_keep(arena, db_blob(stmt, 8), &got.bytes, err) ||
            !spool_keep(arena, db_blob(stmt, 9), &got.leaf, err) ||
            !spool_keep(arena, db_blob(stmt, 10), &got.path, err) ||
            !spool_keep(arena, db_blob(stmt, 11), &got.checkpoint, err))
        return false;
    *proof = got;
    return true;
}

static bool one_proof(struct db *db, struct sqlite3_stmt *stmt, struct arena *arena,
        bool *found, struct spool_proof *proof, struct err *err)
{
    if (!db_row(db, stmt, found, err))
        return false;
    bool ok = !*found || take_proof(stmt, arena, proof, err);
    db_end(stmt);
    return ok;
}

bool spool_proof_after(struct db *db, uint64_t case_number, uint64_t after,
        struct arena *arena, bool *found, struct spool_proof *proof, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_PROOF_CASE);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, (int64_t)after);
    return one_proof(db, stmt, arena, found, proof, err);
}

bool spool_proof_of(struct db *db, enum kind kind, const struct id *about,
        struct arena *arena, bool *found, struct spool_proof *proof, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_PROOF_OF);
    db_bind_int(stmt, 1, (int64_t)kind);
    db_bind_id(stmt, 2, about);
    if (!db_row(db, stmt, found, err))
        return false;
    bool ok = !*found || take_proof(stmt, arena, proof, err);
    db_end(stmt);
    return ok;
}

bool spool_any_proof_after(struct db *db, uint64_t after, struct arena *arena,
        bool *found, struct spool_proof *proof, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_PROOF_ALL);
    db_bind_int(stmt, 1, (int64_t)after);
    return one_proof(db, stmt, arena, found, proof, err);
}

bool spool_proof_at(struct db *db, uint64_t log, uint64_t log_leaf, struct arena *arena,
        bool *found, struct spool_proof *proof, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_PROOF_AT);
    db_bind_int(stmt, 1, (int64_t)log);
    db_bind_int(stmt, 2, (int64_t)log_leaf);
    return one_proof(db, stmt, arena, found, proof, err);
}

bool spool_late_proof(struct db *db, uint64_t log, uint64_t size, int64_t before_ms,
        struct arena *arena, bool *found, struct spool_proof *proof, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_PROOF_LATE);
    db_bind_int(stmt, 1, (int64_t)log);
    db_bind_int(stmt, 2, (int64_t)size);
    db_bind_int(stmt, 3, before_ms);
    return one_proof(db, stmt, arena, found, proof, err);
}

bool spool_open_places(struct db *db, uint64_t log, uint64_t *log_leaves, size_t max,
        size_t *n, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_PROOF_OPEN);
    db_bind_int(stmt, 1, (int64_t)log);
    db_bind_int(stmt, 2, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        log_leaves[rows.at] = (uint64_t)db_int(stmt, 0);
    return db_rows_end(&rows, n);
}

bool spool_proof_about(struct db *db, uint64_t log, const struct id *about,
        uint64_t after, struct arena *arena, bool *found, struct spool_proof *proof,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_PROOF_ABOUT);
    db_bind_int(stmt, 1, (int64_t)log);
    db_bind_id(stmt, 2, about);
    db_bind_int(stmt, 3, (int64_t)after);
    return one_proof(db, stmt, arena, found, proof, err);
}

bool spool_proof_done(struct db *db, const struct spool_proof *proof,
        uint64_t checkpoint, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_PROOF_DONE);
    db_bind_int(stmt, 1, (int64_t)proof->number);
    db_bind_int(stmt, 2, (int64_t)proof->state);
    db_bind_blob(stmt, 3, proof->leaf);
    db_bind_blob(stmt, 4, proof->path);
    db_bind_int(stmt, 5, (int64_t)checkpoint);
    return db_do(db, stmt, NULL, err);
}

bool spool_put_checkpoint(struct db *db, uint64_t log, uint64_t size, struct span bytes,
        uint64_t *number, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CHECKPOINT_FIND);
    db_bind_int(stmt, 1, (int64_t)log);
    db_bind_int(stmt, 2, (int64_t)size);
    if (!spool_number(db, stmt, number, err))
        return false;
    if (*number != 0)
        return true;
    stmt = db_use(db, SPOOL_CHECKPOINT_PUT);
    db_bind_int(stmt, 1, (int64_t)log);
    db_bind_int(stmt, 2, (int64_t)size);
    db_bind_blob(stmt, 3, bytes);
    if (!db_do(db, stmt, NULL, err))
        return false;
    *number = (uint64_t)db_last_rowid(db);
    return true;
}

bool spool_count_proofs(struct db *db, uint64_t counts[AUDIT_STATES], struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_PROOF_COUNT);
    bool row = true;
    memset(counts, 0, AUDIT_STATES * sizeof *counts);
    while (row) {
        if (!db_row(db, stmt, &row, err))
            return false;
        int64_t state = row ? db_int(stmt, 0) : AUDIT_STATES;
        if (state >= 0 && state < AUDIT_STATES)
            counts[state] = (uint64_t)db_int(stmt, 1);
    }
    return true;
}

bool spool_count_behind(struct db *db, uint64_t log, uint64_t size, uint64_t *n,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_PROOF_BEHIND);
    db_bind_int(stmt, 1, (int64_t)log);
    db_bind_int(stmt, 2, (int64_t)size);
    return spool_number(db, stmt, n, err);
}

bool spool_log_before(struct db *db, uint64_t number, uint64_t *before, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_LOG_BEFORE);
    db_bind_int(stmt, 1, (int64_t)number);
    return spool_number(db, stmt, before, err);
}

bool spool_case_of_received(struct db *db, const struct id *msg_id,
        uint64_t *case_number, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_RECEIVED_CASE);
    db_bind_id(stmt, 1, msg_id);
    return spool_number(db, stmt, case_number, err);
}
