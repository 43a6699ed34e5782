/* unit_file_faults.c - each call of the system and each piece of memory that the making
 * of a key file, a settings file or a home asks for fails once, and the power goes
 * before and after each call: what is there afterwards is as before or as wanted, never
 * between, and what was done stays done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "broker/ledger.h"
#include "core/hash.h"
#include "core/home.h"
#include "core/keys.h"
#include "core/steward.h"
#include "core/vocab.h"
#include "nodes/spool.h"
#include "tests/files.h"
#include "tests/heap.h"
#include "tests/network.h"
#include "tests/temp.h"

enum {
    CALLS_MAX = 400, /* more than any of them does */
    SEEDS = 3,
    TEXT_BYTES = 6000,
    NOW_MS = 1780000000,
};

/* How the place looks. */
enum state { AS_BEFORE, AS_WANTED, BETWEEN };

/* A thing that is done: first unseen, then with faults, then looked at. */
struct deed {
    const char *name;
    void (*prepare)(void);
    bool (*act)(struct err *err);
    enum state (*look)(void);
};

static struct {
    struct test_network network;
    struct temp temp; /* of one try */
    char path[TEMP_PATH_BYTES];
} the;

/* ------------------------------------------------------------ a file of secrets */

static void nothing(void)
{
}

static bool write_filled(char filled, struct err *err)
{
    char bytes[TEXT_BYTES];

    memset(bytes, filled, sizeof bytes);
    return keys_write_file(the.path, (struct span){(uint8_t *)bytes, sizeof bytes},
            err);
}

static void write_old(void)
{
    struct err err = {.code = CODE_OK};

    assert_true(write_filled('o', &err));
}

static bool write_new(struct err *err)
{
    return write_filled('n', err);
}

static bool holds(char filled)
{
    uint8_t bytes[TEXT_BYTES + 1];
    size_t len = 0;
    struct err err;

    if (!keys_read_file(the.path, bytes, sizeof bytes, &len, &err))
        return false;
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != (uint8_t)filled)
            return false;
    return len == TEXT_BYTES;
}

static enum state look_made(void)
{
    if (holds('n'))
        return AS_WANTED;
    return access(the.path, F_OK) != 0 ? AS_BEFORE : BETWEEN;
}

static enum state look_replaced(void)
{
    return holds('n') ? AS_WANTED : holds('o') ? AS_BEFORE : BETWEEN;
}

static bool remove_it(struct err *err)
{
    return keys_remove_file(the.path, err);
}

/* A secret that is half destroyed is destroyed when that is asked for again. */
static enum state look_removed(void)
{
    struct err err = {.code = CODE_OK};

    if (access(the.path, F_OK) != 0)
        return AS_WANTED;
    return keys_remove_file(the.path, &err) && access(the.path, F_OK) != 0 ? AS_BEFORE
                                                                           : BETWEEN;
}

/* ------------------------------------------------------------ a home */

static bool make_home(enum role role, struct err *err)
{
    static const char *const areas[] = {"21004"};
    const struct home_wish wish = {.role = role,
            .partner = "thuiszorg",
            .name = "Thuiszorg",
            .partner_type = PARTNER_TYPE_HOMECARE,
            .address = role == ROLE_BROKER ? "tcp://127.0.0.1:17171" : NULL,
            .areas = areas,
            .n_areas = COUNT_OF(areas),
            .now_ms = NOW_MS};

    return home_init(the.path, &wish, err);
}

static bool make_node_home(struct err *err)
{
    return make_home(ROLE_NODE, err);
}

static bool make_broker_home(struct err *err)
{
    return make_home(ROLE_BROKER, err);
}

static bool opens(enum role role)
{
    struct home home;
    struct err err = {.code = CODE_OK};
    struct broker_conf broker;
    struct node_conf node;
    bool ok = home_open(the.path, role, &home, &err);

    if (ok)
        home_close(&home);
    return ok && (role == ROLE_BROKER ? home_broker_conf(the.path, &broker, &err)
                                      : home_node_conf(the.path, &node, &err));
}

/* What is half made says that there is no home, and can be made. */
static enum state look_home(enum role role)
{
    struct err err = {.code = CODE_OK};
    struct home home;

    if (opens(role))
        return AS_WANTED;
    bool none = !home_open(the.path, role, &home, &err) && err.code == ERR_CONFIG;
    return none && make_home(role, &err) && opens(role) ? AS_BEFORE : BETWEEN;
}

static enum state look_node_home(void)
{
    return look_home(ROLE_NODE);
}

