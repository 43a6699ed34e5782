/* sim_older_bundle.c - the broker is put back to a copy of its store and to the bundle
 * of then: who was admitted since, or has another key by now, is known again by the
 * steward's word, which the others bring before what hangs on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/keys.h"
#include "core/steward.h"
#include "core/time.h"
#include "tests/older_copy.h"
#include "tests/resync_world.h"

#define NEW "nieuwkomer"

static void others_away(bool away)
{
    const struct test_network *network = world_network();

    for (size_t i = 0; i < network->n_partners; i++)
        if (strcmp(network->partners[i].id, HOME) != 0)
            sim_unplug(network->partners[i].id, away);
}

/* Both as they lie in the backup, and nobody else is there to bring anything. */
static void put_all_back(void)
{
    char db[WORLD_PATH_BYTES], copy[WORLD_PATH_BYTES + 32];
    char home[NETWORK_PATH_BYTES], bundle[NETWORK_PATH_BYTES + 32];

    world_db(NETWORK_BROKER, db);
    network_home(world_network(), NETWORK_BROKER, home);
    snprintf(copy, sizeof copy, "%s.backup/network.bundle", db);
    snprintf(bundle, sizeof bundle, "%s/network.bundle", home);
    copy_file(copy, bundle);
    others_away(true);
    put_backup_back();
}

static int64_t at_broker(const char *question)
{
    return peek_number(peek_of(NETWORK_BROKER), "%s", question);
}

static void others_come_back(void)
{
    others_away(false);
    world_pass(5 * TIME_MINUTE_MS);
}

