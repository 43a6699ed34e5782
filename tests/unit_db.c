/* unit_db.c - one database in use: turns, frames, statements, values, migrations,
 * copies. */
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "tests/db_store.h"

struct world {
    struct temp temp;
    char path[TEMP_PATH_BYTES];
    struct db *db;
};

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    temp_init(&world->temp);
    temp_path(&world->temp, "store.db", world->path);
    world->db = store_open(world->path);
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    db_close(world->db);
    temp_done(&world->temp);
    free(world);
    return 0;
}

static void reopen(struct world *world)
{
    db_close(world->db);
    world->db = store_open(world->path);
}

static void check_count(struct db *db, int64_t wanted)
{
    struct err err = {CODE_OK, ""};
    int64_t count = -1;
    assert_true(store_count(db, &count, &err));
    assert_int_equal(count, wanted);
}

static void what_is_committed_stays(void **state)
{
    struct world *world = *state;
    struct err err = {CODE_OK, ""};
    assert_false(db_in_transaction(world->db));
    assert_true(db_begin(world->db, &err));
    assert_true(db_begin(world->db, &err));
    assert_true(db_in_transaction(world->db));
    assert_true(store_add(world->db, "one", 10, &err));
    assert_int_equal(db_last_rowid(world->db), 1);
    assert_true(db_commit(world->db, &err));
    assert_true(db_commit(world->db, &err));
    assert_false(db_in_transaction(world->db));

    assert_true(db_begin(world->db, &err));
    assert_true(store_add(world->db, "two", 10, &err));
    db_rollback(world->db);
    db_rollback(world->db);
    check_count(world->db, 1);

    /* Closing in the middle of a turn keeps nothing of it. */
    assert_true(db_begin(world->db, &err));
    assert_true(store_add(world->db, "three", 10, &err));
    reopen(world);
    check_count(world->db, 1);
}

static void a_frame_is_undone_alone(void **state)
{
    struct world *world = *state;
    struct err err = {CODE_OK, ""};
    assert_true(db_savepoint(world->db, &err));
    assert_true(db_in_transaction(world->db));
    assert_true(store_add(world->db, "good", 10, &err));
    assert_true(db_release(world->db, &err));

    assert_true(db_savepoint(world->db, &err));
    assert_true(store_add(world->db, "half", 10, &err));
    assert_false(store_add(world->db, "good", 10, &err));
    assert_int_equal(err.code, ERR_INTERNAL);
    assert_non_null(strstr(err.msg, "UNIQUE constraint failed: box.name"));
    assert_true(db_undo(world->db, &err));

    assert_true(db_savepoint(world->db, &err));
    assert_true(store_add(world->db, "last", 10, &err));
    assert_true(db_release(world->db, &err));
    assert_true(db_commit(world->db, &err));
    reopen(world);
    check_count(world->db, 2);
}

/* A statement left in the middle of its rows must not keep a turn from ending. */
static void rows_end_with_the_turn(void **state)
{
    struct world *world = *state;
    struct err err = {CODE_OK, ""};
    assert_true(store_add(world->db, "one", 10, &err));
    assert_true(db_savepoint(world->db, &err));
    struct sqlite3_stmt *stmt = db_use(world->db, BOX_GET);
    db_bind_text(stmt, 1, "one");
    bool row = false;
    assert_true(db_row(world->db, stmt, &row, &err));
    assert_true(row);
    assert_true(sqlite3_stmt_busy(stmt));
    assert_true(db_undo(world->db, &err));
    assert_false(sqlite3_stmt_busy(stmt));
    assert_true(db_commit(world->db, &err));
    check_count(world->db, 1);
    /* Nor is it prepared again at its use: once, at the opening, is enough. */
    assert_int_equal(sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_REPREPARE, 0), 0);
}

static void add_value(struct db *db, const char *name, struct span bytes)
{
    struct err err = {CODE_OK, ""};
    struct sqlite3_stmt *stmt = db_use(db, BOX_ADD);
    db_bind_text(stmt, 1, name);
    db_bind_blob(stmt, 2, bytes);
    int64_t changed = 0;
    assert_true(db_do(db, stmt, &changed, &err));
    assert_int_equal(changed, 1);
}

static struct sqlite3_stmt *find(struct db *db, const char *name)
{
    struct err err = {CODE_OK, ""};
    bool row = false;
    struct sqlite3_stmt *stmt = db_use(db, BOX_GET);
    db_bind_text(stmt, 1, name);
    assert_true(db_row(db, stmt, &row, &err));
    assert_true(row);
    return stmt;
}

