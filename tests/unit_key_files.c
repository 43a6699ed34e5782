/* unit_key_files.c - files of secrets: who may read them, and that they are whole or
 * not there. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/keys.h"

enum { ROUNDS = 20, FILE_BYTES = 20000 };

static char folder[] = "/tmp/unit_key_files.XXXXXX";
static char path[64];
static char tmp_path[64];
static uint8_t bytes[FILE_BYTES];
static uint8_t back[FILE_BYTES + 1];

static bool write_filled(uint8_t value, size_t len, struct err *err)
{
    memset(bytes, value, len);
    return keys_write_file(path, (struct span){bytes, len}, err);
}

static void assert_filled(uint8_t value, size_t wanted)
{
    size_t len = 0;
    assert_true(keys_read_file(path, back, sizeof back, &len, &(struct err){0}));
    assert_int_equal(len, wanted);
    for (size_t i = 0; i < len; i++)
        assert_int_equal(back[i], value);
}

static void assert_unreadable(const char *what, const char *words)
{
    struct err err = {.code = CODE_OK};
    size_t len = 77;
    memset(back, 0xEE, sizeof back);
    assert_false(keys_read_file(what, back, sizeof back, &len, &err));
    assert_int_equal(err.code, ERR_KEY_FILE);
    assert_int_equal(len, 77);
    if (strstr(err.msg, words) == NULL)
        fail_msg("%s", err.msg);
}

static void a_file_comes_back_and_is_ours_alone(void **state)
{
    (void)state;
    struct err err;
    mode_t old = umask(0);
    assert_true(write_filled('a', 100, &err));
    umask(0777);
    assert_true(write_filled('b', FILE_BYTES, &err));
    umask(old);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_filled('b', FILE_BYTES);
    assert_true(write_filled('c', 0, &err));
    assert_filled('c', 0);
    assert_int_equal(access(tmp_path, F_OK), -1);
}

static void rights_of_others_are_refused(void **state)
{
    (void)state;
    struct err err;
    assert_true(write_filled('a', 10, &err));
    for (mode_t bit = 01; bit <= 040; bit <<= 1) {
        assert_int_equal(chmod(path, 0600 | bit), 0);
        assert_unreadable(path, "do: chmod 600 ");
    }
    assert_int_equal(chmod(path, 0400), 0);
    assert_filled('a', 10);
    assert_int_equal(chmod(path, 0600), 0);
    assert_filled('a', 10);
}

static void a_file_of_another_user_is_refused(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip(); /* only root can give a file away */
    assert_true(write_filled('a', 10, &(struct err){0}));
    assert_int_equal(chown(path, 65534, 65534), 0);
    assert_unreadable(path, "belongs to another user");
    assert_int_equal(chown(path, 0, 0), 0);
    assert_filled('a', 10);
}

static void what_is_no_regular_file_is_refused(void **state)
{
    (void)state;
    assert_unreadable(folder, "is not a regular file");

    assert_true(write_filled('a', 10, &(struct err){0}));
    assert_int_equal(symlink(path, tmp_path), 0);
    assert_unreadable(tmp_path, "is a link");
    assert_int_equal(unlink(tmp_path), 0);

    /* Nobody writes into this pipe: reading it must not wait. */
    assert_int_equal(mkfifo(tmp_path, 0600), 0);
    assert_unreadable(tmp_path, "is not a regular file");
    assert_int_equal(unlink(tmp_path), 0);

    assert_unreadable(tmp_path, "No such file");
}

static void a_file_that_is_too_large_is_refused(void **state)
{
    (void)state;
    struct err err = {.code = CODE_OK};
    size_t len = 77;
    assert_true(write_filled('a', 100, &err));
    assert_true(keys_read_file(path, back, 100, &len, &err));
    assert_int_equal(len, 100);
    len = 77;
    assert_false(keys_read_file(path, back, 99, &len, &err));
    assert_int_equal(err.code, ERR_KEY_FILE);
    assert_int_equal(len, 77);
    /* Nothing of what was refused stays in memory. */
    for (size_t i = 0; i < 99; i++)
        assert_int_equal(back[i], 0);
}

static void a_full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    struct err err = {.code = CODE_OK};
    assert_true(write_filled('a', 100, &err));

    /* A limit on the size of files stands in for the full disk. */
    struct rlimit old;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    struct rlimit small = {.rlim_cur = 5000, .rlim_max = old.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    bool ok = write_filled('b', FILE_BYTES, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, SIG_DFL);

    assert_false(ok);
    assert_int_equal(err.code, ERR_IO);
    assert_filled('a', 100);
    assert_int_equal(access(tmp_path, F_OK), -1);
}

