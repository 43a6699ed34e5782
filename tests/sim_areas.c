/* sim_areas.c - a municipality ends and its sector goes to another: through the real
 * broker and nodes, on both sides of that day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "nodes/node_inner.h"
#include "tests/evil_broker.h"
#include "tests/reported.h"

#define POINT  "meldpunt"
#define HOME   "thuiszorg"
#define OLD    "44021"
#define NEW    "44099"
#define SECTOR "44021A01-" /* under NEW its code stays what it was */

enum { LAST_DAY = 20620, NEED = NEED_CATEGORY_LONELINESS_ISOLATION }; /* 2026-06-16 */

static const char MERGED_AREAS[] = "11002\tAntwerpen\tAnvers\tAntwerp\topen\topen\n"
                                   "21004\tBrussel\tBruxelles\tBrussels\topen\topen\n"
                                   "21009\tElsene\tIxelles\tIxelles\topen\topen\n" OLD
                                   "\tGent\tGand\tGhent\topen\t2026-06-16\n" NEW
                                   "\tNieuwstad\tNouvelleville\tNewtown\topen\topen\n";
static const char MERGED_SECTORS[] =
        "21004A01-\t21004\t\topen\topen\n" SECTOR "\t" OLD
        "\t\topen\t2026-06-16\n" SECTOR "\t" NEW "\t\t2026-06-17\topen\n";

/* The broker's administrator loads what the steward made; every node hears of it. */
static void load_bundle(void)
{
    world_publish(NETWORK_BROKER);
    world_pass(TIME_MINUTE_MS);
    world_quiet();
}

static void merge(void)
{
    network_areas(world_network(), MERGED_AREAS, MERGED_SECTORS, sim_now());
    load_bundle();
}

/* Nobody's computer is on until that day begins. */
static void pass_until(int32_t day)
{
    static const char *const all[] = {NETWORK_BROKER, POINT, HOME, "aksant", "chambry",
            "noord"};
    world_quiet();
    for (size_t i = 0; i < COUNT_OF(all); i++)
        world_stop(all[i]);
    world_pass(time_day_start(day) - sim_now());
    for (size_t i = 0; i < COUNT_OF(all); i++)
        world_start(all[i]);
    world_quiet();
    world_pass(10 * TIME_MINUTE_MS);
    world_quiet();
}

/* "44021 44099!": in which municipalities a node sees the sector on a day. */
static const char *seen_in(const char *who, int32_t day)
{
    static char text[64];
    const struct list_areas list = {.place = SECTOR, .day = (uint32_t)day, .after = ""};
    struct request request = {.areas = &list};
    const struct area_list *found = world_must(who, &request, "")->areas;
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < found->n_areas && len < sizeof text; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", i > 0 ? " " : "",
                found->areas[i].nis);
    return text;
}

/* ------------------------------------------------------------- what is asked */

static const struct made *raise(uint64_t consent, const char *area, const char *place,
        const char *code)
{
    static const uint16_t needs[] = {NEED};
    const struct signal said = {.needs = needs,
            .n_needs = 1,
            .person = "Rosa Voorbeeld, third floor",
            .language = "nl",
            .place = place};
    const struct raise_signal wish = {.recipient = POINT,
            .consent_number = consent,
            .urgency = URGENCY_ROUTINE,
            .area = area,
            .signal = &said};
    struct request request = {.signal = &wish};
    return world_must(HOME, &request, code)->made;
}

static void raise_many(size_t n, const char *area, const char *place)
{
    for (size_t i = 0; i < n; i++)
        (void)raise(0, area, place, "");
    world_quiet();
}

static void serve(const char *who, const char *area)
{
    const char *const areas[] = {area};
    const struct set_service service = {.need = NEED, .areas = areas, .n_areas = 1};
    const struct set_capacity room = {.need = NEED,
            .area = area,
            .state = CAPACITY_STATE_OPEN};
    const struct set_subscription wants = {.areas = areas,
            .n_areas = 1,
            .needs = &service.need,
            .n_needs = 1};
    struct request first = {.service = &service};
    struct request second = {.capacity = &room};
    struct request third = {.subscription = &wants};
    world_must(who, &first, "");
    world_must(who, &second, "");
    world_must(who, &third, "");
    world_quiet();
}

/* What the finder says of a partner for this place: its place, and whether there is
 * room there. */
