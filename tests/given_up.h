/* given_up.h - a referral to two candidates that nobody takes, in a world with
 * coordinators, and that its sender gives it up. Included once by a test program. */
#ifndef GIVEN_UP_H
#define GIVEN_UP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/coordinated.h"
#include "tests/peek.h"

#define PERSON "Rosa Voorbeeld"

static const char *const BOTH[] = {TARGET, OTHER};
static const char *const COORDINATORS[] = {REGIE, REGIE_TWO};

static inline void refer_as(enum mode mode, size_t n_to, uint16_t urgency,
        uint64_t *number)
{
    const struct world_consent wish = {
            .recipients = {TARGET, OTHER, REGIE}
    };
    const struct world_referral referral = {.consent = world_consent(HOME, &wish),
            .candidates = BOTH,
            .n_candidates = n_to,
            .secret = PERSON,
            .mode = mode,
            .urgency = urgency};
    const struct reply *reply = world_refer_as(HOME, &referral);

    assert_string_equal(reply->code, "");
    *number = reply->made->case_number;
    world_quiet();
}

static inline void decline(const char *id)
{
    world_do(id, world_newest(id, CASE_BOX_NONE), OFFER_EVENT_DECLINE);
    world_pass(TIME_MINUTE_MS);
}

/* A list that is used up: both have declined. */
static inline uint64_t used_up(enum mode mode)
{
    uint64_t number;

    refer_as(mode, COUNT_OF(BOTH), 0, &number);
    decline(TARGET);
    decline(OTHER);
    assert_string_equal(world_show(HOME, number)->line->referral_state, "unplaced");
    return number;
}

static inline const char *give_up(uint64_t number)
{
    const char *code = world_act(HOME, number, OFFER_EVENT_CANCEL)->code;

    world_pass(TIME_MINUTE_MS);
    return code;
}

static inline size_t traced(const char *id, uint64_t number, const char *what,
        const char *code)
{
    const struct trace_case ask = {.number = number};
    struct request request = {.trace = &ask};
    const struct reply *reply = world_must(id, &request, "");
    size_t n = 0;

    for (size_t i = 0; i < reply->trace->n_lines; i++)
        n += strcmp(reply->trace->lines[i].what, what) == 0 &&
             strcmp(reply->trace->lines[i].code, code) == 0;
    return n;
}

static inline const struct escalation_list *list_of(const char *id, bool all)
{
    const struct list_escalations list = {.all = all};
    struct request request = {.escalations = &list};

    return world_must(id, &request, "")->escalations;
}

/* ------------------------------------------------------------ what it leaves */

static inline int64_t at_broker(const char *sql)
{
    return peek_number(peek_of(NETWORK_BROKER), sql);
}

static inline void assert_sound(void)
{
    assert_int_equal(world_faults(), 0);
    assert_int_equal(at_broker("SELECT count(*) FROM mail"), 0);
    assert_int_equal(at_broker("SELECT count(*) FROM sealed"), 0);
}

/* Whoever referred, the broker and the coordinators agree that nobody looks any more.
 */
static inline void assert_given_up(uint64_t number)
{
    const struct case_detail *file = world_show(HOME, number);

    assert_string_equal(file->line->referral_state, "revoked");
    assert_false(file->line->unread);
    for (size_t i = 0; i < file->n_actions; i++)
        assert_string_not_equal(file->actions[i], "cancel");
    assert_int_equal(at_broker("SELECT closed FROM referral"), 3);
    assert_int_equal(at_broker("SELECT count(*) FROM escalation WHERE closed = 0"), 0);
    for (size_t i = 0; i < COUNT_OF(COORDINATORS); i++)
        assert_int_equal(list_of(COORDINATORS[i], false)->n_escalations, 0);
    assert_sound();
}

/* All that a target has on its disk of its cases. */
static inline struct key32 held_by(const char *id)
{
    static const char *const looks[] = {
            "SELECT number, unread, updated_ms, length(wrapped_key) FROM case_file",
            "SELECT hex(offer_id), state, version, length(status) FROM offer",
            "SELECT case_number, what, code FROM trace",
            "SELECT hex(msg_id) FROM received",
            "SELECT hex(msg_id), state FROM sent",
    };
    struct key32 sum = {.b = {0}};

    for (size_t i = 0; i < COUNT_OF(looks); i++) {
        struct key32 one = peek_sum(peek_of(id), looks[i]);
        for (size_t k = 0; k < sizeof sum.b; k++)
            sum.b[k] = (uint8_t)(sum.b[k] * 3 + one.b[k]);
    }
    return sum;
}

#endif