static void end(void)
{
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* After the copy the newcomer is asked, or asks: who it is that accepted. */
static uint64_t refer_with_newcomer(const char *from, const char *to)
{
    const struct world_consent wish = {.recipients = {to}};

    world_admit(NEW, PARTNER_TYPE_LDC);
    world_agree(HOME, NEW);
    const struct reply *reply =
            world_refer(from, world_consent(from, &wish), to, "Rosa Voorbeeld");
    assert_string_equal(reply->code, "");
    uint64_t sent = reply->made->case_number;
    world_quiet();
    world_do(to, world_newest(to, CASE_BOX_NONE), OFFER_EVENT_ACCEPT);
    return sent;
}

static void assert_parts(const char *from, uint64_t sent, const char *to,
        enum offer_state state)
{
    assert_string_equal(offer_state_name(world_state(from, sent)),
            offer_state_name(state));
    assert_string_equal(offer_state_name(
                                world_state(to, world_newest(to, CASE_BOX_NONE))),
            offer_state_name(state));
    assert_int_equal(at_broker("SELECT state FROM offer"), state);
}

/* What was agreed with a newcomer is brought back by the other party alone. */
static void what_a_newcomer_took_part_in_comes_back_with(uint64_t seed)
{
    bool asks = seed % 2 == 0;
    const char *from = asks ? NEW : HOME, *to = asks ? HOME : NEW;

    world_fresh(seed);
    make_backup_of_broker();
    uint64_t sent = refer_with_newcomer(from, to);
    assert_parts(from, sent, to, OFFER_STATE_ACCEPTED);
    put_all_back();
    assert_int_equal(at_broker("SELECT count(*) FROM offer"), 1);
    assert_int_equal(at_broker("SELECT state FROM offer"), OFFER_STATE_ACCEPTED);
    others_come_back();
    assert_parts(from, sent, to, OFFER_STATE_ACCEPTED);
    world_do(to, world_newest(to, CASE_BOX_NONE), OFFER_EVENT_START);
    assert_parts(from, sent, to, OFFER_STATE_IN_PROGRESS);
    assert_int_equal(world_status(from)->outbox, 0);
    end();
}

/* The directory of then is too old by now to take new members, but for the snapshot
 * that vouches for them. */
static void an_old_directory_knows_a_newcomer_again(void **state)
{
    (void)state;
    world_fresh(41);
    make_backup_of_broker();
    world_pass((int64_t)(DIRECTORY_NO_MEMBERS_DAYS + 1) * TIME_DAY_MS);
    uint64_t sent = refer_with_newcomer(HOME, NEW);
    put_all_back();
    assert_int_equal(at_broker("SELECT state FROM offer"), OFFER_STATE_ACCEPTED);
    others_come_back();
    assert_parts(HOME, sent, NEW, OFFER_STATE_ACCEPTED);
    end();
}

/* Who was away while the steward said more has an older word, which is refused for now:
 * nothing else waits for that. */
static void an_older_word_keeps_nothing_back_with(uint64_t seed)
{
    world_fresh(seed);
    (void)refer(consent_for_target());
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    sim_unplug(HOME, true);
    others_away(true);
    network_rotate(world_network(), TARGET, NULL, sim_now());
    world_publish(NETWORK_BROKER);
    world_stop(NETWORK_BROKER);
    world_remove_store(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    sim_unplug(HOME, false);
    for (int s = 0; s < 60 && !world_status(HOME)->connected; s++)
        world_pass(TIME_SECOND_MS);
    world_quiet();
    assert_int_equal(at_broker("SELECT state FROM offer"), OFFER_STATE_ACCEPTED);
    assert_int_equal(at_broker("SELECT in_step FROM partner WHERE name = '" HOME "'"),
            1);
    others_come_back();
    end();
}

/* So many others that the steward's word does not fit in one publication. */
static void admit_many(void)
{
    enum { MANY = 100 };
    char path[NETWORK_PATH_BYTES], id[PARTNER_BYTES];
    struct err err = {.code = CODE_OK};

    network_home(world_network(), "steward", path);
    struct steward *steward = steward_open(path, NETWORK_PASSPHRASE, &err);
    assert_non_null(steward);
    for (int i = 0; i < MANY; i++) {
        snprintf(id, sizeof id, "antenne-%d", i);
        assert_true(steward_admit_supported(steward, id, id, PARTNER_TYPE_ANTENNA, HOME,
                sim_now(), &err));
    }
    steward_free(steward);
    world_publish(NETWORK_BROKER);
    world_quiet();
}

/* What a newcomer took back stands in its own name, also when another brings it. */
static void what_a_newcomer_took_back_stays_so_with(uint64_t seed)
{
    char theirs[4096] = "", kept[sizeof theirs] = "";

    world_fresh(seed);
    if (seed == 1)
        admit_many();
    make_backup_of_broker();
    uint64_t sent = refer_with_newcomer(HOME, NEW);
    withdraw_case(NEW, world_newest(NEW, CASE_BOX_NONE));
    put_all_back();
    assert_int_equal(withdrawn_at_broker(), 1);
    peek_text(peek_of(NEW), theirs, sizeof theirs, "SELECT hex(bytes) FROM withdrawal");
    peek_text(peek_of(NETWORK_BROKER), kept, sizeof kept,
            "SELECT hex(withdrawal) FROM consent WHERE withdrawn > 0");
    assert_true(theirs[0] != '\0');
    assert_string_equal(theirs, kept);
    others_come_back();
    assert_parts(HOME, sent, NEW, OFFER_STATE_CANCELLED);
    end();
}

/* Its administrator gave it a new key, and joined it anew. */
static void change_key(const char *id)
{
    char home[NETWORK_PATH_BYTES], path[NETWORK_PATH_BYTES + 32];
    char steward[NETWORK_PATH_BYTES], bundle[NETWORK_PATH_BYTES + 32];
    struct err err = {.code = CODE_OK};
    struct sign_key *key = sign_key_new(&err);

    assert_non_null(key);
    world_stop(id);
    network_home(world_network(), id, home);
    snprintf(path, sizeof path, "%s/keys/identity.key", home);
    assert_int_equal(unlink(path), 0);
    assert_true(sign_key_save(key, path, NULL, &err));
    network_rotate(world_network(), id, sign_key_public(key), sim_now());
    sign_key_free(key);
    world_publish(NETWORK_BROKER);
    network_home(world_network(), "steward", steward);
    snprintf(path, sizeof path, "%s/network.bundle", steward);
    snprintf(bundle, sizeof bundle, "%s/network.bundle", home);
    copy_file(path, bundle);
    world_start(id);
    world_quiet();
}

/* What was read, and signed with a key that the copy does not know, was read. */
static void what_was_read_under_a_new_key_was_read_with(uint64_t seed)
{
    world_fresh(seed);
    sim_unplug(TARGET, true);
    uint64_t sent = refer(consent_for_target());
    world_pass(TIME_MINUTE_MS);
    make_backup_of_broker();
    sim_unplug(TARGET, false);
    change_key(TARGET);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    put_all_back();
    assert_int_equal(at_broker("SELECT count(*) FROM letter WHERE live = 1"), 0);
    others_come_back();
    assert_both(sent, 1, OFFER_STATE_ACCEPTED);
    end();
}

/* The broker refuses a key that it does not know, until others have told it. */
static void who_came_too_early_is_let_in_later(void **state)
{
    (void)state;
    world_fresh(1);
    world_pass(TIME_MINUTE_MS);
    make_backup_of_broker();
    change_key(TARGET);
    world_stop(HOME);
    put_all_back();
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_false(world_status(TARGET)->connected);
    world_start(HOME);
    world_pass(5 * TIME_MINUTE_MS);
    assert_true(world_status(TARGET)->connected);
    others_away(false);
    world_pass(TIME_MINUTE_MS);
    end();
}

EACH_SEED(what_a_newcomer_took_part_in_comes_back)
EACH_SEED(an_older_word_keeps_nothing_back)
EACH_SEED(what_a_newcomer_took_back_stays_so)
EACH_SEED(what_was_read_under_a_new_key_was_read)

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_a_newcomer_took_part_in_comes_back),
            cmocka_unit_test(an_old_directory_knows_a_newcomer_again),
            cmocka_unit_test(an_older_word_keeps_nothing_back),
            cmocka_unit_test(what_a_newcomer_took_back_stays_so),
            cmocka_unit_test(what_was_read_under_a_new_key_was_read),
            cmocka_unit_test(who_came_too_early_is_let_in_later),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
