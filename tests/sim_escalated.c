/* sim_escalated.c - a coordinator's node: what the broker tells it of referrals that
 * need somebody, what it believes, shows and lets go. The broker here is a scripted one
 * with the real one's keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "nodes/coordinators.h"
#include "nodes/escalations.h"
#include "nodes/retention.h"
#include "tests/coordinated.h"
#include "tests/peek.h"

static struct evil *broker;

static void begin(uint64_t seed)
{
    coordinated_fresh(seed);
    broker = evil_new(NETWORK_BROKER);
    evil_admit(broker, HOME);
    evil_serve(broker, REGIE);
}

static void end(void)
{
    evil_free(broker);
    broker = NULL;
    world_end();
}

/* One that is right in everything, to be changed. */
static struct escalation usual(void)
{
    struct escalation said = {.v = 1,
            .cause = ESCALATION_CAUSE_UNPLACED,
            .sender = HOME,
            .target = "",
            .reader = REGIE,
            .area = COORDINATED_AREA,
            .urgency = URGENCY_URGENT,
            .since_ms = (uint64_t)(sim_now() - TIME_HOUR_MS),
            .at_ms = (uint64_t)sim_now(),
            .due_ms = (uint64_t)(sim_now() + TIME_DAY_MS),
            .log_leaf = 1};

    hash_random(&said.escalation_id, sizeof said.escalation_id);
    hash_random(&said.referral_id, sizeof said.referral_id);
    return said;
}

static void deliver(struct span escalation)
{
    struct mail mail = {.escalation = escalation};

    (void)evil_deliver(broker, &mail);
}

static void tell(const struct escalation *said)
{
    deliver(evil_sign(broker, KIND_ESCALATION, &WIRE_ESCALATION, said));
}

static int64_t open_ones(void)
{
    return peek_number(peek_of(REGIE),
            "SELECT count(*) FROM escalation WHERE closed_ms = 0");
}

static int64_t all_ones(void)
{
    return peek_number(peek_of(REGIE), "SELECT count(*) FROM escalation");
}

/* ------------------------------------------------------------ taken and shown */

static void one_that_is_told_is_shown_until_it_ends(void **state)
{
    (void)state;
    begin(11);
    struct escalation said = usual();
    said.target = TARGET;
    tell(&said);
    const struct escalation_list *list = coordinated_list(false, false);
    assert_int_equal(list->n_escalations, 1);
    const struct escalation_line *line = &list->escalations[0];
    assert_int_equal(line->cause, ESCALATION_CAUSE_UNPLACED);
    assert_string_equal(line->sender, HOME);
    assert_string_equal(line->target, TARGET);
    assert_string_equal(line->area, COORDINATED_AREA);
    assert_int_equal(line->urgency, URGENCY_URGENT);
    assert_int_equal(line->since_ms, said.since_ms);
    assert_int_equal(line->due_ms, said.due_ms);
    assert_true(line->unread);
    assert_false(line->late);
    assert_null(line->preview);
    uint64_t number = line->number;
    assert_int_equal(world_newest(REGIE, CASE_BOX_NEW), number);
    assert_int_equal(world_show(REGIE, number)->line->cause, ESCALATION_CAUSE_UNPLACED);
    assert_int_equal(world_status(REGIE)->escalations, 1);
    assert_int_equal(world_status(REGIE)->escalations_late, 0);
    /* Its time goes by. */
    world_pass(TIME_DAY_MS + TIME_MINUTE_MS);
    assert_true(coordinated_list(false, false)->escalations[0].late);
    assert_int_equal(world_status(REGIE)->escalations_late, 1);
    /* And it ends. */
    said.closed = true;
    said.at_ms = (uint64_t)sim_now();
    tell(&said);
    assert_int_equal(coordinated_list(false, false)->n_escalations, 0);
    list = coordinated_list(true, false);
    assert_int_equal(list->n_escalations, 1);
    assert_int_not_equal(list->escalations[0].closed_ms, 0);
    assert_false(list->escalations[0].late);
    assert_false(list->escalations[0].unread);
    assert_int_equal(world_newest(REGIE, CASE_BOX_NEW), 0);
    assert_int_equal(world_newest(REGIE, CASE_BOX_CLOSED), number);
    end();
}

