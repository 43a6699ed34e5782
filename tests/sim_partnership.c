/* sim_partnership.c - a partnership from proposal to end: what people of both sides
 * see, what passes meanwhile, and the map of who may send what to whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/world.h"

#define HOME    "thuiszorg"
#define TARGET  "aksant"
#define SERVER  "noord" /* supports the antenna */
#define ANTENNA "antenne"

static const uint16_t PURPOSES[] = {PURPOSE_CARE_COORDINATION};
static const uint16_t DATA[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_AREA,
        DATA_CATEGORY_AGE_BAND, DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS,
        DATA_CATEGORY_STRENGTHS, DATA_CATEGORY_HOUSEHOLD, DATA_CATEGORY_NETWORK,
        DATA_CATEGORY_SERVICE_HISTORY, DATA_CATEGORY_IDENTIFIER};

static struct partnership_change terms(const char *partner, uint32_t days)
{
    return (struct partnership_change){.verb = PARTNERSHIP_VERB_PROPOSE,
            .partner = partner,
            .purposes = PURPOSES,
            .n_purposes = COUNT_OF(PURPOSES),
            .data_categories = DATA,
            .n_data_categories = COUNT_OF(DATA),
            .own_secrecy_bound = true,
            .their_secrecy_bound = true,
            .own_reason = "decree",
            .their_reason = "law",
            .until_day = (uint32_t)time_brussels_day(sim_now()) + days};
}

static const struct reply *change(const char *id, const struct partnership_change *wish,
        const char *code)
{
    struct request request = {.partnership = wish};
    const struct reply *reply = world_must(id, &request, code);

    world_quiet();
    return reply;
}

static void verb(const char *id, enum partnership_verb which, const char *partner,
        const char *code)
{
    const struct partnership_change wish = {.verb = which, .partner = partner};

    (void)change(id, &wish, code);
}

static const struct partnership_line *line_of(const char *id, const char *partner)
{
    const struct show_partnerships show = {.partner = partner};
    struct request request = {.partnerships = &show};
    const struct partnership_list *list = world_must(id, &request, "")->partnerships;

    assert_int_equal(list->n_partnerships, 1);
    return &list->partnerships[0];
}

static const char *refer(void)
{
    const struct world_consent wish = {.recipients = {TARGET}};
    const char *code =
            world_refer(HOME, world_consent(HOME, &wish), TARGET, "Rosa Voorbeeld")
                    ->code;

    world_quiet();
    return code;
}

static bool check_ok(const char *id, const char *words)
{
    const struct get_doctor get = {0};
    struct request request = {.doctor = &get};
    const struct doctor *doctor = world_must(id, &request, "")->doctor;

    for (size_t i = 0; i < doctor->n_checks; i++)
        if (strcmp(doctor->checks[i].name, "partnerships") == 0) {
            if (words != NULL)
                assert_non_null(strstr(doctor->checks[i].words, words));
            return doctor->checks[i].ok;
        }
    fail();
    return false;
}

/* ------------------------------------------------------------ new terms */

static void new_terms_wait_for_both(void **state)
{
    (void)state;
    world_fresh(161);
    struct partnership_change wish = terms(TARGET, 200);
    wish.niss_allowed = true;
    (void)change(HOME, &wish, "");
    const struct partnership_line *ours = line_of(HOME, TARGET);
    assert_string_equal(ours->state, "active");
    assert_string_equal(ours->their_todo, "agree");
    assert_string_equal(ours->own_todo, "");
    assert_false(ours->in_force->niss_allowed);
    assert_true(ours->ours->niss_allowed);
    const struct partnership_line *theirs = line_of(TARGET, HOME);
    assert_string_equal(theirs->own_todo, "agree");
    assert_string_equal(theirs->theirs->own_reason, "law");
    assert_string_equal(theirs->theirs->their_reason, "decree");
    /* The old terms hold meanwhile. */
    assert_string_equal(refer(), "");
    verb(TARGET, PARTNERSHIP_VERB_AGREE, HOME, "");
    theirs = line_of(TARGET, HOME);
    assert_true(theirs->in_force->niss_allowed);
    assert_null(theirs->theirs);
    ours = line_of(HOME, TARGET);
    assert_true(ours->in_force->niss_allowed);
    assert_null(ours->ours);
    assert_string_equal(ours->their_todo, "");
    /* To agree once more changes nothing; nor does the same proposal. */
    verb(TARGET, PARTNERSHIP_VERB_AGREE, HOME, "");
    (void)change(HOME, &wish, "");
    assert_string_equal(line_of(TARGET, HOME)->own_todo, "");
    assert_string_equal(refer(), "");
    world_end();
}

