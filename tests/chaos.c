/* chaos.c - a proxy in one loop over poll: two sockets to a connection, a buffer each
 * way. */
#include "tests/chaos.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LINKS_MAX = 64,
    BUFFER_BYTES = 16384,
    TURN_MS = 5,         /* between two looks at what is held back */
    CRUMBS_A_TURN = 400, /* so many single bytes at once */
    FAULT_MIN_MS = 50,   /* between two faults of one connection */
    FAULT_MAX_MS = 700,
    DELAY_MAX_MS = 250,
    STALL_MAX_MS = 1200,
    CRUMBS_MAX_MS = 600,
    NEAR = 0, /* the node's side */
    FAR = 1,  /* the broker's */
    N_SIDES = 2,
};

/* Bytes on their way to one side. */
struct buffer {
    uint8_t bytes[BUFFER_BYTES];
    size_t at, end;
    int64_t due_ms; /* not before */
};

struct line {
    int fd[N_SIDES]; /* -1: gone */
    bool open;
    bool silent; /* one side is lost, and the other is not told */
    struct buffer to[N_SIDES];
    uint64_t random;
    int64_t fault_ms; /* when the next one comes */
    int64_t delay_ms, delay_end_ms, crumbs_end_ms, stall_end_ms;
};

struct proxy {
    struct chaos_shared *shared;
    int listener;
    struct sockaddr_in broker;
    uint64_t seed;
    unsigned n_healed;
    struct line lines[LINKS_MAX];
};

static const char *const NAMES[] = {
#define CHAOS_WORDS(name, words) [CHAOS_##name] = (words),
        CHAOS_FAULTS(CHAOS_WORDS)
#undef CHAOS_WORDS
};

/* SplitMix64. */
static uint32_t draw(uint64_t *random, uint32_t limit)
{
    uint64_t z = *random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ z >> 31) % limit);
}

static int64_t next_fault(struct line *line, int64_t now_ms)
{
    return now_ms + FAULT_MIN_MS + draw(&line->random, FAULT_MAX_MS - FAULT_MIN_MS);
}

/* ------------------------------------------------------------ ends */