static void crisis_comes_first_and_then_what_is_due_first(void **state)
{
    static const struct {
        uint16_t urgency;
        int64_t hours;
    } rows[] = {
            {URGENCY_ROUTINE, 3},
            {URGENCY_URGENT,  9},
            {URGENCY_CRISIS,  8},
            {URGENCY_URGENT,  2},
            {URGENCY_CRISIS,  1},
    };
    static const uint64_t in_order[] = {5, 3, 4, 2, 1};

    (void)state;
    begin(12);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct escalation said = usual();
        said.urgency = rows[i].urgency;
        said.due_ms = (uint64_t)(sim_now() + rows[i].hours * TIME_HOUR_MS);
        tell(&said);
    }
    const struct escalation_list *list = coordinated_list(false, false);
    assert_int_equal(list->n_escalations, COUNT_OF(in_order));
    for (size_t i = 0; i < COUNT_OF(in_order); i++)
        assert_int_equal(list->escalations[i].number, in_order[i]);
    end();
}

/* ------------------------------------------------------------ what is not believed */

static struct span by_another(struct escalation *said)
{
    struct evil *other = evil_new(TARGET);
    struct span signed_ = evil_sign(other, KIND_ESCALATION, &WIRE_ESCALATION, said);
    uint8_t *copy = arena_take(&broker->arena, signed_.len);

    assert_non_null(copy);
    memcpy(copy, signed_.at, signed_.len);
    evil_free(other);
    return (struct span){copy, signed_.len};
}

static struct span in_its_name(struct escalation *said)
{
    struct evil *other = evil_new(TARGET);
    struct span body = evil_pack(other, &WIRE_ESCALATION, said);
    struct span signed_ = evil_sign_as(other, NETWORK_BROKER, KIND_ESCALATION, body);
    uint8_t *copy = arena_take(&broker->arena, signed_.len);

    assert_non_null(copy);
    memcpy(copy, signed_.at, signed_.len);
    evil_free(other);
    return (struct span){copy, signed_.len};
}

static struct span as_a_status(struct escalation *said)
{
    return evil_sign(broker, KIND_OFFER_STATUS, &WIRE_ESCALATION, said);
}

static struct span elsewhere(struct escalation *said)
{
    said->area = "44021";
    return evil_sign(broker, KIND_ESCALATION, &WIRE_ESCALATION, said);
}

static struct span for_another(struct escalation *said)
{
    said->reader = REGIE_TWO;
    return evil_sign(broker, KIND_ESCALATION, &WIRE_ESCALATION, said);
}

static struct span to_nobody(struct escalation *said)
{
    said->reader = "";
    return evil_sign(broker, KIND_ESCALATION, &WIRE_ESCALATION, said);
}

static struct span without_a_cause(struct escalation *said)
{
    said->cause = 0;
    return evil_sign(broker, KIND_ESCALATION, &WIRE_ESCALATION, said);
}

static struct span without_a_referrer(struct escalation *said)
{
    said->sender = "";
    return evil_sign(broker, KIND_ESCALATION, &WIRE_ESCALATION, said);
}

static struct span older_than_itself(struct escalation *said)
{
    said->since_ms = said->at_ms + 1;
    return evil_sign(broker, KIND_ESCALATION, &WIRE_ESCALATION, said);
}

static struct span ended_unseen(struct escalation *said)
{
    said->closed = true;
    return evil_sign(broker, KIND_ESCALATION, &WIRE_ESCALATION, said);
}

static struct span changed_on_the_way(struct escalation *said)
{
    struct span bytes = evil_sign(broker, KIND_ESCALATION, &WIRE_ESCALATION, said);

    return evil_patch(broker, bytes, bytes.len / 2,
            (uint8_t)(bytes.at[bytes.len / 2] ^ 1));
}

static void what_is_not_the_brokers_to_say_has_no_effect(void **state)
{
    static const struct {
        const char *name;
        struct span (*make)(struct escalation *said);
    } rows[] = {
            {"signed by another member",     by_another        },
            {"in the broker's name",         in_its_name       },
            {"signed as another thing",      as_a_status       },
            {"of an area that is not ours",  elsewhere         },
            {"told to nobody",               to_nobody         },
            {"told to another coordinator",  for_another       },
            {"without a cause",              without_a_cause   },
            {"without who referred",         without_a_referrer},
            {"it began after it was said",   older_than_itself },
            {"the end of what nobody saw",   ended_unseen      },
            {"a byte is changed on the way", changed_on_the_way},
    };

    (void)state;
    begin(13);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct escalation said = usual();
        print_message("# %s\n", rows[i].name);
        deliver(rows[i].make(&said));
        assert_int_equal(all_ones(), 0);
    }
    /* The node goes on all the same. */
    struct escalation said = usual();
    tell(&said);
    assert_int_equal(open_ones(), 1);
    end();
}

