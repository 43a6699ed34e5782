/* ledger_consents.c - the register of consents, and what was handed over under them. */
#include "broker/ledger_sql.h"

static bool read_consent(struct sqlite3_stmt *stmt, struct arena *arena,
        struct consent_row *row, struct err *err)
{
    struct consent_row out = {
            .no = db_int(stmt, 0),
            .collector = (uint32_t)db_int(stmt, 2),
            .conflict = db_int(stmt, 5) != 0,
            .confirmed = db_int(stmt, 6) != 0,
            .withdrawn = (uint64_t)db_int(stmt, 7),
            .withdrawn_leaf = (uint64_t)db_int(stmt, 9),
    };

    if (!db_id(stmt, 1, &out.consent_id, err) ||
            !ledger_copy(stmt, 3, arena, &out.bytes, err) ||
            !ledger_copy(stmt, 8, arena, &out.withdrawal, err))
        return false;
    if (out.bytes.len > 0 && !db_fixed(stmt, 4, out.hash.b, sizeof out.hash.b, err))
        return false;
    *row = out;
    return true;
}

static bool one_consent(struct ledger *ledger, struct sqlite3_stmt *stmt,
        struct arena *arena, struct consent_row *row, bool *found, struct err *err)
{
    if (!db_row(ledger->db, stmt, found, err))
        return false;
    bool ok = !*found || read_consent(stmt, arena, row, err);
    db_end(stmt);
    return ok;
}

bool ledger_consent_find(struct ledger *ledger, const struct id *consent_id,
        struct arena *arena, struct consent_row *row, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_CONSENT_FIND);
    db_bind_id(stmt, 1, consent_id);
    return one_consent(ledger, stmt, arena, row, found, err);
}

bool ledger_consent_get(struct ledger *ledger, int64_t no, struct arena *arena,
        struct consent_row *row, bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_CONSENT_GET);
    db_bind_int(stmt, 1, no);
    return one_consent(ledger, stmt, arena, row, found, err);
}

bool ledger_consent_id(struct ledger *ledger, int64_t no, struct id *consent_id,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_CONSENT_ID);
    bool row;

    db_bind_int(stmt, 1, no);
    if (!db_row(ledger->db, stmt, &row, err))
        return false;
    if (!row)
        return err_set(err, ERR_CORRUPT, "an offer under a consent that is not there");
    bool ok = db_id(stmt, 0, consent_id, err);
    db_end(stmt);
    return ok;
}

bool ledger_consent_put(struct ledger *ledger, struct consent_row *row,
        int64_t until_ms, struct err *err)
{
    bool add = row->no == 0;
    struct sqlite3_stmt *stmt =
            db_use(ledger->db, add ? SQL_CONSENT_ADD : SQL_CONSENT_FILL);

    if (add)
        db_bind_id(stmt, 1, &row->consent_id);
    else
        db_bind_int(stmt, 1, row->no);
    ledger_bind_ref(stmt, 2, row->collector);
    db_bind_blob(stmt, 3, row->bytes);
    db_bind_blob(stmt, 4,
            row->bytes.len > 0 ? SPAN_OF(row->hash) : (struct span){NULL, 0});
    db_bind_int(stmt, 5, row->confirmed);
    db_bind_int(stmt, 6, until_ms);
    if (!db_do(ledger->db, stmt, NULL, err))
        return false;
    if (add)
        row->no = db_last_rowid(ledger->db);
    return true;
}

bool ledger_consent_conflict(struct ledger *ledger, int64_t no, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_CONSENT_CONFLICT);
    db_bind_int(stmt, 1, no);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_consent_doubt(struct ledger *ledger, uint32_t collector, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_CONSENT_DOUBT_OF);
    db_bind_int(stmt, 1, collector);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_consent_confirm(struct ledger *ledger, int64_t no, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_CONSENT_CONFIRM);
    db_bind_int(stmt, 1, no);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_consent_withdraw(struct ledger *ledger, const struct consent_row *row,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_CONSENT_WITHDRAW);
    db_bind_int(stmt, 1, row->no);
    db_bind_int(stmt, 2, (int64_t)row->withdrawn);
    db_bind_blob(stmt, 3, row->withdrawal);
    db_bind_int(stmt, 4, (int64_t)row->withdrawn_leaf);
    return db_do(ledger->db, stmt, NULL, err);
}