static void values_come_back_as_they_were(void **state)
{
    struct world *world = *state;
    struct err err = {CODE_OK, ""};
    const struct id id = {
            {1, 2, 3, 0, 5}
    };
    static const uint8_t nothing[1];
    add_value(world->db, "id", SPAN_OF(id));
    add_value(world->db, "empty", (struct span){nothing, 0});
    add_value(world->db, "null", (struct span){NULL, 0});

    struct sqlite3_stmt *stmt = find(world->db, "id");
    struct id back;
    struct key32 key = {{7}};
    assert_true(db_id(stmt, 2, &back, &err));
    assert_true(id_equal(&id, &back));
    assert_false(db_fixed(stmt, 2, key.b, sizeof key.b, &err));
    assert_int_equal(err.code, ERR_CORRUPT);
    assert_non_null(strstr(err.msg, "16 bytes in bytes where 32 belong"));
    assert_int_equal(key.b[0], 7);
    assert_string_equal(db_text(stmt, 1), "id");

    stmt = find(world->db, "empty");
    assert_false(db_is_null(stmt, 2));
    assert_non_null(db_blob(stmt, 2).at);
    assert_int_equal(db_blob(stmt, 2).len, 0);
    stmt = find(world->db, "null");
    assert_true(db_is_null(stmt, 2));
    assert_null(db_blob(stmt, 2).at);
    assert_string_equal(db_text(stmt, 2), "");
    assert_false(db_id(stmt, 2, &back, &err));
    db_end(stmt);
}

/* As many rows as there is room for; and how many there were only when all were read.
 */
static void rows_become_a_list(void **state)
{
    static const struct {
        size_t max, bad, n; /* bad: the row that its reader cannot read, from 1 */
        bool ok;
    } lists[] = {
            {3, 0, 3, true },
            {9, 0, 3, true },
            {2, 0, 2, true },
            {0, 0, 0, true },
            {2, 3, 2, true },
            {9, 2, 0, false},
    };
    struct world *world = *state;
    struct err err = {CODE_OK, ""};
    add_value(world->db, "one", (struct span){NULL, 0});
    add_value(world->db, "two", (struct span){NULL, 0});
    add_value(world->db, "three", (struct span){NULL, 0});
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        struct sqlite3_stmt *stmt = db_use(world->db, BOX_LIST);
        struct db_rows rows = db_rows(world->db, stmt, lists[i].max);
        int64_t ids[9] = {0};
        size_t n = 0;
        while (db_next(&rows, &err)) {
            ids[rows.at] = db_int(stmt, 0);
            rows.ok = rows.n != lists[i].bad;
        }
        assert_int_equal(db_rows_end(&rows, &n), lists[i].ok);
        assert_int_equal(n, lists[i].n);
        for (size_t at = 0; at < n; at++)
            assert_int_equal(ids[at], at + 1);
        assert_false(sqlite3_stmt_busy(stmt));
    }
}

static void a_statement_begins_anew(void **state)
{
    struct world *world = *state;
    struct err err = {CODE_OK, ""};
    add_value(world->db, "one", (struct span){NULL, 0});
    /* Nothing bound: the name of the last use must not be looked for. */
    struct sqlite3_stmt *stmt = find(world->db, "one");
    stmt = db_use(world->db, BOX_GET);
    bool row = true;
    assert_true(db_row(world->db, stmt, &row, &err));
    assert_false(row);

    int64_t changed = 7;
    stmt = db_use(world->db, BOX_RENAME);
    db_bind_text(stmt, 1, "nobody");
    db_bind_text(stmt, 2, "somebody");
    assert_true(db_do(world->db, stmt, &changed, &err));
    assert_int_equal(changed, 0);

    stmt = db_use(world->db, BOX_COUNT);
    assert_false(db_do(world->db, stmt, NULL, &err));
    assert_int_equal(err.code, ERR_INTERNAL);
    assert_non_null(strstr(err.msg, "gives rows"));
}

static void files_are_private_and_counted(void **state)
{
    struct world *world = *state;
    struct err err = {CODE_OK, ""};
    char wal[TEMP_PATH_BYTES];
    temp_path(&world->temp, "store.db-wal", wal);
    assert_true(store_add(world->db, "one", 60000, &err));
    struct stat main_info;
    struct stat wal_info;
    assert_int_equal(stat(world->path, &main_info), 0);
    assert_int_equal(stat(wal, &wal_info), 0);
    assert_int_equal(main_info.st_mode & 0777, 0600);
    assert_int_equal(wal_info.st_mode & 0777, 0600);
    assert_int_equal(db_bytes(world->db), main_info.st_size + wal_info.st_size);
    assert_true(db_bytes(world->db) > 60000);
    assert_true(db_room(world->db) > 0);
    assert_true(db_room(world->db) < INT64_MAX);

    /* A restored file that is open to others is closed to them. */
    db_close(world->db);
    assert_int_equal(chmod(world->path, 0644), 0);
    world->db = store_open(world->path);
    assert_int_equal(stat(world->path, &main_info), 0);
    assert_int_equal(main_info.st_mode & 0777, 0600);
}

