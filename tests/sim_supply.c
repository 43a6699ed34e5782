/* sim_supply.c - what partners say that they offer and take, of themselves and of
 * antennas: who may say what, how long it counts, and whom it keeps from being asked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/world.h"

#define HOME    "thuiszorg"
#define TARGET  "aksant"
#define HELPER  "noord" /* supports ANTENNA */
#define ANTENNA "antenne"
#define NEED    NEED_CATEGORY_SOCIAL_CONTACT_VISIT

static uint32_t today(void)
{
    return (uint32_t)time_brussels_day(sim_now());
}

/* ---- what may be said ---- */

struct row {
    const char *name;
    const char *who;
    const char *code;  /* "": done */
    const char *field; /* of the first issue; "": none */
    struct request request;
};

static void walk(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct request request = rows[i].request;
        world_pass(TIME_SECOND_MS);
        const struct reply *reply = world_ask(rows[i].who, &request);
        const char *field = reply->n_issues > 0 ? reply->issues[0].field : "";
        if (strcmp(reply->code, rows[i].code) != 0 || strcmp(field, rows[i].field) != 0)
            fail_msg("%s: \"%s\" %s, not \"%s\" %s (%s)", rows[i].name, reply->code,
                    field, rows[i].code, rows[i].field, reply->sentence);
    }
}

/* clang-format off */
#define CAPACITY(...) {.capacity = &(const struct set_capacity){__VA_ARGS__}}
#define INTAKE(...)   {.intake = &(const struct set_intake){__VA_ARGS__}}
#define SERVICE(...)  {.service = &(const struct set_service){__VA_ARGS__}}
#define ABSENCE(...)  {.absence = &(const struct set_absence){__VA_ARGS__}}
#define MANDATE(...)  {.mandate = &(const struct set_mandate){__VA_ARGS__}}
#define OPEN .state = CAPACITY_STATE_OPEN
#define WAIT .state = CAPACITY_STATE_WAITLIST
/* clang-format on */

