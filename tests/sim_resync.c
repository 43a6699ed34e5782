/* sim_resync.c - the broker loses its disk, or is put back to a backup: what the nodes
 * bring back ends every story all the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "broker/broker.h"
#include "broker/ledger.h"
#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

enum { SEEDS = 12 };

static uint64_t refer(uint64_t consent)
{
    const struct reply *reply = world_refer(HOME, consent, TARGET, "Rosa Voorbeeld");

    assert_string_equal(reply->code, "");
    return reply->made->case_number;
}

static uint64_t consent_for_target(void)
{
    const struct world_consent wish = {.recipients = {TARGET}};

    return world_consent(HOME, &wish);
}

/* The disk of the broker is gone: a fresh one takes its place. */
static void lose_store(void)
{
    static const char *const ENDINGS[] = {"", "-wal", "-shm"};
    char path[WORLD_PATH_BYTES], file[WORLD_PATH_BYTES + 8];

    world_stop(NETWORK_BROKER);
    world_db(NETWORK_BROKER, path);
    for (size_t i = 0; i < COUNT_OF(ENDINGS); i++) {
        snprintf(file, sizeof file, "%s%s", path, ENDINGS[i]);
        (void)unlink(file);
    }
    world_start(NETWORK_BROKER);
    world_pass(5 * TIME_MINUTE_MS);
}

static void withdraw_case(const char *id, uint64_t number)
{
    const struct consent_withdraw withdraw = {.case_number = number,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct request request = {.consent_withdraw = &withdraw};

    world_must(id, &request, "");
    world_quiet();
}

static int64_t at_broker(const char *column)
{
    return peek_number(peek_of(NETWORK_BROKER), "SELECT %s FROM offer", column);
}

static int64_t withdrawn_at_broker(void)
{
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT count(*) FROM consent WHERE withdrawn > 0");
}

static void assert_conserved(void)
{
    struct err err = {.code = CODE_OK};
    int64_t faults = -1;

    assert_true(broker_conserved(world_broker(), &faults, &err));
    assert_int_equal(faults, 0);
}

static void assert_both(uint64_t sent, uint64_t got, enum offer_state state)
{
    assert_string_equal(offer_state_name(world_state(HOME, sent)),
            offer_state_name(state));
    assert_string_equal(offer_state_name(world_state(TARGET, got)),
            offer_state_name(state));
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER), "SELECT state FROM offer"),
            state);
}

static void a_lost_store_before_the_accept_with(uint64_t seed)
{
    world_fresh(seed);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_SEEN);
    lose_store();
    /* The content is lodged again, and goes to its reader after the accept. */
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_both(sent, 1, OFFER_STATE_ACCEPTED);
    assert_string_equal(world_show(TARGET, 1)->referral->person->name,
            "Rosa Voorbeeld");
    world_do(TARGET, 1, OFFER_EVENT_START);
    world_do(TARGET, 1, OFFER_EVENT_OUTCOME);
    world_do(HOME, sent, OFFER_EVENT_CONFIRM);
    assert_int_equal(world_status(HOME)->outbox, 0);
    assert_int_equal(world_status(TARGET)->outbox, 0);
    assert_conserved();
    world_end();
}

/* What the steps before the loss have left behind is not lost with the store. */
static void a_lost_store_goes_on_from_a_hold_with(uint64_t seed)
{
    world_fresh(seed);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_SEEN);
    for (int round = 0; round < 2; round++) {
        world_do(TARGET, 1, OFFER_EVENT_INFO_REQUEST);
        world_do(HOME, sent, OFFER_EVENT_INFO_REPLY);
    }
    lose_store();
    assert_int_equal(at_broker("info_rounds"), 2);
    assert_int_equal(at_broker("urgency = 'routine'"), 1);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    if (seed % 2 == 0)
        world_do(TARGET, 1, OFFER_EVENT_START);
    world_do(TARGET, 1, OFFER_EVENT_HOLD);
    lose_store();
    world_do(TARGET, 1, OFFER_EVENT_RESUME);
    assert_both(sent, 1,
            seed % 2 == 0 ? OFFER_STATE_IN_PROGRESS : OFFER_STATE_ACCEPTED);
    assert_conserved();
    world_end();
}

/* A referral that was confirmed is not open again. */
static void a_lost_store_keeps_what_was_confirmed_with(uint64_t seed)
{
    world_fresh(seed);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_do(TARGET, 1, OFFER_EVENT_FAIL);
    world_do(HOME, sent, OFFER_EVENT_CONFIRM);
    lose_store();
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT closed FROM referral"),
            1);
    world_end();
}