static bool finds_here(const char *place, const char *partner)
{
    static const uint16_t needs[] = {NEED};
    const struct find find = {.needs = needs, .n_needs = 1, .place = place};
    struct request request = {.find = &find};
    const struct candidate_list *found = world_must(HOME, &request, "")->found;
    for (size_t i = 0; i < found->n_candidates; i++) {
        const struct candidate *candidate = &found->candidates[i];
        if (strcmp(candidate->partner, partner) != 0)
            continue;
        bool here = false;
        for (size_t k = 0; k < candidate->n_reasons; k++)
            here |= candidate->reasons[k] == FIND_REASON_AREA_HERE;
        assert_int_equal(candidate->capacity_state, here ? CAPACITY_STATE_OPEN : 0);
        return here;
    }
    return false;
}

/* Who was sent a signal under this consent, besides the reporting point. */
static const char *shared_with(uint64_t consent)
{
    const struct made *made = raise(consent, "", SECTOR, "");
    const char *partner = "";
    for (size_t i = 0; i < made->n_shares; i++)
        if (made->shares[i].code[0] == '\0')
            partner = made->shares[i].partner;
    world_quiet();
    return partner;
}

/* ------------------------------------------------------------- the merger */

static void the_sector_counts_where_it_lay_on_the_day(void **state)
{
    static const struct world_consent all = {
            .recipients = {POINT, "aksant", "noord"},
            .level_max = LEVEL_S2
    };
    const char *need = vocab_code(VOCAB_NEED_CATEGORY, NEED);
    (void)state;
    world_fresh(31);
    world_pass(TIME_MINUTE_MS);
    merge();
    assert_string_equal(seen_in("noord", 0), OLD " " NEW);
    assert_string_equal(seen_in("noord", LAST_DAY), OLD);
    assert_string_equal(seen_in(POINT, LAST_DAY + 1), NEW);
    serve("aksant", OLD);
    serve("noord", NEW);
    pass_until(LAST_DAY);
    serve("aksant", OLD);
    serve("noord", NEW);
    uint64_t consent = world_consent(HOME, &all);

    /* The last day of the old one. */
    assert_true(finds_here(SECTOR, "aksant"));
    assert_false(finds_here(SECTOR, "noord"));
    assert_string_equal(shared_with(consent), "aksant");
    raise_many(5, "", SECTOR);
    raise_many(6, OLD, "");
    (void)raise(0, NEW, SECTOR, "E_FIELD");

    /* The next one is that of the new one. */
    pass_until(LAST_DAY + 1);
    assert_false(finds_here(SECTOR, "aksant"));
    assert_true(finds_here(SECTOR, "noord"));
    assert_string_equal(shared_with(consent), "noord");
    raise_many(7, "", SECTOR);
    raise_many(8, NEW, "");
    raise_many(1, NEW, SECTOR);
    (void)raise(0, OLD, "", "E_AREA_OVER");
    (void)raise(0, OLD, SECTOR, "E_FIELD");

    /* The month's counts tell each as it was said. */
    pass_until(20638);
    const struct report_table *told =
            table_of(report_of("chambry", REPORT_KIND_AREA, "2026-06", "", false),
                    REPORT_WORD_NEEDS);
    assert_int_equal(number_at(told, OLD, need, 2), 12);
    assert_int_equal(number_at(told, NEW, need, 2), 17);
    told = table_of(report_of("chambry", REPORT_KIND_AREA, "2026-06", OLD, false),
            REPORT_WORD_NEEDS);
    assert_int_equal(number_at(told, SECTOR, need, 2), 6);
    told = table_of(report_of("chambry", REPORT_KIND_AREA, "2026-06", NEW, false),
            REPORT_WORD_NEEDS);
    assert_int_equal(number_at(told, SECTOR, need, 2), 9);
    assert_int_equal(number_at(told, OLD, need, 2), 0);
    /* Of a month in which it was no more, nothing can be asked. */
    const struct show_report later = {.kind = REPORT_KIND_AREA,
            .period = "2026-07",
            .place = OLD};
    struct request request = {.report = &later};
    (void)world_must("chambry", &request, "E_AREA_OVER");
    world_end();
}

/* ------------------------------------------------------------- what may be named */

static const char *const UNKNOWN[] = {"44021A09-"};
static const char *const GONE[] = {OLD};

