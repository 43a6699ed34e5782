/* sim_given_up_late.c - who referred looks no further for a referral that nobody took,
 * and something crosses that on its way: what a coordinator does, a broker that loses
 * its store, the power that goes. */
#include "tests/given_up.h"
#include "tests/older_copy.h"

/* ------------------------------------------------------------ what crosses it */

static void propose(uint64_t there)
{
    const char *const names[] = {OTHER};
    struct assign assign = {.number = there, .candidates = names, .n_candidates = 1};
    struct request request = {.assign = &assign};

    world_must(REGIE, &request, "");
}

/* The proposal was first: who referred looks at it, and decides anew. */
static void a_proposal_that_is_under_way_is_looked_at(void **state)
{
    (void)state;
    coordinated_fresh(1421);
    uint64_t number = used_up(MODE_SEQUENTIAL);
    world_show(HOME, number);
    sim_unplug(HOME, true);
    assert_string_equal(give_up(number), "");
    propose(list_of(REGIE, false)->escalations[0].number);
    world_pass(TIME_MINUTE_MS);
    sim_unplug(HOME, false);
    world_pass(TIME_MINUTE_MS);
    const struct case_detail *file = world_show(HOME, number);
    assert_string_equal(file->line->referral_state, "unplaced");
    assert_true(file->line->unread);
    assert_string_equal(file->proposal->by, REGIE);
    assert_int_equal(traced(HOME, number, "refused", "E_CONFLICT"), 1);
    assert_int_equal(list_of(REGIE, false)->n_escalations, 1);
    assert_sound();
    assert_string_equal(give_up(number), "");
    assert_given_up(number);
    world_end();
}

/* It was second: who coordinates is told that somebody else was faster. */
static void a_proposal_that_comes_too_late_is_told_so(void **state)
{
    (void)state;
    coordinated_fresh(1422);
    uint64_t number = used_up(MODE_SEQUENTIAL);
    uint64_t there = list_of(REGIE, false)->escalations[0].number;
    sim_unplug(REGIE, true);
    propose(there);
    assert_string_equal(give_up(number), "");
    sim_unplug(REGIE, false);
    world_pass(TIME_MINUTE_MS);
    assert_given_up(number);
    assert_null(world_show(HOME, number)->proposal);
    assert_int_equal(traced(REGIE, there, "refused", "E_CONFLICT"), 1);
    const struct escalation_list *list = list_of(REGIE, true);
    assert_true(list->escalations[0].unread);
    assert_true(list->escalations[0].given_up);
    struct assign late = {.number = there, .candidates = BOTH, .n_candidates = 1};
    struct request request = {.assign = &late};
    world_must(REGIE, &request, "E_TRANSITION");
    world_end();
}

/* Handed over at that moment: it is over for both, and who handed it over hears why. */
static void a_hand_over_that_crosses_it(void **state)
{
    (void)state;
    for (int first = 0; first < 2; first++) {
        coordinated_fresh(1423 + (uint64_t)first);
        uint64_t number = used_up(MODE_SEQUENTIAL);
        uint64_t there = list_of(REGIE, false)->escalations[0].number;
        const struct hand_on wish = {.number = there, .partner = REGIE_TWO};
        struct request request = {.hand_on = &wish};
        sim_unplug(REGIE, true);
        world_must(REGIE, &request, "");
        if (first == 0)
            assert_string_equal(give_up(number), "");
        sim_unplug(REGIE, false);
        world_pass(TIME_MINUTE_MS);
        if (first != 0)
            assert_string_equal(give_up(number), "");
        assert_given_up(number);
        for (size_t i = 0; i < COUNT_OF(COORDINATORS); i++) {
            const struct escalation_list *list = list_of(COORDINATORS[i], true);
            assert_int_equal(list->n_escalations, 1);
            assert_true(list->escalations[0].given_up);
        }
        assert_int_equal(traced(REGIE, there, "failed", "E_TRANSITION"), first == 0);
        world_end();
    }
}

/* ------------------------------------------------------------ a broker that forgets */