static void each_statement_is_taken_or_refused_with_its_field(void **state)
{
    static const char *const PLACES[] = {"21004", "21004A01-"};
    static const char *const NO_PLACES[] = {"21004", "2100"};
    (void)state;
    world_fresh(1);
    const uint64_t now = (uint64_t)sim_now();
    const uint64_t day = TIME_DAY_MS;
    const uint32_t on = today();
    /* clang-format off */
    const struct row ROWS[] = {
            {"a service with a sector", HELPER, "", "", SERVICE(.need = NEED, .areas = PLACES, .n_areas = 2)},
            {"a service nowhere", HELPER, "E_FIELD", "areas", SERVICE(.need = NEED, .areas = NO_PLACES, .n_areas = 2)},
            {"a service of an antenna", HELPER, "", "", SERVICE(.need = NEED, .antenna = ANTENNA)},
            {"of an antenna of another", TARGET, "E_NOT_FOUND", "antenna", SERVICE(.need = NEED, .antenna = ANTENNA)},
            {"of a partner with a node", HELPER, "E_NOT_FOUND", "antenna", SERVICE(.need = NEED, .antenna = TARGET)},
            {"of nobody", HELPER, "E_NOT_FOUND", "antenna", SERVICE(.need = NEED, .antenna = "nobody")},
            {"the end of what was not said", HELPER, "E_NOT_FOUND", "need", SERVICE(.need = NEED_CATEGORY_DEBT, .end = true)},
            {"no need", HELPER, "E_FIELD", "need", CAPACITY(OPEN)},
            {"no state", HELPER, "E_FIELD", "state", CAPACITY(.need = NEED)},
            {"room for what is not offered", HELPER, "E_FIELD", "need", CAPACITY(.need = NEED_CATEGORY_DEBT, OPEN)},
            {"room in no place", HELPER, "E_FIELD", "area", CAPACITY(.need = NEED, OPEN, .area = "2")},
            {"room", HELPER, "", "", CAPACITY(.need = NEED, OPEN, .band = CAPACITY_BAND_3_5)},
            {"room without places", HELPER, "E_FIELD", "band", CAPACITY(.need = NEED, OPEN, .band = CAPACITY_BAND_0)},
            {"full with places", HELPER, "E_FIELD", "band", CAPACITY(.need = NEED, .state = CAPACITY_STATE_FULL, .band = CAPACITY_BAND_1_2)},
            {"a list without days", HELPER, "E_FIELD", "waitlist_days", CAPACITY(.need = NEED, WAIT)},
            {"a list for ever", HELPER, "E_FIELD", "waitlist_days", CAPACITY(.need = NEED, WAIT, .waitlist_days = 1001)},
            {"days without a list", HELPER, "E_FIELD", "waitlist_days", CAPACITY(.need = NEED, OPEN, .waitlist_days = 1)},
            {"a list", HELPER, "", "", CAPACITY(.need = NEED, WAIT, .waitlist_days = 1000, .area = "21004A01-", .language = "fr")},
            {"two weeks", HELPER, "", "", CAPACITY(.need = NEED, OPEN, .until_ms = now + 14 * day)},
            {"longer", HELPER, "E_TTL", "until_ms", CAPACITY(.need = NEED, OPEN, .until_ms = now + 15 * day)},
            {"over already", HELPER, "E_TTL", "until_ms", CAPACITY(.need = NEED, OPEN, .until_ms = now)},
            {"at no time", HELPER, "E_TTL", "until_ms", CAPACITY(.need = NEED, OPEN, .until_ms = UINT64_MAX)},
            {"of an antenna", HELPER, "", "", CAPACITY(.need = NEED, OPEN, .antenna = ANTENNA)},
            {"its end", HELPER, "", "", CAPACITY(.need = NEED, .antenna = ANTENNA, .end = true)},
            {"and again", HELPER, "E_NOT_FOUND", "need", CAPACITY(.need = NEED, .antenna = ANTENNA, .end = true)},
            {"one of another place stays", HELPER, "", "", CAPACITY(.need = NEED, .area = "21004A01-", .language = "fr", .end = true)},
            {"the intake of an antenna", HELPER, "", "", INTAKE(.state = INTAKE_STATE_VOLUNTEERS_AT_LIMIT, .antenna = ANTENNA)},
            {"of one of another", TARGET, "E_NOT_FOUND", "antenna", INTAKE(.state = INTAKE_STATE_FULL, .antenna = ANTENNA)},
            {"no last day", HELPER, "E_FIELD", "until_day", ABSENCE(.from_day = on)},
            {"away backwards", HELPER, "E_FIELD", "until_day", ABSENCE(.from_day = on + 2, .until_day = on + 1)},
            {"away yesterday", HELPER, "E_FIELD", "until_day", ABSENCE(.from_day = on - 3, .until_day = on - 1)},
            {"away too long", HELPER, "E_FIELD", "until_day", ABSENCE(.until_day = on + 366)},
            {"away at no time", HELPER, "E_FIELD", "from_day", ABSENCE(.from_day = UINT32_MAX, .until_day = UINT32_MAX)},
            {"away a year", HELPER, "", "", ABSENCE(.until_day = on + 365)},
            {"back", HELPER, "", "", ABSENCE(.from_day = on, .end = true)},
            {"back twice", HELPER, "E_NOT_FOUND", "from_day", ABSENCE(.from_day = on, .end = true)},
            {"a mandate of no coordinator", HELPER, "E_SCOPE", "mandate", MANDATE(.text = "I decide.", .areas = PLACES, .n_areas = 1)},
            {"its end", HELPER, "E_SCOPE", "mandate", MANDATE(.end = true)},
            {"of nobody", HELPER, "E_NOT_FOUND", "partner", {.supply = &(const struct list_supply){.partner = "nobody"}}},
            {"of the broker", HELPER, "E_NOT_FOUND", "partner", {.supply = &(const struct list_supply){.partner = NETWORK_BROKER}}},
    };
    /* clang-format on */
    walk(ROWS, COUNT_OF(ROWS));
    world_end();
}

