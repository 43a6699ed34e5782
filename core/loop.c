/* loop.c - the turn of the loop, its clock, alarm and signals; links are in loop_link.c
 * and its neighbours. */
#include <signal.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include "core/loop_inner.h"

enum { NS_A_MS = 1000000, NS_A_US = 1000, US_A_MS = 1000, MS_A_SECOND = 1000 };

static void read_clocks(struct loop *loop)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    loop->now_ms = (int64_t)t.tv_sec * MS_A_SECOND + t.tv_nsec / NS_A_MS;
    loop->mono_ms = uv_hrtime() / NS_A_MS;
}

/* --- before the wait: is there work, and until when may we sleep? --- */

static uint64_t link_due(const struct link *link)
{
    uint64_t due = sooner(link->retry_ms, link->give_up_ms);
    due = sooner(due, sooner(link->canary.due_ms, link->canary.give_up_ms));
    due = sooner(due, sooner(link->bounds.check_ms, link->bounds.sweep_ms));
    return sooner(due, link->bounds.open_ms);
}

static bool link_ready(const struct link *link)
{
    /* Every socket is asked, also when we know already: asking lets libzmq do its
     * waiting work. */
    bool frames = tap_readable(link->tap) && link_open(link);
    bool events = tap_readable(link->monitor);
    bool canary = tap_readable(link->canary.monitor);
    /* Ended connections are told of once their last frames can be taken. */
    bool ended = link->ended != NULL && (link->tap == NULL || link_open(link));
    return frames || events || canary || ended || link->went_up || link->closed;
}

static void on_timer(uv_timer_t *timer)
{
    /* It only ends the wait; what is due is done in the turn. */
    struct loop *loop = timer->data;
    loop->timer_ms = 0;
}

static void set_timer(struct loop *loop, uint64_t due_ms)
{
    if (due_ms == loop->timer_ms)
        return;
    loop->timer_ms = due_ms;
    if (due_ms == 0)
        uv_timer_stop(&loop->timer);
    else
        uv_timer_start(&loop->timer, on_timer, due_ms - loop->mono_ms, 0);
}

/* When the alarm rings, on the clock that never goes back; 0 when it is off. */
static uint64_t alarm_due(const struct loop *loop)
{
    if (loop->alarm_ms == 0)
        return 0;
    int64_t wait = loop->alarm_ms - loop->now_ms;
    if (wait < 0)
        wait = 0;
    /* The clock is looked at now and then: it may be put forward. */
    if (wait > LOOP_ALARM_MAX_MS)
        wait = LOOP_ALARM_MAX_MS;
    return sooner(loop->mono_ms + (uint64_t)wait, loop->alarm_mono_ms);
}

static void on_idle(uv_idle_t *idle)
{
    (void)idle; /* that it is active keeps the loop from waiting */
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct loop *loop = prepare->data;
    read_clocks(loop);
    bool ready = tap_readable(loop->zap) || loop->stop || loop->dead;
    uint64_t due = sooner(alarm_due(loop), loop->watchdog_ms);
    for (struct link *link = loop->links; link != NULL; link = link->next) {
        ready = link_ready(link) || ready;
        due = sooner(due, link_due(link));
    }
    ready = ready || (due != 0 && due <= loop->mono_ms);
    set_timer(loop, ready ? 0 : due);
    if (ready)
        uv_idle_start(&loop->idle, on_idle);
    else
        uv_idle_stop(&loop->idle);
}

/* --- after the wait: the turn --- */

static void ring_alarm(struct loop *loop)
{
    if (loop->dead || loop->alarm_ms == 0 ||
            (loop->alarm_ms > loop->now_ms && loop->alarm_mono_ms > loop->mono_ms))
        return;
    loop->alarm_ms = 0;
    loop->happened = true;
    if (loop->app.on_wake != NULL)
        loop->app.on_wake(loop->app.self);
}

static void end_turn(struct loop *loop)
{
    if (loop->dead || !loop->happened)
        return;
    if (loop->app.on_turn_end != NULL)
        loop->app.on_turn_end(loop->app.self);
}

static void ping_watchdog(struct loop *loop)
{
    if (loop->watchdog_ms == 0 || loop->watchdog_ms > loop->mono_ms)
        return;
    sd_notify(0, "WATCHDOG=1");
    loop->watchdog_ms = loop->mono_ms + loop->watchdog_every_ms;
}

/* Links that were closed during the turn live until its end, so that no handler pulls
 * the ground from under another. */
static void sweep_links(struct loop *loop)
{
    struct link **at = &loop->links;
    while (*at != NULL) {
        struct link *link = *at;
        if (link->closed) {
            *at = link->next;
            link_free(link);
        } else {
            at = &link->next;
        }
    }
}

static void on_check(uv_check_t *check)
{
    struct loop *loop = check->data;
    read_clocks(loop);
    loop->turn++;
    loop->happened = false;
    struct link *link;
    for (link = loop->links; link != NULL; link = link->next)
        link_events(link);
    zap_answer(loop);
    for (link = loop->links; link != NULL; link = link->next)
        link_take(link);
    for (link = loop->links; link != NULL; link = link->next)
        link_chores(link);
    watch_turn(loop);
    ring_alarm(loop);
    end_turn(loop);
    ping_watchdog(loop);
    sweep_links(loop);
    watch_sweep(loop);
    if (loop->stop || loop->dead)
        uv_stop(&loop->uv);
}

