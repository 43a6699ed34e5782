/* spool_keys.c - epoch keys, and wrapping every living key of the store anew. */
#include "nodes/spool_inner.h"

static bool read_epoch(struct sqlite3_stmt *stmt, struct spool_epoch *epoch,
        struct err *err)
{
    struct spool_epoch got = {.from_ms = db_int(stmt, 3), .until_ms = db_int(stmt, 4)};
    if (!db_fixed(stmt, 0, got.ekid.b, sizeof got.ekid.b, err) ||
            !db_fixed(stmt, 1, got.public_key.b, sizeof got.public_key.b, err) ||
            !spool_key_column(stmt, 2, &got.key, err))
        return false;
    *epoch = got;
    return true;
}

bool spool_put_epoch(struct db *db, const struct spool_epoch *epoch, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_EPOCH_PUT);
    db_bind_blob(stmt, 1, SPAN_OF(epoch->ekid));
    db_bind_blob(stmt, 2, SPAN_OF(epoch->public_key));
    spool_bind_key(stmt, 3, &epoch->key);
    db_bind_int(stmt, 4, epoch->from_ms);
    db_bind_int(stmt, 5, epoch->until_ms);
    return db_do(db, stmt, NULL, err);
}

bool spool_get_epoch(struct db *db, const struct tag8 *ekid, bool *found,
        struct spool_epoch *epoch, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_EPOCH_GET);
    db_bind_blob(stmt, 1, SPAN_OF(*ekid));
    bool ok = db_row(db, stmt, found, err) && (!*found || read_epoch(stmt, epoch, err));
    db_end(stmt);
    return ok;
}

bool spool_epochs(struct db *db, int64_t since_ms, struct spool_epoch *epochs,
        size_t max, size_t *n_epochs, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_EPOCH_LIST);
    db_bind_int(stmt, 1, since_ms);
    db_bind_int(stmt, 2, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        rows.ok = read_epoch(stmt, &epochs[rows.at], err);
    return db_rows_end(&rows, n_epochs);
}

bool spool_drop_epochs(struct db *db, int64_t until_ms, int64_t *n_dropped,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_EPOCH_DROP);
    db_bind_int(stmt, 1, until_ms);
    return db_do(db, stmt, n_dropped, err);
}

/* ------------------------------------------------------------- a new generation */

/* The tables that hold wrapped keys, and what a row's key is bound to. */
static const struct {
    enum spool_statement list;
    enum spool_statement save;
    enum spool_owner owner;
} WRAPPED[] = {
        {SPOOL_EPOCH_WRAPPED,   SPOOL_EPOCH_REWRAP,   SPOOL_OWNER_EPOCH  },
        {SPOOL_CONSENT_WRAPPED, SPOOL_CONSENT_REWRAP, SPOOL_OWNER_CONSENT},
        {SPOOL_CASE_WRAPPED,    SPOOL_CASE_REWRAP,    SPOOL_OWNER_CASE   },
};

struct rewrap {
    bool (*again)(void *self, struct span binding, struct spool_key *key);
    void *self;
    uint64_t n_keys;
};

static bool rewrap_row(struct db *db, size_t table, struct sqlite3_stmt *row,
        struct rewrap *rewrap, struct err *err)
{
    struct tag8 ekid;
    uint64_t number = (uint64_t)db_int(row, 0);
    bool is_epoch = WRAPPED[table].owner == SPOOL_OWNER_EPOCH;
    if (is_epoch && !db_fixed(row, 0, ekid.b, sizeof ekid.b, err))
        return false;
    struct spool_binding binding = is_epoch ? spool_bind_epoch(&ekid)
                                            : spool_bind(WRAPPED[table].owner, number);
    struct spool_key key;
    if (!spool_key_column(row, 1, &key, err))
        return false;
    if (!rewrap->again(rewrap->self, SPAN_OF(binding), &key))
        return err_set(err, ERR_CORRUPT,
                "a key of the store cannot be unwrapped: the store and "
                "keys/generation.key do not belong together");
    struct sqlite3_stmt *save = db_use(db, WRAPPED[table].save);
    if (is_epoch)
        db_bind_blob(save, 1, SPAN_OF(ekid));
    else
        db_bind_int(save, 1, (int64_t)number);
    spool_bind_key(save, 2, &key);
    rewrap->n_keys++;
    return db_do(db, save, NULL, err);
}

bool spool_rewrap(struct db *db,
        bool (*again)(void *self, struct span binding, struct spool_key *key),
        void *self, uint64_t *n_keys, struct err *err)
{
    struct rewrap rewrap = {.again = again, .self = self};
    for (size_t table = 0; table < COUNT_OF(WRAPPED); table++) {
        /* The update writes no column that the walk is ordered by, so each row comes
         * once. */
        struct sqlite3_stmt *list = db_use(db, WRAPPED[table].list);
        bool row = true;
        bool ok = true;
        while (ok && row) {
            ok = db_row(db, list, &row, err);
            if (ok && row)
                ok = rewrap_row(db, table, list, &rewrap, err);
        }
        db_end(list);
        if (!ok)
            return false;
    }
    *n_keys = rewrap.n_keys;
    return true;
}

/* ------------------------------------------------------------- erasures */

bool spool_add_erasures(struct db *db, uint64_t case_number, int64_t now_ms,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ERASURE_ADD);
    db_bind_int(stmt, 1, (int64_t)case_number);
    db_bind_int(stmt, 2, now_ms);
    return db_do(db, stmt, NULL, err);
}

bool spool_erasures(struct db *db, struct spool_erasure *erasures, size_t max,
        size_t *n_erasures, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ERASURE_LIST);
    db_bind_int(stmt, 1, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err)) {
        struct spool_erasure *erasure = &erasures[rows.at];
        *erasure = (struct spool_erasure){.case_number = (uint64_t)db_int(stmt, 3),
                .retention = (uint16_t)db_int(stmt, 4)};
        spool_text(stmt, 1, erasure->sender, sizeof erasure->sender);
        rows.ok = db_id(stmt, 0, &erasure->msg_id, err) &&
                  db_fixed(stmt, 2, erasure->core_hash.b, sizeof erasure->core_hash.b,
                          err);
    }
    return db_rows_end(&rows, n_erasures);
}

bool spool_erased(struct db *db, const struct id *msg_id, struct span receipt,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ERASURE_DONE);
    db_bind_id(stmt, 1, msg_id);
    db_bind_blob(stmt, 2, receipt);
    return db_do(db, stmt, NULL, err);
}

bool spool_erase_receipts(struct db *db, int64_t since_ms, struct arena *arena,
        struct span *receipts, size_t max, size_t *n_receipts, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_ERASURE_RECEIPTS);
    db_bind_int(stmt, 1, since_ms);
    db_bind_int(stmt, 2, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        rows.ok = spool_keep(arena, db_blob(stmt, 0), &receipts[rows.at], err);
    return db_rows_end(&rows, n_receipts);
}