static void lose_store(void)
{
    world_stop(NETWORK_BROKER);
    world_remove_store(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    world_pass(5 * TIME_MINUTE_MS);
}

static void nobody_looks_for_it_again_after_a_loss(void **state)
{
    static const char *const last[] = {HOME, TARGET, REGIE};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(last); i++) {
        coordinated_fresh(1431 + i);
        uint64_t number = used_up(MODE_SEQUENTIAL);
        assert_string_equal(give_up(number), "");
        const struct key32 before[] = {held_by(TARGET), held_by(OTHER)};
        sim_unplug(last[i], true);
        lose_store();
        sim_unplug(last[i], false);
        world_pass(TIME_HOUR_MS);
        assert_given_up(number);
        for (size_t k = 0; k < COUNT_OF(BOTH); k++) {
            struct key32 after = held_by(BOTH[k]);
            assert_true(key32_equal(&after, &before[k]));
        }
        world_end();
    }
}

/* Who was asked, and had not heard that its time was over, hears that, and no more; it
 * may come back before or after who referred, and the broker may forget once more. */
static void who_had_not_heard_its_end_hears_that(void **state)
{
    uint64_t number;

    (void)state;
    for (int order = 0; order < 4; order++) {
        const char *late = (order & 1) != 0 ? HOME : TARGET;
        coordinated_fresh(1435 + (uint64_t)order);
        refer_as(MODE_DIRECT, 1, URGENCY_CRISIS, &number);
        sim_unplug(TARGET, true);
        world_pass((int64_t)3 * TIME_HOUR_MS);
        assert_string_equal(give_up(number), "");
        world_stop(NETWORK_BROKER);
        world_remove_store(NETWORK_BROKER);
        sim_unplug(late, true);
        if ((order & 1) != 0)
            sim_unplug(TARGET, false);
        world_start(NETWORK_BROKER);
        world_pass(5 * TIME_MINUTE_MS);
        sim_unplug(late, false);
        world_pass(TIME_HOUR_MS);
        if (order >= 2) {
            sim_unplug(HOME, true);
            lose_store();
            sim_unplug(HOME, false);
            world_pass(TIME_HOUR_MS);
        }
        assert_given_up(number);
        assert_int_equal(world_state(TARGET, 1), OFFER_STATE_EXPIRED);
        assert_null(world_show(TARGET, 1)->preview);
        assert_int_equal(traced(TARGET, 1, "cancel", ""), 0);
        assert_int_equal(traced(TARGET, 1, "expire", ""), 1);
        world_end();
    }
}

/* What the only candidate says to a store that was put back to a time before it was too
 * late, while who referred is away, who knows that it was and has given it up. One of
 * the two ends stands, that it has expired or that it was declined: where who referred
 * comes back then, and where the store is put back once more and the candidate is last.
 */
enum order { SENDER_LAST, TARGET_LAST, N_ORDERS };

static const struct late_words {
    bool declined[N_ORDERS];
    enum offer_event words[3];
} LATE_WORDS[] = {
        {{false, false}, {OFFER_EVENT_SEEN}                                           },
        {{false, false}, {OFFER_EVENT_DECLINE}                                        },
        {{false, false}, {OFFER_EVENT_WAITLIST}                                       },
        {{false, false}, {OFFER_EVENT_SEEN, OFFER_EVENT_WAITLIST}                     },
        {{true, false},  {OFFER_EVENT_SEEN, OFFER_EVENT_DECLINE}                      },
        {{true, true},   {OFFER_EVENT_SEEN, OFFER_EVENT_WAITLIST, OFFER_EVENT_DECLINE}},
};

static void say_meanwhile(const struct late_words *late)
{
    for (size_t i = 0; i < COUNT_OF(late->words); i++) {
        if (late->words[i] == OFFER_EVENT_NONE)
            return;
        world_do(TARGET, 1, late->words[i]);
        world_pass(TIME_MINUTE_MS);
        assert_int_equal(at_broker("SELECT version FROM offer"), i + 2);
    }
}

static void come_back(enum order order)
{
    if (order == TARGET_LAST) {
        sim_unplug(TARGET, true);
        put_backup_back();
    }
    sim_unplug(HOME, false);
    world_pass(5 * TIME_MINUTE_MS);
    sim_unplug(TARGET, false);
    world_pass(TIME_HOUR_MS);
}

