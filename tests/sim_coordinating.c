/* sim_coordinating.c - what stands at the edges of coordinating: previews that go with
 * the mandate or never come, who is asked and who is not, what soon counts no more, and
 * the consent of a case, asked anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/coordinated.h"
#include "tests/forge.h"
#include "tests/peek.h"

static uint64_t consent(void)
{
    const struct world_consent wish = {
            .recipients = {TARGET, OTHER, REGIE}
    };

    return world_consent(HOME, &wish);
}

/* A referral that nobody took. */
static uint64_t unplaced(void)
{
    const struct reply *reply = world_refer(HOME, consent(), TARGET, "Rosa Voorbeeld");

    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_DECLINE);
    return number;
}

static const struct preview *shown(void)
{
    const struct escalation_list *list = coordinated_list(false, true);

    assert_int_equal(list->n_escalations, 1);
    return list->escalations[0].preview;
}

/* ------------------------------------------------------------ previews */

static void a_preview_goes_with_the_mandate(void **state)
{
    const struct set_mandate ended = {.text = "", .end = true};
    struct request request = {.mandate = &ended};

    (void)state;
    coordinated_fresh(931);
    uint64_t number = unplaced();
    assert_non_null(shown());
    uint64_t there = coordinated_list(false, true)->escalations[0].number;
    world_must(REGIE, &request, "");
    world_pass((int64_t)2 * TIME_HOUR_MS);
    assert_null(world_show(REGIE, there)->preview);
    /* Who sealed it hears that it is gone. */
    const struct trace_case ask = {.number = number};
    struct request trace = {.trace = &ask};
    const struct reply *reply = world_must(HOME, &trace, "");
    size_t n_erased = 0;
    for (size_t i = 0; i < reply->trace->n_lines; i++)
        n_erased += strcmp(reply->trace->lines[i].what, "erased") == 0 &&
                    strcmp(reply->trace->lines[i].who, REGIE) == 0;
    assert_int_equal(n_erased, 1);
    world_end();
}

/* What it was told of without a preview came under no consent: there is none to take
 * back, and nobody hears of one. */
static void nothing_to_withdraw(void)
{
    const struct consent_withdraw wish =
            {.case_number = coordinated_list(false, true)->escalations[0].number,
                    .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct request request = {.consent_withdraw = &wish};
    const struct reply *reply = world_must(REGIE, &request, "E_NOT_FOUND");

    assert_string_equal(reply->issues[0].field, "case_number");
    assert_int_equal(peek_number(peek_of(REGIE), "SELECT count(*) FROM withdrawal"), 0);
}

static void a_node_shows_none(void **state)
{
    (void)state;
    coordinated_fresh(932);
    world_stop(HOME);
    network_set(world_network(), HOME, "overviews", "0");
    world_start(HOME);
    world_quiet();
    (void)unplaced();
    world_pass(TIME_HOUR_MS);
    assert_null(shown());
    nothing_to_withdraw();
    world_end();
}

/* Who was only asked shows nothing in the place of who handed it on. */
static void assert_only_by_who_handed_on(void)
{
    struct evil *evil = evil_new(OTHER);
    struct forged forged;
    char hex[2][40] = {"", ""};

    evil_connect(evil);
    forge_referral(evil, REGIE, &forged);
    peek_text(peek_of(NETWORK_BROKER), hex[0], sizeof hex[0],
            "SELECT hex(referral_id) FROM referral r JOIN offer o ON o.referral = r.no"
            " WHERE o.depth = 1");
    peek_text(peek_of(NETWORK_BROKER), hex[1], sizeof hex[1],
            "SELECT hex(consent_id) FROM consent");
    for (size_t i = 0; i < sizeof forged.preview.referral_id.b; i++) {
        unsigned one, two;
        assert_int_equal(sscanf(hex[0] + 2 * i, "%2X", &one), 1);
        assert_int_equal(sscanf(hex[1] + 2 * i, "%2X", &two), 1);
        forged.preview.referral_id.b[i] = (uint8_t)one;
        forged.preview.consent_id.b[i] = (uint8_t)two;
    }
    forged.preview.type = LETTER_TYPE_OVERVIEW;
    forged.preview.event = OFFER_EVENT_NONE;
    memset(&forged.preview.offer_id, 0, sizeof forged.preview.offer_id);
    struct span letter = forge_preview(evil, &forged);
    (void)evil_put(evil, NULL, 0, &letter, 1, MODE_NONE);
    assert_string_equal(evil_code(evil), "E_CONSENT_RECIPIENT");
    evil_free(evil);
    world_start(OTHER);
    world_quiet();
}

/* What was handed on, and then nobody took, is shown by who handed it on: the consent
 * that names the coordinator covers it as far as it may be handed on. */
static void a_preview_of_what_was_handed_on(void **state)
{
    static const struct world_consent consents[] = {
            {.recipients = {TARGET, OTHER, REGIE}, .onward = 1},
            {.recipients = {TARGET, OTHER},        .onward = 1},
            {.recipients = {TARGET, OTHER},        .onward = 1},
    };
    static const char *const to[] = {OTHER};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(consents); i++) {
        coordinated_fresh(936 + i);
        world_agree(TARGET, OTHER);
        world_agree(TARGET, REGIE);
        const struct reply *reply = world_refer(HOME, world_consent(HOME, &consents[i]),
                TARGET, "Rosa Voorbeeld");
        assert_string_equal(reply->code, "");
        uint64_t sent = reply->made->case_number;
        world_quiet();
        world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
        const struct forward_case onward = {.case_number = 1,
                .candidates = to,
                .n_candidates = 1,
                .reason = "",
                .referrer_name = "",
                .referrer_phone = ""};
        struct request request = {.forward = &onward};
        uint64_t made = world_must(TARGET, &request, "")->made->case_number;
        world_quiet();
        if (i == 0)
            assert_only_by_who_handed_on();
        world_do(OTHER, 1, OFFER_EVENT_DECLINE);
        world_pass(TIME_MINUTE_MS);
        bool named = i == 0;
        assert_int_equal(shown() != NULL, named);
        const struct case_detail *file = world_show(TARGET, made);
        assert_string_equal(file->coordinators[0].partner, REGIE);
        assert_string_equal(file->coordinators[0].code,
                named ? "" : "E_CONSENT_RECIPIENT");
        /* It is given up as well, and what came stays; or that is taken back, and with
         * it what was handed on ends by itself. */
        if (i == 0)
            world_do(TARGET, made, OFFER_EVENT_CANCEL);
        else
            world_do(HOME, sent, i == 1 ? OFFER_EVENT_CANCEL : OFFER_EVENT_IN_ERROR);
        world_pass(TIME_MINUTE_MS);
        assert_int_equal(coordinated_list(false, true)->n_escalations, 0);
        assert_string_equal(world_show(TARGET, made)->line->referral_state, "revoked");
        if (i == 0)
            assert_int_equal(world_state(TARGET, 1), OFFER_STATE_ACCEPTED);
        world_end();
    }
}

