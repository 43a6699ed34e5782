/* unit_restore.c - a backup becomes a home, whole or not at all: with a file of it
 * missing, damaged or of somebody else, with something in the way, and while each call
 * of the system and each piece of memory fails once. */
#include <sys/stat.h>

#include "core/folder.h"
#include "core/vocab.h"
#include "nodes/restore.h"
#include "nodes/spool.h"
#include "nodes/vault.h"
#include "tests/cli_screen.h"
#include "tests/files.h"
#include "tests/heap.h"

#define PASSPHRASE "a passphrase for tests"

enum { CALLS_MAX = 400, LONG_BYTES = 380 };

static struct {
    struct temp temp;
    char backup[TEMP_PATH_BYTES], home[TEMP_PATH_BYTES], place[TEMP_PATH_BYTES];
} the;

static void must(bool ok, const struct err *err)
{
    if (!ok)
        fail_msg("%s: %s", code_name(err->code), err->msg);
}

static void file_of(const char *folder, const char *name, char path[TEMP_PATH_BYTES])
{
    assert_true(
            snprintf(path, TEMP_PATH_BYTES, "%s/%s", folder, name) < TEMP_PATH_BYTES);
}

static void copy(const char *from, const char *to)
{
    size_t len = 0;
    uint8_t *bytes = temp_read(from, &len);
    assert_non_null(bytes);
    temp_write(to, bytes, len);
    assert_int_equal(chmod(to, 0600), 0);
    free(bytes);
}

/* ---- a node of its own, and its backup ---- */

static void save_keys(const struct home *home)
{
    struct err err = {0};
    char path[TEMP_PATH_BYTES];
    file_of(the.backup, "identity.key", path);
    must(sign_key_save(home->identity, path, PASSPHRASE, &err), &err);
    file_of(the.backup, "transport.key", path);
    must(box_key_save(home->transport, path, &err), &err);
    file_of(the.backup, "generation.key", path);
    must(wrap_key_save(home->generation, path, PASSPHRASE, &err), &err);
}

/* A store that needs the generation key of that home. */
static void make_store(struct home *home)
{
    struct err err = {0};
    struct node *node = calloc(1, sizeof *node);
    char path[TEMP_PATH_BYTES];
    assert_non_null(node);
    file_of(the.backup, "node.db", path);
    node->home = *home;
    node->db = spool_open(path, NULL, &err);
    must(node->db != NULL && db_begin(node->db, &err) &&
                    vault_open_generation(node, &err) && db_commit(node->db, &err),
            &err);
    db_close(node->db);
    free(node);
}

static void make_backup(void)
{
    static const char *const FILES[] = {"node.conf", "node.request"};
    static const char *const areas[] = {"21004"};
    const struct home_wish wish = {.role = ROLE_NODE,
            .partner = "huis",
            .name = "Huis",
            .partner_type = PARTNER_TYPE_LDC,
            .areas = areas,
            .n_areas = 1,
            .now_ms = SCREEN_NOW};
    struct err err = {0};
    struct home home;
    char old[TEMP_PATH_BYTES], from[TEMP_PATH_BYTES], to[TEMP_PATH_BYTES];
    temp_init(&the.temp);
    temp_path(&the.temp, "old", old);
    temp_path(&the.temp, "backup", the.backup);
    temp_path(&the.temp, "new", the.home);
    temp_path(&the.temp, "new.restoring", the.place);
    assert_int_equal(mkdir(the.backup, 0700), 0);
    must(home_init(old, &wish, &err) && home_open(old, ROLE_NODE, &home, &err), &err);
    save_keys(&home);
    make_store(&home);
    home_close(&home);
    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        file_of(old, FILES[i], from);
        file_of(the.backup, FILES[i], to);
        copy(from, to);
    }
}

static int begin(void **state)
{
    (void)state;
    make_backup();
    return 0;
}

static int end(void **state)
{
    (void)state;
    temp_done(&the.temp);
    return 0;
}

static bool restore(struct err *err)
{
    return node_restore(the.backup, the.home, PASSPHRASE, SCREEN_NOW, err);
}

static void assert_whole(void)
{
    struct err err = {0};
    struct home home;
    struct node_conf conf;
    must(home_open(the.home, ROLE_NODE, &home, &err), &err);
    home_close(&home);
    must(home_node_conf(the.home, &conf, &err), &err);
    assert_int_not_equal(access(the.place, F_OK), 0);
}

