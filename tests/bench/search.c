/* search.c - a full directory, and the time to rank who is in it. */
#include "tests/bench/search.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/arena.h"
#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "nodes/finder.h"
#include "tests/network.h"

enum {
    SERVICES_EACH = 5,
    SEARCHES = 200,
    SCRATCH_BYTES = 64 * 1024,
};

#define SELF "partner-0000"
#define NOW  ((int64_t)1781524800000)

struct search {
    struct directory *directory;
    struct arena arena;
    struct finder_rank ranks[DIRECTORY_MEMBERS_MAX];
};

/* What is fed here needs no signature: that was looked at before. */
static void feed(struct search *it, enum kind kind, const char *signer,
        const struct wire_map *map, const void *body)
{
    struct err err = {.code = CODE_OK};
    enum directory_news news;
    struct span packed;

    network_must(wire_put_arena(map, body, &it->arena, &packed, &err) &&
                         directory_feed(it->directory, kind, signer, packed, packed,
                                 NOW, &news, &err),
            "a directory", &err);
    arena_reset(&it->arena, 0);
}

static void say(struct search *it, struct statement said)
{
    said.v = 1;
    said.version = 1;
    said.issued_ms = (uint64_t)NOW - 1000;
    said.until_ms = (uint64_t)NOW + 10 * (uint64_t)TIME_DAY_MS;
    feed(it, KIND_STATEMENT, said.author, &WIRE_STATEMENT, &said);
}

static void admit(struct search *it, const char *name, size_t i)
{
    static const char *const AREAS[] = {"21004", "21009", "11002"};
    struct membership membership = {.v = 1,
            .partner = name,
            .version = 1,
            .role = ROLE_NODE,
            .name = "A house",
            .partner_type = PARTNER_TYPE_LDC,
            .areas = &AREAS[i % COUNT_OF(AREAS)],
            .n_areas = 1,
            .from_ms = (uint64_t)NOW - 1000,
            .until_ms = (uint64_t)NOW + 100 * (uint64_t)TIME_DAY_MS};

    hash_random(&membership.identity_key, sizeof membership.identity_key);
    hash_random(&membership.transport_key, sizeof membership.transport_key);
    feed(it, KIND_MEMBERSHIP, DIRECTORY_STEWARD, &WIRE_MEMBERSHIP, &membership);
}

static void offer(struct search *it, const char *name, size_t i)
{
    for (uint16_t k = 0; k < SERVICES_EACH; k++) {
        char subject[8];
        struct service service = {.need = (uint16_t)(1 + (i + k) % 20)};
        struct capacity capacity = {.need = service.need,
                .state = (uint16_t)(i % 2 == 0 ? CAPACITY_STATE_OPEN
                                               : CAPACITY_STATE_FULL)};

        snprintf(subject, sizeof subject, "%u", k);
        say(it, (struct statement){.author = name,
                        .kind = STATEMENT_KIND_SERVICE,
                        .subject = subject,
                        .service = &service});
        say(it, (struct statement){.author = name,
                        .kind = STATEMENT_KIND_CAPACITY,
                        .subject = subject,
                        .capacity = &capacity});
    }
}

static void agree(struct search *it, const char *name)
{
    static const uint16_t ROWS[] = {1};
    static uint8_t room[1024];
    struct err err = {.code = CODE_OK};
    struct terms terms = {.v = 1,
            .a = SELF,
            .b = name,
            .purposes = ROWS,
            .n_purposes = 1,
            .data_categories = ROWS,
            .n_data_categories = 1,
            .a_secrecy_bound = true,
            .b_secrecy_bound = true,
            .a_reason = "by law",
            .b_reason = "by law",
            .until_day = (uint32_t)time_brussels_day(NOW) + 100};
    size_t len;

    network_must(wire_put(&WIRE_TERMS, &terms, room, sizeof room, &len, &err), "terms",
            &err);
    struct partnership words = {
            .partner = SELF,
            .terms = {room, len}
    };
    say(it, (struct statement){.author = name,
                    .kind = STATEMENT_KIND_PARTNERSHIP,
                    .subject = SELF,
                    .partnership = &words});
}

static void fill(struct search *it)
{
    for (size_t i = 0; i < DIRECTORY_MEMBERS_MAX; i++) {
        char name[PARTNER_BYTES];

        snprintf(name, sizeof name, "partner-%04zu", i);
        admit(it, name, i);
        offer(it, name, i);
        if (i > 0)
            agree(it, name);
    }
}

static double cpu_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

void search_measure(struct figures *figures)
{
    static struct search it;
    static double took_ms[SEARCHES];
    struct err err = {.code = CODE_OK};

    it.arena = arena_new(SCRATCH_BYTES);
    it.directory = directory_new(&err);
    network_must(it.arena.at != NULL && it.directory != NULL, "a directory", &err);
    fill(&it);
    for (size_t i = 0; i < SEARCHES; i++) {
        const uint16_t needs[] = {(uint16_t)(1 + i % 20)};
        const struct finder_ask ask = {.self = SELF,
                .needs = needs,
                .n_needs = 1,
                .place = "21004",
                .language = "nl"};
        double begin_ms = cpu_ms();

        (void)finder_rank(it.directory, &ask, NOW, it.ranks);
        took_ms[i] = cpu_ms() - begin_ms;
    }
    figures_add(figures, FIGURE_SEARCH_P99,
            figures_percentile(took_ms, SEARCHES, 0.99));
    figures_add(figures, FIGURE_SEARCH, figures_percentile(took_ms, SEARCHES, 0.5));
    directory_free(it.directory);
    arena_free(&it.arena);
}
