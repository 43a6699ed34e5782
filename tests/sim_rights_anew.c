/* sim_rights_anew.c - a case is offered anew under another consent, and somebody who
 * was asked before makes use of a right: it hears of what it was sent, and nothing of
 * what was written for others; and no answer of ours names who may not be known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "nodes/rights.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define OTHER  "chambry"
#define NAME   "Rosa Voorbeeld"

static const uint16_t NEEDS[] = {NEED_CATEGORY_LONELINESS_ISOLATION};

/* What HOME writes for OTHER, after TARGET. */
static const struct person PERSON = {.name = NAME, .phone = "02 000 00 00"};
static const struct referral FOR_OTHER = {.person = &PERSON,
        .strengths = "bakes bread",
        .needs = NEEDS,
        .n_needs = 1,
        .reason = "the gas is cut off",
        .reason_language = "en"};

static const struct reply *ask(const char *id, enum letter_type right, uint64_t number,
        const struct referral *corrected)
{
    const struct rights_ask wish = {.case_number = number,
            .right = right,
            .corrected = corrected};
    struct request request = {.rights_ask = &wish};
    return world_ask(id, &request);
}

static const struct reply *give(const char *id, uint64_t number, const char *words)
{
    const struct rights_answer wish = {.number = number,
            .answer = RIGHTS_ANSWER_GIVEN,
            .words = words};
    struct request request = {.rights_answer = &wish};
    return world_ask(id, &request);
}

static uint64_t consent_of(const char *recipient, bool network)
{
    static const uint16_t preview[] = {DATA_CATEGORY_AREA, DATA_CATEGORY_NEEDS,
            DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_AGE_BAND, DATA_CATEGORY_STRENGTHS};
    static const uint16_t data[] = {DATA_CATEGORY_AREA, DATA_CATEGORY_NEEDS,
            DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_AGE_BAND, DATA_CATEGORY_STRENGTHS,
            DATA_CATEGORY_CONTACT, DATA_CATEGORY_HOUSEHOLD, DATA_CATEGORY_NETWORK};
    static const uint16_t purpose = PURPOSE_CARE_COORDINATION;
    const struct consent_give give = {.person = "Mevrouw Voorbeeld",
            .how = CONSENT_HOW_IN_PERSON,
            .recipients = &recipient,
            .n_recipients = 1,
            .purposes = &purpose,
            .n_purposes = 1,
            .data_categories = data,
            .n_data_categories = network ? COUNT_OF(data) : COUNT_OF(data) - 1,
            .preview_categories = preview,
            .n_preview_categories = COUNT_OF(preview),
            .level_max = LEVEL_S1,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT,
            .language = "nl"};
    struct request request = {.consent_give = &give};
    return world_must(HOME, &request, "")->made->consent_number;
}

/* HOME refers to TARGET, which does so much with it. */
static uint64_t refer_to_target(const enum offer_event *events, size_t n_events)
{
    const struct reply *reply =
            world_refer(HOME, consent_of(TARGET, false), TARGET, NAME);
    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_quiet();
    for (size_t i = 0; i < n_events; i++)
        world_do(TARGET, 1, events[i]);
    return number;
}

/* Then HOME asks OTHER, under a consent that names OTHER alone. */
static void offer_anew(uint64_t number)
{
    const struct world_referral wish = {.consent = consent_of(OTHER, true),
            .candidate = OTHER,
            .secret = NAME,
            .reopens = number,
            .content = &FOR_OTHER};
    assert_string_equal(world_refer_as(HOME, &wish)->code, "");
    world_quiet();
}

/* The newest letter of this type in a case, as it reads there. */
static const struct content *last_of(const char *id, uint64_t number,
        enum letter_type type)
{
    static struct content content;
    static struct arena arena;
    struct err err = {.code = CODE_OK};
    const struct case_detail *file = world_show(id, number);
    if (arena.at == NULL)
        arena = arena_new(1 << 20);
    arena_reset(&arena, 0);
    for (size_t i = file->n_moments; i > 0; i--) {
        const struct moment *moment = &file->moments[i - 1];
        if (moment->type != type || moment->content.len == 0)
            continue;
        assert_true(wire_get(&WIRE_CONTENT, moment->content, &arena, &content, &err));
        return &content;
    }
    return NULL;
}

