/* sim_register.c - whatever the order in which consents and withdrawals arrive, by whom
 * they are brought and how often: the broker's register ends as what was said, and a
 * withdrawal is never undone. ORDERS=n orders (2000). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "broker/put.h"
#include "core/time.h"
#include "tests/orders.h"

static void bring(struct broker *broker, const struct history *history,
        const struct event *event)
{
    struct partner *partner =
            partners_find(broker->partners, event->by_other ? OTHER : HOME);
    struct span bytes = history->said[event->consent][event->said];
    struct err err = {0};
    int64_t clash = 0;
    bool fresh;

    arena_reset(&broker->frame, 0);
    if (event->said == WITHDRAWN || event->said == WITHDRAWN_BY_OTHER) {
        const struct withdraw withdraw = {.withdrawal = bytes};
        if (!withdraw_take(broker, partner, &withdraw, &err))
            fail_msg("withdraw: %s", err.msg);
        return;
    }
    if (put_keep_capsule(broker, partner, bytes, &fresh, &clash, &err))
        return;
    assert_int_equal(err.code, E_CONSENT_CONFLICT);
    assert_true(clash != 0 && ledger_consent_conflict(broker->ledger, clash, &err));
}

static struct state state_at(struct broker *broker, const struct id *id)
{
    struct consent_row row = {0};
    struct err err = {0};
    bool found;

    arena_reset(&broker->frame, 0);
    assert_true(ledger_consent_find(broker->ledger, id, &broker->frame, &row, &found,
            &err));
    return (struct state){.there = found && row.bytes.len > 0,
            .conflict = found && row.conflict,
            .withdrawn = found && row.withdrawn != 0,
            .confirmed = found && row.confirmed};
}

/* Each order is undone as a frame is, so that the next one begins from nothing. */
static void every_order_ends_in_one_register(void **state)
{
    static struct history history;
    struct event events[EVENTS_MAX];

    (void)state;
    world_fresh(61);
    write_history(&history);
    struct broker *broker = world_broker();
    assert_true(turn_open(broker));
    size_t used = broker->turn.arena.used;
    for (size_t order = 0; order < n_orders(); order++) {
        size_t n = draw(events);
        assert_true(turn_frame(broker));
        for (size_t i = 0; i < n; i++)
            bring(broker, &history, &events[i]);
        for (size_t i = 0; i < CONSENTS; i++) {
            struct state is = state_at(broker, &history.ids[i]);
            assert_as_meant(events, n, i, &is);
        }
        assert_true(turn_undo(broker));
        arena_reset(&broker->turn.arena, used);
    }
    end_history(&history);
}

/* --- nothing brings it back --- */

static void come_back(struct evil *evil)
{
    world_start(NETWORK_BROKER);
    world_pass(2 * TIME_MINUTE_MS);
    evil_come_back(evil);
}

static void stop_and_start(struct evil *evil, struct forged *forged)
{
    (void)forged;
    world_stop(NETWORK_BROKER);
    come_back(evil);
}

static void kill_and_start(struct evil *evil, struct forged *forged)
{
    (void)forged;
    world_crash(NETWORK_BROKER);
    come_back(evil);
}

static void say_the_capsule_again(struct evil *evil, struct forged *forged)
{
    assert_string_equal(evil_publish(evil, &forged->signed_capsule, 1), "");
}

static void say_another_capsule(struct evil *evil, struct forged *forged)
{
    forged->capsule.until_day++;
    forge_sign(evil, forged);
    (void)evil_publish(evil, &forged->signed_capsule, 1);
    forged->capsule.until_day--;
    forge_sign(evil, forged);
}

static void withdraw_again(struct evil *evil, struct forged *forged)
{
    assert_string_equal(forge_withdraw(evil, forged), "");
}

static void a_month_passes(struct evil *evil, struct forged *forged)
{
    (void)evil;
    (void)forged;
    world_pass((int64_t)20 * TIME_DAY_MS);
}

/* In order: what has been done stays done for those below. */
static const struct {
    const char *name;
    void (*way)(struct evil *evil, struct forged *forged);
    const char *code; /* of a letter that is put after it */
} WAYS[] = {
        {"nothing else",           NULL,                  "E_CONSENT_WITHDRAWN"},
        {"stopped and started",    stop_and_start,        "E_CONSENT_WITHDRAWN"},
        {"killed with -9",         kill_and_start,        "E_CONSENT_WITHDRAWN"},
        {"the capsule said again", say_the_capsule_again, "E_CONSENT_WITHDRAWN"},
        {"withdrawn again",        withdraw_again,        "E_CONSENT_WITHDRAWN"},
        {"twenty days later",      a_month_passes,        "E_CONSENT_WITHDRAWN"},
        {"another capsule shown",  say_another_capsule,   "E_CONSENT_CONFLICT" },
        {"killed once more",       kill_and_start,        "E_CONSENT_CONFLICT" },
};

static void a_withdrawal_is_never_undone(void **state)
{
    struct forged forged, later;

    (void)state;
    world_fresh(63);
    struct evil *evil = evil_new(HOME);
    evil_connect(evil);
    forge_referral(evil, READER, &forged);
    forge_sign(evil, &forged);
    /* The withdrawal is there first: the capsule comes after it. */
    assert_string_equal(forge_withdraw(evil, &forged), "");
    uint64_t version = (uint64_t)peek_number(peek_of(NETWORK_BROKER),
            "SELECT max(withdrawn) FROM consent");
    for (size_t i = 0; i < COUNT_OF(WAYS); i++) {
        print_message("# %s\n", WAYS[i].name);
        if (WAYS[i].way != NULL)
            WAYS[i].way(evil, &forged);
        /* New letters, the same consent. */
        forge_referral(evil, READER, &later);
        later.capsule = forged.capsule;
        later.preview.consent_id = later.content.consent_id = forged.capsule.consent_id;
        assert_string_equal(forge_put(evil, &later), WAYS[i].code);
        assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                                 "SELECT withdrawn FROM consent"),
                version);
    }
    evil_free(evil);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(every_order_ends_in_one_register),
            cmocka_unit_test(a_withdrawal_is_never_undone),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