static void both_know_one_end_with(size_t row, enum order order)
{
    const struct late_words *late = &LATE_WORDS[row];
    enum offer_state end =
            late->declined[order] ? OFFER_STATE_DECLINED : OFFER_STATE_EXPIRED;
    uint64_t number;

    coordinated_fresh(1441 + N_ORDERS * row + order);
    refer_as(MODE_DIRECT, 1, URGENCY_URGENT, &number);
    make_backup_of_broker();
    sim_unplug(TARGET, true);
    world_pass((int64_t)49 * TIME_HOUR_MS);
    assert_string_equal(give_up(number), "");
    sim_unplug(HOME, true);
    put_backup_back();
    sim_unplug(TARGET, false);
    world_pass(TIME_MINUTE_MS);
    say_meanwhile(late);
    come_back(order);
    world_do(HOME, number, OFFER_EVENT_SEEN);
    assert_given_up(number);
    assert_int_equal(world_state(HOME, number), end);
    assert_int_equal(world_state(TARGET, 1), end);
    assert_int_equal(traced(TARGET, 1, "cancel", ""), 0);
    world_end();
}

static void both_know_one_end_of_what_is_given_up(void **state)
{
    (void)state;
    for (size_t row = 0; row < COUNT_OF(LATE_WORDS); row++)
        for (enum order order = SENDER_LAST; order < N_ORDERS; order++)
            both_know_one_end_with(row, order);
}

/* One candidate says that there is a waiting list, to a store that was put back to a
 * time before it was too late, while who referred is away, who has given it up: it goes
 * on there, and can take it, whoever comes back last. */
static void who_waits_meanwhile_goes_on(void **state)
{
    uint64_t number;

    (void)state;
    for (enum order order = SENDER_LAST; order < N_ORDERS; order++) {
        coordinated_fresh(1461 + order);
        refer_as(MODE_SEQUENTIAL, COUNT_OF(BOTH), URGENCY_URGENT, &number);
        make_backup_of_broker();
        sim_unplug(TARGET, true);
        world_pass((int64_t)49 * TIME_HOUR_MS);
        decline(OTHER);
        assert_string_equal(give_up(number), "");
        sim_unplug(HOME, true);
        put_backup_back();
        sim_unplug(TARGET, false);
        world_pass(TIME_MINUTE_MS);
        world_do(TARGET, 1, OFFER_EVENT_SEEN);
        world_pass(TIME_MINUTE_MS);
        world_do(TARGET, 1, OFFER_EVENT_WAITLIST);
        world_pass(TIME_MINUTE_MS);
        come_back(order);
        assert_int_equal(at_broker("SELECT closed FROM referral"), 0);
        assert_sound();
        world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
        world_pass(TIME_MINUTE_MS);
        assert_int_equal(world_state(TARGET, 1), OFFER_STATE_ACCEPTED);
        assert_string_equal(world_show(HOME, number)->line->referral_state, "placed");
        assert_sound();
        world_end();
    }
}

/* A consent that lies at the broker, and no offer under it. */
static void raise_signal(void)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const struct signal signal = {.needs = needs,
            .n_needs = 1,
            .person = PERSON,
            .language = "nl"};
    const struct world_consent consent = {.recipients = {TARGET}};
    const struct raise_signal wish = {.recipient = TARGET,
            .urgency = URGENCY_ROUTINE,
            .area = COORDINATED_AREA,
            .consent_number = world_consent(HOME, &consent),
            .signal = &signal};
    struct request request = {.signal = &wish};

    world_must(HOME, &request, "");
}

/* After each turn of the broker: while one of the two has come back and the other may
 * still take it, it is not over. Which of them came first is noted. */
static void look_in_between(void *self, const char *name)
{
    bool *first = self;

    if (strcmp(name, NETWORK_BROKER) != 0 ||
            at_broker("SELECT count(*) FROM offer WHERE state = 10") != 1)
        return;
    first[at_broker("SELECT place - 1 FROM offer WHERE state = 10")] = true;
    assert_int_equal(at_broker("SELECT closed FROM referral"), 0);
}

