/* unit_disk.c - the disk that the crash tests stand on: is it as bad as it says, and no
 * worse? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "tests/db_store.h"
#include "tests/disk.h"
#include "tests/pace.h"

enum { TRIES = 40, CHECKPOINT_CUTS = UNDER_SANITIZERS ? 5 : 25 };

static const char *const path = "store.db";

static struct db *open_on(struct disk *disk)
{
    struct err err = {CODE_OK, ""};
    struct db *db = db_open(path, &store_plan, disk_vfs(disk), &err);

    assert_string_equal(err.msg, "");
    assert_non_null(db);
    return db;
}

static bool add_one(struct db *db, int number, struct err *err)
{
    char name[16];

    snprintf(name, sizeof name, "box %d", number);
    return db_begin(db, err) && store_add(db, name, 3000, err) && db_commit(db, err);
}

static int64_t count_of(struct db *db)
{
    struct err err = {CODE_OK, ""};
    int64_t count = -1;

    assert_true(store_count(db, &count, &err));
    return count;
}

static void check_whole(struct db *db)
{
    struct err err = {CODE_OK, ""};
    char words[128] = "";

    assert_true(db_check(db, words, sizeof words, &err));
    assert_string_equal(words, "ok");
}

/* ------------------------------------------------------------ what it promises */

static void what_was_synced_survives(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= TRIES; seed++) {
        struct disk *disk = disk_new("a test", seed);
        struct db *db = open_on(disk);
        struct err err = {CODE_OK, ""};
        int n = 0;
        disk_plan(disk, N_DISK_OPS, seed * 3, DISK_CUT_BEFORE);
        while (add_one(db, n, &err))
            n++;
        assert_true(disk_is_off(disk));
        assert_int_equal(err.code, ERR_IO);
        db_close(db);
        disk_power(disk);
        db = open_on(disk);
        check_whole(db);
        /* The one whose commit failed may be there: nobody was told anything. */
        assert_in_range(count_of(db), n, n + 1);
        db_close(db);
        disk_free(disk);
    }
}

/* Big boxes until the log has been copied into the database once: the number of the
 * operation that this begins and ends with. */
static uint64_t fill(struct db *db, const struct disk *disk, int *n, uint64_t *begins)
{
    struct err err = {CODE_OK, ""};
    uint64_t syncs = disk_counts(disk).ops[DISK_SYNC], before = 0;
    bool fits = true;

    /* A commit syncs the log; a copy syncs the database besides. */
    while (fits && disk_counts(disk).ops[DISK_SYNC] - syncs < 3) {
        char name[16];
        before = disk_counts(disk).ops[N_DISK_OPS];
        syncs = disk_counts(disk).ops[DISK_SYNC];
        snprintf(name, sizeof name, "box %d", *n);
        fits = db_begin(db, &err) && store_add(db, name, 60000, &err) &&
               db_commit(db, &err);
        *n += fits;
    }
    *begins = before;
    return disk_counts(disk).ops[N_DISK_OPS];
}

/* Where the log is copied into the database, and begins anew. */
static void the_copying_of_the_log_can_be_cut_anywhere(void **state)
{
    uint64_t from, to, none;
    int n = 0;

    (void)state;
    struct disk *disk = disk_new("a test", 1);
    struct db *db = open_on(disk);
    uint64_t opened = disk_counts(disk).ops[N_DISK_OPS];
    to = fill(db, disk, &n, &from);
    db_close(db);
    disk_free(disk);
    assert_true(to - from > 100);
    for (uint64_t seed = 1; seed <= CHECKPOINT_CUTS; seed++) {
        n = 0;
        disk = disk_new("a test", seed);
        db = open_on(disk);
        disk_plan(disk, N_DISK_OPS,
                from - opened + (to - from) * seed / CHECKPOINT_CUTS,
                seed % 2 == 0 ? DISK_CUT_BEFORE : DISK_CUT_AFTER);
        fill(db, disk, &n, &none);
        assert_true(disk_is_off(disk));
        db_close(db);
        disk_power(disk);
        db = open_on(disk);
        check_whole(db);
        assert_in_range(count_of(db), n, n + 1);
        db_close(db);
        disk_free(disk);
    }
}