/* ---- what others see ---- */

static const struct supply_list *supply(const char *who, const char *partner,
        enum statement_kind kind)
{
    const struct list_supply asked = {.partner = partner, .kind = kind};
    struct request request = {.supply = &asked};
    const struct reply *reply = world_must(who, &request, "");
    assert_non_null(reply->supply);
    return reply->supply;
}

static void must(const char *who, struct request request)
{
    (void)world_must(who, &request, "");
}

static void capacity_is_seen_by_all_and_is_not_known_after_its_day(void **state)
{
    (void)state;
    world_fresh(2);
    const uint64_t until_ms = (uint64_t)(sim_now() + TIME_HOUR_MS);
    must(HELPER, (struct request)SERVICE(.need = NEED));
    must(HELPER, (struct request)CAPACITY(.need = NEED, OPEN, .band = CAPACITY_BAND_1_2,
                         .until_ms = until_ms));
    must(HELPER, (struct request)SERVICE(.need = NEED, .antenna = ANTENNA));
    world_quiet();
    const struct supply_list *list = supply(HOME, HELPER, STATEMENT_KIND_CAPACITY);
    assert_int_equal(list->n_lines, 1);
    assert_false(list->lines[0].unknown);
    assert_string_equal(list->lines[0].author, HELPER);
    assert_int_equal(list->lines[0].capacity->state, CAPACITY_STATE_OPEN);
    assert_int_equal(list->lines[0].capacity->band, CAPACITY_BAND_1_2);
    /* Of the antenna nothing is known: that is not "open". */
    list = supply(HOME, ANTENNA, STATEMENT_KIND_CAPACITY);
    assert_int_equal(list->n_lines, 1);
    assert_true(list->lines[0].unknown);
    assert_int_equal(list->lines[0].capacity->state, 0);
    /* Its own list has both. */
    assert_int_equal(supply(HELPER, "", STATEMENT_KIND_CAPACITY)->n_lines, 2);
    assert_int_equal(supply(HELPER, "", STATEMENT_KIND_SERVICE)->n_lines, 2);
    assert_int_equal(supply(HOME, "", STATEMENT_KIND_SERVICE)->n_lines, 0);
    world_pass(TIME_HOUR_MS);
    list = supply(HOME, HELPER, STATEMENT_KIND_CAPACITY);
    assert_int_equal(list->n_lines, 1);
    assert_true(list->lines[0].unknown);
    world_end();
}

/* ---- who is kept from being asked ---- */

static uint64_t consent_for_antenna(void)
{
    return world_consent(HOME, &(struct world_consent){
                                       .recipients = {HELPER, ANTENNA, TARGET}
    });
}

static uint16_t intake_of(const char *who, const char *partner)
{
    return supply(who, partner, STATEMENT_KIND_INTAKE)->lines[0].intake->state;
}

static void an_antenna_at_its_limit_is_not_asked(void **state)
{
    (void)state;
    world_fresh(3);
    uint64_t consent = consent_for_antenna();
    assert_string_equal(world_refer(HOME, consent, ANTENNA, "Rosa Een Voorbeeld")->code,
            "");
    world_quiet();
    must(HELPER, (struct request)INTAKE(.state = INTAKE_STATE_VOLUNTEERS_AT_LIMIT,
                         .antenna = ANTENNA));
    world_quiet();
    assert_int_equal(intake_of(HOME, ANTENNA), INTAKE_STATE_VOLUNTEERS_AT_LIMIT);
    assert_int_equal(intake_of(HOME, HELPER), INTAKE_STATE_OPEN);
    assert_string_equal(world_refer(HOME, consent, ANTENNA, "Rosa Twee Voorbeeld")
                                ->code,
            "E_BUSY");
    /* What supports it still takes referrals of its own. */
    assert_string_equal(world_refer(HOME, consent, HELPER, "Rosa Drie Voorbeeld")->code,
            "");
    must(HELPER,
            (struct request)INTAKE(.state = INTAKE_STATE_OPEN, .antenna = ANTENNA));
    world_quiet();
    assert_string_equal(world_refer(HOME, consent, ANTENNA, "Rosa Vier Voorbeeld")
                                ->code,
            "");
    world_quiet();
    world_end();
}