/* Two that propose the same have agreed. */
static void the_same_proposal_is_a_yes(void **state)
{
    (void)state;
    world_fresh(162);
    struct partnership_change wish = terms(TARGET, 150);
    (void)change(HOME, &wish, "");
    struct partnership_change same = terms(HOME, 150);
    same.own_reason = wish.their_reason;
    same.their_reason = wish.own_reason;
    assert_string_equal(change(TARGET, &same, "")->made->state, "active");
    assert_int_equal(line_of(HOME, TARGET)->in_force->until_day, wish.until_day);
    world_end();
}

static void either_side_ends_it_at_once(void **state)
{
    static const char *const sides[] = {HOME, TARGET};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(sides); i++) {
        world_fresh(163 + i);
        assert_string_equal(refer(), "");
        verb(sides[i], PARTNERSHIP_VERB_END, sides[1 - i], "");
        for (size_t k = 0; k < COUNT_OF(sides); k++) {
            const struct partnership_line *line = line_of(sides[k], sides[1 - k]);
            assert_string_equal(line->state, "ended");
            assert_string_equal(line->ended_by, sides[i]);
            assert_non_null(line->last);
            /* Who ended it knows why, and nobody is nagged. */
            assert_true(check_ok(sides[k], NULL));
        }
        assert_string_equal(refer(), "E_PARTNERSHIP");
        /* Codes and dates still pass: the referral can be brought to its end. */
        world_do(TARGET, 1, OFFER_EVENT_DECLINE);
        assert_int_equal(world_state(HOME, 1), OFFER_STATE_DECLINED);
        verb(sides[1 - i], PARTNERSHIP_VERB_AGREE, sides[i], "E_NOT_FOUND");
        world_end();
    }
}

/* ------------------------------------------------------------ the last day */

