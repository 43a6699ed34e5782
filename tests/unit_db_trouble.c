/* unit_db_trouble.c - a database in trouble: foreign, damaged, held by another process,
 * without room, cut off. It must say what happened and what to do, and lose nothing. */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/db_store.h"

enum {
    PAGE_BYTES = 4096,
    HEADER_BYTES = 100,
    CHILD_FAILED = 99,
};

struct world {
    struct temp temp;
    char path[TEMP_PATH_BYTES];
};

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    temp_init(&world->temp);
    temp_path(&world->temp, "store.db", world->path);
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    temp_done(&world->temp);
    free(world);
    return 0;
}

/* A store of three boxes, closed, so that all of it is in the one file. */
static uint8_t *make_store(const struct world *world, size_t *len)
{
    struct err err = {CODE_OK, ""};
    struct db *db = store_open(world->path);
    assert_true(store_add(db, "one", 40000, &err));
    assert_true(store_add(db, "two", 10, &err));
    assert_true(store_add(db, "three", 10, &err));
    db_close(db);
    return temp_read(world->path, len);
}

static void check_unchanged(const char *path, const uint8_t *bytes, size_t len)
{
    size_t now_len = 0;
    uint8_t *now = temp_read(path, &now_len);
    assert_int_equal(now_len, len);
    assert_memory_equal(now, bytes, len);
    free(now);
}

