/* db_store.h - a small database for the tests of db: boxes with a name and their bytes.
 */
#ifndef DB_STORE_H
#define DB_STORE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/db.h"
#include "tests/temp.h"

enum { STORE_ID = 0x42425431 };

enum store_statement {
    BOX_ADD,
    BOX_GET,
    BOX_COUNT,
    BOX_LIST,
    BOX_RENAME,
    BOX_LIMIT, /* as if the disk held no more than these pages */
    N_STORE_STATEMENTS,
};

static const char *const store_migrations[] = {
        "CREATE TABLE box (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
        " bytes BLOB) STRICT;",
        "CREATE TABLE label (box INTEGER NOT NULL REFERENCES box (id),"
        " word TEXT NOT NULL) STRICT;",
};

static const char *const store_statements[N_STORE_STATEMENTS] = {
        [BOX_ADD] = "INSERT INTO box (name, bytes) VALUES (?1, ?2)",
        [BOX_GET] = "SELECT id, name, bytes FROM box WHERE name = ?1",
        [BOX_COUNT] = "SELECT count(*), coalesce(sum(length(bytes)), 0) FROM box",
        [BOX_LIST] = "SELECT id FROM box ORDER BY id",
        [BOX_RENAME] = "UPDATE box SET name = ?2 WHERE name = ?1",
        [BOX_LIMIT] = "PRAGMA max_page_count=8",
};

static const struct db_plan store_plan = {
        .application_id = STORE_ID,
        .what = "the store of boxes",
        .migrations = store_migrations,
        .n_migrations = COUNT_OF(store_migrations),
        .statements = store_statements,
        .n_statements = COUNT_OF(store_statements),
};

static inline bool store_add(struct db *db, const char *name, size_t len,
        struct err *err)
{
    static const uint8_t bytes[64 * 1024] = {1, 2, 3};
    struct sqlite3_stmt *stmt = db_use(db, BOX_ADD);
    db_bind_text(stmt, 1, name);
    db_bind_blob(stmt, 2, (struct span){bytes, len});
    return db_do(db, stmt, NULL, err);
}

static inline bool store_count(struct db *db, int64_t *count, struct err *err)
{
    bool row = false;
    struct sqlite3_stmt *stmt = db_use(db, BOX_COUNT);
    if (!db_row(db, stmt, &row, err))
        return false;
    *count = db_int(stmt, 0);
    db_end(stmt);
    return row;
}

static inline struct db *store_open(const char *path)
{
    struct err err = {CODE_OK, ""};
    struct db *db = db_open(path, &store_plan, NULL, &err);
    assert_string_equal(err.msg, "");
    assert_non_null(db);
    return db;
}

/* Opening must fail, and say so with this code and these words. */
static inline void store_refused(const char *path, const struct db_plan *plan,
        enum code code, const char *words)
{
    struct err err = {CODE_OK, ""};
    struct db *db = db_open(path, plan, NULL, &err);
    assert_null(db);
    if (strstr(err.msg, words) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", err.msg, words);
    assert_int_equal(err.code, code);
}

#endif
