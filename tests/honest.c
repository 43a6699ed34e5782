/* honest.c - the honest member, a process of its own. */
#include "tests/honest.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#include "core/signed.h"
#include "core/time.h"
#include "core/wire.h"

enum { PAUSE_NS = 2000000, MORE_ANSWERS = 5, WORD_BYTES = 1024 };

static uint64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

bool honest_probe(struct bus_peer *peer)
{
    static const struct ping ping = {.answer = false};

    peer_say(peer, &(struct frame){.v = 1, .ping = &ping});
    do
        if (!peer_get(peer, FLEET_PATIENCE_MS))
            return false;
    while (peer->frame.ping == NULL);
    return true;
}

/* Real work of the broker: something signed is verified, looked up, answered after the
 * commit. It is the same each time, so that nothing grows by it. */
static struct span own_word(struct bus_peer *peer, uint8_t room[WORD_BYTES])
{
    static const struct mandate mandate = {.text = "to be answered"};
    const struct statement body = {.v = 1,
            .author = HONEST,
            .kind = STATEMENT_KIND_MANDATE,
            .subject = "all",
            .version = 1,
            .issued_ms = (uint64_t)fleet_now_ms(),
            .until_ms = (uint64_t)(fleet_now_ms() + TIME_DAY_MS),
            .mandate = &mandate};
    struct err err = {.code = CODE_OK};
    struct span packed, word;

    network_must(wire_put_arena(&WIRE_STATEMENT, &body, &peer->arena, &packed, &err) &&
                         signed_make(HONEST, peer->identity, KIND_STATEMENT, packed,
                                 &peer->arena, &word, &err) &&
                         word.len <= WORD_BYTES,
            "a statement", &err);
    /* The arena is used again for each frame. */
    memcpy(room, word.at, word.len);
    return (struct span){room, word.len};
}

static bool publish(struct bus_peer *peer, const struct span *word)
{
    const struct publish publish = {.submission_id = {{1}},
            .things = word,
            .n_things = 1};

    peer_say(peer, &(struct frame){.v = 1, .publish = &publish});
    do
        if (!peer_get(peer, FLEET_PATIENCE_MS))
            return false;
    while (peer->frame.answer == NULL);
    return peer->frame.answer->code[0] == '\0';
}

static void be_honest(const struct honest *honest)
{
    struct honest_record *record = honest->record;
    struct bus_peer peer;
    uint8_t room[WORD_BYTES];

    peer_begin(&peer, honest->fleet, HONEST);
    peer_join(&peer, 1);
    const struct span word = own_word(&peer, room);
    for (unsigned i = 0; i < HONEST_PROBES_MAX && !atomic_load(&record->stop); i++) {
        uint64_t begin_us = now_us();
        bool ok = i % 2 == 0 ? honest_probe(&peer) : publish(&peer, &word);
        if (!ok || peer_saw(&peer, ZMQ_EVENT_DISCONNECTED)) {
            atomic_fetch_add(&record->n_lost, 1);
            break;
        }
        record->us[i] = (uint32_t)(now_us() - begin_us);
        atomic_store(&record->n, i + 1);
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    }
    peer_end(&peer);
}

void honest_begin(struct honest *honest, struct fleet *fleet)
{
    *honest = (struct honest){.fleet = fleet};
    honest->record = mmap(NULL, sizeof *honest->record, PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(honest->record != MAP_FAILED);
    honest->pid = fleet_fork(fleet);
    if (honest->pid == 0) {
        be_honest(honest);
        _exit(0);
    }
    honest_still_served(honest);
    honest->memory_kib = fleet_memory_kib(fleet, NETWORK_BROKER);
}

void honest_still_served(struct honest *honest)
{
    unsigned n = atomic_load(&honest->record->n);

    FLEET_UNTIL(honest->fleet, atomic_load(&honest->record->n) > n + MORE_ANSWERS ||
                                       atomic_load(&honest->record->n_lost) > 0);
    assert_int_equal(atomic_load(&honest->record->n_lost), 0);
    assert_true(fleet_runs(honest->fleet, NETWORK_BROKER));
}

void honest_is_bounded(struct honest *honest)
{
    int64_t now_kib = fleet_memory_kib(honest->fleet, NETWORK_BROKER);

    if (now_kib > honest->memory_kib + HONEST_GROWS_KIB)
        fleet_fail(honest->fleet, "the broker grew from %lld to %lld KiB",
                (long long)honest->memory_kib, (long long)now_kib);
}

static int by_value(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

void honest_end(struct honest *honest)
{
    struct honest_record *record = honest->record;

    honest_still_served(honest);
    atomic_store(&record->stop, true);
    waitpid(honest->pid, NULL, 0);
    unsigned n = atomic_load(&record->n);
    qsort(record->us, n, sizeof record->us[0], by_value);
    uint32_t p99 = record->us[n - n / 100 - 1], worst = record->us[n - 1];
    munmap(record, sizeof *record);
    printf("# an honest member asked %u times: p99 %.1f ms, worst %.1f ms\n", n,
            p99 / 1000.0, worst / 1000.0);
    assert_true(p99 < HONEST_P99_US);
}
