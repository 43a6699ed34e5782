/* sim_lists_lost.c - a list of candidates whose broker loses its store on the way: it
 * is built again from what its parties know, goes on where it was, and nobody is asked
 * who should not be. */
#include "tests/candidates.h"
#include "tests/peek.h"

static void lose(void)
{
    world_stop(NETWORK_BROKER);
    world_remove_store(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
}

static void lose_the_store(void)
{
    lose();
    world_pass(5 * TIME_MINUTE_MS);
    world_quiet();
}

static void end(void)
{
    assert_int_equal(world_faults(), 0);
    world_end();
}

static void act(const char *id, enum offer_event event)
{
    assert_string_equal(world_act(id, world_newest(id, CASE_BOX_NONE), event)->code,
            "");
    world_pass(TIME_MINUTE_MS);
}

static void a_list_goes_on_where_it_was(void **state)
{
    (void)state;
    world_fresh(8201);
    uint64_t number = refer_to_three(MODE_SEQUENTIAL);
    lose_the_store();
    assert_list(number, "aksant:requested chambry:queued noord:queued");
    assert_knows_nothing("chambry");
    do_newest("aksant", OFFER_EVENT_DECLINE);
    world_pass(TIME_MINUTE_MS);
    assert_list(number, "aksant:declined chambry:requested noord:queued");
    lose_the_store();
    do_newest("chambry", OFFER_EVENT_ACCEPT);
    world_pass(TIME_MINUTE_MS);
    assert_list(number, "aksant:declined chambry:accepted noord:not_selected");
    assert_non_null(
            world_show("chambry", world_newest("chambry", CASE_BOX_NONE))->referral);
    assert_knows_nothing("noord");
    end();
}

/* What only the one who declined knows, it brings; and while the sender is away nobody
 * else is asked. */
static void a_decline_that_the_sender_missed(void **state)
{
    (void)state;
    uint64_t number = refer_and_leave(8202);
    sim_unplug("chambry", true);
    act("aksant", OFFER_EVENT_DECLINE);
    lose();
    sim_unplug("chambry", false);
    world_pass(TIME_HOUR_MS);
    assert_knows_nothing("chambry");
    sim_unplug(HOME, false);
    world_pass(5 * TIME_MINUTE_MS);
    world_quiet();
    assert_list(number, "aksant:declined chambry:requested noord:queued");
    do_newest("chambry", OFFER_EVENT_ACCEPT);
    world_pass(TIME_MINUTE_MS);
    assert_list(number, "aksant:declined chambry:accepted noord:not_selected");
    end();
}

/* The accept is known to the winner alone: nobody else gets it. */
static void an_accept_that_the_sender_missed(void **state)
{
    static const enum mode modes[] = {MODE_SEQUENTIAL, MODE_FIRST_CLAIM};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        bool race = modes[i] == MODE_FIRST_CLAIM;
        world_fresh(8203 + i);
        uint64_t number = refer_to_three(modes[i]);
        sim_unplug(HOME, true);
        sim_unplug("chambry", true);
        act("aksant", OFFER_EVENT_ACCEPT);
        lose();
        /* The winner comes last. */
        sim_unplug("aksant", true);
        sim_unplug(HOME, false);
        sim_unplug("chambry", false);
        world_pass(5 * TIME_MINUTE_MS);
        sim_unplug("aksant", false);
        world_pass(5 * TIME_MINUTE_MS);
        world_quiet();
        assert_list(number, "aksant:accepted chambry:not_selected noord:not_selected");
        if (!race)
            assert_knows_nothing("chambry");
        assert_string_equal(peek_number(peek_of(NETWORK_BROKER),
                                    "SELECT count(*) FROM offer WHERE state = 5") == 1
                                    ? "one"
                                    : "not one",
                "one");
        end();
    }
}

