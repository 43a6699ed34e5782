/* real_trouble.c - bad days: a damaged database, an open key file, a wrong broker key,
 * a broker that is away. Each gives a message that says what to do and the right exit
 * status, nothing is lost, and the log does not run on. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fleet_case.h"
#include "tests/temp.h"

enum {
    COULD_NOT_RUN = 3, /* the exit status of a program that cannot go on */
    QUIET_LINES = 12,  /* an event may say so many lines, however long it lasts */
    AWAY_MS = 4000,
};

static const char SENDER[] = "thuiszorg";
static const char READER[] = "aksant";

struct work {
    struct fleet fleet;
    uint64_t consent;
    size_t n_cases; /* referrals so far, which must all be there after each trouble */
};

static size_t lines_of(struct work *work, const char *id)
{
    size_t n = 0;

    free(fleet_log(&work->fleet, id, &n));
    return n;
}

static void refer_one(struct work *work)
{
    fleet_refer(&work->fleet, SENDER, work->consent, READER, "Mevrouw Voorbeeld");
    work->n_cases++;
}

/* Everything flows: all referrals so far, and a new one, are at the reader. */
static void all_is_well(struct work *work)
{
    refer_one(work);
    FLEET_UNTIL(&work->fleet,
            fleet_count_cases(&work->fleet, READER, CASE_BOX_NONE) == work->n_cases);
    assert_int_equal(fleet_count_cases(&work->fleet, SENDER, CASE_BOX_NONE),
            work->n_cases);
}

/* Started as it is, it says these words and ends. */
static void cannot_start(struct work *work, const char *id, const char *const *words,
        size_t n_words)
{
    size_t before = lines_of(work, id), after = 0;

    fleet_start(&work->fleet, id);
    assert_int_equal(fleet_wait_end(&work->fleet, id), COULD_NOT_RUN);
    char *log = fleet_log(&work->fleet, id, &after);
    assert_true(after - before <= QUIET_LINES);
    for (size_t i = 0; i < n_words; i++)
        if (strstr(log, words[i]) == NULL)
            fleet_fail(&work->fleet, "%s does not say: %s", id, words[i]);
    free(log);
}

static void begin_again(struct work *work)
{
    for (size_t i = 0; i < work->fleet.n_programs; i++)
        if (!fleet_runs(&work->fleet, work->fleet.programs[i].id))
            fleet_start_ready(&work->fleet, work->fleet.programs[i].id);
    fleet_wait_connected(&work->fleet, SENDER);
    fleet_wait_connected(&work->fleet, READER);
}

/* ------------------------------------------------------------- the disk's troubles */

static const char *database_of(const char *id)
{
    return strcmp(id, NETWORK_BROKER) == 0 ? "broker.db" : "node.db";
}

static void damage(const char *path, off_t at)
{
    static const uint8_t noise[64] = {0x5a, 0x5a, 0x5a};
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, noise, sizeof noise, at), sizeof noise);
    close(fd);
}

static void test_a_damaged_database_is_named_and_left_alone(void **state)
{
    static const char *const programs[] = {NETWORK_BROKER, SENDER, READER};
    struct work *work = *state;
    char path[FLEET_PATH_BYTES];

    for (size_t i = 0; i < COUNT_OF(programs); i++) {
        const char *id = programs[i];
        size_t len = 0, damaged_len = 0, after_len = 0;
        assert_int_equal(fleet_stop(&work->fleet, id), 0);
        fleet_path(&work->fleet, id, database_of(id), path);
        uint8_t *whole = temp_read(path, &len);
        damage(path, 0);
        uint8_t *damaged = temp_read(path, &damaged_len);
        const char *const words[] = {path, "damaged"};
        cannot_start(work, id, words, COUNT_OF(words));
        /* Whoever repairs it finds it as it was. */
        uint8_t *after = temp_read(path, &after_len);
        assert_int_equal(after_len, damaged_len);
        assert_memory_equal(after, damaged, damaged_len);
        temp_write(path, whole, len);
        free(whole);
        free(damaged);
        free(after);
        begin_again(work);
        all_is_well(work);
    }
}

/* Damage that shows only while the program works: it stops rather than answer. */
static void test_damage_that_shows_later_ends_the_program(void **state)
{
    struct work *work = *state;
    char path[FLEET_PATH_BYTES];
    size_t len = 0;

    assert_int_equal(fleet_stop(&work->fleet, NETWORK_BROKER), 0);
    fleet_path(&work->fleet, NETWORK_BROKER, "broker.db", path);
    uint8_t *whole = temp_read(path, &len);
    /* Every page but the first ones with header and schema, which the start reads. */
    enum { PAGE_BYTES = 4096, FIRST_PAGES = 16 };
    for (size_t at = (size_t)FIRST_PAGES * PAGE_BYTES; at + PAGE_BYTES <= len;
            at += PAGE_BYTES)
        damage(path, (off_t)at);
    fleet_start(&work->fleet, NETWORK_BROKER);
    int status = fleet_wait_end(&work->fleet, NETWORK_BROKER);
    assert_int_equal(status, COULD_NOT_RUN);
    assert_true(fleet_log_says(&work->fleet, NETWORK_BROKER, "damaged"));
    /* As a good copy comes back, so does everything. */
    temp_write(path, whole, len);
    free(whole);
    begin_again(work);
    all_is_well(work);
}