static void hang_up(struct line *line, int side, bool reset)
{
    const struct linger now = {.l_onoff = 1, .l_linger = 0};

    if (line->fd[side] < 0)
        return;
    if (reset)
        setsockopt(line->fd[side], SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(line->fd[side]);
    line->fd[side] = -1;
}

static void end_line(struct line *line, bool reset)
{
    hang_up(line, NEAR, reset);
    hang_up(line, FAR, reset);
    line->open = false;
}

/* ------------------------------------------------------------ faults */

static void spoil(struct proxy *proxy, struct line *line, enum chaos_kind kind,
        int64_t now_ms)
{
    atomic_fetch_add(&proxy->shared->n_done[kind], 1);
    switch (kind) {
    case CHAOS_DELAY:
        line->delay_ms = 1 + draw(&line->random, DELAY_MAX_MS);
        line->delay_end_ms = now_ms + FAULT_MAX_MS;
        return;
    case CHAOS_CRUMBS:
        line->crumbs_end_ms = now_ms + draw(&line->random, CRUMBS_MAX_MS);
        return;
    case CHAOS_STALL:
        line->stall_end_ms = now_ms + draw(&line->random, STALL_MAX_MS);
        return;
    case CHAOS_DROP: end_line(line, false); return;
    case CHAOS_RESET: end_line(line, true); return;
    case CHAOS_LOST_NODE:
    case CHAOS_LOST_BROKER:
        hang_up(line, kind == CHAOS_LOST_NODE ? NEAR : FAR, true);
        line->silent = true;
        return;
    case CHAOS_N_KINDS: break;
    }
    abort();
}

static void spoil_some(struct proxy *proxy, struct line *line, int64_t now_ms)
{
    unsigned kinds = atomic_load(&proxy->shared->kinds);
    enum chaos_kind kind;

    if (!line->open || line->silent || now_ms < line->fault_ms)
        return;
    line->fault_ms = next_fault(line, now_ms);
    if (kinds == 0)
        return;
    do
        kind = (enum chaos_kind)draw(&line->random, CHAOS_N_KINDS);
    while ((kinds & 1U << kind) == 0);
    spoil(proxy, line, kind, now_ms);
}

/* Who was lost is back. */
static void heal(struct proxy *proxy)
{
    unsigned n = atomic_load(&proxy->shared->n_healed);

    if (n == proxy->n_healed)
        return;
    proxy->n_healed = n;
    for (size_t i = 0; i < LINKS_MAX; i++) {
        struct line *line = &proxy->lines[i];
        line->delay_end_ms = line->crumbs_end_ms = line->stall_end_ms = 0;
        line->to[NEAR].due_ms = line->to[FAR].due_ms = 0;
        if (line->open && line->silent)
            end_line(line, true);
    }
}

/* ------------------------------------------------------------ carrying */

static void take_line(struct proxy *proxy, struct line *line, int64_t now_ms)
{
    static const int on = 1;
    int near = accept4(proxy->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    int far = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (near < 0 || far < 0 ||
            connect(far, (const struct sockaddr *)&proxy->broker,
                    sizeof proxy->broker) != 0) {
        if (near >= 0)
            close(near);
        if (far >= 0)
            close(far);
        return;
    }
    setsockopt(near, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(far, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    *line = (struct line){
            .fd = {near, far},
            .open = true
    };
    line->random = proxy->seed + atomic_fetch_add(&proxy->shared->n_links, 1);
    line->fault_ms = next_fault(line, now_ms);
}

static void receive(struct line *line, int from, int64_t now_ms)
{
    struct buffer *to = &line->to[1 - from];
    ssize_t n = recv(line->fd[from], to->bytes, sizeof to->bytes, MSG_DONTWAIT);

    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        end_line(line, n < 0);
        return;
    }
    to->at = 0;
    to->end = (size_t)n;
    to->due_ms = now_ms < line->delay_end_ms ? now_ms + line->delay_ms : 0;
}

static void pass(struct proxy *proxy, struct line *line, int side, int64_t now_ms)
{
    struct buffer *to = &line->to[side];
    bool crumbs = now_ms < line->crumbs_end_ms;

    for (int i = 0; i < (crumbs ? CRUMBS_A_TURN : 1) && to->at < to->end; i++) {
        ssize_t n = send(line->fd[side], to->bytes + to->at,
                crumbs ? 1 : to->end - to->at, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0) {
            end_line(line, true);
            return;
        }
        to->at += (size_t)n;
        atomic_fetch_add(&proxy->shared->n_bytes, (unsigned long long)n);
    }
}

/* What to wait for at one side: a lost line only for its end. */
static short wish(const struct line *line, int side, int64_t now_ms)
{
    const struct buffer *in = &line->to[1 - side], *out = &line->to[side];
    bool held = line->silent || now_ms < line->stall_end_ms;

    if (held)
        return POLLRDHUP;
    return (short)((in->at == in->end ? POLLIN : 0) |
                   (out->at < out->end && now_ms >= out->due_ms ? POLLOUT : 0));
}

static void serve(struct proxy *proxy, struct line *line, const struct pollfd items[],
        int64_t now_ms)
{
    for (int side = 0; side < N_SIDES && line->open; side++) {
        short events = items[side].revents;
        if (line->silent) {
            if ((events & (POLLRDHUP | POLLHUP | POLLERR)) != 0)
                end_line(line, true);
            continue;
        }
        if ((events & POLLOUT) != 0)
            pass(proxy, line, side, now_ms);
        if (line->open && (events & (POLLIN | POLLHUP | POLLERR)) != 0 &&
                line->to[1 - side].at == line->to[1 - side].end)
            receive(line, side, now_ms);
    }
}

static void turn(struct proxy *proxy)
{
    struct pollfd items[1 + N_SIDES * LINKS_MAX];
    struct line *free_line = NULL;
    int64_t now_ms = fleet_clock_ms();

    heal(proxy);
    for (size_t i = 0; i < LINKS_MAX; i++) {
        struct line *line = &proxy->lines[i];
        spoil_some(proxy, line, now_ms);
        if (!line->open)
            free_line = line;
        for (int side = 0; side < N_SIDES; side++)
            items[1 + N_SIDES * i + (size_t)side] =
                    (struct pollfd){.fd = line->open ? line->fd[side] : -1,
                            .events = wish(line, side, now_ms)};
    }
    items[0] = (struct pollfd){.fd = free_line != NULL ? proxy->listener : -1,
            .events = POLLIN};
    if (poll(items, COUNT_OF(items), TURN_MS) < 0)
        return;
    now_ms = fleet_clock_ms();
    for (size_t i = 0; i < LINKS_MAX; i++)
        serve(proxy, &proxy->lines[i], &items[1 + N_SIDES * i], now_ms);
    if (free_line != NULL && (items[0].revents & POLLIN) != 0)
        take_line(proxy, free_line, now_ms);
}

/* ------------------------------------------------------------ outside */

void chaos_begin(struct chaos *chaos, struct fleet *fleet, uint64_t seed)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct proxy *proxy = calloc(1, sizeof *proxy);
    socklen_t len = sizeof at;
    unsigned port = 0;

    assert_non_null(proxy);
    chaos->shared = mmap(NULL, sizeof *chaos->shared, PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(chaos->shared != MAP_FAILED);
    sscanf(fleet->network.address, "tcp://127.0.0.1:%u", &port);
    proxy->broker = at;
    proxy->broker.sin_port = htons((uint16_t)port);
    proxy->shared = chaos->shared;
    proxy->seed = seed;
    proxy->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    network_must(proxy->listener >= 0 &&
                         bind(proxy->listener, (struct sockaddr *)&at, len) == 0 &&
                         listen(proxy->listener, LINKS_MAX) == 0 &&
                         getsockname(proxy->listener, (struct sockaddr *)&at, &len) ==
                                 0,
            "a proxy", NULL);
    snprintf(chaos->address, sizeof chaos->address, "tcp://127.0.0.1:%u",
            ntohs(at.sin_port));
    chaos->pid = fleet_fork(fleet);
    while (chaos->pid == 0)
        turn(proxy);
    close(proxy->listener);
    free(proxy);
}

void chaos_set(struct chaos *chaos, unsigned kinds)
{
    atomic_store(&chaos->shared->kinds, kinds);
}

void chaos_heal(struct chaos *chaos)
{
    chaos_set(chaos, 0);
    atomic_fetch_add(&chaos->shared->n_healed, 1);
}

unsigned chaos_count(const struct chaos *chaos, enum chaos_kind kind)
{
    return atomic_load(&chaos->shared->n_done[kind]);
}

const char *chaos_name(enum chaos_kind kind)
{
    return NAMES[kind];
}

void chaos_end(struct chaos *chaos)
{
    kill(chaos->pid, SIGKILL);
    waitpid(chaos->pid, NULL, 0);
    munmap(chaos->shared, sizeof *chaos->shared);
}
