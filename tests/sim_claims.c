/* sim_claims.c - ten candidates are asked at once and all say yes at the same moment:
 * one of them has it, in whatever order their words come.
 *
 *   CLAIMS=n  so many rounds */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME "thuiszorg"

enum { CLAIMERS = 10, ROUNDS_DEFAULT = 12, ROUNDS_IN_ONE_WORLD = 100 };

static const struct network_partner PARTNERS[] = {
        {HOME,     PARTNER_TYPE_HOMECARE},
        {"huis-a", PARTNER_TYPE_LDC     },
        {"huis-b", PARTNER_TYPE_LDC     },
        {"huis-c", PARTNER_TYPE_LDC     },
        {"huis-d", PARTNER_TYPE_LDC     },
        {"huis-e", PARTNER_TYPE_LDC     },
        {"huis-f", PARTNER_TYPE_LDC     },
        {"huis-g", PARTNER_TYPE_LDC     },
        {"huis-h", PARTNER_TYPE_LDC     },
        {"huis-i", PARTNER_TYPE_LDC     },
        {"huis-j", PARTNER_TYPE_LDC     },
};
_Static_assert(COUNT_OF(PARTNERS) == CLAIMERS + 1, "a sender and its candidates");

static struct test_network network;

static const char *claimer(size_t at)
{
    return PARTNERS[at + 1].id;
}

static uint64_t refer_to_all(void)
{
    struct world_consent consent = {.level_max = LEVEL_S1};
    const char *candidates[CLAIMERS];
    for (size_t i = 0; i < CLAIMERS; i++)
        candidates[i] = consent.recipients[i] = claimer(i);
    const struct world_referral wish = {
            .consent = world_consent(HOME, &consent),
            .candidates = candidates,
            .n_candidates = CLAIMERS,
            .secret = "Rosa Voorbeeld",
            .mode = MODE_FIRST_CLAIM,
    };
    const struct reply *reply = world_refer_as(HOME, &wish);
    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_quiet();
    return number;
}

/* All say yes before any of them is heard; then their words come in any order. */
static void all_claim(void)
{
    sim_hold(true);
    for (size_t i = 0; i < CLAIMERS; i++) {
        uint64_t number = world_newest(claimer(i), CASE_BOX_TO_DECIDE);
        assert_string_equal(world_act(claimer(i), number, OFFER_EVENT_ACCEPT)->code,
                "");
    }
    world_pass(TIME_SECOND_MS);
    for (size_t heard = 0; heard < CLAIMERS; heard++) {
        size_t first = sim_below(CLAIMERS);
        for (size_t i = 0; i < CLAIMERS; i++)
            if (sim_let(claimer((first + i) % CLAIMERS), NETWORK_BROKER))
                break;
    }
    sim_hold(false);
    world_quiet();
}

static void check_round(uint64_t number)
{
    const struct case_detail *file = world_show(HOME, number);
    char winner[PARTNER_BYTES] = "";
    size_t n_lost = 0;
    assert_int_equal(file->n_offers, CLAIMERS);
    for (size_t i = 0; i < CLAIMERS; i++) {
        n_lost += file->offers[i].state == OFFER_STATE_NOT_SELECTED;
        if (file->offers[i].state == OFFER_STATE_ACCEPTED)
            snprintf(winner, sizeof winner, "%s", file->offers[i].target);
    }
    assert_int_equal(n_lost, CLAIMERS - 1);
    assert_string_equal(file->line->other, winner);
    assert_true(file->line->unread);
    for (size_t i = 0; i < CLAIMERS; i++) {
        bool won = strcmp(claimer(i), winner) == 0;
        uint64_t theirs = world_newest(claimer(i), CASE_BOX_NONE);
        file = world_show(claimer(i), theirs);
        assert_int_equal(file->line->state,
                won ? OFFER_STATE_ACCEPTED : OFFER_STATE_NOT_SELECTED);
        assert_int_equal(file->referral != NULL, won);
        assert_int_equal(file->preview != NULL, won);
    }
}

static uint64_t n_rounds(void)
{
    const char *text = getenv("CLAIMS");

    return text != NULL && text[0] != '\0' ? strtoull(text, NULL, 10) : ROUNDS_DEFAULT;
}

static void play_world(uint64_t seed, uint64_t n)
{
    world_begin(seed, &network, HOME);
    for (uint64_t i = 0; i < n; i++) {
        uint64_t number = refer_to_all();
        all_claim();
        check_round(number);
    }
    /* Each loser has said that it has destroyed its preview. */
    world_pass(TIME_HOUR_MS);
    world_quiet();
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM awaited WHERE heard_ms > 0"),
            n * (CLAIMERS - 1));
    world_pass((int64_t)25 * TIME_HOUR_MS);
    assert_int_equal(world_status(HOME)->n_erase_missing, 0);
    world_end();
}

static void one_of_ten_has_it(void **state)
{
    uint64_t left = n_rounds();

    (void)state;
    print_message("# %llu rounds\n", (unsigned long long)left);
    for (uint64_t seed = 8201; left > 0; seed++) {
        uint64_t n = left < ROUNDS_IN_ONE_WORLD ? left : ROUNDS_IN_ONE_WORLD;
        play_world(seed, n);
        left -= n;
    }
}

static int setup(void **state)
{
    (void)state;
    world_found_with(&network, PARTNERS, COUNT_OF(PARTNERS));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    network_forget(&network);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(one_of_ten_has_it),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, setup, teardown);
}