/* It was sealed before the limit was known here: the broker knows it. */
static void the_broker_does_not_offer_a_task_to_who_is_at_the_limit(void **state)
{
    (void)state;
    world_fresh(4);
    uint64_t consent = consent_for_antenna();
    world_quiet();
    world_stop(NETWORK_BROKER);
    const struct reply *reply =
            world_refer(HOME, consent, ANTENNA, "Rosa Een Voorbeeld");
    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    must(HELPER, (struct request)INTAKE(.state = INTAKE_STATE_VOLUNTEERS_AT_LIMIT,
                         .antenna = ANTENNA));
    world_stop(HOME);
    world_start(NETWORK_BROKER);
    world_quiet();
    world_start(HOME);
    world_quiet();
    assert_int_equal(world_newest(HELPER, CASE_BOX_NONE), 0);
    const struct trace_case wanted = {.number = number};
    struct request request = {.trace = &wanted};
    const struct trace *trace = world_must(HOME, &request, "")->trace;
    bool busy = false;
    for (size_t i = 0; i < trace->n_lines; i++)
        busy |= strcmp(trace->lines[i].code, "E_BUSY") == 0;
    assert_true(busy);
    world_end();
}

static void who_is_away_is_not_asked_on_those_days(void **state)
{
    (void)state;
    world_fresh(5);
    uint64_t consent = consent_for_antenna();
    must(HELPER,
            (struct request)ABSENCE(.from_day = today() + 1, .until_day = today() + 1));
    world_quiet();
    assert_string_equal(world_refer(HOME, consent, HELPER, "Rosa Een Voorbeeld")->code,
            "");
    world_pass(TIME_DAY_MS);
    assert_string_equal(world_refer(HOME, consent, HELPER, "Rosa Twee Voorbeeld")->code,
            "E_BUSY");
    assert_string_equal(world_refer(HOME, consent, ANTENNA, "Rosa Drie Voorbeeld")
                                ->code,
            "E_BUSY");
    assert_string_equal(world_refer(HOME, consent, TARGET, "Rosa Vier Voorbeeld")->code,
            "");
    const struct supply_line *line =
            &supply(HOME, HELPER, STATEMENT_KIND_INTAKE)->lines[0];
    assert_int_equal(line->intake->state, INTAKE_STATE_PAUSED);
    assert_non_null(line->absence);
    assert_int_equal(line->absence->until_day, today());
    world_pass(TIME_DAY_MS);
    assert_string_equal(world_refer(HOME, consent, HELPER, "Rosa Vijf Voorbeeld")->code,
            "");
    world_quiet();
    world_end();
}

/* ---- looking for somebody ---- */

static const struct candidate_list *find(uint64_t consent)
{
    static const uint16_t needs[] = {NEED};
    const struct find wish = {.needs = needs,
            .n_needs = 1,
            .place = "21004",
            .language = "",
            .consent_number = consent};
    struct request request = {.find = &wish};
    const struct reply *reply = world_must(HOME, &request, "");
    assert_non_null(reply->found);
    return reply->found;
}

static const struct candidate *candidate(const struct candidate_list *list,
        const char *partner)
{
    size_t i = 0;
    while (i < list->n_candidates && strcmp(list->candidates[i].partner, partner) != 0)
        i++;
    assert_true(i < list->n_candidates);
    return &list->candidates[i];
}

