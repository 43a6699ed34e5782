/* candidates.h - a network in which thuiszorg refers to several candidates: what its
 * staff do, and what they see of the list. Included once by a test program, after its
 * own includes. */
#ifndef CANDIDATES_H
#define CANDIDATES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/world.h"

#define HOME "thuiszorg"

static const char *const THREE[] = {"aksant", "chambry", "noord"};

static inline uint64_t consent_for_all(enum level level)
{
    const struct world_consent wish = {
            .recipients = {"aksant", "chambry", "noord", "antenne"},
            .level_max = level,
    };
    return world_consent(HOME, &wish);
}

static inline uint64_t refer_to(uint64_t consent, const char *const *candidates,
        size_t n, enum mode mode)
{
    const struct world_referral wish = {
            .consent = consent,
            .candidates = candidates,
            .n_candidates = n,
            .secret = "Rosa Voorbeeld",
            .mode = mode,
    };
    const struct reply *reply = world_refer_as(HOME, &wish);
    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_quiet();
    return number;
}

static inline uint64_t refer_to_three(enum mode mode)
{
    return refer_to(consent_for_all(LEVEL_S1), THREE, COUNT_OF(THREE), mode);
}

/* In a fresh world HOME refers to the three, who are asked one after the other, and is
 * away from then on. */
static inline uint64_t refer_and_leave(uint64_t seed)
{
    world_fresh(seed);
    uint64_t number = refer_to_three(MODE_SEQUENTIAL);
    sim_unplug(HOME, true);
    return number;
}

/* "aksant:declined chambry:requested", as the sender sees its list. */
static inline void assert_list(uint64_t number, const char *expected)
{
    char list[400] = "";
    size_t len = 0;
    const struct case_detail *file = world_show(HOME, number);
    for (size_t i = 0; i < file->n_offers; i++) {
        const struct offer *offer = &file->offers[i];
        bool behalf = offer->on_behalf_of[0] != '\0';
        len += (size_t)snprintf(list + len, sizeof list - len, "%s%s:%s",
                i == 0 ? "" : " ", behalf ? offer->on_behalf_of : offer->target,
                offer_state_name(offer->state));
    }
    assert_string_equal(list, expected);
}

static inline void assert_knows_nothing(const char *id)
{
    assert_int_equal(world_newest(id, CASE_BOX_NONE), 0);
}

static inline void do_newest(const char *id, enum offer_event event)
{
    world_do(id, world_newest(id, CASE_BOX_NONE), event);
}

/* How many lines of the sender's trace say this of that candidate. */
static inline size_t traced(uint64_t number, const char *what, const char *other,
        const char *code)
{
    const struct trace_case ask = {.number = number};
    struct request request = {.trace = &ask};
    const struct trace *trace = world_must(HOME, &request, "")->trace;
    size_t n = 0;
    for (size_t i = 0; i < trace->n_lines; i++)
        n += strcmp(trace->lines[i].what, what) == 0 &&
             strcmp(trace->lines[i].other, other) == 0 &&
             strcmp(trace->lines[i].code, code) == 0;
    return n;
}

static inline void set_intake(const char *id, uint16_t state)
{
    const struct set_intake intake = {.state = state};
    struct request request = {.intake = &intake};
    world_must(id, &request, "");
    world_quiet();
}

/* A day later nobody waits for a word that somebody has erased something. */
static inline void assert_all_erased(void)
{
    world_pass((int64_t)25 * TIME_HOUR_MS);
    world_quiet();
    assert_int_equal(world_status(HOME)->n_erase_missing, 0);
}

#endif
