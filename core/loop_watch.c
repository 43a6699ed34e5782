/* loop_watch.c - descriptors that another library waits on, woken by the same loop. */
#include <stdlib.h>

#include "core/loop_inner.h"

struct watch {
    struct watch *next;
    struct loop *loop;
    uv_poll_t poll;
    watch_ready *on_ready;
    void *self;
    unsigned ready; /* what has happened since the last turn */
    bool closed;
};

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = poll->data;
    /* What is wrong with it is found by whoever reads or writes. */
    if (status < 0)
        watch->ready |= WATCH_READ | WATCH_WRITE;
    if ((events & UV_READABLE) != 0)
        watch->ready |= WATCH_READ;
    if ((events & UV_WRITABLE) != 0)
        watch->ready |= WATCH_WRITE;
}

void watch_change(struct watch *watch, unsigned events)
{
    int wanted = ((events & WATCH_READ) != 0 ? UV_READABLE : 0) |
                 ((events & WATCH_WRITE) != 0 ? UV_WRITABLE : 0);
    if (wanted == 0)
        uv_poll_stop(&watch->poll);
    else
        uv_poll_start(&watch->poll, wanted, on_poll);
}

struct watch *loop_watch(struct loop *loop, int fd, unsigned events,
        watch_ready *on_ready, void *self, struct err *err)
{
    struct watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL) {
        err_set(err, ERR_NOMEM, "no memory to watch a descriptor");
        return NULL;
    }
    int rc = uv_poll_init(&loop->uv, &watch->poll, fd);
    if (rc != 0) {
        err_set(err, ERR_IO, "cannot watch a descriptor: %s", uv_strerror(rc));
        free(watch);
        return NULL;
    }
    watch->loop = loop;
    watch->on_ready = on_ready;
    watch->self = self;
    watch->poll.data = watch;
    watch->next = loop->watches;
    loop->watches = watch;
    watch_change(watch, events);
    return watch;
}

/* It lives until the end of the turn, so that no handler pulls the ground from under
 * another. */
void watch_close(struct watch *watch)
{
    if (watch == NULL || watch->closed)
        return;
    watch->closed = true;
    uv_poll_stop(&watch->poll);
}

void watch_turn(struct loop *loop)
{
    for (struct watch *watch = loop->watches; watch != NULL; watch = watch->next) {
        unsigned ready = watch->ready;
        watch->ready = 0;
        if (ready == 0 || watch->closed || loop->dead)
            continue;
        loop->happened = true;
        watch->on_ready(watch->self, ready);
    }
}

static void give_back(uv_handle_t *handle)
{
    free(handle->data);
}

void watch_sweep(struct loop *loop)
{
    struct watch **at = &loop->watches;
    while (*at != NULL) {
        struct watch *watch = *at;
        if (watch->closed) {
            *at = watch->next;
            uv_close((uv_handle_t *)&watch->poll, give_back);
        } else {
            at = &watch->next;
        }
    }
}

void watch_close_all(struct loop *loop)
{
    for (struct watch *watch = loop->watches; watch != NULL; watch = watch->next)
        watch_close(watch);
    watch_sweep(loop);
}