static bool says(const struct candidate *candidate, uint16_t reason)
{
    for (size_t i = 0; i < candidate->n_reasons; i++)
        if (candidate->reasons[i] == reason)
            return true;
    return false;
}

/* What partners say moves them up and down in what another finds; nothing is sent by
 * it. */
static void who_is_found_follows_what_partners_say(void **state)
{
    (void)state;
    world_fresh(7);
    static const char *const AREAS[] = {"21004"};
    must(HELPER, (struct request)SERVICE(.need = NEED, .antenna = ANTENNA,
                         .areas = AREAS, .n_areas = 1));
    must(HELPER, (struct request)CAPACITY(.need = NEED, OPEN, .antenna = ANTENNA));
    must(TARGET, (struct request)SERVICE(.need = NEED));
    world_quiet();
    assert_string_equal(find(0)->candidates[0].partner, ANTENNA);
    assert_string_equal(find(0)->candidates[0].via, HELPER);
    assert_true(candidate(find(0), HOME)->own);
    must(HELPER, (struct request)INTAKE(.state = INTAKE_STATE_VOLUNTEERS_AT_LIMIT,
                         .antenna = ANTENNA));
    world_quiet();
    assert_string_equal(find(0)->candidates[0].partner, TARGET);
    assert_false(candidate(find(0), ANTENNA)->askable);
    assert_true(says(candidate(find(0), ANTENNA), FIND_REASON_INTAKE_LIMIT));
    /* Whom a consent names; one that is not there, or is over, names nobody. */
    uint64_t consent =
            world_consent(HOME, &(struct world_consent){.recipients = {TARGET}});
    assert_true(says(candidate(find(consent), TARGET), FIND_REASON_CONSENT_NAMES));
    assert_true(says(candidate(find(consent), HELPER), FIND_REASON_CONSENT_NOT));
    static const uint16_t needs[] = {NEED};
    struct find wish = {.needs = needs,
            .n_needs = 1,
            .place = "21004",
            .consent_number = 99};
    struct request request = {.find = &wish};
    (void)world_must(HOME, &request, "E_CONSENT_NONE");
    world_withdraw(HOME, consent);
    wish.consent_number = consent;
    (void)world_must(HOME, &request, "E_CONSENT_WITHDRAWN");
    wish.place = "2100";
    (void)world_must(HOME, &request, "E_FIELD");
    world_end();
}

/* How a partner answered us is counted at home, by itself: who decides in time, and how
 * soon; who lets the limit pass does not. */
static void how_partners_answer_is_remembered(void **state)
{
    enum { TIMES = 3 };
    (void)state;
    world_fresh(8);
    uint64_t consent = consent_for_antenna();
    for (int i = 0; i < TIMES; i++) {
        struct world_referral wish = {.consent = consent,
                .candidate = TARGET,
                .secret = "Rosa Een Voorbeeld",
                .urgency = URGENCY_CRISIS};
        assert_string_equal(world_refer_as(HOME, &wish)->code, "");
        wish.candidate = ANTENNA;
        assert_string_equal(world_refer_as(HOME, &wish)->code, "");
        world_quiet();
        world_pass((i + 1) * (int64_t)TIME_MINUTE_MS);
        world_do(TARGET, world_newest(TARGET, CASE_BOX_TO_DECIDE), OFFER_EVENT_DECLINE);
    }
    /* In a crisis two hours are the limit. */
    world_pass(3 * (int64_t)TIME_HOUR_MS);
    world_quiet();
    const struct candidate told = *candidate(find(0), TARGET);
    assert_int_equal(told.asked, TIMES);
    assert_int_equal(told.in_time, TIMES);
    assert_in_range(told.median_ms, 2 * TIME_MINUTE_MS, 3 * TIME_MINUTE_MS);
    assert_true(says(&told, FIND_REASON_ANSWERS_WELL));
    const struct candidate silent = *candidate(find(0), ANTENNA);
    assert_int_equal(silent.asked, TIMES);
    assert_int_equal(silent.in_time, 0);
    assert_true(says(&silent, FIND_REASON_ANSWERS_BADLY));
    assert_int_equal(candidate(find(0), HELPER)->asked, 0);
    world_end();
}