static void said_again_or_after_the_end_it_changes_nothing(void **state)
{
    (void)state;
    begin(14);
    struct escalation said = usual();
    struct span first = evil_sign(broker, KIND_ESCALATION, &WIRE_ESCALATION, &said);
    deliver(first);
    deliver(first);
    assert_int_equal(open_ones(), 1);
    struct escalation over = said;
    over.closed = true;
    tell(&over);
    assert_int_equal(open_ones(), 0);
    deliver(first);
    tell(&over);
    assert_int_equal(open_ones(), 0);
    assert_int_equal(all_ones(), 1);
    assert_int_equal(peek_number(peek_of(REGIE),
                             "SELECT count(*) FROM trace WHERE what = %Q",
                             "escalation_over"),
            1);
    end();
}

/* The broker gives the same thing the same number. */
static void what_is_so_again_stands_under_its_old_number(void **state)
{
    (void)state;
    begin(19);
    struct escalation said = usual();
    struct span first = evil_sign(broker, KIND_ESCALATION, &WIRE_ESCALATION, &said);
    deliver(first);
    struct escalation over = said, again = said;
    over.closed = true;
    over.at_ms += 1000;
    tell(&over);
    again.at_ms += 2000;
    again.due_ms += 2000;
    tell(&again);
    assert_int_equal(open_ones(), 1);
    assert_int_equal(all_ones(), 1);
    const struct escalation_line *line =
            &coordinated_list(false, false)->escalations[0];
    assert_true(line->unread);
    assert_int_equal(line->due_ms, again.due_ms);
    assert_int_equal(world_newest(REGIE, CASE_BOX_NEW), line->number);
    /* Older words that come late do nothing. */
    tell(&over);
    deliver(first);
    assert_int_equal(open_ones(), 1);
    end();
}

/* Who has no mandate is told nothing, and is asked nothing. */
static void without_a_mandate_there_is_nothing(void **state)
{
    const struct list_escalations list = {.all = true};
    struct request request = {.escalations = &list};

    (void)state;
    begin(15);
    struct escalation said = usual();
    tell(&said);
    assert_int_equal(open_ones(), 1);
    coordinated_mandate_ends(broker);
    (void)world_must(REGIE, &request, "E_MANDATE");
    const struct assign assign = {.number = 1,
            .candidates = (const char *const[]){TARGET},
            .n_candidates = 1};
    (void)world_must(REGIE, &(struct request){.assign = &assign}, "E_MANDATE");
    const struct hand_on on = {.number = 1, .partner = REGIE_TWO};
    (void)world_must(REGIE, &(struct request){.hand_on = &on}, "E_MANDATE");
    struct escalation more = usual();
    tell(&more);
    assert_int_equal(all_ones(), 1);
    /* What was open may still end. */
    said.closed = true;
    tell(&said);
    assert_int_equal(open_ones(), 0);
    end();
}

/* A broker that makes them up fills the store to a limit, and no further. */
static void a_flood_has_an_end(void **state)
{
    (void)state;
    begin(16);
    struct escalation said = usual();
    tell(&said);
    coordinated_fill(ESCALATIONS_OPEN_MAX - 2, NULL);
    world_start(REGIE);
    evil_serve(broker, REGIE);
    said = usual();
    tell(&said);
    assert_int_equal(open_ones(), ESCALATIONS_OPEN_MAX);
    struct escalation over = said;
    said = usual();
    tell(&said);
    assert_int_equal(open_ones(), ESCALATIONS_OPEN_MAX);
    /* When one ends there is room for one. */
    over.closed = true;
    tell(&over);
    tell(&said);
    assert_int_equal(open_ones(), ESCALATIONS_OPEN_MAX);
    end();
}

/* ------------------------------------------------------------ what is done with it */

struct names {
    const char *names[4];
    size_t n;
};

static const struct reply *assign(uint64_t number, const struct names *to)
{
    const struct assign wish = {.number = number,
            .candidates = to->names,
            .n_candidates = to->n};
    struct request request = {.assign = &wish};

    return world_ask(REGIE, &request);
}

