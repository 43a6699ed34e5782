/* sim_rotation.c - a member gets a new identity key: what it had signed before goes on
 * to its end, and nothing signed with the old key after that counts, nor anything when
 * the key was stolen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/keys.h"
#include "core/time.h"
#include "core/wire.h"
#include "tests/evil_node.h"
#include "tests/forge.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

/* A referral that was made before the change. */
struct queued {
    struct evil *evil;
    struct sign_key *before, *after;
    struct forged forged;
    struct span letters[2], withdrawal;
};

static void load_bundle(void)
{
    world_publish(NETWORK_BROKER);
    world_pass(TIME_MINUTE_MS);
}

static void queue_up(struct queued *queued, uint64_t seed)
{
    struct err err = {.code = CODE_OK};

    world_fresh(seed);
    queued->evil = evil_new(HOME);
    queued->before = queued->evil->home.identity;
    queued->after = sign_key_new(&err);
    assert_non_null(queued->after);
    forge_referral(queued->evil, TARGET, &queued->forged);
    forge_sign(queued->evil, &queued->forged);
    queued->letters[0] = forge_preview(queued->evil, &queued->forged);
    queued->letters[1] = forge_content(queued->evil, &queued->forged);
    queued->withdrawal = forge_withdrawal(queued->evil, &queued->forged);
    world_pass((int64_t)2 * TIME_DAY_MS);
}

static void rotate(struct queued *queued)
{
    network_rotate(world_network(), HOME, sign_key_public(queued->after), sim_now());
    load_bundle();
    queued->evil->home.identity = queued->after;
    evil_connect(queued->evil);
}

static const char *put_queued(struct queued *queued)
{
    (void)evil_put(queued->evil, &queued->forged.signed_capsule, 1, queued->letters,
            COUNT_OF(queued->letters), MODE_DIRECT);
    return evil_code(queued->evil);
}

/* Another referral, signed with the key of now. */
static const char *put_fresh(struct queued *queued)
{
    forge_referral(queued->evil, TARGET, &queued->forged);
    forge_sign(queued->evil, &queued->forged);
    queued->letters[0] = forge_preview(queued->evil, &queued->forged);
    queued->letters[1] = forge_content(queued->evil, &queued->forged);
    return put_queued(queued);
}

static void end(struct queued *queued)
{
    queued->evil->home.identity = queued->before;
    sign_key_free(queued->after);
    evil_free(queued->evil);
    world_end();
}

static void what_was_signed_before_goes_on(void **state)
{
    struct queued queued;

    (void)state;
    queue_up(&queued, 81);
    rotate(&queued);
    assert_string_equal(put_queued(&queued), "");
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(peek_number(peek_of(TARGET), "SELECT state FROM received"),
            RECEIPT_STATE_PROCESSED);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_non_null(world_show(TARGET, 1)->referral);
    /* Also when broker and reader start anew, and know the key by the membership. */
    world_stop(NETWORK_BROKER);
    world_stop(TARGET);
    world_start(NETWORK_BROKER);
    world_start(TARGET);
    world_pass(TIME_MINUTE_MS);
    evil_come_back(queued.evil);
    assert_string_equal(evil_withdraw(queued.evil, queued.withdrawal), "");
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(world_state(TARGET, 1), OFFER_STATE_CANCELLED);
    end(&queued);
}

static void what_is_signed_after_does_not_count(void **state)
{
    struct queued queued;

    (void)state;
    queue_up(&queued, 82);
    rotate(&queued);
    world_pass((int64_t)2 * TIME_DAY_MS);
    /* The old key goes on signing. */
    queued.evil->home.identity = queued.before;
    queued.letters[0] = forge_preview(queued.evil, &queued.forged);
    queued.letters[1] = forge_content(queued.evil, &queued.forged);
    assert_string_equal(put_queued(&queued), "E_AUTH");
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER), "SELECT count(*) FROM offer"),
            0);
    end(&queued);
}

static void a_stolen_key_stands_for_nothing(void **state)
{
    struct queued queued;

    (void)state;
    queue_up(&queued, 83);
    network_revoke(world_network(), HOME, sim_now());
    rotate(&queued);
    assert_string_equal(put_queued(&queued), "E_AUTH");
    assert_string_equal(evil_withdraw(queued.evil, queued.withdrawal), "E_AUTH");
    /* Nor has it agreed to a partnership yet; also not in the eyes of a broker that
     * starts anew and has the old agreement in its store. */
    assert_string_equal(put_fresh(&queued), "E_PARTNERSHIP");
    world_stop(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    world_pass(TIME_MINUTE_MS);
    evil_come_back(queued.evil);
    assert_string_equal(put_fresh(&queued), "E_PARTNERSHIP");
    end(&queued);
}

static void restart(const char *id)
{
    world_stop(id);
    world_start(id);
    world_pass(TIME_MINUTE_MS);
}

/* A membership that is renewed begins on the day of renewal; what was said before goes
 * on, also for who starts anew after that day. */
static void a_renewed_member_is_known_after_a_restart(void **state)
{
    const struct world_consent wish = {.recipients = {TARGET}};

    (void)state;
    world_fresh(84);
    uint64_t consent = world_consent(HOME, &wish);
    world_pass(TIME_DAY_MS);
    network_rotate(world_network(), TARGET, NULL, sim_now());
    load_bundle();
    restart(NETWORK_BROKER);
    restart(HOME);
    restart(TARGET);
    assert_string_equal(world_refer(HOME, consent, TARGET, "Rosa Voorbeeld")->code, "");
    world_quiet();
    assert_int_equal(world_state(TARGET, 1), OFFER_STATE_REQUESTED);
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_non_null(world_show(TARGET, 1)->referral);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_was_signed_before_goes_on),
            cmocka_unit_test(what_is_signed_after_does_not_count),
            cmocka_unit_test(a_stolen_key_stands_for_nothing),
            cmocka_unit_test(a_renewed_member_is_known_after_a_restart),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