static void assert_refused(enum code code, const char *piece)
{
    struct err err = {0};
    if (restore(&err))
        fail_msg("\"%s\" was expected, and it was restored", piece);
    if (err.code != code || strstr(err.msg, piece) == NULL)
        fail_msg("%s: %s; expected was %s: %s", code_name(err.code), err.msg,
                code_name(code), piece);
    assert_int_not_equal(access(the.place, F_OK), 0);
}

static void assert_nothing_there(void)
{
    assert_int_not_equal(access(the.home, F_OK), 0);
    assert_int_not_equal(access(the.place, F_OK), 0);
}

/* Take the home away again, with all that is in it. */
static void forget_home(void)
{
    struct temp home;
    snprintf(home.folder, sizeof home.folder, "%s", the.home);
    temp_done(&home);
}

/* ---- files of the backup ---- */

static void lose(const char *path)
{
    assert_int_equal(unlink(path), 0);
}

static void empty(const char *path)
{
    temp_write(path, "", 0);
}

static void replace(const char *path)
{
    static const char WORDS[] = "these words stand in no file of a backup\n";
    temp_write(path, WORDS, sizeof WORDS - 1);
}

static void open_to_all(const char *path)
{
    assert_int_equal(chmod(path, 0644), 0);
}

/* It would say nothing, and the restore would wait for it for ever. */
static void put_pipe(const char *path)
{
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
}

static void put_device(const char *path)
{
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/dev/null", path), 0);
}

/* All pages behind the first. */
static void damage(const char *path)
{
    size_t len = 0;
    uint8_t *bytes = temp_read(path, &len);
    assert_in_range(len, 3 * 4096, 1 << 20);
    memset(bytes + 4096, 0x5A, len - 4096);
    temp_write(path, bytes, len);
    free(bytes);
}

static void put_new_key(const char *path, const char *passphrase)
{
    struct err err = {0};
    struct wrap_key *key = wrap_key_new(&err);
    must(key != NULL && wrap_key_save(key, path, passphrase, &err), &err);
    wrap_key_free(key);
}

static void another_generation(const char *path)
{
    put_new_key(path, PASSPHRASE);
}

static void another_passphrase(const char *path)
{
    put_new_key(path, "not what it was");
}

static const struct {
    const char *name;
    void (*change)(const char *path);
    enum code code;
    const char *says;
} DAMAGES[] = {
        {"identity.key",   lose,               ERR_KEY_FILE,   "identity.key"  },
        {"identity.key",   replace,            ERR_KEY_FILE,   "identity.key"  },
        {"identity.key",   open_to_all,        ERR_KEY_FILE,   "identity.key"  },
        {"transport.key",  lose,               ERR_KEY_FILE,   "transport.key" },
        {"transport.key",  replace,            ERR_KEY_FILE,   "transport.key" },
        {"generation.key", lose,               ERR_KEY_FILE,   "generation.key"},
        {"generation.key", another_generation, ERR_KEY_FILE,   "same backup"   },
        {"generation.key", another_passphrase, ERR_PASSPHRASE, "generation.key"},
        {"node.db",        lose,               ERR_IO,         "node.db"       },
        {"node.db",        empty,              ERR_KEY_FILE,   "same backup"   },
        {"node.db",        replace,            ERR_CORRUPT,    "node.db"       },
        {"node.db",        damage,             ERR_CORRUPT,    "node.db"       },
        {"node.conf",      lose,               ERR_CONFIG,     "node.conf"     },
        {"node.conf",      replace,            ERR_CONFIG,     "node.conf"     },
        {"node.request",   lose,               ERR_KEY_FILE,   "node.request"  },
        {"node.request",   open_to_all,        ERR_KEY_FILE,   "node.request"  },
        {"identity.key",   put_pipe,           ERR_KEY_FILE,   "identity.key"  },
        {"transport.key",  put_pipe,           ERR_KEY_FILE,   "transport.key" },
        {"generation.key", put_pipe,           ERR_KEY_FILE,   "generation.key"},
        {"node.db",        put_pipe,           ERR_IO,         "node.db is no" },
        {"node.db",        put_device,         ERR_IO,         "node.db is no" },
        {"node.conf",      put_pipe,           ERR_CONFIG,     "node.conf"     },
        {"node.request",   put_pipe,           ERR_KEY_FILE,   "node.request"  },
};

