/* sim_register.c - whatever the order in which consents and withdrawals arrive, by whom
 * they are brought and how often: the broker's register ends as what was said, and a
 * withdrawal is never undone. ORDERS=n orders (2000). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "broker/put.h"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(every_order_ends_in_one_register),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