/* A list that was used up is stuck again after the loss: under the same name. */
static void what_is_stuck_is_found_again(void **state)
{
    char before[64] = "", after[64] = "";

    (void)state;
    world_fresh(8206);
    uint64_t number = refer_to_three(MODE_SEQUENTIAL);
    for (size_t i = 0; i < COUNT_OF(THREE); i++)
        act(THREE[i], OFFER_EVENT_DECLINE);
    assert_list(number, "aksant:declined chambry:declined noord:declined");
    peek_text(peek_of(NETWORK_BROKER), before, sizeof before,
            "SELECT hex(escalation_id) || area FROM escalation WHERE closed = 0");
    assert_int_equal(strlen(before), 32 + 5);
    lose_the_store();
    world_pass(5 * TIME_MINUTE_MS);
    peek_text(peek_of(NETWORK_BROKER), after, sizeof after,
            "SELECT hex(escalation_id) || area FROM escalation WHERE closed = 0");
    assert_string_equal(after, before);
    end();
}

static void revoke(const char *id)
{
    world_revoke(id, NETWORK_BROKER);
    world_pass(TIME_MINUTE_MS);
}

/* One of them was put out while its sender was away and the store was lost, before it
 * came back to the new one or after: it is passed over, and the others are asked. */
static void a_candidate_that_has_left_since(void **state)
{
    static const struct {
        enum mode mode;
        const char *who, *list;
    } rows[] = {
            {MODE_SEQUENTIAL,  "aksant",
             "aksant:expired chambry:requested noord:queued"   },
            {MODE_SEQUENTIAL,  "chambry",
             "aksant:requested chambry:queued noord:queued"    },
            {MODE_FIRST_CLAIM, "aksant",
             "aksant:expired chambry:requested noord:requested"},
    };

    (void)state;
    for (size_t i = 0; i < 2 * COUNT_OF(rows); i++) {
        bool before = i % 2 == 0;
        world_fresh(8210 + i);
        uint64_t number = refer_to_three(rows[i / 2].mode);
        sim_unplug(HOME, true);
        if (before)
            revoke(rows[i / 2].who);
        lose();
        world_pass(TIME_MINUTE_MS);
        if (!before)
            revoke(rows[i / 2].who);
        sim_unplug(HOME, false);
        /* What is undecided is looked at each hour until all have come back. */
        world_pass(TIME_HOUR_MS + TIME_MINUTE_MS);
        assert_list(number, rows[i / 2].list);
        end();
    }
}

/* It was not asked yet when it left: the one behind it does not wait for its letters,
 * which nobody brings. */
static void a_turn_of_who_has_left_since(void **state)
{
    (void)state;
    uint64_t number = refer_and_leave(8217);
    lose();
    world_pass(TIME_MINUTE_MS);
    revoke("chambry");
    sim_unplug(HOME, false);
    world_pass(TIME_MINUTE_MS);
    act("aksant", OFFER_EVENT_DECLINE);
    world_pass(TIME_MINUTE_MS);
    assert_list(number, "aksant:declined chambry:skipped noord:requested");
    act("noord", OFFER_EVENT_ACCEPT);
    assert_list(number, "aksant:declined chambry:skipped noord:accepted");
    assert_non_null(
            world_show("noord", world_newest("noord", CASE_BOX_NONE))->referral);
    end();
}

/* A partnership that has ended since is asked when the turn comes. */
static void a_candidate_that_is_no_partner_since(void **state)
{
    const struct partnership_change end_it = {.verb = PARTNERSHIP_VERB_END,
            .partner = HOME};
    struct request request = {.partnership = &end_it};

    (void)state;
    uint64_t number = refer_and_leave(8218);
    lose();
    world_pass(TIME_MINUTE_MS);
    world_must("chambry", &request, "");
    world_pass(TIME_MINUTE_MS);
    sim_unplug(HOME, false);
    world_pass(TIME_MINUTE_MS);
    act("aksant", OFFER_EVENT_DECLINE);
    world_pass(TIME_MINUTE_MS);
    assert_list(number, "aksant:declined chambry:skipped noord:requested");
    assert_knows_nothing("chambry");
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM letter l JOIN partner p"
                             " ON p.no = l.recipient WHERE p.name = 'chambry'"
                             " AND l.state IN (1, 2)"),
            0);
    end();
}

