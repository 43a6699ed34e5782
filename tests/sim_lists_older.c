/* sim_lists_older.c - a list of candidates whose broker is put back to a copy from the
 * middle of it: it comes to where it was, nobody is asked who was not, and what was
 * stuck and is not any more does not come back. */
#include "tests/candidates.h"
#include "tests/coordinated.h"
#include "tests/older_copy.h"
#include "tests/peek.h"

enum {
    STEPS_MAX = 4,
    WITHOUT_LIST = -1, /* the copy is from before the list was made */
};

static struct test_network settled;

/* How the story of a list goes. */
static const struct life {
    enum mode mode;
    struct {
        const char *who;
        enum offer_event event;
    } steps[STEPS_MAX];
    const char *end;
} LIVES[] = {
        {MODE_SEQUENTIAL,  {{"aksant", OFFER_EVENT_DECLINE}},
         "aksant:declined chambry:requested noord:queued"            },
        {MODE_SEQUENTIAL,
         {{"aksant", OFFER_EVENT_DECLINE}, {"chambry", OFFER_EVENT_ACCEPT}},
         "aksant:declined chambry:accepted noord:not_selected"       },
        {MODE_SEQUENTIAL,
         {{"aksant", OFFER_EVENT_DECLINE}, {"chambry", OFFER_EVENT_DECLINE},
                        {"noord", OFFER_EVENT_ACCEPT}, {"noord", OFFER_EVENT_START}},
         "aksant:declined chambry:declined noord:in_progress"        },
        {MODE_SEQUENTIAL,
         {{"aksant", OFFER_EVENT_ACCEPT}, {"aksant", OFFER_EVENT_START}},
         "aksant:in_progress chambry:not_selected noord:not_selected"},
        {MODE_SEQUENTIAL,  {{"aksant", OFFER_EVENT_ACCEPT}, {HOME, OFFER_EVENT_CANCEL}},
         "aksant:cancelled chambry:not_selected noord:not_selected"  },
        {MODE_SEQUENTIAL,  {{HOME, OFFER_EVENT_CANCEL}},
         "aksant:cancelled chambry:cancelled noord:cancelled"        },
        {MODE_SEQUENTIAL,
         {{"aksant", OFFER_EVENT_DECLINE}, {"chambry", OFFER_EVENT_SEEN},
                        {HOME, OFFER_EVENT_CANCEL}},
         "aksant:declined chambry:cancelled noord:cancelled"         },
 /* Nobody took it, and its sender looked no further. */
        {MODE_SEQUENTIAL,
         {{"aksant", OFFER_EVENT_DECLINE}, {"chambry", OFFER_EVENT_DECLINE},
                        {"noord", OFFER_EVENT_DECLINE}, {HOME, OFFER_EVENT_CANCEL}},
         "aksant:declined chambry:declined noord:declined"           },
        {MODE_FIRST_CLAIM,
         {{"noord", OFFER_EVENT_DECLINE}, {"chambry", OFFER_EVENT_DECLINE},
                        {"aksant", OFFER_EVENT_DECLINE}, {HOME, OFFER_EVENT_CANCEL}},
         "aksant:declined chambry:declined noord:declined"           },
        {MODE_FIRST_CLAIM,
         {{"chambry", OFFER_EVENT_ACCEPT}, {"chambry", OFFER_EVENT_START}},
         "aksant:not_selected chambry:in_progress noord:not_selected"},
        {MODE_FIRST_CLAIM,
         {{"aksant", OFFER_EVENT_DECLINE}, {"noord", OFFER_EVENT_ACCEPT}},
         "aksant:declined chambry:not_selected noord:accepted"       },
        {MODE_FIRST_CLAIM, {{"aksant", OFFER_EVENT_SEEN}, {HOME, OFFER_EVENT_CANCEL}},
         "aksant:cancelled chambry:cancelled noord:cancelled"        },
};

/* Who comes back last; NULL: all at once. */
static const char *const LATE[] = {NULL, HOME, "aksant", "chambry", "noord"};

/* What each candidate has: its case, and what letters of an offer came to it. */
struct known {
    uint64_t number;
    int64_t previews, contents;
    enum offer_state state;
};

static void what_is_known(struct known known[COUNT_OF(THREE)])
{
    static const char SQL[] = "SELECT count(*) FROM received WHERE type = %d";

    for (size_t i = 0; i < COUNT_OF(THREE); i++) {
        uint64_t number = world_newest(THREE[i], CASE_BOX_NONE);
        known[i] = (struct known){
                .number = number,
                .previews = peek_number(peek_of(THREE[i]), SQL, LETTER_TYPE_PREVIEW),
                .contents = peek_number(peek_of(THREE[i]), SQL, LETTER_TYPE_CONTENT),
                .state = number == 0 ? OFFER_STATE_NONE : world_state(THREE[i], number),
        };
    }
}