static void migrations_go_on_where_they_were(void **state)
{
    struct world *world = *state;
    struct err err = {CODE_OK, ""};
    assert_true(store_add(world->db, "one", 10, &err));
    db_close(world->db);
    world->db = NULL;

    static const char *const more[] = {
            "this one was done before and is not run again",
            "nor is this",
            "CREATE TABLE extra (word TEXT) STRICT;",
            "CREATE TABLE last (word TEXT) STRICT; CREATE TABLE wrong (;",
    };
    struct db_plan plan = store_plan;
    plan.migrations = more;
    plan.n_migrations = 4;
    store_refused(world->path, &plan, ERR_INTERNAL,
            "migration 4 of the store of boxes");

    /* The third stays, nothing of the fourth; ours of two is older than the file now.
     */
    store_refused(world->path, &store_plan, ERR_CONFIG, "newer version");
    plan.n_migrations = 3;
    world->db = db_open(world->path, &plan, NULL, &err);
    assert_non_null(world->db);
    check_count(world->db, 1);
}

static void wrong_statements_fail_at_open(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *sql, *words;
    } rows[] = {
            {"SELECT weight FROM box",
             "statement 1 of the store of boxes: no such column"                               },
            {"SELECT 1; SELECT 2",               "statement 1 of the store of boxes is not one"},
            {"",                                 "is not one statement"                        },
            {NULL,                               "is missing in its table"                     },
            {"SELECT \"name\" = \"x\" FROM box", "no such column: x"                           },
    };
    db_close(world->db);
    world->db = NULL;
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        const char *const statements[] = {"SELECT 1", rows[at].sql};
        struct db_plan plan = store_plan;
        plan.statements = statements;
        plan.n_statements = 2;
        store_refused(world->path, &plan, ERR_INTERNAL, rows[at].words);
    }
}

/* Run a backup to its end, writing on meanwhile; how many calls it took. */
static int run_backup(struct db *db, struct db_backup *backup)
{
    struct err err = {CODE_OK, ""};
    bool done = false;
    int calls = 0;
    while (!done) {
        char name[32];
        snprintf(name, sizeof name, "meanwhile %d", calls++);
        assert_true(store_add(db, name, 100, &err));
        assert_true(db_backup_step(backup, &done, &err));
    }
    return calls;
}

static void a_backup_is_whole(void **state)
{
    struct world *world = *state;
    struct err err = {CODE_OK, ""};
    char copy[TEMP_PATH_BYTES];
    char partial[TEMP_PATH_BYTES];
    temp_path(&world->temp, "copy.db", copy);
    temp_path(&world->temp, "copy.db.partial", partial);
    temp_write(partial, "left over", 9);

    assert_true(db_begin(world->db, &err));
    for (int at = 0; at < 80; at++) {
        char name[32];
        snprintf(name, sizeof name, "box %d", at);
        assert_true(store_add(world->db, name, 60000, &err));
    }
    assert_true(db_commit(world->db, &err));

    struct db_backup *backup = db_backup_start(world->db, copy, &err);
    assert_non_null(backup);
    bool done = false;
    assert_true(db_begin(world->db, &err));
    assert_false(db_backup_step(backup, &done, &err));
    assert_true(db_commit(world->db, &err));
    int calls = run_backup(world->db, backup);
    assert_true(calls > 3);
    db_backup_end(backup);
    assert_int_not_equal(access(partial, F_OK), 0);

    struct stat info;
    assert_int_equal(stat(copy, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    struct db *second = store_open(copy);
    char words[64];
    assert_true(db_check(second, words, sizeof words, &err));
    assert_string_equal(words, "ok");
    check_count(second, 80 + calls);
    db_close(second);
}

static void a_backup_never_takes_a_name(void **state)
{
    struct world *world = *state;
    struct err err = {CODE_OK, ""};
    assert_null(db_backup_start(world->db, world->path, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.msg, "exists already"));

    char copy[TEMP_PATH_BYTES];
    temp_path(&world->temp, "no/such/folder", copy);
    assert_null(db_backup_start(world->db, copy, &err));
    assert_int_equal(err.code, ERR_IO);

    /* Given up half-way: nothing is left. */
    char partial[TEMP_PATH_BYTES];
    temp_path(&world->temp, "copy.db", copy);
    temp_path(&world->temp, "copy.db.partial", partial);
    struct db_backup *backup = db_backup_start(world->db, copy, &err);
    assert_non_null(backup);
    assert_int_equal(access(partial, F_OK), 0);
    db_backup_end(backup);
    assert_int_not_equal(access(partial, F_OK), 0);
    assert_int_not_equal(access(copy, F_OK), 0);
}

/* One to a disk where no file can become longer than that; only the copy is written to.
 */
static void fail_backup(struct world *world, rlim_t most)
{
    static const char *const LEFT[] = {"copy.db", "copy.db.partial",
            "copy.db.partial-journal"};
    struct err err = {CODE_OK, ""};
    char copy[TEMP_PATH_BYTES], left[TEMP_PATH_BYTES];
    struct rlimit before;
    bool done = false, ok = true;
    temp_path(&world->temp, "copy.db", copy);
    struct db_backup *backup = db_backup_start(world->db, copy, &err);
    assert_non_null(backup);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit narrow = before;
    narrow.rlim_cur = most;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &narrow), 0);
    while (ok && !done)
        ok = db_backup_step(backup, &done, &err);
    db_backup_end(backup);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(ok);
    assert_true(err.msg[0] != '\0');
    for (size_t i = 0; i < COUNT_OF(LEFT); i++) {
        temp_path(&world->temp, LEFT[i], left);
        if (access(left, F_OK) == 0)
            fail_msg("with room for %llu: %s", (unsigned long long)most, LEFT[i]);
    }
}