static const enum offer_event ENDED[] = {OFFER_EVENT_ACCEPT, OFFER_EVENT_START,
        OFFER_EVENT_FAIL};
static const enum offer_event DECLINED[] = {OFFER_EVENT_DECLINE};

static void access_tells_what_it_was_sent(void **state)
{
    (void)state;
    for (int anew = 0; anew <= 1; anew++) {
        world_fresh(9301);
        uint64_t number = refer_to_target(ENDED, COUNT_OF(ENDED));
        if (anew)
            offer_anew(number);
        assert_string_equal(ask(TARGET, LETTER_TYPE_ACCESS, 1, NULL)->code, "");
        world_quiet();
        assert_string_equal(give(HOME, 1, "")->code, "");
        world_quiet();
        const struct rights_reply *said =
                last_of(TARGET, 1, LETTER_TYPE_RIGHTS_REPLY)->rights_reply;
        assert_string_equal(said->held->person->name, NAME);
        assert_string_equal(said->held->reason, "lives alone");
        assert_string_equal(said->held->strengths, "tells stories");
        assert_int_equal(world_faults(), 0);
        world_end();
    }
}

static void access_shows_the_preview_of_then(void **state)
{
    (void)state;
    world_fresh(9302);
    uint64_t number = refer_to_target(DECLINED, COUNT_OF(DECLINED));
    offer_anew(number);
    assert_string_equal(ask(TARGET, LETTER_TYPE_ACCESS, 1, NULL)->code, "");
    world_quiet();
    assert_string_equal(give(HOME, 1, "")->code, "");
    world_quiet();
    const struct rights_reply *said =
            last_of(HOME, number, LETTER_TYPE_RIGHTS_REPLY)->rights_reply;
    assert_null(said->held);
    assert_string_equal(said->held_preview->strengths, "tells stories");
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* Who accepts now hears what was written for it. */
static void access_of_who_was_asked_last(void **state)
{
    (void)state;
    world_fresh(9303);
    uint64_t number = refer_to_target(ENDED, COUNT_OF(ENDED));
    offer_anew(number);
    world_do(OTHER, 1, OFFER_EVENT_ACCEPT);
    assert_string_equal(ask(OTHER, LETTER_TYPE_ACCESS, 1, NULL)->code, "");
    world_quiet();
    assert_string_equal(give(HOME, 1, "")->code, "");
    world_quiet();
    const struct rights_reply *said =
            last_of(OTHER, 1, LETTER_TYPE_RIGHTS_REPLY)->rights_reply;
    assert_string_equal(said->held->reason, "the gas is cut off");
    world_end();
}

static const char *state_of(const struct rights *rights, const char *other)
{
    for (size_t i = 0; i < rights->n_lines; i++)
        if (strcmp(rights->lines[i].other, other) == 0)
            return rights->lines[i].state;
    return "";
}

/* A correction goes to who was asked before as far as it corrects what was sent then.
 */
static void a_correction_keeps_to_what_was_sent(void **state)
{
    static const struct person person = {.name = "Roza Voorbeeld"};
    static const struct referral all = {.person = &person,
            .network = "a daughter in Ghent"};
    static const struct referral network = {.network = "a son in Ghent"};
    (void)state;
    world_fresh(9304);
    uint64_t number = refer_to_target(ENDED, COUNT_OF(ENDED));
    offer_anew(number);
    world_do(OTHER, 1, OFFER_EVENT_ACCEPT);
    const struct reply *reply = ask(HOME, LETTER_TYPE_RECTIFY, number, &network);
    assert_string_equal(reply->code, "");
    assert_string_equal(state_of(reply->rights, TARGET), "not_sent");
    assert_string_equal(state_of(reply->rights, OTHER), "open");
    world_quiet();
    assert_null(last_of(TARGET, 1, LETTER_TYPE_RECTIFY));
    reply = ask(HOME, LETTER_TYPE_RECTIFY, number, &all);
    assert_string_equal(reply->code, "");
    assert_string_equal(state_of(reply->rights, TARGET), "open");
    world_quiet();
    const struct referral *came =
            last_of(TARGET, 1, LETTER_TYPE_RECTIFY)->rights_request->corrected;
    assert_string_equal(came->person->name, "Roza Voorbeeld");
    assert_string_equal(came->network, "");
    came = last_of(OTHER, 1, LETTER_TYPE_RECTIFY)->rights_request->corrected;
    assert_string_equal(came->network, "a daughter in Ghent");
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* Two cases under one consent: what stands in one of them alone is corrected there, and
 * who has the other hears nothing of it. */
static void of_two_cases_each_hears_its_own(void **state)
{
    static const struct person person = {.name = "Roza Voorbeeld"};
    static const struct referral name = {.person = &person};
    static const struct referral network = {.network = "a daughter in Ghent"};
    const struct world_consent wish = {
            .recipients = {TARGET, OTHER}
    };
    struct referral more = FOR_OTHER;
    (void)state;
    world_fresh(9306);
    uint64_t consent = world_consent(HOME, &wish);
    uint64_t first = world_refer(HOME, consent, TARGET, NAME)->made->case_number;
    more.network = "a son in Ghent";
    const struct world_referral second = {.consent = consent,
            .candidate = OTHER,
            .secret = NAME,
            .content = &more};
    uint64_t number = world_refer_as(HOME, &second)->made->case_number;
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    world_do(OTHER, 1, OFFER_EVENT_ACCEPT);
    const struct reply *reply = ask(HOME, LETTER_TYPE_RECTIFY, number, &network);
    assert_string_equal(reply->code, "");
    assert_string_equal(state_of(reply->rights, TARGET), "not_sent");
    assert_string_equal(state_of(reply->rights, OTHER), "open");
    world_quiet();
    assert_null(last_of(TARGET, 1, LETTER_TYPE_RECTIFY));
    assert_non_null(last_of(OTHER, 1, LETTER_TYPE_RECTIFY));
    assert_string_equal(world_show(HOME, first)->referral->network, "");
    assert_string_equal(world_show(HOME, number)->referral->network,
            "a daughter in Ghent");
    reply = ask(HOME, LETTER_TYPE_RECTIFY, number, &name);
    assert_string_equal(state_of(reply->rights, TARGET), "open");
    assert_string_equal(world_show(HOME, first)->referral->person->name,
            "Roza Voorbeeld");
    /* Who corrects that very case says what is to be in it. */
    reply = ask(HOME, LETTER_TYPE_RECTIFY, first, &network);
    assert_string_equal(state_of(reply->rights, TARGET), "open");
    assert_int_equal(world_faults(), 0);
    world_end();
}

/* Staff answers a candidate in words that say who it is. */
static void our_own_words_name_nobody_before_the_accept(void **state)
{
    (void)state;
    world_fresh(9305);
    uint64_t number = refer_to_target(NULL, 0);
    assert_string_equal(ask(TARGET, LETTER_TYPE_ACCESS, 1, NULL)->code, "");
    world_quiet();
    const struct reply *reply = give(HOME, 1, "Rosa komt zelf langs");
    assert_string_equal(reply->code, "E_CONSENT_DATA");
    assert_string_equal(reply->issues[0].field, "words");
    reply = give(HOME, 1, "bel 02/0000000");
    assert_string_equal(reply->code, "E_CONSENT_DATA");
    world_quiet();
    assert_null(last_of(HOME, number, LETTER_TYPE_RIGHTS_REPLY));
    assert_string_equal(give(HOME, 1, "zij komt zelf langs")->code, "");
    /* Who has accepted knows it. */
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_string_equal(ask(TARGET, LETTER_TYPE_ACCESS, 1, NULL)->code, "");
    world_quiet();
    assert_string_equal(give(HOME, 2, "Rosa komt zelf langs")->code, "");
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(access_tells_what_it_was_sent),
            cmocka_unit_test(access_shows_the_preview_of_then),
            cmocka_unit_test(access_of_who_was_asked_last),
            cmocka_unit_test(a_correction_keeps_to_what_was_sent),
            cmocka_unit_test(of_two_cases_each_hears_its_own),
            cmocka_unit_test(our_own_words_name_nobody_before_the_accept),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
