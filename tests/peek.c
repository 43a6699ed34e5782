/* peek.c - SQLite tells of each new connection (an automatic extension), and of its end
 * (the destructor of a function that nobody calls). What is asked again and again stays
 * prepared until the connection is closed, which is taken at the linker: linked with
 * --wrap=sqlite3_close and --wrap=sqlite3_close_v2. */
#include "tests/peek.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "tests/world.h"

enum { OPEN_MAX = 128, PATH_BYTES = 512, KEPT_MAX = 32 };

struct opened {
    sqlite3 *db;
    char path[PATH_BYTES];
    sqlite3_stmt *kept[KEPT_MAX];
};

int __wrap_sqlite3_close(sqlite3 *db);
int __real_sqlite3_close(sqlite3 *db);
int __wrap_sqlite3_close_v2(sqlite3 *db);
int __real_sqlite3_close_v2(sqlite3 *db);

static struct opened all[OPEN_MAX];
static uint64_t generation;

static void on_close(void *self)
{
    struct opened *opened = self;

    *opened = (struct opened){.db = NULL};
    generation++;
}

static void never_called(sqlite3_context *context, int n_values, sqlite3_value **values)
{
    (void)context;
    (void)n_values;
    (void)values;
}

static int on_open(sqlite3 *db, char **words, const struct sqlite3_api_routines *api)
{
    const char *path = sqlite3_db_filename(db, "main");
    size_t i = 0;

    (void)words;
    (void)api;
    while (i < OPEN_MAX && all[i].db != NULL)
        i++;
    if (i == OPEN_MAX || path == NULL)
        return SQLITE_OK;
    all[i].db = db;
    generation++;
    snprintf(all[i].path, sizeof all[i].path, "%s", path);
    return sqlite3_create_function_v2(db, "peeked", 0, SQLITE_UTF8, &all[i],
            never_called, NULL, NULL, on_close);
}

void peek_begin(void)
{
    /* SQLite wants this type for every entry point of an extension. */
    sqlite3_auto_extension((void (*)(void))on_open);
}

sqlite3 *peek_find(const char *path)
{
    for (size_t i = 0; i < OPEN_MAX; i++)
        if (all[i].db != NULL && strcmp(all[i].path, path) == 0)
            return all[i].db;
    return NULL;
}

uint64_t peek_generation(void)
{
    return generation;
}

sqlite3 *peek_of(const char *id)
{
    char path[WORLD_PATH_BYTES];

    world_db(id, path);
    return peek_find(path);
}

static void forget_kept(const sqlite3 *db)
{
    for (size_t i = 0; i < OPEN_MAX; i++)
        for (size_t k = 0; all[i].db == db && k < KEPT_MAX; k++) {
            sqlite3_finalize(all[i].kept[k]);
            all[i].kept[k] = NULL;
        }
}

int __wrap_sqlite3_close(sqlite3 *db)
{
    forget_kept(db);
    return __real_sqlite3_close(db);
}

int __wrap_sqlite3_close_v2(sqlite3 *db)
{
    forget_kept(db);
    return __real_sqlite3_close_v2(db);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;

    if (db == NULL || sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) {
        fprintf(stderr, "not ok - %s: %s\n", sql,
                db != NULL ? sqlite3_errmsg(db) : "nobody has this database open");
        abort();
    }
    return stmt;
}

/* Where the statement with this text is kept, or has room; NULL: nowhere. */
static sqlite3_stmt **place_of(sqlite3 *db, const char *sql)
{
    for (size_t i = 0; db != NULL && i < OPEN_MAX; i++)
        for (size_t k = 0; all[i].db == db && k < KEPT_MAX; k++)
            if (all[i].kept[k] == NULL || strcmp(sqlite3_sql(all[i].kept[k]), sql) == 0)
                return &all[i].kept[k];
    return NULL;
}

/* For a look that many will follow; those at one letter are not kept. */
static sqlite3_stmt *take(sqlite3 *db, const char *sql)
{
    sqlite3_stmt **place = strstr(sql, "x'") == NULL ? place_of(db, sql) : NULL;

    if (place == NULL)
        return prepare(db, sql);
    if (*place == NULL)
        *place = prepare(db, sql);
    sqlite3_stmt *stmt = *place;
    /* It may be in use by whoever looks now. */
    return sqlite3_stmt_busy(stmt) != 0 ? prepare(db, sql) : stmt;
}

static void give_back(sqlite3 *db, sqlite3_stmt *stmt)
{
    sqlite3_stmt **place = place_of(db, sqlite3_sql(stmt));

    if (place != NULL && *place == stmt)
        sqlite3_reset(stmt);
    else
        sqlite3_finalize(stmt);
}

int64_t peek_number(sqlite3 *db, const char *sql, ...)
{
    va_list values;

    va_start(values, sql);
    char *text = sqlite3_vmprintf(sql, values);
    va_end(values);
    sqlite3_stmt *stmt = take(db, text);
    int64_t number =
            sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
    give_back(db, stmt);
    sqlite3_free(text);
    return number;
}

void peek_text(sqlite3 *db, char *text, size_t cap, const char *sql, ...)
{
    va_list values;

    va_start(values, sql);
    char *statement = sqlite3_vmprintf(sql, values);
    va_end(values);
    sqlite3_stmt *stmt = take(db, statement);
    if (sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_text(stmt, 0) != NULL)
        snprintf(text, cap, "%s", (const char *)sqlite3_column_text(stmt, 0));
    give_back(db, stmt);
    sqlite3_free(statement);
}

void peek_each(sqlite3 *db, const char *sql,
        void (*on_row)(void *self, sqlite3_stmt *row), void *self)
{
    sqlite3_stmt *stmt = take(db, sql);

    while (sqlite3_step(stmt) == SQLITE_ROW)
        on_row(self, stmt);
    give_back(db, stmt);
}

static void add_row(void *self, sqlite3_stmt *row)
{
    struct key32 *sum = self;
    struct span cells[16];
    int n = sqlite3_column_count(row);

    if (n > (int)COUNT_OF(cells))
        abort();
    for (int i = 0; i < n; i++)
        cells[i] = (struct span){sqlite3_column_text(row, i),
                (size_t)sqlite3_column_bytes(row, i) + 1};
    for (int i = 0; i < n; i++)
        if (cells[i].at == NULL)
            cells[i] = (struct span){(const uint8_t *)"-", 1};
    struct key32 hash = hash_sha256(cells, (size_t)n);
    for (size_t i = 0, carry = 0; i < sizeof sum->b; i++) {
        carry += (size_t)sum->b[i] + hash.b[i];
        sum->b[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

struct key32 peek_sum(sqlite3 *db, const char *sql)
{
    struct key32 sum = {{0}};

    peek_each(db, sql, add_row, &sum);
    return sum;
}