static void both_are_warned_and_told(void **state)
{
    static const char *const sides[] = {HOME, TARGET};

    (void)state;
    world_fresh(165);
    world_stop("chambry");
    world_stop("meldpunt");
    world_stop("noord");
    const struct partnership_change wish = terms(TARGET, 61);
    (void)change(HOME, &wish, "");
    verb(TARGET, PARTNERSHIP_VERB_AGREE, HOME, "");
    for (size_t i = 0; i < COUNT_OF(sides); i++) {
        assert_int_equal(world_status(sides[i])->n_partnerships_end, 0);
        assert_true(check_ok(sides[i], NULL));
    }
    world_pass((int64_t)2 * TIME_DAY_MS);
    for (size_t i = 0; i < COUNT_OF(sides); i++) {
        const struct status *status = world_status(sides[i]);
        assert_int_equal(status->n_partnerships_end, 1);
        assert_string_equal(status->partnerships_end[0].partner, sides[1 - i]);
        assert_false(status->partnerships_end[0].over);
        assert_false(check_ok(sides[i], sides[1 - i]));
        assert_string_equal(status->partnerships_end[0].todo, "renew");
        assert_int_equal(status->n_partnerships_to_agree, 0);
        assert_string_equal(line_of(sides[i], sides[1 - i])->own_todo, "renew");
    }
    /* Renewed in time nobody notices. Meanwhile each side knows whose turn it is. */
    const struct partnership_change next = terms(TARGET, 1);
    (void)change(HOME, &next, "");
    assert_string_equal(world_status(HOME)->partnerships_end[0].todo, "wait");
    assert_int_equal(world_status(HOME)->n_partnerships_to_agree, 0);
    assert_string_equal(world_status(TARGET)->partnerships_end[0].todo, "agree");
    assert_int_equal(world_status(TARGET)->n_partnerships_to_agree, 1);
    assert_string_equal(world_status(TARGET)->partnerships_to_agree[0], HOME);
    verb(TARGET, PARTNERSHIP_VERB_AGREE, HOME, "");
    assert_string_equal(refer(), "");
    /* And after its last day it is over, also after a restart. */
    world_pass((int64_t)3 * TIME_DAY_MS);
    world_stop(HOME);
    world_start(HOME);
    world_quiet();
    for (size_t i = 0; i < COUNT_OF(sides); i++) {
        const struct partnership_line *line = line_of(sides[i], sides[1 - i]);
        assert_string_equal(line->state, "ended");
        assert_string_equal(line->ended_by, "");
        assert_string_equal(line->own_todo, "propose");
        assert_true(world_status(sides[i])->partnerships_end[0].over);
        assert_false(check_ok(sides[i], sides[1 - i]));
    }
    assert_string_equal(refer(), "E_PARTNERSHIP");
    /* Whoever closes it is asked no more. */
    verb(HOME, PARTNERSHIP_VERB_END, TARGET, "");
    assert_int_equal(world_status(HOME)->n_partnerships_end, 0);
    assert_true(check_ok(TARGET, NULL));
    world_end();
}

/* ------------------------------------------------------------ what is refused */

enum wrong {
    NO_OWN_REASON,
    BLANK_REASON,
    PURPOSE_TWICE,
    DATA_TWICE,
    NO_THEIR_REASON,
    NISS_ALONE,
    PAST,
    TOO_FAR,
    NO_PURPOSE,
    NO_DATA,
    OURSELVES,
    STRANGER,
    AN_ANTENNA
};

static void a_proposal_that_is_refused(void **state)
{
    static const uint16_t same[] = {1, 1};
    static const struct {
        enum wrong wrong;
        const char *code, *field;
    } rows[] = {
            {NO_OWN_REASON,   "E_FIELD",     "own_reason"     },
            {NO_THEIR_REASON, "E_FIELD",     "their_reason"   },
            {BLANK_REASON,    "E_FIELD",     "own_reason"     },
            {PURPOSE_TWICE,   "E_FIELD",     "purposes"       },
            {DATA_TWICE,      "E_FIELD",     "data_categories"},
            {NISS_ALONE,      "E_FIELD",     "niss_allowed"   },
            {PAST,            "E_FIELD",     "until_day"      },
            {TOO_FAR,         "E_FIELD",     "until_day"      },
            {NO_PURPOSE,      "E_FIELD",     "purposes"       },
            {NO_DATA,         "E_FIELD",     "data_categories"},
            {OURSELVES,       "E_FIELD",     "partner"        },
            {STRANGER,        "E_NOT_FOUND", "partner"        },
            {AN_ANTENNA,      "E_FIELD",     "partner"        },
    };

    (void)state;
    world_fresh(166);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct partnership_change wish = terms(TARGET, 100);
        switch (rows[i].wrong) {
        case NO_OWN_REASON: wish.own_reason = ""; break;
        case BLANK_REASON: wish.own_reason = "  "; break;
        case PURPOSE_TWICE:
            wish.purposes = same;
            wish.n_purposes = COUNT_OF(same);
            break;
        case DATA_TWICE:
            wish.data_categories = same;
            wish.n_data_categories = COUNT_OF(same);
            break;
        case NO_THEIR_REASON: wish.their_reason = ""; break;
        case NISS_ALONE:
            wish.niss_allowed = true;
            wish.n_data_categories--;
            break;
        case PAST: wish.until_day -= 101; break;
        case TOO_FAR: wish.until_day += 5 * 366; break;
        case NO_PURPOSE: wish.n_purposes = 0; break;
        case NO_DATA: wish.n_data_categories = 0; break;
        case OURSELVES: wish.partner = HOME; break;
        case STRANGER: wish.partner = "nobody-here"; break;
        case AN_ANTENNA: wish.partner = ANTENNA; break;
        }
        const struct reply *reply = change(HOME, &wish, rows[i].code);
        assert_true(reply->n_issues > 0);
        assert_string_equal(reply->issues[0].field, rows[i].field);
    }
    /* Nothing was said by that. */
    assert_string_equal(line_of(HOME, TARGET)->their_todo, "");
    /* What is asked about an antenna is answered for who supports it. */
    const struct partnership_line *line = line_of(HOME, ANTENNA);
    assert_string_equal(line->partner, SERVER);
    assert_int_equal(line->n_antennas, 1);
    assert_string_equal(line->antennas[0], ANTENNA);
    world_end();
}

