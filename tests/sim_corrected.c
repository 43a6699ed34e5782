/* sim_corrected.c - what a person had corrected reaches whoever gets the content later:
 * who is asked later, whom it is sealed for again, and who read it meanwhile. */
#include "tests/candidates.h"

#include "broker/broker.h"
#include "nodes/rights.h"
#include "tests/peek.h"

#define WRONG "Rosa Voorbeeld" /* as it was referred */
#define RIGHT "Roza Voorbeeld"

static void end(void)
{
    struct err err = {.code = CODE_OK};
    int64_t faults = -1;

    assert_true(broker_conserved(world_broker(), &faults, &err));
    assert_int_equal(faults, 0);
    world_end();
}

/* The person has its name corrected: by HOME, at everybody who was asked. */
static void correct(uint64_t number)
{
    static const struct person person = {.name = RIGHT};
    static const struct referral corrected = {.person = &person};
    const struct rights_ask wish = {.case_number = number,
            .right = LETTER_TYPE_RECTIFY,
            .corrected = &corrected};
    struct request request = {.rights_ask = &wish};
    assert_true(world_must(HOME, &request, "")->rights->own_corrected);
}

static size_t requests_at(const char *id)
{
    const struct rights_list wish = {.open = true};
    struct request request = {.rights_list = &wish};
    return world_must(id, &request, "")->rights->n_lines;
}

static void answer(const char *id, uint64_t number, uint16_t with)
{
    const struct rights_answer wish = {.number = number, .answer = with};
    struct request request = {.rights_answer = &wish};
    world_must(id, &request, "");
}

static const char *name_at(const char *id)
{
    const struct case_detail *file = world_show(id, world_newest(id, CASE_BOX_NONE));
    return file->referral == NULL ? "" : file->referral->person->name;
}

static void lose_the_store(void)
{
    world_stop(NETWORK_BROKER);
    world_remove_store(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    world_pass(5 * TIME_MINUTE_MS);
    world_quiet();
}

/* ------------------------------------------------------------ who is asked later */

static void who_is_asked_later_gets_what_is_right(void **state)
{
    (void)state;
    for (int lost = 0; lost <= 1; lost++) {
        world_fresh(8901);
        uint64_t number = refer_to_three(MODE_SEQUENTIAL);
        correct(number);
        world_quiet();
        if (lost)
            lose_the_store();
        do_newest("aksant", OFFER_EVENT_DECLINE);
        world_pass(TIME_MINUTE_MS);
        do_newest("chambry", OFFER_EVENT_ACCEPT);
        world_pass(TIME_MINUTE_MS);
        assert_list(number, "aksant:declined chambry:accepted noord:not_selected");
        assert_string_equal(name_at("chambry"), RIGHT);
        /* And it need not be asked to correct anything. */
        assert_int_equal(requests_at("chambry"), 0);
        end();
    }
}

/* Who was asked before and takes it now is handed what is right. */
static void who_takes_it_later_gets_what_is_right(void **state)
{
    (void)state;
    world_fresh(8902);
    uint64_t number = refer_to(consent_for_all(LEVEL_S1), THREE, 1, MODE_DIRECT);
    correct(number);
    world_quiet();
    do_newest("aksant", OFFER_EVENT_ACCEPT);
    assert_string_equal(name_at("aksant"), RIGHT);
    end();
}

/* ------------------------------------------------------------ sealed again */

/* What HOME lodged has ended while it was away, and is accepted then: it is asked to
 * seal again what it has corrected in the meantime. */
static void what_is_sealed_again_is_right(void **state)
{
    (void)state;
    world_fresh(8903);
    uint64_t number = refer_to(consent_for_all(LEVEL_S1), THREE, 1, MODE_DIRECT);
    do_newest("aksant", OFFER_EVENT_WAITLIST);
    sim_unplug(HOME, true);
    world_pass((int64_t)19 * TIME_DAY_MS);
    assert_string_equal(world_act("aksant", world_newest("aksant", CASE_BOX_NONE),
                                OFFER_EVENT_ACCEPT)
                                ->code,
            "");
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM mail WHERE length(bytes) = 16"),
            1);
    sim_unplug("aksant", true);
    correct(number);
    sim_unplug(HOME, false);
    world_pass(TIME_MINUTE_MS);
    sim_unplug("aksant", false);
    world_pass(TIME_MINUTE_MS);
    world_quiet();
    assert_string_equal(name_at("aksant"), RIGHT);
    end();
}

/* ------------------------------------------------------------ read meanwhile */

/* HOME is away, and corrects what somebody else has read by then: as far as HOME knows
 * that one was not asked. */
static void who_read_it_meanwhile_is_asked_to_correct(void **state)
{
    (void)state;
    world_fresh(8904);
    uint64_t number = refer_to_three(MODE_SEQUENTIAL);
    sim_unplug(HOME, true);
    do_newest("aksant", OFFER_EVENT_DECLINE);
    do_newest("chambry", OFFER_EVENT_ACCEPT);
    assert_string_equal(name_at("chambry"), WRONG);
    correct(number);
    sim_unplug(HOME, false);
    world_pass(TIME_MINUTE_MS);
    world_quiet();
    assert_list(number, "aksant:declined chambry:accepted noord:not_selected");
    assert_int_equal(requests_at("chambry"), 1);
    answer("chambry", 1, RIGHTS_ANSWER_DONE);
    world_quiet();
    assert_string_equal(name_at("chambry"), RIGHT);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(who_is_asked_later_gets_what_is_right),
            cmocka_unit_test(who_takes_it_later_gets_what_is_right),
            cmocka_unit_test(what_is_sealed_again_is_right),
            cmocka_unit_test(who_read_it_meanwhile_is_asked_to_correct),
    };

    peek_begin();
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
