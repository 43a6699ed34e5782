/* small_network.h - a steward, a directory, and members with keys, for tests. Included
 * once by a test program. */
#ifndef SMALL_NETWORK_H
#define SMALL_NETWORK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/directory.h"
#include "core/hash.h"
#include "core/signed.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"

/* 15 June 2026, noon in UTC. */
#define SMALL_NOW ((int64_t)1781524800000)
#define SMALL_DAY ((int64_t)TIME_DAY_MS)

struct small_network {
    struct sign_key *steward;
    struct sign_key *reserve;
    struct directory *directory;
    struct arena arena; /* everything that a test makes lies here */
    struct network network;
};

/* Keys of one member, made by its test. */
struct small_member {
    const char *partner;
    enum role role;
    struct sign_key *key;
    struct sign_key *log;
    struct key32 transport;
};

static inline void small_open(struct small_network *net)
{
    struct err err = {0};
    assert_true(hash_start(&err));
    net->steward = sign_key_new(&err);
    net->reserve = sign_key_new(&err);
    net->directory = directory_new(&err);
    net->arena = arena_new(16 * 1024 * 1024);
    assert_non_null(net->steward);
    assert_non_null(net->reserve);
    assert_non_null(net->directory);
    assert_non_null(net->arena.at);
    net->network = (struct network){.v = 1,
            .name = "test-net",
            .steward_key = *sign_key_public(net->steward),
            .reserve_key = *sign_key_public(net->reserve),
            .founded_ms = (uint64_t)(SMALL_NOW - 100 * SMALL_DAY)};
    assert_true(directory_pin(net->directory, &net->network, &err));
}

static inline void small_close(struct small_network *net)
{
    sign_key_free(net->steward);
    sign_key_free(net->reserve);
    directory_free(net->directory);
    arena_free(&net->arena);
}

static inline struct small_member small_member_new(const char *partner, enum role role)
{
    struct err err = {0};
    struct small_member member = {.partner = partner, .role = role};
    member.key = sign_key_new(&err);
    member.log = sign_key_new(&err);
    assert_non_null(member.key);
    assert_non_null(member.log);
    hash_random(member.transport.b, sizeof member.transport.b);
    return member;
}

static inline void small_member_free(struct small_member *member)
{
    sign_key_free(member->key);
    sign_key_free(member->log);
}

/* Encode a body and sign it alone. */
static inline struct span small_sign(struct small_network *net, const char *name,
        const struct sign_key *key, enum kind kind, const struct wire_map *map,
        const void *body)
{
    struct err err = {0};
    struct span packed;
    struct span bytes = {0};
    if (!wire_put_arena(map, body, &net->arena, &packed, &err) ||
            !signed_make(name, key, kind, packed, &net->arena, &bytes, &err))
        fail_msg("%s: %s", code_name(err.code), err.msg);
    return bytes;
}

/* The membership of a member; the caller may change it before signing. */
static inline struct membership small_membership(const struct small_member *member,
        uint64_t version)
{
    struct membership out = {.v = 1,
            .partner = member->partner,
            .version = version,
            .role = member->role,
            .name = "A house",
            .from_ms = (uint64_t)(SMALL_NOW - 50 * SMALL_DAY),
            .until_ms = (uint64_t)(SMALL_NOW + 500 * SMALL_DAY)};
    if (member->role == ROLE_SUPPORTED) {
        out.supported_by = "house-a";
        return out;
    }
    out.identity_key = *sign_key_public(member->key);
    out.transport_key = member->transport;
    if (member->role == ROLE_BROKER) {
        out.log_key = *sign_key_public(member->log);
        out.address = "tcp://broker.example:7000";
    }
    return out;
}

static inline struct span small_steward_signs(struct small_network *net, enum kind kind,
        const struct wire_map *map, const void *body)
{
    return small_sign(net, DIRECTORY_STEWARD, net->steward, kind, map, body);
}

/* Verify and feed, as a program does; CODE_OK or why not. */
static inline enum code small_feed(struct directory *directory, struct arena *arena,
        enum kind kind, struct span bytes, int64_t now_ms, enum directory_news *news)
{
    struct err err = {0};
    struct signed_ thing;
    size_t used = arena->used;
    bool taken =
            signed_get(NULL, directory, now_ms, kind, bytes, arena, &thing, &err) &&
            directory_feed(directory, kind, thing.signer, bytes, thing.body, now_ms,
                    news, &err);
    arena_reset(arena, used);
    if (!taken)
        assert_int_not_equal(err.code, CODE_OK);
    return taken ? CODE_OK : err.code;
}

/* Feed and expect it to be new. */
static inline void small_take(struct small_network *net, enum kind kind,
        struct span bytes)
{
    enum directory_news news = DIRECTORY_KNOWN;
    assert_int_equal(small_feed(net->directory, &net->arena, kind, bytes, SMALL_NOW,
                             &news),
            CODE_OK);
    assert_int_equal(news, DIRECTORY_NEW);
}