static void assert_same(const struct known before[COUNT_OF(THREE)])
{
    struct known now[COUNT_OF(THREE)];

    what_is_known(now);
    for (size_t i = 0; i < COUNT_OF(THREE); i++) {
        assert_int_equal(now[i].number, before[i].number);
        assert_int_equal(now[i].previews, before[i].previews);
        assert_int_equal(now[i].contents, before[i].contents);
        assert_string_equal(offer_state_name(now[i].state),
                offer_state_name(before[i].state));
    }
}

static void assert_list_at_broker(const char *expected)
{
    char list[400] = "", part[100];
    size_t len = 0;

    for (size_t i = 0; i < COUNT_OF(THREE); i++) {
        int64_t state = peek_number(peek_of(NETWORK_BROKER),
                "SELECT state FROM offer o JOIN partner p ON p.no = o.target"
                " WHERE p.name = %Q",
                THREE[i]);
        snprintf(part, sizeof part, "%s:%s", THREE[i],
                offer_state_name((enum offer_state)state));
        len += (size_t)snprintf(list + len, sizeof list - len, "%s%s",
                i == 0 ? "" : " ", part);
    }
    assert_string_equal(list, expected);
    assert_int_equal(world_faults(), 0);
}

static int64_t open_at_broker(void)
{
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT count(*) FROM escalation WHERE closed = 0");
}

static void one_life(uint64_t seed, const struct life *life, int copied,
        const char *late)
{
    struct known before[COUNT_OF(THREE)];
    char state[32];

    world_begin(seed, &settled, NULL);
    if (copied == WITHOUT_LIST)
        make_backup_of_broker();
    uint64_t number = refer_to_three(life->mode);
    for (int i = 0; i < STEPS_MAX && life->steps[i].who != NULL; i++) {
        const char *who = life->steps[i].who;
        bool sender = strcmp(who, HOME) == 0;
        if (copied == i)
            make_backup_of_broker();
        world_do(who, sender ? number : world_newest(who, CASE_BOX_NONE),
                life->steps[i].event);
        world_pass(TIME_MINUTE_MS);
    }
    assert_list(number, life->end);
    what_is_known(before);
    snprintf(state, sizeof state, "%s", world_show(HOME, number)->line->referral_state);
    if (late != NULL)
        sim_unplug(late, true);
    put_backup_back();
    assert_same(before);
    if (late != NULL)
        sim_unplug(late, false);
    world_pass(5 * TIME_MINUTE_MS);
    world_quiet();
    assert_same(before);
    assert_list(number, life->end);
    assert_list_at_broker(life->end);
    assert_string_equal(world_show(HOME, number)->line->referral_state, state);
    assert_int_equal(open_at_broker(), 0);
    world_end();
}

/* At each of its steps, and each of them is once the last to come back. */
static void a_list_comes_to_where_it_was(void **state)
{
    size_t turn = 0;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(LIVES); i++)
        for (int c = WITHOUT_LIST; c < STEPS_MAX; c++)
            if (c == WITHOUT_LIST || LIVES[i].steps[c].who != NULL)
                one_life(8300 + i, &LIVES[i], c, LATE[turn++ % COUNT_OF(LATE)]);
}

/* One end of an offer follows from that of another; what its own target said of it
 * stands, though the winner was heard first. */
static void what_was_declined_stays_declined(void **state)
{
    (void)state;
    one_life(8320, &LIVES[1], 0, "aksant");
}

/* Its sender heard that the first one has ended with all of the list, and no more; the
 * copy has the others waiting. Nobody is asked for what was stopped. */