static void a_lost_store_with_the_target_away_with(uint64_t seed)
{
    world_fresh(seed);
    sim_unplug(TARGET, true);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    lose_store();
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_both(sent, 1, OFFER_STATE_REQUESTED);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_both(sent, 1, OFFER_STATE_ACCEPTED);
    assert_non_null(world_show(TARGET, 1)->referral);
    assert_int_equal(world_status(HOME)->outbox, 0);
    assert_conserved();
    world_end();
}

/* What was withdrawn stays withdrawn in a store that never heard of it. */
static void a_lost_store_keeps_withdrawals_with(uint64_t seed)
{
    world_fresh(seed);
    uint64_t consent = consent_for_target();
    uint64_t sent = refer(consent);
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_withdraw(HOME, consent);
    world_quiet();
    lose_store();
    assert_string_equal(offer_state_name(world_state(HOME, sent)), "cancelled");
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM consent WHERE withdrawn > 0"),
            1);
    assert_null(world_show(TARGET, 1)->referral);
    assert_conserved();
    world_end();
}

/* Its collector brings back what somebody else had signed, who is away. */
static void a_lost_store_keeps_what_others_withdrew_with(uint64_t seed)
{
    world_fresh(seed);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    withdraw_case(TARGET, 1);
    sim_unplug(TARGET, true);
    lose_store();
    assert_string_equal(offer_state_name(world_state(HOME, sent)), "cancelled");
    assert_int_equal(withdrawn_at_broker(), 1);
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_int_equal(withdrawn_at_broker(), 1);
    assert_conserved();
    world_end();
}

/* A withdrawal after the loss reaches who was handed something before it, also when not
 * one letter has gone between the two since. */
static void a_lost_store_still_recalls_with(uint64_t seed)
{
    world_fresh(seed);
    uint64_t consent = consent_for_target();
    uint64_t sent = refer(consent);
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    lose_store();
    world_withdraw(HOME, consent);
    world_quiet();
    assert_both(sent, 1, OFFER_STATE_CANCELLED);
    assert_true(world_show(TARGET, 1)->line->stop_contact);
    assert_null(world_show(TARGET, 1)->referral);
    assert_int_equal(peek_number(peek_of(TARGET), "SELECT count(*) FROM withdrawal"),
            1);
    assert_conserved();
    world_end();
}

enum ending { WITHDRAWN, CANCELLED, RUN_OUT, N_ENDINGS };

/* The end that only one party has heard of is brought back by it, and told to the
 * other, whoever comes first. */
static void a_lost_store_hears_of_the_end_with(uint64_t seed)
{
    enum ending ending = (enum ending)(seed % N_ENDINGS);

    world_fresh(seed);
    uint64_t consent = consent_for_target();
    uint64_t sent = refer(consent);
    world_quiet();
    if (ending != RUN_OUT)
        world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    sim_unplug(TARGET, true);
    if (ending == WITHDRAWN)
        world_withdraw(HOME, consent);
    else if (ending == CANCELLED)
        assert_string_equal(world_act(HOME, sent, OFFER_EVENT_CANCEL)->code, "");
    else
        world_pass((int64_t)20 * TIME_DAY_MS);
    world_pass(TIME_MINUTE_MS);
    enum offer_state end = world_state(HOME, sent);
    assert_true(end == OFFER_STATE_CANCELLED || end == OFFER_STATE_EXPIRED);
    sim_unplug(HOME, seed % 2 == 0);
    sim_unplug(TARGET, seed % 2 != 0);
    lose_store();
    sim_unplug(HOME, false);
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    world_quiet();
    assert_both(sent, 1, end);
    assert_int_equal(world_show(TARGET, 1)->line->stop_contact, ending == WITHDRAWN);
    assert_null(world_show(TARGET, 1)->preview);
    assert_null(world_show(TARGET, 1)->referral);
    assert_conserved();
    world_end();
}

static void copy_file(const char *from, const char *to)
{
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    static char bytes[65536];
    size_t n;

    assert_non_null(in);
    assert_non_null(out);
    while ((n = fread(bytes, 1, sizeof bytes, in)) > 0)
        assert_int_equal(fwrite(bytes, 1, n, out), n);
    fclose(in);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(chmod(to, 0600), 0);
}

static void make_backup_of_broker(void)
{
    char path[WORLD_PATH_BYTES], folder[WORLD_PATH_BYTES + 16];
    const struct make_backup backup = {.path = folder, .passphrase = ""};
    struct request request = {.backup = &backup};

    world_db(NETWORK_BROKER, path);
    snprintf(folder, sizeof folder, "%s.backup", path);
    world_must(NETWORK_BROKER, &request, "");
}