/* ---- handed over ---- */

bool ledger_handed_add(struct ledger *ledger, int64_t consent,
        const struct handed_row *row, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_HANDED_ADD);
    db_bind_int(stmt, 1, consent);
    db_bind_id(stmt, 2, &row->msg_id);
    db_bind_int(stmt, 3, row->partner);
    db_bind_int(stmt, 4, row->type);
    db_bind_int(stmt, 5, row->at_ms);
    return db_do(ledger->db, stmt, NULL, err);
}

bool ledger_handed_all(struct ledger *ledger, int64_t consent, uint32_t partner,
        struct handed_row *rows, size_t cap, size_t *n, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_HANDED_ALL);
    size_t count = 0;
    bool row;

    db_bind_int(stmt, 1, consent);
    db_bind_int(stmt, 2, (int64_t)cap);
    db_bind_int(stmt, 3, partner);
    db_bind_int(stmt, 4, partner != 0 ? partner : UINT32_MAX);
    db_bind_int(stmt, 5, LEDGER_HANDED_SORTED_MAX);
    while (true) {
        if (!db_row(ledger->db, stmt, &row, err))
            return false;
        if (!row || count == cap)
            break;
        struct handed_row *out = &rows[count++];
        if (!db_id(stmt, 0, &out->msg_id, err))
            return false;
        out->partner = (uint32_t)db_int(stmt, 1);
        out->type = (enum letter_type)db_int(stmt, 2);
        out->at_ms = db_int(stmt, 3);
    }
    db_end(stmt);
    *n = count;
    return true;
}

bool ledger_handed_partners(struct ledger *ledger, int64_t consent, uint32_t after,
        uint32_t *partners, size_t cap, size_t *n, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_HANDED_PARTNERS);
    size_t count = 0;
    bool row;

    db_bind_int(stmt, 1, consent);
    db_bind_int(stmt, 2, after);
    db_bind_int(stmt, 3, (int64_t)cap);
    while (true) {
        if (!db_row(ledger->db, stmt, &row, err))
            return false;
        if (!row || count == cap)
            break;
        partners[count++] = (uint32_t)db_int(stmt, 0);
    }
    db_end(stmt);
    *n = count;
    return true;
}

bool ledger_handed_to(struct ledger *ledger, int64_t consent, uint32_t partner,
        bool *found, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_HANDED_TO);
    db_bind_int(stmt, 1, consent);
    db_bind_int(stmt, 2, partner);
    bool ok = db_row(ledger->db, stmt, found, err);
    db_end(stmt);
    return ok;
}

/* ---- what is over ---- */

static bool next_day(struct ledger *ledger, int64_t upto_ms, int64_t before_ms,
        bool *found, int64_t *day_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_CONSENT_DAY);
    bool row;

    db_bind_int(stmt, 1, upto_ms);
    db_bind_int(stmt, 2, before_ms);
    if (!db_row(ledger->db, stmt, &row, err))
        return false;
    *found = row && !db_is_null(stmt, 0);
    *day_ms = *found ? db_int(stmt, 0) : 0;
    db_end(stmt);
    return true;
}

bool ledger_over_purge(struct ledger *ledger, enum ledger_over what, int64_t before_ms,
        int64_t *upto_ms, bool *more, int64_t *n, struct err *err)
{
    static const enum ledger_statement STATEMENTS[LEDGER_N_OVER] = {
            [LEDGER_OVER_HANDED] = SQL_HANDED_PURGE,
            [LEDGER_OVER_RECALLED] = SQL_RECALLED_PURGE,
            [LEDGER_OVER_CONSENTS] = SQL_CONSENT_PURGE,
    };
    int64_t day_ms;

    *n = 0;
    if (!next_day(ledger, *upto_ms, before_ms, more, &day_ms, err))
        return false;
    if (!*more)
        return true;
    struct sqlite3_stmt *stmt = db_use(ledger->db, STATEMENTS[what]);
    db_bind_int(stmt, 1, day_ms);
    if (!db_do(ledger->db, stmt, n, err))
        return false;
    *upto_ms = day_ms;
    return true;
}
