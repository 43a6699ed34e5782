/* resync_world.h - one referral between two partners, whose broker loses its store or
 * gets an older one. */
#ifndef RESYNC_WORLD_H
#define RESYNC_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

enum { SEEDS = 12 };

static inline uint64_t refer(uint64_t consent)
{
    const struct reply *reply = world_refer(HOME, consent, TARGET, "Rosa Voorbeeld");

    assert_string_equal(reply->code, "");
    return reply->made->case_number;
}

static inline uint64_t consent_for_target(void)
{
    const struct world_consent wish = {.recipients = {TARGET}};

    return world_consent(HOME, &wish);
}

static inline void withdraw_case(const char *id, uint64_t number)
{
    const struct consent_withdraw withdraw = {.case_number = number,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct request request = {.consent_withdraw = &withdraw};

    world_must(id, &request, "");
    world_quiet();
}

static inline int64_t withdrawn_at_broker(void)
{
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT count(*) FROM consent WHERE withdrawn > 0");
}

static inline void assert_both(uint64_t sent, uint64_t got, enum offer_state state)
{
    assert_string_equal(offer_state_name(world_state(HOME, sent)),
            offer_state_name(state));
    assert_string_equal(offer_state_name(world_state(TARGET, got)),
            offer_state_name(state));
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER), "SELECT state FROM offer"),
            state);
}

/* Who comes back first depends on the seed. */
#define EACH_SEED(story)                                                               \
    static void story(void **state)                                                    \
    {                                                                                  \
        (void)state;                                                                   \
        for (uint64_t seed = 1; seed <= SEEDS; seed++)                                 \
            story##_with(seed);                                                        \
    }

#endif
