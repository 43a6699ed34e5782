/* sim_older_letters.c - the broker is put back to a backup, after letters that lay
 * there have come to their end: how each ended stands, and nobody new hears of one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "broker/ledger.h"
#include "core/time.h"
#include "tests/older_copy.h"
#include "tests/resync_world.h"

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
    assert_int_equal(world_faults(), 0);
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
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* Their reader stays away: what it had signed, and what the broker had, is brought by
 * the sender. */
static void an_older_store_hears_how_letters_ended_with(uint64_t seed)
{
    bool read = seed % 2 == 0;

    world_fresh(seed);
    sim_unplug(TARGET, !read);
    uint64_t sent = refer(consent_for_target());
    if (!read)
        world_pass(TIME_MINUTE_MS);
    else
        world_quiet();
    make_backup_of_broker();
    if (read)
        world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    else
        assert_string_equal(world_act(HOME, sent, OFFER_EVENT_CANCEL)->code, "");
    world_quiet();
    sim_unplug(TARGET, true);
    put_backup_back();
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM letter WHERE type IN (%d, %d)"
                             " AND state <> %d",
                             LETTER_TYPE_PREVIEW, LETTER_TYPE_CONTENT,
                             read ? LETTER_PROCESSED : LETTER_RECALLED),
            0);
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_string_equal(offer_state_name(world_state(HOME, sent)),
            read ? "accepted" : "cancelled");
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* A signal belongs to no offer: that its reader was handed it is known again from its
 * receipt alone. Whether the reader withdraws or the sender does, the other hears it.
 */
static void an_older_store_knows_who_read_a_signal_with(uint64_t seed)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const struct signal signal = {.needs = needs,
            .n_needs = 1,
            .person = "Rosa Voorbeeld",
            .language = "nl"};
    struct raise_signal wish = {.recipient = TARGET,
            .urgency = URGENCY_URGENT,
            .area = "21004",
            .signal = &signal};
    struct request request = {.signal = &wish};
    bool by_reader = seed % 2 == 0;
    /* The copy may be from before the letter came: then only the reader can know. */
    bool unknown = by_reader && seed % 4 == 0;

    world_fresh(seed);
    if (unknown)
        make_backup_of_broker();
    sim_unplug(TARGET, true);
    wish.consent_number = consent_for_target();
    world_must(HOME, &request, "");
    world_pass(TIME_MINUTE_MS);
    if (!unknown)
        make_backup_of_broker();
    sim_unplug(TARGET, false);
    world_quiet();
    sim_unplug(TARGET, true);
    put_backup_back();
    if (!by_reader)
        world_withdraw(HOME, wish.consent_number);
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    if (by_reader)
        withdraw_case(TARGET, 1);
    assert_int_equal(withdrawn_at_broker(), 1);
    assert_true(world_show(TARGET, 1)->line->stop_contact);
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* What the sender holds of the letter's end is kept at the broker to the byte. */
static void assert_same_receipt(enum letter_type type)
{
    static char held[4096], kept[sizeof held];

    held[0] = kept[0] = '\0';
    peek_text(peek_of(HOME), held, sizeof held,
            "SELECT hex(receipt) FROM sent WHERE type = %d", type);
    peek_text(peek_of(NETWORK_BROKER), kept, sizeof kept,
            "SELECT hex(receipt) FROM letter WHERE type = %d", type);
    assert_true(held[0] != '\0');
    assert_string_equal(held, kept);
}

static void suspend_target(bool lift)
{
    const struct suspend order = {.partner = TARGET, .lift = lift, .reason = "a test"};
    struct request request = {.suspend = &order};

    world_must(NETWORK_BROKER, &request, "");
    world_pass(TIME_MINUTE_MS);
}

/* In the copy their reader is suspended, or it is out since: what it had signed before
 * stands, also when the consent was withdrawn meanwhile or is now. */
static void an_older_store_believes_who_is_out_now_with(uint64_t seed)
{
    bool revoked = seed % 2 == 0;
    enum { BEFORE, AFTER, NEVER };
    int withdrawn = (int)(seed / 2 % 3);

    world_fresh(seed);
    uint64_t consent = consent_for_target();
    sim_unplug(TARGET, true);
    (void)refer(consent);
    world_pass(TIME_MINUTE_MS);
    if (!revoked)
        suspend_target(false);
    make_backup_of_broker();
    if (!revoked)
        suspend_target(true);
    sim_unplug(TARGET, false);
    world_pass(5 * TIME_MINUTE_MS);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    if (withdrawn == BEFORE)
        world_withdraw(HOME, consent);
    world_quiet();
    sim_unplug(HOME, true);
    put_backup_back();
    if (revoked)
        world_revoke(TARGET, NETWORK_BROKER);
    sim_unplug(HOME, false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_same_receipt(LETTER_TYPE_PREVIEW);
    assert_same_receipt(LETTER_TYPE_CONTENT);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM letter WHERE live = 1"),
            0);
    if (withdrawn == AFTER) {
        world_withdraw(HOME, consent);
        world_pass(TIME_MINUTE_MS);
    }
    if (!revoked) {
        suspend_target(true);
        world_pass(5 * TIME_MINUTE_MS);
        assert_int_equal(world_show(TARGET, 1)->line->stop_contact, withdrawn != NEVER);
    }
    assert_int_equal(world_faults(), 0);
    world_end();
}

EACH_SEED(an_older_store_ends_what_lay_there)
EACH_SEED(an_older_store_tells_nobody_new)
EACH_SEED(an_older_store_hears_how_letters_ended)
EACH_SEED(an_older_store_knows_who_read_a_signal)
EACH_SEED(an_older_store_believes_who_is_out_now)

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(an_older_store_ends_what_lay_there),
            cmocka_unit_test(an_older_store_tells_nobody_new),
            cmocka_unit_test(an_older_store_hears_how_letters_ended),
            cmocka_unit_test(an_older_store_knows_who_read_a_signal),
            cmocka_unit_test(an_older_store_believes_who_is_out_now),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