/* Each way in which staff name a place. */
static void ask_all(const char *const *areas, const char *code)
{
    static const uint16_t needs[] = {NEED}, audiences[] = {AUDIENCE_OLDER_PEOPLE};
    const struct set_service service = {.need = NEED, .areas = areas, .n_areas = 1};
    const struct set_capacity room = {.need = NEED,
            .area = areas[0],
            .state = CAPACITY_STATE_OPEN};
    const struct set_subscription wants = {.areas = areas,
            .n_areas = 1,
            .needs = needs,
            .n_needs = 1};
    const struct find find = {.needs = needs, .n_needs = 1, .place = areas[0]};
    const struct post_ask ask = {.need = NEED, .area = areas[0], .text = "Who bakes?"};
    const struct campaign tells = {.title = "Together",
            .text = "We eat together",
            .audiences = audiences,
            .n_audiences = 1,
            .areas = areas,
            .n_areas = 1};
    const struct barrier barrier = {.barrier = 1,
            .need = NEED,
            .frequency = 1,
            .areas = areas,
            .n_areas = 1};
    const char *const whom[] = {POINT};
    const struct advice advises = {.advice_id = {{1}},
            .title = "Longer hours",
            .text = "Open longer",
            .partners = whom,
            .n_partners = 1,
            .areas = areas,
            .n_areas = 1};
    const struct set_campaign campaign = {.says = &tells};
    const struct set_barrier hurts = {.says = &barrier};
    const struct set_advice advice = {.says = &advises};
    const struct list_neighbours list = {.kind = STATEMENT_KIND_ASK, .area = areas[0]};
    const struct show_report report = {.kind = REPORT_KIND_CAPACITY,
            .period = "2026-07",
            .place = areas[0]};
    const struct request requests[] = {{.service = &service}, {.capacity = &room},
            {.subscription = &wants}, {.find = &find}, {.ask_post = &ask},
            {.campaign = &campaign}, {.barrier = &hurts}, {.advice = &advice},
            {.neighbours = &list}, {.report = &report}};
    for (size_t i = 0; i < COUNT_OF(requests); i++) {
        struct request request = requests[i];
        const struct reply *reply = world_ask("aksant", &request);
        if (strcmp(reply->code, code) != 0)
            fail_msg("%s, request %zu: %s", areas[0], i, reply->code);
        assert_true(reply->n_issues > 0);
    }
}

static void a_place_that_no_table_knows_is_not_taken(void **state)
{
    (void)state;
    world_fresh(32);
    world_pass(TIME_MINUTE_MS);
    serve("aksant", OLD);
    merge();
    pass_until(LAST_DAY + 30);
    ask_all(UNKNOWN, "E_SECTOR");
    (void)raise(0, "", UNKNOWN[0], "E_SECTOR");
    ask_all(GONE, "E_AREA_OVER");
    /* What was said of it before can be taken back. */
    const struct set_service end = {.need = NEED,
            .areas = GONE,
            .n_areas = 1,
            .end = true};
    struct request request = {.service = &end};
    (void)world_must("aksant", &request, "");
    /* A municipality of which no table speaks is taken as it is. */
    (void)raise(0, "12345", "", "");
    world_end();
}

/* A consent for kinds of organisations in an area; number 0: a new one, else that one
 * again, with what is said of the area. */
static const struct reply *agree(uint64_t number, const char *area, const char *code)
{
    static const uint16_t purposes[] = {PURPOSE_CARE_COORDINATION};
    static const uint16_t data[] = {DATA_CATEGORY_CONTACT};
    static const uint16_t types[] = {PARTNER_TYPE_HOMECARE};
    const struct consent_give give = {.person = "Mevrouw Voorbeeld",
            .how = CONSENT_HOW_PHONE,
            .recipient_types = types,
            .n_recipient_types = COUNT_OF(types),
            .area = area,
            .purposes = purposes,
            .n_purposes = COUNT_OF(purposes),
            .data_categories = data,
            .n_data_categories = COUNT_OF(data),
            .level_max = LEVEL_S1,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT};
    const struct consent_renew renew = {.number = number, .given = &give};
    struct request request = {.consent_give = number == 0 ? &give : NULL,
            .consent_renew = number != 0 ? &renew : NULL};
    return world_must("aksant", &request, code);
}

/* As everybody of staff names one; what an older consent says of it stays. */
static void a_consent_names_a_municipality_of_today(void **state)
{
    (void)state;
    world_fresh(36);
    world_pass(TIME_MINUTE_MS);
    uint64_t number = agree(0, OLD, "")->made->consent_number;
    merge();
    pass_until(LAST_DAY + 2);
    const struct reply *reply = agree(0, OLD, "E_AREA_OVER");
    assert_string_equal(reply->issues[0].field, "area");
    assert_non_null(strstr(reply->issues[0].words, "16/06/2026"));
    (void)agree(number, OLD, "E_AREA_OVER");
    (void)agree(0, NEW, "");
    (void)agree(number, "", "");
    world_end();
}

/* A signal of the old municipality, from before it ended, becomes a referral of there;
 * a new referral can name it no more. */