static void what_was_not_synced_is_lost_in_part(void **state)
{
    struct disk_counts sum = {.cuts = 0};
    size_t n_lost = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= TRIES; seed++) {
        struct disk *disk = disk_new("a test", seed);
        struct db *db = open_on(disk);
        struct err err = {CODE_OK, ""};
        sqlite3 *handle = NULL;
        db_close(db);
        /* Without the syncs that the house asks for. */
        assert_int_equal(sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE,
                                 disk_vfs(disk)),
                SQLITE_OK);
        assert_int_equal(sqlite3_exec(handle,
                                 "PRAGMA locking_mode=EXCLUSIVE;"
                                 "PRAGMA synchronous=NORMAL;"
                                 "INSERT INTO box (name) VALUES ('one')",
                                 NULL, NULL, NULL),
                SQLITE_OK);
        disk_cut(disk);
        sqlite3_close(handle);
        disk_power(disk);
        db = open_on(disk);
        check_whole(db);
        n_lost += count_of(db) == 0;
        db_close(db);
        sum.lost += disk_counts(disk).lost;
        sum.kept += disk_counts(disk).kept;
        sum.torn += disk_counts(disk).torn;
        disk_free(disk);
        (void)err;
    }
    assert_in_range(n_lost, TRIES / 4, TRIES - 1);
    assert_true(sum.lost > TRIES && sum.kept > TRIES && sum.torn > TRIES / 8);
}

static void a_new_file_that_nobody_synced_may_be_gone(void **state)
{
    uint64_t n_lost = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= TRIES; seed++) {
        struct disk *disk = disk_new("a test", seed);
        struct err err = {CODE_OK, ""};
        disk_plan(disk, DISK_SYNC, 1, DISK_CUT_BEFORE);
        assert_null(db_open(path, &store_plan, disk_vfs(disk), &err));
        assert_true(disk_planned_happened(disk));
        disk_power(disk);
        n_lost += disk_counts(disk).names_lost;
        struct db *db = open_on(disk);
        assert_int_equal(count_of(db), 0);
        db_close(db);
        disk_free(disk);
    }
    assert_in_range(n_lost, TRIES / 2, 2 * TRIES);
}

/* Its log was made by one that died before the first sync of it; what the next one
 * commits is there all the same. */
static void what_was_synced_in_another_s_file_survives(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= TRIES; seed++) {
        struct disk *disk = disk_new("a test", seed);
        struct err err = {CODE_OK, ""};
        db_close(open_on(disk));
        disk_plan(disk, DISK_SYNC, 1, DISK_FAILS);
        struct db *first = open_on(disk);
        (void)add_one(first, 1, &err);
        disk_plan(disk, N_DISK_OPS, 1, DISK_FAILS_EVER);
        db_close(first);
        disk_plan(disk, N_DISK_OPS, 0, DISK_FAILS);
        struct db *db = open_on(disk);
        int64_t before = count_of(db);
        assert_true(add_one(db, 2, &err));
        disk_cut(disk);
        db_close(db);
        disk_power(disk);
        db = open_on(disk);
        assert_int_equal(count_of(db), before + 1);
        db_close(db);
        disk_free(disk);
    }
}

static void the_same_seed_is_the_same_disk(void **state)
{
    struct disk_counts counts[2];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        struct disk *disk = disk_new("a test", 4711);
        struct err err = {CODE_OK, ""};
        struct db *db = open_on(disk);
        disk_plan(disk, DISK_SYNC, 5, DISK_CUT_BEFORE);
        for (int n = 0; add_one(db, n, &err); n++)
            ;
        db_close(db);
        counts[i] = disk_counts(disk);
        disk_free(disk);
    }
    assert_memory_equal(&counts[0], &counts[1], sizeof counts[0]);
    assert_int_equal(counts[0].cuts, 1);
}

/* ------------------------------------------------------------ faults */

