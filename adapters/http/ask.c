/* ask.c - questions in flight: a table of places, each named by the ids of its
 * requests. */
#include "adapters/http/ask.h"

#include <stdlib.h>

#include "core/hash.h"
#include "core/wire.h"

enum {
    LOOK_EVERY_MS = 100, /* for those whose time is up */
    RETRY_MS = 20,       /* a full queue is tried again */
    FOLLOW_MS = 30000,   /* said again, should the node have lost it */
};

/* The first bytes of an id say the place, the others which request it was. */
typedef uint16_t place_number;

struct asked {
    struct asked *next; /* free, or waiting to be sent */
    struct id id;
    uint8_t *frame; /* NULL: this place is free */
    size_t len;
    int64_t until_ms;
    ask_answered *on_answer; /* NULL: forgotten */
    void *self;
    bool sent;
};

struct asks {
    struct asked places[ASKS_MAX];
    struct asked *free;
    struct asked *first, *last; /* waiting to be sent */
    size_t n, n_sent;
    struct link *link; /* NULL: the node is away */
    int64_t look_ms;
    struct arena arena;
    asks_told *on_told; /* NULL: nobody follows along */
    void *told_self;
    struct id follow_id; /* of the request to be told */
    int64_t follow_ms;   /* when to say it again */
};

struct asks *asks_new(size_t arena_bytes, struct err *err)
{
    struct asks *asks = calloc(1, sizeof *asks);
    if (asks != NULL)
        asks->arena = arena_new(arena_bytes);
    if (asks == NULL || asks->arena.at == NULL) {
        free(asks);
        err_set(err, ERR_NOMEM, "no memory for questions to the node");
        return NULL;
    }
    for (size_t i = ASKS_MAX; i-- > 0;) {
        asks->places[i].next = asks->free;
        asks->free = &asks->places[i];
    }
    return asks;
}

void asks_free(struct asks *asks)
{
    if (asks == NULL)
        return;
    for (size_t i = 0; i < ASKS_MAX; i++)
        free(asks->places[i].frame);
    arena_free(&asks->arena);
    free(asks);
}

size_t asks_count(const struct asks *asks)
{
    return asks->n;
}

bool asks_connected(const struct asks *asks)
{
    return asks->link != NULL;
}

static void enqueue(struct asks *asks, struct asked *ask)
{
    ask->next = NULL;
    if (asks->last != NULL)
        asks->last->next = ask;
    else
        asks->first = ask;
    asks->last = ask;
}

struct asked *asks_put(struct asks *asks, const struct request *request, int64_t now_ms,
        ask_answered *on_answer, void *self, struct err *err)
{
    struct request asked = *request;
    struct span frame;
    struct asked *ask = asks->free;
    if (ask == NULL) {
        err_set(err, E_BUSY, "%d questions wait for the node already", ASKS_MAX);
        return NULL;
    }
    place_number place = (place_number)(ask - asks->places);
    asked.v = 1;
    hash_random(&asked.request_id, sizeof asked.request_id);
    memcpy(asked.request_id.b, &place, sizeof place);
    arena_reset(&asks->arena, 0);
    if (!wire_put_arena(&WIRE_REQUEST, &asked, &asks->arena, &frame, err))
        return NULL;
    uint8_t *copy = malloc(frame.len);
    if (copy == NULL) {
        err_set(err, ERR_NOMEM, "no memory for a question to the node");
        return NULL;
    }
    memcpy(copy, frame.at, frame.len);
    asks->free = ask->next;
    *ask = (struct asked){.id = asked.request_id,
            .frame = copy,
            .len = frame.len,
            .until_ms = now_ms + ASK_WAIT_MS,
            .on_answer = on_answer,
            .self = self};
    asks->n++;
    enqueue(asks, ask);
    return ask;
}

void asked_forget(struct asked *ask)
{
    ask->on_answer = NULL;
}

static void unqueue(struct asks *asks, struct asked *ask)
{
    struct asked *before = NULL;
    for (struct asked *at = asks->first; at != ask; at = at->next)
        before = at;
    if (before != NULL)
        before->next = ask->next;
    else
        asks->first = ask->next;
    if (asks->last == ask)
        asks->last = before;
}

