/* sim_events.c - a node's events, for software that follows along: each once and in
 * order, page by page, from a number or from a moment on; and what it hears when the
 * store is an older one than it knows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

enum { KEPT_MAX = 300, PAGE_MAX = 200 };

static struct {
    uint64_t numbers[KEPT_MAX], at_ms[KEPT_MAX];
    size_t n;
    uint64_t newest; /* also of what nobody is told */
} all;

static const struct event_list *ask(uint64_t after, uint32_t limit, uint64_t since_ms)
{
    const struct list_events wish = {.after = after,
            .limit = limit,
            .since_ms = since_ms};
    struct request request = {.events = &wish};
    return world_must(TARGET, &request, "")->events;
}

/* A referral that was taken up and ended, over some days. */
static void live(void)
{
    static const enum offer_event steps[] = {OFFER_EVENT_ACCEPT, OFFER_EVENT_START,
            OFFER_EVENT_OUTCOME};
    const struct world_consent wish = {.recipients = {TARGET}};
    world_fresh(1);
    assert_string_equal(world_refer(HOME, world_consent(HOME, &wish), TARGET,
                                "Rosa Voorbeeld")
                                ->code,
            "");
    world_quiet();
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        world_do(TARGET, 1, steps[i]);
        world_pass(TIME_HOUR_MS);
    }
    const struct event_list *list = ask(0, 0, 0);
    assert_false(list->more);
    assert_in_range(list->n_events, 5, 50);
    all.newest = list->newest;
    for (all.n = 0; all.n < list->n_events; all.n++) {
        all.numbers[all.n] = list->events[all.n].number;
        all.at_ms[all.n] = list->events[all.n].at_ms;
    }
}

static void page_by_page_each_comes_once_and_in_order(void **state)
{
    (void)state;
    live();
    for (uint32_t limit = 1; limit <= all.n; limit++) {
        uint64_t after = 0;
        size_t n = 0;
        bool more = true;
        while (more) {
            const struct event_list *list = ask(after, limit, 0);
            assert_true(list->n_events <= limit);
            assert_int_equal(list->newest, all.newest);
            for (size_t i = 0; i < list->n_events; i++)
                assert_int_equal(list->events[i].number, all.numbers[n++]);
            more = list->more;
            after = list->last;
        }
        assert_int_equal(n, all.n);
        assert_int_equal(after, all.newest);
        assert_int_equal(ask(after, limit, 0)->n_events, 0);
    }
    world_end();
}

static void what_came_with_a_letter_says_which_and_from_whom(void **state)
{
    size_t n_received = 0;
    (void)state;
    live();
    const struct event_list *list = ask(0, 0, 0);
    assert_string_equal(list->partner, TARGET);
    for (size_t i = 0; i < list->n_events; i++) {
        const struct event_line *line = &list->events[i];
        assert_int_equal(line->case_number, 1);
        assert_int_equal(line->kind, CASE_KIND_REFERRAL_IN);
        if (strcmp(line->what, "received") != 0)
            continue;
        assert_string_equal(line->other, HOME);
        assert_true(line->letter[0] != '\0');
        n_received++;
    }
    /* The preview and, after the accept, the content. */
    assert_int_equal(n_received, 2);
    world_end();
}

/* Whatever the moment, the first that is told is the first that was not before it. */
static void from_a_moment_on(void **state)
{
    (void)state;
    live();
    for (size_t i = 0; i < all.n; i++)
        for (uint64_t late = 0; late <= 1; late++) {
            uint64_t since_ms = all.at_ms[i] + late;
            size_t first = 0;
            while (first < all.n && all.at_ms[first] < since_ms)
                first++;
            const struct event_list *list = ask(0, 0, since_ms);
            assert_int_equal(list->n_events, all.n - first);
            if (first < all.n)
                assert_int_equal(list->events[0].number, all.numbers[first]);
            assert_int_equal(list->last, all.newest);
        }
    /* Both together: the later of the two. */
    const struct event_list *list = ask(all.numbers[2], 0, all.at_ms[0]);
    assert_int_equal(list->events[0].number, all.numbers[3]);
    assert_int_equal(ask(0, 0, UINT64_MAX)->n_events, 0);
    world_end();
}

/* Rows that went with their case leave holes between the numbers. */
static void over_holes_too(void **state)
{
    (void)state;
    live();
    peek_number(peek_of(TARGET), "DELETE FROM trace WHERE number IN (%llu, %llu)",
            (unsigned long long)all.numbers[1], (unsigned long long)all.numbers[2]);
    const struct event_list *list = ask(0, 0, all.at_ms[1]);
    assert_int_equal(list->events[0].number, all.numbers[3]);
    assert_int_equal(list->n_events, all.n - 3);
    world_end();
}

/* A number from a store that was lost: it goes on from what there is. */
static void who_knows_more_than_the_store_begins_anew(void **state)
{
    (void)state;
    live();
    const uint64_t unknown[] = {all.newest + 1, INT64_MAX, UINT64_MAX};
    for (size_t i = 0; i < COUNT_OF(unknown); i++) {
        const struct event_list *list = ask(unknown[i], 0, 0);
        assert_int_equal(list->n_events, 0);
        assert_false(list->more);
        assert_int_equal(list->last, all.newest);
        assert_true(list->newest < unknown[i]);
    }
    world_end();
}

static void nothing_has_happened_yet(void **state)
{
    (void)state;
    world_fresh(2);
    for (uint64_t since_ms = 0; since_ms <= 1; since_ms++) {
        const struct event_list *list = ask(0, 0, since_ms);
        assert_int_equal(list->n_events, 0);
        assert_int_equal(list->newest, 0);
        assert_int_equal(list->last, 0);
    }
    world_end();
}

static void a_page_is_bounded(void **state)
{
    (void)state;
    live();
    peek_number(peek_of(TARGET),
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
            "%d) INSERT INTO trace (case_number, at_ms, who, what, code, words) SELECT "
            "1, %lld, '', 'seen', '', '' FROM n",
            PAGE_MAX + 1, (long long)sim_now());
    const struct event_list *list = ask(all.newest, PAGE_MAX + 1, 0);
    assert_int_equal(list->n_events, PAGE_MAX);
    assert_true(list->more);
    assert_int_equal(ask(list->last, 0, 0)->n_events, 1);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(page_by_page_each_comes_once_and_in_order),
            cmocka_unit_test(what_came_with_a_letter_says_which_and_from_whom),
            cmocka_unit_test(from_a_moment_on),
            cmocka_unit_test(over_holes_too),
            cmocka_unit_test(who_knows_more_than_the_store_begins_anew),
            cmocka_unit_test(nothing_has_happened_yet),
            cmocka_unit_test(a_page_is_bounded),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
