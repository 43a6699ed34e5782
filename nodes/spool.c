/* spool.c - opening the node's store, its settings, and what the other spool files
 * share. */
#include "nodes/spool.h"

#include <stdio.h>

#include "nodes/spool_inner.h"

enum { SPOOL_APPLICATION_ID = 0x42424e31 }; /* "BBN1" */

#define X(name, sql) sql,
static const char *const STATEMENTS[] = {SPOOL_ALL_STATEMENTS(X)};
#undef X

struct db *spool_open(const char *path, const char *vfs, struct err *err)
{
    /* The plan is looked at as long as the database is open. */
    static struct db_plan const plan = {
            .application_id = SPOOL_APPLICATION_ID,
            .what = "the node's store",
            .migrations = SPOOL_MIGRATIONS,
            .n_migrations = N_SPOOL_MIGRATIONS,
            .statements = STATEMENTS,
            .n_statements = N_SPOOL_STATEMENTS,
    };
    return db_open(path, &plan, vfs, err);
}

/* ------------------------------------------------------------- shared by the spool
 * files */

bool spool_keep(struct arena *arena, struct span bytes, struct span *out,
        struct err *err)
{
    uint8_t *copy = arena_take(arena, bytes.len + 1);
    if (copy == NULL)
        return err_set(err, E_SIZE, "no room to read %zu bytes of the store",
                bytes.len);
    if (bytes.len > 0)
        memcpy(copy, bytes.at, bytes.len);
    *out = (struct span){copy, bytes.len};
    return true;
}

bool spool_keep_text(struct arena *arena, const char *text, const char **out,
        struct err *err)
{
    struct span copy;
    /* spool_keep leaves a zero byte behind what it copies. */
    if (!spool_keep(arena, span_text(text), &copy, err))
        return false;
    *out = (const char *)copy.at;
    return true;
}

bool spool_key_column(struct sqlite3_stmt *stmt, int column, struct spool_key *key,
        struct err *err)
{
    *key = (struct spool_key){.there = !db_is_null(stmt, column)};
    return !key->there ||
           db_fixed(stmt, column, key->wrapped, sizeof key->wrapped, err);
}

void spool_bind_key(struct sqlite3_stmt *stmt, int at, const struct spool_key *key)
{
    if (key->there)
        db_bind_blob(stmt, at, (struct span){key->wrapped, sizeof key->wrapped});
    else
        db_bind_null(stmt, at);
}

void spool_text(struct sqlite3_stmt *stmt, int column, char *out, size_t cap)
{
    snprintf(out, cap, "%s", db_text(stmt, column));
}

bool spool_number(struct db *db, struct sqlite3_stmt *stmt, uint64_t *value,
        struct err *err)
{
    bool row;
    if (!db_row(db, stmt, &row, err))
        return false;
    *value = row ? (uint64_t)db_int(stmt, 0) : 0;
    db_end(stmt);
    return true;
}

bool spool_numbers(struct db *db, struct sqlite3_stmt *stmt, uint64_t *numbers,
        size_t max, size_t *n_numbers, struct err *err)
{
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        numbers[rows.at] = (uint64_t)db_int(stmt, 0);
    return db_rows_end(&rows, n_numbers);
}

bool spool_ids(struct db *db, enum spool_statement list, uint64_t of, struct id *ids,
        size_t max, size_t *n_ids, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, list);
    db_bind_int(stmt, 1, (int64_t)of);
    db_bind_int(stmt, 2, (int64_t)max);
    struct db_rows rows = db_rows(db, stmt, max);
    while (db_next(&rows, err))
        rows.ok = db_id(stmt, 0, &ids[rows.at], err);
    return db_rows_end(&rows, n_ids);
}

/* ------------------------------------------------------------- settings */

static const char *const SETTINGS[N_SPOOL_SETTINGS] = {
        [SPOOL_STORE_ID] = "store_id",
        [SPOOL_INCARNATION] = "incarnation",
        [SPOOL_BROKER_STORE_ID] = "broker_store_id",
        [SPOOL_DIRECTORY_SEQ] = "directory_seq",
        [SPOOL_REGISTER_VERSION] = "register_version",
        [SPOOL_GENERATION] = "generation",
        [SPOOL_ROTATE_MS] = "rotate_ms",
        [SPOOL_AUDIT_LOG] = "audit_log",
        [SPOOL_TALLY_SINCE] = "tally_since",
        [SPOOL_TALLY_UPTO] = "tally_upto",
};

bool spool_get_number(struct db *db, enum spool_setting setting, uint64_t *value,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SETTING_GET);
    db_bind_text(stmt, 1, SETTINGS[setting]);
    return spool_number(db, stmt, value, err);
}

static bool set(struct db *db, enum spool_setting setting, uint64_t value,
        struct span bytes, struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SETTING_SET);
    db_bind_text(stmt, 1, SETTINGS[setting]);
    db_bind_int(stmt, 2, (int64_t)value);
    db_bind_blob(stmt, 3, bytes);
    return db_do(db, stmt, NULL, err);
}

bool spool_set_number(struct db *db, enum spool_setting setting, uint64_t value,
        struct err *err)
{
    return set(db, setting, value, (struct span){NULL, 0}, err);
}

bool spool_get_bytes(struct db *db, enum spool_setting setting, void *out, size_t len,
        struct err *err)
{
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_SETTING_GET);
    db_bind_text(stmt, 1, SETTINGS[setting]);
    bool row;
    if (!db_row(db, stmt, &row, err))
        return false;
    bool ok = true;
    if (row && !db_is_null(stmt, 1))
        ok = db_fixed(stmt, 1, out, len, err);
    else
        memset(out, 0, len);
    db_end(stmt);
    return ok;
}

bool spool_set_bytes(struct db *db, enum spool_setting setting, struct span bytes,
        struct err *err)
{
    return set(db, setting, 0, bytes, err);
}

bool spool_skip_numbers(struct db *db, uint64_t n, struct err *err)
{
    /* What was never given a number here has no row yet. */
    struct sqlite3_stmt *stmt = db_use(db, SPOOL_NUMBERS_BEGIN);
    if (!db_do(db, stmt, NULL, err))
        return false;
    stmt = db_use(db, SPOOL_NUMBERS_SKIP);
    db_bind_int(stmt, 1, (int64_t)n);
    return db_do(db, stmt, NULL, err);
}

/* ------------------------------------------------------------- keys and what they are
 * bound to */

struct spool_binding spool_bind(enum spool_owner owner, uint64_t number)
{
    struct spool_binding binding = {
            .bytes = {'B', 'B', 'a', 't', 'r', 'e', 's'}
    };
    binding.bytes[7] = (uint8_t)owner;
    for (size_t i = 0; i < 8; i++)
        binding.bytes[8 + i] = (uint8_t)(number >> (56 - 8 * i));
    return binding;
}

struct spool_binding spool_bind_epoch(const struct tag8 *ekid)
{
    struct spool_binding binding = spool_bind(SPOOL_OWNER_EPOCH, 0);
    memcpy(binding.bytes + 8, ekid->b, sizeof ekid->b);
    return binding;
}