static void a_folder_that_is_not_there_is_named(void **state)
{
    (void)state;
    struct err err = {.code = CODE_OK};
    char missing[128];
    snprintf(missing, sizeof missing, "%s/none/key", folder);
    assert_false(keys_write_file(missing, span_text("x"), &err));
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.msg, missing));

    static char long_path[5000];
    memset(long_path, 'x', sizeof long_path - 1);
    assert_false(keys_write_file(long_path, span_text("x"), &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_false(keys_remove_file(long_path, &err));
}

static void what_a_kill_left_behind_is_in_nobodys_way(void **state)
{
    (void)state;
    struct err err;
    assert_true(write_filled('a', 100, &err));
    int fd = open(tmp_path, O_WRONLY | O_CREAT, 0644);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "half", 4), 4);
    close(fd);
    assert_true(write_filled('b', 200, &err));
    assert_filled('b', 200);
    assert_int_equal(access(tmp_path, F_OK), -1);

    /* Even when it is a link to some other file: that one is not written to. */
    char other[64];
    snprintf(other, sizeof other, "%s/other", folder);
    assert_true(keys_write_file(other, span_text("precious"), &err));
    assert_int_equal(symlink(other, tmp_path), 0);
    assert_true(write_filled('c', 300, &err));
    size_t len;
    assert_true(keys_read_file(other, back, sizeof back, &len, &err));
    assert_int_equal(len, 8);
    assert_memory_equal(back, "precious", 8);
    assert_int_equal(unlink(other), 0);
}

/* Write one content after the other until killed; a byte into the pipe after each. */
static void write_for_ever(int done)
{
    struct err err;
    for (uint8_t value = 'a';; value = value == 'a' ? 'b' : 'a')
        if (!write_filled(value, value == 'a' ? 300 : FILE_BYTES, &err) ||
                write(done, "", 1) != 1)
            _exit(1);
}

static void a_kill_leaves_one_whole_content(void **state)
{
    (void)state;
    assert_true(write_filled('a', 300, &(struct err){0}));
    for (int round = 0; round < ROUNDS; round++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            close(ends[0]);
            write_for_ever(ends[1]);
        }
        close(ends[1]);
        for (int i = 0; i <= round % 5; i++) {
            char byte;
            assert_int_equal(read(ends[0], &byte, 1), 1);
        }
        kill(child, SIGKILL);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        close(ends[0]);

        size_t len = 0;
        assert_true(keys_read_file(path, back, sizeof back, &len, &(struct err){0}));
        assert_true(len == 300 || len == FILE_BYTES);
        assert_filled(len == 300 ? 'a' : 'b', len);
    }
}

static void a_removed_file_is_overwritten_and_gone(void **state)
{
    (void)state;
    struct err err;
    assert_true(write_filled('a', 1000, &err));
    int key = open(path, O_RDONLY);
    int left = open(tmp_path, O_RDWR | O_CREAT, 0600);
    assert_true(key >= 0 && left >= 0);
    assert_int_equal(write(left, "secret", 6), 6);

    assert_true(keys_remove_file(path, &err));
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(access(tmp_path, F_OK), -1);
    /* What the open descriptors still see are zeros. */
    ssize_t n = pread(key, back, sizeof back, 0);
    assert_true(n >= 1000);
    for (ssize_t i = 0; i < n; i++)
        assert_int_equal(back[i], 0);
    assert_true(pread(left, back, 6, 0) == 6);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(back[i], 0);
    close(key);
    close(left);

    /* After a crash it is done again, and that is no error. */
    assert_true(keys_remove_file(path, &err));
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    unlink(tmp_path);
    return rmdir(folder);
}

int main(void)
{
    struct err err;
    if (!hash_start(&err) || mkdtemp(folder) == NULL)
        return 1;
    snprintf(path, sizeof path, "%s/key", folder);
    snprintf(tmp_path, sizeof tmp_path, "%s/key.tmp", folder);
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_file_comes_back_and_is_ours_alone),
            cmocka_unit_test(rights_of_others_are_refused),
            cmocka_unit_test(a_file_of_another_user_is_refused),
            cmocka_unit_test(what_is_no_regular_file_is_refused),
            cmocka_unit_test(a_file_that_is_too_large_is_refused),
            cmocka_unit_test(a_full_disk_leaves_the_old_file),
            cmocka_unit_test(a_folder_that_is_not_there_is_named),
            cmocka_unit_test(what_a_kill_left_behind_is_in_nobodys_way),
            cmocka_unit_test(a_kill_leaves_one_whole_content),
            cmocka_unit_test(a_removed_file_is_overwritten_and_gone),
    };
    return cmocka_run_group_tests(tests, NULL, remove_folder);
}