static void what_goes_on_keeps_its_place(void **state)
{
    static const struct world_consent wish = {
            .recipients = {HOME, "aksant"},
            .level_max = LEVEL_S2
    };
    const char *const candidates[] = {HOME};
    (void)state;
    world_fresh(35);
    world_agree(POINT, HOME);
    world_pass(TIME_MINUTE_MS);
    merge();
    raise_many(1, "", SECTOR);
    pass_until(LAST_DAY + 2);
    const struct refer refer = {.consent_number = world_consent(POINT, &wish),
            .candidates = candidates,
            .n_candidates = 1,
            .mode = MODE_DIRECT,
            .area = ""};
    struct refer anew = refer;
    const struct convert_signal goes_on = {.case_number =
                                                   world_newest(POINT, CASE_BOX_NEW),
            .refer = &refer};
    const struct triage_signal looks = {.case_number = goes_on.case_number};
    struct request request = {.triage = &looks};
    (void)world_must(POINT, &request, "");
    request = (struct request){.convert = &goes_on};
    uint64_t number = world_must(POINT, &request, "")->made->case_number;
    assert_string_equal(world_show(POINT, number)->line->area, OLD);
    anew.area = OLD;
    anew.urgency = URGENCY_ROUTINE;
    anew.purpose = PURPOSE_CARE_COORDINATION;
    request = (struct request){.refer = &anew};
    const struct reply *reply = world_must(POINT, &request, "E_AREA_OVER");
    assert_string_equal(reply->issues[0].field, "area");
    assert_non_null(strstr(reply->issues[0].words, "16/06/2026"));
    /* A check says what the referral would. */
    static const uint16_t data[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_NEEDS};
    struct consent_check check = {.consent_number = refer.consent_number,
            .candidates = candidates,
            .n_candidates = 1,
            .purpose = PURPOSE_CARE_COORDINATION,
            .data_categories = data,
            .n_data_categories = COUNT_OF(data),
            .area = OLD};
    request = (struct request){.consent_check = &check};
    reply = world_must(POINT, &request, "E_AREA_OVER");
    assert_string_equal(reply->issues[0].field, "area");
    check.area = NEW;
    (void)world_must(POINT, &request, "");
    check.area = "";
    check.case_number = number;
    (void)world_must(POINT, &request, "");
    world_end();
}

/* ------------------------------------------------------------- who hears of it */

/* The merger, the largest table of one municipality, and more than fit on a page. */
static void merge_largely(void)
{
    static char areas[32768], sectors[32768];
    size_t len = (size_t)snprintf(areas, sizeof areas, "%s", MERGED_AREAS);
    for (unsigned i = 0; i < 300; i++)
        len += (size_t)snprintf(areas + len, sizeof areas - len,
                "%05u\t\t\t\topen\topen\n", 50000 + i);
    len = (size_t)snprintf(sectors, sizeof sectors, "%s", MERGED_SECTORS);
    for (unsigned i = 0; i < STEWARD_SECTORS_MAX; i++)
        len += (size_t)snprintf(sectors + len, sizeof sectors - len,
                "21009%c%02u-\t50000\t\t2011-01-01\topen\n", (char)('A' + i / 100u),
                i % 100u);
    assert_true(len < sizeof sectors - 1);
    network_areas(world_network(), areas, sectors, sim_now());
    load_bundle();
}

static void all_of_it_is_shown_page_by_page(void)
{
    struct list_areas list = {.place = "50000", .after = ""};
    struct request request = {.areas = &list};
    const struct area_list *found = world_must("noord", &request, "")->areas;
    assert_int_equal(found->n_areas, 1);
    assert_int_equal(found->areas[0].n_sectors, STEWARD_SECTORS_MAX);
    list.place = "";
    found = world_must("noord", &request, "")->areas;
    assert_int_equal(found->n_areas, 300);
    assert_true(found->more);
    list.after = "50294";
    found = world_must("noord", &request, "")->areas;
    assert_int_equal(found->n_areas, 5);
    assert_false(found->more);
    list.place = "Brussel";
    (void)world_must("noord", &request, "E_FIELD");
}