/* Admit with version 1. */
static inline void small_admit(struct small_network *net,
        const struct small_member *member)
{
    struct membership membership = small_membership(member, 1);
    small_take(net, KIND_MEMBERSHIP,
            small_steward_signs(net, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP, &membership));
}

/* A municipality with sectors, open on both sides; version 1. */
static inline void small_area(struct small_network *net, const char *nis,
        const char *const *codes, size_t n_codes)
{
    struct sector sectors[8] = {{.code = ""}};
    struct area area = {.v = 1,
            .nis = nis,
            .version = 1,
            .nl = "Een gemeente",
            .fr = "Une commune",
            .en = "A municipality",
            .sectors = sectors,
            .n_sectors = n_codes};
    assert_true(n_codes <= COUNT_OF(sectors));
    for (size_t i = 0; i < n_codes; i++)
        sectors[i].code = codes[i];
    small_take(net, KIND_AREA, small_steward_signs(net, KIND_AREA, &WIRE_AREA, &area));
}

static inline void small_revoke(struct small_network *net, const char *partner,
        uint64_t version)
{
    struct revocation revocation = {.v = 1,
            .partner = partner,
            .version = version,
            .at_ms = (uint64_t)SMALL_NOW,
            .reason = "left"};
    small_take(net, KIND_REVOCATION,
            small_steward_signs(net, KIND_REVOCATION, &WIRE_REVOCATION, &revocation));
}

/* A small network with two nodes, a broker and an antenna of house-a, and a cache. */
struct world {
    struct small_network net;
    struct small_member a, b, broker, antenna;
    struct signed_cache *cache;
};

static inline int open_world(void **state)
{
    struct err err = {0};
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    small_open(&world->net);
    world->a = small_member_new("house-a", ROLE_NODE);
    world->b = small_member_new("house-b", ROLE_NODE);
    world->broker = small_member_new("the-broker", ROLE_BROKER);
    world->antenna = small_member_new("antenna", ROLE_SUPPORTED);
    small_admit(&world->net, &world->b);
    small_admit(&world->net, &world->broker);
    small_admit(&world->net, &world->antenna);
    small_admit(&world->net, &world->a);
    world->cache = signed_cache_new(&err);
    assert_non_null(world->cache);
    *state = world;
    return 0;
}

static inline int close_world(void **state)
{
    struct world *world = *state;
    small_member_free(&world->a);
    small_member_free(&world->b);
    small_member_free(&world->broker);
    small_member_free(&world->antenna);
    signed_cache_free(world->cache);
    small_close(&world->net);
    free(world);
    return 0;
}

/* Look at a thing; CODE_OK or why not. A refusal changes neither thing nor arena. */
static inline enum code small_look(struct world *world, struct signed_cache *cache,
        int64_t now_ms, enum kind kind, struct span bytes)
{
    struct err err = {0};
    struct signed_ thing;
    memset(&thing, 0x5A, sizeof thing);
    struct signed_ before = thing;
    struct arena *arena = &world->net.arena;
    size_t used = arena->used;
    bool good = signed_get(cache, world->net.directory, now_ms, kind, bytes, arena,
            &thing, &err);
    if (good) {
        assert_int_equal(thing.kind, kind);
        arena_reset(arena, used);
        return CODE_OK;
    }
    assert_memory_equal(&thing, &before, sizeof thing);
    assert_int_equal(arena->used, used);
    assert_int_not_equal(err.code, CODE_OK);
    assert_int_not_equal(err.msg[0], 0);
    return err.code;
}

/* Sign a body as this name with this key, alone. */
static inline struct span small_make(struct world *world, const char *name,
        const struct sign_key *key, enum kind kind, struct span body)
{
    struct err err = {0};
    struct span bytes;
    assert_true(signed_make(name, key, kind, body, &world->net.arena, &bytes, &err));
    return bytes;
}

/* Sign as the steward and feed; CODE_OK or why not. */
static inline enum code small_steward_feed(struct world *world, enum kind kind,
        const struct wire_map *map, const void *body, int64_t now_ms,
        enum directory_news *news)
{
    struct span bytes = small_steward_signs(&world->net, kind, map, body);
    return small_feed(world->net.directory, &world->net.arena, kind, bytes, now_ms,
            news);
}

/* Feed a membership now and say what came of it. */
static inline enum directory_news small_feed_member(struct world *world,
        const struct membership *membership)
{
    enum directory_news news = DIRECTORY_KNOWN;
    assert_int_equal(small_steward_feed(world, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP,
                             membership, SMALL_NOW, &news),
            CODE_OK);
    return news;
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

#endif