static void a_file_that_is_no_database_is_left_alone(void **state)
{
    const struct world *world = *state;
    static const char text[] = "Dear diary, this is no database at all.";
    char long_text[3 * PAGE_BYTES];
    memset(long_text, 'x', sizeof long_text);
    temp_write(world->path, long_text, sizeof long_text);
    store_refused(world->path, &store_plan, ERR_CORRUPT, "not a database");
    check_unchanged(world->path, (const uint8_t *)long_text, sizeof long_text);
    temp_write(world->path, text, sizeof text);
    store_refused(world->path, &store_plan, ERR_CORRUPT, "not a database");
    check_unchanged(world->path, (const uint8_t *)text, sizeof text);

    char folder[TEMP_PATH_BYTES];
    temp_path(&world->temp, "folder", folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    store_refused(folder, &store_plan, ERR_IO, "must be a regular file");
    temp_path(&world->temp, "no/such/folder/store.db", folder);
    store_refused(folder, &store_plan, ERR_IO, "cannot be made (No such file");
}

static void a_foreign_database_is_left_alone(void **state)
{
    const struct world *world = *state;
    size_t len = 0;
    uint8_t *bytes = make_store(world, &len);
    struct db_plan other = store_plan;
    other.application_id = 0xC0FFEE00;
    other.what = "the book of guests";
    store_refused(world->path, &other, ERR_CORRUPT,
            "this is not the book of guests but another program's database");
    store_refused(world->path, &other, ERR_CORRUPT, "nothing was changed");
    check_unchanged(world->path, bytes, len);

    /* A mark with the highest bit set is a negative number to SQLite. */
    char path[TEMP_PATH_BYTES];
    temp_path(&world->temp, "guests.db", path);
    for (int at = 0; at < 2; at++) {
        struct err err = {CODE_OK, ""};
        struct db *db = db_open(path, &other, NULL, &err);
        assert_non_null(db);
        db_close(db);
    }
    free(bytes);
}

static void a_newer_database_is_left_alone(void **state)
{
    const struct world *world = *state;
    size_t len = 0;
    uint8_t *bytes = make_store(world, &len);
    struct db_plan older = store_plan;
    older.n_migrations = 1;
    store_refused(world->path, &older, ERR_CONFIG,
            "newer version of this program (schema 2, known here up to 1)");
    check_unchanged(world->path, bytes, len);
    free(bytes);
}

/* Read everything a damaged store has; true when all three boxes came out. */
static bool read_all(struct db *db, struct err *err)
{
    static const char *const names[] = {"one", "two", "three"};
    for (size_t at = 0; at < COUNT_OF(names); at++) {
        bool row = false;
        struct sqlite3_stmt *stmt = db_use(db, BOX_GET);
        db_bind_text(stmt, 1, names[at]);
        if (!db_row(db, stmt, &row, err))
            return false;
        bool right = row && db_blob(stmt, 2).len == (at == 0 ? 40000 : 10);
        db_end(stmt);
        if (!right)
            return err_set(err, ERR_CORRUPT, "box %s is wrong", names[at]);
    }
    return true;
}

static void every_bit_of_the_header_is_refused_or_harmless(void **state)
{
    const struct world *world = *state;
    size_t len = 0;
    size_t n_refused = 0;
    size_t n_late = 0;
    uint8_t *bytes = make_store(world, &len);
    for (size_t bit = 0; bit < (size_t)HEADER_BYTES * 8; bit++) {
        struct err err = {CODE_OK, ""};
        uint8_t flip = (uint8_t)(1U << bit % 8);
        bytes[bit / 8] ^= flip;
        temp_write(world->path, bytes, len);
        struct db *db = db_open(world->path, &store_plan, NULL, &err);
        if (db == NULL) {
            n_refused++;
            assert_true(strlen(err.msg) > 40);
            assert_true(err.code == ERR_CORRUPT ||
                        (err.code == ERR_CONFIG && bit / 8 >= 60 && bit / 8 < 64));
            check_unchanged(world->path, bytes, len);
        } else if (!read_all(db, &err)) {
            /* The number of pages is believed until one beyond it is wanted. */
            assert_int_equal(err.code, ERR_CORRUPT);
            assert_in_range(bit / 8, 28, 31);
            n_late++;
        }
        db_close(db);
        char wal[TEMP_PATH_BYTES];
        temp_path(&world->temp, "store.db-wal", wal);
        unlink(wal);
        bytes[bit / 8] ^= flip;
    }
    /* The magic, the page size, the versions, the fractions, the mark: all noticed. */
    assert_true(n_refused > 250);
    assert_true(n_late > 0);
    free(bytes);
}

static void a_damaged_page_breaks_the_database(void **state)
{
    const struct world *world = *state;
    size_t len = 0;
    uint8_t *bytes = make_store(world, &len);
    /* Page 2 is the first page of the table box: its kind, its count of rows. */
    bytes[PAGE_BYTES] = 0x7F;
    memset(bytes + PAGE_BYTES + 8, 0xFF, 40);
    temp_write(world->path, bytes, len);

    struct err err = {CODE_OK, ""};
    char words[128] = "";
    int64_t count = 7;
    struct db *db = store_open(world->path);
    assert_true(db_check(db, words, sizeof words, &err));
    assert_string_not_equal(words, "ok");
    assert_true(strlen(words) > 10);

    assert_true(db_begin(db, &err));
    assert_false(store_count(db, &count, &err));
    assert_int_equal(err.code, ERR_CORRUPT);
    assert_non_null(strstr(err.msg, "the store of boxes is damaged"));
    assert_non_null(strstr(err.msg, "restore the newest backup"));
    assert_int_equal(count, 7);

    /* From here on nobody can answer. */
    assert_false(db_commit(db, &err));
    assert_int_equal(err.code, ERR_CORRUPT);
    assert_non_null(strstr(err.msg, "after an earlier failure"));
    assert_false(db_begin(db, &err));
    assert_false(db_check(db, words, sizeof words, &err));
    db_rollback(db);
    db_close(db);
    check_unchanged(world->path, bytes, len);
    free(bytes);
}

/* A damaged index page is found by the check though reading the table works. */
static void the_check_finds_what_reading_does_not(void **state)
{
    const struct world *world = *state;
    size_t len = 0;
    uint8_t *bytes = make_store(world, &len);
    uint8_t *name = memmem(bytes + (size_t)2 * PAGE_BYTES, PAGE_BYTES, "three", 5);
    assert_non_null(name);
    name[0] = 'q';
    temp_write(world->path, bytes, len);
    struct err err = {CODE_OK, ""};
    char words[128] = "";
    int64_t count = 0;
    struct db *db = store_open(world->path);
    assert_true(store_count(db, &count, &err));
    assert_int_equal(count, 3);
    assert_true(db_check(db, words, sizeof words, &err));
    assert_non_null(strstr(words, "index"));
    db_close(db);
    free(bytes);
}

/* In a process of its own: hold the store with one more box committed and one not, say
 * so, and wait to be killed. */
static pid_t start_holder(const char *path, int *ready)
{
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child > 0) {
        close(pipes[1]);
        *ready = pipes[0];
        return child;
    }
    struct err err = {CODE_OK, ""};
    struct db *db = db_open(path, &store_plan, NULL, &err);
    bool ok = db != NULL && store_add(db, "kept", 10, &err) && db_begin(db, &err) &&
              store_add(db, "lost", 10, &err) && write(pipes[1], "r", 1) == 1;
    while (ok)
        pause();
    _exit(CHILD_FAILED);
}

static void a_second_process_is_told_and_a_killed_one_recovered(void **state)
{
    const struct world *world = *state;
    int ready = -1;
    char byte;
    pid_t child = start_holder(world->path, &ready);
    assert_int_equal(read(ready, &byte, 1), 1);
    store_refused(world->path, &store_plan, ERR_LOCKED, "in use by another process");

    int status = 0;
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    close(ready);
    struct err err = {CODE_OK, ""};
    int64_t count = 0;
    struct db *db = store_open(world->path);
    assert_true(store_count(db, &count, &err));
    assert_int_equal(count, 1);

    /* A second time within this process does not take the lock from the first. */
    store_refused(world->path, &store_plan, ERR_LOCKED, "in use");
    child = start_holder(world->path, &ready);
    assert_int_equal(read(ready, &byte, 1), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), CHILD_FAILED);
    close(ready);
    db_close(db);
}

/* SQLite takes back the whole turn when a plain insert finds no room. The frames before
 * it in that turn must not be answered as if they were there. */