static enum state look_broker_home(void)
{
    return look_home(ROLE_BROKER);
}

/* ------------------------------------------------------------ a steward's desk */

static bool found_desk(struct err *err)
{
    struct steward *steward =
            steward_found(the.path, "proefnet", NETWORK_PASSPHRASE, NOW_MS, err);

    steward_free(steward);
    return steward != NULL;
}

/* What is half made says that there is no desk, and can be made. */
static enum state look_desk(void)
{
    struct err err = {.code = CODE_OK};
    struct steward *steward = steward_open(the.path, NETWORK_PASSPHRASE, &err);
    bool whole = steward != NULL;

    steward_free(steward);
    if (whole)
        return AS_WANTED;
    return err.code == ERR_CONFIG && found_desk(&err) ? AS_BEFORE : BETWEEN;
}

/* ------------------------------------------------------------ joining */

static void make_unjoined(void)
{
    struct test_network copy;
    char from[NETWORK_PATH_BYTES], file[TEMP_PATH_BYTES + 32];

    network_copy(&the.network, &copy);
    network_home(&copy, "aksant", from);
    assert_int_equal(rename(from, the.path), 0);
    network_forget(&copy);
    snprintf(file, sizeof file, "%s/network.bundle", the.path);
    assert_int_equal(unlink(file), 0);
}

static bool join(struct err *err)
{
    char file[NETWORK_PATH_BYTES + 32];
    struct home home;
    struct home_bundle bundle;
    struct arena arena = arena_new(HOME_BUNDLE_ARENA);

    snprintf(file, sizeof file, "%s/steward/network.bundle", the.network.folder);
    bool ok = arena.at != NULL || err_set(err, ERR_NOMEM, "no memory to join");
    ok = ok && home_open(the.path, ROLE_NODE, &home, err);
    bool joined = ok && home_bundle_read(file, &arena, &bundle, err) &&
                  home_join(&home, &bundle, &arena, err);
    if (ok)
        home_close(&home);
    arena_free(&arena);
    return joined;
}

static enum state look_joined(void)
{
    struct home home;
    struct home_bundle bundle;
    struct err err = {.code = CODE_OK};
    struct arena arena = arena_new(HOME_BUNDLE_ARENA);

    if (!home_open(the.path, ROLE_NODE, &home, &err))
        return BETWEEN;
    bool joined = home_joined_bundle(&home, &arena, &bundle, &err);
    home_close(&home);
    arena_free(&arena);
    return joined ? AS_WANTED : err.code == ERR_CONFIG ? AS_BEFORE : BETWEEN;
}

/* ------------------------------------------------------------ settings */

static bool save_conf(const char *language, struct err *err)
{
    struct node_conf conf;

    if (!conf_load(NULL, NODE_KEYS, N_NODE_KEYS, &conf, err))
        return false;
    snprintf(conf.language, sizeof conf.language, "%s", language);
    return conf_save(the.path, NODE_CONF_TITLE, NODE_KEYS, N_NODE_KEYS, &conf, err);
}

static void save_dutch(void)
{
    struct err err = {.code = CODE_OK};

    assert_true(save_conf("nl", &err));
}

static bool save_french(struct err *err)
{
    return save_conf("fr", err);
}

static enum state look_conf(void)
{
    struct node_conf conf;
    struct err err = {.code = CODE_OK};

    if (!conf_load(the.path, NODE_KEYS, N_NODE_KEYS, &conf, &err))
        return BETWEEN;
    return strcmp(conf.language, "fr") == 0   ? AS_WANTED
           : strcmp(conf.language, "nl") == 0 ? AS_BEFORE
                                              : BETWEEN;
}

/* ------------------------------------------------------------ stores */

static bool open_ledger(struct err *err)
{
    struct ledger *ledger = ledger_open(the.path, NULL, err);

    ledger_close(ledger);
    return ledger != NULL;
}

static bool open_spool(struct err *err)
{
    struct db *db = spool_open(the.path, NULL, err);

    db_close(db);
    return db != NULL;
}

static enum state look_ledger(void)
{
    struct err err = {.code = CODE_OK};

    return open_ledger(&err) ? AS_WANTED : BETWEEN;
}

static enum state look_spool(void)
{
    struct err err = {.code = CODE_OK};

    return open_spool(&err) ? AS_WANTED : BETWEEN;
}