static void put_backup_back(void)
{
    char copy[WORLD_PATH_BYTES + 32];
    char path[WORLD_PATH_BYTES], file[WORLD_PATH_BYTES + 8];

    world_stop(NETWORK_BROKER);
    world_db(NETWORK_BROKER, path);
    snprintf(copy, sizeof copy, "%s.backup/broker.db", path);
    copy_file(copy, path);
    snprintf(file, sizeof file, "%s-wal", path);
    (void)unlink(file);
    world_start(NETWORK_BROKER);
    world_pass(5 * TIME_MINUTE_MS);
}

/* The store that comes back does not even know that the signer was handed anything. */
static void an_older_store_hears_what_others_withdrew_with(uint64_t seed)
{
    world_fresh(seed);
    sim_unplug(TARGET, true);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    make_backup_of_broker();
    sim_unplug(TARGET, false);
    world_quiet();
    withdraw_case(TARGET, 1);
    sim_unplug(TARGET, true);
    put_backup_back();
    assert_int_equal(withdrawn_at_broker(), 1);
    assert_string_equal(offer_state_name(world_state(HOME, sent)), "cancelled");
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_both(sent, 1, OFFER_STATE_CANCELLED);
    assert_conserved();
    world_end();
}

/* The same when the signer says so only now, and nobody else is there. */
static void an_older_store_hears_a_reader_withdraw_with(uint64_t seed)
{
    world_fresh(seed);
    sim_unplug(TARGET, true);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    make_backup_of_broker();
    sim_unplug(TARGET, false);
    world_quiet();
    sim_unplug(TARGET, true);
    sim_unplug(HOME, true);
    withdraw_case(TARGET, 1);
    put_backup_back();
    assert_int_equal(withdrawn_at_broker(), 0);
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_int_equal(withdrawn_at_broker(), 1);
    sim_unplug(HOME, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_both(sent, 1, OFFER_STATE_CANCELLED);
    assert_conserved();
    world_end();
}

/* A backup is put back after things have gone on without it. */
static void an_older_store_comes_back_with(uint64_t seed)
{
    world_fresh(seed);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    make_backup_of_broker();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_both(sent, 1, OFFER_STATE_ACCEPTED);
    put_backup_back();
    assert_both(sent, 1, OFFER_STATE_ACCEPTED);
    world_do(TARGET, 1, OFFER_EVENT_START);
    assert_both(sent, 1, OFFER_STATE_IN_PROGRESS);
    assert_int_equal(world_status(HOME)->outbox, 0);
    assert_int_equal(world_status(TARGET)->outbox, 0);
    assert_conserved();
    world_end();
}

/* How the story of an offer went on after the copy was made. */
static const struct further {
    enum offer_event events[3]; /* NONE: no more */
    bool by_sender;             /* the last of them */
    enum offer_state end;
    enum receipt_state content;
} FURTHER[] = {
        {{OFFER_EVENT_ACCEPT},                                         false, OFFER_STATE_ACCEPTED,  RECEIPT_STATE_PROCESSED},
        {{OFFER_EVENT_ACCEPT, OFFER_EVENT_START, OFFER_EVENT_OUTCOME}, false,
         OFFER_STATE_COMPLETED,                                                                      RECEIPT_STATE_PROCESSED},
        {{OFFER_EVENT_ACCEPT, OFFER_EVENT_CANCEL},                     true,  OFFER_STATE_CANCELLED,
         RECEIPT_STATE_PROCESSED                                                                                            },
        {{OFFER_EVENT_SEEN, OFFER_EVENT_CANCEL},                       true,  OFFER_STATE_CANCELLED,
         RECEIPT_STATE_RECALLED                                                                                             },
        {{OFFER_EVENT_DECLINE},                                        false, OFFER_STATE_DECLINED,  RECEIPT_STATE_RECALLED },
};

/* The letters that lay in the copy have ended since; there they end again, in the same
 * way. */
static void an_older_store_ends_what_lay_there_with(uint64_t seed)
{
    const struct further *further = &FURTHER[seed % COUNT_OF(FURTHER)];
    size_t n = COUNT_OF(further->events);

    world_fresh(seed);
    sim_unplug(TARGET, seed % 2 == 0);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    make_backup_of_broker();
    sim_unplug(TARGET, false);
    world_quiet();
    while (further->events[n - 1] == OFFER_EVENT_NONE)
        n--;
    for (size_t i = 0; i < n; i++) {
        bool sender = further->by_sender && i == n - 1;
        world_do(sender ? HOME : TARGET, sender ? sent : 1, further->events[i]);
    }
    put_backup_back();
    assert_both(sent, 1, further->end);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM letter WHERE live = 1"),
            0);
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT state FROM sent WHERE type = %d",
                             LETTER_TYPE_CONTENT),
            further->content);
    bool read = further->content == RECEIPT_STATE_PROCESSED;
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT state FROM letter WHERE type = %d",
                             LETTER_TYPE_CONTENT),
            read ? LETTER_PROCESSED : LETTER_RECALLED);
    assert_conserved();
    world_end();
}