/* The disk that it goes to is full: it says so, and leaves nothing there. */
static void a_backup_without_room_leaves_nothing(void **state)
{
    enum { BOXES = 80 }; /* more than SQLite keeps in its memory */
    static const rlim_t MOST[] = {0, 600, 64 * 1024, 1 << 20, 3 << 20};
    struct world *world = *state;
    struct err err = {CODE_OK, ""};
    assert_true(db_begin(world->db, &err));
    for (int at = 0; at < BOXES; at++) {
        char name[32];
        snprintf(name, sizeof name, "box %d", at);
        assert_true(store_add(world->db, name, 60000, &err));
    }
    assert_true(db_commit(world->db, &err));
    signal(SIGXFSZ, SIG_IGN);
    for (size_t i = 0; i < COUNT_OF(MOST); i++)
        fail_backup(world, MOST[i]);
    signal(SIGXFSZ, SIG_DFL);
    check_count(world->db, BOXES);
}

/* What was written in place of it is shorter, so that the rest would stay. */
static void what_is_deleted_is_overwritten(void **state)
{
    static const char word[] = "a word that nobody may find in the file afterwards";
    struct world *world = *state;
    struct err err = {CODE_OK, ""};
    size_t len = 0;

    assert_true(store_add(world->db, word, 10, &err));
    reopen(world);
    uint8_t *file = temp_read(world->path, &len);
    assert_non_null(memmem(file, len, word, sizeof word - 1));
    free(file);
    struct sqlite3_stmt *stmt = db_use(world->db, BOX_RENAME);
    db_bind_text(stmt, 1, word);
    db_bind_text(stmt, 2, "b");
    assert_true(db_do(world->db, stmt, NULL, &err));
    reopen(world);
    check_count(world->db, 1);
    file = temp_read(world->path, &len);
    assert_null(memmem(file, len, "nobody may find", strlen("nobody may find")));
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(what_is_committed_stays, setup, teardown),
            cmocka_unit_test_setup_teardown(a_frame_is_undone_alone, setup, teardown),
            cmocka_unit_test_setup_teardown(rows_end_with_the_turn, setup, teardown),
            cmocka_unit_test_setup_teardown(values_come_back_as_they_were, setup,
                    teardown),
            cmocka_unit_test_setup_teardown(rows_become_a_list, setup, teardown),
            cmocka_unit_test_setup_teardown(a_statement_begins_anew, setup, teardown),
            cmocka_unit_test_setup_teardown(files_are_private_and_counted, setup,
                    teardown),
            cmocka_unit_test_setup_teardown(migrations_go_on_where_they_were, setup,
                    teardown),
            cmocka_unit_test_setup_teardown(wrong_statements_fail_at_open, setup,
                    teardown),
            cmocka_unit_test_setup_teardown(what_is_deleted_is_overwritten, setup,
                    teardown),
            cmocka_unit_test_setup_teardown(a_backup_is_whole, setup, teardown),
            cmocka_unit_test_setup_teardown(a_backup_never_takes_a_name, setup,
                    teardown),
            cmocka_unit_test_setup_teardown(a_backup_without_room_leaves_nothing, setup,
                    teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