static const struct deed deeds[] = {
        {"a new file of secrets",     nothing,       write_new,        look_made       },
        {"a file of secrets again",   write_old,     write_new,        look_replaced   },
        {"a file of secrets removed", write_old,     remove_it,        look_removed    },
        {"a home of a node",          nothing,       make_node_home,   look_node_home  },
        {"a home of a broker",        nothing,       make_broker_home, look_broker_home},
        {"a desk of a steward",       nothing,       found_desk,       look_desk       },
        {"a home that joins",         make_unjoined, join,             look_joined     },
        {"settings",                  save_dutch,    save_french,      look_conf       },
};

/* SQLite does most of it, on a disk of its own in other tests. */
static const struct deed stores[] = {
        {"a new ledger", nothing, open_ledger, look_ledger},
        {"a new spool",  nothing, open_spool,  look_spool },
};

/* ------------------------------------------------------------ with faults */

static void begin(const struct deed *deed)
{
    temp_init(&the.temp);
    temp_path(&the.temp, "place", the.path);
    deed->prepare();
}

static void end(void)
{
    temp_done(&the.temp);
}

static void check(const struct deed *deed, bool done, const struct err *err,
        const char *fault, uint64_t at)
{
    enum state state = deed->look();

    if (state == BETWEEN || (done && state != AS_WANTED))
        fail_msg("%s, %s %llu: %s", deed->name, fault, (unsigned long long)at,
                done ? "done, and not there afterwards" : "something between");
    if (!done && (err->code == CODE_OK || err->msg[0] == '\0'))
        fail_msg("%s, %s %llu: not done, and nobody says why", deed->name, fault,
                (unsigned long long)at);
}

/* One try with that fault; false: there is no such call any more. */
static bool try_files(const struct deed *deed, uint64_t at, enum files_effect effect,
        uint64_t seed)
{
    struct err err = {.code = CODE_OK};

    begin(deed);
    files_begin(the.temp.folder, seed);
    files_plan(at, effect);
    bool done = deed->act(&err);
    bool happened = files_planned_happened();
    files_plan(0, effect);
    /* What was said to be done outlives the power as well. */
    if (effect != FILES_FAIL && done)
        files_cut();
    files_power();
    check(deed, done, &err, effect == FILES_FAIL ? "failing call" : "power cut at call",
            at);
    files_end();
    end();
    return happened;
}

static void fail_each_call(const struct deed *deed)
{
    uint64_t at = 1;

    while (at < CALLS_MAX && try_files(deed, at, FILES_FAIL, 1))
        at++;
    assert_in_range(at, 2, CALLS_MAX - 1);
}

static void each_call_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(deeds); i++)
        fail_each_call(&deeds[i]);
    for (size_t i = 0; i < COUNT_OF(stores); i++)
        fail_each_call(&stores[i]);
}

static void the_power_goes_before_and_after_each_call(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(deeds); i++)
        for (uint64_t seed = 1; seed <= SEEDS; seed++)
            for (uint64_t at = 1; at < CALLS_MAX; at++) {
                bool before = try_files(&deeds[i], at, FILES_CUT_BEFORE, seed);
                bool after = try_files(&deeds[i], at, FILES_CUT_AFTER, seed);
                if (!before && !after)
                    break;
            }
}

static bool try_memory(const struct deed *deed, uint64_t at)
{
    struct err err = {.code = CODE_OK};

    begin(deed);
    heap_plan(at);
    bool done = deed->act(&err);
    heap_plan(0);
    check(deed, done, &err, "piece of memory", at);
    end();
    return heap_planned_happened();
}

static void refuse_each_piece(const struct deed *deed)
{
    uint64_t at = 1;

    while (at < CALLS_MAX && try_memory(deed, at))
        at++;
    assert_true(at < CALLS_MAX);
}

static void each_piece_of_memory_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(deeds); i++)
        refuse_each_piece(&deeds[i]);
    for (size_t i = 0; i < COUNT_OF(stores); i++)
        refuse_each_piece(&stores[i]);
}

/* ------------------------------------------------------------ all of them */

static int setup(void **state)
{
    static const struct network_partner partners[] = {
            {"aksant", PARTNER_TYPE_LDC}
    };
    struct err err = {.code = CODE_OK};

    (void)state;
    /* In memory where there is such a place: thousands of files come and go. */
    setenv("TMPDIR", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : P_tmpdir, 0);
    network_must(hash_start(&err), "start the cryptographic library", &err);
    network_found(&the.network, "tcp://127.0.0.1:17171", partners, COUNT_OF(partners),
            NULL, NOW_MS);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    network_forget(&the.network);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(each_call_fails),
            cmocka_unit_test(the_power_goes_before_and_after_each_call),
            cmocka_unit_test(each_piece_of_memory_is_refused),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