/* ---- who takes over from whom ---- */

static void away(const char *actor, const char *substitute, uint32_t days,
        const char *code)
{
    const struct set_substitute set = {.substitute = substitute,
            .until_day = today() + days};
    struct request request = {.substitute = &set, .actor = actor};
    (void)world_must(TARGET, &request, code);
}

/* How many cases are the work of this one today; whoever takes over the first. */
static size_t work_of(const char *actor, char substitute[81])
{
    const struct list_cases asked = {.of = actor};
    struct request request = {.inbox = &asked};
    const struct case_list *list = world_must(TARGET, &request, "")->cases;
    snprintf(substitute, 81, "%s", list->n_cases > 0 ? list->cases[0].substitute : "");
    return list->n_cases;
}

static void who_is_away_is_stood_in_for_inside_the_house(void **state)
{
    (void)state;
    world_fresh(9);
    char who[81];
    uint64_t consent = consent_for_antenna();
    assert_string_equal(world_refer(HOME, consent, TARGET, "Rosa Een Voorbeeld")->code,
            "");
    assert_string_equal(world_refer(HOME, consent, TARGET, "Rosa Twee Voorbeeld")->code,
            "");
    world_quiet();
    const struct act seen = {.case_number = 1, .event = OFFER_EVENT_SEEN};
    struct request request = {.act = &seen, .actor = "anna"};
    (void)world_must(TARGET, &request, "");
    world_quiet();
    /* It is hers who did the last step; nobody named has touched the other. */
    assert_int_equal(work_of("", who), 2);
    assert_int_equal(work_of("anna", who), 1);
    assert_int_equal(work_of("piet", who), 0);
    away("anna", "", 3, "E_FIELD");
    away("anna", "anna", 3, "E_FIELD");
    away("", "piet", 3, "E_FIELD");
    away("anna", "piet", 400, "E_FIELD");
    away("anna", "piet", 1, "");
    assert_int_equal(work_of("piet", who), 1);
    assert_string_equal(who, "piet");
    assert_int_equal(work_of("anna", who), 1);
    /* Who takes over is away too: the next one does. When it goes round, it stays. */
    away("piet", "els", 2, "");
    assert_int_equal(work_of("els", who), 1);
    assert_string_equal(who, "els");
    away("els", "anna", 1, "");
    assert_int_equal(work_of("els", who), 1);
    assert_string_equal(who, "");
    const struct set_substitute back = {.end = true};
    request = (struct request){.substitute = &back, .actor = "els"};
    (void)world_must(TARGET, &request, "");
    request = (struct request){.substitute = &back, .actor = "els"};
    (void)world_must(TARGET, &request, "E_NOT_FOUND");
    const struct supply_list *list = supply(TARGET, "", STATEMENT_KIND_ABSENCE);
    assert_int_equal(list->n_substitutes, 2);
    assert_string_equal(list->substitutes[0].actor, "anna");
    assert_string_equal(list->substitutes[0].substitute, "piet");
    /* Nobody outside hears of it, and it is over by itself. */
    assert_int_equal(supply(HOME, TARGET, STATEMENT_KIND_ABSENCE)->n_lines, 0);
    assert_int_equal(supply(HOME, TARGET, STATEMENT_KIND_ABSENCE)->n_substitutes, 0);
    assert_int_equal(intake_of(HOME, TARGET), INTAKE_STATE_OPEN);
    world_pass(TIME_DAY_MS);
    assert_int_equal(work_of("els", who), 1);
    world_pass(TIME_DAY_MS);
    assert_int_equal(work_of("els", who), 0);
    assert_int_equal(work_of("anna", who), 1);
    world_end();
}

