/* talk.c - saying and hearing frames as a partner. */
#include "tests/bench/talk.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/hash.h"
#include "core/signed.h"
#include "core/wire.h"

enum { ARENA_BYTES = 8 * 1024 * 1024 };

/* The key that the steward says the broker has. */
static void find_broker(struct talk *talk)
{
    struct arena arena = arena_new(HOME_BUNDLE_ARENA);
    struct err err = {.code = CODE_OK};
    struct home_bundle bundle;
    struct signed_ thing;
    struct membership member;

    network_must(arena.at != NULL &&
                         home_joined_bundle(&talk->home, &arena, &bundle, &err),
            "the bundle", &err);
    for (size_t i = 0; i < bundle.bundle.n_memberships; i++) {
        network_must(wire_get(&WIRE_SIGNED, bundle.bundle.memberships[i], &arena,
                             &thing, &err) &&
                             wire_get(&WIRE_MEMBERSHIP, thing.body, &arena, &member,
                                     &err),
                "a membership", &err);
        if (member.role == ROLE_BROKER)
            talk->broker_key = member.transport_key;
    }
    arena_free(&arena);
}

void talk_open(struct talk *talk, struct stage *stage, const char *partner,
        const struct loop_app *app)
{
    char path[NETWORK_PATH_BYTES];
    struct err err = {.code = CODE_OK};

    network_home(&stage->fleet.network, partner, path);
    *talk = (struct talk){.partner = partner, .arena = arena_new(ARENA_BYTES)};
    network_must(talk->arena.at != NULL &&
                         home_open(path, ROLE_NODE, &talk->home, &err),
            "open a home", &err);
    find_broker(talk);
    talk->loop = loop_new(app, &err);
    network_must(talk->loop != NULL, "a loop", &err);
    talk->link = loop_connect_bus(talk->loop, stage->fleet.network.address,
            &talk->broker_key, talk->home.transport, &err);
    network_must(talk->link != NULL, "connect", &err);
}

bool talk_say(struct talk *talk, const struct frame *frame)
{
    struct err err = {.code = CODE_OK};
    struct span bytes;
    size_t used = talk->arena.used;

    network_must(wire_put_arena(&WIRE_FRAME, frame, &talk->arena, &bytes, &err),
            "pack a frame", &err);
    enum sent sent = link_send(talk->link, 1, bytes);
    arena_reset(&talk->arena, used);
    return sent == SENT_OK;
}

void talk_hello(struct talk *talk)
{
    struct err err = {.code = CODE_OK};
    struct hello_body body = {
            .v = 1,
            .partner = talk->partner,
            /* Higher than any node of this home ever had, and than the time before. */
            .incarnation = (uint64_t)fleet_now_ms(),
            .clock_ms = (uint64_t)fleet_now_ms(),
            .program = "bench",
    };
    struct hello hello;
    struct span bytes;

    hash_random(&body.store_id, sizeof body.store_id);
    network_must(wire_put_arena(&WIRE_HELLO_BODY, &body, &talk->arena, &bytes, &err) &&
                         signed_make(talk->partner, talk->home.identity, KIND_HELLO,
                                 bytes, &talk->arena, &hello.hello, &err) &&
                         talk_say(talk, &(struct frame){.v = 1, .hello = &hello}),
            "say hello", &err);
}

struct frame talk_hear(struct talk *talk, struct span bytes)
{
    struct err err = {.code = CODE_OK};
    struct frame frame;

    network_must(wire_get(&WIRE_FRAME, bytes, &talk->arena, &frame, &err),
            "read a frame", &err);
    if (frame.welcome != NULL && frame.welcome->code[0] != '\0') {
        fprintf(stderr, "the broker does not want %s: %s\n", talk->partner,
                frame.welcome->code);
        exit(1);
    }
    return frame;
}
