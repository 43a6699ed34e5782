/* unit_loop_watch.c - descriptors of other libraries in the loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/loop.h"

struct seen {
    struct loop *loop;
    struct watch *other; /* closed when something is seen */
    int fd;
    unsigned events;
    int n, n_turns;
};

static void on_ready(void *self, unsigned events)
{
    struct seen *seen = self;
    char byte;
    seen->events |= events;
    seen->n++;
    if ((events & WATCH_READ) != 0)
        assert_int_equal(read(seen->fd, &byte, 1), 1);
    watch_close(seen->other);
    loop_stop(seen->loop);
}

static void on_turn_end(void *self)
{
    struct seen *seen = self;
    seen->n_turns++;
}

static void test_a_descriptor_wakes_the_loop(void **state)
{
    struct seen seen = {0};
    struct err err;
    int ends[2];
    (void)state;
    const struct loop_app app = {.self = &seen, .on_turn_end = on_turn_end};
    assert_int_equal(pipe(ends), 0);
    seen.loop = loop_new(&app, &err);
    assert_non_null(seen.loop);
    seen.fd = ends[0];
    struct watch *in =
            loop_watch(seen.loop, ends[0], WATCH_READ, on_ready, &seen, &err);
    assert_non_null(in);
    /* Two bytes: the second one is told of in another turn. */
    assert_int_equal(write(ends[1], "ab", 2), 2);
    for (int i = 1; i <= 2; i++) {
        assert_true(loop_run(seen.loop, &err));
        assert_int_equal(seen.n, i);
        assert_int_equal(seen.n_turns, i);
    }
    assert_int_equal(seen.events, WATCH_READ);
    struct watch *out =
            loop_watch(seen.loop, ends[1], WATCH_WRITE, on_ready, &seen, &err);
    assert_non_null(out);
    assert_true(loop_run(seen.loop, &err));
    assert_int_equal(seen.events, WATCH_READ | WATCH_WRITE);
    /* Not watched any more: only the other one is told of. */
    watch_change(out, 0);
    seen.events = 0;
    assert_int_equal(write(ends[1], "c", 1), 1);
    assert_true(loop_run(seen.loop, &err));
    assert_int_equal(seen.events, WATCH_READ);
    watch_close(in);
    watch_close(out);
    loop_free(seen.loop);
    close(ends[0]);
    close(ends[1]);
}

static void test_one_that_is_closed_in_its_turn_is_not_told_of(void **state)
{
    struct seen seen = {0};
    struct err err;
    int one[2], two[2];
    (void)state;
    const struct loop_app app = {.self = &seen};
    assert_int_equal(pipe(one), 0);
    assert_int_equal(pipe(two), 0);
    seen.loop = loop_new(&app, &err);
    assert_non_null(seen.loop);
    struct watch *first =
            loop_watch(seen.loop, one[1], WATCH_WRITE, on_ready, &seen, &err);
    struct watch *second =
            loop_watch(seen.loop, two[1], WATCH_WRITE, on_ready, &seen, &err);
    assert_non_null(first);
    assert_non_null(second);
    /* Both are ready; the newest is told of first, and closes the other. */
    seen.other = first;
    assert_true(loop_run(seen.loop, &err));
    assert_int_equal(seen.n, 1);
    loop_free(seen.loop);
    for (int i = 0; i < 2; i++) {
        close(one[i]);
        close(two[i]);
    }
}

static void test_what_cannot_be_watched_is_refused(void **state)
{
    struct seen seen = {0};
    struct err err;
    (void)state;
    const struct loop_app app = {.self = &seen};
    seen.loop = loop_new(&app, &err);
    assert_null(loop_watch(seen.loop, -1, WATCH_READ, on_ready, &seen, &err));
    assert_int_equal(err.code, ERR_IO);
    loop_free(seen.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_a_descriptor_wakes_the_loop),
            cmocka_unit_test(test_one_that_is_closed_in_its_turn_is_not_told_of),
            cmocka_unit_test(test_what_cannot_be_watched_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