/* The role gives nobody priority, and nobody is proposed who cannot be asked. */
static void only_who_can_be_asked_is_proposed(void **state)
{
    static const struct {
        struct names to;
        uint64_t number;
        const char *code;
    } rows[] = {
            {{{TARGET}, 1},         9, "E_NOT_FOUND" },
            {{{NULL}, 0},           1, "E_FIELD"     },
            {{{"nobody"}, 1},       1, "E_NOT_FOUND" },
            {{{HOME}, 1},           1, "E_FIELD"     },
            {{{TARGET, TARGET}, 2}, 1, "E_FIELD"     },
            {{{REGIE, TARGET}, 2},  1, "E_FIELD"     },
            {{{TARGET}, 1},         2, "E_TRANSITION"},
            {{{TARGET, REGIE}, 2},  1, ""            },
            {{{REGIE}, 1},          1, ""            },
    };

    (void)state;
    begin(21);
    struct escalation said = usual(), over = usual();
    tell(&said);
    tell(&over);
    over.closed = true;
    tell(&over);
    assert_int_equal(world_show(REGIE, 1)->n_actions, 2);
    assert_int_equal(world_show(REGIE, 2)->n_actions, 0);
    size_t before = broker->n_puts;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_string_equal(assign(rows[i].number, &rows[i].to)->code, rows[i].code);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(broker->n_puts, before + 2);
    const struct escalation_line *line =
            &coordinated_list(false, false)->escalations[0];
    assert_int_not_equal(line->proposed_ms, 0);
    assert_false(line->unread);
    end();
}

static void it_is_handed_to_a_coordinator_of_its_area_only(void **state)
{
    static const struct {
        const char *to, *code;
    } rows[] = {
            {TARGET,    "E_MANDATE"  },
            {"nobody",  "E_NOT_FOUND"},
            {REGIE,     "E_FIELD"    },
            {REGIE_TWO, ""           },
    };

    (void)state;
    begin(22);
    struct escalation said = usual();
    said.due_ms = (uint64_t)(sim_now() + TIME_HOUR_MS);
    tell(&said);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct hand_on wish = {.number = 1, .partner = rows[i].to};
        struct request request = {.hand_on = &wish};
        (void)world_must(REGIE, &request, rows[i].code);
    }
    world_pass(2 * TIME_HOUR_MS);
    /* The other one answers for it now. */
    const struct escalation_line *line =
            &coordinated_list(false, false)->escalations[0];
    assert_string_equal(line->handed_to, REGIE_TWO);
    assert_false(line->late);
    assert_int_equal(world_status(REGIE)->escalations_late, 0);
    end();
}

/* ------------------------------------------------------------ let go */

static void what_is_over_goes_after_its_term(void **state)
{
    (void)state;
    begin(17);
    struct escalation said = usual(), other = usual();
    tell(&said);
    tell(&other);
    said.closed = true;
    tell(&said);
    /* One that is open stays, however old. */
    coordinated_age(RETENTION_ESCALATION_DAYS - 1);
    evil_serve(broker, REGIE);
    world_pass(2 * TIME_HOUR_MS);
    assert_int_equal(all_ones(), 2);
    coordinated_age(2);
    evil_serve(broker, REGIE);
    world_pass(2 * TIME_HOUR_MS);
    assert_int_equal(all_ones(), 1);
    assert_int_equal(open_ones(), 1);
    assert_int_equal(peek_number(peek_of(REGIE),
                             "SELECT count(*) FROM case_file WHERE kind = 5"),
            1);
    assert_int_equal(peek_number(peek_of(REGIE),
                             "SELECT count(*) FROM trace WHERE case_number = 1"),
            0);
    end();
}

static void only_so_many_are_kept(void **state)
{
    (void)state;
    begin(18);
    coordinated_fill(ESCALATIONS_KEPT_MAX + 1, NULL);
    coordinated_over();
    world_start(REGIE);
    evil_serve(broker, REGIE);
    assert_int_equal(all_ones(), ESCALATIONS_KEPT_MAX + 1);
    world_pass(2 * TIME_HOUR_MS);
    assert_int_equal(all_ones(), ESCALATIONS_KEPT_MAX);
    /* The oldest went. */
    assert_int_equal(peek_number(peek_of(REGIE),
                             "SELECT min(case_number) FROM escalation"),
            100002);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(one_that_is_told_is_shown_until_it_ends),
            cmocka_unit_test(crisis_comes_first_and_then_what_is_due_first),
            cmocka_unit_test(what_is_not_the_brokers_to_say_has_no_effect),
            cmocka_unit_test(said_again_or_after_the_end_it_changes_nothing),
            cmocka_unit_test(what_is_so_again_stands_under_its_old_number),
            cmocka_unit_test(without_a_mandate_there_is_nothing),
            cmocka_unit_test(a_flood_has_an_end),
            cmocka_unit_test(only_who_can_be_asked_is_proposed),
            cmocka_unit_test(it_is_handed_to_a_coordinator_of_its_area_only),
            cmocka_unit_test(what_is_over_goes_after_its_term),
            cmocka_unit_test(only_so_many_are_kept),
    };
    return cmocka_run_group_tests_name("escalations", tests, coordinated_setup,
            coordinated_teardown);
}
