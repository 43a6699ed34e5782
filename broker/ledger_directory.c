/* ledger_directory.c - partners and the signed things of the directory, in the ledger.
 */
#include "broker/ledger_sql.h"

bool ledger_partners(struct ledger *ledger,
        bool (*on_partner)(void *self, uint32_t no, const char *name, bool suspended,
                bool in_step),
        void *self, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_PARTNER_ALL);
    bool row;

    while (true) {
        if (!db_row(ledger->db, stmt, &row, err))
            return false;
        if (!row)
            return true;
        if (!on_partner(self, (uint32_t)db_int(stmt, 0), db_text(stmt, 1),
                    !db_is_null(stmt, 2), db_int(stmt, 3) != 0)) {
            db_end(stmt);
            return err_set(err, ERR_NOMEM, "no memory for the partners");
        }
    }
}

bool ledger_partner_add(struct ledger *ledger, const char *name, uint32_t *no,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_PARTNER_ADD);
    db_bind_text(stmt, 1, name);
    if (!db_do(ledger->db, stmt, NULL, err))
        return false;
    *no = (uint32_t)db_last_rowid(ledger->db);
    return true;
}

bool ledger_partner_suspend(struct ledger *ledger, uint32_t no, const char *why,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_PARTNER_SUSPEND);
    db_bind_int(stmt, 1, no);
    db_bind_text(stmt, 2, why);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_partner_step(struct ledger *ledger, uint32_t no, bool in_step,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_PARTNER_STEP);
    db_bind_int(stmt, 1, no);
    db_bind_int(stmt, 2, in_step);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_thing_put(struct ledger *ledger, const char *key, enum kind kind,
        struct span bytes, uint64_t *seq, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_THING_PUT);
    db_bind_text(stmt, 1, key);
    db_bind_int(stmt, 2, kind);
    db_bind_blob(stmt, 3, bytes);
    if (!db_do(ledger->db, stmt, NULL, err))
        return false;
    *seq = (uint64_t)db_last_rowid(ledger->db);
    return true;
}

bool ledger_thing_next(struct ledger *ledger, uint64_t after, struct arena *arena,
        struct ledger_thing *thing, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_THING_NEXT);
    db_bind_int(stmt, 1, (int64_t)after);
    if (!db_row(ledger->db, stmt, found, err))
        return false;
    if (!*found)
        return true;
    struct ledger_thing out = {
            .seq = (uint64_t)db_int(stmt, 0),
            .kind = (enum kind)db_int(stmt, 1),
    };
    bool ok = ledger_copy(stmt, 2, arena, &out.bytes, err);
    db_end(stmt);
    if (ok)
        *thing = out;
    return ok;
}

bool ledger_thing_last(struct ledger *ledger, uint64_t *seq, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_THING_LAST);
    bool row;

    if (!db_row(ledger->db, stmt, &row, err))
        return false;
    *seq = row ? (uint64_t)db_int(stmt, 0) : 0;
    db_end(stmt);
    return true;
}
