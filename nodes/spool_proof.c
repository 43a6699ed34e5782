/* spool_proof.c - what we signed ourselves that proves a case, and the register of who
 * opened it. */
#include "core/hash.h"
#include "nodes/spool_inner.h"

/* ------------------------------------------------------------- what was signed */

bool spool_put_evidence(struct db *db, const struct spool_evidence *evidence,
        struct err *err)
{
    struct key32 hash = hash_sha256_one(evidence->bytes);
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_EVIDENCE_PUT);
    db_bind_int(stmt, 1, (int64_t)evidence->case_number);
    db_bind_int(stmt, 2, (int64_t)evidence->kind);
    db_bind_id(stmt, 3, &evidence->msg_id);
    db_bind_int(stmt, 4, evidence->at_ms);
    db_bind_blob(stmt, 5, SPAN_OF(hash));
    db_bind_blob(stmt, 6, evidence->bytes);
    db_bind_int(stmt, 7, SPOOL_EVIDENCE_MAX);
    return db_do(db, stmt, NULL, err);
}

bool spool_evidence(struct db *db, uint64_t case_number, struct arena *arena,
        struct span *bytes, size_t max, size_t *n_bytes, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_EVIDENCE_OF);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        rows.ok = spool_keep(arena, db_blob(stmt, 0), &bytes[rows.at], err);
    return db_rows_end(&rows, n_bytes);
}

bool spool_case_letters(struct db *db, uint64_t case_number, struct id *ids, size_t max,
        size_t *n_ids, struct err *err)
{
    return spool_ids(db, SPOOL_EVIDENCE_LETTERS, case_number, ids, max, n_ids, err);
}

/* ------------------------------------------------------------- who opened what */

bool spool_next_opening(struct db *db, uint64_t *number, struct err *err)
{
    return spool_number(db, db_use(db, SPOOL_OPENING_NEXT), number, err);
}

bool spool_put_opening(struct db *db, const struct spool_opening *opening,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_OPENING_PUT);
    db_bind_int(stmt, 1, (int64_t)opening->case_number);
    db_bind_int(stmt, 2, (int64_t)opening->consent);
    db_bind_int(stmt, 3, (int64_t)opening->nth);
    db_bind_text(stmt, 4, opening->actor);
    db_bind_int(stmt, 5, (int64_t)opening->how);
    db_bind_int(stmt, 6, opening->at_ms);
    db_bind_blob(stmt, 7, opening->letters);
    db_bind_blob(stmt, 8, SPAN_OF(opening->hash));
    db_bind_blob(stmt, 9, opening->bytes);
    return db_do(db, stmt, NULL, err);
}

static bool last_opening(struct db *db, struct sqlite3_stmt *stmt,
        struct spool_opening *last, struct err *err)
{
    struct spool_opening got = {.nth = 0};
    bool row;
    bool ok = db_row(db, stmt, &row, err);
    if (ok && row) {
        got.nth = (uint64_t)db_int(stmt, 0);
        ok = db_fixed(stmt, 1, got.hash.b, sizeof got.hash.b, err);
    }
    db_end(stmt);
    if (ok)
        *last = got;
    return ok;
}

bool spool_last_opening(struct db *db, struct spool_opening *last, struct err *err)
{
    return last_opening(db, db_use(db, SPOOL_OPENING_LAST), last, err);
}

bool spool_last_opening_of(struct db *db, uint64_t case_number, uint64_t consent,
        struct spool_opening *last, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_OPENING_LAST_OF);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, (int64_t)consent);
    return last_opening(db, stmt, last, err);
}

bool spool_has_opening(struct db *db, const struct spool_opening *opening,
        int64_t since_ms, bool *there, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_OPENING_THERE);
    db_bind_int(stmt, 1, (int64_t)opening->case_number);
    db_bind_int(stmt, 2, (int64_t)opening->consent);
    db_bind_text(stmt, 3, opening->actor);
    db_bind_int(stmt, 4, (int64_t)opening->how);
    db_bind_int(stmt, 5, since_ms);
    db_bind_blob(stmt, 6, opening->letters);
    bool ok = db_row(db, stmt, there, err);
    db_end(stmt);
    return ok;
}

static bool read_opening(struct sqlite3_stmt *stmt, struct arena *arena,
        struct spool_opening *opening, struct err *err)
{
    *opening = (struct spool_opening){
            .number = (uint64_t)db_int(stmt, 0),
            .at_ms = db_int(stmt, 1),
            .how = (enum opening_how)db_int(stmt, 3),
    };
    return spool_keep_text(arena, db_text(stmt, 2), &opening->actor, err) &&
           spool_keep(arena, db_blob(stmt, 4), &opening->letters, err) &&
           spool_keep(arena, db_blob(stmt, 5), &opening->bytes, err);
}

bool spool_openings(struct db *db, uint64_t case_number, uint64_t consent,
        struct arena *arena, struct spool_opening *openings, size_t max,
        size_t *n_openings, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_OPENING_NEWEST);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, (int64_t)consent);
    db_bind_int(stmt, 3, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        rows.ok = read_opening(stmt, arena, &openings[rows.at], err);
    return db_rows_end(&rows, n_openings);
}

bool spool_drop_proofs(struct db *db, int64_t before_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_EVIDENCE_DROP);
    db_bind_int(stmt, 1, before_ms);
    if (!db_do(db, stmt, NULL, err))
        return false;
    stmt = db_use(db, SPOOL_OPENING_DROP);
    db_bind_int(stmt, 1, before_ms);
    return db_do(db, stmt, NULL, err) && spool_forget_joins(db, before_ms, err);
}
