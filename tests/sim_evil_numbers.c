/* sim_evil_numbers.c - a member that writes under the numbers of letters of others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/wire.h"
#include "tests/evil_node.h"
#include "tests/forge.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define EVIL   "noord"

static struct id id_of(const char *sql)
{
    char hex[40] = "";
    struct id id;

    peek_text(peek_of(NETWORK_BROKER), hex, sizeof hex, sql);
    for (size_t i = 0; i < sizeof id.b; i++)
        id.b[i] = (uint8_t)strtoul((char[3]){hex[2 * i], hex[2 * i + 1], 0}, NULL, 16);
    return id;
}

/* HOME has referred to it. */
static struct letter_core held_of(struct evil *evil)
{
    struct letter_core held = {
            .offer_id = id_of("SELECT hex(offer_id) FROM offer"),
            .referral_id = id_of("SELECT hex(referral_id) FROM referral"),
            .consent_id = id_of("SELECT hex(consent_id) FROM consent"),
    };
    struct letter_core step =
            forge_step(&held, HOME, LETTER_TYPE_EVENT, OFFER_EVENT_ACCEPT, 1);

    evil_take_mail(evil);
    assert_string_equal(forge_put_step(evil, &step), "");
    evil_take_mail(evil);
    return held;
}

static void hand_on(struct evil *evil)
{
    struct letter_core held = held_of(evil);
    struct letter_core step =
            forge_step(&held, HOME, LETTER_TYPE_EVENT, OFFER_EVENT_FORWARD, 2);
    struct content said = {.event = &(struct event_content){.note = ""}};
    struct forged forged;

    forge_referral(evil, TARGET, &forged);
    forged.preview.consent_id = forged.content.consent_id = held.consent_id;
    forged.preview.msg_id = id_of("SELECT hex(msg_id) FROM letter WHERE type = 1");
    forged.content.msg_id = id_of("SELECT hex(msg_id) FROM letter WHERE type = 2");
    const struct span letters[] = {evil_letter(evil, &step, &said),
            forge_preview(evil, &forged), forge_content(evil, &forged)};
    (void)evil_put(evil, NULL, 0, letters, COUNT_OF(letters), MODE_DIRECT);
    assert_string_equal(evil_code(evil), "");
    world_pass(TIME_MINUTE_MS);
}

/* It hands a case on, as it may, under the numbers of the letters that it was handed
 * itself. HOME takes the consent back: it hears that TARGET has something too, and
 * TARGET that it is over. */
static void hands_on_under_numbers_of_others(void **state)
{
    static const struct world_consent wish = {
            .recipients = {EVIL, TARGET},
            .onward = 1
    };

    (void)state;
    world_fresh(97);
    world_agree(EVIL, TARGET);
    struct evil *evil = evil_new(EVIL);
    evil_connect(evil);
    uint64_t consent = world_consent(HOME, &wish);
    assert_string_equal(world_refer(HOME, consent, EVIL, "Lea Voorbeeld")->code, "");
    world_pass(TIME_MINUTE_MS);
    hand_on(evil);
    assert_int_equal(peek_number(peek_of(TARGET), "SELECT count(*) FROM case_file"), 1);
    world_withdraw(HOME, consent);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(peek_number(peek_of(TARGET), "SELECT count(*) FROM withdrawal"),
            1);
    assert_int_equal(world_state(TARGET, 1), OFFER_STATE_CANCELLED);
    assert_true(world_show(TARGET, 1)->line->stop_contact);
    evil_free(evil);
    world_end();
}

/* The broker has forgotten the letters. That somebody else has erased them, who was
 * never sent them, takes nothing from the word of TARGET. */
static void erases_what_another_was_sent(void **state)
{
    static const struct world_consent wish = {.recipients = {TARGET}};
    static const char TOLD[] = "SELECT count(*) FROM trace WHERE what = 'erased'";
    struct span receipts[2];

    (void)state;
    world_fresh(98);
    struct evil *evil = evil_new(EVIL);
    evil_connect(evil);
    uint64_t consent = world_consent(HOME, &wish);
    uint64_t number =
            world_refer(HOME, consent, TARGET, "Lea Voorbeeld")->made->case_number;
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    sim_unplug(TARGET, true);
    world_do(HOME, number, OFFER_EVENT_CANCEL);
    world_pass(TIME_HOUR_MS);
    evil_come_back(evil);
    for (size_t i = 0; i < COUNT_OF(receipts); i++) {
        const struct receipt body = {.v = 1,
                .msg_id = id_of(i == 0 ? "SELECT hex(msg_id) FROM letter WHERE type = 1"
                                       : "SELECT hex(msg_id) FROM letter WHERE type = "
                                         "2"),
                .sender = HOME,
                .recipient = EVIL,
                .state = RECEIPT_STATE_ERASED,
                .code = "",
                .at_ms = (uint64_t)sim_now(),
                .core_hash = {{1}}};
        receipts[i] = evil_sign(evil, KIND_RECEIPT, &WIRE_RECEIPT, &body);
    }
    (void)peek_number(peek_of(NETWORK_BROKER),
            "DELETE FROM letter WHERE type IN (1, 2) RETURNING 1");
    const struct ack ack = {.receipts = receipts, .n_receipts = COUNT_OF(receipts)};
    evil_say(evil, &(struct frame){.v = 1, .ack = &ack});
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(peek_number(peek_of(HOME), TOLD), 0);
    sim_unplug(TARGET, false);
    world_pass(2 * TIME_HOUR_MS);
    assert_int_equal(peek_number(peek_of(HOME), TOLD), 2);
    evil_free(evil);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(hands_on_under_numbers_of_others),
            cmocka_unit_test(erases_what_another_was_sent),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
