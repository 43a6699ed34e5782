/* spool_finding.c - what was found wrong with the broker's audit log, and what partners
 * say of it. */
#include <stdio.h>

#include "nodes/spool_inner.h"

static const char *partner_of(const struct spool_finding *finding)
{
    return finding->partner == NULL ? "" : finding->partner;
}

static bool may_add(struct db *db, const struct spool_finding *finding, bool *fresh,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_FINDING_THERE);
    bool row;
    db_bind_int(stmt, 1, (int64_t)finding->log);
    db_bind_text(stmt, 2, finding->code);
    db_bind_int(stmt, 3, (int64_t)finding->log_leaf);
    db_bind_text(stmt, 4, partner_of(finding));
    if (!db_row(db, stmt, &row, err))
        return false;
    *fresh = row && db_int(stmt, 0) < SPOOL_FINDINGS_MAX && db_int(stmt, 1) == 0;
    db_end(stmt);
    return true;
}

bool spool_put_finding(struct db *db, const struct spool_finding *finding, bool *fresh,
        struct err *err)
{
    if (!may_add(db, finding, fresh, err))
        return false;
    if (!*fresh)
        return true;
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_FINDING_PUT);
    db_bind_int(stmt, 1, (int64_t)finding->log);
    db_bind_text(stmt, 2, finding->code);
    db_bind_int(stmt, 3, (int64_t)finding->log_leaf);
    db_bind_int(stmt, 4, finding->at_ms);
    db_bind_blob(stmt, 5, finding->held);
    db_bind_blob(stmt, 6, finding->shown);
    db_bind_text(stmt, 7, partner_of(finding));
    db_bind_id(stmt, 8, &finding->msg_id);
    return db_do(db, stmt, NULL, err);
}

bool spool_finding_after(struct db *db, uint64_t after, bool open, struct arena *arena,
        bool *found, struct spool_finding *finding, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_FINDING_NEXT);
    db_bind_int(stmt, 1, (int64_t)after);
    db_bind_int(stmt, 2, open);
    if (!db_row(db, stmt, found, err))
        return false;
    bool ok = true;
    if (*found) {
        struct spool_finding got = {
                .number = (uint64_t)db_int(stmt, 0),
                .log = (uint64_t)db_int(stmt, 1),
                .log_leaf = (uint64_t)db_int(stmt, 3),
                .at_ms = db_int(stmt, 4),
                .seen_ms = db_int(stmt, 5),
        };
        ok = spool_keep_text(arena, db_text(stmt, 2), &got.code, err) &&
             spool_keep_text(arena, db_text(stmt, 6), &got.seen_by, err) &&
             spool_keep(arena, db_blob(stmt, 7), &got.held, err) &&
             spool_keep(arena, db_blob(stmt, 8), &got.shown, err) &&
             spool_keep_text(arena, db_text(stmt, 9), &got.partner, err) &&
             db_id(stmt, 10, &got.msg_id, err);
        if (ok)
            *finding = got;
    }
    db_end(stmt);
    return ok;
}

bool spool_findings_seen(struct db *db, const char *by, int64_t now_ms, int64_t *n,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_FINDING_SEEN);
    db_bind_int(stmt, 1, now_ms);
    db_bind_text(stmt, 2, by);
    return db_do(db, stmt, n, err);
}

/* ------------------------------------------------------------- what partners say */

bool spool_put_claim(struct db *db, const struct spool_claim *claim, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CLAIM_PUT);
    db_bind_text(stmt, 1, claim->partner);
    db_bind_int(stmt, 2, (int64_t)claim->log);
    db_bind_int(stmt, 3, (int64_t)claim->size);
    db_bind_blob(stmt, 4, SPAN_OF(claim->root));
    db_bind_id(stmt, 5, &claim->msg_id);
    db_bind_int(stmt, 6, claim->at_ms);
    db_bind_int(stmt, 7, SPOOL_CLAIMS_MAX);
    return db_do(db, stmt, NULL, err);
}

bool spool_next_claim(struct db *db, uint64_t log, bool *found,
        struct spool_claim *claim, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CLAIM_NEXT);
    db_bind_int(stmt, 1, (int64_t)log);
    if (!db_row(db, stmt, found, err))
        return false;
    bool ok = true;
    if (*found) {
        struct spool_claim got = {
                .log = log,
                .size = (uint64_t)db_int(stmt, 1),
                .at_ms = db_int(stmt, 4),
        };
        snprintf(got.partner, sizeof got.partner, "%s", db_text(stmt, 0));
        ok = db_fixed(stmt, 2, got.root.b, sizeof got.root.b, err) &&
             db_id(stmt, 3, &got.msg_id, err);
        if (ok)
            *claim = got;
    }
    db_end(stmt);
    return ok;
}

bool spool_drop_claim(struct db *db, const char *partner, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CLAIM_DROP);
    db_bind_text(stmt, 1, partner);
    return db_do(db, stmt, NULL, err);
}

bool spool_keep_claims(struct db *db, uint64_t log, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_CLAIM_KEEP);
    db_bind_int(stmt, 1, (int64_t)log);
    return db_do(db, stmt, NULL, err);
}
