/* sim_loop.c - core/loop.h with virtual time: events in order of their due time, one
 * turn of one program at a time. */
#include "tests/sim.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    NAME_BYTES = 48,
    FRAMES_A_TURN_MAX = 8,
    HELD_MAX = 1024,
    LATENCY_USUAL_MS = 5,
    /* A ping that nobody answers. */
    HEARTBEATS_MS = LOOP_HEARTBEAT_MS + LOOP_HEARTBEAT_DEAD_MS,
};

enum link_side { SIDE_SERVER, SIDE_CLIENT };

/* One connection, seen from both ends. */
struct wire {
    struct wire *next;
    struct link *client, *server;
    uint64_t conn; /* the server's number for it */
    char user[PARTNER_BYTES];
    int64_t last_due[2]; /* TCP keeps order: a frame is never due before the one sent
                            earlier */
    uint32_t under_way[2];
    bool silent[2]; /* what is said this way never arrives */
    bool open;
};

struct link {
    struct link *next;
    struct loop *loop;
    enum link_side side;
    bool local;
    char address[LOOP_ADDRESS_BYTES];
    struct key32 own_pk, server_pk;
    struct wire *wire; /* client: the connection now */
    uint64_t attempt;  /* client: the newest plan to connect; older ones are void */
    uint32_t n_tries;  /* client: failed in a row */
    uint64_t next_conn;
    struct link_report report;
};

struct loop {
    struct loop *next;
    struct loop_app app;
    char name[NAME_BYTES];
    struct link *links;
    int64_t alarm_ms;
    int64_t latest_ms; /* of the alarm, by the world's clock */
    int64_t skew_ms;   /* its clock is so much ahead */
    int64_t frozen_ms; /* no turn before this */
    bool stopped, dead, out, in_turn;
    struct err died;
};

/* EVENT_SNAP is of a wire, and of no program. */
enum event_kind { EVENT_FRAME, EVENT_CONNECT, EVENT_UP, EVENT_DOWN, EVENT_SNAP };

struct event {
    int64_t due_ms;
    uint64_t order;
    enum event_kind kind;
    struct loop *loop;
    struct link *link;
    struct wire *wire;
    uint64_t conn;
    int toward; /* frame: 0 to the server, 1 to the client */
    uint8_t *bytes;
    size_t len;
};

static struct world {
    int64_t now_ms;
    uint64_t order;
    uint64_t random[2], chosen[2];
    uint64_t seed_number;
    struct sim_faults faults;
    struct sim_watch watch;
    struct sim_counts counts;
    struct loop *loops;
    struct wire *wires;
    struct event *heap;
    size_t n_heap, cap_heap;
    struct event held[HELD_MAX]; /* in the order in which they were sent */
    size_t n_held;
    bool hold;
    int64_t start_skew_ms; /* of the clocks that begin from here on */
    uint8_t seed[randombytes_SEEDBYTES];
    uint64_t drawn;
    uint32_t next_port;
} world;

/* ------------------------------------------------------------ randomness */

/* xorshift128+: the world's own choices; the programs' random bytes come from the
 * library's source below. */
static uint64_t draw(uint64_t state[2])
{
    uint64_t a = state[0];
    const uint64_t b = state[1];

    state[0] = b;
    a ^= a << 23;
    state[1] = a ^ b ^ (a >> 18) ^ (b >> 5);
    return state[1] + b;
}

static void draw_from(uint64_t state[2], uint64_t number)
{
    state[0] = number * 0x9E3779B97F4A7C15u + 1;
    state[1] = number ^ 0xD1B54A32D192ED03u;
    for (int i = 0; i < 16; i++)
        (void)draw(state);
}

/* Of the network: what tests choose does not move what it does, and the other way
 * round. */
static uint32_t below(uint32_t limit)
{
    return limit == 0 ? 0 : (uint32_t)(draw(world.random) % limit);
}

uint32_t sim_below(uint32_t limit)
{
    return limit == 0 ? 0 : (uint32_t)(draw(world.chosen) % limit);
}

