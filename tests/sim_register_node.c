/* sim_register_node.c - the same for the register of a node: whatever the order, it
 * ends as what was said. ORDERS=n orders (2000). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "nodes/batch.h"
#include "nodes/consents.h"
#include "tests/orders.h"

static void hear(struct node *node, const struct history *history,
        const struct event *event)
{
    struct span bytes = history->said[event->consent][event->said];
    struct consents_known known;
    struct err err = {0};
    enum code code;

    arena_reset(&node->scratch, 0);
    if (event->said == WITHDRAWN || event->said == WITHDRAWN_BY_OTHER) {
        if (!consents_recall(node, bytes, 0, &err))
            fail_msg("recall: %s", err.msg);
        return;
    }
    assert_true(consents_take(node, bytes, &history->ids[event->consent], &known, &code,
            &err));
    assert_int_equal(code, CODE_OK);
}

static void every_order_ends_in_one_register_of_a_node(void **state)
{
    static struct history history;
    struct event events[EVENTS_MAX];
    struct err err = {0};

    (void)state;
    world_fresh(62);
    write_history(&history);
    struct node *node = world_node(READER);
    assert_true(batch_begin(node, &err));
    for (size_t order = 0; order < n_orders(); order++) {
        size_t n = draw(events);
        assert_true(db_savepoint(node->db, &err));
        for (size_t i = 0; i < n; i++)
            hear(node, &history, &events[i]);
        for (size_t i = 0; i < CONSENTS; i++) {
            struct consents_known known;
            arena_reset(&node->scratch, 0);
            assert_true(consents_known(node, &history.ids[i], &known, &err));
            const struct state is = {known.there, known.conflict, known.withdrawn,
                    meant(events, n, i).confirmed};
            assert_as_meant(events, n, i, &is);
        }
        assert_true(db_undo(node->db, &err));
    }
    end_history(&history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(every_order_ends_in_one_register_of_a_node),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