/* ------------------------------------------------------------ who is asked */

static void who_coordinates_is_not_asked(void **state)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};

    (void)state;
    coordinated_fresh(933);
    uint64_t number = consent();
    struct find find = {.needs = needs,
            .n_needs = 1,
            .place = COORDINATED_AREA,
            .language = "",
            .consent_number = number};
    struct request request = {.find = &find};
    const struct candidate_list *found = world_must(HOME, &request, "")->found;
    for (size_t i = 0; i < found->n_candidates; i++)
        if (strcmp(found->candidates[i].partner, REGIE) == 0)
            assert_false(found->candidates[i].askable);
    assert_string_equal(world_refer(HOME, number, REGIE, "Rosa Voorbeeld")->code,
            "E_FIELD");
    world_end();
}

/* ------------------------------------------------------------ what ends soon */

static void what_counts_no_more_soon(void **state)
{
    struct set_capacity capacity = {.need = NEED_CATEGORY_LONELINESS_ISOLATION,
            .area = "",
            .language = "",
            .antenna = "",
            .state = CAPACITY_STATE_OPEN};
    struct request request = {.capacity = &capacity};

    (void)state;
    coordinated_fresh(934);
    capacity.until_ms = (uint64_t)(sim_now() + (int64_t)84 * TIME_HOUR_MS);
    world_must(TARGET, &request, "");
    world_quiet();
    assert_int_equal(world_status(TARGET)->supply_ends, 0);
    world_pass(TIME_DAY_MS);
    assert_int_equal(world_status(TARGET)->supply_ends, 1);
    world_end();
}

/* ------------------------------------------------------------ a case, asked anew */

static const struct judgement *check(uint64_t number, const char *const *to)
{
    struct consent_check wish = {.case_number = number,
            .area = "",
            .candidates = to,
            .n_candidates = to != NULL};
    struct request request = {.consent_check = &wish};
    const struct reply *reply = world_ask(HOME, &request);

    assert_string_equal(reply->code, "");
    assert_int_equal(reply->explanation->n_judgements, 1);
    return &reply->explanation->judgements[0];
}

static void the_consent_of_a_case(void **state)
{
    static const char *const other[] = {OTHER};
    static const char *const stranger[] = {REGIE_TWO};
    struct consent_check nothing = {.case_number = 77, .area = ""};
    struct request request = {.consent_check = &nothing};

    (void)state;
    coordinated_fresh(935);
    uint64_t number = unplaced();
    assert_string_equal(check(number, NULL)->recipient, TARGET);
    assert_string_equal(check(number, NULL)->code, "");
    assert_string_equal(check(number, other)->code, "");
    assert_string_equal(check(number, stranger)->code, "E_CONSENT_RECIPIENT");
    assert_string_equal(world_ask(HOME, &request)->code, "E_NOT_FOUND");
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_preview_goes_with_the_mandate),
            cmocka_unit_test(a_node_shows_none),
            cmocka_unit_test(a_preview_of_what_was_handed_on),
            cmocka_unit_test(who_coordinates_is_not_asked),
            cmocka_unit_test(what_counts_no_more_soon),
            cmocka_unit_test(the_consent_of_a_case),
    };
    return cmocka_run_group_tests(tests, coordinated_setup, coordinated_teardown);
}