/* The place is free before anybody hears: who hears may ask the next thing. */
static void settle(struct asks *asks, struct asked *ask, const struct reply *reply)
{
    ask_answered *on_answer = ask->on_answer;
    void *self = ask->self;
    if (ask->sent)
        asks->n_sent--;
    else
        unqueue(asks, ask);
    /* It may hold what a person said, and a token. */
    hash_wipe(ask->frame, ask->len);
    free(ask->frame);
    *ask = (struct asked){.next = asks->free};
    asks->free = ask;
    asks->n--;
    if (on_answer != NULL)
        on_answer(self, reply);
}

void asks_follow(struct asks *asks, asks_told *on_told, void *self)
{
    asks->on_told = on_told;
    asks->told_self = self;
    hash_random(&asks->follow_id, sizeof asks->follow_id);
}

/* What does not fit in the queue now is said at the next time. */
static void follow(struct asks *asks, int64_t now_ms)
{
    const struct follow_events wish = {.stop = false};
    const struct request request = {.v = 1,
            .request_id = asks->follow_id,
            .follow = &wish};
    struct span frame;
    struct err err;
    if (asks->on_told == NULL || asks->link == NULL || asks->follow_ms > now_ms)
        return;
    asks->follow_ms = now_ms + FOLLOW_MS;
    arena_reset(&asks->arena, 0);
    if (wire_put_arena(&WIRE_REQUEST, &request, &asks->arena, &frame, &err) &&
            link_send(asks->link, 1, frame) != SENT_OK)
        asks->follow_ms = now_ms + RETRY_MS;
}

void asks_up(struct asks *asks, struct link *link)
{
    asks->link = link;
    asks->follow_ms = 0;
}

void asks_down(struct asks *asks)
{
    asks->link = NULL;
    for (size_t i = 0; i < ASKS_MAX; i++) {
        struct asked *ask = &asks->places[i];
        if (!ask->sent)
            continue;
        ask->sent = false;
        enqueue(asks, ask);
    }
    asks->n_sent = 0;
}

void asks_frame(struct asks *asks, struct span frame)
{
    struct reply reply;
    struct err err;
    place_number place;
    arena_reset(&asks->arena, 0);
    /* A reply that cannot be read names nobody: who asked hears when the time is up. */
    if (!wire_get(&WIRE_REPLY, frame, &asks->arena, &reply, &err))
        return;
    if (asks->on_told != NULL && id_equal(&asks->follow_id, &reply.request_id)) {
        if (reply.events != NULL)
            asks->on_told(asks->told_self, reply.events->newest);
        return;
    }
    memcpy(&place, reply.request_id.b, sizeof place);
    if (place >= ASKS_MAX)
        return;
    struct asked *ask = &asks->places[place];
    if (ask->sent && id_equal(&ask->id, &reply.request_id))
        settle(asks, ask, &reply);
}

/* False when libzmq's queue is full. */
static bool send_waiting(struct asks *asks)
{
    while (asks->link != NULL && asks->first != NULL && asks->n_sent < ASKS_SENT_MAX) {
        struct asked *ask = asks->first;
        if (link_send(asks->link, 1, (struct span){ask->frame, ask->len}) != SENT_OK)
            return false;
        unqueue(asks, ask);
        ask->sent = true;
        asks->n_sent++;
    }
    return true;
}

int64_t asks_turn(struct asks *asks, int64_t now_ms)
{
    if (asks->n > 0 && asks->look_ms <= now_ms) {
        asks->look_ms = now_ms + LOOK_EVERY_MS;
        for (size_t i = 0; i < ASKS_MAX; i++) {
            struct asked *ask = &asks->places[i];
            if (ask->frame != NULL && ask->until_ms <= now_ms)
                settle(asks, ask, NULL);
        }
    }
    follow(asks, now_ms);
    int64_t follow_ms =
            asks->on_told != NULL && asks->link != NULL ? asks->follow_ms : 0;
    bool sent = send_waiting(asks);
    if (asks->n == 0)
        return follow_ms;
    int64_t due_ms = sent ? asks->look_ms : now_ms + RETRY_MS;
    return follow_ms != 0 && follow_ms < due_ms ? follow_ms : due_ms;
}