/* --- from start to end --- */

static void on_signal(uv_signal_t *signal_handle, int number)
{
    (void)number;
    struct loop *loop = signal_handle->data;
    loop->stop = true;
}

static int start_handles(struct loop *loop)
{
    uv_loop_t *uv = &loop->uv;
    uv_prepare_init(uv, &loop->prepare);
    uv_check_init(uv, &loop->check);
    uv_idle_init(uv, &loop->idle);
    uv_timer_init(uv, &loop->timer);
    loop->prepare.data = loop->check.data = loop->timer.data = loop;
    int rc = uv_signal_init(uv, &loop->on_term);
    if (rc == 0)
        rc = uv_signal_init(uv, &loop->on_int);
    if (rc != 0)
        return rc;
    loop->on_term.data = loop->on_int.data = loop;
    rc = uv_signal_start(&loop->on_term, on_signal, SIGTERM);
    if (rc == 0)
        rc = uv_signal_start(&loop->on_int, on_signal, SIGINT);
    uv_prepare_start(&loop->prepare, on_prepare);
    uv_check_start(&loop->check, on_check);
    return rc;
}

struct loop *loop_new(const struct loop_app *app, struct err *err)
{
    struct loop *loop = calloc(1, sizeof *loop);
    if (loop == NULL) {
        err_set(err, ERR_NOMEM, "no memory for the loop");
        return NULL;
    }
    loop->app = *app;
    read_clocks(loop);
    loop->zmq = zmq_ctx_new();
    int rc = loop->zmq == NULL ? UV_ENOMEM : uv_loop_init(&loop->uv);
    if (rc != 0) {
        if (loop->zmq != NULL)
            zmq_ctx_term(loop->zmq);
        free(loop);
        err_set(err, ERR_IO, "cannot start the loop: %s", uv_strerror(rc));
        return NULL;
    }
    zmq_ctx_set(loop->zmq, ZMQ_IO_THREADS, LOOP_IO_THREADS);
    /* A peer that hangs up must not end the process. */
    signal(SIGPIPE, SIG_IGN);
    rc = start_handles(loop);
    if (rc == 0)
        return loop;
    err_set(err, ERR_IO, "cannot start the loop: %s", uv_strerror(rc));
    loop_free(loop);
    return NULL;
}

static void close_handle(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    while (loop->links != NULL) {
        struct link *link = loop->links;
        loop->links = link->next;
        link_free(link);
    }
    tap_free(loop->zap);
    watch_close_all(loop);
    uv_walk(&loop->uv, close_handle, NULL);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    uv_loop_close(&loop->uv);
    while (zmq_ctx_term(loop->zmq) != 0 && zmq_errno() == EINTR)
        continue;
    free(loop);
}

bool loop_run(struct loop *loop, struct err *err)
{
    if (!loop->dead && !loop->stop)
        uv_run(&loop->uv, UV_RUN_DEFAULT);
    if (loop->told_ready)
        sd_notify(0, "STOPPING=1");
    loop->stop = false;
    if (!loop->dead)
        return true;
    if (err != NULL)
        *err = loop->err;
    return false;
}

void loop_stop(struct loop *loop)
{
    loop->stop = true;
}

void loop_die(struct loop *loop, const struct err *err)
{
    if (loop->dead)
        return;
    loop->dead = true;
    loop->err = *err;
}

void loop_ready(struct loop *loop)
{
    loop->told_ready = true;
    sd_notify(0, "READY=1");
    uint64_t limit_us = 0;
    if (sd_watchdog_enabled(0, &limit_us) <= 0)
        return;
    /* Twice as often as asked, as sd_watchdog_enabled(3) advises. */
    loop->watchdog_every_ms = limit_us / US_A_MS / 2;
    loop->watchdog_ms = loop->mono_ms + loop->watchdog_every_ms;
}

int64_t loop_now(const struct loop *loop)
{
    return loop->now_ms;
}

uint64_t loop_monotonic_us(const struct loop *loop)
{
    (void)loop;
    return uv_hrtime() / NS_A_US;
}

int64_t loop_clock_lead_ms(const struct loop *loop)
{
    return loop->now_ms - (int64_t)loop->mono_ms;
}

void loop_wake_at(struct loop *loop, int64_t due_ms)
{
    int64_t wait = due_ms - loop->now_ms;
    loop->alarm_ms = due_ms;
    /* Both clocks are read in whole milliseconds: one more is never too soon. */
    loop->alarm_mono_ms = loop->mono_ms + (wait > 0 ? (uint64_t)wait + 1 : 0);
}

bool loop_backlog(const struct loop *loop)
{
    for (const struct link *link = loop->links; link != NULL; link = link->next) {
        if (!link->closed && link_open(link) && tap_readable(link->tap))
            return true;
    }
    return false;
}