/* ------------------------------------------------------------ the map */

static const struct flow *find_flow(const char *id, bool network, const char *a,
        const char *b)
{
    const struct show_flows show = {.network = network};
    struct request request = {.flows = &show};
    const struct flow_map *map = world_must(id, &request, "")->flows;

    for (size_t i = 0; i < map->n_flows; i++)
        if (strcmp(map->flows[i].a, a) == 0 && strcmp(map->flows[i].b, b) == 0)
            return &map->flows[i];
    return NULL;
}

static void who_may_send_what_to_whom(void **state)
{
    (void)state;
    world_fresh(167);
    /* With this one only we are bound: what comes to us may be delicate. */
    struct partnership_change wish = terms("chambry", 100);
    wish.their_secrecy_bound = false;
    wish.their_reason = "";
    (void)change(HOME, &wish, "");
    verb("chambry", PARTNERSHIP_VERB_AGREE, HOME, "");
    const struct flow *flow = find_flow(HOME, false, HOME, "chambry");
    assert_non_null(flow);
    assert_int_equal(flow->to_b, LEVEL_S0);
    assert_int_equal(flow->to_a, LEVEL_S2);
    assert_int_equal(flow->n_purposes, 1);
    assert_int_equal(flow->until_day, wish.until_day);
    flow = find_flow(HOME, false, HOME, TARGET);
    assert_int_equal(flow->to_b, LEVEL_S2);
    /* An antenna takes letters through its partner, under that one's secrecy. */
    flow = find_flow(HOME, false, HOME, ANTENNA);
    assert_string_equal(flow->via, SERVER);
    assert_int_equal(flow->to_b, LEVEL_S2);
    assert_int_equal(flow->to_a, LEVEL_NONE);
    flow = find_flow(SERVER, false, HOME, ANTENNA);
    assert_non_null(flow);
    assert_null(find_flow(SERVER, false, SERVER, ANTENNA));
    /* Others see the same of the whole network, each pair once. */
    assert_null(find_flow(TARGET, false, "chambry", HOME));
    flow = find_flow(TARGET, true, "chambry", HOME);
    assert_int_equal(flow->to_b, LEVEL_S2);
    assert_int_equal(flow->to_a, LEVEL_S0);
    assert_null(find_flow(TARGET, true, HOME, "chambry"));
    assert_null(find_flow(TARGET, true, TARGET, "chambry"));
    /* What ended is on no map. */
    verb("chambry", PARTNERSHIP_VERB_END, HOME, "");
    assert_null(find_flow(HOME, false, HOME, "chambry"));
    assert_null(find_flow(TARGET, true, "chambry", HOME));
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(new_terms_wait_for_both),
            cmocka_unit_test(the_same_proposal_is_a_yes),
            cmocka_unit_test(either_side_ends_it_at_once),
            cmocka_unit_test(both_are_warned_and_told),
            cmocka_unit_test(a_proposal_that_is_refused),
            cmocka_unit_test(who_may_send_what_to_whom),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