static void test_an_open_key_file_is_not_used(void **state)
{
    static const struct {
        const char *id, *file;
    } rows[] = {
            {NETWORK_BROKER, "keys/identity.key"  },
            {NETWORK_BROKER, "keys/transport.key" },
            {NETWORK_BROKER, "keys/log.key"       },
            {SENDER,         "keys/identity.key"  },
            {SENDER,         "keys/generation.key"},
            {SENDER,         "cli.token"          },
    };
    struct work *work = *state;
    char path[FLEET_PATH_BYTES];

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(fleet_stop(&work->fleet, rows[i].id), 0);
        fleet_path(&work->fleet, rows[i].id, rows[i].file, path);
        assert_int_equal(chmod(path, 0644), 0);
        const char *const words[] = {path, "0600"};
        cannot_start(work, rows[i].id, words, COUNT_OF(words));
        assert_int_equal(chmod(path, 0600), 0);
        fleet_start_ready(&work->fleet, rows[i].id);
    }
    begin_again(work);
    all_is_well(work);
}

static void test_a_missing_key_file_is_named(void **state)
{
    struct work *work = *state;
    char path[FLEET_PATH_BYTES], aside[FLEET_PATH_BYTES];

    assert_int_equal(fleet_stop(&work->fleet, SENDER), 0);
    fleet_path(&work->fleet, SENDER, "keys/transport.key", path);
    fleet_path(&work->fleet, SENDER, "aside", aside);
    assert_int_equal(rename(path, aside), 0);
    const char *const words[] = {path};
    cannot_start(work, SENDER, words, COUNT_OF(words));
    assert_int_equal(rename(aside, path), 0);
    begin_again(work);
    all_is_well(work);
}

/* ------------------------------------------------------------- the broker's absence */

static void test_work_goes_on_while_the_broker_is_away(void **state)
{
    struct work *work = *state;

    assert_int_equal(fleet_stop(&work->fleet, NETWORK_BROKER), 0);
    FLEET_UNTIL(&work->fleet, !fleet_status(&work->fleet, SENDER)->connected);
    size_t before = lines_of(work, SENDER);
    assert_non_null(
            strstr(fleet_status(&work->fleet, SENDER)->link_words, "does not answer"));
    uint64_t outbox = fleet_status(&work->fleet, SENDER)->outbox;
    refer_one(work);
    assert_int_equal(fleet_status(&work->fleet, SENDER)->outbox, outbox + 2);
    /* A longer absence says no more than a short one. */
    for (int64_t end_ms = fleet_clock_ms() + AWAY_MS; fleet_clock_ms() < end_ms;)
        fleet_breathe();
    assert_true(lines_of(work, SENDER) - before <= QUIET_LINES);
    begin_again(work);
    all_is_well(work);
}

/* At the broker's address somebody listens who has another key: the right network's
 * broker in a mistaken set-up, or an attacker. */
static void test_a_wrong_broker_key_is_told(void **state)
{
    static const struct network_partner partners[] = {
            {READER, PARTNER_TYPE_LDC},
    };
    struct work *work = *state;
    struct fleet *other = calloc(1, sizeof *other);

    assert_non_null(other);
    fleet_begin(other, partners, COUNT_OF(partners));
    assert_int_equal(fleet_stop(&work->fleet, NETWORK_BROKER), 0);
    fleet_set(other, NETWORK_BROKER, "listen", work->fleet.network.address);
    fleet_start_ready(other, NETWORK_BROKER);
    size_t before = lines_of(work, SENDER);
    FLEET_UNTIL(&work->fleet,
            strstr(fleet_status(&work->fleet, SENDER)->link_words, "attacker") != NULL);
    refer_one(work);
    assert_true(lines_of(work, SENDER) - before <= QUIET_LINES);
    fleet_end(other);
    free(other);
    /* By now both would try only every few seconds. */
    assert_int_equal(fleet_stop(&work->fleet, SENDER), 0);
    assert_int_equal(fleet_stop(&work->fleet, READER), 0);
    begin_again(work);
    all_is_well(work);
}

static void test_a_taken_port_is_named(void **state)
{
    struct work *work = *state;
    const struct network_partner partners[] = {
            {READER, PARTNER_TYPE_LDC},
    };
    struct fleet *other = calloc(1, sizeof *other);

    assert_non_null(other);
    fleet_begin(other, partners, COUNT_OF(partners));
    fleet_set(other, NETWORK_BROKER, "listen", work->fleet.network.address);
    fleet_start(other, NETWORK_BROKER);
    assert_int_equal(fleet_wait_end(other, NETWORK_BROKER), COULD_NOT_RUN);
    if (!fleet_log_says(other, NETWORK_BROKER,
                strrchr(work->fleet.network.address, ':')))
        fleet_fail(other, "the port is not named");
    fleet_end(other);
    free(other);
    all_is_well(work);
}

/* ------------------------------------------------------------- */

static int begin(void **state)
{
    struct work *work = calloc(1, sizeof *work);

    assert_non_null(work);
    *state = work;
    fleet_begin_two(&work->fleet, SENDER, READER);
    fleet_start_all(&work->fleet);
    fleet_agree(&work->fleet, SENDER, READER);
    work->consent = fleet_consent(&work->fleet, SENDER, "Mevrouw Voorbeeld", READER);
    all_is_well(work);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_a_damaged_database_is_named_and_left_alone),
            cmocka_unit_test(test_damage_that_shows_later_ends_the_program),
            cmocka_unit_test(test_an_open_key_file_is_not_used),
            cmocka_unit_test(test_a_missing_key_file_is_named),
            cmocka_unit_test(test_work_goes_on_while_the_broker_is_away),
            cmocka_unit_test(test_a_wrong_broker_key_is_told),
            cmocka_unit_test(test_a_taken_port_is_named),
    };

    return cmocka_run_group_tests(tests, begin, fleet_end_state);
}