/* Who was never handed anything of an offer does not learn of it from the copy. */
static void an_older_store_tells_nobody_new_with(uint64_t seed)
{
    world_fresh(seed);
    sim_unplug(TARGET, true);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    make_backup_of_broker();
    assert_string_equal(world_act(HOME, sent, OFFER_EVENT_CANCEL)->code, "");
    world_quiet();
    put_backup_back();
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_int_equal(peek_number(peek_of(TARGET),
                             "SELECT count(*) FROM received WHERE type <> %d",
                             LETTER_TYPE_EVENT),
            0);
    assert_string_equal(offer_state_name(world_state(HOME, sent)), "cancelled");
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM letter WHERE live = 1"
                             " AND type = %d",
                             LETTER_TYPE_PREVIEW),
            0);
    assert_conserved();
    world_end();
}

/* Each party has made a step of its own, in another life of the store: the end stands,
 * and both hear it. */
static void an_older_store_settles_two_steps_with(uint64_t seed)
{
    world_fresh(seed);
    uint64_t sent = refer(consent_for_target());
    world_quiet();
    make_backup_of_broker();
    sim_unplug(HOME, true);
    assert_string_equal(world_act(TARGET, 1, OFFER_EVENT_ACCEPT)->code, "");
    world_pass(TIME_MINUTE_MS);
    sim_unplug(TARGET, true);
    put_backup_back();
    sim_unplug(HOME, false);
    world_pass(TIME_MINUTE_MS);
    assert_string_equal(world_act(HOME, sent, OFFER_EVENT_CANCEL)->code, "");
    world_pass(TIME_MINUTE_MS);
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_both(sent, 1, OFFER_STATE_CANCELLED);
    assert_null(world_show(TARGET, 1)->referral);
    assert_conserved();
    world_end();
}

/* Who comes back first depends on the seed. */
#define EACH_SEED(story)                                                               \
    static void story(void **state)                                                    \
    {                                                                                  \
        (void)state;                                                                   \
        for (uint64_t seed = 1; seed <= SEEDS; seed++)                                 \
            story##_with(seed);                                                        \
    }
EACH_SEED(a_lost_store_before_the_accept)
EACH_SEED(a_lost_store_goes_on_from_a_hold)
EACH_SEED(a_lost_store_keeps_what_was_confirmed)
EACH_SEED(a_lost_store_with_the_target_away)
EACH_SEED(a_lost_store_keeps_withdrawals)
EACH_SEED(a_lost_store_keeps_what_others_withdrew)
EACH_SEED(a_lost_store_still_recalls)
EACH_SEED(a_lost_store_hears_of_the_end)
EACH_SEED(an_older_store_hears_what_others_withdrew)
EACH_SEED(an_older_store_hears_a_reader_withdraw)
EACH_SEED(an_older_store_comes_back)
EACH_SEED(an_older_store_ends_what_lay_there)
EACH_SEED(an_older_store_tells_nobody_new)
EACH_SEED(an_older_store_settles_two_steps)

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_lost_store_before_the_accept),
            cmocka_unit_test(a_lost_store_goes_on_from_a_hold),
            cmocka_unit_test(a_lost_store_keeps_what_was_confirmed),
            cmocka_unit_test(a_lost_store_with_the_target_away),
            cmocka_unit_test(a_lost_store_keeps_withdrawals),
            cmocka_unit_test(a_lost_store_keeps_what_others_withdrew),
            cmocka_unit_test(a_lost_store_still_recalls),
            cmocka_unit_test(a_lost_store_hears_of_the_end),
            cmocka_unit_test(an_older_store_hears_what_others_withdrew),
            cmocka_unit_test(an_older_store_hears_a_reader_withdraw),
            cmocka_unit_test(an_older_store_comes_back),
            cmocka_unit_test(an_older_store_ends_what_lay_there),
            cmocka_unit_test(an_older_store_tells_nobody_new),
            cmocka_unit_test(an_older_store_settles_two_steps),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
