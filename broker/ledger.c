/* ledger.c - opening the ledger, who the store is, and its counts. */
#include "broker/ledger_sql.h"

#include <stdlib.h>

#include "core/hash.h"

static const char *const STATEMENTS[N_SQL] = {
#define LEDGER_ROW(name, sql) [SQL_##name] = (sql),
        LEDGER_STATEMENTS(LEDGER_ROW)
#undef LEDGER_ROW
};

/* Each start takes numbers of mail that no earlier one can have used, without a write
 * for each. */
static const uint64_t MAIL_IDS_A_START = (uint64_t)1 << 32;

struct ledger *ledger_open(const char *path, const char *vfs, struct err *err)
{
    struct ledger *ledger = calloc(1, sizeof *ledger);

    if (ledger == NULL) {
        err_set(err, ERR_NOMEM, "no memory for the ledger");
        return NULL;
    }
    /* The plan outlives the database: it lies in the ledger itself. */
    ledger->plan = (struct db_plan){
            .application_id = LEDGER_APPLICATION_ID,
            .what = "the broker's ledger",
            .migrations = LEDGER_MIGRATIONS,
            .n_migrations = N_LEDGER_MIGRATIONS,
            .statements = STATEMENTS,
            .n_statements = N_SQL,
    };
    ledger->db = db_open(path, &ledger->plan, vfs, err);
    if (ledger->db == NULL) {
        free(ledger);
        return NULL;
    }
    return ledger;
}

void ledger_close(struct ledger *ledger)
{
    if (ledger == NULL)
        return;
    db_close(ledger->db);
    free(ledger);
}

struct db *ledger_db(struct ledger *ledger)
{
    return ledger->db;
}

void ledger_bind_ref(struct sqlite3_stmt *stmt, int at, int64_t no)
{
    if (no == 0)
        db_bind_null(stmt, at);
    else
        db_bind_int(stmt, at, no);
}

bool ledger_copy(struct sqlite3_stmt *stmt, int column, struct arena *arena,
        struct span *bytes, struct err *err)
{
    struct span from = db_blob(stmt, column);

    if (from.len == 0) {
        *bytes = (struct span){NULL, 0};
        return true;
    }
    uint8_t *at = arena_take(arena, from.len);
    if (at == NULL)
        return err_set(err, ERR_NOMEM, "no room to read %zu bytes", from.len);
    memcpy(at, from.at, from.len);
    *bytes = (struct span){at, from.len};
    return true;
}

/* ---- the store itself ---- */

static bool read_heads(struct span bytes, struct merkle_log *log, struct err *err)
{
    struct merkle_log out = {.size = log->size};
    size_t n = bytes.len / sizeof out.heads[0];

    /* The tree over n leaves has one complete subtree for each bit of n. */
    if (bytes.len % sizeof out.heads[0] != 0 || n > MERKLE_PATH_MAX ||
            n != (size_t)__builtin_popcountll(log->size))
        return err_set(err, ERR_CORRUPT, "the heads of the audit log are damaged");
    out.n_heads = n;
    if (n > 0)
        memcpy(out.heads, bytes.at, bytes.len);
    *log = out;
    return true;
}

static bool read_store(struct ledger *ledger, struct ledger_store *store,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_STORE_GET);
    struct ledger_store out = {0};
    bool row;

    if (!db_row(ledger->db, stmt, &row, err))
        return false;
    if (!row)
        return err_set(err, ERR_CORRUPT, "the ledger does not say who it is");
    if (!db_id(stmt, 0, &out.store_id, err))
        return false;
    out.incarnation = (uint64_t)db_int(stmt, 1);
    out.register_version = (uint64_t)db_int(stmt, 2);
    out.mail_id = (uint64_t)db_int(stmt, 3);
    out.log.size = (uint64_t)db_int(stmt, 4);
    if (!read_heads(db_blob(stmt, 5), &out.log, err))
        return false;
    out.is_copy = db_int(stmt, 6) != 0;
    out.log_from = (uint64_t)db_int(stmt, 7);
    db_end(stmt);
    *store = out;
    return true;
}

bool ledger_start(struct ledger *ledger, struct ledger_store *store, struct err *err)
{
    struct ledger_store out;

    if (!read_store(ledger, &out, err))
        return false;
    /* A copy is another store: who spoke with the first one has to bring back what
     * happened since; and its log goes on under another name. */
    if (out.is_copy || out.incarnation == 0)
        hash_random(out.store_id.b, sizeof out.store_id.b);
    if (out.is_copy &&
            (!db_do(ledger->db, db_use(ledger->db, SQL_CONSENT_DOUBT), NULL, err) ||
                    !db_do(ledger->db, db_use(ledger->db, SQL_PARTNER_DOUBT), NULL,
                            err) ||
                    !db_do(ledger->db, db_use(ledger->db, SQL_CHECKPOINT_NONE), NULL,
                            err)))
        return false;
    if (out.is_copy)
        out.log_from = out.log.size;
    out.incarnation++;
    out.mail_id += MAIL_IDS_A_START;
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_STORE_START);
    db_bind_id(stmt, 1, &out.store_id);
    db_bind_int(stmt, 2, (int64_t)out.mail_id);
    db_bind_int(stmt, 3, (int64_t)out.log_from);
    if (!db_do(ledger->db, stmt, NULL, err))
        return false;
    *store = out;
    return true;
}