static void each_file_of_the_backup_is_needed_as_it_was(void **state)
{
    struct err err = {0};
    char path[TEMP_PATH_BYTES], kept[TEMP_PATH_BYTES];
    (void)state;
    temp_path(&the.temp, "kept", kept);
    for (size_t i = 0; i < COUNT_OF(DAMAGES); i++) {
        file_of(the.backup, DAMAGES[i].name, path);
        copy(path, kept);
        DAMAGES[i].change(path);
        assert_refused(DAMAGES[i].code, DAMAGES[i].says);
        assert_nothing_there();
        unlink(path);
        copy(kept, path);
    }
    must(restore(&err), &err);
    assert_whole();
}

/* ---- the place that it is to have ---- */

static void what_is_in_the_way_stays(void **state)
{
    struct err err = {0};
    char path[TEMP_PATH_BYTES];
    (void)state;
    /* A folder with something in it, that is no home. */
    assert_int_equal(mkdir(the.home, 0700), 0);
    file_of(the.home, "letter", path);
    replace(path);
    assert_refused(E_DUPLICATE, "is not empty");
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(the.home), 0);
    /* A file. */
    replace(the.home);
    assert_refused(E_DUPLICATE, "is not empty");
    assert_int_equal(unlink(the.home), 0);
    /* In the place where it is made, something that no restore has made. */
    assert_int_equal(mkdir(the.place, 0700), 0);
    file_of(the.place, "letter", path);
    replace(path);
    assert_false(restore(&err));
    assert_int_equal(err.code, ERR_IO);
    assert_has(err.msg, "this folder cannot be made");
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(unlink(path), 0);
    /* What a killed restore has left gives way, half written or whole, and so does an
     * empty folder. */
    file_of(the.place, "node.conf", path);
    replace(path);
    file_of(the.place, "node.conf.new", path);
    replace(path);
    assert_int_equal(mkdir(the.home, 0700), 0);
    err = (struct err){0};
    must(restore(&err), &err);
    assert_whole();
    assert_refused(E_DUPLICATE, "there is a home");
    assert_whole();
}

/* The second would clear what the first is making, and take its name. */
static void of_two_at_once_one_is_refused(void **state)
{
    struct err err = {0};
    char path[TEMP_PATH_BYTES];
    int first = -1;
    (void)state;
    must(folder_take_of(the.home, &first, &err), &err);
    assert_int_equal(mkdir(the.place, 0700), 0);
    file_of(the.place, "node.conf", path);
    replace(path);
    assert_false(restore(&err));
    assert_int_equal(err.code, ERR_LOCKED);
    assert_has(err.msg, "another command is at work in ");
    assert_int_equal(access(path, F_OK), 0);
    close(first);
    /* The first was killed: its lock went with it. */
    err = (struct err){0};
    must(restore(&err), &err);
    assert_whole();
    /* Nor does a restore that has ended keep it. */
    must(folder_take_of(the.home, &first, &err), &err);
    close(first);
}