static void a_hundred_can_be_stood_in_for(void **state)
{
    enum { MOST = 100 };
    char name[PARTNER_BYTES];
    (void)state;
    world_fresh(10);
    for (int i = 0; i < MOST; i++) {
        snprintf(name, sizeof name, "staff-%d", i);
        away(name, "piet", 3, "");
    }
    away("one-more", "piet", 3, "E_SIZE");
    away("staff-7", "els", 2, "");
    world_end();
}

/* ---- mandates ---- */

static void a_coordinator_says_its_mandate(void **state)
{
    static const struct network_partner partners[] = {
            {"regie",     PARTNER_TYPE_REGISSEUR},
            {"thuiszorg", PARTNER_TYPE_HOMECARE },
    };
    static const char *const AREAS[] = {"21004"}, *const BRUSSEL[] = {"bruss"};
    static struct test_network network;
    (void)state;
    world_found_with(&network, partners, COUNT_OF(partners));
    world_begin(6, &network, "regie");
    /* clang-format off */
    const struct row ROWS[] = {
            {"no words", "regie", "E_FIELD", "text", MANDATE(.areas = AREAS, .n_areas = 1)},
            {"no area", "regie", "E_FIELD", "areas", MANDATE(.text = "Nobody gets stuck.", .areas = BRUSSEL, .n_areas = 1)},
            {"over already", "regie", "E_TTL", "until_day", MANDATE(.text = "Nobody gets stuck.", .areas = AREAS, .n_areas = 1, .until_day = 100)},
            {"for ever", "regie", "E_TTL", "until_day", MANDATE(.text = "Nobody gets stuck.", .areas = AREAS, .n_areas = 1, .until_day = 30000)},
            {"nothing to end", "regie", "E_NOT_FOUND", "mandate", MANDATE(.end = true)},
            {"a mandate", "regie", "", "", MANDATE(.text = "Nobody gets stuck.", .areas = AREAS, .n_areas = 1, .until_day = today() + 9)},
            {"of no coordinator", "thuiszorg", "E_SCOPE", "mandate", MANDATE(.text = "I decide.", .areas = AREAS, .n_areas = 1)},
    };
    /* clang-format on */
    walk(ROWS, COUNT_OF(ROWS));
    world_quiet();
    const struct supply_list *list =
            supply("thuiszorg", "regie", STATEMENT_KIND_MANDATE);
    assert_int_equal(list->n_lines, 1);
    assert_string_equal(list->lines[0].mandate->text, "Nobody gets stuck.");
    assert_true(list->lines[0].counts);
    assert_int_equal(list->lines[0].until_ms,
            (uint64_t)time_day_start((int32_t)today() + 10));
    must("regie", (struct request)MANDATE(.end = true));
    world_quiet();
    assert_int_equal(supply("thuiszorg", "regie", STATEMENT_KIND_MANDATE)->n_lines, 0);
    world_end();
    network_forget(&network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(each_statement_is_taken_or_refused_with_its_field),
            cmocka_unit_test(capacity_is_seen_by_all_and_is_not_known_after_its_day),
            cmocka_unit_test(an_antenna_at_its_limit_is_not_asked),
            cmocka_unit_test(the_broker_does_not_offer_a_task_to_who_is_at_the_limit),
            cmocka_unit_test(who_is_away_is_not_asked_on_those_days),
            cmocka_unit_test(who_is_found_follows_what_partners_say),
            cmocka_unit_test(how_partners_answer_is_remembered),
            cmocka_unit_test(who_is_away_is_stood_in_for_inside_the_house),
            cmocka_unit_test(a_hundred_can_be_stood_in_for),
            cmocka_unit_test(a_coordinator_says_its_mandate),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