static void a_turn_lost_for_want_of_room_is_not_answered(void **state)
{
    const struct world *world = *state;
    struct err err = {CODE_OK, ""};
    struct db *db = store_open(world->path);
    bool row = false;
    struct sqlite3_stmt *stmt = db_use(db, BOX_LIMIT);
    assert_true(db_row(db, stmt, &row, &err));
    db_end(stmt);

    assert_true(db_savepoint(db, &err));
    assert_true(store_add(db, "small", 10, &err));
    assert_true(db_release(db, &err));
    assert_true(db_savepoint(db, &err));
    bool fits = true;
    for (int at = 0; at < 4 && fits; at++) {
        char name[32];
        snprintf(name, sizeof name, "big %d", at);
        fits = store_add(db, name, 60000, &err);
    }
    assert_false(fits);
    assert_int_equal(err.code, ERR_DISK_FULL);
    assert_non_null(strstr(err.msg, "no room on the disk"));
    assert_false(db_undo(db, &err));
    assert_false(db_commit(db, &err));
    assert_int_equal(err.code, ERR_DISK_FULL);
    assert_non_null(strstr(err.msg, "earlier failure"));
    db_close(db);

    int64_t count = 7;
    db = store_open(world->path);
    assert_true(store_count(db, &count, &err));
    assert_int_equal(count, 0);
    db_close(db);
}

/* In a child, because a limit on files cannot be taken back: 0 when all went as it
 * must, else the number of the first expectation that failed. */
static int commit_without_room(const char *path)
{
    struct err err = {CODE_OK, ""};
    struct db *db = db_open(path, &store_plan, NULL, &err);
    if (db == NULL || !store_add(db, "before", 10, &err))
        return 1;
    struct rlimit limit = {(rlim_t)db_bytes(db), (rlim_t)db_bytes(db)};
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return 2;
    if (!db_savepoint(db, &err) || !store_add(db, "small", 10, &err) ||
            !db_release(db, &err))
        return 3;
    bool fits = true;
    for (int at = 0; at < 8 && fits; at++) {
        char name[32];
        snprintf(name, sizeof name, "big %d", at);
        fits = store_add(db, name, 64000, &err);
    }
    if (fits && db_commit(db, &err))
        return 4;
    if (err.code != ERR_DISK_FULL || strstr(err.msg, "Make room") == NULL)
        return 5;
    int64_t count = 0;
    struct db_backup *backup = db_backup_start(db, "copy.db", &err);
    if (backup != NULL || db_commit(db, &err) || db_begin(db, &err) ||
            db_savepoint(db, &err) || store_count(db, &count, &err) ||
            store_add(db, "after", 10, &err) || db_undo(db, &err))
        return 6;
    if (err.code != ERR_DISK_FULL || strstr(err.msg, "earlier failure") == NULL)
        return 7;
    db_close(db);
    return 0;
}

static void a_commit_without_room_lets_nobody_answer(void **state)
{
    const struct world *world = *state;
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(commit_without_room(world->path));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);

    /* What was committed before is there; of the turn that failed nothing. */
    struct err err = {CODE_OK, ""};
    int64_t count = 0;
    struct db *db = store_open(world->path);
    assert_true(store_count(db, &count, &err));
    assert_int_equal(count, 1);
    db_close(db);
}

static int backup_without_room(const char *path, const char *copy)
{
    struct err err = {CODE_OK, ""};
    struct db *db = db_open(path, &store_plan, NULL, &err);
    struct db_backup *backup = db != NULL ? db_backup_start(db, copy, &err) : NULL;
    if (backup == NULL)
        return 1;
    struct rlimit limit = {PAGE_BYTES, PAGE_BYTES};
    signal(SIGXFSZ, SIG_IGN);
    bool done = false;
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0 || db_backup_step(backup, &done, &err))
        return 2;
    if (err.code != ERR_DISK_FULL || strstr(err.msg, "the backup") == NULL || done)
        return 3;
    if (db_backup_step(backup, &done, &err) || done)
        return 4;
    db_backup_end(backup);
    /* The database itself is as well as before. */
    int64_t count = 0;
    if (!store_count(db, &count, &err) || count != 3 || access(copy, F_OK) == 0)
        return 5;
    db_close(db);
    return 0;
}

static void a_backup_without_room_leaves_the_database_well(void **state)
{
    const struct world *world = *state;
    size_t len = 0;
    free(make_store(world, &len));
    char copy[TEMP_PATH_BYTES];
    temp_path(&world->temp, "copy.db", copy);
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(backup_without_room(world->path, copy));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(a_file_that_is_no_database_is_left_alone),
            TEST(a_foreign_database_is_left_alone),
            TEST(a_newer_database_is_left_alone),
            TEST(every_bit_of_the_header_is_refused_or_harmless),
            TEST(a_damaged_page_breaks_the_database),
            TEST(the_check_finds_what_reading_does_not),
            TEST(a_second_process_is_told_and_a_killed_one_recovered),
            TEST(a_turn_lost_for_want_of_room_is_not_answered),
            TEST(a_commit_without_room_lets_nobody_answer),
            TEST(a_backup_without_room_leaves_the_database_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
