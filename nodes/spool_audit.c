/* spool_audit.c - the broker's audit log as it is kept at the node: what was promised a
 * leaf, the proofs, the checkpoints, and what was found wrong. */
#include "nodes/spool_inner.h"

_Static_assert(AUDIT_WAITING == 0 && AUDIT_LOST == 3,
        "what waits for its proof, or is lost, has this state in SQL");

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

bool spool_proof_after(struct db *db, uint64_t case_number, uint64_t after,
        struct arena *arena, bool *found, struct spool_proof *proof, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_PROOF_CASE);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, (int64_t)after);
    if (!db_row(db, stmt, found, err))
        return false;
    bool ok = !*found || take_proof(stmt, arena, proof, err);
    db_end(stmt);
    return ok;
}