static void what_was_stopped_is_asked_of_nobody(void **state)
{
    static const enum offer_event ends[] = {OFFER_EVENT_CANCEL, OFFER_EVENT_IN_ERROR};
    static const char *const lists[][2] = {
            {"aksant:cancelled chambry:queued noord:queued",
             "aksant:cancelled chambry:not_selected noord:not_selected"},
            {"aksant:in_error chambry:queued noord:queued",
             "aksant:in_error chambry:not_selected noord:not_selected" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        world_begin(8325 + i, &settled, NULL);
        uint64_t number = refer_to_three(MODE_SEQUENTIAL);
        make_backup_of_broker();
        sim_hold(true);
        assert_string_equal(world_act(HOME, number, ends[i])->code, "");
        while (sim_let(HOME, NETWORK_BROKER))
            continue;
        world_pass(TIME_SECOND_MS);
        assert_true(sim_let(NETWORK_BROKER, HOME));
        world_pass(TIME_SECOND_MS);
        sim_unplug(HOME, true);
        sim_hold(false);
        assert_list(number, lists[i][0]);
        put_backup_back();
        assert_string_equal(offer_state_name(world_state("aksant",
                                    world_newest("aksant", CASE_BOX_NONE))),
                ends[i] == OFFER_EVENT_CANCEL ? "cancelled" : "in_error");
        sim_unplug(HOME, false);
        world_pass(5 * TIME_MINUTE_MS);
        assert_list(number, lists[i][1]);
        assert_list_at_broker(lists[i][1]);
        assert_knows_nothing("chambry");
        assert_knows_nothing("noord");
        world_end();
    }
}

/* Only the second one is back, who was asked in the time that is lost; in the copy the
 * first has not said its no. That is the copy's age and no fault, until those come back
 * who know better. */
static void two_are_asked_while_the_first_is_away(void **state)
{
    static const char *const away[] = {HOME, "aksant"};

    (void)state;
    world_begin(8322, &settled, NULL);
    uint64_t number = refer_to_three(MODE_SEQUENTIAL);
    make_backup_of_broker();
    world_do("aksant", world_newest("aksant", CASE_BOX_NONE), OFFER_EVENT_DECLINE);
    world_pass(TIME_MINUTE_MS);
    for (size_t i = 0; i < COUNT_OF(away); i++)
        sim_unplug(away[i], true);
    put_backup_back();
    assert_list_at_broker("aksant:requested chambry:requested noord:queued");
    for (size_t i = 0; i < COUNT_OF(away); i++)
        sim_unplug(away[i], false);
    world_pass(5 * TIME_MINUTE_MS);
    assert_list(number, LIVES[0].end);
    assert_list_at_broker(LIVES[0].end);
    world_end();
}

/* ---- what was stuck ---- */

static void assert_open(int64_t n)
{
    world_quiet();
    assert_int_equal(open_at_broker(), n);
    assert_int_equal(coordinated_list(false, false)->n_escalations, n);
    assert_int_equal(coordinated_list(true, false)->n_escalations, 1);
}

static uint64_t consent_for_two(void)
{
    const struct world_consent wish = {
            .recipients = {TARGET, OTHER}
    };

    return world_consent(HOME, &wish);
}

static void decide_late(const char *id, enum offer_event event)
{
    do_newest(id, event);
    world_pass(TIME_MINUTE_MS);
}

/* How it ended after the copy was made, in which it was open. */
enum { ASKED_AGAIN, WITHDRAWN, N_ENDS };

static void what_is_over_stays_over(void **state)
{
    static const char *const both[] = {TARGET, OTHER};

    (void)state;
    for (int ends = 0; ends < N_ENDS; ends++) {
        coordinated_fresh(8330 + (uint64_t)ends);
        uint64_t consent = consent_for_two();
        uint64_t number = refer_to(consent, both, COUNT_OF(both), MODE_SEQUENTIAL);
        decide_late(TARGET, OFFER_EVENT_DECLINE);
        decide_late(OTHER, OFFER_EVENT_DECLINE);
        assert_open(1);
        make_backup_of_broker();
        const struct world_referral again = {.consent = consent,
                .candidate = TARGET,
                .secret = "Rosa Voorbeeld",
                .reopens = number};
        if (ends == WITHDRAWN)
            world_withdraw(HOME, consent);
        else
            assert_string_equal(world_refer_as(HOME, &again)->code, "");
        world_quiet();
        assert_open(0);
        put_backup_back();
        assert_open(0);
        world_end();
    }
}

/* A first contact that was late, and was made after the copy. */
static void what_goes_on_is_not_late(void **state)
{
    (void)state;
    coordinated_fresh(8340);
    const struct world_referral wish = {.consent = consent_for_two(),
            .candidate = TARGET,
            .secret = "Rosa Voorbeeld",
            .urgency = URGENCY_CRISIS};
    assert_string_equal(world_refer_as(HOME, &wish)->code, "");
    world_quiet();
    decide_late(TARGET, OFFER_EVENT_ACCEPT);
    world_pass(49 * (int64_t)TIME_HOUR_MS);
    assert_open(1);
    make_backup_of_broker();
    decide_late(TARGET, OFFER_EVENT_START);
    assert_open(0);
    put_backup_back();
    assert_open(0);
    world_end();
}

/* The copy knows nothing yet of what became stuck. */
static void what_is_stuck_is_stuck_again(void **state)
{
    static const char *const both[] = {TARGET, OTHER};

    (void)state;
    coordinated_fresh(8350);
    (void)refer_to(consent_for_two(), both, COUNT_OF(both), MODE_SEQUENTIAL);
    make_backup_of_broker();
    decide_late(TARGET, OFFER_EVENT_DECLINE);
    decide_late(OTHER, OFFER_EVENT_DECLINE);
    assert_open(1);
    put_backup_back();
    assert_open(1);
    world_end();
}

static int setup(void **state)
{
    static const char *const hubs[] = {HOME};

    world_found(&settled);
    world_settle(&settled, hubs, COUNT_OF(hubs));
    return coordinated_setup(state);
}

static int teardown(void **state)
{
    network_forget(&settled);
    return coordinated_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_list_comes_to_where_it_was),
            cmocka_unit_test(what_was_declined_stays_declined),
            cmocka_unit_test(two_are_asked_while_the_first_is_away),
            cmocka_unit_test(what_was_stopped_is_asked_of_nobody),
            cmocka_unit_test(what_is_over_stays_over),
            cmocka_unit_test(what_goes_on_is_not_late),
            cmocka_unit_test(what_is_stuck_is_stuck_again),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
