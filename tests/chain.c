/* chain.c - four partners in a row, and a case that goes from hand to hand. */
#include "tests/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/wire.h"

static const char *const CHAIN[] = {FIRST, SECOND, THIRD, FOURTH};

const struct reply *forward_as(const char *id, const struct forward_case *asked)
{
    struct request request = {.forward = asked};

    return world_ask(id, &request);
}

const struct reply *forward(const char *id, uint64_t number, const char *to)
{
    const struct forward_case asked = {.case_number = number,
            .candidates = &to,
            .n_candidates = 1,
            .reason = "",
            .referrer_name = "",
            .referrer_phone = ""};

    return forward_as(id, &asked);
}

uint64_t hand_on(const char *id, uint64_t number, const char *to, uint64_t *got)
{
    const struct reply *reply = forward(id, number, to);

    if (reply->code[0] != '\0')
        print_error("%s to %s: %s\n", id, to, reply->sentence);
    assert_string_equal(reply->code, "");
    uint64_t made = reply->made->case_number;
    world_quiet();
    *got = world_newest(to, CASE_BOX_TO_DECIDE);
    assert_int_not_equal(*got, 0);
    world_do(to, *got, OFFER_EVENT_ACCEPT);
    return made;
}

uint64_t consent_to(uint32_t onward)
{
    const struct world_consent wish = {
            .recipients = {SECOND, THIRD, FOURTH, ANTENNA},
            .onward = onward
    };

    return world_consent(FIRST, &wish);
}

struct begun begin(uint64_t seed, uint32_t onward)
{
    struct begun begun;

    world_fresh(seed);
    for (size_t i = 1; i + 1 < COUNT_OF(CHAIN); i++)
        for (size_t k = i + 1; k < COUNT_OF(CHAIN); k++)
            world_agree(CHAIN[i], CHAIN[k]);
    begun.consent = consent_to(onward);
    begun.sent = world_refer(FIRST, begun.consent, SECOND, PERSON)->made->case_number;
    world_quiet();
    begun.got = world_newest(SECOND, CASE_BOX_NONE);
    world_do(SECOND, begun.got, OFFER_EVENT_ACCEPT);
    return begun;
}

const char *handed_on_to(const char *id, uint64_t number)
{
    static char to[PARTNER_BYTES];
    static uint8_t room[64 * 1024];
    const struct case_detail *file = world_show(id, number);
    struct arena arena = {.at = room, .size = sizeof room};

    for (size_t i = 0; i < file->n_moments; i++) {
        struct content content;
        struct err err;
        if (file->moments[i].event != OFFER_EVENT_FORWARD)
            continue;
        assert_true(wire_get(&WIRE_CONTENT, file->moments[i].content, &arena, &content,
                &err));
        snprintf(to, sizeof to, "%s", content.event->handed_on_to[0]);
        return to;
    }
    return NULL;
}