static void each_kind_fails_when_it_is_told_to(void **state)
{
    static const enum disk_op ops[] = {DISK_READ, DISK_WRITE, DISK_SYNC, DISK_OPEN};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(ops); i++) {
        struct disk *disk = disk_new("a test", 1);
        struct err err = {CODE_OK, ""};
        db_close(open_on(disk));
        disk_plan(disk, ops[i], 1, DISK_FAILS);
        struct db *db = db_open(path, &store_plan, disk_vfs(disk), &err);
        bool ok = db != NULL && add_one(db, 1, &err);
        assert_false(ok);
        assert_true(disk_planned_happened(disk));
        assert_int_equal(err.code, ERR_IO);
        db_close(db);
        db = open_on(disk);
        assert_true(count_of(db) <= 1);
        db_close(db);
        disk_free(disk);
    }
}

static void a_full_disk_says_so_and_goes_on_when_there_is_room(void **state)
{
    (void)state;
    struct disk *disk = disk_new("a test", 1);
    struct db *db = open_on(disk);
    struct err err = {CODE_OK, ""};
    int n = 0;
    disk_limit(disk, disk_used(disk) + 300000);
    while (add_one(db, n, &err))
        n++;
    assert_int_equal(err.code, ERR_DISK_FULL);
    assert_true(n > 1);
    db_close(db);
    disk_limit(disk, 0);
    db = open_on(disk);
    check_whole(db);
    assert_int_equal(count_of(db), n);
    err = (struct err){CODE_OK, ""};
    assert_true(add_one(db, n, &err));
    db_close(db);
    disk_free(disk);
}

static void a_second_one_finds_it_locked_and_a_wiped_disk_is_empty(void **state)
{
    (void)state;
    struct disk *disk = disk_new("a test", 1);
    struct db *db = open_on(disk);
    struct err err = {CODE_OK, ""};
    assert_true(add_one(db, 1, &err));
    assert_null(db_open(path, &store_plan, disk_vfs(disk), &err));
    assert_int_equal(err.code, ERR_LOCKED);
    db_close(db);
    disk_wipe(disk);
    db = open_on(disk);
    assert_int_equal(count_of(db), 0);
    db_close(db);
    disk_free(disk);
}

static void a_file_of_the_system_is_taken_and_stays_as_it_is(void **state)
{
    (void)state;
    struct temp temp;
    char at[TEMP_PATH_BYTES];
    struct err err = {CODE_OK, ""};
    size_t before_len = 0, after_len = 0;
    temp_init(&temp);
    temp_path(&temp, "store.db", at);
    struct db *db = store_open(at);
    assert_true(add_one(db, 1, &err));
    db_close(db);
    uint8_t *before = temp_read(at, &before_len);

    struct disk *disk = disk_new("a test", 1);
    db = db_open(at, &store_plan, disk_vfs(disk), &err);
    assert_non_null(db);
    assert_int_equal(count_of(db), 1);
    assert_true(add_one(db, 2, &err));
    db_close(db);
    disk_free(disk);
    uint8_t *after = temp_read(at, &after_len);
    assert_int_equal(before_len, after_len);
    assert_memory_equal(before, after, before_len);
    free(before);
    free(after);
    temp_done(&temp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_was_synced_survives),
            cmocka_unit_test(the_copying_of_the_log_can_be_cut_anywhere),
            cmocka_unit_test(what_was_not_synced_is_lost_in_part),
            cmocka_unit_test(a_new_file_that_nobody_synced_may_be_gone),
            cmocka_unit_test(what_was_synced_in_another_s_file_survives),
            cmocka_unit_test(the_same_seed_is_the_same_disk),
            cmocka_unit_test(each_kind_fails_when_it_is_told_to),
            cmocka_unit_test(a_full_disk_says_so_and_goes_on_when_there_is_room),
            cmocka_unit_test(a_second_one_finds_it_locked_and_a_wiped_disk_is_empty),
            cmocka_unit_test(a_file_of_the_system_is_taken_and_stays_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