void sim_choose_from(uint64_t number)
{
    uint64_t mixed[2];

    draw_from(mixed, world.seed_number);
    draw_from(world.chosen, mixed[0] ^ (number * 0xA0761D6478BD642Fu));
}

static const char *source_name(void)
{
    return "simulated";
}

static void source_buf(void *const out, const size_t len)
{
    uint8_t seed[randombytes_SEEDBYTES];

    memcpy(seed, world.seed, sizeof seed);
    world.drawn++;
    memcpy(seed, &world.drawn, sizeof world.drawn);
    randombytes_buf_deterministic(out, len, seed);
}

static uint32_t source_random(void)
{
    uint32_t value;

    source_buf(&value, sizeof value);
    return value;
}

static struct randombytes_implementation source = {.implementation_name = source_name,
        .random = source_random,
        .buf = source_buf};

/* ------------------------------------------------------------ the queue of events */

static bool before(const struct event *a, const struct event *b)
{
    return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->order < b->order;
}

static void heap_swap(size_t a, size_t b)
{
    struct event keep = world.heap[a];

    world.heap[a] = world.heap[b];
    world.heap[b] = keep;
}

static void heap_insert(struct event event)
{
    if (world.n_heap == world.cap_heap) {
        world.cap_heap = world.cap_heap == 0 ? 256 : world.cap_heap * 2;
        world.heap = realloc(world.heap, world.cap_heap * sizeof *world.heap);
        if (world.heap == NULL)
            abort();
    }
    size_t at = world.n_heap++;
    world.heap[at] = event;
    while (at > 0 && before(&world.heap[at], &world.heap[(at - 1) / 2])) {
        heap_swap(at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

static void heap_push(struct event event)
{
    event.order = ++world.order;
    heap_insert(event);
}

static struct event heap_pop(void)
{
    struct event top = world.heap[0];
    size_t at = 0;

    world.heap[0] = world.heap[--world.n_heap];
    for (;;) {
        size_t least = at, left = 2 * at + 1, right = 2 * at + 2;
        if (left < world.n_heap && before(&world.heap[left], &world.heap[least]))
            least = left;
        if (right < world.n_heap && before(&world.heap[right], &world.heap[least]))
            least = right;
        if (least == at)
            return top;
        heap_swap(at, least);
        at = least;
    }
}

/* ------------------------------------------------------------ the world */

void sim_begin(uint64_t seed, int64_t start_ms)
{
    struct sim_watch none = {.self = NULL};

    /* Set before the library starts, so that nothing is drawn from elsewhere. */
    randombytes_set_implementation(&source);
    world = (struct world){
            .now_ms = start_ms,
            .seed_number = seed,
            .faults = {.latency_min_ms = 1,
                       .latency_max_ms = LATENCY_USUAL_MS,
                       .reconnect_max_ms = 1000},
            .watch = none
    };
    draw_from(world.random, seed);
    for (size_t i = 8; i < sizeof world.seed; i++)
        world.seed[i] = (uint8_t)draw(world.random);
    sim_choose_from(0);
}

void sim_end(void)
{
    while (world.n_heap > 0) {
        struct event event = heap_pop();
        free(event.bytes);
    }
    for (size_t i = 0; i < world.n_held; i++)
        free(world.held[i].bytes);
    world.n_held = 0;
    free(world.heap);
    while (world.wires != NULL) {
        struct wire *next = world.wires->next;
        free(world.wires);
        world.wires = next;
    }
    world.heap = NULL;
    world.cap_heap = 0;
}

int64_t sim_now(void)
{
    return world.now_ms;
}

void sim_set_faults(const struct sim_faults *faults)
{
    world.faults = *faults;
}

void sim_watch(const struct sim_watch *watch)
{
    world.watch = *watch;
}

struct sim_watch sim_watched(void)
{
    return world.watch;
}

struct sim_counts sim_counts(void)
{
    return world.counts;
}

void sim_name(struct loop *loop, const char *name)
{
    snprintf(loop->name, sizeof loop->name, "%s", name);
}

bool sim_died(const struct loop *loop, const char **words)
{
    if (loop->dead && words != NULL)
        *words = loop->died.msg;
    return loop->dead;
}

static int64_t latency(void)
{
    int64_t span = world.faults.latency_max_ms - world.faults.latency_min_ms;

    return world.faults.latency_min_ms + (int64_t)below((uint32_t)span + 1);
}

/* ------------------------------------------------------------ connections */

static void plan_connect(struct link *link, int64_t wait_ms)
{
    heap_push((struct event){.due_ms = world.now_ms + wait_ms,
            .kind = EVENT_CONNECT,
            .loop = link->loop,
            .link = link,
            .conn = ++link->attempt});
}

/* As the real loop does: soon at first, then ever later, up to a minute. */
static void plan_retry(struct link *link)
{
    int64_t wait_ms = LOOP_RECONNECT_MIN_MS;

    for (uint32_t i = 0; i < link->n_tries && wait_ms < LOOP_RECONNECT_MAX_MS; i++)
        wait_ms *= 2;
    if (wait_ms > LOOP_RECONNECT_MAX_MS)
        wait_ms = LOOP_RECONNECT_MAX_MS;
    link->n_tries++;
    plan_connect(link, wait_ms / 2 + (int64_t)below((uint32_t)wait_ms / 2 + 1));
}

static struct link *find_server(const char *address)
{
    for (struct loop *loop = world.loops; loop != NULL; loop = loop->next) {
        if (loop->dead || loop->frozen_ms > world.now_ms)
            continue;
        /* Who is off the network still hears its own machine. */
        for (struct link *link = loop->links; link != NULL; link = link->next)
            if (link->side == SIDE_SERVER && (link->local || !loop->out) &&
                    strcmp(link->address, address) == 0)
                return link;
    }
    return NULL;
}

/* What is held on this connection is lost; wire NULL: of everything to this link. */
static void drop_held(const struct wire *wire, const struct link *link)
{
    size_t kept = 0;

    for (size_t i = 0; i < world.n_held; i++) {
        struct event *event = &world.held[i];
        if (event->wire == wire || event->link == link) {
            event->wire->under_way[event->toward]--;
            free(event->bytes);
        } else {
            world.held[kept++] = *event;
        }
    }
    world.n_held = kept;
}

/* Break a connection: what is under way is lost, both ends hear of it, the client tries
 * again. */
static void break_wire(struct wire *wire)
{
    if (!wire->open)
        return;
    wire->open = false;
    world.counts.cuts++;
    drop_held(wire, NULL);
    if (wire->server != NULL) {
        wire->server->report.connections--;
        heap_push((struct event){.due_ms = world.now_ms,
                .kind = EVENT_DOWN,
                .loop = wire->server->loop,
                .link = wire->server,
                .conn = wire->conn});
    }
    if (wire->client != NULL) {
        wire->client->wire = NULL;
        wire->client->report.up = false;
        heap_push((struct event){.due_ms = world.now_ms,
                .kind = EVENT_DOWN,
                .loop = wire->client->loop,
                .link = wire->client,
                .conn = 1});
        plan_connect(wire->client,
                1 + (int64_t)below((uint32_t)world.faults.reconnect_max_ms));
    }
}

static void connect_now(struct link *link)
{
    bool away = link->loop->out && !link->local;
    struct link *server = away ? NULL : find_server(link->address);
    char user[PARTNER_BYTES] = "";
    bool known = server != NULL;

    if (link->wire != NULL)
        return;
    if (known && !server->local) {
        known = key32_equal(&link->server_pk, &server->own_pk) &&
                server->loop->app.on_admit != NULL &&
                server->loop->app.on_admit(server->loop->app.self, &link->own_pk, user);
        if (!known) {
            server->report.refused_keys++;
            link->report.failed_handshakes++;
        }
    }
    if (!known) {
        plan_retry(link);
        return;
    }
    struct wire *wire = calloc(1, sizeof *wire);
    if (wire == NULL)
        abort();
    *wire = (struct wire){.next = world.wires,
            .client = link,
            .server = server,
            .conn = ++server->next_conn,
            .open = true};
    memcpy(wire->user, user, sizeof user);
    world.wires = wire;
    link->wire = wire;
    link->report.failed_handshakes = 0;
    link->n_tries = 0;
    server->report.connections++;
    heap_push((struct event){.due_ms = world.now_ms + latency(),
            .kind = EVENT_UP,
            .loop = link->loop,
            .link = link,
            .wire = wire});
}

void sim_unplug(const char *name, bool out)
{
    for (struct loop *loop = world.loops; loop != NULL; loop = loop->next) {
        if (strcmp(loop->name, name) != 0)
            continue;
        loop->out = out;
        for (struct link *link = loop->links; link != NULL && !out; link = link->next)
            if (link->side == SIDE_CLIENT && link->wire == NULL)
                plan_connect(link, 1 + (int64_t)below(1000));
        for (struct wire *wire = world.wires; wire != NULL && out; wire = wire->next)
            if (wire->open && !wire->server->local &&
                    (wire->client->loop == loop || wire->server->loop == loop))
                break_wire(wire);
    }
}

size_t sim_ports(const char *name)
{
    size_t n = 0;

    for (struct loop *loop = world.loops; loop != NULL; loop = loop->next)
        for (struct link *link = loop->links; link != NULL; link = link->next)
            n += strcmp(loop->name, name) == 0 && link->side == SIDE_SERVER &&
                 !link->local;
    return n;
}

static bool is_between(const struct event *event, const char *from, const char *to)
{
    const struct link *sender =
            event->toward == 0 ? event->wire->client : event->wire->server;

    return strcmp(sender->loop->name, from) == 0 && strcmp(event->loop->name, to) == 0;
}

static void let_go(size_t at)
{
    struct event event = world.held[at];

    event.due_ms = world.now_ms;
    world.n_held--;
    memmove(&world.held[at], &world.held[at + 1],
            (world.n_held - at) * sizeof world.held[0]);
    heap_push(event);
}

void sim_hold(bool hold)
{
    world.hold = hold;
    while (!hold && world.n_held > 0)
        let_go(0);
}

bool sim_let(const char *from, const char *to)
{
    for (size_t i = 0; i < world.n_held; i++)
        if (is_between(&world.held[i], from, to)) {
            let_go(i);
            return true;
        }
    return false;
}

size_t sim_held(const char *from, const char *to)
{
    size_t n = 0;

    for (size_t i = 0; i < world.n_held; i++)
        n += is_between(&world.held[i], from, to);
    return n;
}

bool sim_connected(const char *name)
{
    for (const struct wire *wire = world.wires; wire != NULL; wire = wire->next)
        if (wire->open && !wire->server->local &&
                strcmp(wire->client->loop->name, name) == 0)
            return true;
    return false;
}

/* ------------------------------------------------------------ events */

static bool alive(const struct loop *wanted)
{
    for (struct loop *loop = world.loops; loop != NULL; loop = loop->next)
        if (loop == wanted)
            return !loop->dead;
    return false;
}

static void give_frame(const struct event *event)
{
    struct link *link = event->toward == 0 ? event->wire->server : event->wire->client;
    struct link *from = event->toward == 0 ? event->wire->client : event->wire->server;
    struct peer peer = {.conn = event->toward == 0 ? event->wire->conn : 1};
    struct span frame = {event->bytes, event->len};

    memcpy(peer.user, event->wire->user, sizeof peer.user);
    peer.uid = (uint32_t)getuid();
    if (world.watch.change != NULL && frame.len > 0) {
        frame = world.watch.change(world.watch.self, from->loop->name, link->loop->name,
                frame);
        if (frame.len == 0)
            return;
    }
    world.counts.frames++;
    link->report.frames_in++;
    if (world.watch.on_frame != NULL)
        world.watch.on_frame(world.watch.self, from->loop->name, link->loop->name,
                frame);
    if (link->loop->app.on_frame != NULL)
        link->loop->app.on_frame(link->loop->app.self, link, &peer, frame);
}

static void give(const struct event *event)
{
    struct loop *loop = event->loop;

    switch (event->kind) {
    case EVENT_FRAME:
        event->wire->under_way[event->toward]--;
        if (event->wire->open)
            give_frame(event);
        break;
    case EVENT_CONNECT:
        if (event->conn == event->link->attempt)
            connect_now(event->link);
        break;
    case EVENT_UP:
        if (!event->wire->open)
            break;
        event->link->report.up = true;
        if (loop->app.on_up != NULL)
            loop->app.on_up(loop->app.self, event->link);
        break;
    case EVENT_DOWN:
        if (loop->app.on_down != NULL)
            loop->app.on_down(loop->app.self, event->link, event->conn);
        break;
    case EVENT_SNAP: break;
    }
}

static bool more_now(const struct loop *loop)
{
    return world.n_heap > 0 && world.heap[0].due_ms <= world.now_ms &&
           world.heap[0].loop == loop;
}

static void end_turn(struct loop *loop)
{
    world.counts.turns++;
    if (!loop->dead && loop->app.on_turn_end != NULL)
        loop->app.on_turn_end(loop->app.self);
    if (world.watch.on_turn != NULL)
        world.watch.on_turn(world.watch.self, loop->name);
}

static void take_event(void)
{
    struct event event = heap_pop();
    struct loop *loop = event.loop;

    if (event.due_ms > world.now_ms)
        world.now_ms = event.due_ms;
    if (event.kind == EVENT_SNAP) {
        break_wire(event.wire);
        return;
    }
    /* In its old order, once the program goes on. */
    if (loop->frozen_ms > world.now_ms) {
        event.due_ms = loop->frozen_ms;
        heap_insert(event);
        return;
    }
    uint32_t room = below(FRAMES_A_TURN_MAX);
    for (;;) {
        if (alive(loop))
            give(&event);
        free(event.bytes);
        if (room-- == 0 || !alive(loop) || !more_now(loop))
            break;
        event = heap_pop();
    }
    if (alive(loop))
        end_turn(loop);
}

/* By the world's clock. */
static int64_t alarm_due(const struct loop *loop)
{
    int64_t due_ms = loop->alarm_ms - loop->skew_ms;

    if (due_ms > loop->latest_ms)
        due_ms = loop->latest_ms;
    return due_ms > loop->frozen_ms ? due_ms : loop->frozen_ms;
}

static struct loop *next_alarm(void)
{
    struct loop *first = NULL;

    for (struct loop *loop = world.loops; loop != NULL; loop = loop->next)
        if (!loop->dead && loop->alarm_ms != 0 &&
                (first == NULL || alarm_due(loop) < alarm_due(first)))
            first = loop;
    return first;
}

bool sim_step(int64_t until_ms)
{
    struct loop *alarm = next_alarm();
    bool alarm_first = alarm != NULL &&
                       (world.n_heap == 0 || alarm_due(alarm) <= world.heap[0].due_ms);

    if (alarm_first) {
        if (alarm_due(alarm) > until_ms)
            return false;
        if (alarm_due(alarm) > world.now_ms)
            world.now_ms = alarm_due(alarm);
        alarm->alarm_ms = 0;
        if (alarm->app.on_wake != NULL)
            alarm->app.on_wake(alarm->app.self);
        if (alive(alarm))
            end_turn(alarm);
        return true;
    }
    if (world.n_heap == 0 || world.heap[0].due_ms > until_ms)
        return false;
    take_event();
    return true;
}

void sim_run_until(int64_t until_ms)
{
    while (sim_step(until_ms))
        ;
    if (world.now_ms < until_ms)
        world.now_ms = until_ms;
}

static bool quiet(void)
{
    for (size_t i = 0; i < world.n_heap; i++)
        if (world.heap[i].kind != EVENT_CONNECT ||
                (world.heap[i].conn == world.heap[i].link->attempt &&
                        !world.heap[i].loop->out))
            return false;
    /* A commit that gathers work waits for an alarm that is near. */
    struct loop *alarm = next_alarm();
    return alarm == NULL || alarm_due(alarm) > world.now_ms + 50;
}

bool sim_settle(int64_t for_ms)
{
    int64_t until_ms = world.now_ms + for_ms;

    while (!quiet())
        if (!sim_step(until_ms))
            return false;
    return true;
}

/* ------------------------------------------------------------ core/loop.h */

struct loop *loop_new(const struct loop_app *app, struct err *err)
{
    struct loop *loop = calloc(1, sizeof *loop);

    if (loop == NULL) {
        err_set(err, ERR_NOMEM, "no memory");
        return NULL;
    }
    *loop = (struct loop){.next = world.loops,
            .app = *app,
            .skew_ms = world.start_skew_ms};
    snprintf(loop->name, sizeof loop->name, "adapter");
    world.loops = loop;
    return loop;
}

static void forget_events(const struct loop *loop, const struct link *link)
{
    size_t kept = 0, n = world.n_heap;
    struct event *old = world.heap;

    world.heap = NULL;
    world.n_heap = world.cap_heap = 0;
    for (size_t i = 0; i < n; i++) {
        if (old[i].loop == loop && (link == NULL || old[i].link == link)) {
            if (old[i].kind == EVENT_FRAME)
                old[i].wire->under_way[old[i].toward]--;
            free(old[i].bytes);
            continue;
        }
        old[kept++] = old[i];
    }
    for (size_t i = 0; i < kept; i++)
        heap_insert(old[i]);
    free(old);
}

void link_close(struct link *link)
{
    struct loop *loop = link->loop;

    for (struct wire *wire = world.wires; wire != NULL; wire = wire->next) {
        if (wire->client != link && wire->server != link)
            continue;
        if (wire->client == link)
            wire->client = NULL;
        bool was_open = wire->open;
        if (wire->server == link) {
            if (was_open)
                link->report.connections--;
            wire->server = NULL;
        }
        if (was_open)
            break_wire(wire);
    }
    for (struct link **at = &loop->links; *at != NULL; at = &(*at)->next)
        if (*at == link) {
            *at = link->next;
            break;
        }
    drop_held(NULL, link);
    forget_events(loop, link);
    if (link->local && link->side == SIDE_SERVER)
        unlink(link->address);
    free(link);
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    while (loop->links != NULL)
        link_close(loop->links);
    forget_events(loop, NULL);
    for (struct loop **at = &world.loops; *at != NULL; at = &(*at)->next)
        if (*at == loop) {
            *at = loop->next;
            break;
        }
    free(loop);
}

bool loop_run(struct loop *loop, struct err *err)
{
    loop->stopped = false;
    while (!loop->stopped && !loop->dead)
        if (!sim_step(INT64_MAX))
            return err_set(err, ERR_INTERNAL, "the simulated world stands still");
    if (loop->dead) {
        *err = loop->died;
        return false;
    }
    return true;
}

void loop_stop(struct loop *loop)
{
    loop->stopped = true;
}

void loop_die(struct loop *loop, const struct err *err)
{
    /* Who was killed from outside goes on to the end of its turn, and may say so. */
    if (loop->dead)
        return;
    loop->dead = true;
    loop->died = *err;
    /* A death that no test has asked for is told, since nobody else would notice. */
    if (strcmp(err->msg, SIM_CRASH) != 0)
        fprintf(stderr, "# %s stops: %s %s\n", loop->name, code_name(err->code),
                err->msg);
    for (struct wire *wire = world.wires; wire != NULL; wire = wire->next)
        if (wire->open && (wire->client->loop == loop || wire->server->loop == loop))
            break_wire(wire);
}

void loop_ready(struct loop *loop)
{
    (void)loop;
}

int64_t loop_now(const struct loop *loop)
{
    return world.now_ms + loop->skew_ms;
}

uint64_t loop_monotonic_us(const struct loop *loop)
{
    (void)loop;
    return (uint64_t)world.now_ms * 1000;
}

int64_t loop_clock_lead_ms(const struct loop *loop)
{
    return loop->skew_ms;
}

void loop_wake_at(struct loop *loop, int64_t due_ms)
{
    loop->alarm_ms = due_ms;
    loop->latest_ms = due_ms - loop->skew_ms;
}

bool loop_backlog(const struct loop *loop)
{
    return more_now(loop);
}

static struct link *link_new(struct loop *loop, enum link_side side, bool local,
        const char *address)
{
    struct link *link = calloc(1, sizeof *link);

    if (link == NULL)
        abort();
    *link = (struct link){.next = loop->links,
            .loop = loop,
            .side = side,
            .local = local};
    snprintf(link->address, sizeof link->address, "%s", address);
    loop->links = link;
    return link;
}

struct link *loop_serve_bus(struct loop *loop, const char *address,
        const struct box_key *key, struct err *err)
{
    char bound[LOOP_ADDRESS_BYTES];

    snprintf(bound, sizeof bound, "%s", address);
    size_t len = strlen(bound);
    if (len > 1 && (bound[len - 1] == '*' || strcmp(bound + len - 2, ":0") == 0))
        snprintf(bound, sizeof bound, "tcp://127.0.0.1:%u", 40000 + ++world.next_port);
    if (find_server(bound) != NULL) {
        err_set(err, ERR_IO, "%s is taken", bound);
        return NULL;
    }
    struct link *link = link_new(loop, SIDE_SERVER, false, bound);
    link->own_pk = *box_key_public(key);
    return link;
}

struct link *loop_connect_bus(struct loop *loop, const char *address,
        const struct key32 *server_pk, const struct box_key *key, struct err *err)
{
    (void)err;
    struct link *link = link_new(loop, SIDE_CLIENT, false, address);

    link->own_pk = *box_key_public(key);
    link->server_pk = *server_pk;
    plan_connect(link, 1);
    return link;
}

struct link *loop_serve_local(struct loop *loop, const char *path, struct err *err)
{
    /* A file stands where the socket would, for those who look whether it is there. */
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        err_set(err, ERR_IO, "%s cannot be made", path);
        return NULL;
    }
    fclose(file);
    return link_new(loop, SIDE_SERVER, true, path);
}

struct link *loop_connect_local(struct loop *loop, const char *path, struct err *err)
{
    (void)err;
    struct link *link = link_new(loop, SIDE_CLIENT, true, path);

    plan_connect(link, 0);
    return link;
}

const char *link_address(const struct link *link)
{
    return link->address;
}

static struct wire *wire_of(struct link *link, uint64_t conn)
{
    if (link->side == SIDE_CLIENT)
        return link->wire;
    for (struct wire *wire = world.wires; wire != NULL; wire = wire->next)
        if (wire->open && wire->server == link && wire->conn == conn)
            return wire;
    return NULL;
}

static void plan_frame(struct wire *wire, int toward, struct span frame)
{
    struct link *to = toward == 0 ? wire->server : wire->client;
    const struct link *from = toward == 0 ? wire->client : wire->server;
    int64_t due_ms = latency();

    if (wire->silent[toward])
        return;
    world.counts.late += due_ms > LATENCY_USUAL_MS;
    uint8_t *bytes = malloc(frame.len + 1);
    if (bytes == NULL)
        abort();
    /* A program that its disk keeps waiting speaks only then. */
    due_ms +=
            from->loop->frozen_ms > world.now_ms ? from->loop->frozen_ms : world.now_ms;
    memcpy(bytes, frame.at, frame.len);
    if (due_ms < wire->last_due[toward])
        due_ms = wire->last_due[toward];
    wire->last_due[toward] = due_ms;
    wire->under_way[toward]++;
    struct event event = {.due_ms = due_ms,
            .kind = EVENT_FRAME,
            .loop = to->loop,
            .link = to,
            .wire = wire,
            .toward = toward,
            .bytes = bytes,
            .len = frame.len};
    if (!world.hold || wire->server->local) {
        heap_push(event);
        return;
    }
    if (world.n_held == HELD_MAX)
        abort();
    world.held[world.n_held++] = event;
}

/* Nobody hears of it until a heartbeat has not been answered for too long. */
static void plan_snap(struct wire *wire, int64_t wait_ms)
{
    heap_push((struct event){.due_ms = world.now_ms + wait_ms,
            .kind = EVENT_SNAP,
            .wire = wire});
}

static void fall_silent(struct wire *wire, int toward)
{
    bool lose = world.faults.lose > 0 && below(10000) < world.faults.lose;
    bool one_way = world.faults.one_way > 0 && below(10000) < world.faults.one_way;

    if (!lose && !one_way)
        return;
    world.counts.lost += lose;
    world.counts.one_way += one_way && !lose;
    wire->silent[toward] = true;
    wire->silent[1 - toward] = lose || wire->silent[1 - toward];
    plan_snap(wire, 1 + (int64_t)below(HEARTBEATS_MS));
}

/* Who goes on sooner than was said takes what has waited for it now, in its old order:
 * else it would hear of a connection's end after the next one has begun. */
static void come_now(const struct loop *loop)
{
    struct event *old = world.heap;
    size_t n = world.n_heap;

    world.heap = NULL;
    world.n_heap = world.cap_heap = 0;
    for (size_t i = 0; i < n; i++) {
        if (old[i].loop == loop && old[i].due_ms == loop->frozen_ms)
            old[i].due_ms = world.now_ms;
        heap_insert(old[i]);
    }
    free(old);
}

void sim_freeze(const char *name, int64_t for_ms)
{
    for (struct loop *loop = world.loops; loop != NULL; loop = loop->next) {
        if (strcmp(loop->name, name) != 0)
            continue;
        if (for_ms == 0 && loop->frozen_ms > world.now_ms)
            come_now(loop);
        if (for_ms == 0 || loop->frozen_ms < world.now_ms)
            loop->frozen_ms = world.now_ms;
        loop->frozen_ms += for_ms;
        for (struct wire *wire = world.wires; wire != NULL && for_ms > HEARTBEATS_MS;
                wire = wire->next)
            if (wire->open && !wire->server->local &&
                    (wire->client->loop == loop || wire->server->loop == loop))
                plan_snap(wire, HEARTBEATS_MS);
    }
}

bool sim_frozen(const char *name)
{
    for (const struct loop *loop = world.loops; loop != NULL; loop = loop->next)
        if (strcmp(loop->name, name) == 0)
            return loop->frozen_ms > world.now_ms;
    return false;
}

void sim_set_clock(const char *name, int64_t ahead_ms)
{
    for (struct loop *loop = world.loops; loop != NULL; loop = loop->next)
        if (strcmp(loop->name, name) == 0)
            loop->skew_ms = ahead_ms;
}

void sim_start_clock(int64_t ahead_ms)
{
    world.start_skew_ms = ahead_ms;
}

enum sent link_send(struct link *link, uint64_t conn, struct span frame)
{
    struct wire *wire = wire_of(link, conn);
    int toward = link->side == SIDE_CLIENT ? 0 : 1;

    if (link->loop->dead || wire == NULL || !wire->open)
        return SENT_GONE;
    if (wire->under_way[toward] >= LOOP_SEND_QUEUE)
        return SENT_FULL;
    link->report.frames_out++;
    if (world.watch.on_send != NULL)
        world.watch.on_send(world.watch.self, link->loop->name,
                (toward == 0 ? wire->server : wire->client)->loop->name, frame);
    if (!wire->server->local)
        fall_silent(wire, toward);
    plan_frame(wire, toward, frame);
    if (!wire->server->local && below(10000) < world.faults.repeat) {
        world.counts.repeats++;
        plan_frame(wire, toward, frame);
    }
    if (!wire->server->local && below(10000) < world.faults.cut)
        break_wire(wire);
    return SENT_OK;
}

void link_cut(struct link *link, uint64_t conn)
{
    struct wire *wire = wire_of(link, conn);

    if (wire != NULL) {
        link->report.cut++;
        break_wire(wire);
    }
}

size_t link_cut_user(struct link *link, const char *user)
{
    size_t n = 0;

    for (struct wire *wire = world.wires; wire != NULL; wire = wire->next)
        if (wire->open && wire->server == link && strcmp(wire->user, user) == 0) {
            link->report.cut++;
            break_wire(wire);
            n++;
        }
    return n;
}

void link_report(const struct link *link, struct link_report *report)
{
    *report = link->report;
}