/* Who does not come back keeps the others out for a day at most. */
static void a_candidate_that_does_not_come_back(void **state)
{
    (void)state;
    world_fresh(8219);
    uint64_t number = refer_to_three(MODE_SEQUENTIAL);
    sim_unplug("chambry", true);
    sim_unplug(HOME, true);
    lose();
    world_pass(TIME_MINUTE_MS);
    sim_unplug(HOME, false);
    world_pass(TIME_HOUR_MS);
    act("aksant", OFFER_EVENT_DECLINE);
    world_pass(TIME_MINUTE_MS);
    assert_knows_nothing("noord");
    world_pass((int64_t)25 * TIME_HOUR_MS);
    assert_list(number, "aksant:declined chambry:skipped noord:requested");
    end();
}

/* Chambry and noord, once aksant alone has said no. */
static uint64_t ask_two_others(enum mode mode)
{
    uint64_t consent = consent_for_all(LEVEL_S1);
    uint64_t number = refer_to(consent, THREE, 1, MODE_DIRECT);
    const struct world_referral again = {.consent = consent,
            .candidates = THREE + 1,
            .n_candidates = 2,
            .secret = "Rosa Voorbeeld",
            .mode = mode,
            .reopens = number};

    do_newest("aksant", OFFER_EVENT_DECLINE);
    assert_string_equal(world_refer_as(HOME, &again)->code, "");
    world_quiet();
    return number;
}

/* Who was asked alone, or else the two others. */
static void unplug(bool alone, bool off)
{
    for (size_t i = 0; i < COUNT_OF(THREE); i++)
        if (alone == (i == 0))
            sim_unplug(THREE[i], off);
}

/* A list that was made after one partner had been asked alone is a list in the new
 * store too, whoever comes back to it first and last. */
static void a_list_after_one_alone(void **state)
{
    static const struct {
        enum mode mode;
        enum offer_event event;
        const char *who, *list;
    } rows[] = {
            {MODE_SEQUENTIAL,  OFFER_EVENT_CANCEL, HOME,
             "aksant:declined chambry:cancelled noord:cancelled"  },
            {MODE_FIRST_CLAIM, OFFER_EVENT_ACCEPT, "chambry",
             "aksant:declined chambry:accepted noord:not_selected"},
    };

    (void)state;
    for (size_t i = 0; i < 2 * COUNT_OF(rows); i++) {
        bool alone_is_late = i % 2 != 0;
        world_fresh(8220 + i);
        uint64_t number = ask_two_others(rows[i / 2].mode);
        sim_unplug(HOME, true);
        unplug(alone_is_late, true);
        lose();
        world_pass(TIME_MINUTE_MS);
        unplug(alone_is_late, false);
        world_pass(TIME_MINUTE_MS);
        sim_unplug(HOME, false);
        world_pass(5 * TIME_MINUTE_MS);
        world_quiet();
        act(rows[i / 2].who, rows[i / 2].event);
        assert_list(number, rows[i / 2].list);
        end();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_list_goes_on_where_it_was),
            cmocka_unit_test(a_decline_that_the_sender_missed),
            cmocka_unit_test(an_accept_that_the_sender_missed),
            cmocka_unit_test(a_candidate_that_has_left_since),
            cmocka_unit_test(a_turn_of_who_has_left_since),
            cmocka_unit_test(a_candidate_that_is_no_partner_since),
            cmocka_unit_test(a_candidate_that_does_not_come_back),
            cmocka_unit_test(a_list_after_one_alone),
            cmocka_unit_test(what_is_stuck_is_found_again),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