static void paths_that_cannot_be(void **state)
{
    struct err err = {0};
    char wide[LONG_BYTES + 1], path[TEMP_PATH_BYTES];
    (void)state;
    memset(wide, 'x', LONG_BYTES);
    wide[0] = '/';
    wide[LONG_BYTES] = '\0';
    assert_false(node_restore(the.backup, "", PASSPHRASE, SCREEN_NOW, &err));
    assert_int_not_equal(err.code, CODE_OK);
    assert_false(node_restore(the.backup, wide, PASSPHRASE, SCREEN_NOW, &err));
    assert_int_not_equal(err.code, CODE_OK);
    assert_false(node_restore(wide, the.home, PASSPHRASE, SCREEN_NOW, &err));
    assert_int_equal(err.code, E_SIZE);
    file_of(the.temp.folder, "none/new", path);
    assert_false(node_restore(the.backup, path, PASSPHRASE, SCREEN_NOW, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_nothing_there();
    /* Slashes at the end change nothing. */
    file_of(the.temp.folder, "new//", path);
    err = (struct err){0};
    must(node_restore(the.backup, path, PASSPHRASE, SCREEN_NOW, &err), &err);
    assert_whole();
}

/* ---- while something fails ---- */

/* Not done: said so, and nothing is there that hinders the next one. Done: whole. */
static void look(bool done, const struct err *err, const char *what, uint64_t at)
{
    struct err again = {0};
    if (!done && (err->code == CODE_OK || err->msg[0] == '\0'))
        fail_msg("%s %llu: not done, and nobody says why", what,
                (unsigned long long)at);
    if (!done && access(the.home, F_OK) != 0)
        must(restore(&again), &again);
    assert_whole();
    forget_home();
}

static void each_call_fails(void **state)
{
    bool happened = true;
    (void)state;
    for (uint64_t at = 1; happened; at++) {
        struct err err = {0};
        assert_in_range(at, 1, CALLS_MAX);
        files_begin(the.temp.folder, 1);
        files_plan(at, FILES_FAIL);
        bool done = restore(&err);
        happened = files_planned_happened();
        files_plan(0, FILES_FAIL);
        files_end();
        look(done, &err, "failing call", at);
    }
}

/* The power goes, or the program is killed: what is left there gives way to the next
 * one. */
static bool cut_at(uint64_t at, enum files_effect effect)
{
    struct err err = {0};
    assert_in_range(at, 1, CALLS_MAX);
    files_begin(the.temp.folder, at);
    files_plan(at, effect);
    bool done = restore(&err), happened = files_planned_happened();
    files_plan(0, effect);
    /* What has its name was on the disk before. */
    if (access(the.place, F_OK) == 0)
        files_power();
    files_end();
    look(done, &err, "power cut at call", at);
    return happened;
}

static void the_power_goes_before_and_after_each_call(void **state)
{
    bool before = true, after = true;
    (void)state;
    for (uint64_t at = 1; before || after; at++) {
        before = cut_at(at, FILES_CUT_BEFORE);
        after = cut_at(at, FILES_CUT_AFTER);
    }
}

static void each_piece_of_memory_is_refused(void **state)
{
    bool happened = true;
    (void)state;
    for (uint64_t at = 1; happened; at++) {
        struct err err = {0};
        assert_in_range(at, 1, CALLS_MAX);
        heap_plan(at);
        bool done = restore(&err);
        heap_plan(0);
        happened = heap_planned_happened();
        look(done, &err, "piece of memory", at);
    }
}

/* ---- by the command line ---- */

static void asked_for_at_the_command_line(void **state)
{
    static const struct {
        const char *answers, *before;
        int status;
        const char *says;
    } ROWS[] = {
            {NULL,                   "",        EXIT_USAGE,     "--passphrase-file"},
            {"another passphrase\n", "",        EXIT_COULD_NOT, "ERR_PASSPHRASE"   },
            {"short\n",              "",        EXIT_USAGE,     "passphrase"       },
            {PASSPHRASE "\n",        "",        EXIT_OK,        ""                 },
            {PASSPHRASE "\n",        "",        EXIT_REFUSED,   "E_DUPLICATE"      },
            {PASSPHRASE "\n",        "--json|", EXIT_USAGE,     "--passphrase-file"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        char line[3 * TEMP_PATH_BYTES];
        snprintf(line, sizeof line, "%s--home|%s|node|restore|%s", ROWS[i].before,
                the.home, the.backup);
        struct screen screen = screen_line(ROWS[i].answers, line);
        const char *words = screen.err[0] != '\0' ? screen.err : screen.out;
        assert_int_equal(screen.status, ROWS[i].status);
        assert_has(words, ROWS[i].says);
        screen_done(&screen);
    }
    assert_whole();
}

#define IN_PLACE(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
            IN_PLACE(each_file_of_the_backup_is_needed_as_it_was),
            IN_PLACE(what_is_in_the_way_stays),
            IN_PLACE(of_two_at_once_one_is_refused),
            IN_PLACE(paths_that_cannot_be),
            IN_PLACE(each_call_fails),
            IN_PLACE(the_power_goes_before_and_after_each_call),
            IN_PLACE(each_piece_of_memory_is_refused),
            IN_PLACE(asked_for_at_the_command_line),
    };
    struct err err = {0};
    /* In memory where there is such a place: hundreds of homes are made. */
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 0);
    if (!hash_start(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