static void who_was_away_and_who_lost_all_hear_of_it(void **state)
{
    (void)state;
    world_fresh(33);
    world_pass(TIME_MINUTE_MS);
    world_stop("noord");
    merge_largely();
    assert_string_equal(seen_in("aksant", 0), OLD " " NEW);
    world_start("noord");
    world_pass(TIME_MINUTE_MS);
    world_quiet();
    assert_string_equal(seen_in("noord", 0), OLD " " NEW);
    all_of_it_is_shown_page_by_page();
    /* A broker that lost its store has it from its steward's bundle again, and tells
     * it to a node that lost its own. */
    world_stop(NETWORK_BROKER);
    world_remove_store(NETWORK_BROKER);
    world_stop("chambry");
    world_remove_store("chambry");
    world_start(NETWORK_BROKER);
    world_start("chambry");
    world_pass(5 * TIME_MINUTE_MS);
    world_quiet();
    assert_string_equal(seen_in("chambry", 0), OLD " " NEW);
    assert_string_equal(seen_in("aksant", LAST_DAY + 1), NEW);
    world_end();
}

/* What lies in its home is of a turn that its disk has lost. */
static void who_lost_the_turn_of_a_bundle_carries_it_all_the_same(void **state)
{
    size_t len;
    (void)state;
    world_on_disks(true);
    world_fresh(35);
    world_pass(TIME_MINUTE_MS);
    network_areas(world_network(), MERGED_AREAS, MERGED_SECTORS, sim_now());
    uint8_t *bundle = network_bundle(world_network(), &len);
    const struct load_bundle load = {
            .bundle = {bundle, len}
    };
    disk_plan(world_disk("aksant"), DISK_SYNC, 1, DISK_FAILS);
    assert_null(world_try("aksant", &(struct request){.load_bundle = &load}));
    free(bundle);
    assert_int_equal(world_revive(), 1);
    world_pass(TIME_MINUTE_MS);
    world_quiet();
    assert_string_equal(seen_in("aksant", 0), OLD " " NEW);
    assert_string_equal(seen_in("noord", 0), OLD " " NEW);
    world_end();
    world_on_disks(false);
}

/* ------------------------------------------------------------- an evil broker */

static bool is_whole(const char *who)
{
    const struct get_doctor get = {.full = false};
    struct request request = {.doctor = &get};
    const struct doctor *doctor = world_must(who, &request, "")->doctor;
    for (size_t i = 0; i < doctor->n_checks; i++)
        if (strcmp(doctor->checks[i].name, "members") == 0)
            return doctor->checks[i].ok;
    fail_msg("the doctor does not look at the members");
    return false;
}

static void a_broker_that_leaves_out_a_table_or_rolls_it_back_is_seen(void **state)
{
    struct bundle old, new;
    struct network network;
    struct arena arena = arena_new(2 * BUNDLE_ARENA_BYTES);
    struct err err = {0};
    size_t len;
    (void)state;
    world_fresh(34);
    world_pass(TIME_MINUTE_MS);
    uint8_t *before = network_bundle(world_network(), &len);
    assert_true(
            bundle_get((struct span){before, len}, NULL, &arena, &old, &network, &err));
    network_areas(world_network(), MERGED_AREAS, MERGED_SECTORS, sim_now());
    uint8_t *after = network_bundle(world_network(), &len);
    assert_true(
            bundle_get((struct span){after, len}, NULL, &arena, &new, &network, &err));
    assert_true(is_whole(HOME));
    struct evil *evil = evil_new(NETWORK_BROKER);
    evil_serve(evil, HOME);
    /* It tells that there is something new, and keeps that. */
    evil_tell(evil, &new.snapshot, 1);
    world_pass(TIME_MINUTE_MS);
    assert_false(is_whole(HOME));
    assert_string_equal(seen_in(HOME, 0), OLD);
    /* All of it, and then the older one again, which counts no more. */
    evil_tell(evil, new.areas, new.n_areas);
    world_pass(TIME_MINUTE_MS);
    assert_true(is_whole(HOME));
    assert_string_equal(seen_in(HOME, 0), OLD " " NEW);
    evil_tell(evil, old.areas, old.n_areas);
    evil_tell(evil, &old.snapshot, 1);
    world_pass(TIME_MINUTE_MS);
    assert_true(is_whole(HOME));
    assert_string_equal(seen_in(HOME, LAST_DAY + 1), NEW);
    evil_free(evil);
    free(before);
    free(after);
    arena_free(&arena);
    world_end();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_sector_counts_where_it_lay_on_the_day),
            cmocka_unit_test(a_place_that_no_table_knows_is_not_taken),
            cmocka_unit_test(a_consent_names_a_municipality_of_today),
            cmocka_unit_test(what_goes_on_keeps_its_place),
            cmocka_unit_test(who_was_away_and_who_lost_all_hear_of_it),
            cmocka_unit_test(who_lost_the_turn_of_a_bundle_carries_it_all_the_same),
            cmocka_unit_test(a_broker_that_leaves_out_a_table_or_rolls_it_back_is_seen),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