bool ledger_mark_copy(struct ledger *ledger, struct err *err)
{
    return db_do(ledger->db, db_use(ledger->db, SQL_STORE_IS_COPY), NULL, err);
}

bool ledger_set_register(struct ledger *ledger, uint64_t version, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_STORE_REGISTER);
    db_bind_int(stmt, 1, (int64_t)version);
    return db_do(ledger->db, stmt, NULL, err);
}

/* ---- counts ---- */

/* One walk over a statement of loads; the last column but `columns` missing ones are 0.
 */
static bool walk_loads(struct ledger *ledger, enum ledger_statement statement,
        bool with_sender, bool (*on_load)(void *, uint32_t, uint32_t, int64_t, int64_t),
        void *self, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, statement);
    int at = with_sender ? 2 : 1;
    bool row;

    while (true) {
        if (!db_row(ledger->db, stmt, &row, err))
            return false;
        if (!row)
            return true;
        uint32_t sender = with_sender ? (uint32_t)db_int(stmt, 1) : 0;
        if (!on_load(self, (uint32_t)db_int(stmt, 0), sender, db_int(stmt, at),
                    db_int(stmt, at + 1))) {
            db_end(stmt);
            return err_set(err, ERR_NOMEM, "no memory for the counters of mail");
        }
    }
}

bool ledger_loads(struct ledger *ledger,
        bool (*on_load)(void *self, uint32_t recipient, uint32_t sender, int64_t n,
                int64_t bytes),
        void *self, struct err *err)
{
    return walk_loads(ledger, SQL_LETTER_LOADS, true, on_load, self, err) &&
           walk_loads(ledger, SQL_MAIL_LOADS, false, on_load, self, err);
}

bool ledger_kept(struct ledger *ledger, enum ledger_kept kept,
        bool (*on_kept)(void *self, enum ledger_kept kept, uint32_t partner, int64_t n),
        void *self, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db,
            kept == LEDGER_KEPT_REFUSED ? SQL_KEPT_REFUSED : SQL_KEPT_EARLY);
    bool row;

    while (true) {
        if (!db_row(ledger->db, stmt, &row, err))
            return false;
        if (!row)
            return true;
        if (!on_kept(self, kept, (uint32_t)db_int(stmt, 0), db_int(stmt, 1))) {
            db_end(stmt);
            return err_set(err, ERR_NOMEM, "no memory for what is kept of partners");
        }
    }
}

bool ledger_check(struct ledger *ledger, enum ledger_check check, int64_t *n,
        struct err *err)
{
    static const enum ledger_statement statements[LEDGER_N_CHECKS] = {
            [LEDGER_CHECK_LETTERS] = SQL_CHECK_LETTERS,
            [LEDGER_CHECK_DATES] = SQL_CHECK_DATES,
            [LEDGER_CHECK_OWNERS] = SQL_CHECK_OWNERS,
            [LEDGER_CHECK_LODGED] = SQL_CHECK_LODGED,
            [LEDGER_CHECK_ESCALATIONS] = SQL_CHECK_ESCALATIONS,
    };
    struct sqlite3_stmt *stmt = db_use(ledger->db, statements[check]);
    bool row;

    if (!db_row(ledger->db, stmt, &row, err))
        return false;
    *n = row ? db_int(stmt, 0) : 0;
    db_end(stmt);
    return true;
}

bool ledger_conserved(struct ledger *ledger, int64_t *faults, struct err *err)
{
    int64_t n;

    *faults = 0;
    for (int check = 0; check < LEDGER_N_CHECKS; check++) {
        if (!ledger_check(ledger, (enum ledger_check)check, &n, err))
            return false;
        *faults += n;
    }
    return true;
}

bool ledger_letter_counts(struct ledger *ledger, int64_t counts[LEDGER_LETTER_STATES],
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, SQL_LETTER_COUNT);
    int64_t out[LEDGER_LETTER_STATES] = {0};
    bool row;

    while (true) {
        if (!db_row(ledger->db, stmt, &row, err))
            return false;
        if (!row)
            break;
        int64_t state = db_int(stmt, 0);
        if (state > 0 && state < LEDGER_LETTER_STATES)
            out[state] = db_int(stmt, 1);
    }
    memcpy(counts, out, sizeof out);
    return true;
}

static bool read_due(struct ledger *ledger, enum ledger_statement statement,
        int64_t *due_ms, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(ledger->db, statement);
    bool row;

    if (!db_row(ledger->db, stmt, &row, err))
        return false;
    *due_ms = row && !db_is_null(stmt, 0) ? db_int(stmt, 0) : 0;
    db_end(stmt);
    return true;
}

bool ledger_next_due(struct ledger *ledger, int64_t *due_ms, struct err *err)
{
    static const enum ledger_statement clocks[] = {SQL_OFFER_NEXT_DUE,
            SQL_LETTER_NEXT_DUE, SQL_ESCALATION_NEXT_LOOK};
    int64_t next_ms = 0, at_ms;

    for (size_t i = 0; i < COUNT_OF(clocks); i++) {
        if (!read_due(ledger, clocks[i], &at_ms, err))
            return false;
        if (at_ms != 0 && (next_ms == 0 || at_ms < next_ms))
            next_ms = at_ms;
    }
    *due_ms = next_ms;
    return true;
}
