/* peek.c - SQLite tells of each new connection (an automatic extension), and of its end
 * (the destructor of a function that nobody calls). */
#include "tests/peek.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/world.h"

enum { OPEN_MAX = 128, PATH_BYTES = 512 };

struct opened {
    sqlite3 *db;
    char path[PATH_BYTES];
};

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

int64_t peek_number(sqlite3 *db, const char *sql, ...)
{
    va_list values;

    va_start(values, sql);
    char *text = sqlite3_vmprintf(sql, values);
    va_end(values);
    sqlite3_stmt *stmt = prepare(db, text);
    int64_t number =
            sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_finalize(stmt);
    sqlite3_free(text);
    return number;
}

void peek_text(sqlite3 *db, char *text, size_t cap, const char *sql, ...)
{
    va_list values;

    va_start(values, sql);
    char *statement = sqlite3_vmprintf(sql, values);
    va_end(values);
    sqlite3_stmt *stmt = prepare(db, statement);
    if (sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_text(stmt, 0) != NULL)
        snprintf(text, cap, "%s", (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    sqlite3_free(statement);
}

void peek_each(sqlite3 *db, const char *sql,
        void (*on_row)(void *self, sqlite3_stmt *row), void *self)
{
    sqlite3_stmt *stmt = prepare(db, sql);

    while (sqlite3_step(stmt) == SQLITE_ROW)
        on_row(self, stmt);
    sqlite3_finalize(stmt);
}