/* What its sender brings falls over two messages, the consents and one of the two
 * offers in the first of them: that may be the one that says that it was given up. */
static void brought_in_two_it_is_given_up(void **state)
{
    enum { IN_ONE = 25, LIVES = 20 };
    bool first[COUNT_OF(BOTH)] = {false};
    const struct sim_watch watch = {.self = first, .on_turn = look_in_between};

    (void)state;
    for (uint64_t life = 0; !first[0] || !first[1]; life++) {
        assert_true(life < LIVES);
        coordinated_fresh(1465 + life);
        for (int i = 0; i < IN_ONE - 2; i++)
            raise_signal();
        uint64_t number;
        refer_as(MODE_SEQUENTIAL, COUNT_OF(BOTH), 0, &number);
        sim_unplug(TARGET, true);
        sim_unplug(OTHER, true);
        make_backup_of_broker();
        sim_unplug(TARGET, false);
        decline(TARGET);
        sim_unplug(OTHER, false);
        world_pass(TIME_MINUTE_MS);
        decline(OTHER);
        assert_string_equal(give_up(number), "");
        sim_unplug(TARGET, true);
        sim_unplug(OTHER, true);
        sim_watch(&watch);
        put_backup_back();
        sim_watch(&(struct sim_watch){.self = NULL});
        assert_int_equal(at_broker("SELECT count(*) FROM offer WHERE state = 10"), 2);
        sim_unplug(TARGET, false);
        sim_unplug(OTHER, false);
        world_pass(TIME_MINUTE_MS);
        assert_given_up(number);
        world_end();
    }
}

/* ------------------------------------------------------------ the power goes */

static const char *falls;

static void bring_back(void)
{
    if (!disk_is_off(world_disk(falls)))
        return;
    world_stop(falls);
    disk_power(world_disk(falls));
    world_start(falls);
}

/* At each write and each sync, of whoever has a part in it. */
static void at_each_write(const char *id, enum disk_op op, uint64_t seed)
{
    bool cut = true;
    uint64_t at;

    falls = id;
    for (at = 1; cut; at++) {
        coordinated_fresh(seed + at);
        uint64_t number = used_up(MODE_SEQUENTIAL);
        world_patient(bring_back);
        disk_plan(world_disk(id), op, at, DISK_CUT_BEFORE);
        assert_string_equal(world_act(HOME, number, OFFER_EVENT_CANCEL)->code, "");
        sim_run_until(sim_now() + 20 * TIME_SECOND_MS);
        cut = disk_is_off(world_disk(id)) || disk_planned_happened(world_disk(id));
        bring_back();
        disk_plan(world_disk(id), op, 0, DISK_FAILS);
        world_pass(5 * TIME_MINUTE_MS);
        world_patient(NULL);
        assert_given_up(number);
        world_end();
    }
    print_message("# %s: %llu moments\n", id, (unsigned long long)at - 2);
    assert_true(at > 3);
}

static void the_power_goes_at_any_moment(void **state)
{
    static const char *const ids[] = {HOME, NETWORK_BROKER, REGIE};

    (void)state;
    world_on_disks(true);
    for (size_t i = 0; i < COUNT_OF(ids); i++)
        at_each_write(ids[i], DISK_SYNC, 1500 + 50 * i);
    world_on_disks(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_proposal_that_is_under_way_is_looked_at),
            cmocka_unit_test(a_proposal_that_comes_too_late_is_told_so),
            cmocka_unit_test(a_hand_over_that_crosses_it),
            cmocka_unit_test(nobody_looks_for_it_again_after_a_loss),
            cmocka_unit_test(who_had_not_heard_its_end_hears_that),
            cmocka_unit_test(both_know_one_end_of_what_is_given_up),
            cmocka_unit_test(who_waits_meanwhile_goes_on),
            cmocka_unit_test(brought_in_two_it_is_given_up),
            cmocka_unit_test(the_power_goes_at_any_moment),
    };
    return cmocka_run_group_tests(tests, coordinated_setup, coordinated_teardown);
}
